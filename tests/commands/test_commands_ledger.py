"""``python -m anonsms ledger``: what operators and their cron jobs see."""

import io
import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import anonsms as sms
from anonsms.commands import Exit, main
from shops import WORDING, number


ZOE = number(1234)
TYPED = "06 39 98 12 34\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a shop's ledger and key file; nothing is named."""
    monkeypatch.chdir(tmp_path)
    for name in ("ANONSMS_LEDGER", "ANONSMS_KEYS"):
        monkeypatch.delenv(name, raising=False)
    keys = sms.KeyRing.generate()
    keys.save("shop.keys")
    with sms.open_ledger("sqlite:///shop.db", keys) as ledger:
        ledger.grant(
            ZOE,
            "marketing",
            wording=WORDING,
            source="checkout",
            evidence={"form": "spring"},
        )
        ledger.withdraw(number(2), source="sms")
    return tmp_path


def run(command, *args, typed="", named=True):
    """Exit code, output and complaints of one command."""
    streams = io.StringIO(typed), io.StringIO(), io.StringIO()
    where = ["--ledger", "sqlite:///shop.db", "--keys", "shop.keys"]
    code = main(
        ["ledger", command, *(where if named else ()), *args], *streams
    )
    return Exit(code), streams[1].getvalue(), streams[2].getvalue()


def people(*args, typed=TYPED):
    """The same, with a French number typed in."""
    return run(*args, "--region", "FR", typed=typed)


def asked(question):
    """Ask the ledger as it is on the disk."""
    with sms.open_ledger(
        "sqlite:///shop.db", sms.KeyRing.load("shop.keys")
    ) as ledger:
        return question(ledger)


def test_a_sound_ledger_is_verified(here):
    """Exit 0, and what was found in words or as JSON."""
    code, out, err = run("verify")
    assert (code, err) == (Exit.DONE, "")
    assert "2 people looked at." in out
    assert "No fault was found." in out
    code, out, _ = run("verify", "--json", "--no-people")
    found = json.loads(out)
    assert (code, found["ok"], found["people"]) == (Exit.DONE, True, 0)


def test_a_changed_ledger_is_found_out(here):
    """Exit 1, and where the fault is."""
    database = sqlite3.connect("shop.db")
    database.execute("UPDATE anonsms_event SET source = 'web form'")
    database.commit()
    database.close()
    code, out, _ = run("verify")
    assert code is Exit.FAULT
    assert "event " in out
    code, out, _ = run("verify", "--json")
    assert code is Exit.FAULT
    assert json.loads(out)["faults"]


def test_a_checkpoint_is_kept_elsewhere(here):
    """Printed and appended; a ledger that was set back is found out by it."""
    before = (here / "shop.db").read_bytes()
    code, first, _ = run("checkpoint", "--append-to", "kept.txt")
    assert code is Exit.DONE
    asked(lambda ledger: ledger.withdraw(number(3), source="sms"))
    _, second, _ = run("checkpoint", "--append-to", "kept.txt")
    assert sms.CheckpointFile("kept.txt").read() == [first, second]
    assert run("verify", "--against", "kept.txt")[0] is Exit.DONE
    (here / "shop.db").write_bytes(before)
    code, out, _ = run("verify", "--against", "kept.txt")
    assert code is Exit.FAULT
    assert "checkpoint from outside" in out


def test_a_ledger_that_was_changed_is_not_signed(here):
    """The checkpoint would vouch for it."""
    assert run("checkpoint")[0] is Exit.DONE
    asked(lambda ledger: ledger.withdraw(number(3), source="sms"))
    database = sqlite3.connect("shop.db")
    database.execute("UPDATE anonsms_event SET leaf = zeroblob(32)")
    database.commit()
    database.close()
    code, out, err = run("checkpoint")
    assert (code, out) == (Exit.FAULT, "")
    assert "Nothing was signed" in err


def test_a_proof_is_made_and_checked(here):
    """By somebody without ledger and keys; one byte less and it fails."""
    code, proof, _ = people("prove")
    assert code is Exit.DONE
    (here / "proof.json").write_text(proof, "utf-8")
    code, verifiers, _ = run("verifiers")
    assert code is Exit.DONE
    check = ["prove", "--check", "proof.json", "--verifier"]
    code, out, _ = run(*check, verifiers.strip(), named=False)
    assert code is Exit.DONE
    assert out.startswith("The proof holds.\nevent: grant ")
    assert WORDING.text in out
    changed = proof.replace('"checkout"', '"staff"')
    (here / "proof.json").write_text(changed, "utf-8")
    code, out, err = run(*check, verifiers.strip(), named=False)
    assert (code, out) == (Exit.FAULT, "")
    assert "changed" in err
    assert run(*check[:-1], named=False)[0] is Exit.USAGE
    # The key's fault is not the proof's.
    assert run(*check, "nonsense", named=False)[0] is Exit.USAGE
    missing = ["prove", "--check", "none.json", "--verifier", "x"]
    assert run(*missing, named=False)[0] is Exit.USAGE


