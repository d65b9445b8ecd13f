"""
The quick way to render a row: a function made for each template.

Nearly all rows hold clean values. For them a function is generated that
looks each value up, tests all of them with one scan, and joins. Whatever
that function cannot vouch for (a missing value, a number, a dot) it hands
to :meth:`Rendering.carefully`, which decides and explains. Both give the
same answer; a property test holds them to it.
"""

from __future__ import annotations

import ast
import re

from anonsms.errors import UnsafeValueError
from anonsms.template.alphabet import LATIN1_TEST, SAFE_CLASS, UNSAFE
from anonsms.template.figures import (
    DRESS,
    FEWEST_DIGITS,
    FIGURES,
    NOT_DIGITS,
    dialable,
)
from anonsms.template.holes import Hole
from anonsms.template.rendering import Rendering, RowFunction
from anonsms.template.values import LONGEST_VALUE


_LINK_CLASS = SAFE_CLASS.replace(" ", "")
_SAFE_LINK = re.compile(f"https?://[{_LINK_CLASS}.:/]{{1,1500}}")


def row_function(rendering: Rendering) -> RowFunction:
    """
    Make the function for the rows of a template.

    Args:
        rendering: The template.

    Returns:
        A function from a row to its text or its error, with the same
        answers as :meth:`Rendering.carefully`.
    """
    if any(run.risky for run in rendering.runs):
        return rendering.carefully
    return _Generator(rendering).function()


