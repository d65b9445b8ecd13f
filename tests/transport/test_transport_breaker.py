"""The circuit breaker against a model that keeps everything it was told."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from anonsms.transport.breaker import LOOK_AGAIN, Breaker


FAILURES, OF, COOL_DOWN = 3, 5, 30


class BreakerMachine(RuleBasedStateMachine):
    """Answers, failures and requests in any order, as time goes by."""

    def __init__(self):
        super().__init__()
        self.breaker = Breaker(failures=FAILURES, of=OF, cool_down=COOL_DOWN)
        self.now = 1_000
        self.told = []  # since it closed last: whether each failed
        self.opened_at = None
        self.probed_at = None

    @rule(seconds=st.sampled_from([1, 7, 29, 30, 31, 100]))
    def wait(self, seconds):
        """Time goes by."""
        self.now += seconds

    @rule()
    def answer(self):
        """A good answer comes."""
        self.breaker.answered()
        if self.opened_at is None:
            self.told.append(False)
        elif self.probed_at is not None:
            self.opened_at = self.probed_at = None
            self.told = []

    @rule()
    def fail(self):
        """None comes."""
        opened = self.breaker.failed(self.now)
        if self.opened_at is None:
            self.told.append(True)
            expected = sum(self.told[-OF:]) >= FAILURES
        else:
            expected = self.probed_at is not None
        if expected:
            self.opened_at, self.probed_at = self.now, None
        assert opened == expected

    @precondition(lambda self: self.opened_at is None)
    @rule()
    def go(self):
        """Closed, everything goes."""
        assert self.breaker.stopped(self.now) == 0

    @precondition(lambda self: self.opened_at is not None)
    @rule()
    def ask(self):
        """Open, nothing goes but a single probe, once it has cooled down."""
        left = self.breaker.stopped(self.now)
        if self.now < self.opened_at + COOL_DOWN:
            assert left == self.opened_at + COOL_DOWN - self.now
        elif (
            self.probed_at is not None
            and self.now < self.probed_at + COOL_DOWN
        ):
            assert 0 < left <= LOOK_AGAIN
        else:
            assert left == 0
            self.probed_at = self.now

    @invariant()
    def alike(self):
        """It says whether it is open."""
        assert self.breaker.closed == (self.opened_at is None)


def test_breaker_is_as_its_model():
    """In any order of events it opens, probes and closes as said."""
    run_state_machine_as_test(BreakerMachine)


def test_breaker_opens_after_so_many_of_the_last():
    """Five failures of twenty answers open it; old ones are forgotten."""
    breaker = Breaker()
    for _ in range(4):
        assert not breaker.failed(0)
    for _ in range(20):
        breaker.answered()
    for _ in range(4):
        assert not breaker.failed(0)
    assert breaker.stopped(0) == 0
    assert breaker.failed(0)
    assert breaker.stopped(12) == 18


def test_breaker_lets_one_probe_through():
    """After the cool-down one goes; its answer decides for the others."""
    breaker = Breaker(failures=1)
    breaker.failed(0)
    assert [breaker.stopped(30) for _ in range(3)] == [0, 1, 1]
    assert breaker.failed(31)
    assert breaker.stopped(60) == 1
    assert breaker.stopped(61) == 0
    breaker.answered()
    assert [breaker.stopped(62) for _ in range(3)] == [0, 0, 0]


def test_breaker_gives_a_lost_probe_up():
    """A probe that never reports does not keep it open for ever."""
    breaker = Breaker(failures=1)
    breaker.failed(0)
    assert breaker.stopped(30) == 0
    assert breaker.stopped(59.5) == 0.5
    assert breaker.stopped(60) == 0


def test_breaker_ignores_who_left_before_it_opened():
    """Late answers of either kind neither close it nor make it longer."""
    breaker = Breaker(failures=1)
    breaker.failed(0)
    breaker.answered()
    assert not breaker.failed(20)
    assert not breaker.closed
    assert breaker.stopped(20) == 10


def test_breaker_survives_a_clock_that_is_put_back():
    """It is open for the cool-down at most, whatever the clock does."""
    breaker = Breaker(failures=1)
    breaker.failed(3_600)
    assert breaker.stopped(0) == 30
    assert breaker.stopped(30) == 0
    assert breaker.stopped(10) == 20
    assert breaker.stopped(60) == 0
