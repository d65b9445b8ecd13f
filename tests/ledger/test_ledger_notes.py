"""Signed notes: published ones, hostile ones, our own."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_signers import GO, Signer, later, line_text, shop, stranger

from anonsms.errors import ProofError
from anonsms.ledger.proofs.note import (
    Note,
    SignatureLine,
    Verifier,
    parse_note,
    sign_note,
    verify_note,
)


# The example of Go's package sumdb/note: two keys and a note by both.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_SECRET = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFY"
    "C2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aG"
    "rQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{BY_PETER}{BY_ENOCH}"

NO_BREAK = "\u00a0Neu"  # a space that is not U+0020

texts = st.lists(line_text, min_size=1, max_size=5).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="+"),
    min_size=1,
    max_size=20,
).filter(lambda name: not any(map(str.isspace, name)))


@pytest.mark.parametrize("text", [PETER, ENOCH, GO])
def test_published_keys(text):
    """Public keys of other tools are read, and written the same."""
    verifier = Verifier.parse(text)
    assert verifier.name == text.split("+")[0]
    assert verifier.key_id.hex() == text.split("+")[1]
    assert verifier.text == str(verifier) == text
    assert Verifier.parse(f" {text}\n") == verifier


def test_the_published_note_holds():
    """Go's example, signed by two keys, is vouched for by both."""
    peter, enoch = Verifier.parse(PETER), Verifier.parse(ENOCH)
    note = parse_note(NOTE)
    assert note.text == TEXT
    assert [line.name for line in note.signatures] == [peter.name, enoch.name]
    assert verify_note(note, [enoch, peter]) == [enoch, peter]
    assert verify_note(note, [peter, shop.verifier]) == [peter]
    assert str(note) == NOTE


@pytest.mark.parametrize(
    ("key", "secret", "line"),
    [(PETER, PETER_SECRET, BY_PETER), (ENOCH, ENOCH_SECRET, BY_ENOCH)],
)
def test_the_published_note_is_made(key, secret, line):
    """With the published private keys we write the same bytes."""
    name = key.split("+")[0]
    signer = Signer(name, base64.b64decode(secret)[1:])
    assert signer.verifier.text == key
    assert signer.note(TEXT) == f"{TEXT}\n{line}"


@given(texts, names)
def test_notes_come_back(text, name):
    """Any text and name: signed, read, checked, written again."""
    old, new = Signer(name, bytes(32)), Signer(name, b"\x01" * 32)
    written = sign_note(text, name, [old.over(text), new.over(text)])
    note = parse_note(written)
    assert note.text == text
    assert str(note) == written
    assert verify_note(note, [old.verifier]) == [old.verifier]
    both = [new.verifier, old.verifier]
    assert verify_note(note, both) == both
    assert Verifier.parse(old.verifier.text) == old.verifier


