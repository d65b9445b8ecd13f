"""
Consent texts: models to begin with, and a linter to look them over.

A :class:`~anonsms.consent.Wording` is the exact text that people agree to.
:func:`draft_wording` fills in a model of our own writing,
:func:`check_wording` finds what regulators have refused before. Both are
advice: a lawyer of the country has the last word.
"""

from __future__ import annotations

from anonsms.wordings.checking import check_wording
from anonsms.wordings.elements import WordingRule, wording_rules
from anonsms.wordings.kind import WordingKind
from anonsms.wordings.models import (
    WordingModel,
    draft_wording,
    wording_models,
)
from anonsms.wordings.report import Severity, WordingFault, WordingReport


__all__ = [
    "Severity",
    "WordingFault",
    "WordingKind",
    "WordingModel",
    "WordingReport",
    "WordingRule",
    "check_wording",
    "draft_wording",
    "wording_models",
    "wording_rules",
]
