"""The text of a key file: read whole, or refused, whatever is in it."""

import base64
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power
from anonsms.keys.keyfile import (
    HIGHEST,
    dump,
    parse,
    retired_early,
    succeeds,
)


roots = st.binary(min_size=32, max_size=32)
versioned = st.dictionaries(st.integers(1, HIGHEST), roots, max_size=4)
nests = st.lists(roots, max_size=4).map(lambda k: dict(enumerate(k, 1)))
rings = st.fixed_dictionaries(
    {Power.INDEX: nests, Power.SEAL: versioned, Power.SIGN: versioned}
).filter(lambda keys: any(keys.values()))


@given(rings)
def test_what_is_written_is_read(keys):
    """Any ring, plain or in base64, comes back key by key."""
    text = dump(keys)
    assert parse(text, where="here") == keys
    wrapped = base64.b64encode(text.encode()).decode()
    assert parse(wrapped, where="here") == keys


def refused(text):
    """What a text that is no whole key ring is refused with."""
    with pytest.raises(ConfigurationError) as caught:
        parse(text, where="here")
    return str(caught.value)


@given(
    st.sets(st.integers(1, 9), min_size=1).filter(lambda v: max(v) > len(v))
)
def test_a_gap_in_the_index_is_damage(held):
    """With one key missing every token would be another one."""
    keys = dict.fromkeys(held, bytes(32))
    assert "damaged (index)" in refused(dump({Power.INDEX: keys}))


@pytest.mark.parametrize(
    "name", ["0", "-1", "01", " 1", "+1", "1_0", "\u0661", "1.0", "65536", ""]
)
@pytest.mark.parametrize("power", list(Power))
def test_a_version_has_one_spelling(name, power):
    """Else one key would hide behind another."""
    key = base64.b64encode(bytes(32)).decode()
    whole = {"anonsms": "keys", "version": 1, power.value: {name: key}}
    assert "does not hold" in refused(json.dumps(whole))


@pytest.mark.parametrize("version", [0, -1, True, 1.0, None, [], "x", 10**9])
def test_the_version_of_the_format_is_a_number(version):
    """Neither zero nor true nor anything that int() would swallow."""
    key = base64.b64encode(bytes(32)).decode()
    whole = {"anonsms": "keys", "version": version, "seal": {"1": key}}
    assert "does not hold" in refused(json.dumps(whole))


def test_a_name_that_stands_twice_is_damage():
    """JSON would keep the last of the two and lose the other key."""
    key, other = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    text = (
        '{"anonsms": "keys", "version": 1, '
        f'"seal": {{"1": "{key}", "1": "{other}"}}}}'
    )
    assert "does not hold" in refused(text)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(string.printable, max_size=6)
    | st.sampled_from(["1", "keys", base64.b64encode(bytes(32)).decode()]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Power, "1", "2", "version", "anonsms"])
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_any_json_is_read_or_refused(value, whole):
    """No shape of it raises anything but ConfigurationError."""
    if whole and isinstance(value, dict):
        value = {**value, "anonsms": "keys", "version": 1}
    try:
        keys = parse(json.dumps(value), where="here")
    except ConfigurationError as error:
        assert str(error).startswith("here ")  # noqa: PT017
    else:
        assert any(keys.values())
        assert parse(dump(keys), where="here") == keys


@given(rings, st.data())
def test_a_damaged_ring_is_read_or_refused(keys, data):
    """Bytes lost, changed or added: a ring, or ConfigurationError."""
    text = dump(keys)
    if data.draw(st.booleans()):
        text = base64.b64encode(text.encode()).decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 8)))
    text = text[:start] + data.draw(st.text(max_size=8)) + text[end:]
    try:
        read = parse(text, where="here")
    except ConfigurationError as error:
        assert str(error).startswith("here ")  # noqa: PT017
    else:
        assert any(read.values())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"index":' * 200_000,
        "{\udcff}",
        "\udcff",
        '{"anonsms": "keys", "version": ' + "9" * 9_000 + "}",
    ],
)
def test_hostile_texts_are_refused(text):
    """Too deep, not text at all, or a number without end."""
    assert "does not hold" in refused(text)


@given(rings, rings)
def test_a_ring_takes_the_place_of_its_like_only(one, two):
    """Itself yes; a stranger with keys of the same version never."""
    assert succeeds(one, one)
    for power in Power:
        shared = one[power].keys() & two[power].keys()
        if any(one[power][v] != two[power][v] for v in shared):
            assert not succeeds(one, two)
            assert not succeeds(two, one)
        if one[power] and not two[power]:
            assert not succeeds(two, one)


def test_a_ring_takes_the_place_of_the_one_it_was_made_from():
    """Rotated or retired yes; restricted, older or a stranger's no."""
    old = KeyRing.generate()
    new = old.rotate("seal").rotate("sign").rotate("index")
    left = new.retire("seal", 1).retire("sign", 1)
    fork = old.rotate("seal")
    for heir, before, told in (
        (new, old, True),
        (left, new, True),
        (left, old, False),
        (left.rotate("seal"), new, True),
        (left.rotate("seal").retire("seal", 2), new, False),
        (old, old.restrict("seal"), True),
        (old, new, False),
        (old.restrict("index"), old, False),
        (new.restrict("index", "sign"), old, False),
        (fork, new, False),
        (KeyRing.generate(), old, False),
    ):
        assert succeeds(heir._keys, before._keys) is told


def test_a_newest_key_that_was_retired_is_named():
    """The powers it was retired of; none for rings that are no kin."""
    old = KeyRing.generate()
    both = old.rotate("seal").rotate("sign")
    early = both.retire("seal", 1)
    stranger = KeyRing.generate().rotate("seal").retire("seal", 1)
    for heir, before, told in (
        (early, old, [Power.SEAL]),
        (early.retire("sign", 1), old, [Power.SEAL, Power.SIGN]),
        (early, both, []),
        (both, old, []),
        (old, both, []),
        (early.restrict("index", "seal"), old, []),
        (stranger, old, []),
        (KeyRing.generate(), old, []),
    ):
        assert retired_early(heir._keys, before._keys) == told
