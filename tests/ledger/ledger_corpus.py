"""A small ledger with a bit of everything, and hands that change it."""

import contextlib
import re
from datetime import timedelta

from ledger_people import START, WORDING, Clock, person

from anonsms.consent import Family, Purpose, Wording
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


OTHER = Wording("checkout-sms", "2026-04", "fr", "Oui, des offres par SMS !")
UNUSED = Wording("till-sms", "1", "pl", "Tak, chcę ofert „SMS”.")
UNUSED_TOO = Wording("till-sms", "2", "pl", "Tak, poproszę oferty SMS.")

NEWS = Purpose("news", Family.MARKETING, timedelta(days=30))

# What campaigns do: it changes all the time, and no tree is over it.
NO_PROOF = (
    "anonsms_campaign",
    "anonsms_early_receipt",
    "anonsms_outbox",
    "anonsms_pace",
)


def rich_ledger(url="sqlite://", *, events=0, keys=None):
    """
    A ledger of ten people, and the note that was kept outside.

    Args:
        url: Where.
        events: How many events it shall have at least.
        keys: The shop's ring, if not a new one.
    """
    clock = Clock()
    ledger = open_ledger(
        url,
        keys or KeyRing.generate(),
        purposes=[NEWS],
        origin="shop.example/consent",
        clock=clock,
    )
    zoe, ali, eva, lin, max_, una = map(person, range(1, 7))
    given = {"provenance": "old shop", "obtained_at": START}
    ledger.import_grants(
        [zoe, ali, eva], "marketing", wording=WORDING, **given
    )
    grants(ledger, clock, zoe, lin)
    stops(ledger, clock, ali, eva, max_)
    departures(ledger, clock)
    ledger.checkpoint()
    clock.move(minutes=5)
    ledger.import_withdrawals([una], provenance="old shop")
    for at in range(ledger.verify(people=False).events, events):
        clock.move(seconds=1)
        ledger.withdraw(max_, source="link", rule=f"rule-{at}")
    clock.move(minutes=5)
    note = ledger.checkpoint()
    clock.move(minutes=5)
    ledger.withdraw(lin, source="staff")
    return ledger, note


def grants(ledger, clock, zoe, lin):
    """Yeses, with all that can belong to them."""
    journal = ledger._journal
    clock.move(minutes=1)
    with ledger.store.transaction():
        for unused in (UNUSED, UNUSED_TOO):
            journal.events.publish(unused, clock())
    ledger.grant(
        zoe,
        "news",
        wording=OTHER,
        source="checkout",
        placement="below the address",
        incentive="-10 %",
        evidence={"form": "7", "ip": "192.0.2.1"},
    )
    clock.move(minutes=1)
    ledger.grant(lin, "marketing", wording=OTHER, source="web form")
    clock.move(minutes=1)
    ledger.withdraw(
        zoe, source="sms", rule="stop.fr", evidence={"text": "arrêt"}
    )


def stops(ledger, clock, ali, eva, max_):
    """Noes of all kinds."""
    clock.move(minutes=1)
    ledger.pause(ali, source="sms", rule="maybe.fr")
    clock.move(minutes=1)
    ledger.resume(ali, source="staff")
    ledger.withdraw(max_, scope="all", source="sms")
    clock.move(minutes=1)
    ledger.suppress(eva, "a child's phone", source="staff")
    ledger.reopen(max_, scope="all", source="sms")


def departures(ledger, clock):
    """Somebody erased, one who came back from it, one with a new number."""
    gone, back, old, new = map(person, range(7, 11))
    for each in (gone, back, old):
        clock.move(minutes=1)
        ledger.grant(
            each,
            "marketing",
            wording=OTHER,
            source="checkout",
            evidence={"ip": "192.0.2.7"},
        )
    clock.move(minutes=1)
    for each in (gone, back):
        ledger.erase(each, source="account", reason="request")
    clock.move(minutes=1)
    ledger.rectify(old, new, source="account")
    ledger.grant(back, "marketing", wording=OTHER, source="checkout")


