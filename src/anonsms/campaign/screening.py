"""Who may be texted: the gate, asked for many contacts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from anonsms.audience import Contact
from anonsms.consent import ConsentState
from anonsms.errors import TemplateError
from anonsms.gate import (
    PERSON_RULES,
    TEXT_RULES,
    Case,
    Reason,
    Spending,
    Terms,
)
from anonsms.gate.case import Rendered
from anonsms.template import Template


_CHECKS = tuple(rule.check for rule in (*PERSON_RULES, *TEXT_RULES))


def rendering(
    template: Template, values: Mapping[str, object]
) -> Callable[[], Rendered]:
    """Make the text when it is asked for; a fault stands in its place."""

    # A closure and no partial: the repr of a partial shows the values.
    def render() -> Rendered:
        try:
            return template.render(values)
        except TemplateError as error:
            # The frames behind it hold the person's values.
            return error.with_traceback(None)

    return render


def screen(  # noqa: PLR0913 - the parts of one question, asked in bulk
    terms: Terms,
    template: Template,
    contacts: Sequence[Contact],
    *,
    states: Sequence[ConsentState],
    sent: Sequence[str],
    spent: Spending,
    now: datetime,
) -> Iterator[tuple[Case, Reason | None]]:
    """
    Ask the gate for each contact, in order.

    The same rules as :func:`anonsms.gate.decide`, without the trail. What
    passes is counted in ``spent`` before the next contact is looked at.

    Args:
        terms: What they share.
        template: What they would get.
        contacts: Whom to ask about.
        states: Where each of them stands.
        sent: The state of an earlier send to each of them, or "".
        spent: What is used up of the budget; added to.
        now: Aware, UTC.

    Yields:
        The case, with the reason for a refusal or ``None``.
    """
    for contact, state, before in zip(contacts, states, sent, strict=True):
        case = Case(
            terms,
            contact.number,
            state,
            now,
            rendering(template, contact.values),
            before,
            spent,
        )
        for check in _CHECKS:
            reason = check(case)
            if not reason.passed:
                yield case, reason
                break
        else:
            spent.add(case.price)
            yield case, None
