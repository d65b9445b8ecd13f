"""
The rules, in the order in which they are asked.

The rules about the person come first, so that nobody's values are put into
a text that may not be sent. Each rule answers with one of a few ready-made
reasons: a campaign counts them by the million.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve, frozen

from anonsms.consent import Family, Status
from anonsms.errors import MissingTagError, TemplateError
from anonsms.gate.case import Case
from anonsms.gate.decision import Decision, Reason
from anonsms.optout import Exit


def _yes(rule: str, because: str) -> Reason:
    return Reason(rule, passed=True, because=because)


def _no(rule: str, because: str) -> Reason:
    return Reason(rule, passed=False, because=because)


NUMBER_OK: Final = _yes("number", "The number can receive texts.")
NUMBER_KIND: Final = _no(
    "number.kind",
    "The number is of a kind that receives no texts, such as a fixed line. "
    "Ask the person for a mobile number.",
)
NUMBER_FICTION: Final = _no(
    "number.fictional",
    "The number is reserved for fiction: test data has got to a real "
    "transport. Use FakeTransport for tests.",
)


def number(case: Case) -> Reason:
    """The number can receive a text."""
    if not case.number.can_receive_texts:
        return NUMBER_KIND
    if not case.terms.simulated and case.number.fictional:
        return NUMBER_FICTION
    return NUMBER_OK


SUPPRESSION_OK: Final = _yes("suppression", "The number is not suppressed.")
SUPPRESSED: Final = _no(
    "suppression",
    "The number is never to be texted, whatever the consent. If that was a "
    "mistake, staff may release it in the ledger.",
)


def suppression(case: Case) -> Reason:
    """The number is not on the list of those never to be texted."""
    return SUPPRESSED if case.state.suppressed else SUPPRESSION_OK


CONSENT_OK: Final = _yes(
    "consent", "There is explicit, unexpired consent for this purpose."
)
CONSENT_UNNEEDED: Final = _yes(
    "consent", "A service text needs no marketing consent."
)
CONSENT_CONFIRMING: Final = _yes(
    "consent.confirming", "One text may confirm an opt-out at once."
)
CONSENT_NONE: Final = _no(
    "consent.none",
    "The person never said yes to this purpose. Ask first, and record it "
    "with ledger.grant().",
)
CONSENT_EXPIRED: Final = _no(
    "consent.expired",
    "The consent is older than its purpose allows. Ask again.",
)
CONSENT_PAUSED: Final = _no(
    "consent.paused",
    "A reply was perhaps an opt-out. Read it, then call ledger.resume() or "
    "ledger.withdraw().",
)
CONSENT_WITHDRAWN: Final = _no(
    "consent.withdrawn",
    "The person said stop. Only a newer, explicit consent of their own "
    "lifts that.",
)
CONFIRMATION_LATE: Final = _no(
    "consent.confirmation-late",
    "The opt-out is too old to be confirmed now: a text so late would be "
    "one more unwanted text (47 CFR 64.1200(a)(12)).",
)
CONFIRMATION_EMPTY: Final = _no(
    "consent.nothing-to-confirm", "There is no opt-out to confirm."
)

_MARKETING: Final = {
    Status.GIVEN: CONSENT_OK,
    Status.UNKNOWN: CONSENT_NONE,
    Status.EXPIRED: CONSENT_EXPIRED,
    Status.PAUSED: CONSENT_PAUSED,
    Status.WITHDRAWN: CONSENT_WITHDRAWN,
}


def consent(case: Case) -> Reason:
    """The person agreed, or need not agree, and has not said stop."""
    status = case.state.status
    terms = case.terms
    if terms.confirming is not None:
        since = case.state.since
        if status is not Status.WITHDRAWN or since is None:
            return CONFIRMATION_EMPTY
        fresh = case.now - since <= terms.confirming
        return CONSENT_CONFIRMING if fresh else CONFIRMATION_LATE
    if terms.purpose.family is Family.MARKETING:
        return _MARKETING[status]
    if status is Status.WITHDRAWN:
        return CONSENT_WITHDRAWN
    return CONSENT_PAUSED if status is Status.PAUSED else CONSENT_UNNEEDED


PURPOSE_MARKETING: Final = _yes(
    "purpose", "Judged as marketing: consent and a way out are needed."
)
PURPOSE_SERVICE: Final = _yes(
    "purpose", "Judged as service: it belongs to what the person asked for."
)
PURPOSE_BULK_CODE: Final = _no(
    "purpose.security-in-bulk",
    "A security text answers one person's own request; a campaign of them "
    "is none. Use send(), or a service purpose.",
)


def purpose(case: Case) -> Reason:
    """The purpose fits the way of sending."""
    family = case.terms.purpose.family
    if family is Family.MARKETING:
        return PURPOSE_MARKETING
    if family is Family.SECURITY and case.terms.bulk:
        return PURPOSE_BULK_CODE
    return PURPOSE_SERVICE


WAY_OUT_UNNEEDED: Final = _yes("way-out", "A service text needs none.")
WAY_OUT: Final[dict[Exit, Reason]] = {
    kind: _yes("way-out", f"The text tells a way out: {kind.value}.")
    for kind in Exit
    if kind is not Exit.NONE
}
WAY_OUT_NONE: Final = _no(
    "way-out.none",
    "The text tells no way out. Name one, such as 'STOP to opt out'.",
)


def exit_told(case: Case) -> Reason:
    """A marketing text tells a way out that works for its originator."""
    if case.terms.purpose.family is not Family.MARKETING:
        return WAY_OUT_UNNEEDED
    found = case.terms.exit
    if found is None:
        return WAY_OUT_NONE
    if found.works:
        return WAY_OUT[found.kind]
    return evolve(WAY_OUT_NONE, because=found.because)


DUPLICATE_OK: Final = _yes("duplicate", "The person has not had it before.")
DUPLICATE: Final = _no(
    "duplicate.sent",
    "The person has had this message already; it is never sent twice.",
)
DUPLICATE_DOUBT: Final = _no(
    "duplicate.in-doubt",
    "An earlier attempt may have reached the person, so it is not repeated.",
)


DUPLICATE_REJECTED: Final = _no(
    "duplicate.rejected",
    "The provider refused this message to this person before, and would "
    "again. Correct the contact, and send under a new id or key.",
)


def duplicate(case: Case) -> Reason:
    """The same message did not go to the same person before."""
    if not case.sent_before:
        return DUPLICATE_OK
    if case.sent_before in ("dispatching", "in_doubt"):
        return DUPLICATE_DOUBT
    if case.sent_before == "rejected":
        return DUPLICATE_REJECTED
    return DUPLICATE


RENDER_OK: Final = _yes("render", "Every tag has a clean value.")
RENDER_MISSING: Final = _no(
    "render.missing-tag",
    "A tag has no value for this person. Give the tag a default, or the "
    "person a value.",
)
RENDER_UNSAFE: Final = _no(
    "render.unsafe-value",
    "A value holds a link or something else that must not get into a text. "
    "Correct the contact.",
)
RENDER_TEXT: Final = _no(
    "render.text", "The text has a character that cannot be put on the air."
)
RENDER_EMPTY: Final = _no("render.empty", "The text is empty.")


def render(case: Case) -> Reason:
    """The text can be made."""
    text = case.text
    if isinstance(text, str):
        return RENDER_OK if text.strip() else RENDER_EMPTY
    if isinstance(text, MissingTagError):
        return RENDER_MISSING
    return RENDER_UNSAFE if isinstance(text, TemplateError) else RENDER_TEXT


BUDGET_OK: Final = _yes("budget", "Within the limits of the shop.")
BUDGET_PARTS: Final = _no(
    "budget.parts",
    "The text has more parts than the budget allows one message. Shorten "
    "it, or limit the length of a tag.",
)
BUDGET_RECIPIENTS: Final = _no(
    "budget.recipients", "The budget allows no more recipients."
)
BUDGET_PRICE: Final = _no(
    "budget.price", "The message would cost more than is left."
)
BUDGET_UNPRICED: Final = _no(
    "budget.unpriced",
    "There is a limit in money, but no price for the country of the "
    "number. Add it to the price table.",
)


def budget(case: Case) -> Reason:
    """The message stays within the limits that the shop set itself."""
    limits, spent = case.terms.budget, case.spent
    if limits.max_parts is not None and case.parts > limits.max_parts:
        return BUDGET_PARTS
    most = limits.max_recipients
    if most is not None and spent.recipients >= most:
        return BUDGET_RECIPIENTS
    if limits.max_price is not None:
        price = case.price
        if price is None:
            return BUDGET_UNPRICED
        if spent.price + price > limits.max_price:
            return BUDGET_PRICE
    return BUDGET_OK


@frozen
class Rule:
    """
    One step of the gate.

    Attributes:
        check: Answers with the reason, for or against.
        data: Says in words what was looked at, masked.
    """

    check: Callable[[Case], Reason]
    data: Callable[[Case], str]


def _standing(case: Case) -> str:
    state = case.state
    since = f" since {state.since:%Y-%m-%d %H:%M}" if state.since else ""
    return f"{case.terms.purpose.name}: {state.status}{since}"


def _size(case: Case) -> str:
    if not isinstance(case.text, str):
        return ""
    encoding, units, parts = case.tally
    return f"{units} units {encoding}, {parts} part(s)"


PERSON_RULES: Final = (
    Rule(number, lambda c: f"{c.number.masked}, {c.number.kind}"),
    Rule(suppression, lambda c: c.state.suppressed),
    Rule(consent, _standing),
    Rule(purpose, lambda c: c.terms.purpose.family.value),
)
"""Asked before the text exists."""

TEXT_RULES: Final = (
    Rule(exit_told, lambda c: c.terms.originator.kind.value),
    Rule(duplicate, lambda c: c.sent_before),
    Rule(render, _size),
    Rule(budget, lambda c: f"{c.spent.recipients:,} before"),
)
"""Asked once the person may be texted at all."""


def decide(case: Case) -> Decision:
    """
    Decide whether a message may leave.

    Args:
        case: The message, the person's standing and the terms.

    Returns:
        The answer and its trail, up to the first refusal.
    """
    trail = []
    for rule in (*PERSON_RULES, *TEXT_RULES):
        reason = rule.check(case)
        trail.append(evolve(reason, data=rule.data(case)))
        if not reason.passed:
            break
    error = None
    if trail[-1].step == "render" and isinstance(case.text, TemplateError):
        error = case.text
    return Decision(tuple(trail), error)
