"""The canaries bite: deliberate leaks, one per channel and per form."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from leakscan import RANGES, leaks


NUMBERS = {
    "FR mobile": ("33", "639981234", "06 39 98 12 34"),
    "FR fixed": ("33", "199001234", "01.99.00.12.34"),
    "US": ("1", "2025550123", "(202) 555-0123"),
    "DE mobile 171": ("49", "1713920012", "0171/3920012"),
    "DE mobile 176": ("49", "17604069012", "0176 0406 9012"),
    "DE fixed": ("49", "3023125123", "(030) 23125-123"),
    "GB mobile": ("44", "7700900123", "07700 900 123"),
    "GB fixed": ("44", "2079460123", "020 7946 0123"),
    "PL": ("48", "212345678", "48 212 345 678"),
}


def semi_octets(digits):
    """An SMS address: type of number, then swapped digits."""
    digits += "F" * (len(digits) % 2)
    pairs = zip(digits[::2], digits[1::2], strict=True)
    return bytes.fromhex("91" + "".join(b + a for a, b in pairs))


FORMS = {
    "e164": lambda code, rest, home: f"+{code}{rest}",
    "no plus": lambda code, rest, home: f"{code}{rest}",
    "00": lambda code, rest, home: f"00{code}{rest}",
    "national": lambda code, rest, home: home,
    "dashed": lambda code, rest, home: f"+{code}-{rest[:3]}-{rest[3:]}",
    "nbsp": lambda code, rest, home: (
        f"+{code}\u00a0{rest[:3]}\u202f{rest[3:]}"
    ),
    "percent": lambda code, rest, home: f"To=%2B{code}{rest}",
    "percent text": lambda code, rest, home: "Appelez%20" + quote(home),
    "percent all": lambda code, rest, home: "".join(
        f"%{ord(char):02X}" for char in home
    ),
    "percent utf-8": lambda code, rest, home: quote(
        f"à :\u00a0+{code}\u202f{rest}"
    ),
    "tabs": lambda code, rest, home: f"+{code}\t{rest[:3]}\t{rest[3:]}",
    "home tabs": lambda code, rest, home: home.replace(" ", "\t"),
    "two lines": lambda code, rest, home: f"+{code}{rest[:4]}\n{rest[4:]}",
    "CR LF": lambda code, rest, home: f"+{code}{rest[:4]}\r\n{rest[4:]}",
    "hex lines": lambda code, rest, home: f"+{code}{rest}".encode().hex(
        "\n", 4
    ),
    "utf-16": lambda code, rest, home: f"+{code}{rest}".encode("utf-16-be"),
    "hex": lambda code, rest, home: f"+{code}{rest}".encode().hex(),
    "hex spaced": lambda code, rest, home: f"{code}{rest}".encode().hex(" "),
    "hex UCS-2": lambda code, rest, home: f"+{code}{rest}".encode(
        "utf-16-be"
    ).hex(),
    "base64 0": lambda code, rest, home: base64.b64encode(
        f"+{code}{rest}".encode()
    ),
    "base64 1": lambda code, rest, home: base64.b64encode(
        f"x+{code}{rest}".encode()
    ),
    "base64 2": lambda code, rest, home: base64.b64encode(
        f"xy+{code}{rest}zz".encode()
    ),
    "base64 mid": lambda code, rest, home: base64.urlsafe_b64encode(
        f'{{"name": "Zoé", "to": "{code}{rest}"}}'.encode()
    ),
    "bcd": lambda code, rest, home: semi_octets(code + rest),
    "bcd hex": lambda code, rest, home: semi_octets(code + rest).hex(),
    "reversed": lambda code, rest, home: f"+{code}{rest}"[::-1],
    "home reversed": lambda code, rest, home: home[::-1],
}


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_every_range_is_found(kind, form):
    """Alone or amid other bytes, each way of writing is seen through."""
    written = FORMS[form](*NUMBERS[kind])
    if isinstance(written, str):
        written = written.encode()
    for data in (written, b"said: " + written + b"; bye\n"):
        assert [leak.kind for leak in leaks(data)], (kind, form)
        assert kind in {leak.kind for leak in leaks(data)}


def test_every_range_is_tried():
    """A new range brings its example."""
    assert set(NUMBERS) == {each.name for each in RANGES}


@pytest.mark.parametrize(
    "innocent",
    [
        "+33 •••••••34",
        "<PhoneNumber +33 •••••••34>",
        "sha256:9f86d081884c7d65933639981234f0a55ad015a3bf4f1b2b0b822cd",
        "<object at 0x7f6399812345>",
        "1764000000.123456",
        "-20 % ce week-end. STOP au 36123",
        "",
    ],
)
def test_masks_and_digests_pass(innocent):
    """What may be seen is not taken for a number."""
    assert leaks(innocent) == []


def test_the_report_does_not_repeat_the_number():
    """The context of a leak keeps its letters and loses its digits."""
    (leak,) = leaks("client Zoé +33 6 39 98 12 34 refusé")
    assert leaks(str(leak)) == []
    assert "client Zoé" in str(leak)


INNER = """
import logging, os, sqlite3, sys, tempfile, warnings
from pathlib import Path
import pytest
from anonsms.errors import AnonsmsError, ConfigurationError, LedgerError

