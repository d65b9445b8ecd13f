"""Places that processes share: never more than the rate, few statements."""

import itertools
import json
import math
import os
import subprocess
import sys

import pacing_campaign
import pacing_writer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import LedgerError
from anonsms.ledger.pacing import StorePaceBook
from anonsms.ledger.store.sqlite import SqliteStore
from anonsms.transport.gcra import place as gcra_place
from anonsms.transport.limit import Cost
from anonsms.transport.pace import Pace
from rates import most_over


NOW = 1_772_452_800.0
SHOP = Cost("MaBoutique")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """Where an empty store is."""
    if request.param == "sqlite":
        return str(tmp_path / "shop.db")
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def store(place):
    """An open store."""
    store = pacing_writer.opened(place)
    yield store
    store.close()


class Counted:
    """A store that counts what it is asked to write."""

    def __init__(self, store):
        self._store = store
        self.writes = 0

    def transaction(self):
        self.writes += 1
        return self._store.transaction()

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_one_book_is_the_plain_arithmetic(store):
    """Places come as if they were taken one by one, on both stores."""
    book, done_at = StorePaceBook(store), 0.0
    now = NOW
    for gap, cost in itertools.product((0, 0.05, 0.01, 3), (0.02, 0.07, 1)):
        now += gap
        done_at, seconds = gcra_place(done_at, cost, 0.1, now)
        taken = book.reserve("k", cost, 0.1, now)
        assert taken == pytest.approx(seconds, abs=1e-4)


def test_a_busy_process_asks_five_times_a_second(store):
    """At 100 per second, twenty places are taken at once, all of them used."""
    counted = Counted(store)
    book, now, starts = StorePaceBook(counted), NOW, []
    for _ in range(400):
        now += book.reserve("k", 0.01, 0.01, now)
        starts.append((now, 0.01))
    assert now - NOW == pytest.approx(399 * 0.01)
    assert most_over(starts, 0.01) <= 1e-5
    assert counted.writes <= 22


def test_a_lone_text_takes_one_place(store):
    """So that another process does not wait for places nobody uses."""
    one, other = StorePaceBook(store), StorePaceBook(store)
    assert one.reserve("k", 0.01, 0.01, NOW) == 0
    assert other.reserve("k", 0.01, 0.01, NOW) == pytest.approx(0.01)
    assert one.reserve("k", 0.01, 0.01, NOW + 9) == 0
    assert other.reserve("k", 0.01, 0.01, NOW + 9) == pytest.approx(0.01)


def test_a_book_tells_what_it_has_at_hand(store):
    """Then nobody waits for the database; what lapsed is not at hand."""
    counted = Counted(store)
    book, now = StorePaceBook(counted), NOW
    for _ in range(90):
        at_hand, before = book.at_hand("k", 0.01, now), counted.writes
        now += book.reserve("k", 0.01, 0.01, now)
        assert at_hand == (counted.writes == before)
    assert not book.at_hand("k", 0.01, now + 9)


def test_places_lapse(store):
    """What was taken and not used is not used later on top."""
    idle, busy = StorePaceBook(store), StorePaceBook(store)
    for book in (idle, busy) * 2:  # both hold 0.2 s worth now
        book.reserve("k", 0.01, 0.01, NOW)
    starts = []
    for book in (idle, busy) * 30:
        seconds = book.reserve("k", 0.01, 0.01, NOW + 60)
        starts.append((NOW + 60 + seconds, 0.01))
    assert most_over(starts, 0.01) <= 1e-5


def test_places_lapse_one_by_one(store):
    """Late in a span that it took, a process has what is left of it."""
    book = StorePaceBook(store)
    for _ in range(2):
        book.reserve("k", 0.01, 0.01, NOW)
    late = NOW + 0.15
    starts = [
        (late + book.reserve("k", 0.01, 0.01, late), 0.01) for _ in range(40)
    ]
    assert starts[-1][0] == pytest.approx(late + 0.39)
    assert most_over(starts, 0.01) <= 1e-5


@pytest.mark.parametrize("ahead", [0, 1, 30])
def test_a_place_too_far_away_is_not_taken(store, ahead):
    """However often it is asked for; the wait is told all the same."""
    one, other = StorePaceBook(store), StorePaceBook(store)
    assert one.reserve("k", 100, 100, NOW, 60) == 0
    for book in (one, other) * 5:
        assert book.reserve("k", 100, 100, NOW + ahead, 60) == 100 - ahead
    assert other.reserve("k", 100, 100, NOW + 40, 60) == 60
    assert one.reserve("k", 100, 100, NOW + 40, 60) == 160


def test_a_leased_place_too_far_away_stays(store):
    """What the process has at hand is not thrown away either."""
    book = StorePaceBook(store)
    for _ in range(3):
        book.reserve("k", 0.01, 0.01, NOW)
    for _ in range(3):
        assert book.reserve("k", 0.01, 0.01, NOW, 0.02) == 0.03
    assert book.reserve("k", 0.01, 0.01, NOW, 0.03) == 0.03


def test_asking_takes_nothing(store):
    """With a longest wait below 0 it only tells, and writes nothing."""
    counted = Counted(store)
    book = StorePaceBook(counted)
    assert book.reserve("k", 7, 7, NOW, -1) == 0
    assert counted.writes == 0
    assert store.query("SELECT key FROM anonsms_pace") == []
    book.reserve("k", 7, 7, NOW)
    assert [book.reserve("k", 7, 7, NOW + 1, -1) for _ in range(3)] == [6] * 3
    # A burst is heeded: what costs less may leave before the end.
    assert book.reserve("k", 1, 3, NOW + 1, -1) == 4
    assert counted.writes == 1


