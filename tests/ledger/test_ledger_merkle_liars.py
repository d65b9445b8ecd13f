"""The tree of proofs against liars: whatever is changed is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_trees import Grown, grown

from anonsms.errors import ProofError
from anonsms.ledger.proofs.merkle import (
    EMPTY_ROOT,
    Frontier,
    inclusion_path,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)


@pytest.fixture(scope="module")
def small():
    """70 leaves."""
    return grown(70)


def turns(index, size):
    """On which side of each node from the root down a leaf lies."""
    if size == 1:
        return ()
    parted = 1 << (size - 1).bit_length() - 1
    if index < parted:
        return ("left", *turns(index, parted))
    return ("right", *turns(index - parted, size - parted))


@st.composite
def included(draw):
    """A true inclusion proof: leaf, index, size, path and root."""
    size = draw(st.integers(2, 70))
    index = draw(st.integers(0, size - 1))
    tree = grown(size)
    leaf, root = tree.leaves[index], tree.frontier.root()
    return leaf, index, size, tree.inclusion(index, size), root


@st.composite
def continued(draw):
    """A true consistency proof, in the order of verify_consistency."""
    new = draw(st.integers(2, 70))
    old = draw(st.integers(1, new - 1))
    tree = grown(new)
    path = tree.consistency(old, new)
    return old, tree.root(old), new, tree.frontier.root(), path


def flips(hashed):
    """The hash with one bit turned over, for each of its bits."""
    for bit in range(len(hashed) * 8):
        changed = bytearray(hashed)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def changed_paths(path):
    """A path cut, made longer, turned round, or with one bit flipped."""
    yield path[:-1]
    yield path[1:]
    yield [*path, EMPTY_ROOT]
    yield [EMPTY_ROOT, *path]
    yield [*path, path[-1]]
    if len(path) > 1:
        yield path[::-1]
    for at, hashed in enumerate(path):
        yield [*path[:at], hashed[:-1], *path[at + 1 :]]
        for flipped in flips(hashed):
            yield [*path[:at], flipped, *path[at + 1 :]]


@given(included())
def test_a_changed_inclusion_is_refused(proof):
    """Any bit of path, leaf or root, and any other index."""
    leaf, index, size, path, root = proof
    assert verify_inclusion(leaf, index, size, path, root)
    for wrong in changed_paths(path):
        assert not verify_inclusion(leaf, index, size, wrong, root)
    for wrong in flips(leaf):
        assert not verify_inclusion(wrong, index, size, path, root)
    for wrong in flips(root):
        assert not verify_inclusion(leaf, index, size, path, wrong)
    for wrong in {*range(-2, size + 3), -index - 1, 1 << 80} - {index}:
        assert not verify_inclusion(leaf, wrong, size, path, root)


@given(included())
def test_a_size_counts_by_its_shape(proof):
    """
    Another size is refused unless the way to the leaf is the same.

    No path can tell more: that is why size and root are signed together.
    """
    leaf, index, size, path, root = proof
    for other in range(index + 1, 140):
        same = turns(index, other) == turns(index, size)
        assert verify_inclusion(leaf, index, other, path, root) == same
    for other in (*range(-2, index + 1), -size, size << 70):
        assert not verify_inclusion(leaf, index, other, path, root)


@given(continued())
def test_a_changed_consistency_is_refused(proof):
    """Any bit of the path or a root, any other older size."""
    old, old_root, new, new_root, path = proof
    assert verify_consistency(old, old_root, new, new_root, path)
    for wrong in changed_paths(path):
        assert not verify_consistency(old, old_root, new, new_root, wrong)
    for wrong in flips(old_root):
        assert not verify_consistency(old, wrong, new, new_root, path)
    for wrong in flips(new_root):
        assert not verify_consistency(old, old_root, new, wrong, path)
    for wrong in {*range(-2, new + 3), -old, 1 << 80} - {old}:
        assert not verify_consistency(wrong, old_root, new, new_root, path)


def test_a_rewritten_log_is_no_continuation(small):
    """A leaf changed, taken out or put in before the old end is found."""
    old, old_root = 40, small.root(40)
    for at in range(40):
        before, after = small.leaves[:at], small.leaves[at + 1 :]
        forged = leaf_hash(b"forged")
        for leaves in (
            [*before, forged, *after],
            [*before, *after],
            [*before, forged, small.leaves[at], *after],
        ):
            tree = Grown(leaves)
            new, root = tree.frontier.size, tree.frontier.root()
            path = tree.consistency(old, new)
            assert not verify_consistency(old, old_root, new, root, path)


def test_an_empty_log():
    """Everything continues it, but only with its own root and no path."""
    some = leaf_hash(b"")
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert verify_consistency(0, EMPTY_ROOT, 1, some, [])
    assert not verify_consistency(0, some, 1, some, [])
    assert not verify_consistency(0, some, 0, some, [])
    assert not verify_consistency(0, EMPTY_ROOT, 1, some, [some])
    assert not verify_consistency(1, some, 0, EMPTY_ROOT, [])
    assert not verify_consistency(3, some, 4, some, [])
    assert not verify_inclusion(some, 0, 0, [], EMPTY_ROOT)


anything = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=40),
    st.binary(min_size=32, max_size=32),
    st.lists(st.binary(min_size=32, max_size=32), max_size=70),
    st.lists(st.one_of(st.none(), st.binary(max_size=33)), max_size=3),
)


@given(anything, anything, anything, anything, anything)
def test_liars_are_refused_calmly(first, second, third, fourth, fifth):
    """Whatever is handed in: an answer, never an error."""
    answers = {
        verify_inclusion(first, second, third, fourth, fifth),
        verify_inclusion(b"\0" * 32, second, 1 << 62, fourth, b"\0" * 32),
        verify_consistency(first, second, third, fourth, fifth),
        verify_consistency(1, b"\0" * 32, 1 << 62, b"\1" * 32, fifth),
    }
    assert answers == {False}


def test_a_huge_path_costs_nothing():
    """Hashing ends where the tree does, however long the path is."""
    path = [EMPTY_ROOT] * 100_000
    assert not verify_inclusion(EMPTY_ROOT, 5, 1 << 62, path, EMPTY_ROOT)
    assert not verify_inclusion(EMPTY_ROOT, 0, 1 << 100_000, path, EMPTY_ROOT)
    huge = (1 << 62) + 1
    assert not verify_consistency(3, EMPTY_ROOT, huge, EMPTY_ROOT, path)


def test_no_tree_is_larger_than_a_database_counts():
    """A proof that adds up, for more leaves than there can be, is refused."""
    leaf = root = leaf_hash(b"")
    for _ in range(63):
        root = node_hash(root, EMPTY_ROOT)
    assert verify_inclusion(leaf, 0, (1 << 63) - 1, [EMPTY_ROOT] * 63, root)
    assert not verify_inclusion(leaf, 0, 1 << 63, [EMPTY_ROOT] * 63, root)


@pytest.mark.parametrize(
    ("size", "roots"),
    [
        (0, 32),
        (1, 0),
        (1, 31),
        (1, 64),
        (3, 32),
        (4, 64),
        (-1, 32),
        (1 << 64, 32),
    ],
)
def test_a_damaged_frontier_is_refused(size, roots):
    """As many roots as the size has bits, else it is another tree's."""
    with pytest.raises(ProofError, match="damaged"):
        Frontier(size, bytes(roots))


