"""
The tree of proofs: one hash that stands for every event and their order.

A Merkle tree as Certificate Transparency made it (RFC 6962 §2.1): of n
events anyone can prove with about log2(n) hashes that one is among them
(RFC 9162 §2.1.3), and that a longer log continues a shorter one (§2.1.4).
Nothing here reads or writes: stored hashes are asked for through a function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from anonsms.errors import ProofError
from anonsms.ledger.proofs.frontier import (
    EMPTY_ROOT,
    HASH_SIZE,
    HEIGHT,
    MOST,
    TILE,
    Frontier,
    fold,
    leaf_hash,
    node_hash,
    parents,
)


__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "TILE",
    "Frontier",
    "Tiles",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
]


Span = tuple[int, int]  # leaves, from the first up to the one after the last


class Tiles(Protocol):
    """Reads the stored hashes of one level."""

    def __call__(
        self, level: int, start: int, stop: int, /
    ) -> Sequence[bytes]:
        """
        The hashes at the places from ``start`` up to ``stop``.

        Args:
            level: 0 for the leaves' own hashes, 1 for those of complete runs
                of 256 leaves, 2 of 65,536.
            start: The first place, counted from 0 on each level.
            stop: The one after the last.
        """


def root_at(size: int, tiles: Tiles) -> bytes:
    """
    The root that a tree had when it was ``size`` leaves long.

    Reads one range of at most 255 hashes on each level.

    Raises:
        ProofError: Stored hashes are missing or damaged.
    """
    _expect(size >= 0)
    return _hashes([(0, size)], tiles)[0] if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, tiles: Tiles) -> list[bytes]:
    """
    What leads from a leaf to the root (RFC 9162 §2.1.3.1).

    Reads on each level at most the run of 256 that the leaf is in, and the
    incomplete one at the right edge of the tree.

    Args:
        index: The leaf's place, from 0.
        size: Of the tree; it may have grown since.
        tiles: Reads stored hashes.

    Raises:
        ProofError: There is no such leaf in a tree of that size, or stored
            hashes are missing or damaged.
    """
    _expect(0 <= index < size)
    spans: list[Span] = []
    low, high = 0, size
    while high - low > 1:
        middle = _middle(low, high)
        if index < middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    return _hashes(spans[::-1], tiles)


def consistency_path(old: int, new: int, tiles: Tiles) -> list[bytes]:
    """
    What shows that a tree continues an older one (RFC 9162 §2.1.4.1).

    Reads at most two ranges on each level: at the right edge of the older
    tree, and of the newer.

    Args:
        old: Size of the older tree. Everything continues an empty one.
        new: Size of the newer.
        tiles: Reads stored hashes.

    Raises:
        ProofError: The older one is larger, or stored hashes are missing or
            damaged.
    """
    _expect(0 <= old <= new)
    if not old:
        return []
    spans: list[Span] = []
    low, high = 0, new
    while old < high:
        middle = _middle(low, high)
        if old <= middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    if low:  # else it is the older tree's root, which the reader has
        spans.append((low, high))
    return _hashes(spans[::-1], tiles)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """
    Whether a leaf is in a tree (RFC 9162 §2.1.3.2). Never raises.

    Size and root belong together: take both from one signed checkpoint.
    Alone, a size is held only as far as it gives the path its shape.

    Args:
        leaf: The leaf's hash.
        index: Its place, from 0.
        size: Of the tree.
        path: From :func:`inclusion_path`.
        root: Of the tree.
    """
    if not _sound((index, size), (leaf, root), path) or index >= size:
        return False
    at, last, found = index, size - 1, leaf
    for other in path:
        if not last:
            return False  # longer than the way to the root
        if at & 1 or at == last:
            found = node_hash(other, found)
            while at and not at & 1:  # levels on which it has no neighbour
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, other)
        at >>= 1
        last >>= 1
    return not last and found == root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """
    Whether a tree continues an older one (RFC 9162 §2.1.4.2). Never raises.

    Args:
        old: Size of the older tree.
        old_root: Its root.
        new: Size of the newer tree.
        new_root: Its root. Of an empty older tree it tells nothing.
        path: From :func:`consistency_path`.
    """
    if not _sound((old, new), (old_root, new_root), path) or old > new:
        return False
    if old == new or not old:
        same = old_root == (new_root if old == new else EMPTY_ROOT)
        return same and not path and (new > 0 or new_root == EMPTY_ROOT)
    # An older tree that is perfect is a node of the newer one: its root is
    # where the path begins, and so is not repeated in it.
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    found_old = found_new = hashes[0]
    for other in hashes[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            found_old = node_hash(other, found_old)
            found_new = node_hash(other, found_new)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            found_new = node_hash(found_new, other)
        at >>= 1
        last >>= 1
    return not last and found_old == old_root and found_new == new_root


def _sound(
    numbers: Iterable[object], hashes: Iterable[object], path: object
) -> bool:
    """Whether what somebody handed in has the form of a proof at all."""
    return (
        isinstance(path, (list, tuple))
        and all(isinstance(n, int) and 0 <= n <= MOST for n in numbers)
        and all(
            isinstance(hashed, bytes) and len(hashed) == HASH_SIZE
            for hashed in (*hashes, *path)
        )
    )


def _expect(possible: bool) -> None:  # noqa: FBT001
    if not possible:
        raise ProofError(
            "A proof is asked for that no tree can give: a leaf comes before "
            "the end of its tree, and an older tree is not the larger one."
        )


def _middle(low: int, high: int) -> int:
    """Where the tree over these leaves parts in two (RFC 6962 §2.1)."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _perfect(span: Span) -> Iterator[tuple[int, int, int]]:
    """
    The perfect subtrees under the root of a span, the largest first.

    Each as the range of stored hashes that it is over: level, start, stop.
    """
    low, high = span
    while low < high:
        height = (high - low).bit_length() - 1
        level, count = height // HEIGHT, 1 << height % HEIGHT
        start = low >> level * HEIGHT
        yield level, start, start + count
        low += 1 << height


def _hashes(spans: Sequence[Span], tiles: Tiles) -> list[bytes]:
    """The hash over each span; what is near each other is read at once."""
    under = [list(_perfect(span)) for span in spans]
    near: dict[tuple[int, int], Span] = {}
    for level, start, stop in (each for found in under for each in found):
        run = level, start // TILE
        first, last = near.get(run, (start, stop))
        near[run] = min(first, start), max(last, stop)
    held = {run: _read(tiles, run[0], *near[run]) for run in sorted(near)}

    def root(level: int, start: int, stop: int) -> bytes:
        run = level, start // TILE
        first = near[run][0]
        hashes = held[run][start - first : stop - first]
        while len(hashes) > 1:
            hashes = parents(hashes)
        return hashes[0]

    return [fold([root(*each) for each in found]) for found in under]


def _read(tiles: Tiles, level: int, start: int, stop: int) -> Sequence[bytes]:
    hashes = tiles(level, start, stop)
    if [len(each) for each in hashes] != [HASH_SIZE] * (stop - start):
        raise ProofError(
            f"Hashes of the tree are missing or damaged between {start:,} "
            f"and {stop:,} on level {level}. Run verify() to see what "
            "happened to the ledger."
        )
    return hashes
