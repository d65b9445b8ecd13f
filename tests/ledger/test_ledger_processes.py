"""Many processes write at once, and nothing is lost, on both stores."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import ledger_writer
import pytest
from ledger_people import person

from anonsms.consent import EventKind, fold
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


WRITERS = 8


@pytest.fixture(params=["sqlite", "postgres"])
def place(request):
    """The URL of an empty place."""
    name = {"sqlite": "url", "postgres": "postgres_url"}[request.param]
    return request.getfixturevalue(name)


def begun(*args):
    """A process that has opened the ledger and waits."""
    return subprocess.Popen(
        [sys.executable, ledger_writer.__file__, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def together(url, keys, *work):
    """What they said, each of whom did some work at the same time."""
    processes = [
        begun(what, url, keys, seed) for seed, what in enumerate(work)
    ]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n", (
                process.stderr.read()
            )
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        said = []
        for process in processes:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            said.append(json.loads(out))
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()
    return said


def test_eight_writers_lose_nothing(place, tmp_path):
    """What was acknowledged is there once; tree and standings are right."""
    keys = KeyRing.generate()
    keys.save(tmp_path / "shop.keys")
    open_ledger(place, keys).close()
    *wrote, looked = together(
        place, tmp_path / "shop.keys", *["write"] * WRITERS, "prove"
    )
    assert looked["proofs"] > 0

    with open_ledger(place, keys) as ledger:
        everybody = [person(i) for i in range(ledger_writer.MANY + 20)]
        found = ledger.verify()
        assert found.ok, str(found)
        histories = [ledger.history(each) for each in everybody]
        ids = Counter(event.id for all_ in histories for event in all_)
        assert set(ids.values()) == {1}
        acknowledged = [id_ for each in wrote for id_ in each["events"]]
        assert len(acknowledged) > 2 * WRITERS
        assert set(acknowledged) <= set(ids)
        listed = [
            event
            for all_ in histories
            for event in all_
            if event.kind is EventKind.IMPORTED
        ]
        assert len(listed) == sum(each["listed"] for each in wrote)
        assert len(ids) == len(acknowledged) + len(listed)

        [[events, places, first, last]] = ledger.store.query(
            "SELECT count(*), count(DISTINCT leaf_index), min(leaf_index), "
            "max(leaf_index) FROM anonsms_event"
        )
        assert (events, first, last) == (places, 0, places - 1)
        [[published]] = ledger.store.query(
            "SELECT count(*) FROM anonsms_event WHERE kind = ?",
            (EventKind.PUBLISHED.value,),
        )
        assert published == len(ledger.wordings()) == 1

        now = datetime.now(UTC)
        for purpose in map(ledger.purpose, ("marketing", "service")):
            assert ledger.states(everybody, purpose, now) == [
                fold(all_, purpose, now) for all_ in histories
            ]


def test_people_are_forgotten_while_others_write(place, tmp_path):
    """Erased and renumbered by four at once: no deadlock, no odd sum."""
    keys = KeyRing.generate()
    keys.save(tmp_path / "shop.keys")
    open_ledger(place, keys).close()
    said = together(
        place, tmp_path / "shop.keys", *["forget"] * 4, "write", "prove"
    )
    assert all(each["events"] for each in said[:5])
    with open_ledger(place, keys) as ledger:
        found = ledger.verify()
        assert found.ok, str(found)
        now = datetime.now(UTC)
        for purpose in map(ledger.purpose, ("marketing", "service")):
            for i in range(ledger_writer.FEW):
                assert ledger.state(person(i), purpose, now) == fold(
                    ledger.history(person(i)), purpose, now
                )
