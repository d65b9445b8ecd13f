"""
The ledger beside other consent ledgers and beside bare SQLite.

Run: python benchmarks/bench_ledger.py. The big ledger is that of
`ledgers.py`. Everything is durable the way the contender does it; where the
disk's flush is the bound, plain SQLite with the same settings tells how fast
the disk was. Contenders take turns; figures are medians.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from ledgers import (
    LONG_AGO,
    PEOPLE,
    ROUNDS,
    Row,
    asked_of,
    big_ledger,
    grant_each,
    in_turns,
    numbers,
    peer,
    take_over,
)

from anonsms.phone import PhoneNumber
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger

ONE_BY_ONE = 300
BATCHED = 50_000
ASKED = 50_000


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
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, subject BLOB,"
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
                "INSERT INTO event (subject, hash, payload) VALUES (?, ?, ?)",
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


def writing(folder: Path) -> list[Row]:
    ledger = open_ledger(f"sqlite:///{folder}/small.db", KeyRing.generate())
    plain = Plain(folder / "plain.db")
    fresh = iter(range(0, 10**8, 10**5))

    def take(count: int) -> list[PhoneNumber]:
        return numbers(next(fresh), count)

    one_by_one = {
        "anonsms grant": (
            lambda: grant_each(ledger, take(ONE_BY_ONE)),
            ONE_BY_ONE,
            "sealed evidence, FULL",
        )
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

    rows += in_turns(
        "import in batches of 1,000",
        {
            "anonsms import_grants": (
                lambda: take_over(ledger, next(lists), LONG_AGO),
                BATCHED,
                "new people",
            ),
            "plain sqlite3": (lambda: plain.write(many, 1_000), BATCHED, ""),
        },
    )
    ledger.close()
    return rows


def asking(folder: Path) -> list[Row]:
    ledger, path = big_ledger(folder)
    asked = asked_of(ASKED)
    few = asked[:5_000]

    reader = sqlite3.connect(path, isolation_level=None)
    columns = "status, since, expires_at FROM anonsms_standing"
    select = f"SELECT {columns} WHERE token = ?"
    tokens = ledger.tokens(few)
    every = ledger.tokens(asked)
    listed = (
        f"SELECT token, {columns} WHERE token IN ({','.join('?' * 1_000)})"
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
        random.Random(7).shuffle(subjects)
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
    reader.close()
    ledger.close()
    return rows


def main() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="anonsms-bench-") as name:
        return writing(Path(name)) + asking(Path(name))


if __name__ == "__main__":
    main()
