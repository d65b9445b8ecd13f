"""The consent record of ISO/IEC TS 27560:2023, in the words of DPV."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from anonsms.consent import (
    ConsentEvent,
    Controller,
    EventKind,
    Purpose,
    Source,
    Wording,
    in_order,
)
from anonsms.errors import ConsentError
from anonsms.receipts.disclosure import Disclosure, Party, contacts, told
from anonsms.receipts.identity import (
    customer,
    instant,
    principal_of,
    uuid_of,
)
from anonsms.receipts.matching import check_match
from anonsms.receipts.processing import processing
from anonsms.receipts.vocabulary import (
    MEANINGS,
    RECORD_PROFILE,
    RECORD_PROFILE_GDPR,
    context,
)


@frozen
class _Names:
    """The names of things within one record, all under the record's own."""

    record: str

    @property
    def controller(self) -> str:
        return f"{self.record}#controller"

    @property
    def subject(self) -> str:
        return f"{self.record}#subject"

    @property
    def authority(self) -> str:
        return f"{self.record}#authority"

    def recipient(self, place: int) -> str:
        return f"{self.record}#recipient-{place + 1}"

    def notice(self, place: int) -> str:
        return f"{self.record}#notice-{place + 1}"


def consent_record(  # noqa: PLR0913 - the parts of one record
    event: ConsentEvent,
    *,
    purpose: Purpose,
    controller: Controller,
    disclosure: Disclosure,
    later: Iterable[ConsentEvent] = (),
    principal: str = "",
) -> dict[str, object]:
    """
    What one event says, as a consent record in JSON-LD.

    Pure: the same arguments give the same record. All fields are there that
    ISO/IEC TS 27560:2023 asks for, as DPV's guide reports them; under the
    GDPR also those that the regulation asks for.

    Args:
        event: A grant of any kind, a question, a no, or an expiry.
        purpose: What it is about; the event must touch it.
        controller: Who asked.
        disclosure: What the shop tells everybody.
        later: What became of it: events of the same person, in any order.
            Those that touch another purpose, or say nothing about consent,
            are left out.
        principal: What the shop calls the person. Default: the token, which
            stands for the number and tells nobody else anything.

    Returns:
        The record, ready for :func:`json.dumps`.

    Raises:
        ConsentError: The event has no record: it says nothing about consent,
            or not what was agreed to; it is about another purpose or
            controller; or ``later`` holds somebody else's event, or an
            earlier one.
        ConfigurationError: The controller has no address or no contact.
    """
    called = customer(principal)
    del principal  # perhaps a number, and what follows may raise
    _check(event)
    check_match(event, purpose, controller)
    story = [event, *_continued(event, later, purpose)]
    shown = _wordings(story)
    _shown_enough(story, shown, controller)
    identity = uuid_of(event)
    names = _Names(f"urn:uuid:{identity}")
    return {
        "@context": context(),
        "@id": names.record,
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": (
            RECORD_PROFILE_GDPR if disclosure.gdpr else RECORD_PROFILE
        ),
        "dct:identifier": identity,
        "dpv:hasIdentifier": identity,
        "dct:created": instant(event.recorded_at),
        "dpv:hasDataSubject": {
            "@id": names.subject,
            "@type": "dpv:DataSubject",
            "dct:identifier": principal_of(event, called),
        },
        "dpv:hasNotice": [
            *(_notice(names.notice(at), w) for at, w in enumerate(shown)),
            *_policy(controller, disclosure),
        ],
        "dpv:hasProcess": {
            **processing(event, purpose, disclosure),
            "dpv:hasDataController": names.controller,
            "dpv:hasRecipient": [
                names.recipient(place)
                for place in range(len(disclosure.recipients))
            ],
            **(
                {}
                if disclosure.authority is None
                else {"dpv:hasAuthority": names.authority}
            ),
        },
        "dpv:hasEntity": _entities(names, controller, disclosure),
        "dpv:hasConsentStatus": [
            _status(told_of, names, shown) for told_of in story
        ],
    }


def _check(event: ConsentEvent) -> None:
    if event.kind not in MEANINGS:
        known = ", ".join(kind.value for kind in MEANINGS)
        raise ConsentError(
            f"An event of kind {event.kind.value!r} says nothing about "
            f"consent that a receipt could tell. These do: {known}."
        )


