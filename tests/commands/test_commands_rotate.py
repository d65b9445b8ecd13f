"""``ledger rotate``: key file and ledger in step, wherever it stops."""

import io
import json
import os
import subprocess
import sys

import pytest

import anonsms as sms
from anonsms.commands import Exit, main
from shops import WORDING, number


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a shop's ledger and key file."""
    monkeypatch.chdir(tmp_path)
    keys = sms.KeyRing.generate()
    keys.save("shop.keys")
    with sms.open_ledger("sqlite:///shop.db", keys) as ledger:
        yes = {"wording": WORDING, "source": "checkout"}
        for n in range(3):
            ledger.grant(number(n), "marketing", evidence={"a": "b"}, **yes)
        ledger.withdraw(number(1), source="sms")
    return tmp_path


def rotate(*args):
    """Exit code and what was told."""
    streams = io.StringIO(), io.StringIO(), io.StringIO()
    where = ["--ledger", "sqlite:///shop.db", "--keys", "shop.keys"]
    code = main(["ledger", "rotate", *where, "--json", *args], *streams)
    told = streams[1].getvalue()
    return Exit(code), json.loads(told) if told else streams[2].getvalue()


def sound():
    """The key file opens the ledger, everybody stands where they stood."""
    ring = sms.KeyRing.load("shop.keys")
    with sms.open_ledger("sqlite:///shop.db", ring) as ledger:
        states = ledger.states([number(n) for n in range(3)], "marketing")
        assert [s.status.value for s in states] == [
            "given",
            "withdrawn",
            "given",
        ]
        assert ledger.verify().ok
    return ring


@pytest.mark.parametrize("power", ["index", "seal", "sign"])
def test_a_key_is_rotated(here, power):
    """The file has one more key, and the ledger goes by it."""
    for newest in (2, 3):
        code, told = rotate("--power", power)
        assert code is Exit.DONE
        assert told["ring"][power] == list(range(1, newest + 1))
        assert sound().versions(power)[-1] == newest


def test_old_seal_keys_are_destroyed(here):
    """With --retire, as many as there are, and only what nothing needs."""
    rotate("--power", "seal")
    code, told = rotate("--power", "seal", "--retire")
    assert code is Exit.DONE
    assert told["ring"]["seal"] == [3]
    assert sound().versions("seal") == (3,)
    code, told = rotate("--retire")
    assert (code, told["ring"]["seal"]) == (Exit.DONE, [3])


@pytest.mark.parametrize("power", ["index", "seal"])
def test_what_was_cut_short_is_finished(here, power):
    """The ring was saved, then the power failed: no further key is drawn."""
    ring = sms.KeyRing.load("shop.keys").rotate(power)
    ring.save("shop.keys", replace=True)
    if power == "seal":  # by then a program may have opened it
        sms.open_ledger("sqlite:///shop.db", ring).close()
    code, told = rotate("--power", power)
    assert code is Exit.DONE
    assert told["ring"][power] == [1, 2]
    assert sound().versions(power) == (1, 2)


def test_without_a_power_it_only_finishes(here):
    """Nothing was begun, and nothing is done."""
    code, told = rotate()
    assert code is Exit.DONE
    assert told["ring"] == {"index": [1], "seal": [1], "sign": [1]}


def test_an_erasure_is_complete_when_the_epoch_dies(here):
    """The month's rotation makes every copy unreadable."""
    ring = sms.KeyRing.load("shop.keys")
    with sms.open_ledger("sqlite:///shop.db", ring) as ledger:
        given = ledger.erase(number(2), source="account")
        assert not given.copies_gone
    rotate("--power", "seal", "--retire")
    ring = sms.KeyRing.load("shop.keys")
    with sms.open_ledger("sqlite:///shop.db", ring) as ledger:
        assert ledger.certificate(given.events[0]).copies_gone
        assert not ledger.erasures_due()


def test_a_foreign_ring_is_refused(here):
    """And its file stays as it was."""
    (here / "shop.keys").unlink()
    sms.KeyRing.generate().save("shop.keys")
    before = (here / "shop.keys").read_bytes()
    code, told = rotate("--power", "index")
    assert code is Exit.USAGE
    assert "another index key" in told
    assert (here / "shop.keys").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="files are not locked there")
def test_of_command_lines_at_once_none_loses_a_key(here):
    """Each waits for the one before, and goes on from its ring."""
    line = [sys.executable, "-m", "anonsms", "ledger", "rotate", "--json"]
    line += ["--ledger", "sqlite:///shop.db", "--keys", "shop.keys"]
    children = [
        subprocess.Popen(
            [*line, "--power", "seal"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = [each.communicate() for each in children]
    assert [
        (each.returncode, err)
        for each, (_, err) in zip(children, told, strict=True)
    ] == [(0, "")] * 4
    newest = sorted(json.loads(out)["ring"]["seal"][-1] for out, _ in told)
    assert newest == [2, 3, 4, 5]
    assert sound().versions("seal") == (1, 2, 3, 4, 5)


def test_the_file_is_held_until_the_old_key_is_gone(here, monkeypatch):
    """While the ledger goes over and before the last saving, too."""
    fcntl = pytest.importorskip("fcntl")
    seen = []

    def watched(real):
        def step(*args, **options):
            with (
                (here / ".shop.keys.lock").open() as lock,
                pytest.raises(BlockingIOError),
            ):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            seen.append(real.__name__)
            return real(*args, **options)

        return step

    for owner, name in ((sms.KeyRing, "save"), (sms.Ledger, "rotate")):
        monkeypatch.setattr(owner, name, watched(getattr(owner, name)))
    code, _ = rotate("--power", "seal", "--retire")
    assert code is Exit.DONE
    assert seen == ["rotate", "save", "rotate", "save"]


class CutError(Exception):
    """The power fails."""


@pytest.mark.parametrize("power", ["index", "seal"])
def test_it_can_stop_anywhere(here, power, monkeypatch):
    """Between any two steps; running it again ends well."""
    steps = [
        (sms.KeyRing, "save"),
        (sms.Ledger, "rotate"),
    ]
    whole = {
        name: (here / name).read_bytes() for name in ("shop.db", "shop.keys")
    }
    for cut in range(9):
        for name, data in whole.items():
            (here / name).write_bytes(data)
        left = [cut]
        with monkeypatch.context() as patched:
            for owner, name in steps:
                patched.setattr(
                    owner, name, stopping(getattr(owner, name), left)
                )
            try:
                rotate("--power", power, "--retire")
            except CutError:
                stopped = True
            else:
                stopped = False
        code, told = rotate("--power", power, "--retire")
        assert code is Exit.DONE
        assert told["ring"]["seal"] in ([1], [2], [3])
        sound()
    assert not stopped


def stopping(real, left):
    """A step that may not be begun, or not come back."""

    def step(*args, **options):
        left[0] -= 1
        if left[0] == -1:
            raise CutError
        done = real(*args, **options)
        left[0] -= 1
        if left[0] == -1:
            raise CutError
        return done

    return step
