"""Trees that remember their leaves, and what is asked of them."""

import hashlib

from anonsms.ledger.proofs.merkle import (
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_at,
)


class Grown:
    """A tree with its stored hashes, which notes what is read of them."""

    def __init__(self, leaves):
        self.leaves = list(leaves)
        self.frontier = Frontier()
        self.reads = []
        complete = self.frontier.extend(self.leaves)
        self.stored = {(level, at): hashed for level, at, hashed in complete}

    def tiles(self, level, start, stop):
        self.reads.append((level, start, stop))
        if level == 0:
            return self.leaves[start:stop]
        return [self.stored[level, at] for at in range(start, stop)]

    def inclusion(self, index, size):
        return inclusion_path(index, size, self.tiles)

    def consistency(self, old, new):
        return consistency_path(old, new, self.tiles)

    def root(self, size):
        return root_at(size, self.tiles)


def grown(count):
    """A tree over numbered leaves."""
    return Grown(leaf_hash(b"%d" % number) for number in range(count))


def by_the_book(leaves):
    """RFC 6962 §2.1, word for word, from the leaves' hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    parted = 1
    while parted * 2 < len(leaves):
        parted *= 2
    left, right = by_the_book(leaves[:parted]), by_the_book(leaves[parted:])
    return hashlib.sha256(b"\x01" + left + right).digest()
