"""Check a consent text: each rule of ``rules.toml`` is a function here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from attrs import frozen

from anonsms.consent import Controller, Wording
from anonsms.errors import ConsentError
from anonsms.wordings.channels import other_channel
from anonsms.wordings.elements import elements, wording_rules
from anonsms.wordings.kind import WordingKind, kind_named
from anonsms.wordings.naming import bare_name, named
from anonsms.wordings.phrase import occurrences
from anonsms.wordings.reading import NOTHING, Reading, read
from anonsms.wordings.report import Severity, WordingFault, WordingReport
from anonsms.wordings.seen import Seen


@frozen(repr=False)
class _Case:
    """A text, and what it is checked against."""

    reading: Reading
    kind: WordingKind
    language: str
    controller: Controller

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def own_words(self) -> tuple[tuple[int, int], ...]:
        """Where the controller is named."""
        return tuple(named(self.controller.name, self.reading))

    def __repr__(self) -> str:
        return f"<_Case {self.language} {self.kind}>"


# Each rule answers None where all is well, else the words that told it or
# what is missing, perhaps nothing.
_Rule = Callable[[_Case, Seen], str | None]
_NO_DETAIL: Final = ""

_OPEN_BLANK: Final = re.compile(
    r"\{[^{}]{0,60}\}|\{\{|\[[^\[\]]{0,60}\w[^\[\]]{0,60}\](?!\()|\[[.…]+\]"
    r"|<[^\W\d][\w -]{1,40}>|\bX{3,}\b|\b(?:TODO|TBD|FIXME)\b|\blorem ipsum\b"
)
_OPEN_LINE: Final = re.compile(r"_{3,}|\.{4,}|…{2,}")
_TICKED: Final = re.compile(r"[☑☒✅✔✓]|\[[xX]\]")

_MOST_WORDS: Final = {
    WordingKind.MARKETING: 90,
    WordingKind.LONG: 180,
    WordingKind.KEYWORD: 120,
    WordingKind.REFUSAL: 90,
    WordingKind.PAPER: 180,
}
_ONE_PART: Final = 160
_VOTES: Final = 2
"""Words of another language that make a text suspect."""
_TELLING: Final = 8
"""Words of which at least one should be known."""

_SAYING: Final = {
    WordingKind.DOUBLE_OPT_IN: "reply",
    WordingKind.KEYWORD: "send",
    WordingKind.REFUSAL: "refusal",
}
_RIGHTS: Final = ("access", "correction", "objection")


def _blank(case: _Case, _seen: Seen) -> str | None:
    found = _OPEN_BLANK.search(_TICKED.sub("", case.text))
    if found is None and case.kind is not WordingKind.PAPER:
        found = _OPEN_LINE.search(case.text)
    return None if found is None else " ".join(found[0].split())


def _blank_words(_case: _Case, seen: Seen) -> str | None:
    return seen.shown("blanks")


def _preticked(case: _Case, _seen: Seen) -> str | None:
    found = _TICKED.search(case.text)
    return None if found is None else found[0]


def _length(case: _Case, _seen: Seen) -> str | None:
    if case.kind is WordingKind.DOUBLE_OPT_IN:
        size, most, unit = len(case.text), _ONE_PART, "characters"
    else:
        size, unit = len(case.reading.words), "words"
        most = _MOST_WORDS[case.kind]
    return f"{size} {unit}, at most {most}" if size > most else None


def _foreign(case: _Case) -> str | None:
    """What speaks against the language that the wording claims."""
    if case.language not in elements():
        return "it claims one that is not known here"
    words = [word.text for word in case.reading.words]
    votes = {
        language: sum(word in known.stop_words for word in words)
        for language, known in elements().items()
    }
    claimed = votes.pop(case.language)
    other = max(votes, key=lambda language: votes[language])
    if votes[other] >= _VOTES and votes[other] > claimed:
        return f"it reads like {other!r}"
    if not claimed and len(words) >= _TELLING:
        return f"no frequent word of {case.language!r} is in it"
    return None


def _controller(case: _Case, _seen: Seen) -> str | None:
    if case.own_words:
        return None
    if bare_name(case.controller.name):
        return _NO_DETAIL
    # A name of signs alone has no words to look for.
    return None if case.controller.name.strip() in case.text else _NO_DETAIL


def _says(name: str) -> _Rule:
    def rule(_case: _Case, seen: Seen) -> str | None:
        return None if seen.has(name) else _NO_DETAIL

    return rule


def _withdrawal_way(_case: _Case, seen: Seen) -> str | None:
    return (
        _NO_DETAIL if seen.has("withdrawal") and not seen.has("way") else None
    )


def _missing_rights(seen: Seen) -> str | None:
    missing = [right for right in _RIGHTS if not seen.has(right)]
    return f"missing: {', '.join(missing)}" if missing else None


def _rights(_case: _Case, seen: Seen) -> str | None:
    return None if seen.has("notice") else _missing_rights(seen)


def _rights_named(_case: _Case, seen: Seen) -> str | None:
    return _missing_rights(seen) if seen.has("notice") else None


def _bundled(_case: _Case, seen: Seen) -> str | None:
    return seen.shown("bundled")


def _condition(_case: _Case, seen: Seen) -> str | None:
    return seen.shown_unless_denied("condition")


def _one_channel(_case: _Case, seen: Seen) -> str | None:
    return other_channel(seen)


def _one_purpose(_case: _Case, seen: Seen) -> str | None:
    return seen.shown_unless_denied(
        "other_purposes", outside=seen.sentences(*_RIGHTS, "notice")
    )


def _statement(case: _Case, seen: Seen) -> str | None:
    name = _SAYING.get(case.kind, "statement")
    return None if seen.has(name) else _NO_DETAIL


def _opt_out_wording(case: _Case, seen: Seen) -> str | None:
    found = seen.shown("untick")
    if found is None and case.kind not in _SAYING:
        found = seen.shown("refusal")
    return found


_AND_NAMED: Final = re.compile(r"\s*[:(–—]\s*([^\W\d_]+)")


def _third_parties(case: _Case, seen: Seen) -> str | None:
    for first, after in seen.undenied("third_parties"):
        rest = _AND_NAMED.match(case.text, case.reading.words[after - 1].end)
        if rest is None or not rest[1][0].isupper():
            return case.reading.shown(first, after)
        known = {at for at, _ in seen.of("lists")}
        if after in known:
            return case.reading.shown(first, after)
    return None


_NEUTRAL: Final[dict[str, _Rule]] = {
    "blank": _blank,
    "preticked": _preticked,
    "length": _length,
}
_WORDED: Final[dict[str, _Rule]] = {
    "blank": _blank_words,
    "controller": _controller,
    "purpose": _says("purpose"),
    "channel": _says("channel"),
    "withdrawal": _says("withdrawal"),
    "withdrawal-way": _withdrawal_way,
    "rights": _rights,
    "rights-named": _rights_named,
    "notice": _says("notice"),
    "bundled": _bundled,
    "condition": _condition,
    "no-condition": _says("no_condition"),
    "automated": _says("automated"),
    "one-channel": _one_channel,
    "one-purpose": _one_purpose,
    "statement": _statement,
    "opt-out-wording": _opt_out_wording,
    "third-parties": _third_parties,
}


def check_wording(
    wording: Wording,
    *,
    controller: str | Controller,
    kind: WordingKind | str = WordingKind.MARKETING,
) -> WordingReport:
    """
    Look a consent text over before it is shown.

    It knows English, French, German and Polish, and the faults that
    regulators name. It reads words, not meaning: a text without fault may
    still be wrong, and a lawyer has the last word.

    >>> text = "Oui, je veux recevoir les offres de Ma Boutique par SMS."
    >>> report = check_wording(
    ...     Wording("checkout-sms", "1", "fr", text), controller="Ma Boutique"
    ... )
    >>> [fault.rule for fault in report.faults]
    ['withdrawal', 'rights']
    >>> bool(report)
    False

    Args:
        wording: The text, in the language that its tag claims.
        controller: The company that asks; its name must stand in the text.
            For the rules of a country its ``country`` counts, if the
            wording's tag names none.
        kind: Where the text stands; see :class:`WordingKind`.

    Returns:
        The faults; none of them raises.

    Raises:
        ConfigurationError: The controller has no name.
        ConsentError: There is no such kind, or ``wording`` is no wording.
    """
    if not isinstance(wording, Wording):
        raise ConsentError(
            "check_wording looks at a Wording, for a text alone has neither "
            "language nor version. Make one: Wording(id, version, language, "
            "text)."
        )
    if not isinstance(controller, Controller):
        controller = Controller(controller)
    language, _, rest = wording.language.replace("_", "-").partition("-")
    region = rest.rpartition("-")[2].upper()
    case = _Case(
        read(wording.text), kind_named(kind), language.lower(), controller
    )
    return _report(_findings(case), case, region or controller.country)


def _findings(case: _Case) -> dict[str, str]:
    """What each rule found, by its id."""
    if not case.reading.words:
        return {"empty": _NO_DETAIL}
    nothing = Seen.none(case.reading)
    found = _asked(_NEUTRAL, case, nothing)
    foreign = _foreign(case)
    if foreign is not None:
        # Rules that look for words would only say the same thing again.
        return {**found, "language": foreign}
    return {**_asked(_WORDED, case, _seen_in(case)), **found}


def _seen_in(case: _Case) -> Seen:
    known = elements()[case.language]
    reading = case.reading.without(case.own_words, NOTHING)
    idle = occurrences(known.phrases("not_stop"), reading)
    return Seen(reading.without(idle, NOTHING), known)


def _asked(rules: dict[str, _Rule], case: _Case, seen: Seen) -> dict[str, str]:
    answers = ((name, rule(case, seen)) for name, rule in rules.items())
    return {name: said for name, said in answers if said is not None}


def _report(found: dict[str, str], case: _Case, country: str) -> WordingReport:
    return WordingReport(
        tuple(
            _weightiest_first(
                WordingFault(
                    rule.id,
                    rule.weight(case.kind, case.language),
                    rule.message,
                    rule.remedy,
                    rule.source,
                    found[rule.id],
                )
                for rule in wording_rules()
                if rule.id in found
                and rule.covers(case.kind, case.language, country.upper())
            )
        )
    )


def _weightiest_first(faults: Iterable[WordingFault]) -> list[WordingFault]:
    return sorted(faults, key=lambda f: f.severity is not Severity.ERROR)
