"""
Every bit of every field, flipped: each flip is found, and nothing breaks.

Flips in rows that are reported by a name of their own are made together, a
different bit in each row, and each row has to be named. Where a fault says
less than that, bits are flipped one by one.
"""

import itertools
import os
import random
import sqlite3
from functools import cache

import pytest
from ledger_corpus import (
    Bench,
    flipped,
    readable,
    rich_ledger,
    strangers,
    width,
)

from anonsms.ledger.checks import ledgercheck
from anonsms.ledger.checks.ledgercheck import check_ledger
from anonsms.ledger.store.schema import migrations


# Numbers of rows and places: here a flip can hit another row.
NUMBERS = [*range(8), 11, 15, 31, 47, 62, 63]


@pytest.fixture(scope="module", autouse=True)
def _read_once():
    """Our own schema files are read once, not ten thousand times."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ledgercheck, "migrations", cache(migrations))
        yield


@pytest.fixture(scope="module")
def note_of():
    """The notes that were kept outside, by ledger."""
    return {}


@pytest.fixture(scope="module")
def bench(note_of):
    """A small ledger."""
    ledger, note = rich_ledger()
    found = Bench(ledger)
    note_of[found] = note
    assert ledger.verify([note]).ok
    yield found
    assert ledger.verify([note]).ok  # all was undone
    ledger.close()


@pytest.fixture(scope="module")
def long_bench(note_of):
    """One of 270 events, with a stored hash over the first 256."""
    ledger, note = rich_ledger(events=270)
    found = Bench(ledger)
    note_of[found] = note
    assert len(found.rows("anonsms_node")) == 1
    yield found
    assert ledger.verify([note]).ok
    ledger.close()


def bits(bench, table, row, *, without=()):
    """Each bit of a row's fields, as column and flipped value."""
    for column in bench.columns(table):
        if column in without or column in bench.keys(table):
            continue
        for bit in range(width(row[column])):
            yield column, flipped(row[column], bit)


def apart(lanes):
    """Lanes without what is no text any more, and that alone."""
    plain = {
        where: [flip for flip in flips if readable(flip[-1])]
        for where, flips in lanes.items()
    }
    spoiled = [
        flip
        for flips in lanes.values()
        for flip in flips
        if not readable(flip[-1])
    ]
    return plain, spoiled


def together(bench, lanes, *, instead=(), quick=False, **options):
    """
    Flip one bit in each lane at a time, until all were flipped.

    Args:
        bench: The ledger.
        lanes: By the place that a fault has to name: (table, row, column,
            value) for each flip.
        instead: Other places that will do, by place.
        quick: For ``attack``.
        options: For ``verify``.

    Returns:
        How many bits were flipped.
    """
    count = 0
    for flips in itertools.zip_longest(*lanes.values()):
        here = [
            (where, flip)
            for where, flip in zip(lanes, flips, strict=True)
            if flip is not None
        ]
        with bench.attack(quick=quick):
            for _, flip in here:
                bench.write(*flip)
            found = {
                fault.where for fault in bench.ledger.verify(**options).faults
            }
        for where, flip in here:
            places = {where, *dict(instead).get(where, ())}
            assert places & found, (where, flip)
        count += len(here)
    return count


def one_by_one(bench, flips, where, *, quick=False, **options):
    """Flip bits alone; ``where`` tells whether a fault is at the place."""
    count = 0
    for flip in flips:
        with bench.attack(quick=quick):
            try:
                bench.write(*flip)
            except sqlite3.IntegrityError:
                continue  # there is such a row already
            result = bench.ledger.verify(**options)
        assert any(where(flip, fault.where) for fault in result.faults), flip
        count += 1
    return count


def test_events(bench):
    """All bits of all events, but for their numbers."""
    table = "anonsms_event"
    lanes = {
        f"event {row['leaf_index']}": [
            (table, row, *flip)
            for flip in bits(bench, table, row, without=["leaf_index"])
        ]
        for row in bench.rows(table)
    }
    assert together(bench, lanes, people=False) > 20_000


