"""
The gate: nothing leaves without asking it.

:func:`decide` is pure. It is handed all it needs and answers with a
:class:`Decision` that carries every reason, in order.
"""

from anonsms.gate.budget import Budget, Spending
from anonsms.gate.case import Case, Terms
from anonsms.gate.decision import Decision, Reason
from anonsms.gate.rules import PERSON_RULES, TEXT_RULES, decide


__all__ = [
    "PERSON_RULES",
    "TEXT_RULES",
    "Budget",
    "Case",
    "Decision",
    "Reason",
    "Spending",
    "Terms",
    "decide",
]
