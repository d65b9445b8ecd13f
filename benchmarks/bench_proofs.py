"""
What a proof costs, and what it costs to look through a whole ledger.

Run: python benchmarks/bench_proofs.py. The ledger is the big one of
`ledgers.py`; people came in lists of 10,000 that share a time and a wording.
In a smaller one everybody came alone. dpdpkit is asked in its own terms: a
chain of hashes over rows in memory, few rows, because it sorts all of them
for each 500. Contenders take turns; figures are medians.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from ledgers import (
    LONG_AGO,
    PEOPLE,
    Row,
    big_ledger,
    grant_each,
    in_turns,
    numbers,
    peer,
    size_of,
    take_over,
)

from anonsms.phone import PhoneNumber
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger, verify_proof
from anonsms.ledger.proofs.frontier import leaf_hash
from anonsms.ledger.proofs.merkle import verify_inclusion
from anonsms.ledger.proofs.proofcheck import check_note

PROVED = 40
ALONE = int(os.environ.get("LEDGER_ALONE", "20_000"))
ROTATED = 20_000
CHAINED = 2_000
ROUNDS = 3


class Dpdpkit:
    """Its ledger in memory; no disk, no seals, nothing encrypted."""

    def __init__(self) -> None:
        from dpdpkit.ledger import Ledger
        from dpdpkit.models import ConsentAction
        from dpdpkit.repository import InMemoryRepository

        self.ledger = Ledger(
            SimpleNamespace(
                repository=InMemoryRepository(),
                tenant_id="shop",
                now=lambda: datetime.now(UTC),
            )
        )
        for number in numbers(0, CHAINED):
            self.ledger.append_consent(
                principal=number.reveal(),
                purpose="marketing",
                action=next(iter(ConsentAction)),
                notice_version=3,
                notice_hash="0" * 64,
                locale="fr",
                source="checkout",
            )

    def verify(self) -> None:
        assert self.ledger.verify().checked == CHAINED


def proving(ledger, path: Path) -> list[Row]:
    rng = random.Random(9)
    size = size_of(ledger)
    known = rng.sample(numbers(0, PEOPLE), PROVED)
    events = [ledger.history(number)[-1] for number in known]
    reader = sqlite3.connect(path, isolation_level=None)
    places = [rng.randrange(size) for _ in range(PROVED)]
    ledger.checkpoint()
    proofs = [ledger.prove(event) for event in events]
    [trusted] = ledger.verifiers

    def plain() -> None:
        for place in places:
            reader.execute(
                "SELECT * FROM anonsms_event WHERE leaf_index = ?", (place,)
            ).fetchall()

    def prove() -> None:
        for event in events:
            ledger.prove(event)

    proof_bytes = max(sum(map(len, proof.path)) for proof in proofs)
    file_bytes = max(len(proof.dumps().encode()) for proof in proofs)
    rows = in_turns(
        "prove",
        {
            "anonsms prove": (
                prove,
                PROVED,
                f"{size:,} events; path {proof_bytes} bytes, "
                f"file {file_bytes:,} bytes",
            ),
            "plain SELECT": (plain, PROVED, "the same rows, by their place"),
        },
        rounds=ROUNDS,
    )

    files = [proof.dumps() for proof in proofs]
    parsed = [
        (
            leaf_hash(proof.leaf.encode()),
            proof.index,
            check_note(proof.checkpoint, [trusted])[0],
            proof.path,
        )
        for proof in proofs
    ]

    def paths() -> None:
        for leaf, index, point, hashes in parsed:
            assert verify_inclusion(
                leaf, index, point.size, hashes, point.root
            )

    def notes() -> None:
        for proof in proofs:
            check_note(proof.checkpoint, [trusted])

    # Nothing to compare with: no other ledger has such proofs.
    rows += in_turns(
        "proof",
        {
            "anonsms verify_proof, file": (
                lambda: [verify_proof(each, [trusted]) for each in files],
                len(files),
                "JSON, signature, leaf, path",
            ),
            "anonsms signature of the checkpoint": (
                notes,
                len(proofs),
                "Ed25519; once if many proofs have one checkpoint",
            ),
            "anonsms path": (
                paths,
                len(parsed),
                f"{proof_bytes // 32} hashes, {proof_bytes} bytes",
            ),
        },
    )

    fresh = count(8 * 10**7)

    def checkpoint() -> float:
        seconds = 0.0
        for _ in range(20):
            grant_each(
                ledger, [PhoneNumber.from_e164(f"+336{next(fresh):08d}")]
            )
            start = time.perf_counter()
            ledger.checkpoint()
            seconds += time.perf_counter() - start
        return seconds

    rows += in_turns(
        "checkpoint",
        {
            "anonsms checkpoint": (
                checkpoint,
                20,
                "one event since the last; signed and durable",
            )
        },
    )
    reader.close()
    return rows


def looking_through(ledger, path: Path, folder: Path) -> list[Row]:
    alone = open_ledger(
        f"sqlite:///{folder}/alone.db", KeyRing.generate(), clock=_ticking()
    )
    # One transaction of the shop's: each has a time of its own all the same.
    with alone.store.transaction():
        grant_each(alone, numbers(0, ALONE))
    reader = sqlite3.connect(path, isolation_level=None)
    size = size_of(ledger)
    few = size_of(alone)

    def plain() -> None:
        last = 0
        while rows := reader.execute(
            "SELECT * FROM anonsms_event WHERE leaf_index >= ? "
            "ORDER BY leaf_index LIMIT 8192",
            (last,),
        ).fetchall():
            last = rows[-1][-1] + 1

    def verify(which, *, people: bool) -> None:
        found = which.verify(people=people)
        assert found.ok, str(found)

    work = {
        "anonsms verify, events": (
            lambda: verify(ledger, people=False),
            size,
            f"{size:,} events that came in lists",
        ),
        "anonsms verify, events one by one": (
            lambda: verify(alone, people=False),
            few,
            f"{few:,} events, each with times and evidence of its own",
        ),
    }
    other = peer(Dpdpkit)
    if other is not None:
        work["dpdpkit verify"] = (
            other.verify,
            CHAINED,
            f"{CHAINED:,} rows in memory",
        )
    work["plain SELECT"] = (plain, size, "the same rows, nothing checked")
    rows = in_turns("verify the events", work, rounds=ROUNDS)
    rows += in_turns(
        "verify the whole ledger",
        {
            "anonsms verify": (
                lambda: verify(ledger, people=True),
                size,
                "every seal opened, every standing added up anew",
            )
        }
        | {name: work[name] for name in ("dpdpkit verify",) if name in work},
        rounds=1,
    )
    reader.close()
    alone.close()
    return rows


def rotating(folder: Path) -> list[Row]:
    keys = KeyRing.generate()
    url = f"sqlite:///{folder}/rotated.db"
    ledger = open_ledger(url, keys)
    take_over(ledger, numbers(0, ROTATED), LONG_AGO)
    ledger.close()

    def rotate(power: str) -> None:
        nonlocal keys
        keys = keys.rotate(power)
        open_ledger(url, keys, rotate=True).close()

    return in_turns(
        "rotation",
        {
            "anonsms index key": (
                lambda: rotate("index"),
                ROTATED,
                f"people; {ROTATED:,} in one transaction",
            ),
            "anonsms seal key": (
                lambda: rotate("seal"),
                ROTATED,
                "people; 1,000 a transaction",
            ),
        },
        rounds=ROUNDS,
    )


def _ticking():
    ticks = count(int(time.time() * 1_000_000) - 10**10, 1_009)
    return lambda: datetime.fromtimestamp(next(ticks) / 1_000_000, UTC)


def main() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="anonsms-bench-") as name:
        folder = Path(name)
        ledger, path = big_ledger(folder)
        rows = proving(ledger, path)
        rows += looking_through(ledger, path, folder)
        ledger.close()
        return rows + rotating(folder)


if __name__ == "__main__":
    main()