class _Constants(ast.NodeTransformer):
    """Puts the texts of a template where their names stand."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._texts:
            return ast.Constant(self._texts[node.id])
        return node


class _Generator:
    """
    Writes the fast function of one template.

    The source holds words and numbers of ours only (``row``, ``r0``,
    ``k0``, ``s1``). Keys and literal texts, which people wrote, are put in
    their places after parsing, as constants of the syntax tree; filters are
    reached by name. Nothing that a person wrote is ever read as code.
    """

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._known: dict[str, object] = {
            "careful": rendering.carefully,
            "join": " ".join,
            "glue": "".join,
            "apart": "=".join,
            "unsafe": UNSAFE.search,
            "safe": LATIN1_TEST,
            "link": _SAFE_LINK.fullmatch,
            "most": LONGEST_VALUE,
            "letters": NOT_DIGITS,
            "few": FEWEST_DIGITS,
            "dialable": dialable,
            "figures": FIGURES,
            "dress": DRESS,
            "Refused": (LookupError, TypeError, UnsafeValueError),
        }
        self._texts: dict[str, str] = {}
        self._rows: dict[str, int] = {}
        self._judged: list[str] = []
        self._figures: list[str] = []
        self._tests: list[str] = []
        self._made: list[str] = []

    def _row(self, hole: Hole) -> str:
        index = self._rows.setdefault(hole.tag, len(self._rows))
        self._texts[f"k{index}"] = hole.tag
        return f"r{index}"

    def _expression(self, hole: Hole, place: int) -> str:
        """Name of the text for a hole, after noting what it needs."""
        rendering = self._rendering
        policy = rendering.policy
        value = self._row(hole)
        budget = policy.budget(hole.tag)
        if hole.formatter is not None:
            self._known[f"g{place}"] = lambda raw: rendering.formatted(
                raw, hole
            )
            self._made.append(f"w{place} = g{place}({value})")
            self._made.append(f"if w{place} is None: return careful(row)")
            return f"w{place}"
        if policy.carries_link(hole.tag):
            test = f"link({value})"
        else:
            test = ""
            if value not in self._judged:
                self._judged.append(value)
            if not policy.carries_number(hole.tag):
                self._figures.append(value)
        if test and test not in self._tests:
            self._tests.append(test)
        if hole.filters:
            self._known[f"f{place}"] = lambda text: rendering.shaped(
                text, hole
            )
            return f"f{place}({value})"
        if budget is not None:
            self._known[f"b{place}"] = budget
            self._tests.append(f"len({value}) <= b{place}")
        return value

    def _figure_tests(self) -> list[str]:
        """Tests that no value, nor values side by side, can be dialled."""
        if not self._figures:
            return []
        pieces = self._rendering.pieces
        chained = [
            pieces[part] if isinstance(part, int) else part
            for chain in self._rendering.chains
            for part in chain
        ]
        holes = [part for part in chained if isinstance(part, Hole)]
        # A cut, or no space at all, brings together what the scan below
        # sees apart.
        if any(hole.size for hole in holes) or self._rendering.glued:
            return ["len(raw.translate(None, letters)) < few"]
        tests: list[str] = []
        declared = [one for one in self._judged if one not in self._figures]
        if [*self._figures, *declared] == self._judged and declared:
            # They are last in the text, so that a slice leaves them out.
            rest = " + ".join(f"len({value}) + 1" for value in declared)
            encoded = f"raw[: -({rest})]"
        elif self._figures != self._judged:
            # In the order of the template, and without declared numbers.
            listed = "".join(f"{value}, " for value in self._figures)
            tests.append(f"(near := join(({listed})))")
            encoded = "near.encode('latin-1', 'replace')"
        else:
            encoded = "raw"
        # "in" of bytes is slow: it tries its left side for a number first.
        quick = (
            f"((seen := {encoded}.translate(figures, dress))"
            ".find(b'0000000') < 0 and seen.find(b'stop') < 0)"
        )
        return [*tests, f"({quick} or not dialable({self._apart()}))"]

    def _apart(self) -> str:
        """
        The values that are judged, kept apart as the template keeps them.

        The quick scan sees them one behind the other, with a space between,
        and takes the end of one and the beginning of the next for one run.
        """
        pieces = self._rendering.pieces
        groups: list[str] = []
        chained: set[str] = set()
        for number, chain in enumerate(self._rendering.chains):
            parts: list[str] = []
            for place, part in enumerate(chain):
                hole = None if isinstance(part, str) else pieces[part]
                if isinstance(hole, Hole):
                    parts.append(self._row(hole))
                else:
                    self._texts[f"c{number}_{place}"] = str(part)
                    parts.append(f"c{number}_{place}")
            chained.update(parts)
            groups.append(f"glue(({', '.join(parts)},))")
        groups += [one for one in self._figures if one not in chained]
        # "=" stands in no number.
        return f"apart(({', '.join(groups)},))"

    def function(self) -> RowFunction:
        """Generate, compile and return the function."""
        parts: list[str] = []
        for place, piece in enumerate(self._rendering.pieces):
            if isinstance(piece, str):
                self._texts[f"s{place}"] = piece
                parts.append(f"s{place}")
            else:
                parts.append(self._expression(piece, place))
        values = "".join(f"r{index} = " for index in self._rows.values())
        values += "text = raw = near = seen = None; "
        self._judged.sort(key=lambda one: one not in self._figures)
        looked = [f"r{index} = row[k{index}]" for index in self._rows.values()]
        tests = list(self._tests)
        if self._judged:
            # One scan over all values at once; two spaces in a row mean
            # that a value is blank or begins or ends with white space.
            # A join takes what a str holds, as the scan does, even if a
            # subclass prints as something else; no str at all is TypeError.
            joined = f"join(('', {', '.join(self._judged)}, ''))"
            scanned = (
                f"((raw := (text := {joined}).encode('latin-1', 'replace'))"
                ".translate(safe).isalpha() or not unsafe(text))"
            )
            tests = [
                scanned,
                "'  ' not in text",
                "len(text) <= most",
                *self._figure_tests(),
                *tests,
            ]
        condition = " and ".join(tests) or "True"
        whole = "".join(f"{part}, " for part in parts)
        lines = [
            "def render(row):",
            "    try:",
            *(f"        {line}" for line in looked),
            f"        if {condition}:",
            *(f"            {line}" for line in self._made),
            f"            return glue(({whole}))",
            "    except Refused:",
            "        pass",
            # Tracebacks with locals would show the row.
            f"    {values}rows, row = [row], None",
            "    return careful(rows.pop())",
        ]
        tree = _Constants(self._texts).visit(ast.parse("\n".join(lines)))
        code = compile(ast.fix_missing_locations(tree), "<template>", "exec")
        made: dict[str, RowFunction] = {}
        # Code of our own words; see the docstring of the class.
        exec(code, self._known, made)  # noqa: S102
        return made["render"]
