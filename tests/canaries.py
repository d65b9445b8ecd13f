"""
A pytest plugin: after each test, look for phone numbers that got out.

Whatever a test or a documentation example printed, logged, warned about,
raised or wrote to disk is searched for numbers of the ranges kept for
fiction (:mod:`leakscan`), the only ones that the suite uses. One that turns
up fails the test. Times and ids of log records are left out: their digits
look like any number.

Errors are searched with what a debugger would show: text, ``repr``,
arguments, attributes, notes, and the local variables of those frames of the
traceback that are ours. Also our errors that somebody caught, and all that
``pytest.raises`` expected, whatever their type.

Files are searched in the folder of the test, in the working directory, and
wherever our code opened one for writing, names included. A file of ours that
is neither in those folders nor among the temporary files fails the test.

A file that holds numbers on purpose (a contact list, an export that the
person asked for) is named to the fixture ``input_files``. Files of the kinds
in ``INPUT_KINDS`` are taken for inputs, unless it was our code that opened
them for writing.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from stat import S_ISREG
from types import FrameType, TracebackType

import pytest

import anonsms.errors
from exposed import OURS, exposed
from leakscan import leaks


ROOT = Path(__file__).parent.parent
INPUT_KINDS = {".csv", ".ipynb", ".md", ".py", ".pyc", ".toml", ".tsv"}
_WRITES = os.O_WRONLY | os.O_RDWR
# Which argument of an audit event is the path that comes to be.
_PATHS = {"open": 0, "os.mkdir": 0, "os.rename": 1, "sqlite3.connect": 0}
_SIDE_FILES = ("", "-wal", "-journal", "-shm")  # of SQLite; no audit events
_SEARCHED_AT_ONCE = 1 << 20  # octets
_CHANCE = {"created", "msecs", "relativeCreated", "process", "thread"}
_ERRORS_KEPT = 200  # then they are searched and let go: Hypothesis makes many


class Watch:
    """What one test let out, as far as it was seen."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.waiting: list[tuple[str, bytes]] = []
        self.size = 0
        self.errors: list[BaseException] = []
        self.opened: dict[str, str] = {}  # by whom
        self.allowed: set[Path] = set()

    def search(self, channel: str, data: bytes | str) -> None:
        """Note ``data`` under ``channel``, to be searched by `settle`."""
        if isinstance(data, str):
            data = data.encode("utf-8", "backslashreplace")
        self.waiting.append((channel, data))
        self.size += len(data)
        if self.size > _SEARCHED_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Search all at once, and one by one only if something is there."""
        waiting, self.waiting, self.size = self.waiting, [], 0
        if leaks(b"\n\n".join(data for _, data in waiting)):
            for channel, data in waiting:
                self.found += [f"{channel}: {leak}" for leak in leaks(data)]

    def keep(self, error: BaseException) -> None:
        """Have an error searched once it has come to rest."""
        if len(self.errors) >= _ERRORS_KEPT:
            self.settle_errors()
        self.errors.append(error)

    def settle_errors(self) -> None:
        """Search the errors made so far, and let them go."""
        errors, self.errors = self.errors, []
        # One that was made and then expected is here twice.
        for error in {id(error): error for error in errors}.values():
            self.search(
                f"{type(error).__name__} raised",
                "\n".join(exposed(error)),
            )

    def search_files(self, folders: Iterable[Path]) -> None:
        """Search what is on disk now and was not when last looked."""
        for folder in folders:
            for path in _files(folder):
                self.search_name(path, folder)
                self.search_file(path)
        for name, opener in self.opened.items():
            path = Path(name)
            home = _home(path, [*folders, *_TEMPORARY])
            if home is None and os.path.lexists(path):
                self.found.append(
                    f"file *{path.suffix}: made by {opener}() outside the "
                    "folders of the test"
                )
            self.search_name(path, home)
            for side in _SIDE_FILES:
                self.search_file(Path(name + side))

    def search_name(self, path: Path, home: Path | None) -> None:
        """Search the name; that of its home folder is not its own."""
        if path not in _named and not self._is_allowed(path):
            _named.add(path)
            name = path.relative_to(home) if home else path
            self.search("file name", str(name))

    def search_file(self, path: Path) -> None:
        """Search what is in a file, if it is new."""
        if self._is_allowed(path) or self._is_input(path):
            return
        try:
            status = path.stat()
            mark = (status.st_mtime_ns, status.st_size)
            if _searched.get(path) == mark or not S_ISREG(status.st_mode):
                return
            data = path.read_bytes()
        except FileNotFoundError:  # a journal may come and go
            return
        _searched[path] = mark
        self.search(f"file *{path.suffix or path.name}", data)

    def _is_allowed(self, path: Path) -> bool:
        return any(path.is_relative_to(given) for given in self.allowed)

    def _is_input(self, path: Path) -> bool:
        return path.suffix in INPUT_KINDS and str(path) not in self.opened


_watch: Watch | None = None
_searched: dict[Path, tuple[int, int]] = {}
_named: set[Path] = set()
_TEMPORARY = (Path(tempfile.gettempdir()).resolve(), Path(os.devnull).parent)


def _home(path: Path, folders: Iterable[Path]) -> Path | None:
    """The first of the folders that it is in, if any."""
    return next((each for each in folders if path.is_relative_to(each)), None)


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)


# --- errors -------------------------------------------------------------


def _spy_on(base: type[BaseException]) -> None:
    """Keep each instance of ``base`` until its test has been searched."""

    def __new__(  # noqa: N807 - it becomes the class's own
        cls: type[BaseException], *args: object, **named: object
    ) -> BaseException:
        error = super(base, cls).__new__(cls, *args, **named)
        if _watch is not None:
            _watch.keep(error)
        return error

    base.__new__ = __new__


def _spying_exit(original: Callable[..., bool]) -> Callable[..., bool]:
    def __exit__(  # noqa: N807 - it becomes the class's own
        self: object,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if _watch is not None and error is not None:
            _watch.keep(error)
        return original(self, kind, error, trace)

    return __exit__


# --- files, logs, warnings, captured output -------------------------------


def _on_audit(event: str, args: tuple[object, ...]) -> None:
    if _watch is None or event not in _PATHS:
        return
    if event == "open":
        _, mode, flags = args
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if not writes and not (isinstance(flags, int) and flags & _WRITES):
            return
    path = args[_PATHS[event]]
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    name = os.fsdecode(path)
    if event == "sqlite3.connect" and name in {"", ":memory:"}:
        return
    opener = _one_of_ours(sys._getframe(1))
    if opener is not None and "__pycache__" not in name:
        _watch.opened[str(Path(name).resolve())] = opener


def _one_of_ours(frame: FrameType | None) -> str | None:
    """The function of ours that is at work, if any."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            return frame.f_code.co_name
        frame = frame.f_back
    return None


