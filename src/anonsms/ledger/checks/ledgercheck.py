"""Looking through a whole ledger, part by part."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from anonsms.consent import ConsentEvent, EventKind, Wording
from anonsms.errors import AnonsmsError, ConfigurationError, ProofError
from anonsms.keys import KeyProvider, Power
from anonsms.ledger.checks.peoplecheck import PeopleCheck
from anonsms.ledger.checks.treecheck import TreeCheck
from anonsms.ledger.checks.verification import Findings, Verification
from anonsms.ledger.journal import Journal
from anonsms.ledger.keycheck import compare_keys, refuse_stale
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.note import Verifier, parse_note, verify_note
from anonsms.ledger.store import Row, Store
from anonsms.ledger.store.schema import migrations


_Result = TypeVar("_Result")

_WORDING: Final = ("id", "version", "language", "sha256")
# The last text of an id counts as the newest. Where writers come one after
# another, rows are numbered as the texts were published.
_PUBLISHED: Final = """
SELECT id FROM anonsms_event WHERE subject IS NULL AND kind = ? ORDER BY seq
"""
_KIND: Final = EventKind.PUBLISHED.value

_ODD: Final = (
    # What comes of rows that hold what this library never writes.
    AnonsmsError,
    ConfigurationError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
# What could swallow an opt-out before it is written.
_ACTING: Final = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') "
        "AND (tbl_name LIKE 'anonsms~_%' ESCAPE '~' "
        "OR name LIKE 'anonsms~_%' ESCAPE '~')"
    ),
    "postgres": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
        "AND tgrelid IN (SELECT oid FROM pg_class "
        "WHERE relname LIKE 'anonsms~_%' ESCAPE '~') "
        "UNION ALL SELECT rulename FROM pg_rewrite WHERE ev_class IN "
        "(SELECT oid FROM pg_class WHERE relname LIKE 'anonsms~_%' "
        "ESCAPE '~' AND relkind = 'r')"
    ),
}
_NO_VERIFIERS: Final = (
    "checkpoints: this key ring has no sign key, and no public key was passed"
)


def check_ledger(  # noqa: PLR0913
    store: Store,
    keys: KeyProvider,
    journal: Journal,
    *,
    against: Sequence[str],
    verifiers: Sequence[Verifier],
    people: bool,
) -> Verification:
    """
    Look through a ledger; see :meth:`Ledger.verify`.

    Args:
        store: The database.
        keys: What they cannot open is skipped, and said so.
        journal: Knows how events add up.
        against: Signed notes from outside.
        verifiers: Keys that notes are checked with, beside the ring's own.
        people: Whether to look at people as well.
    """
    findings = Findings()
    # What is waiting gets its place before, for a snapshot cannot write.
    _part(findings, "tree", journal.tree.integrate)
    with store.snapshot():
        return _look_through(
            store, keys, journal, findings, against, verifiers, people=people
        )


def _look_through(  # noqa: PLR0913, PLR0917
    store: Store,
    keys: KeyProvider,
    journal: Journal,
    findings: Findings,
    against: Sequence[str],
    verifiers: Sequence[Verifier],
    *,
    people: bool,
) -> Verification:
    size, roots, origin = _tree_row(store, findings)
    shop = _part(findings, "events of the shop", journal.events.about_nobody)
    wordings = _part(
        findings,
        "wordings",
        lambda: _check_wordings(store, findings, shop or []),
    )
    _part(
        findings,
        "purposes",
        lambda: _check_purposes(store, findings, shop or []),
    )
    _check_migrations(store, findings)
    if store.kind in _ACTING:
        _check_machinery(store, findings)
    newest = _check_keys(store, keys, findings)
    own = _part(
        findings,
        "tree",
        lambda: [Verifier(origin, public) for public in keys.public_keys],
    )
    trusted = (*(own or ()), *verifiers)
    known = [
        (where, checkpoint)
        for where, note in _notes(store, findings, against)
        if (checkpoint := _vouched(where, note, trusted, origin, findings))
    ]
    roots_at = TreeCheck(store, findings, wordings or {}).run(
        size, roots, [checkpoint.size for _, checkpoint in known]
    )
    for where, checkpoint in known:
        if roots_at.get(checkpoint.size) == checkpoint.root:
            findings.checkpoints += 1
        else:
            findings.fault(
                where, "the ledger is not the one that this was signed for"
            )
    if people and not newest:
        findings.skipped.append("people: the keys do not fit the ledger")
    elif people:
        check = PeopleCheck(store, keys, journal.standings, findings)
        _part(findings, "people", check.run)
    total = max(roots_at)
    return findings.result(origin, total, roots_at[total])


def _part(
    findings: Findings, where: str, check: Callable[[], _Result]
) -> _Result | None:
    """Run a part; that a row cannot be read is a fault of the ledger's."""
    try:
        return check()
    except _ODD:
        findings.fault(where, "some row holds what nobody can have written")
        return None


def _tree_row(store: Store, findings: Findings) -> tuple[int, bytes, str]:
    rows = _part(
        findings,
        "tree",
        lambda: store.query(
            "SELECT size, frontier, origin FROM anonsms_tree WHERE one = 1"
        ),
    )
    if not rows:
        findings.fault("tree", "its one row is missing or unreadable")
        return 0, b"", ""
    [(size, frontier, origin)] = rows
    if (type(size), type(frontier), type(origin)) != (int, bytes, str):
        findings.fault("tree", "its one row is missing or unreadable")
        return 0, b"", ""
    return size, frontier, origin


