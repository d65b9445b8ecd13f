r"""
The two ways to write a merge tag, and what is wrong with any other.

::

    tag      = open name { "|" filter } close
    literal  = open text close               {{ "{{" }} writes two braces
    filter   = word [ ":" argument { "," argument } ]
    argument = whole number | text
    text     = "…" | '…'                     with \" \' \\ \n inside
    name     = a letter, then letters, digits, spaces, _ - ' ’ ° #

``open`` and ``close`` are ``{{ }}`` or ``[ ]``. There is nothing to
evaluate: no attribute, no index, no call.
"""

from __future__ import annotations

import difflib
import enum
import re
import unicodedata
from typing import NoReturn

from anonsms.errors import TemplateSyntaxError
from anonsms.template.filters import FILTER_NAMES, Argument
from anonsms.template.holes import FilterChain, Piece


LONGEST_SOURCE = 5000
"""Characters; the longest text that any provider takes has about 1,500."""


class Syntax(enum.StrEnum):
    """How merge tags are written."""

    BRACES = "braces"
    """``{{ prenom | default: "client" }}``, as developers write."""
    BRACKETS = "brackets"
    """``[Nom du client]``, as marketing people write."""


_MARKS = {Syntax.BRACES: ("{{", "}}"), Syntax.BRACKETS: ("[", "]")}
_NAME = re.compile(r"[^\W\d](?:[\w'’°#-]|[ \t]+(?=[\w'’°#-]))*")
_FILTER = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d{1,9}(?!\w)", re.ASCII)
_BLANKS = re.compile(r"[ \t]*")
_QUOTES = {'"': '"', "'": "'", "“": "”"}
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"', "'": "'", "”": "”"}

# Tags of other systems. Left in place they would reach people as they are.
_FOREIGN = re.compile(
    r"\{\s*[^\W\d][\w .'’-]{0,60}\}"  # {name}, ${name}
    r"|\*\|[^|\n]{1,60}\|\*"  # *|NAME|*
    r"|%[A-Z][A-Z_]+%"  # %NAME%
    r"|<<[^<>\n]{1,60}>>"  # <<name>>
)
# Joiners shape emoji and Indic or Persian words, marks guide Hebrew and
# Arabic; overrides and isolates, which can reorder a line, stay out.
_WANTED_FORMATS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_CONTEXT = 32


def fault(source: str, at: int, why: str) -> TemplateSyntaxError:
    """
    Describe a fault in the shop's own text.

    Args:
        source: The whole template.
        at: Index of the offending character.
        why: The reason and the remedy.

    Returns:
        The error, with the line shown and a caret under the place.
    """
    line = source.count("\n", 0, at) + 1
    begin = source.rfind("\n", 0, at) + 1
    end = source.find("\n", at)
    column = at - begin + 1
    left = max(begin, at - _CONTEXT)
    right = min(len(source) if end < 0 else end, at + _CONTEXT)
    shown = "".join(
        char if char.isprintable() else " " for char in source[left:right]
    )
    return TemplateSyntaxError(
        f"{why}\n  line {line}, column {column}:\n"
        f"    {shown}\n    {' ' * (at - left)}^",
        line=line,
        column=column,
    )