def _continued(
    event: ConsentEvent, later: Iterable[ConsentEvent], purpose: Purpose
) -> list[ConsentEvent]:
    followed = in_order(other for other in later if other.id != event.id)
    if any(other.token != event.token for other in followed):
        raise ConsentError(
            "A record is about one person, and a later event is somebody "
            "else's. Pass events of one person's history."
        )
    if followed and in_order([event, followed[0]])[0] is not event:
        raise ConsentError(
            "A record goes forward from its event, and a later event is "
            "older. Start from the first, or leave the older ones out."
        )
    return [
        other
        for other in followed
        if other.kind in MEANINGS and other.touches(purpose)
    ]


def _wordings(story: list[ConsentEvent]) -> list[Wording]:
    """Each text that was shown, once, in the order of first use."""
    return list(
        dict.fromkeys(
            event.wording for event in story if event.wording is not None
        )
    )


def _shown_enough(
    story: list[ConsentEvent], shown: list[Wording], controller: Controller
) -> None:
    agreed = any(
        event.kind.gives and event.kind is not EventKind.SOFT_OPT_IN
        for event in story
    )
    if agreed and not shown:
        raise ConsentError(
            "A record of consent holds the text that was agreed to (GDPR "
            "Art. 7(1)), and no event has one. Begin with the event that "
            "has: for a double opt-in, the question."
        )
    if not shown and not told(controller.privacy_url):
        raise ConsentError(
            "A record holds the notice that the person had (ISO/IEC TS "
            "27560, 6.3.4.1), and this event has no text. Pass "
            "privacy_url=… to Controller."
        )


def _notice(name: str, wording: Wording) -> dict[str, object]:
    return {
        "@id": name,
        "@type": "dpv:ConsentNotice",
        "dct:identifier": wording.id,
        "schema:version": wording.version,
        "dct:language": wording.language,
        "schema:text": wording.text,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
            "spdx:checksumValue": wording.sha256,
        },
    }


def _policy(
    controller: Controller, disclosure: Disclosure
) -> list[dict[str, object]]:
    if not told(controller.privacy_url):
        return []
    return [
        {
            "@type": "dpv:PrivacyNotice",
            "dct:language": disclosure.language,
            "schema:url": controller.privacy_url,
        }
    ]


def _entities(
    names: _Names, controller: Controller, disclosure: Disclosure
) -> list[dict[str, object]]:
    asking: dict[str, object] = {
        "@id": names.controller,
        "@type": ["dpv:LegalEntity", "dpv:DataController"],
        "dpv:hasIdentifier": names.controller,
        "dpv:hasName": controller.name,
        "dpv:hasAddress": controller.address,
        "dpv:hasContact": contacts(controller),
    }
    processors = len(disclosure.processors)
    receiving = [
        _party(
            names.recipient(place),
            party,
            "dpv:Recipient",
            "dpv:DataProcessor" if place < processors else "dpv:ThirdParty",
        )
        for place, party in enumerate(disclosure.recipients)
    ]
    if disclosure.authority is None:
        return [asking, *receiving]
    kind = (
        "dpv:DataProtectionAuthority" if disclosure.gdpr else "dpv:Authority"
    )
    return [
        asking,
        *receiving,
        _party(names.authority, disclosure.authority, kind),
    ]


def _party(name: str, party: Party, *roles: str) -> dict[str, object]:
    return {
        "@id": name,
        "@type": ["dpv:LegalEntity", *roles],
        "dpv:hasIdentifier": name,
        "dpv:hasName": party.name,
        "dpv:hasAddress": party.address,
        "dpv:hasContact": [party.contact],
        "dpv:hasLocation": f"loc:{party.country}",
    }


def _status(
    event: ConsentEvent, names: _Names, shown: list[Wording]
) -> dict[str, object]:
    meaning = MEANINGS[event.kind]
    status: dict[str, object] = {
        "@type": [*meaning.states],
        "dct:identifier": event.id,
        "dpv:isIndicatedAtTime": instant(event.at),
        "dpv:isIndicatedBy": (
            names.subject if meaning.by_person else names.controller
        ),
        "dpv:hasIndicationMethod": Source(event.source).value,
        "dpv:hasLegalBasis": meaning.basis,
        "dpv:hasDuration": (
            {"@type": "dpv:UntilEventDuration", "rdf:value": meaning.until}
            if event.expires_at is None
            else {
                "@type": "dpv:UntilTimeDuration",
                "rdf:value": instant(event.expires_at),
            }
        ),
    }
    if event.wording is not None:
        status["dpv:hasNotice"] = names.notice(shown.index(event.wording))
    return status
