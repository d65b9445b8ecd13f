"""
Writes the imports for type checkers in ``src/anonsms/__init__.py``.

They repeat the table below them, so nobody writes them by hand. Run by
``make facade``; a test fails while the two disagree.
"""

import re
from pathlib import Path

import anonsms


FACADE = Path(anonsms.__file__)
_WIDTH = 79
_BLOCK = re.compile(
    r"(?<=# Written from the table by `make facade`\.\n).*?(?=\n# Which)",
    re.DOTALL,
)


def block() -> str:
    """The imports that the table asks for."""
    lines = []
    for room, names in sorted(anonsms._ROOMS.items()):
        imports = [f"{name} as {name}" for name in sorted(names, key=_order)]
        lines += [_line(room, each) for each in imports]
    return "\n".join(lines) + "\n"


def _line(room: str, what: str) -> str:
    """One import, as ruff would write it."""
    line = f"    from anonsms.{room} import {what}"
    if len(line) <= _WIDTH:
        return line
    return f"    from anonsms.{room} import (\n        {what},\n    )"


def written() -> str:
    """The imports as they stand."""
    found = _BLOCK.search(FACADE.read_text("utf-8"))
    if found is None:
        raise SystemExit(f"{FACADE} lacks the line that the imports follow.")
    return found.group()


def _order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: the order that ruff sorts by."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


if __name__ == "__main__":
    text = FACADE.read_text("utf-8")
    FACADE.write_text(_BLOCK.sub(lambda _: block(), text), "utf-8")
