"""
Reading an inbound text, one rule after another; every answer names its rule.

The steps, first match wins: the whole text is a keyword; it is one once
folded or mended; it is one slip of the thumb away; a keyword has nothing
beside it but politeness, a number, our name or a topic; a short text begins
with STOP, which a person then reads; else nothing.

Words *inside* longer text never opt anybody out: "contains STOP" is wrong
for one ordinary text in eighty, "is STOP" for one in ten thousand.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final

from anonsms.optout.beginnings import (
    AROUND,
    MARKED,
    asked_to_stop,
    led,
    perhaps,
)
from anonsms.optout.folding import fold, squeeze
from anonsms.optout.lexicon import Lexicon, lexicon
from anonsms.optout.pack import of_packs
from anonsms.optout.phrase import PAIR, mended, phrase
from anonsms.optout.reply import Intent, Reply
from anonsms.optout.typos import STEM, only_ending


_MOST_WORDS: Final = 5
_MOST_CHARACTERS: Final = 120
_LOST: Final = "\ufffd"

_NOTHING: Final = Reply(Intent.OTHER, "none")
_EMPTY: Final = Reply(Intent.OTHER, "empty")
_REACTION: Final = Reply(Intent.OTHER, "reaction")


_MARKS: Final = '.,;:!?-()"'
_QUESTION: Final = re.compile("[？؟]")
_QUOTATION: Final = re.compile('["“”„«‘]')


def parse_reply(
    text: str,
    languages: Iterable[str] | None = None,
    region: str | None = None,
    *,
    originator: str | None = None,
    asked: bool = False,
) -> Reply:
    """
    Read what an inbound text wants: to leave, to stay, help, or nothing.

    Any text gets an answer, and the same text always the same one.

    Args:
        text: The body as it arrived.
        languages: BCP 47 tags of the languages to read; ``None`` means all.
            STOP and its like count in every language. Tags without a pack
            add nothing.
        region: ISO 3166 code of where the writer is. It makes CANCEL an
            opt-out in the US and RET one in Turkey, and leaves out the
            doubtful words of languages that are not spoken there.
        originator: What your texts say they are from, so that
            "STOP MaBoutique" is understood.
        asked: Whether your last text asked for a yes or a no to your texts.
            Only then is "no" an opt-out and "yes" a certain opt-in.

    Returns:
        The intent, and the rule that found it.

    Raises:
        TypeError: ``text`` is not a string.

    Examples:
        >>> parse_reply("ARRÊT svp").intent
        <Intent.OPT_OUT: 'opt-out'>
        >>> parse_reply("ARRÊT svp").rule
        'polite:fr:arret'
        >>> parse_reply("which bus stop?").intent
        <Intent.OTHER: 'other'>
        >>> parse_reply("Cancel").intent
        <Intent.REVIEW: 'review'>
        >>> parse_reply("Cancel", region="US").intent
        <Intent.OPT_OUT: 'opt-out'>
    """
    if languages is not None and not isinstance(languages, str):
        languages = tuple(languages)
    if languages is None and region is None and not asked:
        known = _default()
    else:
        known = lexicon(languages, region, asked)
    try:
        typed = text.strip().casefold()
    except AttributeError:
        kind = type(text).__name__
        # The traceback of this frame must not carry what was passed.
        del text
        raise TypeError(
            f"parse_reply reads a str, not {kind}. Decode bytes first, and "
            "pass the body alone."
        ) from None
    reply = known.exact.get(typed)
    if reply is not None:
        return reply
    return _read(typed, known, _name(originator) if originator else "")


@of_packs()
def _default() -> Lexicon:
    """The lexicon of all languages anywhere, which most calls want."""
    return lexicon(None, None, False)  # noqa: FBT003


@functools.lru_cache(maxsize=64)
def _name(originator: str) -> str:
    """Your name as the fold leaves it in a reply, in one word."""
    return "".join(fold(originator))


def _read(typed: str, known: Lexicon, own: str) -> Reply:
    """The answer to a casefolded text that is not a plain keyword."""
    if "\n" in typed:
        typed = _own_lines(typed, known.signatures)
    raw = typed.split(None, _MOST_WORDS)
    if len(raw) > _MOST_WORDS and (typed[0] in AROUND or typed[-2] in AROUND):
        # Marks with spaces around them are no words.
        raw = typed.strip(AROUND).split(None, _MOST_WORDS)
    if not raw:
        return _EMPTY
    if (
        len(raw) > _MOST_WORDS
        and raw[0] == raw[1]
        and raw[0].strip(_MARKS) in known.international
    ):
        typed = _once(typed)
        raw = typed.split(None, _MOST_WORDS)
    if raw[0] in known.forms:
        reply = _only_polite(typed, known)
        if reply is not None:
            return reply
    if (
        len(raw) > _MOST_WORDS
        or len(typed) > _MOST_CHARACTERS
        or _hopeless(raw, known, own)
    ):
        if raw[0] in known.reacting and _reacts(typed, known):
            return _REACTION
        if (
            len(raw) > _MOST_WORDS
            or len(typed) > _MOST_CHARACTERS
            or not perhaps(raw, known)
        ):
            return _NOTHING
    return _weigh(typed, raw, known, own)


def _only_polite(typed: str, known: Lexicon) -> Reply | None:
    """Politeness alone, or a keyword with one politeness: the usual ones."""
    for head, _, tail in (typed.partition(" "), typed.rpartition(" ")):
        if tail in known.polite and head in known.heads:
            return known.heads[head].polite
        if head in known.polite and tail in known.heads:
            return known.heads[tail].polite
    return _NOTHING if typed in known.polite else None


def _weigh(typed: str, raw: list[str], known: Lexicon, own: str) -> Reply:
    """The answer to a text that may be a keyword in some spelling."""
    if "?" in typed or _LOST in typed:
        raw = [_repaired(word, known) for word in raw]
        typed = " ".join(raw)
    words = _folded(typed, raw, known)
    if not words:
        return _EMPTY
    question = "?" in typed or (
        not typed.isascii() and _QUESTION.search(typed) is not None
    )
    return (
        _whole(typed, words, known, question=question)
        or _one_word(words, known, question=question)
        or led(typed, words, known, own, question=question)
        or phrase(words, known, own, question=question)
        or (_REACTION if _reacts(typed, known) else None)
        or (None if question else asked_to_stop(words, known))
        or _NOTHING
    )


def _once(typed: str) -> str:
    """A text without the words that only repeat the one before."""
    words: list[str] = []
    last = ""
    for word in typed.split():
        plain = word.strip(_MARKS)
        if plain != last or not plain:
            words.append(word)
        last = plain
    return " ".join(words)


def _hopeless(raw: list[str], known: Lexicon, own: str) -> bool:
    """
    Whether a word shows at once that no rule will answer.

    One word may be a slip, one after STOP a brand; single letters may be
    spelling.
    """
    forms = known.forms
    if len(raw) == 1:
        word = raw[0].strip(_MARKS)
        if word[:STEM] in known.long_words.stems or word in known.near_stop:
            return False
    elif len(raw) == PAIR and raw[0] in known.international:
        return False
    foreign: list[str] = []
    for word in raw:
        if word in forms:
            continue
        if not word.isascii():
            foreign.append(word)
            continue
        plain = word
        if not word.isalpha():
            plain = word.replace("'", "").strip(_MARKS)
            if not plain.isalpha() or plain in forms:
                continue
        if plain not in own and _strange(plain, known):
            return True
    # Folding costs more, so it is left for when nothing else tells.
    return (
        bool(foreign)
        and len(raw) > 1
        and any(
            part not in forms
            and part not in own
            and part.isalpha()
            and _strange(part, known)
            for word in foreign
            if _LOST not in word
            for part in fold(word)
        )
    )


def _strange(plain: str, known: Lexicon) -> bool:
    """Whether letters make no keyword, nor one with letters doubled."""
    return len(plain) > 1 and (
        # Squeezing keeps the first and the last letter.
        plain[0] + plain[-1] not in known.squeezed_ends
        or squeeze(plain) not in known.squeezed
    )


def _repaired(word: str, known: Lexicon) -> str:
    """A keyword whose accented letter was lost on the way, or the word."""
    key = word.strip('.,;!"').replace(_LOST, "?")
    return known.damaged.get(key, word)


def _folded(typed: str, raw: list[str], known: Lexicon) -> list[str]:
    """The folded words; those of the packs are known without folding."""
    if len(raw) == 1 and typed.isascii() and typed.isalpha():
        return raw
    words: list[str] = []
    for word in raw:
        form = known.forms.get(word)
        if form is None:
            return fold(typed)
        words.append(form)
    return words


def _reacts(typed: str, known: Lexicon) -> bool:
    """Whether it is a phone's note about a text of ours, which it quotes."""
    return (
        typed.startswith(known.reactions)
        and _QUOTATION.search(typed) is not None
    )


