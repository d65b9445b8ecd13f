"""
Merge tags: a text for each person, or a reason why not.

No code runs in a template, no raw tag leaves, no stranger's link gets
through, and the longest possible text is known before any data is.
"""

from anonsms.errors import (
    MissingTagError,
    TemplateError,
    TemplateSyntaxError,
    UnsafeValueError,
)
from anonsms.template.grammar import Syntax
from anonsms.template.policy import Overlong, Unclean, ValuePolicy
from anonsms.template.template import Longest, Template


__all__ = [
    "Longest",
    "MissingTagError",
    "Overlong",
    "Syntax",
    "Template",
    "TemplateError",
    "TemplateSyntaxError",
    "Unclean",
    "UnsafeValueError",
    "ValuePolicy",
]
