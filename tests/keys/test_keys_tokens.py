"""Tokens: HMAC-SHA-256 of the number, cut to 128 bits."""

import hmac
import pickle

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import WouldLeakError
from anonsms.keys import TOKEN_SIZE, IndexKey, derive, read_token, token_text


roots = st.binary(min_size=32, max_size=32)


@given(roots, st.text(max_size=40))
def test_keys_are_derived_by_the_book(root, label):
    """HKDF-SHA-256 without salt, as cryptography does it (RFC 5869)."""
    book = HKDF(SHA256(), length=32, salt=None, info=label.encode())
    assert derive(root, label) == book.derive(root)


@given(roots, st.lists(st.text(max_size=20), max_size=5))
def test_tokens_are_hmacs(root, numbers):
    """The ready-made states give what hmac gives, in the order asked."""
    key = derive(root, "anonsms/index/v1")
    assert IndexKey(root).tokens(numbers) == [
        hmac.digest(key, number.encode(), "sha256")[:TOKEN_SIZE]
        for number in numbers
    ]


def test_other_labels_give_other_keys():
    """The index key tells nothing of the seal key."""
    root = bytes(32)
    assert derive(root, "anonsms/index/v1") != derive(root, "anonsms/seal/v1")


def test_no_two_numbers_share_a_token():
    """All 10,000 numbers of a fictional range are told apart."""
    numbers = [f"+3363998{rest:04d}" for rest in range(10_000)]
    assert len(set(IndexKey(bytes(32)).tokens(numbers))) == 10_000


def test_the_text_form_names_the_version():
    """What logs show tells which key it takes to look it up."""
    assert token_text(b"\xab" * 16, 1) == "a1:" + "ab" * 16
    assert token_text(b"\xab" * 16, 2).startswith("a2:")


def test_a_text_form_is_read_strictly():
    """Only what was written so; a number is none, and nothing is raised."""
    text = token_text(b"\xab" * 16, 12)
    assert read_token(text) == (12, b"\xab" * 16)
    for other in (text.upper(), text[1:], f"{text}0", f" {text}", "+33639981"):
        assert read_token(other) is None


def test_an_index_key_stays_where_it_is():
    """No repr of bytes, no pickling."""
    key = IndexKey(bytes(32))
    assert repr(key) == "<IndexKey>"
    with pytest.raises(WouldLeakError):
        pickle.dumps(key)
