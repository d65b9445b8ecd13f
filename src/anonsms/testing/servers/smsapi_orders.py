"""What a request to SMSAPI's ``sms.do`` asks for, read and checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import field, frozen

from anonsms.parts import Encoding, measure
from anonsms.testing.servers.asked import Asked
from anonsms.testing.servers.smsapi_refusals import RefusedError


NUMBER: Final = re.compile(r"[0-9]{8,16}")
_INDEXED: Final = re.compile(r"([a-z_0-9]+)\[(\d{0,6})\]")
_SENDER: Final = re.compile(r"[0-9]{8,16}|[A-Za-z0-9_.\-&@ %!+]{1,11}")
_ALWAYS: Final = {"Test", "ECO", "2way"}
_LONGEST_IDX: Final = 255
_SLOTS: Final = ("param1", "param2", "param3", "param4")
_NATIONAL: Final = 9
_MOST_PARTS: Final = 10
_FURTHEST: Final = timedelta(days=92)
_PLACE: Final = re.compile(r"\[%([1-4])%\]")
_SHORT: Final = re.compile(r"\[%(goto|idzdo):([^\]]*?)%\]")
_CODE: Final = re.compile(r"\[%(?:kod|code)%\]")
_HOSTS: Final = {"goto": "cut.li", "idzdo": "idz.do"}


@frozen(repr=False)
class Params:
    """
    The parameters of a request, from a form, JSON and the query alike.

    Attributes:
        values: One or more by name.
        arrays: The names of those that came as arrays.
    """

    values: Mapping[str, Sequence[str]]
    arrays: Collection[str] = ()

    @classmethod
    def of(cls, asked: Asked) -> Params:
        """Read them."""
        values: dict[str, list[str]] = {}
        arrays: set[str] = set()
        for name, value in [*asked.queries(), *asked.fields()]:
            indexed = _INDEXED.fullmatch(name)
            if indexed:
                arrays.add(name := indexed[1])
                values.setdefault(name, []).append(value)
            else:
                values[name] = [value]
        read = asked.json() if "json" in _media(asked) else None
        for name, value in (read if isinstance(read, dict) else {}).items():
            if isinstance(value, list):
                arrays.add(name)
                values[name] = [_word(each) for each in value]
            else:
                values[name] = [_word(value)]
        return cls(values, arrays)

    def text(self, name: str) -> str:
        """One value; empty if there is none."""
        return (self.values.get(name) or [""])[-1]

    def many(self, name: str, *, cuts_arrays: bool = True) -> list[str]:
        """
        The values of a name that has one for each recipient.

        Args:
            name: Of the parameter.
            cuts_arrays: Whether a ``|`` parts values inside an array too.
        """
        values = list(self.values.get(name, ()))
        if name in self.arrays and not cuts_arrays:
            return values
        return [part for value in values for part in value.split("|")]

    def flag(self, name: str) -> bool:
        """Whether something is switched on."""
        return self.text(name).lower() in {"1", "true"}

    def numbers(self) -> list[str]:
        """The recipients."""
        return [
            part.strip()
            for value in self.values.get("to", ())
            for part in value.split(",")
            if part.strip()
        ]

    def __repr__(self) -> str:
        return f"<Params {', '.join(sorted(self.values))}>"


def _media(asked: Asked) -> str:
    return asked.headers.get("content-type", "").lower()


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


@frozen(repr=False)
class Line:
    """
    One message that is asked for.

    Attributes:
        submitted: The number as it came.
        number: With country code, or empty if it is no number.
        text: Personalised; macros played out.
        idx: The client's reference, or empty.
    """

    submitted: str = field(repr=False)
    number: str = field(repr=False)
    text: str = field(repr=False)
    idx: str

    @property
    def parts(self) -> int:
        """How many."""
        return measure(self.text).count


def read_lines(
    params: Params, *, most: int, country: str, cuts_arrays: bool
) -> list[Line]:
    """
    Who is to get which text; duplicates are dropped.

    Args:
        params: Of the request.
        most: Recipients in one request.
        country: Calling code that completes national numbers.
        cuts_arrays: See :meth:`Params.many`.

    Raises:
        RefusedError: Counts that do not fit, no text, nobody to text.
    """
    numbers = params.numbers()
    if params.text("group") and not numbers:
        raise RefusedError(40)
    if not numbers:
        raise RefusedError(13)
    if len(numbers) > most:
        raise RefusedError(19)
    message = params.text("message")
    if not message:
        raise RefusedError(11)
    columns, keys = _columns(params, len(numbers), cuts_arrays=cuts_arrays)
    lines, seen = [], set()
    for at, number in enumerate(numbers):
        if number in seen and not params.flag("allow_duplicates"):
            continue
        seen.add(number)
        filled = {slot: column[at] for slot, column in columns.items()}
        text = play(message, filled)
        key = keys[at] if keys else ""
        lines.append(Line(number, complete(number, country), text, key))
    return lines


def _columns(
    params: Params, count: int, *, cuts_arrays: bool
) -> tuple[dict[str, list[str]], list[str]]:
    """The values of each placeholder, and the references; as many as count."""
    columns = {
        slot[-1]: params.many(slot, cuts_arrays=cuts_arrays)
        for slot in _SLOTS
        if slot in params.values
    }
    if any(len(column) != count for column in columns.values()):
        raise RefusedError(18)
    keys = params.many("idx") if "idx" in params.values else []
    if keys and len(keys) != count:
        raise RefusedError(20)
    if any(len(key) > _LONGEST_IDX for key in keys):
        raise RefusedError(27)
    return columns, keys


def complete(number: str, country: str) -> str:
    """A number with its country code; empty if it is none."""
    if not number.isascii() or not number.isdigit():
        return ""
    if len(number) == _NATIONAL:
        number = country + number
    return number if NUMBER.fullmatch(number) else ""


def play(message: str, filled: Mapping[str, str]) -> str:
    """
    Fill in the parameters, then play macros, those in values too.

    That is why a value must never hold one: a stranger's name would become
    a short link on a host that people trust.
    """
    text = message
    for _ in range(2):
        text = _PLACE.sub(lambda found: filled.get(found[1], ""), text)
    text = _SHORT.sub(lambda found: f"https://{_HOSTS[found[1]]}/x1", text)
    return _CODE.sub("123456", text)


def check_texts(params: Params, lines: Sequence[Line]) -> None:
    """
    Check what the texts may be.

    Raises:
        RefusedError: Special characters or parts that were ruled out.
    """
    most = params.text("max_parts")
    limit = int(most) if most.isascii() and most.isdigit() else _MOST_PARTS
    for line in lines:
        counted = measure(line.text)
        if params.flag("nounicode") and counted.encoding is Encoding.UCS2:
            raise RefusedError(11)
        if counted.count > (1 if params.flag("single") else limit):
            raise RefusedError(12)


def check_sender(sender: str, senders: Collection[str] | None) -> None:
    """
    Check a sender name.

    Raises:
        RefusedError: It is none, or not the account's.
    """
    if sender in _ALWAYS:
        return
    known = senders is None or sender in senders
    if not known or not _SENDER.fullmatch(sender):
        raise RefusedError(14)


def planned(params: Params, now: datetime) -> datetime | None:
    """
    The time that was asked for; ``None``: now.

    Raises:
        RefusedError: It is none, with ``date_validate``; or too far off.
    """
    text = params.text("date")
    if not text:
        return None
    try:
        if text.isascii() and text.isdigit():
            at = datetime.fromtimestamp(int(text), UTC)
        else:
            at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        at = None
    if at is None:
        if params.flag("date_validate"):
            raise RefusedError(54)
        return None
    at = at if at.utcoffset() is not None else at.replace(tzinfo=UTC)
    if at > now + _FURTHEST:
        raise RefusedError(50)
    return at if at > now else None
