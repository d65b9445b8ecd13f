"""A keyword's ready answers, one for each way of typing it."""

from __future__ import annotations

import functools
from typing import Final

from attrs import evolve, frozen

from anonsms.consent import Scope
from anonsms.optout.reply import Also, Intent, Reply


# Marks that words leave on the keyword they stand beside. Plain integers:
# enum flags cost more than the whole rest of reading a text.
POLITE: Final = 1
ADDRESSED: Final = 2
EVERYTHING: Final = 4
DENIED: Final = 8


@frozen
class Keyword:
    """
    A keyword and its ready answers.

    Attributes:
        hard: Whether it is an opt-out.
        international: Whether it counts in every language, as STOP.
        negates: Whether it is a "no", which in a phrase may deny a keyword.
        alone: The answer when it is the whole text.
        question: When a question mark follows.
        denied: When a "no" stands beside it.
        unclear: When one unknown word follows.
        polite: When only politeness stands beside it.
        addressed: When a number, our name or a topic stands beside it.
        everything: When it is to reach every text.
        mended: When the spelling was damaged.
        slip: When the spelling is one key away.
        ending: When only its last letter differs.
    """

    hard: bool
    international: bool
    negates: bool
    alone: Reply
    question: Reply
    denied: Reply
    unclear: Reply
    polite: Reply
    addressed: Reply
    everything: Reply
    mended: Reply
    slip: Reply
    ending: Reply

    def answer(self, marks: int) -> Reply:
        """The answer that fits what stood beside the keyword."""
        if not marks:
            return self.alone
        if marks & DENIED and self.hard:
            return self.denied
        if marks & EVERYTHING:
            return self.everything
        return self.addressed if marks & ADDRESSED else self.polite


@frozen
class Term:
    """
    What a word or phrase may be inside a short text.

    Attributes:
        keyword: It is this keyword.
        marks: What it does to a keyword beside it.
        late: It may only follow a keyword.
        toward: It must lead to a number or a name.
    """

    keyword: Keyword | None = None
    marks: int = 0
    late: bool = False
    toward: bool = False


def rule_id(step: str, language: str, key: str) -> str:
    """Name a rule: the step, the pack, and the keyword it found."""
    return f"{step}:{language}:{key.replace(' ', '-')}"


@functools.cache
def keyword(
    alone: Reply,
    international: bool,  # noqa: FBT001 - a cache key, passed by name
    negates: bool,  # noqa: FBT001 - as above
) -> Keyword:
    """
    Derive a keyword's other answers from the one for it alone.

    Cached, so that the lexicons of many regions share their answers.
    """
    _, _, name = alone.rule.partition(":")
    doubted = evolve(alone, intent=Intent.REVIEW, certain=False)

    def step(which: str, reply: Reply) -> Reply:
        return evolve(reply, rule=f"{which}:{name}")

    return Keyword(
        hard=alone.intent is Intent.OPT_OUT,
        international=international,
        negates=negates,
        alone=alone,
        question=_questioned(alone, step("question", doubted)),
        denied=step("denied", doubted),
        unclear=step("unclear", doubted),
        polite=step("polite", alone),
        # "Cancel 4711" names an order, "stop 36180" our short code.
        addressed=step(
            "addressed", doubted if alone.also is Also.SUPPORT else alone
        ),
        everything=step("everything", evolve(alone, scope=Scope.ALL)),
        mended=step("mended", alone),
        slip=step("typo", evolve(alone, certain=False)),
        ending=step("ending", doubted),
    )


def _questioned(alone: Reply, doubted: Reply) -> Reply:
    """What a keyword with a question mark is: "help?" is still help."""
    if alone.intent is Intent.HELP:
        return alone
    if alone.intent is Intent.OPT_IN:
        return evolve(doubted, intent=Intent.OTHER)
    return doubted
