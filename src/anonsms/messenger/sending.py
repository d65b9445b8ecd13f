"""One text to one person, through the gate and the outbox."""

from __future__ import annotations

from collections.abc import Callable

from anonsms.campaign import Outbox, Wiring
from anonsms.campaign.dispatch import (
    Dispatch,
    attempt_id,
    fit_to_send,
    intent_of,
)
from anonsms.consent import Purpose
from anonsms.errors import CampaignError
from anonsms.gate import Case, Decision, Terms, decide
from anonsms.gate.case import Rendered
from anonsms.masking import storable
from anonsms.message import Outcome
from anonsms.phone import PhoneNumber


def case_of(  # noqa: PLR0913 - the parts of one question
    wiring: Wiring,
    terms: Terms,
    number: PhoneNumber,
    render: Callable[[], Rendered],
    *,
    token: bytes,
    standing_for: Purpose | None = None,
    sent_before: str = "",
) -> Case:
    """Put one message before the gate as things stand now."""
    now = wiring.clock()
    asked = standing_for or terms.purpose
    [state] = wiring.ledger.standings([token], asked, now)
    return Case(
        terms=terms,
        number=number,
        state=state,
        now=now,
        render=render,
        sent_before=sent_before,
    )


def send_one(  # noqa: PLR0913 - the parts of one message
    wiring: Wiring,
    terms: Terms,
    number: PhoneNumber,
    render: Callable[[], Rendered],
    *,
    box: str,
    standing_for: Purpose | None = None,
) -> tuple[Decision, Outcome | None]:
    """
    Ask the gate and, if it agrees, hand the message over once.

    Args:
        wiring: The shop.
        terms: What the text is for.
        number: Whom it goes to.
        render: Makes the text, once the gate asks for it.
        box: Name of the outbox; the same person gets one text from each.
        standing_for: Whose standing is asked for, if not the purpose of
            the text: an opt-out's confirmation is judged by the opt-out.

    Returns:
        The decision, and the outcome if the message was handed over.
    """
    ledger = wiring.ledger
    fit_to_send(ledger)
    outbox = Outbox(ledger.store, box, wiring.prices.currency)
    token = ledger.token(number)
    with ledger.store.transaction():
        outbox.hold()
        case = case_of(
            wiring,
            terms,
            number,
            render,
            token=token,
            standing_for=standing_for,
            sent_before=outbox.sent([token]).get(token, ""),
        )
        decision = decide(case)
        if not decision:
            return decision, None
        intent = intent_of(case, token)
        outbox.intend([intent], case.now)
    dispatch = Dispatch(wiring.transport, outbox, ledger, wiring.clock)
    [(_, outcome)] = dispatch.send([(case, intent)])
    return decision, outcome


def box_of(wiring: Wiring, key: str | None) -> str:
    """
    The outbox of a single send: its key's own, or a fresh one.

    A key may be made from a name or a number without thinking, so the
    database gets a keyed stand-in of it.
    """
    if key is None:
        return f"~send:{attempt_id()}"
    if not storable(key) or not key.strip():
        raise CampaignError(
            "A key is a text that names this message, such as "
            "'order-4711-shipped', or None to send without one."
        )
    return f"~key:{wiring.ledger.stand_in(key)}"
