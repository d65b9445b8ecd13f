"""Limits, complaints and pauses: no more leaves than the shop allows."""

import logging
import math
from datetime import timedelta

import anyio
import pytest

from anonsms.errors import ConfigurationError, LedgerError, NeverLeftError
from anonsms.testing.clocks import frozen_clock, no_waiting
from anonsms.transport.breaker import Breaker
from anonsms.transport.limit import Cost, Limit
from anonsms.transport.pace import Pace
from anonsms.transport.pacebook import MemoryPaceBook
from anonsms.transport.turn import TooLongError
from rates import most_over


SHOP = Cost("MaBoutique")


@pytest.fixture(params=["asyncio", "trio"])
def run(request):
    """Runs a coroutine function in one of the two loops."""
    return lambda story: anyio.run(story, backend=request.param)


@pytest.fixture
def clock():
    """A clock that only waits move."""
    with frozen_clock() as clock:
        yield clock


def left_at(pace, clock, *costs):
    """When each request left, in seconds from now."""
    began, moments = clock.now(), []
    for cost in costs:
        pace.turn(cost)
        moments.append(round(clock.now() - began, 6))
    return moments


def waits(pace, cost=SHOP):
    """What one request sleeps, step by step."""
    return pace.line_up(cost).waits()


def stopped(pace):
    """Seconds for which nothing leaves, of a pace without limits."""
    return next(waits(pace), 0)


def test_pace_without_limits_lets_everything_go(clock):
    """Then nobody waits and nobody counts parts."""
    pace = Pace()
    assert left_at(pace, clock, *[SHOP] * 50) == [0] * 50
    assert not pace.counts_parts
    assert pace.in_flight == 64


def test_pace_counts_requests_and_parts(clock):
    """The slower one of two limits decides."""
    pace = Pace(requests=10, parts=Limit(120, "minute"))
    assert pace.counts_parts
    costs = [Cost("MaBoutique", parts=parts) for parts in (1, 1, 4, 1)]
    # Two parts per second; four in one request are made up for after it.
    assert left_at(pace, clock, *costs) == [0, 0.5, 1, 3]


def test_what_has_no_parts_waits_for_none(clock):
    """A look-up is a request, whatever the texts have used up."""
    pace = Pace(requests=100, parts=1)
    pace.turn(Cost("MaBoutique", parts=60))
    assert left_at(pace, clock, Cost("", parts=0)) == [0.01]


def test_pace_has_limits_per_originator(clock):
    """Each originator has its own, or those that are named."""
    each = Pace(requests_per_originator=1)
    names = [Cost(name) for name in ("A1", "B2", "A1", "B2")]
    assert left_at(each, clock, *names) == [0, 0, 1, 1]
    named = Pace(parts_per_originator={"A1": 1})
    assert left_at(named, clock, *names) == [0, 0, 1, 1]
    assert left_at(named, clock, *[Cost("B2")] * 3) == [0, 0, 0]


def test_pace_takes_no_place_of_the_account_in_vain(clock):
    """Who waits for the originator does not keep the others waiting."""
    pace = Pace(requests=10, requests_per_originator={"A1": 1})
    slow = waits(pace, Cost("A1"))
    assert next(slow, None) is None
    slow = waits(pace, Cost("A1"))
    assert next(slow) == 1
    assert left_at(pace, clock, *[SHOP] * 3) == [0.1, 0.2, 0.3]


def test_pace_lets_a_burst_go(clock):
    """After a pause, so many at once and then at the rate."""
    pace = Pace(requests=Limit(10, burst=3))
    assert left_at(pace, clock, *[SHOP] * 5) == [0, 0, 0, 0.1, 0.2]


@pytest.mark.parametrize("parts", [1, 100])
def test_what_would_wait_too_long_takes_no_place(clock, parts):
    """However often one asks: the wait gets shorter as time goes by."""
    pace = Pace(parts=Limit(parts * 30, "hour"))
    cost = Cost("MaBoutique", parts=parts)
    pace.turn(cost)
    for left in (120, 119, 118):
        with pytest.raises(TooLongError) as caught:
            next(pace.line_up(cost, 60).waits())
        assert caught.value.stop.seconds == pytest.approx(left)
        clock.move(timedelta(seconds=1))
    assert left_at(pace, clock, cost) == [117]


def test_no_place_of_the_originator_is_lost_for_the_account(clock):
    """If the account's is too far away, the originator's stays free."""
    pace = Pace(requests=Limit(30, "hour"), requests_per_originator=0.1)
    pace.turn(SHOP)
    for _ in range(9):
        with pytest.raises(TooLongError):
            list(pace.line_up(SHOP, 60).waits())
    clock.move(timedelta(seconds=120))
    assert list(pace.line_up(SHOP, 60).waits()) == []


