"""
How the README, the documentation and the docstrings run as tests.

Each page is one namespace and one temporary working directory, so that
``sqlite:///shop.db`` in an example makes no mess. What is fenced as
``python`` is executed; ``pycon`` and ``>>>`` must print what they say they
print. There is no way to skip a fence: what shall not run is no ``python``.
"""

from __future__ import annotations

import doctest
import os
import shutil
import tempfile
from pathlib import Path

from sybil import Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser


ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "docs" / "_static" / "samples"
FLAGS = doctest.ELLIPSIS


class PyconParser(PythonCodeBlockParser):
    """Fences of an interactive session, as highlighters call them."""

    def __init__(self) -> None:
        super().__init__(doctest_optionflags=FLAGS)
        self.doctest_parser = DocTestStringParser(DocTestEvaluator(FLAGS))
        self.codeblock_parser = CodeBlockParser("pycon", lambda _: None)


_before: list[tuple[str, str]] = []


def _enter(namespace: dict[str, object]) -> None:
    """Go to a fresh folder with the sample files in it."""
    folder = tempfile.mkdtemp(prefix="anonsms-docs-")
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    _before.append((os.getcwd(), folder))  # noqa: PTH109 - strings suffice
    os.chdir(folder)


def _leave(namespace: dict[str, object]) -> None:
    """Come back. Ledgers left open by an example are closed first."""
    for value in namespace.values():
        if type(value).__module__.startswith("anonsms."):
            close = getattr(value, "close", None)
            if callable(close):
                close()
    back, folder = _before.pop()
    os.chdir(back)
    # Windows keeps a file that is still open; that is its own complaint.
    shutil.rmtree(folder, ignore_errors=os.name == "nt")


PAGES = Sybil(
    path=str(ROOT),
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        PyconParser(),
    ],
    # Path.match knows no ** before Python 3.13: one pattern per depth.
    patterns=["README.md", "docs/*.md", "docs/*/*.md", "docs/*/*/*.md"],
    setup=_enter,
    teardown=_leave,
)

DOCSTRINGS = Sybil(
    path=str(ROOT / "src"),
    parsers=[DocTestParser(optionflags=FLAGS)],
    pattern="*.py",
    setup=_enter,
    teardown=_leave,
)
