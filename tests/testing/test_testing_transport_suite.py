"""The suite for transports passes an honest one and catches liars."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Counter, Desk
from letterbox import SECRET, Letterbox, Post
from liars_asked import ASKED
from liars_asked import LIARS as HEARING
from liars_sending import LIARS as SENDING

from anonsms.testing import TransportSuite


class TestLetterbox(TransportSuite):
    """It signs, repeats safely, and fails in all the ways there are."""

    secrets = (SECRET,)

    @pytest.fixture
    def double(self):
        return Post()

    @pytest.fixture
    def transport(self, double):
        return Letterbox(double)


class TestDesk(TransportSuite):
    """It can be asked besides, and nothing of the suite is skipped for it."""

    secrets = (SECRET,)

    @pytest.fixture
    def double(self):
        return Counter()

    @pytest.fixture
    def transport(self, double):
        return Desk(double)


# A wrong method of each, and a check that has to notice.
LIARS = {**SENDING, **HEARING}
HEAD = """
import base64, json, time
import pytest
from attrs import evolve
from letterbox import *
from letterbox import LOG
from desk import Counter, Desk
from anonsms.errors import ForgedWebhookError, TransportError
from anonsms.testing import TransportSuite
"""
CASE = """
class {name}({base}):
    {wrong}

class Test{name}(TransportSuite):
    secrets = (SECRET,)

    @pytest.fixture
    def double(self):
        return Counter() if issubclass({name}, Desk) else Post()

    @pytest.fixture
    def transport(self, double):
        return {name}(double)
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The liars that their check caught, all in one run of pytest."""
    folder = tmp_path_factory.mktemp("liars")
    cases = [
        CASE.format(
            name=name,
            base="Desk" if name in ASKED else "Letterbox",
            wrong=wrong.strip().replace("\n    ", "\n"),
        )
        for name, (wrong, _) in LIARS.items()
    ]
    source = HEAD + "".join(cases)
    ast.parse(source)
    file = folder / "test_liars.py"
    file.write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    checks = [
        f"{file}::Test{name}::{check}" for name, (_, check) in LIARS.items()
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rf",
         "-p", "no:cacheprovider", "-p", "no:xdist", *checks],
        capture_output=True, text=True, check=False, cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parent), "COLUMNS": "999"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    failed = set()
    for line in done.stdout.splitlines():
        if line.startswith("FAILED "):
            node, _, why = line.removeprefix("FAILED ").partition(" - ")
            # A liar that is merely broken would prove nothing.
            assert not why.startswith(("Name", "Type", "Attribute", "Key"))
            _, name, test = node.split("::")
            failed.add(name.removeprefix("Test"))
            assert test == LIARS[name.removeprefix("Test")][1]
    return failed


@pytest.mark.parametrize("name", list(LIARS))
def test_the_suite_catches(verdicts, name):
    """Each liar fails the check that is made for it."""
    assert name in verdicts


def test_each_check_says_what_the_rule_is():
    """Whoever fails one reads why it is there."""
    checks = [
        check
        for name in dir(TransportSuite)
        if name.startswith("test_")
        for check in [getattr(TransportSuite, name)]
    ]
    assert len(checks) >= 60
    assert all(len(check.__doc__ or "") > 30 for check in checks)
