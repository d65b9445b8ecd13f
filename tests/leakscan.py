"""
Finds phone numbers of the ranges kept for fiction, however written.

The suite uses no other numbers, so each one that turns up in a log, an
error or a database is a leak: the canary that stopped singing. What is
looked for:

========== ============================================================
plain      E.164 with or without ``+``, ``00…``, national, in any
           grouping by spaces, tabs, line breaks, dots, dashes or
           brackets; the same in percent-encoding or UTF-16
reversed   the same, back to front
hex        of the ASCII digits, and of UCS-2 (``00360033…``)
base64     of the digits, at each of the three alignments
bcd        semi-octets of an SMS address: ``91`` and swapped digits, raw
           or in hexadecimal (TS 23.040 §9.1.2.5)
========== ============================================================

A quick search for a few fixed substrings (the *cores* of the ranges) comes
first; the exact patterns run only where one of them is found.

Pure: no I/O and no pytest in here, so that it can move into the package.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from attrs import field, frozen


# What people put between digits. UTF-16 is read by dropping its NULs.
_GAP = rb"(?:[ \t\r\n./()_\-\xa0+]|\xc2\xa0|\xe2\x80[\x80-\xaf]){0,3}"
_DROPPED = b" ./()_-+:,%\\x\x00\xa0\xc2\xe2\x80\xaf\t\r\n"
_DIGEST_REST = 5  # so many hex digits around it, with letters: a digest


@frozen
class Range:
    """
    Numbers that no real person can have.

    Attributes:
        name: For the report.
        code: Country code.
        area: How many free digits stand before the core.
        core: The digits that give the range away, at least five.
        free: How many free digits stand after the core.
        trunk: What is dialled before a national number.
        bare: Whether the national number is telling without any prefix.
    """

    name: str
    code: str
    core: str
    free: int
    trunk: str = "0"
    area: int = 0
    bare: bool = True


RANGES = (
    Range("FR mobile", "33", "63998", 4),
    Range("FR fixed", "33", "19900", 4),
    Range("US", "1", "55501", 2, trunk="1", area=3),
    Range("DE mobile 171", "49", "17139200", 2),
    Range("DE mobile 176", "49", "176040690", 2),
    Range("DE fixed", "49", "3023125", 3),
    Range("GB mobile", "44", "7700900", 3),
    Range("GB fixed", "44", "2079460", 3),
    # Poland keeps none for fiction; this block is the project's own.
    Range("PL", "48", "212", 6, trunk="", bare=False),
)


@frozen
class Leak:
    """
    A canary that was found.

    Attributes:
        form: How it was written.
        kind: The name of its range; never the number.
        context: What stood around it, with every digit masked.
    """

    form: str
    kind: str
    context: str

    def __str__(self) -> str:
        return f"{self.kind} number, {self.form}: {self.context}"


def _digits(text: str, gap: bytes, unit: str = "%s") -> bytes:
    """A pattern for fixed digits; ``d`` stands for any, ``a`` for 2–9."""
    classes = {"d": "[0-9]", "a": "[2-9]"}
    return gap.join((unit % classes.get(char, char)).encode() for char in text)


def _plain(each: Range) -> bytes:
    national = "a" * bool(each.area) + "d" * (each.area - 1)
    national += each.core + "d" * each.free
    code = rb"(?:00" + _GAP + rb")?" + _digits(each.code, _GAP) + _GAP
    if each.trunk == "0":
        code += rb"(?:\(?0\)?" + _GAP + rb")?"
    starts = [code]
    if each.trunk:
        starts.append(_digits(each.trunk, _GAP) + _GAP)
    optional = b"?" if each.bare else b""
    start = b"(?:" + b"|".join(starts) + b")" + optional
    return b"(?<![0-9])" + start + _digits(national, _GAP) + b"(?![0-9])"


def _reversed(each: Range) -> bytes:
    national = "d" * each.free + each.core[::-1]
    national += "d" * (each.area - 1) + "a" * bool(each.area)
    starts = [each.code[::-1], each.trunk] if each.trunk else [each.code[::-1]]
    return (
        b"(?<![0-9])"
        + _digits(national, _GAP)
        + _GAP
        + b"(?:"
        + b"|".join(_digits(start, _GAP) for start in starts)
        + (b")?" if each.area else b")")
    )


def _hex(each: Range, unit: str) -> bytes:
    code = "" if each.bare else each.code
    shape = code + "d" * each.area + each.core + "d" * each.free
    return _digits(shape, rb"[ \t\r\n:%\\xu,\-]{0,4}", unit)


def _address(each: Range) -> list[tuple[str, str]]:
    """Pairs of digit classes, as semi-octets hold them, ``f`` as filler."""
    shape = each.code + "d" * each.area + each.core + "d" * each.free
    shape += "f" * (len(shape) % 2)
    return list(zip(shape[::2], shape[1::2], strict=True))


def _bcd_hex(each: Range) -> bytes:
    text = "".join(second + first for first, second in _address(each))
    pattern = text.replace("d", "[0-9]").replace("f", "[Ff]")
    return b"91" + pattern.encode()


def _bcd_raw(each: Range) -> bytes:
    def choices(char: str) -> range | list[int]:
        return range(10) if char == "d" else [int(char, 16)]

    octets = [
        bytes(
            low | high << 4
            for low in choices(first)
            for high in choices(second)
        )
        for first, second in _address(each)
    ]
    return b"\x91" + b"".join(
        b"[" + b"".join(b"\\x%02x" % value for value in octet) + b"]"
        for octet in octets
    )


def _fixed_run(pairs: list[tuple[str, str]]) -> tuple[bytes, bytes]:
    """The longest run of octets without a free digit: in hex, and raw."""
    text = "".join(
        second + first if "d" not in (first, second) else " "
        for first, second in pairs
    )
    best = max(text.split(), key=len)
    return best.encode(), bytes.fromhex(best)


def _base64_cores(core: str) -> list[tuple[bytes, int]]:
    """For each alignment: what is sure to show, and where its group began."""
    cores = []
    for before in range(3):
        coded = base64.b64encode(b"0" * before + core.encode())
        first = -(-before * 8 // 6)
        last = (before + len(core)) * 8 // 6
        cores.append((coded[first:last], first))
    return cores


@frozen
class _Form:
    name: str
    kind: str
    cores: tuple[bytes, ...]
    pattern: re.Pattern[bytes] = field(converter=re.compile)
    joined: bool = False  # the core is looked for with the gaps taken out
    digits: bool = False  # a stretch of a digest can look like it


def _forms(each: Range) -> Iterator[_Form]:
    core = each.core if each.bare else each.code + each.core
    plain = (each.core.encode(), core.encode())[not each.bare]
    yield _Form(
        "in plain digits",
        each.name,
        (plain,),
        _plain(each),
        joined=True,
        digits=True,
    )
    back = core[::-1].encode()
    yield _Form(
        "reversed",
        each.name,
        (back,),
        _reversed(each),
        joined=True,
        digits=True,
    )
    for name, unit in (
        ("in hexadecimal", "3%s"),
        ("in hexadecimal UCS-2", "003%s"),
    ):
        sure = "".join(unit % char for char in core).encode()
        yield _Form(name, each.name, (sure,), _hex(each, unit), joined=True)
    text, raw = _fixed_run(_address(each))
    yield _Form("in semi-octets, hex", each.name, (text,), _bcd_hex(each))
    yield _Form("in semi-octets", each.name, (raw,), _bcd_raw(each))


_FORMS = tuple(form for each in RANGES for form in _forms(each))
_PLAIN = tuple(form for form in _FORMS if form.name == "in plain digits")
_BASE64 = tuple(
    (each.name, shown, back)
    for each in RANGES
    for shown, back in _base64_cores(
        each.core if each.bare else each.code + each.core
    )
)
# Of a float, as `repr` writes it: too long to be anybody's number.
_FRACTION = re.compile(rb"(?<=[0-9])\.[0-9]{13,}(?![0-9])")
_HEX_RUN = re.compile(rb"[0-9A-Fa-f]+")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]+")


def leaks(data: bytes | str) -> list[Leak]:
    """
    Every canary in ``data``, each place once per way of reading it.

    Args:
        data: What was printed, logged or stored.
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "backslashreplace")
    data = _FRACTION.sub(b".~", data)
    views = _views(data)
    joined = b"|".join(view.translate(None, _DROPPED) for view in views)
    found = [
        leak
        for form in _FORMS
        if any(
            core in (joined if form.joined else data) for core in form.cores
        )
        for leak in _matches(form, views if form.joined else [data])
    ]
    found += _in_base64(data.translate(None, b"\r\n"))
    return found