def test_numbers_of_events(bench):
    """Another number, another place in the tree, another person."""
    table = "anonsms_event"
    flips = [
        (table, row, column, flipped(row[column], bit))
        for row in bench.rows(table)
        for column in ("seq", "leaf_index", "subject")
        if row[column] is not None
        for bit in NUMBERS
    ]
    bench.raw.execute("DROP INDEX anonsms_event_leaf")
    assert one_by_one(
        bench,
        flips,
        lambda _, where: where.startswith(("event", "tree")),
        people=False,
    ) == pytest.approx(len(flips), abs=200)


def test_people(bench):
    """All bits of what is kept of a person."""
    table = "anonsms_subject"
    lanes = {
        f"person {row['seq']}": [
            (table, row, *flip) for flip in bits(bench, table, row)
        ]
        for row in bench.rows(table)
    }
    # Of those who are gone only their events tell.
    events = {where: set() for where in lanes}
    for event in bench.rows("anonsms_event"):
        if event["subject"] is not None:
            place = f"event {event['leaf_index']}"
            events[f"person {event['subject']}"].add(place)
    assert together(bench, lanes, instead=events, quick=True) > 10_000
    flips = [
        (table, row, "seq", flipped(row["seq"], bit))
        for row in bench.rows(table)
        for bit in NUMBERS
    ]
    assert one_by_one(
        bench,
        flips,
        lambda flip, where: (
            where == f"person {flip[1]['seq']}"
            or where in events[f"person {flip[1]['seq']}"]
        ),
        quick=True,
    )


def test_where_people_stand(bench):
    """All bits of the sums, and of the tokens that people are found by."""
    table = "anonsms_standing"
    lanes = {}
    for row in bench.rows(table):
        lanes.setdefault(f"person {row['subject']}", []).extend(
            (table, row, column, flipped(row[column], bit))
            for column in bench.columns(table)
            if column != "subject"
            for bit in range(width(row[column]))
        )
    lanes, spoiled = apart(lanes)
    assert together(bench, lanes, quick=True) > 4_000
    flips = [
        (table, row, "subject", flipped(row["subject"], bit))
        for row in bench.rows(table)
        for bit in NUMBERS
    ] + spoiled
    assert one_by_one(
        bench,
        flips,
        lambda _, where: where.startswith(("person", "people")),
        quick=True,
    ) == len(flips)


def test_what_the_shop_keeps(bench):
    """All bits of texts, purposes, checkpoints, marks of keys and files."""
    lanes = {}
    places = {
        "anonsms_wording": "wording {seq}",
        "anonsms_checkpoint": "stored checkpoint of {size}",
        "anonsms_purpose": "purposes",
        "anonsms_migration": "migrations",
        "anonsms_key_check": "key check",
    }
    for table, place in places.items():
        for row in bench.rows(table):
            numbers = [
                (column, flipped(row[column], bit))
                for column in bench.keys(table)
                for bit in range(width(row[column]))
                # What is somebody else's number cannot be written.
                if flipped(row[column], bit)
                not in {each[column] for each in bench.rows(table)}
            ]
            if table == "anonsms_wording":  # said of all of them at once
                numbers = []
            lanes.setdefault(place.format(**row), []).extend(
                (table, row, *flip)
                for flip in [*bits(bench, table, row), *numbers]
            )
    # Stored under another size, it is called by that.
    lanes = {
        where: [flip for flip in flips if flip[2] != "size"]
        for where, flips in lanes.items()
    }
    lanes, spoiled = apart(lanes)
    assert together(bench, lanes, people=False) > 7_000
    assert one_by_one(
        bench,
        spoiled,
        lambda flip, where: (
            flip[0].removeprefix("anonsms_") in where.replace(" ", "_")
        ),
        people=False,
    ) == len(spoiled)
    renamed = [
        (table, row, column, flipped(row[column], bit))
        for table, column in (
            ("anonsms_wording", "seq"),
            ("anonsms_checkpoint", "size"),
        )
        for row in bench.rows(table)
        for bit in NUMBERS
    ]
    assert one_by_one(
        bench,
        renamed,
        lambda _, where: where.startswith(("wordings", "stored checkpoint")),
        people=False,
    )