NUMBER = "+336" + "39981234"

def ours(text):
    # A function as if of our sources, so that its frames are ours.
    import anonsms.errors
    lines = ["def act(given, place=None):", *text.splitlines()]
    code = compile("\\n    ".join(lines), anonsms.errors.__file__, "exec")
    space = {"AnonsmsError": AnonsmsError, "sqlite3": sqlite3}
    exec(code, space)
    return space["act"]

def test_clean(tmp_path):
    (tmp_path / "log.txt").write_text("+33 •••••••34")
    with pytest.raises(AnonsmsError):
        raise AnonsmsError("no consent")

def test_stdout():
    print(NUMBER)

def test_stderr():
    print(NUMBER, file=sys.stderr)

def test_capsys(capsys):
    print(NUMBER)
    capsys.readouterr()

def test_log_debug():
    logging.getLogger("anonsms.quiet").debug("to %s", NUMBER)

def test_log_extra():
    logging.getLogger("anonsms").info("sent", extra={"number": NUMBER})

def test_log_exception():
    try:
        raise ValueError(NUMBER)
    except ValueError:
        logging.getLogger("anonsms").exception("failed")

def test_warning():
    with warnings.catch_warnings(record=True):
        warnings.warn("odd " + NUMBER)

def test_warning_expected():
    with pytest.warns(UserWarning):
        warnings.warn("odd " + NUMBER)

def test_error_caught():
    try:
        raise AnonsmsError("bad " + NUMBER)
    except AnonsmsError:
        pass

def test_error_configuration():
    with pytest.raises(ConfigurationError):
        raise ConfigurationError(NUMBER)

def test_error_args():
    with pytest.raises(LedgerError):
        raise LedgerError("bad", [NUMBER])

def test_error_attribute():
    with pytest.raises(AnonsmsError) as caught:
        error = AnonsmsError("bad")
        error.culprit = NUMBER
        raise error

def test_error_note():
    with pytest.raises(AnonsmsError):
        error = AnonsmsError("bad")
        error.add_note(NUMBER)
        raise error

def test_error_cause():
    with pytest.raises(AnonsmsError):
        raise AnonsmsError("bad") from KeyError(NUMBER)

def test_error_context():
    with pytest.raises(AnonsmsError):
        try:
            {}[NUMBER]
        except KeyError:
            raise AnonsmsError("bad")

def test_error_locals():
    with pytest.raises(AnonsmsError):
        ours("raise AnonsmsError('not a number')")(NUMBER)

def test_error_of_python():
    with pytest.raises(ValueError):
        raise ValueError(NUMBER)

def test_error_of_python_called():
    pytest.raises(ValueError, int, NUMBER + "x")

def test_error_of_python_locals():
    with pytest.raises(AttributeError):
        ours("given.nothing")(NUMBER)

def test_error_in_group():
    with pytest.raises(ExceptionGroup):
        raise ExceptionGroup("both", [KeyError("a"), ValueError(NUMBER)])

def test_error_in_expected_group():
    with pytest.RaisesGroup(ValueError):
        raise ExceptionGroup("both", [ValueError(NUMBER)])

def test_ok_error_locals_of_the_test():
    number = NUMBER
    with pytest.raises(ZeroDivisionError):
        1 / 0

def test_failure_text():
    raise RuntimeError(NUMBER)

def test_file(tmp_path):
    (tmp_path / "outbox.bin").write_bytes(NUMBER.encode("utf-16"))

