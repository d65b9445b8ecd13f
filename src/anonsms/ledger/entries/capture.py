"""What is refused at capture, because it could never count as consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonsms.consent import Scope, Source, Wording
from anonsms.errors import (
    BoughtListError,
    ConsentError,
    PretickedBoxError,
    UnknownWordingError,
)
from anonsms.ledger.door import Evidence
from anonsms.ledger.texts import plain
from anonsms.masking import Masked, dialable, storable


def agreed(wording: object) -> Wording:
    """
    The wording, if there is one with a text.

    Raises:
        ConsentError: Nobody can show what the person agreed to.
    """
    if isinstance(wording, Wording):
        plain(wording.id, "wording's id")
        plain(wording.version, "wording's version")
        plain(wording.language, "wording's language")
        plain(wording.text, "wording's text")
    if isinstance(wording, Wording) and (
        dialable(wording.id) or dialable(wording.version)
    ):
        del wording
        raise ConsentError(
            "A wording's id and version stay on record for ever, so they "
            "must not hold a phone number, and these look as if they did. "
            'Take short names, such as "checkout-sms" and "2026-03".'
        )
    if not isinstance(wording, Wording) or not wording.text.strip():
        raise ConsentError(
            "Consent needs the text that the person agreed to, to the letter "
            "(GDPR Art. 7(1)). Pass wording=Wording(id, version, language, "
            "text)."
        )
    return wording


def published(known: Sequence[Wording], id_: str) -> Wording:
    """
    The newest version of a text that came in one language.

    Args:
        known: What was published under the id, oldest first.
        id_: The text's id.

    Raises:
        UnknownWordingError: There is none, or several languages have it.
    """
    if dialable(id_):  # the arguments were taken one for another
        id_ = "something like a number"
    if not known:
        raise UnknownWordingError(
            f"No text called {id_!r} was ever published, so nobody can show "
            "what the person agreed to. Pass the Wording itself, or publish "
            "it first: ledger.publish(wording)."
        )
    if len({each.language for each in known}) > 1:
        raise UnknownWordingError(
            f"The text {id_!r} was published in several languages. Say which "
            "the person saw: wording=ledger.wording(id, language)."
        )
    return known[-1]


def announced(policy: str, source: Source) -> str:
    """
    The version of the privacy notice, which a text to a number needs.

    Raises:
        ConsentError: Consent came by text, and nothing announced it.
    """
    if source is Source.SMS and not plain(policy, "policy").strip():
        raise ConsentError(
            "A text to one of your numbers is consent only if your privacy "
            "notice announces it. Pass the notice's version: policy=..."
        )
    return plain(policy, "policy").strip()


def sealed_order(
    order: Masked, evidence: Mapping[str, str] | None, **more: str
) -> Evidence:
    """
    Evidence with the order's reference, which leads to the person.

    Args:
        order: The reference.
        evidence: What was given beside it.
        **more: Further facts.

    Raises:
        ConsentError: It is empty, or cannot be stored.
    """
    if not (
        isinstance(order, Masked)
        and storable(order.reveal())
        and order.reveal().strip()
    ):
        raise ConsentError(
            "A purchase is shown by its order. Pass the reference as text: "
            "order=...; it is sealed."
        )
    return Evidence({**(evidence or {}), **more, "order": order.reveal()})


def refuse_bought(*, bought: bool) -> None:
    """
    Refuse consent that was given to somebody else.

    Raises:
        BoughtListError: The list was bought.
    """
    if bought:
        raise BoughtListError(
            "People on a bought list said yes to whoever sold it, not to "
            "you (GDPR Art. 4(11): specific, informed). Ask them yourself, "
            "by a channel that needs no consent, or leave them out."
        )


def refuse_preticked(*, preticked: bool) -> None:
    """
    Refuse what nobody ticked.

    Raises:
        PretickedBoxError: The box was ticked already.
    """
    if preticked:
        raise PretickedBoxError(
            "A pre-ticked box is no consent (GDPR Art. 4(11), Planet49). "
            "Show the box empty and record the grant when it is ticked."
        )


def reach(purpose: str | None, scope: str | Scope | None) -> Scope:
    """
    How far an event reaches: one purpose, all marketing, or everything.

    >>> reach(None, "all")
    <Scope.ALL: 'all'>

    Raises:
        ConsentError: There is no such scope, a purpose was named along with
            a wider scope, or none with ``Scope.PURPOSE``.
    """
    if scope is None:
        return Scope.MARKETING if purpose is None else Scope.PURPOSE
    try:
        found = Scope(scope)
    except ValueError:
        known = ", ".join(known.value for known in Scope)
        raise ConsentError(
            f"There is no such scope; there are: {known}. For every text of "
            "the shop pass Scope.ALL, for one purpose its name alone."
        ) from None
    if (found is Scope.PURPOSE) is (purpose is None):
        raise ConsentError(
            "Name a purpose, or a scope that is wider than one purpose: "
            "Scope.MARKETING or Scope.ALL. Not both, and not neither."
        )
    return found