def _check_wordings(
    store: Store, findings: Findings, events: Sequence[ConsentEvent]
) -> dict[int, Wording]:
    """Compare the texts with what was published; returns them by row."""
    published = {
        tuple(dict(event.details).get(name) for name in _WORDING): event.id
        for event in events
        if event.kind is EventKind.PUBLISHED
    }
    found: dict[int, Wording] = {}
    events_of = []
    columns = "seq, id, version, language, text, sha256"
    for seq, *parts, digest in _rows(
        store, findings, "anonsms_wording", columns
    ):
        wording = Wording(*parts)
        where = f"wording {seq:,}"
        name = _part(findings, where, functools.partial(_name_of, wording))
        if name in published and bytes.fromhex(wording.sha256) == digest:
            found[seq] = wording
            events_of.append(published[name])
        else:
            findings.fault(where, "it is not the text that was published")
    if len(found) != len(published):
        findings.fault("wordings", "a text that was published is missing")
    if store.serial:
        in_order = _part(
            findings, "wordings", lambda: store.query(_PUBLISHED, (_KIND,))
        )
        if [event.hex() for [event] in in_order or ()] != events_of or list(
            found
        ) != list(range(1, len(found) + 1)):
            findings.fault("wordings", "they are not in the order they came")
    return found


def _name_of(wording: Wording) -> tuple[str, ...]:
    """What a publication says of a text."""
    return (wording.id, wording.version, wording.language, wording.sha256)


def _check_purposes(
    store: Store, findings: Findings, events: Sequence[ConsentEvent]
) -> None:
    declared = {}
    for event in events:
        if event.kind is EventKind.DECLARED:
            facts = dict(event.details)
            limit = facts.get("valid_for")
            declared[event.purpose] = (
                facts.get("family"),
                int(limit) if limit else None,
            )
    found = {
        name: (family, limit)
        for name, family, limit in _rows(
            store, findings, "anonsms_purpose", "name, family, valid_for"
        )
    }
    for name in declared.keys() | found.keys():
        if declared.get(name) != found.get(name):
            findings.fault(
                "purposes", "a purpose is not as it was declared, or missing"
            )


def _check_migrations(store: Store, findings: Findings) -> None:
    ours = {
        each.number: (each.name, each.sha256)
        for each in migrations(store.kind)
    }
    found = {
        number: (name, digest)
        for number, name, digest in _rows(
            store, findings, "anonsms_migration", "number, name, sha256"
        )
    }
    if found != ours:
        findings.fault(
            "migrations", "the tables were not made by this anonsms alone"
        )


def _check_machinery(store: Store, findings: Findings) -> None:
    """Nobody else acts when the tables are written to, or stands for one."""
    rows = _part(findings, "tables", lambda: store.query(_ACTING[store.kind]))
    for [name] in rows or ():
        findings.fault(
            "tables", f"{name!r} is a trigger, rule or view that is not ours"
        )


def _check_keys(store: Store, keys: KeyProvider, findings: Findings) -> bool:
    """Whether the ring is the newest that the ledger knows of."""
    newest = True
    try:
        refuse_stale(store, keys, sealing=Power.SEAL in keys.powers)
        compare_keys(store, keys)
    except ConfigurationError as error:
        # Either the keys were rotated meanwhile, or somebody wants us to
        # believe it: the next look, with the newest ring, will tell.
        findings.fault("key check", str(error))
        newest = False
    except _ODD:
        findings.fault("key check", "what the keys made of it was changed")
    rows = _rows(store, findings, "anonsms_key_check", "power")
    if not {power for [power] in rows} <= {Power.INDEX, Power.SEAL}:
        findings.fault("key check", "a mark of some key is not one of ours")
    return newest


def _notes(
    store: Store, findings: Findings, against: Sequence[str]
) -> list[tuple[str, str]]:
    """All notes with a name for each; a stored one knows its size."""
    found = [
        (f"checkpoint from outside, number {place}", note)
        for place, note in enumerate(against, start=1)
    ]
    for size, note in _rows(
        store, findings, "anonsms_checkpoint", "size, note"
    ):
        where = f"stored checkpoint of {size:,}"
        if not isinstance(note, str):
            findings.fault(where, "it is no text")
            continue
        found.append((where, note))
        try:
            if Checkpoint.parse(parse_note(note).text).size != size:
                findings.fault(where, "it is stored under another size")
        except ProofError:
            continue  # found again when its signature is checked
    return found


def _vouched(
    where: str,
    note: str,
    verifiers: Sequence[Verifier],
    origin: str,
    findings: Findings,
) -> Checkpoint | None:
    """A checkpoint, if a known key signed it and it is of this ledger."""
    if not verifiers:
        if _NO_VERIFIERS not in findings.skipped:
            findings.skipped.append(_NO_VERIFIERS)
        return None
    try:
        parsed = parse_note(note)
        verify_note(parsed, verifiers)
        checkpoint = Checkpoint.parse(parsed.text)
    except ProofError as error:
        findings.fault(where, str(error))
        return None
    if checkpoint.origin != origin:
        findings.fault(where, "it is of another ledger")
        return None
    return checkpoint


def _rows(
    store: Store, findings: Findings, table: str, columns: str
) -> list[Row]:
    # Both come from this file alone.
    sql = f"SELECT {columns} FROM {table} ORDER BY 1"  # noqa: S608
    return _part(findings, table, lambda: store.query(sql)) or []