def test_only_hashes_are_leaves():
    """Data in place of its hash is refused, and nothing is added."""
    frontier = Frontier()
    frontier.extend([leaf_hash(b"a")])
    with pytest.raises(ProofError, match="leaf_hash"):
        frontier.extend([leaf_hash(b"b"), b"data"])
    assert frontier.size == 1
    assert frontier.root() == leaf_hash(b"a")


def test_impossible_proofs(small):
    """A leaf beyond the end, and a log that shrinks, have no proof."""
    for index, size in ((5, 5), (6, 5), (-1, 5), (0, 0)):
        with pytest.raises(ProofError):
            small.inclusion(index, size)
    for old, new in ((6, 5), (-1, 5), (0, -1)):
        with pytest.raises(ProofError):
            small.consistency(old, new)
    with pytest.raises(ProofError):
        small.root(-1)


@pytest.mark.parametrize("damage", ["missing", "short", "too many"])
def test_missing_hashes_are_named(damage):
    """Stored hashes that are gone or cut are an error, not another root."""
    changed = {"missing": [], "short": [b"cut"], "too many": [EMPTY_ROOT] * 2}

    def damaged(level, start, stop):
        found = [EMPTY_ROOT] * (stop - start)
        return found if level else found[:-1] + changed[damage]

    with pytest.raises(ProofError, match="between 512 and 599 on level 0"):
        inclusion_path(599, 600, damaged)