@given(st.integers(0, len(shop.note(TEXT).encode()) * 8 - 1))
def test_any_flipped_bit_is_refused(bit):
    """Of the text, the name, the key's id or the signature."""
    changed = bytearray(shop.note(TEXT).encode())
    changed[bit // 8] ^= 1 << bit % 8
    try:
        note = changed.decode()
    except UnicodeDecodeError:
        return  # no text any more: it never gets here
    with pytest.raises(ProofError):
        verify_note(parse_note(note), [shop.verifier])


def test_keys_change():
    """While both keys sign, who knows either of them is content."""
    note = parse_note(
        sign_note(TEXT, shop.name, [shop.over(TEXT), later.over(TEXT)])
    )
    assert verify_note(note, [shop.verifier]) == [shop.verifier]
    assert verify_note(note, [later.verifier]) == [later.verifier]


def test_strangers_are_ignored():
    """Signatures of unknown keys count neither for nor against."""
    text = shop.note(TEXT)
    theirs = SignatureLine("example.org/x", b"\0\1\2\3", b"\xff" * 2420)
    same_name = SignatureLine(shop.name, later.verifier.key_id, b"nonsense")
    same_id = SignatureLine("example.org/y", shop.verifier.key_id, b"nonsense")
    note = parse_note(f"{text}{theirs}{same_name}{same_id}")
    assert len(note.signatures) == 4
    assert verify_note(note, [shop.verifier]) == [shop.verifier]
    assert verify_note(note, [stranger.verifier, shop.verifier]) == [
        shop.verifier
    ]


def test_nobody_known():
    """A note that no known key signed is refused, not found empty."""
    note = parse_note(shop.note(TEXT))
    for known in ([], [stranger.verifier], [later.verifier]):
        with pytest.raises(ProofError, match="Nobody whose key is known"):
            verify_note(note, known)


def test_one_wrong_signature_of_a_known_key_spoils_the_note():
    """Even beside a good one: somebody played with it."""
    other = stranger.over("another text\n")
    bad = SignatureLine(
        stranger.name, stranger.verifier.key_id, other.signature
    )
    note = parse_note(f"{shop.note(TEXT)}{bad}")
    assert verify_note(note, [shop.verifier])
    with pytest.raises(ProofError, match="does not hold"):
        verify_note(note, [shop.verifier, stranger.verifier])
    twice = parse_note(f"{shop.note(TEXT)}{BY_PETER}" + BY_PETER)
    peter = Verifier.parse(PETER)
    assert verify_note(twice, [peter]) == [peter]


def test_keys_that_share_an_id():
    """Among keys of the same name and id it is enough that one signed."""
    note = parse_note(shop.note(TEXT))

    class Twin(Verifier):
        key_id = shop.verifier.key_id

    twin = Twin(shop.name, stranger.public)
    assert verify_note(note, [twin, shop.verifier]) == [shop.verifier]
    with pytest.raises(ProofError, match="does not hold"):
        verify_note(note, [twin])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}{BY_PETER}",
        f"\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER}".rstrip("\n"),
        f"{TEXT}\n{BY_PETER}\n",
        f"{TEXT}\n{BY_PETER}and more\n",
        f"{TEXT}\r\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER}".replace("\n", "\r\n"),
        f"\t{TEXT}\n{BY_PETER}",
        f"\0{TEXT}\n{BY_PETER}",
        f"\ud83d{TEXT}\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER[1:]}",
        f"{TEXT}\n-{BY_PETER[1:]}",
        f"{TEXT}\n {BY_PETER}",
        f"{TEXT}\n{BY_PETER.replace(' ', '  ')}",
        f"{TEXT}\n{BY_PETER.replace('Neu', ' Neu')}",
        f"{TEXT}\n{BY_PETER.replace('Neu', NO_BREAK)}",
        f"{TEXT}\n{BY_PETER.replace('Neu', '+')}",
        f"{TEXT}\n{BY_PETER.replace('=', '')}",
        f"{TEXT}\n{BY_PETER.replace('AM=', 'AN=')}",
        f"{TEXT}\n{BY_PETER.replace('=', '=é')}",
        f"{TEXT}\n{BY_PETER.replace('x08go/', 'x08go_')}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n— PeterNeumann \n",
        f"{TEXT}\n—  {BY_PETER[15:]}",
        f"{TEXT}\n{BY_PETER * 101}",
        f"{TEXT}\n{BY_PETER}".rjust(1_000_001),
    ],
)
def test_hostile_notes(note):
    """Each is refused in words, by our own error."""
    with pytest.raises(ProofError, match=r"^[A-Z].*\.$"):
        parse_note(note)


def test_a_hundred_signatures():
    """As many as other tools take, and no more."""
    peter = Verifier.parse(PETER)
    note = parse_note(f"{TEXT}\n{BY_PETER * 100}")
    assert verify_note(note, [peter]) == [peter]
    with pytest.raises(ProofError):
        sign_note(TEXT, shop.name, [shop.over(TEXT)] * 101)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_note_or_refused(first, second):
    """The parser answers or refuses, and writes what it read."""
    for text in (first, f"{first}\n\n— {second}\n", f"{first}\n{BY_PETER}"):
        try:
            note = parse_note(text)
        except ProofError:
            continue
        assert isinstance(note, Note)
        assert str(note) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "a"),
        ("no end", "a"),
        ("two\n\nparts, no end", "a"),
        ("tab\t\n", "a"),
        (TEXT, ""),
        (TEXT, "a b"),
        (TEXT, "a+b"),
        (TEXT, "a\u2003b"),
        (TEXT, "a\nb"),
        (TEXT, "a\x7f\x00"),
    ],
)
def test_unreadable_notes_are_not_signed(text, name):
    """What nobody could read back is refused before it leaves."""
    with pytest.raises(ProofError):
        sign_note(text, name, [shop.over(text)])


def test_a_note_without_signatures_is_not_made():
    """It would vouch for nothing."""
    for text in (TEXT, "two\n\nparts\n", "blank\n\n"):
        with pytest.raises(ProofError):
            sign_note(text, shop.name, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "++",
        "name",
        PETER.replace("c7", "C7"),
        PETER.replace("c7", "c8"),
        PETER.replace("Peter", "Pete"),
        PETER.replace("+AR", "+AS"),
        PETER[:-1],
        PETER + "=",
        PETER + "AAAA",
        PETER.replace("PeterNeumann", ""),
        PETER.replace("N", " N"),
        # A witness's key, of another kind (0x04).
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ],
)
def test_wrong_public_keys(text):
    """Cut, changed, or of another kind: refused in words."""
    with pytest.raises(ProofError, match=r"^[A-Z].*\.$"):
        Verifier.parse(text)


def test_errors_hold_nothing_of_the_note():
    """What was handed in stays out of messages."""
    for note in (f"secret\t{TEXT}", f"{TEXT}\n— secret\n", "secret"):
        with pytest.raises(ProofError) as caught:
            parse_note(note)
        assert not re.search("secret", str(caught.value))
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