def test_a_proof_of_a_named_event(here):
    """Any event of the person, and nobody else's."""
    [stop] = asked(lambda ledger: ledger.history(number(2)))
    code, proof, _ = people("prove", "--event", stop.id, typed="0639980002\n")
    assert code is Exit.DONE
    assert json.loads(proof)["event"]["kind"] == "withdrawal"
    assert people("prove", "--event", stop.id)[0] is Exit.NOBODY
    assert people("prove", typed="0639980002\n")[0] is Exit.NOBODY


def test_what_is_disclosed_goes_to_a_file(here, input_files):
    """Its owner's alone; and who disclosed it is on record."""
    told = ["--disclose", "--by", "dpo", "--why", "regulator"]
    code, out, err = people("prove", *told)
    assert (code, out) == (Exit.DONE, "")
    assert err == "anonsms: Written to proof.json.\n"
    assert stat.S_IMODE(Path("proof.json").stat().st_mode) == 0o600
    kinds = [e.kind for e in asked(lambda ledger: ledger.history(ZOE))]
    assert kinds == [sms.EventKind.GRANT, sms.EventKind.REVEALED]
    key = str(asked(lambda ledger: ledger.verifiers)[0])
    check = ["prove", "--check", "proof.json", "--verifier", key]
    code, out, _ = run(*check, named=False)
    assert code is Exit.DONE
    assert out.endswith("(disclosed)\nevidence: form = …\n")
    assert ZOE.reveal() not in out
    code, out, _ = run(*check, "--show", named=False)
    assert f"number: {ZOE.reveal()} (disclosed)\n" in out
    assert "form = …" not in out
    assert people("prove", *told)[0] is Exit.USAGE  # it is there already
    assert people("prove", "--disclose", "--out", "b")[0] is Exit.USAGE
    assert not (here / "b").exists()
    code, out, _ = people("prove", *told, "--out", "-")
    assert json.loads(out)["disclosed"]


def test_an_export_goes_to_a_file(here, input_files):
    """All that is held on one person; nothing of it on the screen."""
    input_files("mine.json")
    code, out, _ = people("export", "--by", "staff-17", "--out", "mine.json")
    assert (code, out) == (Exit.DONE, "")
    assert ZOE.reveal() in (here / "mine.json").read_text("utf-8")
    assert stat.S_IMODE(Path("mine.json").stat().st_mode) == 0o600
    code, _, err = people("export", "--by", "staff-17", "--out", "mine.json")
    assert code is Exit.USAGE
    assert "exists already" in err
    code, _, _ = people("export", "--by", ZOE.reveal(), "--out", "b.json")
    assert code is Exit.USAGE
    assert not (here / "b.json").exists()


def test_an_export_of_somebody_unknown(here, input_files):
    """There is a document, and it says so."""
    input_files("none.json")
    code, _, _ = people(
        "export", "--by", "dpo", "--out", "none.json", typed="0639984711\n"
    )
    assert code is Exit.NOBODY
    assert (here / "none.json").exists()


def test_an_erasure_gives_a_certificate(here):
    """Erased, with a certificate that names nobody; the no stays."""
    code, out, _ = people("erase", "--source", "account", "--by", "staff-17")
    assert code is Exit.DONE
    assert json.loads(out)["anything was held"]
    state = asked(lambda ledger: ledger.state(ZOE, "marketing"))
    assert state.status is sms.Status.WITHDRAWN
    code, out, _ = people("erase", "--source", "account", typed="0639984711\n")
    assert code is Exit.NOBODY
    assert not json.loads(out)["anything was held"]
    assert people("erase", "--source", "the moon")[0] is Exit.USAGE
    assert people("erase")[0] is Exit.USAGE
    code, _, err = people(
        "prove", "--disclose", "--by", "dpo", "--why", "asked"
    )
    assert code is Exit.NOBODY, err


def test_what_has_run_out_is_put_on_record(here):
    """Nothing has, here."""
    code, out, _ = run("expire", "--purpose", "marketing")
    assert (code, out) == (
        Exit.DONE,
        "0 grants have run out since the last time.\n",
    )
    assert run("expire", "--purpose", "unheard of")[0] is Exit.USAGE


