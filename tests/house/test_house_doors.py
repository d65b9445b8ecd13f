"""The floor plan, where import-linter cannot see: the standard library."""

import ast
import re
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import anonsms


SRC = Path(anonsms.__file__).parent
FILES = sorted(SRC.rglob("*.py"))
# Package of the standard library → the only places that import it.
DOORS = {
    "sqlite3": tuple(
        f"ledger/store/{path.name}"
        for path in (SRC / "ledger" / "store").glob("sqlite*.py")
    ),
    "socket": (
        "testing/servers/listening.py",
        "testing/servers/wire.py",
        "transport/clients/lines.py",
    ),
    "subprocess": (),
    "pickle": (),
    # Nothing is opened with it: it knows the environment's proxies.
    "urllib.request": ("transport/clients/__init__.py",),
}
# Longer than a pleasant file, and why.
LONG: dict[str, str] = {
    "__init__.py": "one line for each public name, twice",
}
EXTRAS = ("matplotlib", "tqdm", "narwhals", "pandas", "polars", "psycopg")
ROOMS = sorted(
    path.stem
    for path in SRC.iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
)


def imports(path):
    """Every module that a file names in an import, at any depth."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", DOORS)
def test_each_door_is_the_only_one(package):
    """A package of the standard library that talks outward has its door."""
    users = {
        path.relative_to(SRC).as_posix()
        for path in FILES
        for name in imports(path)
        if name == package or name.startswith(f"{package}.")
    }
    assert users <= set(DOORS[package])


def test_every_file_is_read():
    """The walk finds the package and not an empty folder."""
    assert SRC / "errors.py" in FILES
    assert {"errors", "masking", "message"} <= set(ROOMS)


def test_files_stay_pleasant():
    """At most 350 lines, unless LONG says why."""
    long = {
        path.relative_to(SRC).as_posix()
        for path in FILES
        if path.read_text("utf-8").count("\n") > 350
    }
    assert long == set(LONG)


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_imports_without_the_extras(room):
    """A bare install can import every room; extras are asked for in use."""
    blocked = "".join(f"sys.modules[{extra!r}] = None;" for extra in EXTRAS)
    name = "anonsms" if room == "__init__" else f"anonsms.{room}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c",
         f"import sys; {blocked} import {name}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_loads_what_it_may_never_need(room):
    """Importing a room loads neither cryptography nor number metadata."""
    name = "anonsms" if room == "__init__" else f"anonsms.{room}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {name}; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    heavy = {"cryptography", "phonenumbers", "httpx", "matplotlib", "tqdm"}
    assert not heavy & loaded


def test_the_tree_of_errors_is_drawn_in_full():
    """The docstring of errors.py has every class that is in it."""
    errors = import_module("anonsms.errors")
    names = [name for name in vars(errors) if name.endswith("Error")]
    assert len(names) > 20
    for name in names:
        assert re.search(rf"\b{name}\b", errors.__doc__), name


def test_no_test_can_reach_the_network():
    """A name that would have to be looked up, and an address far away."""
    with pytest.raises(BaseException, match="leave this machine"):
        socket.getaddrinfo("example.org", 80)
    with (
        socket.socket() as far,
        pytest.raises(BaseException, match="leave this machine"),
    ):
        far.connect(("192.0.2.1", 80))
