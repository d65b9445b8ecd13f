"""Ready consent texts with blanks, from ``models.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final

from attrs import field, frozen

from anonsms.consent import Controller, Wording
from anonsms.errors import ConsentError
from anonsms.wordings.kind import WordingKind, kind_named


_BLANK: Final = re.compile(r"\{([a-z_]+)\}")
_MARKS: Final = frozenset("{}")


def _stripped(text: str) -> str:
    return text.strip()


@frozen
class WordingModel:
    """
    A consent text with blanks, of our own writing; no legal advice.

    Attributes:
        language: BCP 47 tag, e.g. ``"fr"`` or ``"en-US"``.
        kind: Where such a text stands.
        text: The text, with its blanks in braces.
        note: Who should look at it before it is used, and at what.
    """

    language: str
    kind: WordingKind = field(converter=WordingKind)
    text: str = field(converter=_stripped)
    note: str

    @property
    def blanks(self) -> tuple[str, ...]:
        """Names of the blanks, in the order in which they come first."""
        return tuple(dict.fromkeys(_BLANK.findall(self.text)))


@functools.cache
def _models() -> tuple[WordingModel, ...]:
    file = resources.files("anonsms.wordings").joinpath("models.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(WordingModel(**row) for row in data["models"])


def wording_models(language: str | None = None) -> tuple[WordingModel, ...]:
    """
    The models of one language, or all of them.

    >>> [model.kind.value for model in wording_models("pl")]
    ['marketing', 'marketing, long', 'double opt-in', 'keyword', 'paper']

    Args:
        language: BCP 47 tag. ``"en"`` gives those for the United States
            (``"en-US"``) as well, ``"fr-BE"`` the French ones.

    Raises:
        ConsentError: There are none in that language.
    """
    if language is None:
        return _models()
    tag = _tag(language)
    found = _of(tag) or _of(tag.partition("-")[0])
    if not found:
        raise ConsentError(
            "There are no models in that language. There are some in "
            f"{_listed(m.language for m in _models())}; in another one a "
            "lawyer of the country writes the text."
        )
    return found


def draft_wording(  # noqa: PLR0913 - what a text has to say
    language: str,
    kind: WordingKind | str,
    *,
    id: str,  # noqa: A002 - it is the name of the attribute
    version: str,
    controller: str | Controller,
    subject: str,
    **blanks: str,
) -> Wording:
    """
    Fill in a model.

    >>> draft_wording(
    ...     "de", "double opt-in", id="doi", version="1",
    ...     controller="Rösterei Muster", subject="Kaffee und Tee",
    ... ).text
    'Rösterei Muster: Antworten Sie mit JA, um Angebote per SMS zu erhalten \
(Kaffee und Tee). Ohne Antwort senden wir nichts. Abmelden jederzeit mit STOP.'

    Args:
        language: BCP 47 tag. Where the region has no models of its own,
            those of the language are taken; the wording keeps the tag.
        kind: Which text.
        id: Stable name of the wording.
        version: Its version; a new one with every change.
        controller: The company that asks. If it is a
            :class:`~anonsms.consent.Controller`, its ``privacy_url`` and
            ``email`` fill the blanks ``privacy_url`` and ``contact``, unless
            these are given.
        subject: What the offers are about, in the language of the text.
        **blanks: The other blanks of the model, see
            :attr:`WordingModel.blanks`.

    Returns:
        A wording to look over, to have looked over, and to publish.

    Raises:
        ConsentError: There is no such model, or a blank is unknown, missing,
            empty, or has braces in it.
    """
    model = _model(_tag(language), kind_named(kind))
    known: dict[str, str] = {}
    if isinstance(controller, Controller):
        known = {
            "privacy_url": controller.privacy_url,
            "contact": controller.email,
        }
        controller = controller.name
    given = {"controller": controller, "subject": subject, **blanks}
    unknown = given.keys() - set(model.blanks)
    if unknown:
        raise ConsentError(
            f"This model has no blank {_listed(unknown)}. Its blanks are "
            f"{_listed(model.blanks)}."
        )
    text = _filled(model, {**known, **given})
    return Wording(id, version, language, text)


def _filled(model: WordingModel, values: Mapping[str, str]) -> str:
    """The text of a model; what is put in is not looked at for blanks."""
    open_ = [
        blank
        for blank in model.blanks
        if not isinstance(values.get(blank), str)
        or not values[blank].strip()
        or _MARKS & set(values[blank])
    ]
    if open_:
        raise ConsentError(
            f"The blank {_listed(open_)} of this model is not filled in. "
            "Pass a text without braces for each of "
            f"{_listed(model.blanks)}."
        )
    return _BLANK.sub(lambda blank: values[blank[1]].strip(), model.text)


def _model(tag: str, kind: WordingKind) -> WordingModel:
    here = wording_models(tag)
    for wanted in (tag, tag.partition("-")[0]):
        for model in here:
            if model.kind is kind and _tag(model.language) == wanted:
                return model
    raise ConsentError(
        "There is no model of that kind in that language. There are "
        f"{_listed(model.kind for model in here)}."
    )


def _of(tag: str) -> tuple[WordingModel, ...]:
    return tuple(
        model
        for model in _models()
        if f"{_tag(model.language)}-".startswith(f"{tag}-")
    )


def _tag(language: str) -> str:
    return language.replace("_", "-").lower()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(str(name) for name in names))
