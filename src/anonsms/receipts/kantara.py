"""The consent receipt of the Kantara Initiative, version 1.1.0."""

from __future__ import annotations

from typing import Final

from anonsms.consent import (
    ConsentEvent,
    Controller,
    EventKind,
    Family,
    Purpose,
    Source,
)
from anonsms.errors import ConfigurationError, ConsentError
from anonsms.receipts.disclosure import Disclosure, contacts, told
from anonsms.receipts.identity import (
    customer,
    instant,
    principal_of,
    seconds,
    uuid_of,
)
from anonsms.receipts.matching import check_match


VERSION: Final = "KI-CR-v1.1.0"

_CATEGORIES: Final = {
    Family.MARKETING: "6 - Marketing",
    Family.SERVICE: "2 - Contracted Service",
    Family.SECURITY: "2 - Contracted Service",
}


def kantara_receipt(
    event: ConsentEvent,
    *,
    purpose: Purpose,
    controller: Controller,
    disclosure: Disclosure,
    principal: str = "",
) -> dict[str, object]:
    """
    A grant, as a Kantara Consent Receipt v1.1.0.

    Pure: the same event always gives the same receipt. The format has no
    place for what came later, so it is for grants only.

    Args:
        event: A grant of any kind. A soft opt-in is marked ``IMPLICIT``,
            and the collection method says that it is no consent.
        purpose: What it is about; the event must touch it.
        controller: Who asked. The format wants all its ways of contact.
        disclosure: What the shop tells everybody.
        principal: What the shop calls the person. Default: the token.

    Returns:
        The receipt, ready for :func:`json.dumps`.

    Raises:
        ConsentError: The event is no grant, is about another purpose or
            controller, or has no text that was agreed to.
        ConfigurationError: The controller lacks what the format wants.
    """
    called = customer(principal)
    del principal  # perhaps a number, and what follows may raise
    _check(event)
    check_match(event, purpose, controller)
    return {
        "version": VERSION,
        "jurisdiction": disclosure.jurisdiction,
        "consentTimestamp": seconds(event.at),
        "collectionMethod": _method(event),
        "consentReceiptID": uuid_of(event),
        "language": (
            event.wording.language if event.wording else disclosure.language
        ),
        "piiPrincipalId": principal_of(event, called),
        "piiControllers": [_controller(controller)],
        "policyUrl": controller.privacy_url,
        "services": [
            {
                "service": disclosure.service,
                "purposes": [_purpose(event, purpose, disclosure)],
            }
        ],
        "sensitive": False,
        "spiCat": [],
    }


def _check(event: ConsentEvent) -> None:
    if not event.kind.gives:
        raise ConsentError(
            f"A Kantara receipt is for consent that was given, and an event "
            f"of kind {event.kind.value!r} gives none. For a no, an expiry "
            "or a question use consent_record."
        )
    if event.wording is None and event.kind is not EventKind.SOFT_OPT_IN:
        raise ConsentError(
            "A receipt tells what was agreed to (GDPR Art. 7(1)), and this "
            "event has no text. Pass the event that has one."
        )


def _method(event: ConsentEvent) -> str:
    method = Source(event.source).value
    if event.kind is EventKind.SOFT_OPT_IN:
        method += " (a sale, not consent: Directive 2002/58/EC Art. 13(2))"
    if event.wording is not None:
        shown = event.wording
        method += (
            f"; text {shown.id}, version {shown.version}, SHA-256 "
            f"{shown.sha256}"
        )
    return method


def _controller(controller: Controller) -> dict[str, object]:
    ways = {
        "email": controller.email,
        "phone": controller.phone,
        "privacy_url": controller.privacy_url,
    }
    missing = [name for name, value in ways.items() if not told(value)]
    contacts(controller)  # the postal address is wanted too
    if missing:
        raise ConfigurationError(
            "A Kantara receipt wants every way to reach the controller, and "
            f"there is no {', '.join(missing)}. Pass it to Controller."
        )
    address = {"streetAddress": controller.address}
    if controller.country:
        address["addressCountry"] = controller.country
    party: dict[str, object] = {
        "piiController": controller.name,
        "onBehalf": False,
        "contact": controller.name,
        "address": address,
        "email": controller.email,
        "phone": controller.phone,
    }
    if told(controller.url):
        party["piiControllerUrl"] = controller.url
    return party


def _purpose(
    event: ConsentEvent, purpose: Purpose, disclosure: Disclosure
) -> dict[str, object]:
    third = [party.name for party in disclosure.third_parties]
    told_of: dict[str, object] = {
        "purpose": event.wording.text if event.wording else purpose.name,
        "purposeCategory": [_CATEGORIES[purpose.family]],
        "consentType": (
            "IMPLICIT" if event.kind is EventKind.SOFT_OPT_IN else "EXPLICIT"
        ),
        "piiCategory": ["2 - Contact", *disclosure.further_data],
        "termination": _termination(event, disclosure),
        # Who handles the data for the shop is no third party (GDPR Art.
        # 4(10)); the consent record names them all the same.
        "thirdPartyDisclosure": bool(third),
    }
    if third:
        told_of["thirdPartyName"] = ", ".join(third)
    return told_of


def _termination(event: ConsentEvent, disclosure: Disclosure) -> str:
    ways = "; ".join(disclosure.withdrawal)
    if event.expires_at is None:
        return f"Until withdrawn: {ways}"
    return f"{instant(event.expires_at)}, or when withdrawn: {ways}"