class Bench:
    """
    A ledger on which anything can be done to any row, and undone.

    Types and constraints are taken off its tables: who edits the file
    itself is not held by them either.
    """

    def __init__(self, ledger):
        self.ledger = ledger
        self.raw = ledger.store._writing()
        loosen(self.raw)

    @contextlib.contextmanager
    def attack(self, *, quick=False):
        """
        Whatever is done inside is undone afterwards.

        Args:
            quick: Take the signed notes away, which take long to check.
        """
        self.raw.execute("BEGIN")
        try:
            if quick:
                self.raw.execute("DELETE FROM anonsms_checkpoint")
            yield self.raw
        finally:
            self.raw.execute("ROLLBACK")

    def tables(self):
        """All that the ledger keeps."""
        found = self.raw.execute(
            "SELECT name FROM sqlite_master "
            "WHERE type = 'table' AND name LIKE 'anonsms_%' ORDER BY name"
        )
        return [name for [name] in found if name not in NO_PROOF]

    def columns(self, table):
        """Their names."""
        found = self.raw.execute(f"PRAGMA table_info({table})")
        return [row[1] for row in found]

    def keys(self, table):
        """The columns that tell its rows apart."""
        found = self.raw.execute(f"PRAGMA table_info({table})")
        return [row[1] for row in found if row[5]]

    def rows(self, table):
        """Each row, by column."""
        columns = self.columns(table)
        found = self.raw.execute(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"
        )
        return [dict(zip(columns, row, strict=True)) for row in found]

    def write(self, table, row, column, value):
        """Put a value into one field."""
        keys = self.keys(table)
        text = isinstance(value, Text)
        self.raw.execute(
            f"UPDATE {table} SET {column} = "
            f"{'CAST(? AS TEXT)' if text else '?'} "
            f"WHERE {' AND '.join(f'{key} IS ?' for key in keys)}",
            (value.octets if text else value, *(row[key] for key in keys)),
        )


class Text:
    """Octets to write as text, be they UTF-8 or not."""

    def __init__(self, octets):
        self.octets = octets

    @property
    def readable(self):
        """Whether it is UTF-8."""
        try:
            self.octets.decode()
        except UnicodeDecodeError:
            return False
        return True

    def __repr__(self):
        return f"Text({self.octets!r})"


def loosen(raw):
    """Take types and constraints off the tables."""
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA ignore_check_constraints=ON")
    raw.execute("PRAGMA writable_schema=ON")
    tables = raw.execute(
        "SELECT name, sql FROM sqlite_master "
        "WHERE type = 'table' AND name LIKE 'anonsms_%'"
    ).fetchall()
    for name, sql in tables:
        loose = re.sub(r" (INTEGER|TEXT|BLOB)(?! PRIMARY KEY)", "", sql)
        loose = loose.replace(" NOT NULL", "")
        loose = loose.replace(" STRICT, WITHOUT", " WITHOUT")
        raw.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = ?",
            (loose.removesuffix(" STRICT"), name),
        )
    [version] = raw.execute("PRAGMA schema_version").fetchone()
    raw.execute(f"PRAGMA schema_version={version + 1}")
    raw.execute("PRAGMA writable_schema=OFF")


def width(value):
    """How many bits a value has to flip; one for nothing at all."""
    if value is None:
        return 1
    if isinstance(value, int):
        return 64
    return 8 * len(octets(value))


def flipped(value, bit):
    """The value with one of its bits flipped."""
    if value is None:
        return 0
    if isinstance(value, int):
        pattern = (value & (1 << 64) - 1) ^ (1 << bit)
        return pattern - (1 << 64) if pattern >> 63 else pattern
    changed = bytearray(octets(value))
    changed[bit // 8] ^= 1 << bit % 8
    return Text(bytes(changed)) if isinstance(value, str) else bytes(changed)


def octets(value):
    """A text or blob as it is stored."""
    return value.encode() if isinstance(value, str) else value


def readable(value):
    """Whether SQLite can give the value back."""
    return not isinstance(value, Text) or value.readable


def strangers(value):
    """Values that do not belong in a field with this one."""
    kinds = [None, 7, 1 << 62, 0.5, "", "x", "1", b"", b"\0", Text(b"\xff")]
    if isinstance(value, int):
        kinds += [str(value), float(value) + 0.5, str(value).encode()]
    elif value is not None:
        plain = octets(value)
        kinds += [
            plain if isinstance(value, str) else Text(plain),
            type(value)(value[:-1]),
            value + value[:1],
            value[::-1],
        ]
    return [
        each
        for each in kinds
        if type(each) is not type(value) or each != value
    ]