def test_keys_do_not_touch(store):
    """Each limit has a row of its own."""
    book = StorePaceBook(store)
    assert book.reserve("one", 60, 60, NOW) == 0
    assert book.reserve("other", 60, 60, NOW) == 0
    assert book.reserve("one", 60, 60, NOW) == 60


def test_a_pause_holds_everybody(store):
    """What one process is told, the others keep to; it never gets shorter."""
    one, other = StorePaceBook(store), StorePaceBook(store)
    one.hold("k", NOW + 30)
    one.hold("k", NOW + 10)
    assert one.reserve("k", 0.5, 0.5, NOW) == 30
    assert other.reserve("k", 0.5, 0.5, NOW) == 30.5


def test_a_pause_voids_what_was_taken(store):
    """The process that was told uses no place from before."""
    book = StorePaceBook(store)
    for _ in range(3):
        book.reserve("k", 0.01, 0.01, NOW)
    book.hold("k", NOW + 30)
    assert book.reserve("k", 0.01, 0.01, NOW) == 30


def test_inside_a_transaction_no_place_is_given(store):
    """A rollback would give it away twice."""
    book = StorePaceBook(store)
    with store.transaction():
        with pytest.raises(LedgerError, match="rollback"):
            book.reserve("k", 1, 1, NOW)
        with pytest.raises(LedgerError, match="rollback"):
            book.hold("k", NOW)
    assert book.reserve("k", 1, 1, NOW) == 0


ASKS = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.sampled_from([0, 0, 0, 0.004, 0.03, 0.15, 0.4, 2]),  # gap
        st.integers(1, 5),  # parts
    ),
    min_size=1,
    max_size=60,
)


@given(
    asks=ASKS,
    rate=st.sampled_from([1, 7, 30, 100]),
    burst=st.integers(1, 9),
    longest=st.sampled_from([math.inf, 1, 0.1, 0]),
)
def test_whoever_asks_whenever_the_rate_holds(asks, rate, burst, longest):
    """Three processes in any order: any t seconds have at most t + burst."""
    store = SqliteStore(None)
    books = [StorePaceBook(store) for _ in range(3)]
    now, starts = NOW, []
    for who, gap, parts in asks:
        now += gap
        cost = parts / rate
        seconds = books[who].reserve("k", cost, burst / rate, now, longest)
        if seconds <= longest:
            starts.append((now + seconds, cost))
    store.close()
    largest = max(parts for _, _, parts in asks)
    assert most_over(starts, max(burst, largest) / rate) <= 1e-4


@given(asks=ASKS, skew=st.sampled_from([-0.5, -0.05, 0.05, 0.5, 30]))
def test_clocks_that_differ_shift_the_rate_and_keep_it(asks, skew):
    """Any t seconds of true time have at most t + burst + the difference."""
    store = SqliteStore(None)
    books = [StorePaceBook(store) for _ in range(3)]
    off = [0, skew, 0]
    now, starts = NOW, []
    for who, gap, parts in asks:
        now += gap
        cost = parts / 30
        seconds = books[who].reserve("k", cost, 1 / 30, now + off[who])
        starts.append((now + seconds, cost))
    store.close()
    largest = max(parts for _, _, parts in asks) / 30
    assert most_over(starts, largest + abs(skew)) <= 1e-4


def together(script, *arguments):
    """What three processes say that begin at the same moment."""
    processes = [
        subprocess.Popen(
            [sys.executable, script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = []
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            said.append(json.loads(out))
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()
    return said


def test_processes_keep_the_rate_together(place):
    """Three of them at once: no window has more than rate and burst allow."""
    count, rate, burst = 150, 200, 0.05
    pacing_writer.opened(place).close()
    moments = together(pacing_writer.__file__, place, count, rate, burst)
    starts = [(m, 1 / rate) for each in moments for m in each]
    assert len(starts) == 3 * count
    assert most_over(starts, burst) <= 1e-4
    # And they did share: together they need as long as one alone would.
    assert max(starts)[0] - min(starts)[0] >= (3 * count - 11) / rate


def test_processes_that_come_back_later_get_through(place):
    """
    Waits longer than anybody waits: all of three campaigns leave.

    Here that is more than 0.02 s, so that the test is short: a place is
    0.04 s long.
    """
    count, rate = 10, 25
    pacing_writer.opened(place).close()
    said = together(pacing_campaign.__file__, place, count, rate, 0.02)
    moments = [moment for each in said for moment in each["moments"]]
    assert len(moments) == 3 * count
    # At the rate, as far as a busy machine lets them.
    assert max(moments) - min(moments) >= (3 * count - 8) / rate
    assert all(each["refused"] >= count for each in said)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_takes_places_of_its_own(tmp_path):
    """It does not use its parent's a second time."""
    store = SqliteStore(tmp_path / "shop.db")
    book = StorePaceBook(store)
    for _ in range(2):  # now 0.2 s worth are at hand
        book.reserve("k", 0.01, 0.01, NOW)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            seconds = book.reserve("k", 0.01, 0.01, NOW)
            os.write(writing, f"{seconds:.6f}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    said = float(os.read(reading, 100))
    os.close(reading)
    os.close(writing)
    assert said == pytest.approx(0.21)
    assert book.reserve("k", 0.01, 0.01, NOW) == pytest.approx(0.02)
    store.close()


def test_the_table_has_no_originator(store):
    """A number that texts are from is hashed before it is written."""
    number = "+33639981234"
    pace = Pace(
        requests_per_originator=5, account="main", book=StorePaceBook(store)
    )
    pace.turn(Cost(number))
    [[key]] = store.query("SELECT key FROM anonsms_pace")
    assert len(key) == 64
    assert number[1:] not in key
    assert repr(pace.book).startswith("<StorePaceBook in <")
