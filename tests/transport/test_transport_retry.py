"""What never left is handed over again, and nothing else ever is."""

import logging
from decimal import Decimal

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import LostAnswerError, NeverLeftError, TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    NotSent,
    Originator,
    Outbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.testing.clocks import no_waiting
from anonsms.transport.ownloop import at_once
from anonsms.transport.retry import repeat


SHOP = Originator.parse("MaBoutique")


def messages(count):
    """So many messages to people who do not exist."""
    return [
        Outbound(
            PhoneNumber.parse(f"+33 6 39 98 12 {n:02d}"),
            MessageText("Votre colis est prêt."),
            SHOP,
            f"key{n}",
        )
        for n in range(count)
    ]


def outcome(what, key):
    """An outcome by its first letter."""
    return {
        "a": Accepted(key, f"id-{key}", 1, Decimal("0.05"), "EUR"),
        "r": Rejected(key, Rejection.BAD_NUMBER),
        "m": Rejected(key, Rejection.MONEY),
        "s": Rejected(key, Rejection.ACCOUNT, account_wide=True),
        "u": Uncertain(key, "read timed out"),
        "n": NotSent(key, "connection refused"),
    }[what]


class Provider:
    """Answers each message with the outcomes that are planned for it."""

    def __init__(self, plan):
        self.plan = {f"key{n}": list(each) for n, each in enumerate(plan)}
        self.tries = []
        self.waits = []
        self.now = 1_000.0

    def attempt(self, group):
        self.tries.append([each.key for each in group])
        planned = [self.plan[each.key].pop(0) for each in group]
        for each in planned:
            if isinstance(each, Exception):
                raise each
        return [
            outcome(what, each.key)
            for what, each in zip(planned, group, strict=True)
        ][::-1]  # matched by key, not by place

    def sleep(self, seconds):
        self.waits.append(round(seconds, 6))
        self.now += seconds

    def clock(self):
        return self.now

    def run(self, kind="sync", **options):
        group = messages(len(self.plan))
        options = {"clock": self.clock, "jitter": lambda: 0.5, **options}
        pause = kind != "sync"

        async def attempt(group):
            if pause:
                await anyio.lowlevel.checkpoint()
            return self.attempt(group)

        async def sleep(seconds):
            self.sleep(seconds)

        async def story():
            return await repeat(attempt, group, sleep=sleep, **options)

        return anyio.run(story, backend=kind) if pause else at_once(story())


@pytest.fixture(params=["sync", "asyncio", "trio"])
def kind(request):
    """In the two loops, and in none, as for a sync client."""
    return request.param


def test_only_what_never_left_is_repeated(kind):
    """Of one request, the messages that ask for it; others keep theirs."""
    provider = Provider(["a", "nna", "r", "u", "nr"])
    outcomes = provider.run(kind)
    assert provider.tries == [
        ["key0", "key1", "key2", "key3", "key4"],
        ["key1", "key4"],
        ["key1"],
    ]
    assert outcomes == [
        outcome(what, f"key{n}") for n, what in enumerate("aarur")
    ]


def test_waits_grow_with_full_jitter(kind):
    """Half of 0.1 s, 0.2 s, 0.4 s… where chance says one half."""
    provider = Provider(["n" * 9])
    assert provider.run(kind, tries=5) == [outcome("n", "key0")]
    assert provider.waits == [0.05, 0.1, 0.2, 0.4]
    patient = Provider(["n" * 20])
    patient.run(kind, tries=20, within=3_600)
    assert patient.waits[-2:] == [15, 15]
    assert max(patient.waits) == 15


def test_what_the_provider_asks_for_is_waited(kind):
    """At least the longest Retry-After, and chance on top."""
    provider = Provider(["na", "na"])
    tries = []

    def attempt(group):
        came = Provider.attempt(provider, group)
        tries.append(len(came))
        if len(tries) > 1:
            return came
        return [
            NotSent(each.key, "too many requests", float(n))
            for n, each in enumerate(came, start=3)
        ]

    provider.attempt = attempt
    assert all(isinstance(each, Accepted) for each in provider.run(kind))
    assert provider.waits == [4.05]


def test_it_ends_in_time(kind):
    """No try begins after the time is over; the last outcome stands."""
    provider = Provider(["n" * 9])
    assert provider.run(kind, tries=9, within=0.5) == [outcome("n", "key0")]
    assert provider.waits == [0.05, 0.1, 0.2]