def test_a_pause_of_one_originator_holds_no_other(clock):
    """A code about one sender's queue is nothing to the rest."""
    book = MemoryPaceBook()
    limits = {"requests": 10, "requests_per_originator": 10}
    pace, elsewhere = (
        Pace(account="main", book=book, jitter=lambda: 0.0, **limits)
        for _ in range(2)
    )
    pace.too_fast(20, originator="A1")
    assert left_at(pace, clock, Cost("B2")) == [0]
    assert pace.in_flight == 64
    with pytest.raises(TooLongError) as caught:
        next(pace.line_up(Cost("A1"), 5).waits())
    assert caught.value.stop.whose == "A1"
    # Another process learns of it by the originator's limit.
    assert left_at(elsewhere, clock, Cost("B2")) == pytest.approx([0.1])
    assert left_at(elsewhere, clock, Cost("A1")) == pytest.approx([19.9])
    assert left_at(pace, clock, Cost("A1")) == pytest.approx([0.1])


def test_a_pause_of_one_originator_voids_its_places_alone(clock):
    """Who sleeps for another originator's place keeps it."""
    pace = Pace(requests_per_originator=1, jitter=lambda: 0.0)
    both = {name: Cost(name) for name in ("A1", "B2")}
    for cost in both.values():
        pace.turn(cost)
    asleep = {name: waits(pace, cost) for name, cost in both.items()}
    assert [next(each) for each in asleep.values()] == [1, 1]
    pace.too_fast(5, originator="A1")
    clock.move(timedelta(seconds=1))
    assert next(asleep["B2"], 0) == 0
    assert next(asleep["A1"]) == 4


def test_pace_pauses_as_asked(clock):
    """Retry-After stops the whole account, with chance on top."""
    pace = Pace(requests=10, jitter=lambda: 0.5, account="main")
    pace.turn(SHOP)
    pace.too_fast(8)
    assert stopped(pace) == pytest.approx(12)
    assert pace.in_flight == 32
    assert left_at(pace, clock, *[SHOP] * 3) == [12, 12.1, 12.2]


@pytest.mark.parametrize(
    ("asked", "paused"),
    [
        (None, 0.5),
        (0, 0),
        (-3, 0),
        (8, 12),
        (86_400, 915),
        (math.inf, 915),
        (math.nan, 0.5),
    ],
)
def test_pace_caps_a_pause(clock, asked, paused):
    """At most 15 minutes count, and what makes no sense is no pause."""
    pace = Pace(jitter=lambda: 0.5)
    pace.too_fast(asked)
    assert stopped(pace) == pytest.approx(paused)


def test_pause_holds_those_who_have_a_place_already(clock):
    """Whoever slept towards their place begins anew, spaced, after it."""
    pace = Pace(requests=1, jitter=lambda: 0.0)
    waiters = [waits(pace) for _ in range(4)]
    assert [next(each, 0) for each in waiters] == [0, 1, 2, 3]
    pace.too_fast(60)
    clock.move(timedelta(seconds=1))
    assert [next(each) for each in waiters[1:]] == pytest.approx([59] * 3)
    clock.move(timedelta(seconds=59))
    assert [next(each, 0) for each in waiters[1:]] == pytest.approx([0, 1, 2])


def test_pause_reaches_who_shares_the_book(clock):
    """Another process with the same account waits too, at its limit."""
    book = MemoryPaceBook()
    one, other = (
        Pace(requests=10, account="main", book=book, jitter=lambda: 0.0)
        for _ in range(2)
    )
    one.too_fast(20)
    assert left_at(other, clock, SHOP) == pytest.approx([20])


def test_after_a_pause_there_is_no_burst(clock):
    """The limit's burst is not what an angry provider wants to see."""
    pace = Pace(requests=Limit(1, burst=5), jitter=lambda: 0.0)
    pace.too_fast(20)
    assert left_at(pace, clock, *[SHOP] * 3) == [20, 21, 22]


def test_overslept_places_are_taken_anew(clock):
    """After the machine slept, not all of them leave at once."""
    pace = Pace(requests=1)
    waiters = [waits(pace) for _ in range(4)]
    assert [next(each, 0) for each in waiters] == [0, 1, 2, 3]
    clock.move(timedelta(hours=1))
    assert [next(each, 0) for each in waiters[1:]] == [0, 1, 2]


def test_failures_open_the_breaker(clock, caplog):
    """Then everybody stays away, and a probe closes it again."""
    pace = Pace(breaker=Breaker(failures=2, cool_down=30))
    with caplog.at_level(logging.WARNING, "anonsms.transport"):
        pace.failed()
        assert stopped(pace) == 0
        pace.failed()
    assert caplog.messages == [
        "The provider does not answer: nothing leaves for 30 s"
    ]
    assert stopped(pace) == 30
    assert left_at(pace, clock, SHOP) == [30]
    assert stopped(pace) == 1
    pace.answered()
    assert stopped(pace) == 0