class _Records(logging.Handler):
    """Formats each record at once, with its traceback and its extras."""

    def emit(self, record: logging.LogRecord) -> None:
        if _watch is None:
            return
        told = {k: v for k, v in vars(record).items() if k not in _CHANCE}
        text = f"{self.format(record)}\n{told!r}"
        _watch.search(f"log of {record.name}", text)


_handler = _Records()
_warn = warnings.warn


def _spying_warn(
    message: Warning | str,
    category: type[Warning] | None = None,
    stacklevel: int = 1,
    source: object = None,
    **named: object,
) -> None:
    if _watch is not None:
        _watch.search("warning", f"{message}\n{message!r}")
    _warn(message, category, stacklevel + 1, source, **named)


def _spying_readouterr(
    original: Callable[[object], pytest.CaptureResult[str]],
) -> Callable[[object], pytest.CaptureResult[str]]:
    def readouterr(self: object) -> pytest.CaptureResult[str]:
        result = original(self)
        if _watch is not None:
            for name in ("out", "err"):
                text = getattr(result, name)
                _watch.search(f"std{name} read by the test", text)
        return result

    return readouterr


def pytest_configure(config: pytest.Config) -> None:
    """Put the spies in place, for the life of the process."""
    _spy_on(anonsms.errors.AnonsmsError)
    _spy_on(anonsms.errors.ConfigurationError)
    for each in {type(pytest.raises(Exception)), pytest.RaisesGroup}:
        each.__exit__ = _spying_exit(each.__exit__)
    sys.addaudithook(_on_audit)
    warnings.warn = _spying_warn
    fixture = pytest.CaptureFixture
    fixture.readouterr = _spying_readouterr(fixture.readouterr)


# --- one test ---------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object]:
    """Watch one test from its first fixture to its last."""
    global _watch  # noqa: PLW0603 - hooks of pytest share nothing else
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(_handler)
    _watch = Watch()
    try:
        return (yield)
    finally:
        _watch = None
        root.removeHandler(_handler)
        root.setLevel(level)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail the phase that let a canary out."""
    report = yield
    if _watch is None:
        return report
    for title, text in report.sections:
        if title.endswith(call.when):
            _watch.search(title.lower(), text)
    if call.excinfo is not None and not call.excinfo.errisinstance(
        (AssertionError, pytest.skip.Exception)
    ):
        error = call.excinfo.value
        told = traceback.format_exception_only(error)
        _watch.search("failure text", "".join(told))
    _watch.settle_errors()
    if call.when != "setup":
        _watch.search_files(_folders(item))
    _watch.settle()
    found, _watch.found = _watch.found, []
    if found:
        told = "\n".join(
            ["A phone number got out (see tests/canaries.py):", *found]
        )
        if report.failed:
            report.sections.append(("canaries", told))
        else:
            report.outcome = "failed"
            report.longrepr = told
    return report


def _folders(item: pytest.Item) -> set[Path]:
    folders = {Path.cwd().resolve()}
    given = getattr(item, "funcargs", {}).get("tmp_path")
    if given is not None:
        folders.add(given.resolve())
    return {
        folder
        for folder in folders
        if not ROOT.is_relative_to(folder) and not folder.is_relative_to(ROOT)
    }


@pytest.fixture
def input_files() -> Callable[..., None]:
    """Name files or folders that hold numbers on purpose."""

    def allow(*paths: str | os.PathLike[str]) -> None:
        if _watch is not None:
            _watch.allowed |= {Path(path).resolve() for path in paths}

    return allow