def test_a_message_without_an_outcome_is_in_doubt(kind):
    """A provider that forgets one is not asked again for it."""
    provider = Provider(["a", "a"])
    first = provider.attempt
    provider.attempt = lambda group: first(group)[1:]
    assert provider.run(kind) == [
        outcome("a", "key0"),
        Uncertain("key1", "no outcome"),
    ]
    assert len(provider.tries) == 1


def test_doubt_stays_if_a_repeat_tells_nothing(kind):
    """Uncertain, then refused connections: it may have arrived at first."""
    provider = Provider(["unnnn", "uns", "ur", "nua", "um"])
    outcomes = provider.run(
        kind, again=lambda o: isinstance(o, NotSent | Uncertain)
    )
    assert [type(each) for each in outcomes] == [
        Uncertain,
        Uncertain,
        Rejected,
        Accepted,
        Uncertain,
    ]


def test_the_first_doubt_keeps_its_words(kind):
    """A later try that was in doubt as well knows less of what happened."""
    provider = Provider(["u", "u"])
    tries = []

    def attempt(group):
        tries.append(len(group))
        return [Uncertain(each.key, f"try {len(tries)}") for each in group]

    provider.attempt = attempt
    outcomes = provider.run(kind, again=lambda o: True, tries=3)
    assert tries == [2, 2, 2]
    assert {each.why for each in outcomes} == {"try 1"}


def test_an_error_at_first_is_raised(kind):
    """The account cannot send, and nothing of the batch has left."""
    provider = Provider([[TransportError("Account stopped.")], "a"])
    with pytest.raises(TransportError, match="Account stopped"):
        provider.run(kind)
    assert len(provider.tries) == 1


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (TransportError, NotSent),
        (NeverLeftError, NotSent),
        (LostAnswerError, Uncertain),
    ],
)
def test_an_error_later_on_keeps_what_is_settled(kind, error, left):
    """What was accepted stays so; only the rest bears the error."""
    provider = Provider(["a", ["n", error("out of order")]])
    assert provider.run(kind) == [
        outcome("a", "key0"),
        left("key1", "out of order"),
    ]


def test_a_fault_of_ours_is_not_repeated(kind):
    """Any other exception comes out as it is."""
    provider = Provider([[ValueError("a bug"), "a"]])
    with pytest.raises(ValueError, match="a bug"):
        provider.run(kind)
    assert len(provider.tries) == 1


def test_the_log_has_counts_and_no_person(caplog):
    """One line before each repeat: which try, how many, why."""
    provider = Provider(["a", "na", "na"])
    with caplog.at_level(logging.DEBUG):
        provider.run()
    assert [
        each.getMessage()
        for each in caplog.records
        if each.name == "anonsms.transport"
    ] == [
        "Try 1 of 5: 2 of 3 messages to repeat in 0.1 s (connection refused)"
    ]
    assert "3998" not in caplog.text
    assert "colis" not in caplog.text


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_repeat_can_be_cancelled(backend):
    """While it waits for the next try."""

    async def attempt(group):
        return [NotSent(each.key, "refused", 60.0) for each in group]

    async def story():
        with anyio.move_on_after(0.02) as scope:
            await repeat(attempt, messages(2))
        assert scope.cancelled_caught

    anyio.run(story, backend=backend)


def test_it_waits_at_the_one_door():
    """Without a sleep passed in, a test's `no_waiting` is heeded."""
    provider = Provider(["nna"])

    async def attempt(group):
        return provider.attempt(group)

    with no_waiting() as waits:
        [came] = anyio.run(repeat, attempt, messages(1))
    assert isinstance(came, Accepted)
    assert waits.count == 2


PLANS = st.lists(
    st.text("aruns", min_size=9, max_size=9), min_size=1, max_size=6
)


@given(plans=PLANS, tries=st.integers(1, 6))
def test_nothing_that_may_have_left_is_tried_again(plans, tries):
    """Whatever happens: each message until its first settled outcome."""
    provider = Provider(plans)
    outcomes = provider.run(tries=tries)
    for n, (plan, came) in enumerate(zip(plans, outcomes, strict=True)):
        refused = len(plan) - len(plan.lstrip("n"))
        expected = min(refused + 1, tries)
        assert sum(f"key{n}" in each for each in provider.tries) == expected
        assert came == outcome(plan[expected - 1], f"key{n}")
