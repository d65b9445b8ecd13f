"""The arithmetic of rates, and of the window of requests under way."""

from hypothesis import given
from hypothesis import strategies as st

from anonsms.transport import gcra
from anonsms.transport.window import Window
from rates import most_over


ASKED = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 1, 5, 40, 700]),  # time since the last
        st.integers(1, 12),  # cost
    ),
    min_size=1,
    max_size=60,
)


@given(asked=ASKED, burst=st.integers(1, 30))
def test_gcra_never_exceeds_its_rate(asked, burst):
    """Any t seconds have at most t + burst, or + the largest cost."""
    now, done_at, starts = 0, 0, []
    for gap, cost in asked:
        now += gap
        done_at, seconds = gcra.place(done_at, cost, burst, now)
        starts.append((now + seconds, cost))
        # Never before the beginning of the place: it is not too late.
        assert now + seconds <= done_at - cost or seconds == 0
    largest = max(cost for _, cost in asked)
    assert most_over(starts, max(burst, largest)) <= 0


@given(asked=ASKED, burst=st.integers(1, 30))
def test_gcra_starves_nobody(asked, burst):
    """Nobody waits for more than what was asked for and is not done."""
    now, done_at, owed = 0, 0, 0
    for gap, cost in asked:
        now += gap
        owed = max(owed - gap, 0) + cost
        done_at, seconds = gcra.place(done_at, cost, burst, now)
        assert seconds == max(owed - max(burst, cost), 0)


@given(
    events=st.lists(st.booleans(), max_size=300),
    ceiling=st.integers(1, 64),
)
def test_window_stays_in_its_bounds(events, ceiling):
    """It is from 1 to the ceiling, and moves by one up or by half down."""
    window = Window(ceiling)
    for good in events:
        before = window.size
        window.answered() if good else window.complained()
        after = window.size
        assert 1 <= after <= ceiling
        if good:
            assert after - before in {0, 1}
        else:
            assert after in {before, max(before // 2, 1)}


def test_window_is_halved_once_per_round_trip():
    """64 requests that complain of one thing cost half, not everything."""
    window = Window(64)
    for _ in range(64):
        window.complained()
    assert window.size == 32
    window.complained()
    assert window.size == 16


def test_window_grows_by_one_per_window():
    """After halving, a whole window of good answers brings one back."""
    window = Window(8)
    window.complained()
    sizes = []
    for _ in range(7 + 4 + 5):
        window.answered()
        sizes.append(window.size)
    assert sizes == [4] * 7 + [4, 4, 4, 5] + [5, 5, 5, 5, 6]
