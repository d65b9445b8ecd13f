"""
What the three benchmarks of the ledger share: people, a big ledger, turns.

`LEDGER_PEOPLE` sets how many people the big ledger holds (default
1,000,000; half a minute to build). `run.py` names a folder in
`BENCH_FOLDER`, so that it is built once for all; a benchmark that is run
alone builds its own.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anonsms.consent import Wording
from anonsms.keys import KeyRing
from anonsms.ledger import Ledger, open_ledger, read_checkpoint
from anonsms.phone import PhoneNumber

ROUNDS = 5
PEOPLE = int(os.environ.get("LEDGER_PEOPLE", "1_000_000"))
LONG_AGO = datetime.now(UTC) - timedelta(days=90)
WORDING = Wording("checkout-sms", "2026-03", "fr", "Oui, des offres par SMS.")
STEP = 10_000  # people of one list
Row = tuple[str, str, float, str]
Run = Callable[[], float | None]


def numbers(start: int, count: int) -> list[PhoneNumber]:
    """Valid numbers, without the time it takes to parse them."""
    return [
        PhoneNumber.from_e164(f"+336{n:08d}")
        for n in range(start, start + count)
    ]


def grant_each(ledger: Ledger, people: list[PhoneNumber]) -> None:
    for number in people:
        ledger.grant(
            number,
            "marketing",
            wording=WORDING,
            source="checkout",
            evidence={"form": "checkout-3", "ip": "192.0.2.7"},
        )


def take_over(ledger: Ledger, people: list[PhoneNumber], obtained_at) -> None:
    report = ledger.import_grants(
        people,
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=obtained_at,
    )
    assert report.recorded == len(people)


def fill(ledger: Ledger, people: int) -> None:
    """Lists of 10,000 people, each with a date of its own; some stops."""
    start = time.perf_counter()
    for first in range(0, people, STEP):
        take_over(
            ledger,
            numbers(first, min(STEP, people - first)),
            LONG_AGO - timedelta(seconds=first),
        )
    for number in random.Random(7).sample(
        numbers(0, people), min(2_000, people)
    ):
        ledger.withdraw(number, source="sms")
    seconds = time.perf_counter() - start
    print(f"\n{people:,} people built in {seconds:.0f} s")


def big_ledger(folder: Path) -> tuple[Ledger, Path]:
    """The big ledger, built if nobody has; and where its file is."""
    shared = os.environ.get("BENCH_FOLDER")
    folder = Path(shared) if shared else folder
    path, ring = folder / f"{PEOPLE}.db", folder / f"{PEOPLE}.keys"
    if ring.exists():
        return open_ledger(f"sqlite:///{path}", KeyRing.load(ring)), path
    path.unlink(missing_ok=True)
    keys = KeyRing.generate()
    ledger = open_ledger(f"sqlite:///{path}", keys)
    fill(ledger, PEOPLE)
    keys.save(ring)  # last: it tells that the ledger is whole
    return ledger, path


def size_of(ledger: Ledger) -> int:
    """How many events it has."""
    return read_checkpoint(ledger.checkpoint(), ledger.verifiers).size


def asked_of(count: int, people: int = PEOPLE) -> list[PhoneNumber]:
    """Half of them known, half unknown, in no order."""
    rng = random.Random(8)
    known = rng.sample(numbers(0, people), min(count // 2, people))
    asked = known + numbers(9 * 10**7, count - len(known))
    rng.shuffle(asked)
    return asked


def peer(kind: type, *args: object):
    try:
        return kind(*args)
    except ImportError:
        print(f"{kind.__name__.lower()} is not installed: skipped")
        return None


def in_turns(
    work: str,
    contenders: dict[str, tuple[Run, int, str]],
    rounds: int = ROUNDS,
) -> list[Row]:
    """
    Each contender in each round; the median of its rates.

    A run that returns a number of seconds has looked at the clock itself.
    """
    rates = defaultdict(list)
    for _ in range(rounds):
        for name, (run, size, _) in contenders.items():
            gc.collect()
            start = time.perf_counter()
            seconds = run()
            if not isinstance(seconds, float):
                seconds = time.perf_counter() - start
            rates[name].append(size / seconds)
    rows = [
        (work, name, statistics.median(rates[name]), note)
        for name, (_, _, note) in contenders.items()
    ]
    ours = rows[0][2]
    print(f"\n{work}")
    for _, name, rate, note in rows:
        print(
            f"  {name:28} {rate:12,.0f}/s  ours is {ours / rate:5.2f} x  {note}"
        )
    return rows
