"""
Finds given numbers and texts in whatever got out, however written.

For tests of code that handles personal data: :func:`assert_no_leak` looks at
objects and errors, :class:`LeakWatch` at all that a block logs or raises.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, unquote

from anonsms.masking import Masked
from anonsms.phone import PhoneNumber


_GAP: Final = r"(?:[ \t\r\n./()_\-\u00a0\u202f+]{0,3})"
_NATIONAL: Final = 9
"""Last digits of a number: they tell it without its country code."""
_FEWEST_DIGITS: Final = 7
_WINDOW: Final = 12
"""So many characters of a text in a row are more than chance."""
_SHORTEST_TEXT: Final = 4
_HERE: Final = str(Path(__file__).parent)
_MOST_ROWS: Final = 50
"""Of a long list: its other rows look like the first ones."""


def assert_no_leak(
    *things: object,
    numbers: Iterable[str | PhoneNumber] = (),
    texts: Iterable[str | Masked] = (),
) -> None:
    """
    Check that nothing shows a number or a text that is to stay hidden.

    Of a string or bytes, all is looked at; of an error, also what led to
    it, its attributes, notes and the local variables of its traceback; of
    anything else, its ``repr``, ``str`` and ``format``. Numbers are found in
    plain, grouped, percent-encoded, hexadecimal and base64 form, texts also
    if they are quoted in part.

    Args:
        things: What got out.
        numbers: In E.164 form.
        texts: Message bodies, names, credentials; 4 characters and more.

    Raises:
        AssertionError: Something shows. It says what and where, with the
            digits and the text left out.
        ValueError: A number or text is too short to be told from chance, or
            there is nothing to look for.

    >>> assert_no_leak("sent to +33 •••••••34", numbers=["+33639981234"])
    >>> assert_no_leak("to=%2B33639981234", numbers=["+33639981234"])
    Traceback (most recent call last):
    AssertionError: a number shows in plain digits in a str
    """
    signs = _signs(numbers, texts)
    found = [
        f"{what} in {where}"
        for thing in things
        for where, said in _shown(thing)
        for what in _found(said, signs)
    ]
    # What looks for leaks must be none itself: a traceback shows this frame.
    del things, numbers, texts, signs
    if found:
        raise AssertionError("; ".join(dict.fromkeys(found)))


class LeakWatch:
    """
    A block in which nothing may log or raise a number or a text.

    All loggers are heard at ``DEBUG``, also those that others have turned
    down. An error that leaves the block is looked at with its chain and its
    local variables, and passes on.

    >>> with LeakWatch(numbers=["+33639981234"]):
    ...     logging.getLogger("shop").debug("sent")

    Attributes:
        lines: What was logged, with arguments and extras.
    """

    def __init__(
        self,
        *,
        numbers: Iterable[str | PhoneNumber] = (),
        texts: Iterable[str | Masked] = (),
    ) -> None:
        """
        Name what is to stay hidden, as for :func:`assert_no_leak`.

        Args:
            numbers: In E.164 form.
            texts: Message bodies, names, credentials.
        """
        self.lines: list[str] = []
        self._signs = _signs(numbers, texts)
        self._handler = _Lines(self.lines)
        self._before: list[tuple[logging.Logger, int, bool]] = []

    def __enter__(self) -> Self:
        root = logging.getLogger()
        known = [
            logger
            for logger in root.manager.loggerDict.values()
            if isinstance(logger, logging.Logger)
        ]
        for logger in (root, *known):
            deaf = logger is root or not logger.propagate
            self._before.append((logger, logger.level, deaf))
            logger.setLevel(logging.DEBUG)
            if deaf:
                logger.addHandler(self._handler)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for logger, level, heard in self._before:
            logger.setLevel(level)
            if heard:
                logger.removeHandler(self._handler)
        self._before.clear()
        shown = [("the log", line) for line in self.lines]
        if error is not None:
            shown += _shown(error)
        found = [
            f"{what} in {where}"
            for where, said in shown
            for what in _found(said, self._signs)
        ]
        del shown, error, trace
        if found:
            raise AssertionError("; ".join(dict.fromkeys(found))) from None


class _Lines(logging.Handler):
    """Formats each record at once, with its traceback and its extras."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(
            f"{record.name}: {self.format(record)}\n{record.args!r}\n"
            f"{vars(record)!r}"
        )


_Sign = tuple[str, re.Pattern[str]]


