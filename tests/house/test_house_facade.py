"""`import anonsms`: cheap, complete, and true to its table."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import facade
import pytest

import anonsms


HEAVY = ("httpx", "phonenumbers", "cryptography", "attrs", "attr", "sqlite3")


def run(code):
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip


def test_importing_loads_no_room_and_no_package():
    """Only the façade itself is new in ``sys.modules``."""
    loaded = run(
        "import sys; before = set(sys.modules); import anonsms;"
        "print(*sorted(set(sys.modules) - before))"
    ).split()
    assert loaded == ["anonsms"]
    assert not set(HEAVY) & set(loaded)


def test_all_is_sorted_and_equals_the_table():
    """``__all__`` has each name of the table once."""
    names = [name for names in anonsms._ROOMS.values() for name in names]
    assert sorted(names) == anonsms.__all__
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", anonsms.__all__)
def test_each_name_resolves_to_its_room(name):
    """What the façade hands out is the room's own object."""
    room = import_module(f"anonsms.{anonsms._HOMES[name]}")
    assert getattr(anonsms, name) is getattr(room, name)


def test_each_name_is_public_in_its_room():
    """A room that says what is public says so of every name we hand out."""
    for name, home in anonsms._HOMES.items():
        room = import_module(f"anonsms.{home}")
        public = getattr(room, "__all__", [name])
        assert name in public, name


def test_dir_lists_every_name():
    """Completion in a fresh session knows all names before they load."""
    listed = run("import anonsms; print(*dir(anonsms))").split()
    assert set(anonsms.__all__) <= set(listed)
    assert "__version__" in listed
    assert listed == sorted(listed)


def test_no_name_is_also_a_room():
    """Or importing the room would replace the name."""
    rooms = {path.stem for path in Path(anonsms.__file__).parent.iterdir()}
    assert not rooms & set(anonsms.__all__)


def test_unknown_names_are_attribute_errors():
    """A typo is told apart from a missing package."""
    with pytest.raises(AttributeError, match="no attribute 'Messanger'"):
        _ = anonsms.Messanger
    assert not hasattr(anonsms, "nothing")


def test_a_second_look_up_needs_no_import():
    """Once resolved, a name is an ordinary attribute."""
    _ = anonsms.AnonsmsError
    assert "AnonsmsError" in vars(anonsms)


def test_the_version_is_the_distribution_s():
    """One version, in pyproject.toml."""
    assert anonsms.__version__.startswith("0.")


def test_type_checkers_see_the_same_names():
    """The imports for type checkers repeat the table: run `make facade`."""
    assert facade.written() == facade.block()