def test_the_tree(bench, note_of):
    """All bits of the ledger's name, of the tree's size and right edge."""
    [row] = bench.rows("anonsms_tree")
    flips = [
        ("anonsms_tree", row, column, flipped(row[column], bit))
        for column in bench.columns("anonsms_tree")
        for bit in range(width(row[column]))
    ]
    assert one_by_one(
        bench,
        flips,
        lambda _, where: where.startswith(("tree", "stored checkpoint")),
        people=False,
    ) == len(flips)


def test_a_long_ledger(long_bench):
    """One bit of each field of each event, and all of the hash above."""
    table = "anonsms_event"
    draw = random.Random(3)
    lanes = {
        f"event {row['leaf_index']}": [
            (table, row, column, flipped(row[column], draw.randrange(most)))
            for column in long_bench.columns(table)
            if column not in {"seq", "leaf_index"}
            and (most := width(row[column]))
        ]
        for row in long_bench.rows(table)
    }
    assert together(long_bench, lanes, people=False) > 3_000
    [row] = long_bench.rows("anonsms_node")
    flips = [
        ("anonsms_node", row, column, flipped(row[column], bit))
        for column in long_bench.columns("anonsms_node")
        for bit in range(0, width(row[column]), 3)
    ]
    assert one_by_one(
        long_bench,
        flips,
        lambda _, where: where.startswith("tree"),
        people=False,
    ) == len(flips)


def test_values_that_never_belong_there(bench):
    """Other types, NULL, what is no UTF-8, cut or turned around."""
    count = 0
    for table in bench.tables():
        for row, column in itertools.product(
            bench.rows(table)[::9], bench.columns(table)
        ):
            for value in strangers(row[column]):
                with bench.attack():
                    try:
                        bench.write(table, row, column, value)
                    except sqlite3.IntegrityError:
                        continue
                    if before_and_after(bench, table, row):
                        continue  # SQLite reads the same number from it
                    assert not bench.ledger.verify().ok, (table, column, value)
                count += 1
    assert count > 500


def before_and_after(bench, table, row):
    """Whether the row is there as it was, with the types it had."""
    try:
        rows = bench.rows(table)
    except sqlite3.OperationalError:  # no UTF-8
        return False
    return any(
        each == row
        and [type(e) for e in each.values()] == [type(e) for e in row.values()]
        for each in rows
    )


# What only a key can tell; beside it there is what only a signature tells.
SEALED = {
    "anonsms_subject.wrapped",
    "anonsms_subject.epoch",
    "anonsms_standing.token",
    "anonsms_key_check.version",
    "anonsms_key_check.value",
}
SIGNED = {"anonsms_tree.origin", "anonsms_checkpoint.note"}


@pytest.mark.parametrize(
    ("powers", "blind"),
    [
        (["index", "seal", "sign"], set()),
        (["index", "sign"], SEALED),
        (["index"], SEALED | SIGNED),
    ],
)
def test_what_a_restricted_ring_finds(bench, powers, blind):
    """All but what it takes the missing keys for."""
    keys = bench.ledger._keys.restrict(*powers)
    missed = set()
    for table in bench.tables():
        rows = bench.rows(table)
        if len(rows) > 4:
            rows = rows[::2]
        for row, column in itertools.product(rows, bench.columns(table)):
            if not width(row[column]):
                continue
            with bench.attack():
                try:
                    bench.write(table, row, column, flipped(row[column], 0))
                except sqlite3.IntegrityError:
                    continue
                result = check_ledger(
                    bench.ledger.store,
                    keys,
                    bench.ledger._journal,
                    against=(),
                    verifiers=(),
                    people=True,
                )
            if result.ok:
                missed.add(f"{table}.{column}")
    assert missed == blind


@pytest.mark.skipif(
    "ANONSMS_LONG" not in os.environ, reason="takes minutes: ANONSMS_LONG=1"
)
def test_every_single_bit_alone(bench, note_of):
    """All of the above again, one bit at a time."""
    for table in bench.tables():
        for row, column in itertools.product(
            bench.rows(table), bench.columns(table)
        ):
            for bit in range(width(row[column])):
                flip = (table, row, column, flipped(row[column], bit))
                one_by_one(
                    bench, [flip], lambda *_: True, against=[note_of[bench]]
                )
