"""The key ring: made, kept, restricted, never shown."""

import base64
import copy
import json
import os
import pickle
import subprocess
import sys

import pytest

from anonsms.errors import ConfigurationError, SealError, WouldLeakError
from anonsms.keys import KeyProvider, KeyRing, Power


NUMBER = "+33639981234"


def token(ring):
    """What the ring makes of one number."""
    [made] = ring.tokens([NUMBER])
    return made


def raw_keys(ring):
    """All key bytes of a ring."""
    return [key for held in ring._keys.values() for key in held.values()]


def as_provider(ring) -> KeyProvider:
    """A type checker's word that a ring is a provider."""
    return ring


def test_a_saved_ring_is_the_same_ring(tmp_path):
    """It makes the same tokens and opens what was wrapped before."""
    ring = KeyRing.generate()
    ring.save(tmp_path / "shop.keys")
    again = KeyRing.load(tmp_path / "shop.keys")
    assert again.powers == frozenset(Power)
    assert token(again) == token(ring)
    [wrapped] = ring.wrap([b"k" * 32], [b"here"])
    assert as_provider(again).unwrap(wrapped, 1, b"here") == b"k" * 32
    assert raw_keys(again) == raw_keys(ring)


def test_rings_differ():
    """Two shops have nothing in common."""
    one, two = KeyRing.generate(), KeyRing.generate()
    assert token(one) != token(two)
    [wrapped] = one.wrap([b"k" * 32], [b"here"])
    with pytest.raises(SealError, match="another key"):
        two.unwrap(wrapped, 1, b"here")


def test_save_never_overwrites(tmp_path):
    """A ring that is overwritten would be lost for ever."""
    path = tmp_path / "shop.keys"
    KeyRing.generate().save(path)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="exists already"):
        KeyRing.generate().save(path)
    assert path.read_bytes() == before


def test_save_names_what_is_wrong_with_the_place(tmp_path):
    """A missing folder is told as such."""
    with pytest.raises(ConfigurationError, match="cannot be written"):
        KeyRing.generate().save(tmp_path / "nowhere" / "shop.keys")


@pytest.mark.skipif(os.name == "nt", reason="modes are a Unix thing")
def test_only_the_owner_may_read(tmp_path):
    """The file is 0600 whatever the umask, and refused when it is wider."""
    path = tmp_path / "shop.keys"
    old = os.umask(0)
    try:
        KeyRing.generate().save(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(ConfigurationError, match="chmod 600"):
            KeyRing.load(path)


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_environment_holds_the_file_or_its_base64(
    tmp_path, monkeypatch, wrapped
):
    """As it is, or in one line; wrapped lines do no harm."""
    ring = KeyRing.generate()
    ring.save(tmp_path / "shop.keys")
    text = (tmp_path / "shop.keys").read_text()
    if wrapped:
        text = base64.encodebytes(text.encode()).decode()
    monkeypatch.setenv("ANONSMS_KEYS", text)
    assert token(KeyRing.from_env()) == token(ring)


def test_an_empty_variable_tells_what_to_put_there(monkeypatch):
    """The remedy names the variable and the command."""
    monkeypatch.delenv("SHOP_KEYS", raising=False)
    with pytest.raises(ConfigurationError, match=r"SHOP_KEYS.*base64"):
        KeyRing.from_env("SHOP_KEYS")


def document(**changes):
    """A key file, changed for the worse."""
    key = base64.b64encode(bytes(32)).decode()
    whole = {
        "anonsms": "keys",
        "version": 1,
        "index": {"1": key},
        "seal": {"1": key},
        "sign": {"1": key},
    }
    return json.dumps(whole | changes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "does not hold"),
        ("secret words", "does not hold"),
        ("{", "does not hold"),
        ("[]", "does not hold"),
        ("AAAA", "does not hold"),
        ('{"anonsms": "ledger", "version": 1}', "does not hold"),
        (document(index={"1": "?"}), "does not hold"),
        (document(index=["1"]), "does not hold"),
        (document(version=2), "newer"),
        (document(index={"1": "", "2": ""}), "damaged.*index"),
        (document(seal={"1": "AAAA"}), "damaged.*seal"),
        ('{"anonsms": "keys", "version": 1}', "damaged"),
    ],
)
def test_a_bad_key_file_is_told_without_its_content(tmp_path, text, told):
    """The error names the file and the remedy, and none of the content."""
    path = tmp_path / "shop.keys"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match=told) as caught:
        KeyRing.load(path)
    assert str(path) in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_file_tells_how_to_make_one(tmp_path):
    """The remedy is one line of code."""
    with pytest.raises(ConfigurationError, match=r"KeyRing\.generate\(\)"):
        KeyRing.load(tmp_path / "shop.keys")
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "picture").chmod(0o600)
    with pytest.raises(ConfigurationError, match="not text"):
        KeyRing.load(tmp_path / "picture")


