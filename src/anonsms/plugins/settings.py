"""Which settings a plug-in's factory takes; by their names alone."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Sequence
from typing import Final, Self

from attrs import frozen


_LONGEST: Final = 40
"""Characters of a name that is repeated: longer ones are no names."""
_NAMED: Final = {
    inspect.Parameter.KEYWORD_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
}


@frozen
class Settings:
    """
    The settings of a factory.

    Attributes:
        needed: Those without a default.
        optional: Those with one; also what a class hands on, by
            ``**options``, to the class that it is made from.
        others: Whether it takes any other name too, or seems to.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    others: bool

    @classmethod
    def of(cls, factory: Callable[..., object]) -> Self | None:
        """Read a factory's signature; ``None`` if it has none to read."""
        try:
            parameters = _parameters(inspect.signature(factory))
        except (TypeError, ValueError):  # built in C, for instance
            return None
        named = [p for p in parameters if p.kind in _NAMED]
        needed = [p.name for p in named if p.default is p.empty]
        optional = [p.name for p in named if p.name not in needed]
        others = any(p.kind is p.VAR_KEYWORD for p in parameters)
        if others and isinstance(factory, type):
            optional += _handed_on(factory)
        return cls(
            tuple(needed),
            tuple(n for n in dict.fromkeys(optional) if n not in needed),
            others,
        )

    def fit(self, given: Collection[str]) -> bool:
        """Whether these names, and no others, can be handed over."""
        lacking = any(name not in given for name in self.needed)
        return not lacking and (self.others or not self._unknown(given))

    def misfit(self, given: Collection[str]) -> str:
        """What is wrong with these names: the unknown ones first."""
        unknown = self._unknown(given)
        lacking = [name for name in self.needed if name not in given]
        wrong = []
        if unknown:
            wrong.append(f"has no setting {self._meant(unknown)}")
        if lacking:
            wrong.append(f"needs {', '.join(map(repr, lacking))}")
        lists = [", ".join(self.needed)] if self.needed else []
        if self.optional:
            lists.append(f"optional: {', '.join(self.optional)}")
        return (
            f"{' and '.join(wrong)}. Its settings: "
            f"{'; '.join(lists) or 'none'}."
        )

    def strange(self, given: Collection[str]) -> str:
        """What to add to an error that may come from an unknown name."""
        unknown = self._unknown(given)
        return f"; it may not know {self._meant(unknown)}" if unknown else ""

    def _unknown(self, given: Collection[str]) -> list[str]:
        known = {*self.needed, *self.optional}
        return [name for name in given if name not in known]

    def _meant(self, unknown: Sequence[str]) -> str:
        """Names that nobody knows, each with the one it looks like."""
        known = [*self.needed, *self.optional]
        told = []
        for name in unknown:
            if not name.isidentifier() or len(name) > _LONGEST:
                # Somebody's number or credential, in the wrong place.
                told.append("(not a name)")
                continue
            alike = difflib.get_close_matches(name, known, 1)
            told.append(f"{name!r} ({alike[0]}?)" if alike else repr(name))
        return ", ".join(told)


def _parameters(signature: inspect.Signature) -> list[inspect.Parameter]:
    return list(signature.parameters.values())


def _handed_on(factory: type) -> list[str]:
    """
    Names for the classes that it is made from, as far as they are handed on.

    Which of them are needed, only the class itself knows.
    """
    names: list[str] = []
    for each in factory.__mro__[1:]:
        made = vars(each).get("__init__")
        if inspect.isfunction(made):
            parameters = _parameters(inspect.signature(made))[1:]
            names += [p.name for p in parameters if p.kind in _NAMED]
            if not any(p.kind is p.VAR_KEYWORD for p in parameters):
                break
    return names
