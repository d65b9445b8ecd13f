"""No variable of our frames holds a key when an error is raised."""

import base64
import json
import traceback
from pathlib import Path

import pytest

import anonsms
from anonsms.errors import ConfigurationError, SealError
from anonsms.keys import KeyRing, bind, seal_each, unseal


HOME = str(Path(anonsms.__file__).parent)


def shown(error):
    """All variables of our frames, of the error and what led to it."""
    pending = [
        traceback.TracebackException.from_exception(error, capture_locals=True)
    ]
    found = []
    while pending:
        each = pending.pop()
        if each is not None:
            found += [
                value
                for frame in each.stack
                if frame.filename.startswith(HOME)
                for value in (frame.locals or {}).values()
            ]
            pending += [each.__cause__, each.__context__]
    assert found
    return " ".join(found)


@pytest.fixture
def path(tmp_path):
    """A saved ring."""
    KeyRing.generate().save(tmp_path / "shop.keys")
    return tmp_path / "shop.keys"


def test_saving_over_a_file_shows_no_key(path):
    """The commonest slip of all."""
    ring = KeyRing.load(path)
    for place in (path, path.parent / "nowhere" / "shop.keys"):
        with pytest.raises(ConfigurationError) as caught:
            ring.save(place)
        told = shown(caught.value)
        for held in ring._keys.values():
            assert base64.b64encode(held[1]).decode() not in told


@pytest.mark.parametrize(
    "damage",
    [
        lambda ring: ring | {"version": 2},
        lambda ring: ring | {"version": float("inf")},
        lambda ring: ring | {"anonsms": "other"},
        lambda ring: ring | {"sign": {"1": "QUJD"}},
        lambda ring: ring | {"sign": {"1": "?"}},
        lambda ring: ring | {"sign": []},
        lambda ring: ring | {"index": ring["index"] | {"2": "QUJD"}},
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_reading_a_damaged_ring_shows_no_key(
    path, monkeypatch, damage, wrapped
):
    """From a file and from the environment, plain and in base64."""
    ring = json.loads(path.read_text())
    key = ring["seal"]["1"]
    text = json.dumps(damage(ring))
    if wrapped:
        text = base64.b64encode(text.encode()).decode()
    path.write_text(text)
    monkeypatch.setenv("ANONSMS_KEYS", text)
    for read in (lambda: KeyRing.load(path), KeyRing.from_env):
        with pytest.raises(ConfigurationError) as caught:
            read()
        told = shown(caught.value)
        assert key not in told
        assert text[:40] not in told
        assert repr(base64.b64decode(key)) not in told


def test_a_seal_that_does_not_open_shows_no_key():
    """Neither a blob that is short, nor one of another place."""
    key = bytes(range(32))
    [blob] = seal_each([key], [b"text"], [bind("here")])
    for wrong in (blob[:9], b"\x07" + blob[1:], blob[:-1] + b"?"):
        with pytest.raises(SealError) as caught:
            unseal(key, wrong, bind("here"))
        assert repr(key) not in shown(caught.value)


def test_a_ring_without_seal_shows_no_data_key():
    """The keys to be wrapped are let go."""
    ring = KeyRing.generate().restrict("index")
    with pytest.raises(ConfigurationError) as caught:
        ring.wrap([bytes(range(32))], [b"here"])
    assert repr(bytes(range(32))) not in shown(caught.value)
