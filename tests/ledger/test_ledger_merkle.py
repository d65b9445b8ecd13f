"""The tree of proofs: published vectors, another implementation, liars."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_trees import Grown, by_the_book, grown

from anonsms.ledger.proofs.merkle import (
    HASH_SIZE,
    TILE,
    Frontier,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)


# The test data of Certificate Transparency's first implementation, which
# most others carry along.
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (index, size) and (old, new), each with the published path.
CT_INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): CT_INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


@pytest.fixture(scope="module")
def small():
    """70 leaves."""
    return grown(70)


@pytest.fixture(scope="module")
def large():
    """Level 2 begins, and all levels end incomplete."""
    return grown(TILE * TILE + 3 * TILE + 77)


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    """The roots of Certificate Transparency's own test data."""
    tree = Grown(map(leaf_hash, CT_LEAVES[:size]))
    assert tree.frontier.root().hex() == CT_ROOTS[size]
    assert tree.root(size).hex() == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
def test_published_inclusion(index, size):
    """The published paths are made, and hold."""
    tree = Grown(map(leaf_hash, CT_LEAVES))
    path = tree.inclusion(index, size)
    assert [hashed.hex() for hashed in path] == CT_INCLUSION[index, size]
    root = bytes.fromhex(CT_ROOTS[size])
    assert verify_inclusion(tree.leaves[index], index, size, path, root)


@pytest.mark.parametrize(("old", "new"), CT_CONSISTENCY)
def test_published_consistency(old, new):
    """The published paths are made, and hold."""
    path = Grown(map(leaf_hash, CT_LEAVES)).consistency(old, new)
    assert [hashed.hex() for hashed in path] == CT_CONSISTENCY[old, new]
    roots = bytes.fromhex(CT_ROOTS[old]), bytes.fromhex(CT_ROOTS[new])
    assert verify_consistency(old, roots[0], new, roots[1], path)


def test_a_node_is_no_leaf():
    """What a node is made of gives another hash as a leaf (RFC 6962 §2.1)."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    node = hashlib.sha256(b"\x01" + left + right).digest()
    assert node_hash(left, right) == node != leaf_hash(left + right)


def test_all_small_inclusions(small):
    """Every leaf of every tree of up to 70 is proved, and no other."""
    for size in range(1, 71):
        root = by_the_book(small.leaves[:size])
        assert small.root(size) == root
        for index in range(size):
            path = small.inclusion(index, size)
            for other in {0, index, size - 1, size}:
                leaf = small.leaves[other % 70]
                holds = verify_inclusion(leaf, other, size, path, root)
                assert holds == (other == index)


def test_all_small_consistencies(small):
    """Every tree of up to 70 continues every smaller one, and only so."""
    roots = [by_the_book(small.leaves[:size]) for size in range(71)]
    for new in range(71):
        for old in range(new + 1):
            path = small.consistency(old, new)
            assert verify_consistency(old, roots[old], new, roots[new], path)
            if old:
                wrong = roots[old - 1]
                assert not verify_consistency(
                    old, wrong, new, roots[new], path
                )


def test_another_implementation_agrees(small):
    """The package pymerkle makes the same roots and inclusion paths."""
    pymerkle = pytest.importorskip("pymerkle")
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for size in range(1, 71):
        other.append_entry(b"%d" % (size - 1))
        root = other.get_root()
        assert root == small.root(size)
        for at in {1, size // 3 + 1, size // 2 + 1, size}:  # it counts from 1
            proof = other.prove_inclusion(at, size)
            pymerkle.verify_inclusion(small.leaves[at - 1], root, proof)
            ours = small.inclusion(at - 1, size)
            assert hashes_of(proof) == [small.leaves[at - 1], *ours]

            # Its paths are longer than those of RFC 9162 §2.1.4.1; what they
            # say of our roots counts.
            proof = other.prove_consistency(at, size)
            pymerkle.verify_consistency(small.root(at), root, proof)


def hashes_of(proof):
    """The path in a proof of that package."""
    return [bytes.fromhex(hashed) for hashed in proof.serialize()["path"]]


def test_a_large_tree(large):
    """Paths over stored hashes of three levels hold, wherever they begin."""
    size = large.frontier.size
    root = large.frontier.root()
    assert large.root(size) == root == by_the_book(large.leaves)
    chance = random.Random(3)
    edges = [0, TILE - 1, TILE, TILE * TILE - 1, TILE * TILE, size - 1]
    for index in [*edges, *(chance.randrange(size) for _ in range(50))]:
        path = large.inclusion(index, size)
        assert verify_inclusion(large.leaves[index], index, size, path, root)
        old = index + 1
        earlier, path = large.root(old), large.consistency(old, size)
        assert verify_consistency(old, earlier, size, root, path)


def test_proofs_read_little(large):
    """One run of 256 on each level, and the incomplete one at the edge."""
    size = large.frontier.size
    chance = random.Random(4)
    for index in [0, size - 1, *(chance.randrange(size) for _ in range(200))]:
        for ask in (large.inclusion, large.consistency):
            large.reads.clear()
            ask(index + (ask == large.consistency), size)
            runs = [(level, start // TILE) for level, start, _ in large.reads]
            assert len(runs) == len(set(runs)) <= 2 * 3
            for level, start, stop in large.reads:
                own = index // TILE**level // TILE
                edge = size // TILE**level // TILE
                assert start // TILE == (stop - 1) // TILE
                assert start // TILE in {own, edge}


def test_a_whole_run_is_read_as_one_hash(large):
    """The root of a tree of whole runs asks for no leaf."""
    large.reads.clear()
    assert large.root(TILE * TILE) == large.stored[2, 0]
    assert large.reads == [(2, 0, 1)]


@given(st.lists(st.integers(0, 400), max_size=4), st.randoms())
def test_any_split_gives_the_same_tree(counts, chance):
    """One by one, in batches or at once: same runs, roots and frontier."""
    leaves = [chance.randbytes(HASH_SIZE) for _ in range(sum(counts))]
    whole, parts = Frontier(), Frontier()
    tiles, start = [], 0
    for count in counts:
        tiles += parts.extend(leaves[start : start + count])
        start += count
        # As from the database, between two transactions.
        parts = Frontier(parts.size, parts.roots)
    assert sorted(tiles) == sorted(whole.extend(leaves))
    assert (parts.size, parts.roots) == (whole.size, whole.roots)
    assert parts.root() == whole.root() == by_the_book(leaves)
    assert len(tiles) == len(leaves) // TILE


def test_one_by_one_and_in_runs(large):
    """Longer than what is hashed at a time, from an odd place."""
    count = 3 * 4096 + 5
    one, runs = Frontier(), Frontier()
    first = [
        tile for leaf in large.leaves[:count] for tile in one.extend([leaf])
    ]
    second = runs.extend(large.leaves[:1]) + runs.extend(large.leaves[1:count])
    assert first == second  # all of one level
    assert (one.size, one.roots) == (runs.size, runs.roots)
    assert first == [
        (1, at, large.stored[1, at]) for at in range(count // TILE)
    ]
