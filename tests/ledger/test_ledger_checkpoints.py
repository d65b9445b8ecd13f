"""Checkpoints as text: one of a log in use, hostile ones, our own."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_signers import GO, line_text, shop

from anonsms.errors import ProofError
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.note import Verifier, parse_note, verify_note


GO_LATEST = (
    "go.sum database tree\n"
    "6476701\n"
    "mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n"
    "\n"
    "— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbF"
    "IGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n"
)


moments = st.one_of(
    st.none(),
    st.datetimes(
        datetime(1970, 1, 2),  # noqa: DTZ001 - the zone comes with the next
        datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))]),
    ),
)
checkpoints = st.builds(
    Checkpoint,
    line_text.filter(bool),
    st.integers(0, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    moments,
)


def test_a_log_in_use():
    """A checkpoint of Go's checksum database is checked and read."""
    note = parse_note(GO_LATEST)
    go = Verifier.parse(GO)
    assert verify_note(note, [go]) == [go]
    checkpoint = Checkpoint.parse(note.text)
    assert checkpoint.origin == "go.sum database tree"
    assert checkpoint.size == 6_476_701
    assert checkpoint.at is None
    assert checkpoint.body == note.text
    with pytest.raises(ProofError, match="does not hold"):
        verify_note(parse_note(GO_LATEST.replace("6476701", "6476702")), [go])


@given(checkpoints)
def test_checkpoints_come_back(checkpoint):
    """Whatever they hold, through a signed note and back."""
    note = parse_note(shop.note(checkpoint.body))
    read = Checkpoint.parse(note.text)
    assert read == checkpoint
    assert read.body == checkpoint.body
    assert checkpoint.at is None or checkpoint.at.tzinfo is UTC
    assert len(repr(checkpoint)) < len(checkpoint.origin) + 70


def test_the_checkpoint_text():
    """The three lines of c2sp.org/tlog-checkpoint, and the time."""
    at = datetime(2026, 1, 1, 1, 0, 0, 999_999, timezone(timedelta(hours=1)))
    checkpoint = Checkpoint("example.com/anonsms", 2, b"\xab" * 32, at)
    root = base64.b64encode(b"\xab" * 32).decode()
    text = f"example.com/anonsms\n2\n{root}\ntime 1767225600\n"
    assert checkpoint.body == text
    assert checkpoint.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert "abababab…" in repr(checkpoint)
    others = text.replace("time", "hello\ntimes 3\ntime")
    assert Checkpoint.parse(others) == checkpoint


ROOT = "A" * 43 + "="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        f"origin\n{ROOT}\n",
        f"origin\n5\n{ROOT}",
        f"origin\n5\n{ROOT}\nno end",
        f"\n5\n{ROOT}\n",
        f"origin\n\n5\n{ROOT}\n",
        f"origin\n5\n{ROOT}\n\n",
        f"origin\n05\n{ROOT}\n",
        f"origin\n-5\n{ROOT}\n",
        f"origin\n+5\n{ROOT}\n",
        f"origin\n5 \n{ROOT}\n",
        f"origin\n5_0\n{ROOT}\n",
        f"origin\n٥\n{ROOT}\n",
        f"origin\n9223372036854775808\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n",
        f"origin\n5\n{ROOT[:-1]}\n",
        f"origin\n5\n{ROOT[:-2]}B=\n",
        f"origin\n5\n{ROOT[4:]}\n",
        f"origin\n5\nAAAA{ROOT}\n",
        f"ori\tgin\n5\n{ROOT}\n",
        f"ori\ud800gin\n5\n{ROOT}\n",
        f"origin\n5\n{ROOT}\ntime \n",
        f"origin\n5\n{ROOT}\ntime -1\n",
        f"origin\n5\n{ROOT}\ntime 1.5\n",
        f"origin\n5\n{ROOT}\ntime 253402300800\n",
        f"origin\n5\n{ROOT}\ntime 1\ntime 1\n",
        f"origin\n5\n{ROOT}\n\n— name AAAAAAAA\n",
    ],
)
def test_no_checkpoints(text):
    """Each is refused in words, by our own error."""
    with pytest.raises(ProofError, match=r"^[A-Z].*\.$"):
        Checkpoint.parse(text)


@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_any_text_is_a_checkpoint_or_refused(origin, size, more):
    """The parser answers or refuses."""
    for text in (origin, f"{origin}\n{size}\n{ROOT}\n{more}\n"):
        try:
            read = Checkpoint.parse(text)
        except ProofError:
            continue
        assert text.startswith(f"{read.origin}\n{read.size}\n")


def test_impossible_checkpoints():
    """What no log can be is refused where it is made."""
    root, naive = bytes(32), datetime(2026, 1, 1)  # noqa: DTZ001
    for wrong in (
        ("", 0, root),
        ("two\nlines", 0, root),
        ("a", -1, root),
        ("a", 1 << 63, root),
        ("a", 0, root[1:]),
        ("a", 0, root, naive),
        ("a", 0, root, datetime(1969, 12, 31, tzinfo=UTC)),
    ):
        with pytest.raises(ProofError):
            Checkpoint(*wrong)
