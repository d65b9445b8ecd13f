"""What an inbound text was understood to mean."""

from __future__ import annotations

import enum

from attrs import frozen

from anonsms.consent import Scope


class Intent(enum.StrEnum):
    """What the writer wants, as far as a rule can tell."""

    OPT_OUT = "opt-out"
    """Stop texting me. Act on it at once."""
    OPT_IN = "opt-in"
    """Text me (again). Counts only for who was asked or has opted out."""
    HELP = "help"
    """Tell me who you are and how this works."""
    REVIEW = "review"
    """Perhaps an opt-out: pause marketing until somebody has decided."""
    OTHER = "other"
    """No rule answered: a question, a thank you, small talk."""


class Also(enum.StrEnum):
    """What a reply asks for beside its intent."""

    ERASURE = "erasure"
    """The person's data should be deleted (GDPR Art. 17)."""
    SUPPORT = "support"
    """Perhaps about an order too, as a bare CANCEL is."""


@frozen
class Reply:
    """
    What one inbound text means, and the rule that says so.

    It holds nothing of the text itself: ``rule`` is made of words from the
    packs, so a reply may be logged and stored.

    Attributes:
        intent: What the writer wants.
        rule: Stable id of the rule that answered, as
            ``step:language:keyword``, e.g. ``"keyword:fr:arret"``; ``und``
            stands for words known everywhere, such as STOP. Texts that no
            rule reads have ``"none"``, empty ones ``"empty"``.
        language: BCP 47 tag of the language that the keyword is from;
            ``None`` where several share it, as STOP.
        certain: Whether the rule leaves no doubt. A typo, a yes that nobody
            asked for, and all of REVIEW and OTHER leave some.
        scope: How far an opt-out, pause or opt-in reaches: the marketing
            family, unless the writer said "all".
        also: What is asked for beside the intent.
    """

    intent: Intent
    rule: str
    language: str | None = None
    certain: bool = False
    scope: Scope = Scope.MARKETING
    also: Also | None = None
