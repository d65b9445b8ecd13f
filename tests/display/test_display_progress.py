"""The progress bar, with tqdm and without."""

import sys

import pytest

from anonsms.display import Progress, progress
from anonsms.errors import MissingExtraError


def test_it_shows_on_stderr_how_far_things_are(capsys):
    """Label and count are on stderr, nothing is on stdout."""
    with progress(4, "sending") as bar:
        bar.advance()
        bar.advance(3)
    out, err = capsys.readouterr()
    assert out == ""
    assert "sending" in err
    assert "4/4" in err
    assert (bar.done, bar.total) == (4, 4)


def test_it_is_silent_when_not_wanted(capsys, monkeypatch):
    """Without a bar tqdm is not even looked for."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with progress(4, "sending", enabled=False) as bar:
        bar.advance(2)
    assert capsys.readouterr() == ("", "")
    assert repr(bar) == "<Progress 2 of 4>"


def test_it_closes_after_an_error(capsys):
    """The error passes, and the bar ends its line."""
    with pytest.raises(KeyError), progress(4, "sending") as bar:
        raise KeyError
    bar.close()
    assert capsys.readouterr().err.endswith("\n")


def test_without_tqdm_the_error_says_what_to_install(monkeypatch):
    """The extra is named, with the command."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(MissingExtraError, match=r"anonsms\[notebook\]"):
        progress(4, "sending")


def test_in_a_notebook_without_widgets_it_writes_text(monkeypatch, capsys):
    """A warning of tqdm would alarm the analyst for nothing."""

    class Shell:
        config = ("IPKernelApp",)

    class Ipython:
        @staticmethod
        def get_ipython():
            return Shell()

    for name in [n for n in sys.modules if n.split(".")[0] == "tqdm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "IPython", Ipython)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with progress(2, "sending") as bar:
        bar.advance(2)
    assert isinstance(bar, Progress)
    assert "2/2" in capsys.readouterr().err