def test_file_cwd(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("note.txt").write_text(NUMBER)

def test_file_database(tmp_path):
    db = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE t (x)")
    db.execute("INSERT INTO t VALUES (?)", (NUMBER,))
    yielded.append(db)  # still open: the row is in the WAL alone

yielded = []

def test_file_csv_of_ours(tmp_path):
    ours("place.write_text(given)")(NUMBER, tmp_path / "report.csv")

def test_file_of_ours_in_the_temporary_folder():
    place = Path(tempfile.gettempdir(), "spool.bin")
    ours("place.write_text(given)")(NUMBER, place)

def test_file_of_ours_elsewhere():
    place = Path(os.environ["ELSEWHERE"], "clean.bin")
    ours("place.write_text(given)")("nothing personal", place)

def test_file_of_ours_moved_elsewhere(tmp_path):
    place = Path(os.environ["ELSEWHERE"], "moved.bin")
    (tmp_path / "clean").write_text("nothing personal")
    ours("given.rename(place)")(tmp_path / "clean", place)

def test_file_database_of_ours():
    place = Path(tempfile.gettempdir(), "shop.db")
    ours(
        "db = sqlite3.connect(place, isolation_level=None)\\n"
        "db.execute('CREATE TABLE t (x)')\\n"
        "db.execute('INSERT INTO t VALUES (?)', (given,))\\n"
        "db.close()"
    )(NUMBER, place)

def test_file_name(tmp_path):
    (tmp_path / f"{NUMBER}.txt").write_text("nothing personal")

def test_folder_name(tmp_path):
    (tmp_path / NUMBER).mkdir()
    (tmp_path / NUMBER / "a.txt").write_text("nothing personal")

def test_folder_name_of_ours():
    place = Path(tempfile.gettempdir(), "to-" + NUMBER)
    ours("place.mkdir()")(None, place)

def test_ok_file_of_ours(tmp_path):
    ours("place.write_text(given)")("nobody", tmp_path / "a.txt")
    ours("place.write_text(given)")("", Path(tempfile.gettempdir(), "b.txt"))
    ours("place.write_text(given)")(NUMBER, Path(os.devnull))

def test_ok_file_not_of_ours():
    place = Path(os.environ["ELSEWHERE"], "coverage.bin")
    place.write_text("nothing personal")

def test_teardown(request):
    request.addfinalizer(lambda: print(NUMBER))

def test_ok_input_kind(tmp_path):
    (tmp_path / "contacts.csv").write_text(NUMBER)

def test_ok_input_named(tmp_path, input_files):
    input_files(tmp_path / "list.txt")
    (tmp_path / "list.txt").write_text(NUMBER)
"""


@pytest.fixture(scope="module")
def bitten(tmp_path_factory):
    """Which tests of INNER fail, and how: one run for all."""
    folder = tmp_path_factory.mktemp("inner", numbered=True)
    (folder / "test_inner.py").write_text(INNER)
    (folder / "conftest.py").write_text('pytest_plugins = ["canaries"]\n')
    (folder / "pytest.ini").write_text(
        f"[pytest]\npythonpath = {Path(__file__).parent.parent}\n"
    )
    # What our code may make is told apart from what it may not by these.
    places = {
        "TMPDIR": folder / "temporary",
        "ELSEWHERE": tmp_path_factory.mktemp("elsewhere"),
    }
    places["TMPDIR"].mkdir()
    run = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-rA", "--tb=short",
            "--show-capture=no", "-p", "no:cacheprovider", "-p", "no:xdist",
            "-p", "no:hypothesispytest", "--basetemp", folder / "base", ".",
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {name: str(at) for name, at in places.items()},
    )  # fmt: skip
    return run.stdout + run.stderr


def test_each_channel_bites(bitten):
    """A leak through any channel fails its test; the clean ones pass."""
    names = [
        line.removeprefix("def ").split("(")[0]
        for line in INNER.splitlines()
        if line.startswith("def test_")
    ]
    assert len(names) > 20
    for name in names:
        ending = f"test_inner.py::{name}"
        passes = f"PASSED {ending}\n" in bitten
        passes &= f"ERROR {ending} " not in bitten
        clean = name == "test_clean" or name.startswith("test_ok_")
        assert passes == clean, name


def test_the_failure_says_what_and_where(bitten):
    """The channel and the range are named, the number is not."""
    assert "captured stdout call: FR mobile number, in plain digits" in bitten
    assert "log of anonsms.quiet: FR mobile number" in bitten
    assert "LedgerError raised: FR mobile number" in bitten
    assert "file *.db-wal: FR mobile number" in bitten
    assert "file *.csv: FR mobile number" in bitten
    assert "file name: FR mobile number" in bitten
    assert "ValueError raised: FR mobile number" in bitten
    assert "made by act() outside the folders of the test" in bitten
