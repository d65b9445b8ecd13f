"""What the word lists of a language find in one text."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from attrs import Factory, field, frozen

from anonsms.wordings.elements import Elements
from anonsms.wordings.phrase import occurrences
from anonsms.wordings.reading import Reading


Span = tuple[int, int]
"""Index of a first word, and index after the last."""


@frozen(repr=False)
class Seen:
    """
    Occurrences of the word lists, each list looked for once, when asked.

    Attributes:
        reading: The text. Words of the company's own name are out of sight.
        known: The lists of its language; without them nothing is found.
    """

    reading: Reading
    known: Elements | None
    _found: dict[str, list[Span]] = field(
        default=Factory(dict), init=False, eq=False
    )

    @classmethod
    def none(cls, reading: Reading) -> Seen:
        """What is found in a text of an unknown language: nothing."""
        return cls(reading, None)

    def of(self, name: str) -> list[Span]:
        """Where phrases of a list stand, in the order of the text."""
        if name not in self._found:
            phrases = () if self.known is None else self.known.phrases(name)
            self._found[name] = sorted(occurrences(phrases, self.reading))
        return self._found[name]

    def has(self, name: str) -> bool:
        """Whether anything of a list is there."""
        return bool(self.of(name))

    def shown(self, name: str) -> str | None:
        """The first words that are of a list, as they stand in the text."""
        for span in self.of(name):
            return self.reading.shown(*span)
        return None

    def sentences(self, *names: str) -> set[int]:
        """Numbers of the sentences where anything of these lists begins."""
        return {
            self.sentence(span) for name in names for span in self.of(name)
        }

    def sentence(self, span: Span) -> int:
        """Number of the sentence that an occurrence begins in."""
        return self.reading.words[span[0]].sentence

    def undenied(self, name: str) -> Iterator[Span]:
        """Where phrases of a list stand, but for clauses with a "not"."""
        words = self.reading.words
        denied = {words[first].clause for first, _ in self.of("negators")}
        for first, after in self.of(name):
            clauses = {words[at].clause for at in range(first, after)}
            if not clauses & denied:
                yield first, after

    def shown_unless_denied(
        self, name: str, *, outside: Collection[int] = ()
    ) -> str | None:
        """As :meth:`shown`, but for denials and some sentences."""
        for span in self.undenied(name):
            if self.sentence(span) not in outside:
                return self.reading.shown(*span)
        return None

    def __repr__(self) -> str:
        return f"<Seen in {len(self.reading.words)} words>"