def _views(data: bytes) -> list[bytes]:
    """The data, and what it is without percent-encoding and UTF-16."""
    views = [data]
    if b"%" in data:
        # Else the 0 of a %20 would pass for a digit before the number.
        views.append(unquote_to_bytes(data))
    views += [view.replace(b"\x00", b"") for view in views if b"\x00" in view]
    return views


def _matches(form: _Form, views: list[bytes]) -> Iterator[Leak]:
    for view in views:
        for match in form.pattern.finditer(view):
            if form.digits and _is_digest(view, match):
                continue
            yield Leak(form.name, form.kind, _context(view, match.start()))
            break  # one is enough to say so


def _is_digest(view: bytes, match: re.Match[bytes]) -> bool:
    """Whether the digits are an accident within a hash, key or address."""
    start, end = match.span()
    while start and _HEX_RUN.match(view[start - 1 : start]):
        start -= 1
    after = _HEX_RUN.match(view, end)
    around = view[start : match.start()] + (after.group() if after else b"")
    if view[max(0, start - 2) : start] == b"0x":
        return True
    return len(around) >= _DIGEST_REST and not around.isdigit()


def _in_base64(data: bytes) -> Iterator[Leak]:
    for kind, shown, back in _BASE64:
        at = data.find(shown)
        while at >= 0:
            group = at - back
            start = group
            while start >= 4 and _BASE64_RUN.fullmatch(
                data[start - 4 : start]
            ):
                start -= 4
                if group - start >= 32:
                    break
            run = _BASE64_RUN.match(data, max(start, 0))
            text = run.group()[: group - start + 40] if run else b""
            if len(text) % 4 == 1:  # no base64 ends like that
                text = text[:-1]
            text += b"=" * (-len(text) % 4)
            plain = base64.b64decode(text.translate(_STANDARD))
            if any(form.pattern.search(plain) for form in _PLAIN):
                yield Leak("in base64", kind, _context(data, at))
                break
            at = data.find(shown, at + 1)


def _context(view: bytes, at: int) -> str:
    around = view[max(0, at - 40) : at + 40].decode("utf-8", "replace")
    return "…" + re.sub(r"\d", "•", around.replace("\n", " ")) + "…"


__all__ = ["RANGES", "Leak", "Range", "leaks"]
