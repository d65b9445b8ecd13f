"""
The ledger beside other consent ledgers and beside bare SQLite.

Run: python benchmarks/bench_ledger.py. `LEDGER_PEOPLE` sets how many people
the big ledger holds (default 1,000,000; it is built once, in a temporary
folder, which takes half a minute). Everything is durable the way the
contender does it; where the disk's flush is the bound, plain SQLite with the
same settings tells how fast the disk was. Contenders take turns; figures are
medians.
"""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anonsms.consent import Wording
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger

ROUNDS = 5
PEOPLE = int(os.environ.get("LEDGER_PEOPLE", "1_000_000"))
ONE_BY_ONE = 300
BATCHED = 50_000
ASKED = 50_000
LONG_AGO = datetime.now(UTC) - timedelta(days=90)
WORDING = Wording("checkout-sms", "2026-03", "fr", "Oui, des offres par SMS.")
Row = tuple[str, str, float, str]


class Number:
    """A valid number, without the time it takes to parse one."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text


def numbers(start: int, count: int) -> list[Number]:
    return [Number(f"+336{n:08d}") for n in range(start, start + count)]


class Plain:
    """One table, one index, the ledger's settings; no keys, no fold."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        for setting in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            self.db.execute(f"PRAGMA {setting}")
        self.db.executescript(
            "CREATE TABLE anonsms_event (seq INTEGER PRIMARY KEY, subject BLOB,"
            " hash BLOB, payload BLOB) STRICT;"
            "CREATE INDEX event_subject ON event (subject);"
        )

    @staticmethod
    def rows(count: int) -> list[tuple[bytes, bytes, bytes]]:
        draw = os.urandom
        return [(draw(16), draw(32), draw(180)) for _ in range(count)]

    def write(self, rows: list[tuple[bytes, bytes, bytes]], batch: int):
        for start in range(0, len(rows), batch):
            self.db.execute("BEGIN IMMEDIATE")
            self.db.executemany(
                "INSERT INTO anonsms_event (subject, hash, payload) VALUES (?, ?, ?)",
                rows[start : start + batch],
            )
            self.db.execute("COMMIT")


class Aevum:
    def __init__(self, folder: Path) -> None:
        from aevum.core.consent.ledger import ConsentLedger

        self.ledger = ConsentLedger(folder / "aevum.db")

    def grant(self, subjects: list[str]) -> None:
        for subject in subjects:
            self.ledger.grant(subject, "marketing", 10**8)


class Effaced:
    """Its two writes one after the other: together they lock each other."""

    def __init__(self, folder: Path) -> None:
        import effaced
        from sqlalchemy import MetaData, create_engine
        from sqlalchemy.orm import sessionmaker

        metadata = MetaData()
        tables = effaced.bind_tables(metadata)
        engine = create_engine(f"sqlite:///{folder / 'effaced.db'}")
        metadata.create_all(engine)
        self.sessions = sessionmaker(engine)
        self.audit = effaced.DatabaseAuditSink(
            self.sessions, tables.audit_events
        )
        self.waiting: list[object] = []
        self.ledger = effaced.ConsentLedger(tables.consent_records, self)
        self.record = effaced.ConsentRecord

    def append(self, event: object) -> None:
        self.waiting.append(event)

    def _write(self, session: object, subject: str) -> None:
        self.ledger.record(
            session,
            self.record(
                subject_id=subject,
                purpose="marketing",
                policy_version="1",
                granted=True,
                recorded_at=datetime.now(UTC),
                source="checkout",
            ),
        )

    def grant(self, subjects: list[str]) -> None:
        for subject in subjects:
            with self.sessions.begin() as session:
                self._write(session, subject)
            self.audit.append(self.waiting.pop())

    def fill(self, subjects: list[str]) -> None:
        with self.sessions.begin() as session:
            for subject in subjects:
                self._write(session, subject)
        self.waiting.clear()

    def ask(self, subjects: list[str]) -> None:
        with self.sessions() as session:
            for subject in subjects:
                self.ledger.status(session, subject, "marketing")


def peer(kind: type, folder: Path):
    try:
        return kind(folder)
    except ImportError:
        print(f"{kind.__name__.lower()} is not installed: skipped")
        return None


def in_turns(
    work: str, contenders: dict[str, tuple[Callable[[], None], int, str]]
) -> list[Row]:
    """Each contender in each round; the median of its rates."""
    rates = defaultdict(list)
    for _ in range(ROUNDS):
        for name, (run, size, _) in contenders.items():
            gc.collect()
            start = time.perf_counter()
            run()
            rates[name].append(size / (time.perf_counter() - start))
    rows = [
        (work, name, statistics.median(rates[name]), note)
        for name, (_, _, note) in contenders.items()
    ]
    ours = rows[0][2]
    print(f"\n{work}")
    for _, name, rate, note in rows:
        print(
            f"  {name:24} {rate:12,.0f}/s  ours is {ours / rate:5.2f} x  {note}"
        )
    return rows


