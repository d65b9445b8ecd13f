"""What holds whatever is sent, ordered and waited for."""

from collections import Counter, defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    Originator,
    Outbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.transports import FakeTransport
from anonsms.transports.fake import Behaviour


PEOPLE = PhoneNumber.parse_many([f"+33 6 39 98 00 {i:02d}" for i in range(6)])
BODY = MessageText("Bonjour")
SENDER = Originator.parse("36123")
people = st.sampled_from(PEOPLE)
rates = st.sampled_from([0.0, 0.3, 1.0])
refusals = st.sampled_from(
    [Rejection.CONTENT, Uncertain("", "reset"), TransportError("suspended")]
)


class Network(RuleBasedStateMachine):
    """Sends, orders and waits, with a few lines of bookkeeping beside it."""

    @initialize(
        seed=st.integers(0, 2**32),
        behaviour=st.builds(
            Behaviour,
            bad_numbers=rates,
            dead_numbers=rates,
            rejected=rates,
            uncertain=rates,
            undelivered=rates,
            sent_receipts=rates,
            reordered=rates,
            late_receipts=rates,
            repeated=rates,
            replies=rates,
            delay_spread=rates,
        ),
    )
    def open(self, seed, behaviour):
        """A network of any kind that loses no receipt."""
        self.network = FakeTransport(seed, behaviour=behaviour)
        self.sent = 0
        self.accepted = {}
        self.rejected = set()
        self.doubted = set()
        self.failed = set()
        self.events = []
        self.before = self.network.clock()

    @rule(numbers=st.lists(people, max_size=8))
    def send(self, numbers):
        """A batch goes out, or the call raises."""
        batch = [
            Outbound(number, BODY, SENDER, f"k{self.sent + i}")
            for i, number in enumerate(numbers)
        ]
        self.sent += len(batch)
        try:
            outcomes = self.network.send(batch)
        except TransportError:
            self.failed |= {message.key for message in batch}
            return
        assert [o.key for o in outcomes] == [m.key for m in batch]
        for outcome in outcomes:
            match outcome:
                case Accepted(key, provider_id):
                    assert provider_id not in self.accepted.values()
                    self.accepted[key] = provider_id
                case Rejected(key):
                    self.rejected.add(key)
                case Uncertain(key):
                    self.doubted.add(key)

    @rule(failure=refusals, taken=st.booleans(), times=st.integers(1, 3))
    def order(self, failure, taken, times):
        """The next messages or calls fail."""
        taken = taken and not isinstance(failure, Rejection)
        self.network.fail_next(failure, times=times, taken=taken)

    @rule(
        number=people,
        answer=st.none() | st.just(Rejection.OTHER),
        end=st.sampled_from([s for s in DeliveryStatus if s.final]),
        reply=st.none() | st.just("STOP"),
    )
    def script(self, number, answer, end, reply):
        """One number does as told from now on."""
        self.network.script(number, answer=answer, delivery=end, reply=reply)

    @rule(minutes=st.floats(0, 4000))
    def wait(self, minutes):
        """Time goes by."""
        self.events += self.network.advance(minutes=minutes)

    @invariant()
    def the_clock_never_goes_back(self):
        """And no event is from the future."""
        now = self.network.clock()
        assert now >= self.before
        assert all(event.at <= now for event in self.events)
        self.before = now

    @invariant()
    def the_books_agree(self):
        """Accepted left, rejected did not, and nothing left twice."""
        truths = self.network.deliveries_by_key
        taken = Counter(m.key for m in self.network.accepted)
        assert set(taken) == set(truths)
        assert all(n == len(truths[key]) == 1 for key, n in taken.items())
        assert set(self.accepted) <= set(truths)
        assert not self.rejected & set(truths)
        assert set(truths) <= set(self.accepted) | self.doubted | self.failed
        assert sum(map(self.network.times_sent, PEOPLE)) == len(
            self.network.accepted
        )

    def teardown(self):
        """In the end each taken message has one truth, told by receipts."""
        if not hasattr(self, "network"):
            return
        self.events += self.network.drain()
        assert self.network.pending == 0
        told = defaultdict(set)
        for event in self.events:
            if isinstance(event, DeliveryReceipt) and event.status.final:
                told[event.provider_id].add(event.status)
        truths = {
            self.network.find(key).provider_id: set(ends)
            for key, ends in self.network.deliveries_by_key.items()
        }
        assert told == truths
        assert set(self.accepted.values()) <= set(told)
        known = set(truths)
        for event in self.events:
            if isinstance(event, Inbound):
                assert event.provider_id.replace("reply-", "") in known
            else:
                assert event.provider_id in known


TestNetwork = Network.TestCase
TestNetwork.__doc__ = "Every accepted message gets exactly one final truth."
TestNetwork.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None
)
