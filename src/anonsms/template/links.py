"""
Link-like text: what a handset would make tappable, and tricks around it.

The question is not "is it a valid URL?" but "would a phone underline it, or
a person read it as an address?". Look-alike dots and full-width letters are
undone first (NFKC). A bare ``name.end`` counts when ``end`` is a delegated
top-level domain, or when a path follows.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
import unicodedata

from anonsms.template.alphabet import UNSAFE


# NFKC leaves these alone although they read as a dot, slash or colon.
# U+3002 is also a label separator by UTS #46 §4.
_LOOK_ALIKES = str.maketrans(
    {
        "\u3002": ".",
        "\u06d4": ".",
        "\u0701": ".",
        "\u0702": ".",
        "\u2027": ".",
        "\ua4f8": ".",
        "\u2044": "/",
        "\u2215": "/",
        "\u2571": "/",
        "\u29f8": "/",
        "\u02d0": ":",
        "\u2236": ":",
        "\ua789": ":",
    }
)

# Every pattern below needs one of these.
_HINT = re.compile(r"[.:(\[{<]")
_SCHEME = re.compile(
    r"\b(?:https?|hxxps?|ftp|mailto|javascript)\s*:"
    r"|\b(?:tel|sms)\s*:\s*[+\d]"
    r"|\bwww\d?\s*\."
)
# The look-behind lets a run of word characters be tried once, from its
# start: without it a long word would be tried from each of its letters.
_DOTTED = re.compile(r"(?<![\w.-])[\w-]+(?:\.[\w-]+)+")
_TAIL = re.compile(r"\.?(?:[/?#]\S|:\d)")
# "evil .com", "evil . com": nobody writes a space before a full stop.
_SPACED = re.compile(r"(?:^|\s)\.\s?([^\W\d_]{2,})")
# "evil. com/win": a space, but also a path.
_SPACED_PATH = re.compile(r"\w\.\s+([^\W\d_]{2,})/\S")
# "evil[.]com", "evil (dot) com".
_BRACKETED = re.compile(
    r"[(\[{<]\s*(?:\.|dot|point|punkt|punto|kropka)\s*[)\]}>]\s*"
    r"([^\W\d_]{2,})"
)
_QUAD = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")
_OCTET = 255

# "Dr.No" and "M.Li" end like domains of Norway and Liechtenstein. They are
# people: a title or an initial, a dot, a capital, and nothing after.
_TITLED = re.compile(
    r"(?<![\w.@/:-])"
    r"((?:[Mm](?:rs?|s|me|lle|gr)|[Dd]r|[Pp]rof|[Ss]t[eé]?|[Mm]e|MR|MRS|MS"
    r"|MME|MLLE|DR|PROF|ST[EÉ]?|ME|(?:[^\W\d_]\.)*[^\W\d_])\.)"
    r"([^\W\d_]{2,})(?!\.?[\w/:?#@-])"
)
# "A.de Vries", "Anne.So": a capital, one dot, the letters of a country.
_NAMED = re.compile(
    r"(?<![\w.@/:-])((?:[^\W\d_]\.)*[^\W\d_]+\.)"
    r"([^\W\d_]{2})(?!\.?[\w/:?#@-])"
)
# Letters of countries that are sold to everybody and carry short links.
_LURES = frozenset({"cc", "co", "gd", "gl", "io", "ly", "me", "to", "tv"})


@functools.cache
def _top_level() -> frozenset[str]:
    source = importlib.resources.files(__package__) / "tlds.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return frozenset(
        f"{data['delegated']} {data['special']}".casefold().split()
    )


def _is_top_level(label: str) -> bool:
    return label in _top_level() or label.startswith("xn--")


def _dotted_link(text: str, match: re.Match[str]) -> bool:
    labels = match[0].split(".")
    if any(_is_top_level(label) for label in labels[1:]):
        return True
    if _QUAD.fullmatch(match[0]) and all(int(n) <= _OCTET for n in labels):
        return True
    last = labels[-1]
    named = len(last) > 1 and not last.isdigit()
    mailed = text[match.start() - 1 : match.start()] == "@"
    return named and (mailed or _TAIL.match(text, match.end()) is not None)


def looks_like_link(text: str) -> bool:
    """
    Tell whether a text would read as a link, an address or a mailbox.

    Args:
        text: A value or a finished text.

    Returns:
        Whether any part of it looks like one.

    >>> looks_like_link("Win at bit.ly/abc")
    True
    >>> looks_like_link("St. John, 3.50")
    False
    """
    if not UNSAFE.search(text):
        return False
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text).casefold()
        plain = plain.translate(_LOOK_ALIKES)
    if not _HINT.search(plain):
        return False
    if _SCHEME.search(plain) or "://" in "".join(plain.split()):
        return True
    if any(_dotted_link(plain, found) for found in _DOTTED.finditer(plain)):
        return True
    return any(
        _is_top_level(found[1])
        for pattern in (_SPACED, _SPACED_PATH, _BRACKETED)
        for found in pattern.finditer(plain)
    )


def _spaced_title(match: re.Match[str]) -> str:
    title, name = match.groups()
    if name[0].isupper() and _is_top_level(name.casefold()):
        return f"{title} {name}"
    return match[0]


def _spaced_name(match: re.Match[str]) -> str:
    name, end = match.groups()
    folded = end.casefold()
    if name[0].isupper() and _is_top_level(folded) and folded not in _LURES:
        return f"{name} {end}"
    return match[0]


def part_titles(text: str) -> str:
    """
    Put a space after a title or name where a phone would see a link.

    Args:
        text: A value.

    Returns:
        The same text, with ``Dr.No`` written ``Dr. No``, ``A.de Vries``
        ``A. de Vries``. A space makes it no link, whoever wrote it. What
        is written all small, or ends like a shortener, stays.

    >>> part_titles("Dr.No"), part_titles("St.John"), part_titles("dr.no")
    ('Dr. No', 'St.John', 'dr.no')
    """
    return _NAMED.sub(_spaced_name, _TITLED.sub(_spaced_title, text))