def writing(folder: Path) -> list[Row]:
    ledger = open_ledger(f"sqlite:///{folder}/small.db", KeyRing.generate())
    plain = Plain(folder / "plain.db")
    fresh = iter(range(0, 10**8, 10**5))

    def take(count: int) -> list[Number]:
        return numbers(next(fresh), count)

    def grant() -> None:
        for number in take(ONE_BY_ONE):
            ledger.grant(
                number,
                "marketing",
                wording=WORDING,
                source="checkout",
                evidence={"form": "checkout-3", "ip": "192.0.2.7"},
            )

    one_by_one = {
        "anonsms grant": (grant, ONE_BY_ONE, "sealed evidence, FULL")
    }
    for kind in (Aevum, Effaced):
        made = peer(kind, folder)
        if made is not None:
            run = lambda made=made: made.grant(  # noqa: E731
                [number.reveal() for number in take(ONE_BY_ONE)]
            )
            name = {"Aevum": "aevum-core", "Effaced": "effaced"}[kind.__name__]
            one_by_one[name] = (run, ONE_BY_ONE, "as shipped")
    few = Plain.rows(ONE_BY_ONE)
    one_by_one["plain sqlite3"] = (
        lambda: plain.write(few, 1),
        ONE_BY_ONE,
        "one insert a commit: the disk's flush",
    )
    rows = in_turns("grant, durable, one by one", one_by_one)

    many = Plain.rows(BATCHED)
    lists = iter([take(BATCHED) for _ in range(ROUNDS)])

    def take_over() -> None:
        report = ledger.import_grants(
            next(lists),
            "marketing",
            wording=WORDING,
            provenance="old shop",
            obtained_at=LONG_AGO,
        )
        assert report.recorded == BATCHED

    rows += in_turns(
        "import in batches of 1,000",
        {
            "anonsms import_grants": (take_over, BATCHED, "new people"),
            "plain sqlite3": (lambda: plain.write(many, 1_000), BATCHED, ""),
        },
    )
    ledger.close()
    return rows


def asking(folder: Path) -> list[Row]:
    ledger = open_ledger(f"sqlite:///{folder}/big.db", KeyRing.generate())
    rng = random.Random(7)
    start = time.perf_counter()
    step = 10_000
    for first in range(0, PEOPLE, step):
        # Every list has a date of its own, as in a shop's life.
        ledger.import_grants(
            numbers(first, step),
            "marketing",
            wording=WORDING,
            provenance="old shop",
            obtained_at=LONG_AGO - timedelta(seconds=first),
        )
    print(f"\n{PEOPLE:,} people built in {time.perf_counter() - start:.0f} s")
    for number in rng.sample(numbers(0, PEOPLE), 2_000):
        ledger.withdraw(number, source="sms")
    known = rng.sample(numbers(0, PEOPLE), ASKED // 2)
    asked = known + numbers(9 * 10**7, ASKED - len(known))
    rng.shuffle(asked)
    few = asked[:5_000]

    reader = sqlite3.connect(folder / "big.db", isolation_level=None)
    select = "SELECT status, since, expires_at FROM anonsms_standing WHERE token = ?"
    tokens = ledger.tokens(few)
    every = ledger.tokens(asked)
    listed = (
        "SELECT token, status, since, expires_at FROM anonsms_standing WHERE token "
        f"IN ({','.join('?' * 1_000)})"
    )

    def plain() -> None:
        for token in tokens:
            reader.execute(select, (token,)).fetchall()

    def plain_many() -> None:
        ordered = sorted(every)
        found = {}
        for at in range(0, len(ordered), 1_000):
            chunk = ordered[at : at + 1_000]
            for token, *rest in reader.execute(listed, chunk):
                found[token] = rest
        [found.get(token) for token in every]

    def state() -> None:
        for number in few:
            ledger.state(number, "marketing")

    one = {"anonsms state": (state, len(few), f"{PEOPLE:,} people")}
    other = peer(Effaced, folder)
    if other is not None:
        subjects = [number.reveal() for number in numbers(0, 10_000)]
        other.fill(subjects)
        rng.shuffle(subjects)
        one["effaced"] = (
            lambda: other.ask(subjects[:1_000]),
            1_000,
            "10,000 people",
        )
    one["plain SELECT"] = (plain, len(few), "token ready, rows undecoded")
    rows = in_turns("state, one by one", one)
    rows += in_turns(
        f"states of {ASKED:,} at once",
        {
            "anonsms states": (
                lambda: ledger.states(asked, "marketing"),
                ASKED,
                f"{PEOPLE:,} people, half of those asked unknown",
            ),
            "anonsms standings": (
                lambda: ledger.standings(every, "marketing"),
                ASKED,
                "tokens ready",
            ),
            "plain SELECT IN (1000)": (
                plain_many,
                ASKED,
                "tokens ready, rows undecoded",
            ),
        },
    )
    ledger.close()
    return rows


def main() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="anonsms-bench-") as name:
        return writing(Path(name)) + asking(Path(name))


if __name__ == "__main__":
    main()