def _forbidden(char: str) -> bool:
    if char in _WANTED_FORMATS or char == "\n":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Parser:
    """
    Reads one template source, once.

    Args:
        source: In NFC, with line feeds for line ends.
        syntax: Which marks are in force.
    """

    def __init__(self, source: str, syntax: Syntax) -> None:
        self._source = source
        self._opener, self._closer = _MARKS[syntax]
        self._other = "{{" if syntax is Syntax.BRACKETS else None
        self._at = 0

    def pieces(self) -> list[Piece]:
        """
        Read the whole source.

        Returns:
            Literal texts and holes in order; no two literals in a row.

        Raises:
            TemplateSyntaxError: It cannot be understood.
        """
        source = self._source
        if len(source) > LONGEST_SOURCE:
            self._fail(
                LONGEST_SOURCE,
                f"A template has at most {LONGEST_SOURCE} characters; "
                "no text message can take more.",
            )
        for at, char in enumerate(source):
            if _forbidden(char):
                self._fail(
                    at,
                    f"The template holds an invisible character "
                    f"(U+{ord(char):04X}). Delete it, or type the line "
                    "again instead of pasting it.",
                )
        macro = source.find("[%")
        if macro >= 0:
            self._fail(macro, _MACRO)
        pieces: list[Piece] = []
        while self._at < len(source):
            begin = source.find(self._opener, self._at)
            stop = len(source) if begin < 0 else begin
            self._check_literal(self._at, stop)
            self._append(pieces, source[self._at : stop])
            self._at = stop
            if begin >= 0:
                self._append(pieces, self._tag())
        for piece in pieces:
            if isinstance(piece, str) and "[%" in piece:
                self._fail(0, _MACRO)
        return pieces

    def _fail(self, at: int, why: str) -> NoReturn:
        raise fault(self._source, at, why)

    @staticmethod
    def _append(pieces: list[Piece], piece: Piece) -> None:
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        elif piece != "":
            pieces.append(piece)

    def _written(self, text: str) -> str:
        return f'{self._opener} "{text}" {self._closer}'

    def _check_literal(self, start: int, stop: int) -> None:
        stray = self._source.find(self._closer, start, stop)
        if stray >= 0:
            self._fail(
                stray,
                f"{self._closer} closes nothing. To write it as it is, "
                f"put {self._written(self._closer)}.",
            )
        other = self._source.find(self._other or "\0", start, stop)
        if other >= 0:
            self._fail(
                other,
                "This template writes its tags as [tag]; {{ would reach "
                "people as it is. Use Syntax.BRACES for {{ tag }}.",
            )
        foreign = _FOREIGN.search(self._source, start, stop)
        if foreign:
            self._fail(
                foreign.start(),
                f"{foreign[0]} looks like the tag of another system and "
                "would reach people as it is. Write "
                f"{self._opener} name {self._closer}; for the characters "
                f"themselves, {self._written('…')} around them.",
            )

    def _blanks(self) -> None:
        found = _BLANKS.match(self._source, self._at)
        if found:
            self._at = found.end()

    def _here(self, text: str) -> bool:
        return self._source.startswith(text, self._at)

    def _tag(self) -> Piece:
        start = self._at
        self._at += len(self._opener)
        self._blanks()
        if self._here(self._closer):
            self._fail(start, "This tag has no name.")
        if self._at >= len(self._source):
            self._fail(start, f"This tag is not closed by {self._closer}.")
        if self._source[self._at : self._at + 1] in _QUOTES:
            text = self._text()
            self._close(start)
            return text
        name = _NAME.match(self._source, self._at)
        if not name:
            self._fail(
                self._at,
                "A tag name begins with a letter. To write "
                f"{self._opener} as it is, put "
                f"{self._written(self._opener)}.",
            )
        self._at = name.end()
        chain = FilterChain()
        self._blanks()
        plain = not self._here("|")
        while self._here("|"):
            self._at += 1
            self._blanks()
            self._filter(chain)
            self._blanks()
        self._close(start, named=plain)
        return chain.hole(" ".join(name[0].split()), start)

    def _close(self, start: int, *, named: bool = False) -> None:
        """Read the end of a tag; ``named`` if its name stands before it."""
        self._blanks()
        if self._here(self._closer):
            self._at += len(self._closer)
            return
        if self._at >= len(self._source) or self._here("\n"):
            self._fail(start, f"This tag is not closed by {self._closer}.")
        if self._here("."):
            self._fail(
                self._at,
                "A tag is a name, not a path: give the value under a name "
                "of its own.",
            )
        if named:
            self._fail(
                self._at,
                "A tag name has letters, digits, spaces and _ - ' ’ ° # only: "
                "give the value under such a name. After the name comes "
                f"""{self._closer} or a filter, such as | default: "…".""",
            )
        self._fail(
            self._at,
            f"Expected {self._closer} or a filter after |, such as "
            '| default: "…".',
        )

    def _filter(self, chain: FilterChain) -> None:
        start = self._at
        word = _FILTER.match(self._source, start)
        name = word[0] if word else ""
        if name not in FILTER_NAMES:
            near = difflib.get_close_matches(name.lower(), FILTER_NAMES)
            hint = (
                f"did you mean {' or '.join(near)}?"
                if near
                else f"the filters are {', '.join(FILTER_NAMES)}."
            )
            called = f"named {name}" if name else "here"
            self._fail(start, f"There is no filter {called}; {hint}")
        self._at += len(name)
        arguments: list[Argument] = []
        self._blanks()
        if self._here(":"):
            self._at += 1
            arguments.append(self._argument())
            while self._here(","):
                self._at += 1
                arguments.append(self._argument())
        # Raised outside the handler: the syntax error stands alone.
        why = chain.add(name, arguments)
        if why:
            self._fail(start, f"{why[0].upper()}{why[1:]}.")

    def _argument(self) -> Argument:
        self._blanks()
        argument: Argument
        number = _NUMBER.match(self._source, self._at)
        if number:
            self._at = number.end()
            argument = int(number[0])
        elif self._source[self._at : self._at + 1] in _QUOTES:
            argument = self._text()
        else:
            self._fail(
                self._at,
                'Expected a whole number, or a text in quotes such as "x".',
            )
        self._blanks()
        return argument

    def _text(self) -> str:
        start = self._at
        closer = _QUOTES[self._source[start]]
        self._at += 1
        chars: list[str] = []
        while True:
            char = self._source[self._at : self._at + 1]
            self._at += 1
            if char == closer:
                return "".join(chars)
            if char in {"", "\n"}:
                self._fail(start, f"This text is not closed by {closer}.")
            if char == "\\":
                escaped = self._source[self._at : self._at + 1]
                if escaped not in _ESCAPES:
                    self._fail(
                        self._at - 1,
                        "After \\ comes one of \" ' \\ n; write \\\\ for a "
                        "backslash.",
                    )
                char = _ESCAPES[escaped]
                self._at += 1
            chars.append(char)


_MACRO = (
    "[% begins a macro that a provider would run (short links, codes). "
    "Personalise with tags, and put links into the text as they are."
)