def test_who_slept_when_the_breaker_opened_stays(clock):
    """A place taken before is void: only the probe goes."""
    pace = Pace(requests=1, breaker=Breaker(failures=1, cool_down=30))
    waiters = [waits(pace) for _ in range(3)]
    assert [next(each, 0) for each in waiters] == [0, 1, 2]
    pace.failed()
    clock.move(timedelta(seconds=2))
    assert [next(each) for each in waiters[1:]] == [28, 28]
    clock.move(timedelta(seconds=28))
    assert [next(each, 0) for each in waiters[1:]] == [0, 1]


def test_a_clock_put_back_makes_no_pause_longer(clock):
    """A pause is over after its 15 minutes and a half at the latest."""
    pace = Pace(jitter=lambda: 0.0)
    pace.too_fast(10)
    clock.move(-timedelta(days=1))
    assert stopped(pace) == 930


def test_turn_is_awaited_in_both_loops(run):
    """Tasks that ask together leave one after the other, at the rate."""
    pace = Pace(requests=4)
    left = []

    async def one():
        await pace.turn_async(SHOP)
        left.append(pace.clock())

    async def story():
        async with anyio.create_task_group() as tasks:
            for _ in range(9):
                tasks.start_soon(one)

    with frozen_clock() as clock:
        began = clock.now()
        run(story)
        assert len(left) == 9
        assert clock.now() - began >= 2
        starts = [(moment, 0.25) for moment in left]
        # A task may see the clock that another one moved.
        assert most_over(starts, 0.25) <= 1.0


def test_turn_can_be_cancelled(run):
    """A long wait does not keep a programme from ending."""
    pace = Pace(requests=Limit(1, "hour"))

    async def story():
        await pace.turn_async(SHOP)
        with anyio.move_on_after(0.02) as scope:
            await pace.turn_async(SHOP)
        assert scope.cancelled_caught

    run(story)


class Recorder(MemoryPaceBook):
    """Remembers what it was asked, says that it is shared and slow."""

    shared = True

    def at_hand(self, key, cost, now):
        return False

    def __init__(self):
        super().__init__()
        self.asked = []

    def reserve(self, key, cost, burst, now, longest=math.inf):
        self.asked.append((key, round(cost, 6), round(burst, 6)))
        return super().reserve(key, cost, burst, now, longest)


def test_keys_tell_nothing(run):
    """No originator stands in the book, and accounts have their own."""
    book = Recorder()
    number = "+33639981234"
    limits = {"requests": 10, "parts_per_originator": Limit(2, burst=4)}
    paces = [Pace(account=a, book=book, **limits) for a in ("one", "two")]
    for pace in paces:
        run(lambda pace=pace: pace.turn_async(Cost(number, parts=3)))
    keys = [key for key, _, _ in book.asked]
    assert len(set(keys)) == 4
    assert all(len(key) == 64 and number[1:] not in key for key in keys)
    assert [asked[1:] for asked in book.asked] == [(1.5, 2), (0.1, 0.1)] * 2


def test_a_shared_book_wants_a_named_account():
    """Else two providers would share one row."""
    with pytest.raises(ConfigurationError, match="account"):
        Pace(requests=10, book=Recorder())


class Broken(Recorder):
    """The database is gone."""

    def reserve(self, key, cost, burst, now, longest=math.inf):
        raise LedgerError("The database refused (SQLITE_BUSY).")

    def hold(self, key, until):
        raise LedgerError("The database refused (SQLITE_BUSY).")


def test_without_its_book_nothing_leaves(caplog):
    """A place that cannot be had is a request that never left."""
    pace = Pace(requests=10, book=Broken(), account="main")
    with pytest.raises(NeverLeftError, match="SQLITE_BUSY") as caught:
        pace.turn(Cost("+33639981234"))
    assert caught.value.__context__ is None
    with no_waiting():
        pace.too_fast(5)
        assert stopped(pace) > 0
    assert "not shared" in caplog.text


@pytest.mark.parametrize(
    "make",
    [
        lambda: Limit(0),
        lambda: Limit(-1),
        lambda: Limit(math.inf),
        lambda: Limit(math.nan),
        lambda: Limit("10"),
        lambda: Limit(1, "fortnight"),
        lambda: Limit(1, burst=0.5),
        lambda: Pace(requests=0),
        lambda: Pace(parts_per_originator={"A1": 0}),
        lambda: Pace(in_flight=0),
    ],
)
def test_senseless_limits_are_refused(make):
    """A limit that lets nothing out, or that is none, is said at once."""
    with pytest.raises(ConfigurationError):
        make()


def test_pace_shows_where_it_stands():
    """Its repr has the account and the window, and no originator."""
    pace = Pace(account="main", in_flight=8, requests_per_originator={"A1": 1})
    pace.too_fast(None)
    assert repr(pace) == "<Pace main: 4 of 8 in flight>"
    assert repr(MemoryPaceBook()) == "<MemoryPaceBook of 0 limits>"
