"""Rotation: newer keys beside older ones, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from anonsms.errors import ConfigurationError, SealError
from anonsms.keys import IndexKey, KeyRing, Power
from anonsms.keys.keyfile import HIGHEST, dump, parse


roots = st.binary(min_size=32, max_size=32)
numbers = st.lists(
    st.integers(0, 9999).map(lambda rest: f"+3363998{rest:04d}"), max_size=6
)


@given(st.lists(roots, min_size=1, max_size=5), numbers, st.data())
def test_tokens_can_be_renewed_without_the_numbers(made, asked, data):
    """From any version, tokens of old come to what is made of new."""
    whole = KeyRing({Power.INDEX: dict(enumerate(made, 1))})
    since = data.draw(st.integers(1, len(made)))
    older = KeyRing({Power.INDEX: dict(enumerate(made[:since], 1))})
    assert older.index_version == since
    renewed = whole.renew_tokens(older.tokens(asked), since)
    assert renewed == whole.tokens(asked)
    assert whole.index_version == len(made)


@given(roots, roots, numbers)
def test_an_index_nests(first, second, asked):
    """The second key is applied to the tokens of the first one."""
    ring = KeyRing({Power.INDEX: {1: first, 2: second}})
    before = IndexKey(first).tokens(asked)
    assert ring.tokens(asked) == IndexKey(second).nest(before)
    assert KeyRing({Power.INDEX: {1: first}}).tokens(asked) == before


def test_a_rotated_index_makes_other_tokens():
    """Equal ones would mean that the new key does nothing."""
    old = KeyRing.generate()
    new = old.rotate("index")
    [one], [two] = old.tokens(["+33639981234"]), new.tokens(["+33639981234"])
    assert one != two
    assert len(two) == 16
    assert new.renew_tokens([two], 2) == [two]


@pytest.mark.parametrize("since", [-1, 0, 3, 65_536])
def test_tokens_of_an_unknown_version_are_not_renewed(since):
    """A ring that is too old says so, and makes nothing up."""
    ring = KeyRing.generate().rotate("index")
    with pytest.raises(ConfigurationError, match="versions 1 to 2"):
        ring.renew_tokens([bytes(16)], since)


@pytest.mark.parametrize("token", [b"", bytes(15), bytes(32)])
def test_what_is_no_token_is_not_renewed(token):
    """It would match nobody, and an opt-out would be overlooked."""
    ring = KeyRing.generate().rotate("index")
    with pytest.raises(ConfigurationError, match="16 bytes"):
        ring.renew_tokens([bytes(16), token], 1)


def test_renewing_needs_the_index_power():
    """As making tokens does."""
    with pytest.raises(ConfigurationError, match="no index key"):
        KeyRing.generate().restrict("seal").renew_tokens([bytes(16)], 1)


def test_a_retired_epoch_opens_no_more():
    """Old and new epochs open until one is retired; the other stays."""
    old = KeyRing.generate()
    [before] = old.wrap([b"k" * 32], [b"here"])
    new = old.rotate("seal")
    [after] = new.wrap([b"k" * 32], [b"here"])
    assert (old.epoch, new.epoch) == (1, 2)
    assert new.unwrap(before, 1, b"here") == b"k" * 32
    left = new.retire("seal", 1)
    assert left.unwrap(after, 2, b"here") == b"k" * 32
    with pytest.raises(SealError, match="epoch 1 is not in this ring"):
        left.unwrap(before, 1, b"here")
    with pytest.raises(SealError, match="another key"):
        left.unwrap(before, 2, b"here")
    assert old.unwrap(before, 1, b"here") == b"k" * 32


class Rings(RuleBasedStateMachine):
    """Rotating and retiring, against a list of versions and old data."""

    @initialize()
    def begin(self):
        """A new ring, and one key wrapped and one text signed with it."""
        self.ring = KeyRing.generate()
        self.known = {power: [1] for power in Power}
        self.top = dict.fromkeys(Power, 1)
        self.keep()

    def keep(self):
        """Something of each seal epoch and signing key that ever was."""
        if not hasattr(self, "wrapped"):
            self.wrapped = {}
            self.public = {}
        [wrapped] = self.ring.wrap([b"k" * 32], [b""])
        self.wrapped.setdefault(self.ring.epoch, wrapped)
        newest = self.top[Power.SIGN]
        self.public.setdefault(newest, self.ring.public_keys[0])

    @rule(power=st.sampled_from(Power))
    def rotate(self, power):
        """One more, and the older ring stays as it was."""
        before = self.ring
        self.ring = before.rotate(power.value)
        assert list(before.versions(power)) == self.known[power]
        self.top[power] += 1
        self.known[power].append(self.top[power])
        self.keep()

    @precondition(lambda self: len(self.known[Power.SEAL]) > 1)
    @rule(data=st.data())
    def retire_seal(self, data):
        """One of the older epochs goes."""
        self.retire(Power.SEAL, data)

    @precondition(lambda self: len(self.known[Power.SIGN]) > 1)
    @rule(data=st.data())
    def retire_sign(self, data):
        """One of the older signing keys goes."""
        self.retire(Power.SIGN, data)

    def retire(self, power, data):
        """Any but the newest."""
        version = data.draw(st.sampled_from(self.known[power][:-1]))
        self.ring = self.ring.retire(power, version)
        self.known[power].remove(version)

    @rule(power=st.sampled_from(Power), version=st.integers(-1, 9))
    def refuse(self, power, version):
        """The newest, unknown ones, and every index key."""
        older = self.known[power][:-1]
        if power is Power.INDEX or version not in older:
            with pytest.raises(ConfigurationError):
                self.ring.retire(power, version)

    @invariant()
    def holds_what_the_model_holds(self):
        """Versions, what opens and what does not, public keys."""
        for power in Power:
            assert list(self.ring.versions(power)) == self.known[power]
        for epoch, wrapped in self.wrapped.items():
            if epoch in self.known[Power.SEAL]:
                assert self.ring.unwrap(wrapped, epoch, b"") == b"k" * 32
            else:
                with pytest.raises(SealError):
                    self.ring.unwrap(wrapped, epoch, b"")
        held = reversed(self.known[Power.SIGN])
        assert self.ring.public_keys == tuple(self.public[v] for v in held)
        again = KeyRing(parse(dump(self.ring._keys), where="here"))
        assert again._keys == self.ring._keys


TestRings = Rings.TestCase


@pytest.mark.parametrize(
    ("power", "version", "told"),
    [
        ("seal", 2, "newest seal key cannot be retired"),
        ("sign", 2, "newest sign key cannot be retired"),
        ("seal", 3, "no seal key of version 3"),
        ("sign", 0, "no sign key of version 0"),
        ("index", 1, "index key cannot be retired"),
        ("index", 2, "index key cannot be retired"),
        ("reveal", 1, "no such power: there are index, seal, sign"),
    ],
)
def test_what_cannot_be_retired_is_told(power, version, told):
    """The rule and the remedy, before a key is lost."""
    ring = KeyRing.generate()
    for each in Power:
        ring = ring.rotate(each)
    with pytest.raises(ConfigurationError, match=told):
        ring.retire(power, version)


def test_a_ring_rotates_the_powers_it_has():
    """A restricted ring lacks the others, and an unknown one is told."""
    analyst = KeyRing.generate().restrict("index")
    assert repr(analyst.rotate("index")) == "<KeyRing index v2>"
    assert analyst.versions("seal") == ()
    for use in (
        lambda: analyst.rotate("seal"),
        lambda: analyst.retire("sign", 1),
    ):
        with pytest.raises(ConfigurationError, match="restricted to index"):
            use()
    for use in (
        lambda: analyst.rotate("reveal"),
        lambda: analyst.versions("reveal"),
    ):
        with pytest.raises(ConfigurationError, match="no such power"):
            use()


def test_versions_have_an_end():
    """A ring that no file could hold is not made."""
    ring = KeyRing({Power.SEAL: {HIGHEST: bytes(32)}})
    assert parse(dump(ring._keys), where="here") == ring._keys
    with pytest.raises(ConfigurationError, match="counts further"):
        ring.rotate("seal")


def test_a_restricted_ring_keeps_the_nest():
    """An analyst's tokens stay the shop's after a rotation."""
    ring = KeyRing.generate().rotate("index").rotate("seal")
    analyst = ring.restrict("index")
    assert analyst.tokens(["+33639981234"]) == ring.tokens(["+33639981234"])
    assert analyst.versions("index") == (1, 2)
