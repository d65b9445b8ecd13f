"""No variable of our frames holds a key when an error is raised."""

import base64
import json
import os
import traceback
from pathlib import Path

import pytest

import anonsms
from anonsms.errors import ConfigurationError, SealError
from anonsms.keys import KeyRing, Power, bind, derive, seal_each, unseal


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


def nothing_of(told, *rings):
    """No key of a ring is in a text, as bytes or in base64."""
    for ring in rings:
        for held in ring._keys.values():
            for key in held.values():
                assert base64.b64encode(key).decode() not in told
                assert repr(key) not in told


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


def test_no_error_of_replacing_shows_a_key(path, monkeypatch):
    """Neither the old ring's nor the new one's, in any frame of ours."""
    old = KeyRing.load(path)
    new = old.rotate("seal")

    def fails(*args):
        raise OSError(5, "Input/output error")

    def check(ring, place):
        with pytest.raises(ConfigurationError) as caught:
            ring.save(place, replace=True)
        nothing_of(shown(caught.value), old, new, ring)

    check(KeyRing.generate(), path)
    check(new, path.parent)
    check(new, path.parent / "nowhere" / "shop.keys")
    for where, name in ((os, "fsync"), (Path, "replace"), (os, "open")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, fails)
            check(new, path)
    damaged = json.loads(path.read_text())
    damaged["seal"]["01"] = damaged["seal"]["1"]
    path.write_text(json.dumps(damaged))
    check(new, path)
    lock = path.with_name(".shop.keys.lock")
    assert set(path.parent.iterdir()) == {path, lock}


def test_no_refusal_of_a_ring_shows_a_key():
    """To rotate, to retire, to renew, to sign: keys are near, not shown."""
    ring = KeyRing.generate().rotate("seal").rotate("index")
    analyst = ring.restrict("index")
    # Twice: before anything is made at first use, and after.
    for _ in range(2):
        for use in (
            lambda: ring.rotate("reveal"),
            lambda: ring.retire("index", 1),
            lambda: ring.retire("seal", 2),
            lambda: ring.retire("sign", 7),
            lambda: ring.renew_tokens([bytes(16)], 3),
            lambda: ring.renew_tokens([bytes(15)], 1),
            lambda: analyst.rotate("seal"),
            lambda: analyst.signatures(b"root"),
        ):
            with pytest.raises(ConfigurationError) as caught:
                use()
            nothing_of(shown(caught.value), ring)
        with pytest.raises(SealError) as caught:
            ring.unwrap(bytes(60), 3, b"")
        nothing_of(shown(caught.value), ring)
        ring.signatures(b"root")
        ring.tokens(["+33639981234"])


def test_a_message_that_cannot_be_signed_shows_no_key():
    """A text instead of bytes: the mistake is the library's to tell."""
    ring = KeyRing.generate()
    with pytest.raises(TypeError) as caught:
        ring.signatures("root")
    nothing_of(shown(caught.value), ring)
    seed = derive(ring._keys[Power.SIGN][1], "anonsms/sign/v1")
    assert repr(seed) not in shown(caught.value)