def _signs(
    numbers: Iterable[str | PhoneNumber], texts: Iterable[str | Masked]
) -> tuple[_Sign, ...]:
    signs: list[_Sign] = []
    for number in numbers:
        plain = number if isinstance(number, str) else number.reveal()
        digits = re.sub(r"\D", "", plain)
        if len(digits) < _FEWEST_DIGITS:
            raise ValueError("A number to look for is in E.164 form.")
        signs += _signs_of_number(digits)
    for text in texts:
        plain = text if isinstance(text, str) else text.reveal()
        if len(plain) < _SHORTEST_TEXT:
            raise ValueError(
                f"A text to look for has {_SHORTEST_TEXT} characters or more."
            )
        signs += _signs_of_text(plain)
    if not signs:
        raise ValueError("Say which numbers or texts are to stay hidden.")
    return tuple(signs)


def _signs_of_number(digits: str) -> Iterator[_Sign]:
    short = digits[-_NATIONAL:]
    yield (
        "a number shows in plain digits",
        re.compile(_GAP.join(short) + r"(?![0-9])"),
    )
    coded = "|".join(
        re.escape("".join(unit % digit for digit in short))
        for unit in ("3%s", "003%s")
    )
    yield "a number shows in hexadecimal", re.compile(coded)
    yield "a number shows in base64", _in_base64(short.encode())


def _signs_of_text(text: str) -> Iterator[_Sign]:
    starts = range(0, max(len(text) - _WINDOW, 0) + 1, _WINDOW // 2)
    pieces = {text[start : start + _WINDOW] for start in starts}
    spelt = {
        form
        for piece in pieces | {text}
        if len(piece.strip()) >= _SHORTEST_TEXT
        for form in (
            piece,
            json.dumps(piece)[1:-1],
            repr(piece)[1:-1],
            quote(piece),
        )
    }
    yield (
        "a text shows",
        re.compile("|".join(map(re.escape, sorted(spelt)))),
    )
    yield "a text shows in base64", _in_base64(text.encode())


def _in_base64(plain: bytes) -> re.Pattern[str]:
    """What is sure to show of it, at each of the three alignments."""
    cores = []
    for before in range(3):
        coded = base64.b64encode(bytes(before) + plain).decode()
        first, last = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        core = coded[first:last]
        cores += [core, core.translate(str.maketrans("+/", "-_"))]
    return re.compile("|".join(map(re.escape, cores)))


def _found(said: str, signs: Sequence[_Sign]) -> Iterator[str]:
    """What shows in a text, and in what it is when decoded."""
    views = [said]
    if "%" in said or "+" in said:
        # The + of a form is a space; before a number it is a gap anyway.
        views += [unquote(said), unquote(said.replace("+", " "))]
    if "\x00" in said:
        views.append(said.replace("\x00", ""))
    for what, pattern in signs:
        if any(pattern.search(view) for view in views):
            yield what


def _shown(thing: object) -> Iterator[tuple[str, str]]:
    """All that a careless handler could print of it, and where it stood."""
    kind = type(thing).__name__
    if isinstance(thing, BaseException):
        yield from _errors(thing)
        return
    if isinstance(thing, bytes | bytearray):
        yield kind, bytes(thing).decode("latin-1")
    elif not isinstance(thing, str):
        for how in (repr, str, format):
            yield f"the {how.__name__} of a {kind}", _said(how, thing)
        return
    else:
        yield f"a {kind}", thing


def _errors(error: BaseException) -> Iterator[tuple[str, str]]:
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        kind = f"a {type(current).__name__}"
        yield kind, _said(str, current)
        yield kind, _said(repr, current)
        yield kind, _said(repr, current.args)
        for note in getattr(current, "__notes__", ()):
            yield f"a note of {kind}", str(note)
        for name, value in vars(current).items():
            yield f"{kind}.{name}", _said(repr, value) + _said(str, value)
        yield from _locals(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        waiting.append(current.__cause__)
        if not current.__suppress_context__:
            waiting.append(current.__context__)


def _locals(trace: TracebackType | None) -> Iterator[tuple[str, str]]:
    # The first frame is the test that caught it; ours only carry it.
    trace = trace.tb_next if trace is not None else None
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_HERE):
            for name, value in trace.tb_frame.f_locals.items():
                where = f"the local variable {name!r} of {code.co_name}()"
                yield where, _said(repr, value)
        trace = trace.tb_next


def _said(how: Callable[[object], str], value: object) -> str:
    if isinstance(value, list | tuple) and len(value) > _MOST_ROWS:
        value = value[:_MOST_ROWS]
    try:
        return how(value)
    except Exception as broken:  # noqa: BLE001 - half-built objects in locals
        return f"<nothing to show: {type(broken).__name__}>"


__all__ = ["LeakWatch", "assert_no_leak"]
