"""Sealed data opens with its key, in its place, whole - or not at all."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import SealError
from anonsms.keys import KEY_SIZE, KeyRing, bind, seal_each, unseal


keys = st.binary(min_size=KEY_SIZE, max_size=KEY_SIZE)
parts = st.lists(st.text(max_size=5) | st.binary(max_size=5), max_size=4)


def sealed(key, text, context, epoch=1):
    """One sealed text."""
    [blob] = seal_each([key], [text], [context], epoch=epoch)
    return blob


@given(keys, st.binary(max_size=200), st.binary(max_size=50))
def test_what_is_sealed_opens(key, text, context):
    """Key and context bring the text back, 32 bytes are the price."""
    blob = sealed(key, text, context)
    assert unseal(key, blob, context) == text
    assert len(blob) == len(text) + 32


@given(keys, st.binary(max_size=40), st.binary(max_size=20), st.data())
def test_one_changed_bit_and_it_does_not_open(key, text, context, data):
    """Header, nonce, text or tag: every bit is vouched for."""
    blob = bytearray(sealed(key, text, context))
    bit = data.draw(st.integers(0, 8 * len(blob) - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealError):
        unseal(key, bytes(blob), context)


@given(keys, keys, st.binary(max_size=20), st.binary(max_size=20))
def test_another_key_or_place_and_it_does_not_open(key, other, here, there):
    """A blob moved to another row, or read with another key, stays shut."""
    blob = sealed(key, b"text", here)
    if other != key:
        with pytest.raises(SealError):
            unseal(other, blob, here)
    if there != here:
        with pytest.raises(SealError):
            unseal(key, blob, there)


@given(keys, st.binary(max_size=80))
def test_rubbish_is_refused_and_never_crashes(key, blob):
    """Whatever the bytes, the answer is a SealError."""
    with pytest.raises(SealError):
        unseal(key, blob, b"")


@given(st.binary(max_size=80))
def test_a_damaged_wrapped_key_is_refused(wrapped):
    """Too short, too long, or only wrong."""
    with pytest.raises(SealError):
        RING.unwrap(wrapped, 1, b"here")


RING = KeyRing.generate()


@given(keys, st.binary(max_size=20), st.binary(max_size=20))
def test_a_wrapped_key_opens_in_its_place_only(key, here, there):
    """The person it belongs to is a part of the seal."""
    [wrapped] = RING.wrap([key], [here])
    assert len(wrapped) == 60
    assert RING.unwrap(wrapped, 1, here) == key
    if there != here:
        with pytest.raises(SealError):
            RING.unwrap(wrapped, 1, there)


@given(parts, parts)
def test_contexts_read_in_one_way_only(one, two):
    """Equal contexts have equal parts; joining is binding one by one."""
    raw = [p.encode() if isinstance(p, str) else p for p in one]
    assert bind(*one) == bind(*raw)
    same = raw == [p.encode() if isinstance(p, str) else p for p in two]
    assert (bind(*one) == bind(*two)) is same
    assert bind(*one) + bind(*two) == bind(*one, *two)


def test_a_newer_blob_is_told_as_such():
    """An unknown version is a hard error with its own words."""
    blob = sealed(bytes(32), b"text", b"")
    with pytest.raises(SealError, match="Upgrade anonsms"):
        unseal(bytes(32), b"\x02" + blob[1:], b"")
    with pytest.raises(SealError, match="too short"):
        unseal(bytes(32), blob[:31], b"")


def test_the_layout_is_the_documented_one():
    """Version, algorithm, epoch, nonce, text, tag: as old data has it."""
    blob = sealed(bytes(32), b"0123456789abcdef", b"", epoch=258)
    assert blob[:4] == bytes([1, 1, 1, 2])
    assert len(blob) == 48


def test_no_nonce_is_used_twice():
    """Ten thousand seals in one call and two calls: all nonces differ."""
    many = 5_000
    key = os.urandom(32)
    blobs = [
        blob
        for _ in range(2)
        for blob in seal_each([key] * many, [b""] * many, [b""] * many)
    ]
    assert len({blob[4:16] for blob in blobs}) == 2 * many


def test_lists_that_do_not_match_are_refused():
    """A key too few is a mistake, not a text left unsealed."""
    with pytest.raises(ValueError, match="zip"):
        seal_each([bytes(32)], [b"a", b"b"], [b"", b""])
