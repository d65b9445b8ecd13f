"""The demo tells its story to the end."""

import subprocess
import sys
from pathlib import Path

import pytest

from leakscan import leaks


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def told():
    """What the demo prints."""
    done = subprocess.run(
        [sys.executable, EXAMPLES / "flash_sale.py"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_story_has_its_parts(told):
    """Export, consent, plan, run, report and replies are all there."""
    for piece in (
        "5,000 rows: 4,206 people",
        "an import never undoes a stop",
        "Nothing was sent.",
        "people texted, each alone",
        "The same campaign once more: 0 people",
        "taken by the provider",
        "delivered",
    ):
        assert piece in told.stdout


def test_three_languages_say_stop(told):
    """Each STOP is confirmed once, and the next send is refused."""
    end = told.stdout.partition("6. Three people")[2]
    assert end.count(": opt-out") == 3
    assert end.count("confirmed once") == 3
    assert end.count("OptedOutError") == 3


def test_it_shows_a_bar_and_nobody(told):
    """The bar is on stderr; no number is printed anywhere."""
    assert "4206/4206" in told.stderr
    assert leaks(told.stdout + told.stderr) == []
