"""
How a tree of proofs is hashed, and how it grows at its right edge.

Hashes are those of Certificate Transparency (RFC 6962 §2.1), which every
tool speaks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from anonsms.errors import ProofError
from anonsms.ledger.pieces import cut


HASH_SIZE: Final = 32
"""Bytes of a hash: SHA-256."""

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without leaves (RFC 6962 §2.1)."""

TILE: Final = 256
"""Leaves under one stored hash of level 1; 65,536 on level 2; and so on."""

HEIGHT: Final = 8
"""Height of the tree under one stored hash: 2 ** 8 == TILE."""

MOST: Final = (1 << 63) - 1
"""Leaves of the largest tree: as far as a database counts."""

# Leaves that are hashed together: so few that their hashes stay in the
# processor's cache, so many that the steps between them cost nothing.
_RUN = 4096

_leaf = hashlib.sha256(b"\x00").copy
_node = hashlib.sha256(b"\x01").copy


def leaf_hash(data: bytes) -> bytes:
    """
    The hash of a leaf (RFC 6962 §2.1).

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    hashed = _leaf()
    hashed.update(data)
    return hashed.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two others; no leaf can have it (RFC 6962 §2.1)."""
    hashed = _node()
    hashed.update(left + right)
    return hashed.digest()


class Frontier:
    """
    The right edge of a tree, which is all it takes to make it grow.

    Args:
        size: How many leaves the tree has.
        roots: The roots of its perfect subtrees, the largest first: 32 bytes
            for each bit that is set in ``size``.

    Raises:
        ProofError: The roots are not as many as the size asks for.

    >>> frontier = Frontier()
    >>> frontier.extend([leaf_hash(b"yes"), leaf_hash(b"no")])
    []
    >>> frontier
    <Frontier size=2>
    """

    __slots__ = ("_roots", "_size")

    def __init__(self, size: int = 0, roots: bytes = b"") -> None:
        if not 0 <= size <= MOST or len(roots) != size.bit_count() * HASH_SIZE:
            raise ProofError(
                f"A tree of {size:,} leaves does not have {len(roots)} bytes "
                "of roots. The stored tree is damaged: restore it, or build "
                "it anew from the leaves."
            )
        self._size = size
        self._roots = list(cut(roots, HASH_SIZE))

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def roots(self) -> bytes:
        """The roots of its perfect subtrees, joined, the largest first."""
        return b"".join(self._roots)

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """
        Add leaves at the end.

        Args:
            leaves: Their hashes, from :func:`leaf_hash`, in order.

        Returns:
            The hashes to store, of runs that got complete: (level, place,
            hash).

        Raises:
            ProofError: One is not a hash; nothing was added.
        """
        if set(map(len, leaves)) - {HASH_SIZE}:
            raise ProofError(
                f"A leaf is added by its hash, which has {HASH_SIZE} bytes. "
                "Pass leaf_hash(data)."
            )
        size, roots = self._size, self._roots.copy()
        tiles: list[tuple[int, int, bytes]] = []
        for start in range(0, len(leaves), _RUN):
            run = leaves[start : start + _RUN]
            tiles += _grow(size, roots, run)
            size += len(run)
        self._size, self._roots = size, roots
        return tiles

    def root(self) -> bytes:
        """The hash that stands for the whole tree."""
        return fold(self._roots) if self._roots else EMPTY_ROOT

    def __repr__(self) -> str:
        return f"<Frontier size={self._size}>"


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """The hash above each two; an odd last one is left out."""
    # node_hash(), without a call for each: a million leaves come by here.
    begin, found, each = _node, [], iter(hashes)
    for left, right in zip(each, each, strict=False):
        hashed = begin()
        hashed.update(left + right)
        found.append(hashed.digest())
    return found


def fold(roots: Sequence[bytes]) -> bytes:
    """The root above perfect subtrees, the largest first."""
    found = roots[-1]
    for root in roots[-2::-1]:
        found = node_hash(root, found)
    return found


def _grow(
    size: int, roots: list[bytes], leaves: Sequence[bytes]
) -> list[tuple[int, int, bytes]]:
    """Add leaves to ``roots``, level by level; returns the runs they fill."""
    tiles: list[tuple[int, int, bytes]] = []
    left_over: list[bytes] = []
    height, nodes = 0, leaves
    while nodes:
        place = size >> height  # of the first node
        if height and not height % HEIGHT:
            level = height // HEIGHT
            tiles += [
                (level, at, node) for at, node in enumerate(nodes, place)
            ]
        if place & 1:  # the one before it waits for it
            nodes = [roots.pop(), *nodes]
        if len(nodes) & 1:
            left_over.append(nodes[-1])
        nodes = parents(nodes)
        height += 1
    roots += left_over[::-1]
    return tiles
