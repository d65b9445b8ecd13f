"""Time for tests: nothing waits, all waits are counted, clocks obey."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import anyio
import pytest

from anonsms.errors import ConfigurationError
from anonsms.testing.clocks import NOON, frozen_clock, no_waiting
from anonsms.transport import Cost, Pace, waiting


SHOP = Cost("MaBoutique")


def test_waits_are_counted_and_not_waited():
    """An hour passes at once, and the clock says so."""
    with no_waiting() as waits:
        before = waiting.now()
        waiting.sleep(3_000)
        waiting.sleep(600)
        assert waiting.now() - before >= 3_600
    assert (waits.count, waits.total) == (2, 3_600)
    assert waits.seconds == [3_000, 600]
    assert repr(waits) == "<2 waits, 3600.0 s in all>"
    assert waiting.now() - before < 3_000


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_waits_of_tasks_are_counted(backend):
    """Who waits at the same time waits for the same seconds."""

    async def story():
        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(waiting.sleep_async, 100)

    with frozen_clock() as clock:
        anyio.run(story, backend=backend)
    assert clock.count == 10
    assert clock() == NOON + timedelta(seconds=100)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_wait_is_still_where_tasks_are_cancelled(backend):
    """A loop of waits does not hang what cancels it."""

    async def story():
        with anyio.CancelScope() as scope:
            scope.cancel()
            while True:
                await waiting.sleep_async(1)
        assert scope.cancelled_caught

    with no_waiting() as waits:
        anyio.run(story, backend=backend)
    assert waits.count == 0


def test_a_pace_keeps_its_rate_without_waiting():
    """Limits, pauses and the breaker see time go by."""
    with frozen_clock() as clock:
        pace = Pace(requests=2, jitter=lambda: 0.0)
        for _ in range(5):
            pace.turn(SHOP)
        assert clock() == NOON + timedelta(seconds=2)
        pace.too_fast(60)
        pace.turn(SHOP)
        assert clock() == NOON + timedelta(seconds=62)
        for _ in range(5):
            pace.failed()
        pace.turn(SHOP)
        assert clock() == NOON + timedelta(seconds=92)


def test_other_threads_do_not_wait_either():
    """A transport may do its waiting on a worker thread."""
    with no_waiting() as waits:
        threads = [
            threading.Thread(target=waiting.sleep, args=(900,))
            for _ in range(4)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join(timeout=60)
        assert not any(each.is_alive() for each in threads)
    assert waits.total == 3_600


def test_a_frozen_clock_stands():
    """It shows one moment until somebody moves it."""
    paris = timezone(timedelta(hours=1))
    with frozen_clock(datetime(2026, 7, 1, 9, tzinfo=paris)) as clock:
        assert clock() == clock() == datetime(2026, 7, 1, 8, tzinfo=UTC)
        assert clock().tzinfo is UTC
        assert waiting.now() == clock().timestamp()
        clock.move(timedelta(days=-1))
        assert clock() == datetime(2026, 6, 30, 8, tzinfo=UTC)
    assert repr(clock) == "<FrozenClock at 2026-06-30 08:00:00 UTC>"


def test_a_frozen_clock_wants_a_zone():
    """A time without one is nobody's."""
    with (
        pytest.raises(ConfigurationError, match="aware"),
        frozen_clock(datetime(2026, 7, 1)),  # noqa: DTZ001
    ):
        pass


def test_time_is_put_back_after_an_error():
    """What was replaced is real again, and the outer one if nested."""
    with frozen_clock() as clock:
        with pytest.raises(ZeroDivisionError), no_waiting():
            1 / 0  # noqa: B018
        assert waiting.now() == clock.now()
    assert waiting.now() != clock.now()
