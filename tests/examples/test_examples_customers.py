from __future__ import annotations

import csv
import hashlib
import importlib.util
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from anonsms.audience import Audience, read_contacts


EXAMPLES = Path(__file__).parents[2] / "examples"
EXPORT = EXAMPLES / "customers_export.csv"


@pytest.fixture(scope="module")
def script():
    """The generator, as a module."""
    spec = importlib.util.spec_from_file_location(
        "make_customers", EXAMPLES / "make_customers.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def people() -> Audience:
    """The committed export, read as a notebook reads it."""
    return read_contacts(EXPORT, allow_fictional=True)


def digest(path: Path) -> str:
    """The hash of a file: no failure message shows a line of it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_committed_export_is_what_the_script_writes(
    script, tmp_path, monkeypatch, capsys
):
    """Byte for byte, from the command line with its defaults."""
    again = tmp_path / "again.csv"
    monkeypatch.setattr(sys, "argv", ["make_customers.py", str(again)])
    script.main()
    assert digest(again) == digest(EXPORT)
    assert b"\r" not in again.read_bytes()
    assert "5000 customers" in capsys.readouterr().out


def test_another_seed_makes_other_people(script, tmp_path):
    """Of the count that is asked for."""
    one, other = tmp_path / "1.csv", tmp_path / "2.csv"
    script.write_customers(one, count=50, seed=1)
    script.write_customers(other, count=50, seed=2)
    assert digest(one) != digest(other)
    assert read_contacts(one, allow_fictional=True).rows == 50


def test_every_row_of_the_export_is_accounted_for(people):
    """5,000 rows: contacts, merged ones and refused ones."""
    assert people.rows == 5000
    assert len(people) + people.merged + len(people.refused) == 5000
    assert len(people) > 4000
    assert people.merged > 100
    assert people.shared_numbers > 20


def test_what_is_wrong_in_it_is_found(people):
    """Each kind of wrong number has its reason."""
    reasons = Counter(row.reason for row in people.refused)
    assert set(reasons) == {
        "empty",
        "not-a-number",
        "not-valid",
        "spreadsheet",
        "too-long",
        "too-short",
        "unknown-country-code",
    }


def test_every_refusal_is_one_that_was_meant(people, script):
    """No number that the script spelt out correctly is refused."""
    wrong = {*script.NOT_NUMBERS, *script.WRONG_IN_FRANCE, ""}
    with EXPORT.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        line, typed = 2, {}
        for row in rows:
            if not row["Phone"]:
                typed[line] = row["Default Address Phone"]
            line = rows.line_num + 1
    assert all(typed.get(row.line) in wrong for row in people.refused)
    assert not [c for c in people if typed.get(c.line) in wrong]


def test_all_numbers_are_kept_for_fiction(people):
    """Nobody could be texted by mistake."""
    fiction = (
        "+3363998",
        "+3319900",
        "+48212",
        "+49171392",
        "+4917604069",
        "+493023125",
        "+447700900",
        "+442079460",
    )
    for contact in people:
        number = contact.number.reveal()
        american = number.startswith("+1") and number[5:10] == "55501"
        assert american or number.startswith(fiction)


def test_it_has_what_demonstrations_need(people):
    """Countries, kinds of lines, claims, languages, and who left."""
    countries = Counter(c.country for c in people)
    assert set(countries) == {"FR", "PL", "US", "DE", "GB"}
    assert countries["FR"] > len(people) / 2
    assert Counter(c.number.kind for c in people)["fixed"] > 100
    assert {c.claims_consent for c in people} == {True, False}
    assert {c.language for c in people} == {None, "fr", "pl", "en", "de"}
    left = [c for c in people if "sms-stop" in c.values.get("tags", ())]
    assert len(left) > 100
    assert any(c.claims_consent for c in left)


def test_it_has_names_that_attack(people, script):
    """All hostile names occur, also those that are hard to write in CSV."""
    with EXPORT.open(encoding="utf-8", newline="") as file:
        names = {row["First Name"] for row in csv.DictReader(file)}
    assert set(script.HOSTILE_NAMES) <= names
    assert "" in names
    assert any(len(name) >= 200 for name in names)
    assert any("\n" in name for name in names)
    assert any(
        unicodedata.bidirectional(c) == "RLO" for name in names for c in name
    )
    assert people.refused
