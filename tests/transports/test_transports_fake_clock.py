"""The virtual clock: it moves when told, and never back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.transports import FakeTransport


def test_it_starts_at_a_known_moment():
    """Monday, 2 March 2026, 09:00 UTC, unless told otherwise."""
    assert FakeTransport().clock() == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_it_starts_where_told_in_utc():
    """Any zone is taken, and turned into UTC."""
    start = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    clock = FakeTransport(start=start).clock
    assert clock() == start
    assert clock().tzinfo is UTC


def test_it_does_not_start_at_a_naive_time():
    """Without a zone nobody knows which moment it is."""
    with pytest.raises(ValueError, match="aware"):
        FakeTransport(start=datetime(2026, 3, 2))  # noqa: DTZ001


def test_it_stands_still_by_itself(text_to):
    """Sending takes no time, and neither does asking."""
    network = FakeTransport()
    before = network.clock()
    network.send([text_to(0)])
    assert network.clock() == before


def test_it_hands_out_what_is_due_and_no_more(text_to):
    """A receipt is there at its very moment, not before, and only once."""
    network = FakeTransport()
    network.send([text_to(0)])
    assert network.advance(seconds=3.999) == []
    assert network.pending == 1
    assert len(network.advance(timedelta(milliseconds=1))) == 1
    assert network.pending == 0
    assert network.advance(days=1) == []


def test_spans_add_up():
    """Days, hours, minutes, seconds and a span are one sum."""
    network = FakeTransport()
    before = network.clock()
    network.advance(timedelta(1), days=1, hours=1, minutes=1, seconds=1)
    assert network.clock() - before == timedelta(days=2, seconds=3661)


def test_it_does_not_go_back():
    """A negative span is refused, and the clock stays where it is."""
    network = FakeTransport()
    before = network.clock()
    with pytest.raises(ValueError, match="never goes back"):
        network.advance(hours=-1)
    assert network.clock() == before


def test_draining_nothing_moves_nothing():
    """Without events there is nowhere to go."""
    network = FakeTransport()
    before = network.clock()
    assert network.drain() == []
    assert network.clock() == before


@given(hours=st.lists(st.floats(0, 48), max_size=20), seed=st.integers(0, 9))
def test_it_never_goes_back_and_loses_nothing(texts, hours, seed):
    """However it is moved, events come in order, each once, none early."""
    network = FakeTransport(seed, behaviour="stormy")
    whole = FakeTransport(seed, behaviour="stormy")
    network.send(texts[:50])
    whole.send(texts[:50])
    events, before = [], network.clock()
    for step in hours:
        arrived = network.advance(hours=step)
        assert network.clock() >= before
        assert all(event.at <= network.clock() for event in arrived)
        before = network.clock()
        events += arrived
    events += network.drain()
    assert network.clock() >= before
    assert events == whole.drain()