def _own_lines(typed: str, signatures: tuple[str, ...]) -> str:
    """The writer's lines: no quoted text, no signature of the phone."""
    own: list[str] = []
    for line in typed.splitlines():
        start = line.strip()
        if start.startswith(signatures):
            break
        if not start.startswith(">"):
            own.append(line)
    return "\n".join(own)


def _whole(
    typed: str, words: list[str], known: Lexicon, *, question: bool
) -> Reply | None:
    """A keyword, or a word that is well known not to be one."""
    key = " ".join(words)
    keyword = known.whole.get(key)
    if keyword is not None:
        return keyword.question if question else keyword.alone
    near = known.near_stop.get(key)
    if near is not None and len(words) > 1 and MARKED.match(typed):
        # "Non, stop" is two words, not the idiom.
        return None
    return _NOTHING if near is not None and question else near


def _one_word(
    words: list[str], known: Lexicon, *, question: bool
) -> Reply | None:
    """A single word, or one spelt out: mended, or one slip away."""
    word = "".join(words)
    if len(words) not in (1, len(word)):
        return None
    keyword = known.whole.get(word) or mended(word, known)
    if keyword is not None and keyword.hard:
        return keyword.question if question else keyword.mended
    meant = known.long_words.meant(word)
    if meant is None or question:
        return None
    keyword = known.whole[meant]
    return keyword.ending if only_ending(word, meant) else keyword.slip