@pytest.mark.parametrize(
    "args",
    [
        ["ledger", "erase", ZOE.reveal()],
        ["ledger", "erase", "--source", "account", ZOE.reveal()],
        ["ledger", ZOE.reveal()],
        [ZOE.reveal()],
        ["ledger", "rotate", "--power", ZOE.reveal()],
        ["ledger", "export", f"--number={ZOE.reveal()}", "--by", "x"],
    ],
)
def test_a_number_is_no_argument(here, args):
    """Exit 2, and the complaint does not repeat it."""
    streams = io.StringIO(), io.StringIO(), io.StringIO()
    assert main(args, *streams) == Exit.USAGE
    assert "998" not in streams[2].getvalue()
    assert not streams[1].getvalue()


def test_it_says_why_a_number_is_no_argument(here):
    """The reason, and where it goes."""
    _, _, err = run("export", "--by", "dpo", ZOE.reveal())
    assert "shell keeps it" in err
    assert "standard input" in err


@pytest.mark.parametrize("option", ["by", "why"])
def test_a_number_does_not_stay_on_record(here, option):
    """The complaint names the option alone; a date is no number."""
    said = {"by": "dpo", "why": "letter of 2026-02-28"}
    told = [f"--{name}={said[name]}" for name in said]
    assert people("export", *told, "--out", "-")[0] is Exit.DONE
    said[option] = f"asked {ZOE.reveal()}"
    told = [f"--{name}={said[name]}" for name in said]
    code, out, err = people("export", *told, "--out", "-")
    assert (code, out) == (Exit.USAGE, "")
    assert f"--{option} stays on record" in err
    assert "998" not in err


@pytest.mark.parametrize("typed", ["", "\n", "hello\n", "06 39\n"])
def test_what_is_no_number_is_refused(here, typed):
    """Exit 2, and nothing is done."""
    code, out, err = people("erase", "--source", "account", typed=typed)
    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("anonsms: ")


def test_names_that_lead_nowhere(here, monkeypatch):
    """Exit 2; above all, no new ledger is begun by mistake."""
    key = ["--keys", "shop.keys"]
    for args in (
        key,
        [*key, "--ledger", "sqlite:///other.db"],
        [*key, "--ledger", "sqlite://"],
        [*key, "--ledger", "mysql://shop"],
        ["--ledger", "sqlite:///shop.db"],
        ["--ledger", "sqlite:///shop.db", "--keys", "none.keys"],
    ):
        code, out, err = run("verify", *args, named=False)
        assert (code, out) == (Exit.USAGE, ""), args
        assert err.startswith("anonsms: ")
    assert not (here / "other.db").exists()
    assert run("checkpoint", "--append-to", "no/file")[0] is Exit.DATABASE


def test_the_environment_names_ledger_and_keys(here, monkeypatch):
    """As a container does."""
    monkeypatch.setenv("ANONSMS_LEDGER", "sqlite:///shop.db")
    monkeypatch.setenv("ANONSMS_KEYS", (here / "shop.keys").read_text())
    assert run("verify", named=False)[0] is Exit.DONE
    code, _, err = run("rotate", "--power", "seal", named=False)
    assert code is Exit.USAGE
    assert "--keys FILE" in err


def test_a_database_that_fails(here):
    """Exit 4: it was not the arguments."""
    holder = sqlite3.connect("shop.db", isolation_level=None)
    data = bytearray((here / "shop.db").read_bytes())
    holder.close()
    data[4096:] = bytes(len(data) - 4096)
    (here / "shop.db").write_bytes(data)
    code, out, err = run("verify")
    assert (code, out) == (Exit.DATABASE, "")
    assert err.startswith("anonsms: ")


def test_help_is_no_error(here, capsys):
    """Exit 0, with the exit codes in it."""
    assert main(["ledger", "verify", "--help"]) == 0
    assert "exit codes" in capsys.readouterr().out


def test_it_runs_as_a_program(here):
    """As cron does: codes and streams of a process."""
    whole = [sys.executable, "-m", "anonsms", "ledger"]
    where = ["--ledger", "sqlite:///shop.db", "--keys", "shop.keys"]
    done = subprocess.run(
        [*whole, "verify", *where], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [*whole, "erase", *where, "--source", "account"],
        input=ZOE.reveal() + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["anything was held"]
    done = subprocess.run(
        [*whole, "forget"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