def test_a_restricted_ring_has_only_its_power():
    """With the index power one asks, and can neither read nor write."""
    ring = KeyRing.generate()
    analyst = ring.restrict("index")
    assert analyst.powers == {Power.INDEX}
    assert token(analyst) == token(ring)
    [wrapped] = ring.wrap([b"k" * 32], [b""])
    for use in (
        lambda: analyst.unwrap(wrapped, 1, b""),
        lambda: analyst.wrap([b"k" * 32], [b""]),
        lambda: analyst.epoch,
        lambda: ring.restrict(Power.SEAL).tokens([NUMBER]),
        lambda: ring.restrict(Power.SEAL).index_version,
    ):
        with pytest.raises(ConfigurationError, match="restricted to"):
            use()


def test_a_restricted_ring_does_not_hold_the_other_keys(tmp_path):
    """They are not hidden, they are not there: in memory or in its file."""
    ring = KeyRing.generate()
    path = tmp_path / "analyst.keys"
    ring.restrict("index").save(path)
    assert set(json.loads(path.read_text())) == {"anonsms", "version", "index"}
    assert raw_keys(KeyRing.load(path)) == raw_keys(ring)[:1]


@pytest.mark.parametrize("powers", [(), ("read",), ("index", "seal")])
def test_no_ring_can_be_restricted_to_more(powers):
    """An unknown power, none at all, or one that the ring lacks."""
    analyst = KeyRing.generate().restrict("index")
    with pytest.raises(ConfigurationError, match="powers it has: index"):
        analyst.restrict(*powers)


def test_a_ring_shows_no_key():
    """Versions and epochs are all that repr and str show; no pickling."""
    ring = KeyRing.generate()
    assert repr(ring) == "<KeyRing index v1, seal epoch 1, sign v1>"
    assert str(ring.restrict("seal")) == "<KeyRing seal epoch 1>"
    for key in raw_keys(ring):
        assert key.hex() not in repr(vars(type(ring)))
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(WouldLeakError, match="pickled"):
            leak(ring)


def test_an_epoch_that_is_gone_is_told():
    """A destroyed key is another matter than a wrong one."""
    ring = KeyRing.generate()
    [wrapped] = ring.wrap([b"k" * 32], [b""])
    with pytest.raises(SealError, match="epoch 7 is not in this ring"):
        ring.unwrap(wrapped, 7, b"")


def test_new_epochs_wrap_and_old_ones_still_unwrap():
    """The newest seal key wraps; the others open what they wrapped."""
    old = KeyRing.generate()
    [wrapped] = old.wrap([b"k" * 32], [b""])
    keys = old._keys | {
        Power.SEAL: {**old._keys[Power.SEAL], 2: os.urandom(32)}
    }
    new = KeyRing(keys)
    assert new.epoch == 2
    assert new.unwrap(wrapped, 1, b"") == b"k" * 32
    [fresh] = new.wrap([b"k" * 32], [b""])
    assert new.unwrap(fresh, 2, b"") == b"k" * 32
    with pytest.raises(SealError):
        new.unwrap(fresh, 1, b"")


def test_tokens_need_no_cryptography():
    """The third-party library is loaded at the first seal, not before."""
    code = (
        "import sys; from anonsms.keys import KeyRing;"
        "ring = KeyRing.generate(); ring.tokens(['x']);"
        "assert 'cryptography' not in sys.modules;"
        "ring.wrap([b'k' * 32], [b'']);"
        "assert 'cryptography' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
