"""
Phrases of the word lists, and how they are found in a text.

A phrase is a few words, folded like the text. ``offre*`` is any word that
begins so, ``*angebot`` any that ends so, ``accept|agree`` either of two;
``the?`` may be missing, and ``...`` stands for up to eight words of the
same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from anonsms.errors import ConfigurationError
from anonsms.wordings.reading import EMAIL, URL, Reading, fold_words


GAP: Final = "..."
GAP_WORDS: Final = 8
"""Most words that a gap stands for."""


@frozen
class Step:
    """
    What may stand at one place of a phrase.

    Attributes:
        exact: Whole words.
        begins: How words may begin.
        ends: How words may end.
        optional: Whether the place may be empty.
        gap: Whether it is a gap, which takes any words.
    """

    exact: frozenset[str] = frozenset()
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def takes(self, word: str) -> bool:
        """Whether a word fits here."""
        return (
            word in self.exact
            or (bool(self.begins) and word.startswith(self.begins))
            or (bool(self.ends) and word.endswith(self.ends))
        )


Phrase = tuple[Step, ...]


def parse_phrase(source: str) -> Phrase:
    """
    Read a phrase as it stands in a word list.

    Raises:
        ConfigurationError: It has no words, or begins or ends with a gap or
            an optional word.
    """
    steps: list[Step] = []
    for chunk in source.split():
        steps += [Step(gap=True)] if chunk == GAP else _steps(chunk)
    if not steps or any(s.gap or s.optional for s in (steps[0], steps[-1])):
        raise ConfigurationError(
            f"The phrase {source!r} of a word list cannot be looked for: it "
            "begins and ends with a word that has to be there."
        )
    return tuple(steps)


def _steps(chunk: str) -> list[Step]:
    options = chunk.removesuffix("?").split("|")
    optional = chunk.endswith("?")
    folded = [_option(option) for option in options]
    if len(folded) == 1 and len(folded[0]) > 1 and "*" not in chunk:
        # "j'accepte", "e-mail": two words in the text as well.
        return [
            Step(frozenset((word,)), optional=optional) for word in folded[0]
        ]
    if any(len(words) != 1 for words in folded) or "?" in "".join(options):
        raise ConfigurationError(
            f"{chunk!r} in a word list: each of several choices, and each "
            "beginning or end of a word, is one word without marks in it."
        )
    exact, begins, ends = set(), [], []
    for option, [word] in zip(options, folded, strict=True):
        if option.endswith("*"):
            begins.append(word)
        elif option.startswith("*"):
            ends.append(word)
        else:
            exact.add(word)
    return [Step(frozenset(exact), tuple(begins), tuple(ends), optional)]


def _option(option: str) -> list[str]:
    if option in (URL, EMAIL):
        return [option]
    return fold_words(option)


def occurrences(
    phrases: Iterable[Phrase], reading: Reading
) -> Iterator[tuple[int, int]]:
    """
    Find phrases in a text.

    Yields:
        Index of the first word of an occurrence, and index after its last.
        Occurrences of different phrases may overlap.
    """
    for phrase in phrases:
        for word, places in reading.places.items():
            if phrase[0].takes(word):
                for place in places:
                    end = _end(phrase, 0, reading, place, place)
                    if end is not None:
                        yield place, end


def _end(
    phrase: Phrase, step: int, reading: Reading, at: int, first: int
) -> int | None:
    """Where the rest of a phrase ends that begins at a word, if it does."""
    if step == len(phrase):
        return at
    here = phrase[step]
    words = reading.words
    if here.gap:
        for skipped in range(at, at + GAP_WORDS + 1):
            end = _end(phrase, step + 1, reading, skipped, first)
            if end is not None:
                return end
        return None
    if (
        at < len(words)
        and words[at].sentence == words[first].sentence
        and here.takes(words[at].text)
    ):
        end = _end(phrase, step + 1, reading, at + 1, first)
        if end is not None:
            return end
    if here.optional:
        return _end(phrase, step + 1, reading, at, first)
    return None
