"""Signatures: Ed25519, one for each signing key, newest first."""

import contextlib
import pickle
import subprocess
import sys

import pytest
from attrs.exceptions import FrozenInstanceError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError, WouldLeakError
from anonsms.keys import KeyRing, Power, Signature, derive, verify_signature
from anonsms.keys.sign import SignKey


RING = KeyRing.generate().rotate("sign")

# RFC 8032 §7.1, tests 1 to 3: public key, message, signature.
BOOK = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), BOOK)
def test_signatures_of_the_book_verify(public, message, signature):
    """The vectors of RFC 8032 §7.1 hold, and only with their message."""
    key, text, made = map(bytes.fromhex, (public, message, signature))
    assert verify_signature(key, text, made) is True
    assert verify_signature(key, text + b"!", made) is False


@given(st.binary(max_size=200))
def test_each_signing_key_signs(message):
    """One line for each key, newest first, and each verifies by itself."""
    made = RING.signatures(message)
    assert tuple(each.public for each in made) == RING.public_keys
    assert len(set(RING.public_keys)) == 2
    for each in made:
        assert verify_signature(each.public, message, each.signature)
    one, two = made
    assert not verify_signature(one.public, message, two.signature)


@given(st.binary(max_size=32), st.data())
def test_one_changed_bit_and_it_does_not_verify(message, data):
    """Of key, message or signature."""
    made = RING.signatures(message)[0]
    whole = bytearray(made.public + made.signature + message)
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    public, signature, text = whole[:32], whole[32:96], whole[96:]
    assert not verify_signature(bytes(public), bytes(text), bytes(signature))


@given(st.binary(max_size=70), st.binary(max_size=9), st.binary(max_size=70))
def test_rubbish_does_not_verify_and_never_raises(public, message, signature):
    """Whatever the bytes and their lengths, the answer is False."""
    assert verify_signature(public, message, signature) is False
    good = RING.public_keys[0]
    assert verify_signature(good, message, signature) is False


# The second coordinates of all points of small order, in all spellings.
WEAK = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("weak", WEAK)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_key_that_anybody_can_sign_with_is_no_key(weak, sign):
    """Signatures made without any private key: OpenSSL accepts them."""
    key = bytes.fromhex(weak)
    key = key[:-1] + bytes([key[-1] | sign])
    library = Ed25519PublicKey.from_public_bytes(key)
    forged = 0
    for number in range(40):
        for point in WEAK[:5]:
            signature = bytes.fromhex(point) + bytes(32)
            with contextlib.suppress(InvalidSignature):
                library.verify(signature, bytes([number]))
                forged += 1
            assert not verify_signature(key, bytes([number]), signature)
    assert forged


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20))
def test_the_private_key_is_derived_from_the_root(root, message):
    """As documented, so that another tool can make the same key."""
    seed = derive(root, "anonsms/sign/v1")
    book = Ed25519PrivateKey.from_private_bytes(seed)
    made = SignKey(root).sign(message)
    assert made.signature == book.sign(message)
    assert made.public == book.public_key().public_bytes_raw()


def test_rotation_keeps_the_old_line_until_it_retires():
    """Who knows only the old key can still check; later the new one."""
    old = KeyRing.generate()
    new = old.rotate("sign")
    [known] = old.public_keys
    assert new.public_keys[1:] == (known,)
    assert new.signatures(b"root")[1] == old.signatures(b"root")[0]
    left = new.retire(Power.SIGN, 1)
    assert left.public_keys == new.public_keys[:1]
    assert left.signatures(b"root") == new.signatures(b"root")[:1]


def test_a_ring_without_the_power_cannot_sign():
    """It has no public keys either, and that is no error."""
    analyst = RING.restrict("index")
    assert analyst.public_keys == ()
    with pytest.raises(ConfigurationError, match="no sign key"):
        analyst.signatures(b"root")


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (bytes(31), bytes(64)),
        (bytes(32), bytes(65)),
        (b"", b""),
        ("0" * 32, bytes(64)),
    ],
)
def test_a_signature_has_its_sizes(public, signature):
    """A provider that makes something else hears of it at once."""
    with pytest.raises(ConfigurationError, match="Ed25519"):
        Signature(public, signature)


def test_a_signature_is_a_value():
    """Equal by content, frozen, and nothing in it is secret."""
    made = RING.signatures(b"root")[0]
    assert made == Signature(made.public, made.signature)
    with pytest.raises(FrozenInstanceError):
        made.public = bytes(32)


def test_a_signing_key_stays_where_it_is():
    """No repr of bytes, no pickling."""
    key = SignKey(bytes(32))
    assert repr(key) == "<SignKey>"
    with pytest.raises(WouldLeakError):
        pickle.dumps(key)


def test_the_library_is_loaded_at_the_first_signature():
    """Importing the room and making a ring load nothing."""
    code = (
        "import sys; from anonsms.keys import KeyRing;"
        "ring = KeyRing.generate();"
        "assert 'cryptography' not in sys.modules;"
        "ring.signatures(b'root');"
        "assert 'cryptography' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
