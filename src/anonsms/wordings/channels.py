"""Whether a text asks for more channels than text messages."""

from __future__ import annotations

from anonsms.wordings.seen import Seen, Span


def other_channel(seen: Seen) -> str | None:
    """
    The words by which another channel is asked for, if one is.

    A sentence on how to withdraw may name e-mail or a telephone as the way;
    there another channel counts only where it is listed beside text messages
    and the sentence asks for offers as well.
    """
    asking = seen.sentences("purpose")
    leaving = seen.sentences(
        "withdrawal", "way", "access", "correction", "objection", "notice"
    )
    about = asking | seen.sentences("statement", "channel")
    for span in seen.undenied("other_channels"):
        here = seen.sentence(span)
        if here in leaving:
            asked = here in asking and _beside_texts(span, seen)
        else:
            asked = here in about
        if asked:
            return seen.reading.shown(*span)
    return None


def _beside_texts(span: Span, seen: Seen) -> bool:
    """Whether only "and", "by", other channels stand between it and SMS."""
    texts = _covered(seen.of("channel"))
    between = _covered([*seen.of("joins"), *seen.of("other_channels")])
    first, after = span
    while first > 0 and first - 1 in between - texts:
        first -= 1
    while after in between - texts:
        after += 1
    return first - 1 in texts or after in texts


def _covered(spans: list[Span]) -> set[int]:
    return {at for first, after in spans for at in range(first, after)}
