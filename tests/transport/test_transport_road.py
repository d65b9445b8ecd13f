"""The way out of a transport: long waits, several originators, pauses."""

import json
import math
from collections import Counter
from datetime import timedelta

import anyio
import pytest

from anonsms.errors import ConfigurationError, NeverLeftError
from anonsms.ledger.pacing import StorePaceBook
from anonsms.ledger.store.sqlite import SqliteStore
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    NotSent,
    Originator,
    Outbound,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.testing.clocks import frozen_clock
from anonsms.transport import (
    Capabilities,
    Cost,
    HttpRequest,
    HttpResponse,
    HttpTransport,
    Limit,
    MemoryPaceBook,
    Pace,
    waiting,
)
from rates import most_over


NUMBER = PhoneNumber.parse("+33 6 39 98 12 34")
SHOP, SLOW = (Originator.parse(name) for name in ("MaBoutique", "36123"))


class Simple(HttpTransport):
    """Groups of a size; a code in the answer may ask for a pause."""

    name = "simple"

    def __init__(self, client, pace=None, size=1, known_for=None):
        super().__init__(client=client, pace=pace)
        self.size = size
        self.known_for = known_for

    @property
    def capabilities(self):
        return Capabilities(batch_size=10_000, idempotent_for=self.known_for)

    def groups(self, batch):
        ends = range(0, len(batch), self.size)
        return (batch[start : start + self.size] for start in ends)

    def submit(self, group):
        keys = [each.key for each in group]
        answer = yield HttpRequest(
            "POST", "http://127.0.0.1:9/send", body=json.dumps(keys).encode()
        )
        pauses = answer.mapping().get("pauses", {})
        return [
            NotSent(key, "the provider said 21611", pauses[key])
            if key in pauses
            else Accepted(key, f"SM{key}")
            for key in keys
        ]


class Provider:
    """
    Notes when each request came.

    Attributes:
        starts: Moment and number of messages, of each request.
        pauses: Seconds it asks for, by key.
        tries: How often each key came.
        came: Set after the first request in a loop.
    """

    def __init__(self, pauses=(), status=200):
        self.starts = []
        self.pauses = dict(pauses)
        self.status = status
        self.tries = Counter()
        self.came = anyio.Event()

    async def __call__(self, request):
        self.came.set()
        return self.answer(request)

    def answer(self, request):
        keys = json.loads(request.body)
        self.tries.update(keys)
        self.starts.append((waiting.now(), len(keys)))
        asked = {key: self.pauses[key] for key in keys if key in self.pauses}
        status = self.status if asked else 200
        body = json.dumps({"pauses": asked}).encode()
        return HttpResponse(status, {}, body)


def messages(count, originator=SHOP, prefix=""):
    """So many texts of one part."""
    return [
        Outbound(NUMBER, MessageText("Bonjour"), originator, f"{prefix}{n}")
        for n in range(count)
    ]


@pytest.fixture
def clock():
    """A clock that only waits move."""
    with frozen_clock() as clock:
        yield clock


@pytest.fixture(params=["memory", "store"])
def books(request, tmp_path):
    """Two books that share their places: as of two processes."""
    if request.param == "memory":
        book = MemoryPaceBook()
        yield book, book
        return
    stores = [SqliteStore(tmp_path / "shop.db") for _ in range(2)]
    yield tuple(StorePaceBook(store) for store in stores)
    for store in stores:
        store.close()


# --- waits of more than a minute ------------------------------------------


LONG_WAITS = {
    # limits, texts of each sender, texts in a request, seconds for each
    "a hundred parts in a request": ({"parts": 1}, 400, 100, 100),
    "thirty requests an hour": ({"requests": Limit(30, "hour")}, 6, 1, 120),
    "of one originator": (
        {"requests_per_originator": Limit(30, "hour")},
        6,
        1,
        120,
    ),
    "of both, the account's slower": (
        {"requests": Limit(30, "hour"), "requests_per_originator": 1 / 50},
        6,
        1,
        120,
    ),
    "of both, the originator's slower": (
        {"requests": 1 / 70, "requests_per_originator": Limit(30, "hour")},
        6,
        1,
        120,
    ),
    "a big group": ({"parts": 10}, 3_000, 1_000, 100),
}


@pytest.mark.parametrize("case", LONG_WAITS)
def test_campaigns_get_through_at_the_rate(clock, books, case):
    """Two loops that sleep as they are told; no place is thrown away."""
    limits, count, size, seconds = LONG_WAITS[case]
    provider = Provider()
    senders = [
        Simple(provider.answer, Pace(account="main", book=b, **limits), size)
        for b in books
    ]
    waiting_for = {
        who: messages(count, prefix=f"{who}-") for who in range(len(senders))
    }
    wakes = dict.fromkeys(waiting_for, clock.now())
    began, calls = clock.now(), 0
    while wakes:
        who = min(wakes, key=wakes.get)
        clock.move(timedelta(seconds=max(wakes.pop(who) - clock.now(), 0)))
        outcomes = senders[who].send(waiting_for[who])
        calls += 1
        left = [each for each in outcomes if isinstance(each, NotSent)]
        assert all(each.retry_after is not None for each in left)
        keys = {each.key for each in left}
        waiting_for[who] = [m for m in waiting_for[who] if m.key in keys]
        if left:
            wait = min(each.retry_after for each in left)
            wakes[who] = clock.now() + wait
    requests = 2 * count // size
    assert set(provider.tries.values()) == {1}
    assert len(provider.starts) == requests
    # Each call got one through, or came second.
    assert calls <= 2 * requests + 2
    # At the rate: not faster, and hardly slower.
    assert clock.now() - began == pytest.approx(
        (requests - 1) * seconds, abs=seconds
    )
    starts = [(moment, seconds) for moment, _ in provider.starts]
    assert most_over(starts, seconds) <= 1e-3


def test_the_message_that_waits_too_long_says_how_long(clock):
    """Also the one that met the limit, not only those after it."""
    transport = Simple(Provider().answer, Pace(requests=Limit(30, "hour")))
    transport.send(messages(1))
    [outcome] = transport.send(messages(1, prefix="other"))
    assert outcome == NotSent(
        "other0",
        "not tried: the limits of the pace let it leave only later",
        pytest.approx(120),
    )


def test_a_flow_that_swallows_the_refusal_says_how_long_too(clock):
    """The transport cannot know it; whoever asked it can."""

    class Catching(Simple):
        def submit(self, group):
            try:
                return (yield from super().submit(group))
            except NeverLeftError as error:
                why = str(error)
            return [NotSent(each.key, why) for each in group]

    transport = Catching(Provider().answer, Pace(requests=Limit(30, "hour")))
    outcomes = transport.send(messages(3))
    assert isinstance(outcomes[0], Accepted)
    assert [each.retry_after for each in outcomes[1:]] == [120, 120]


# --- several originators ----------------------------------------------------


class Stuck(waiting.RealTime):
    """A time in which whoever sleeps does so for as long as it lasts."""

    async def sleep_async(self, seconds):
        await anyio.sleep_forever()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("in_flight", [1, 8])
def test_a_slow_originator_holds_up_no_other(backend, in_flight):
    """While its texts sleep, others sharing the transport leave."""
    provider = Provider()
    pace = Pace(
        requests=1e6,
        requests_per_originator={SLOW.text: 2},
        in_flight=in_flight,
    )

    async def story():
        transport = Simple(provider, pace)
        with waiting.another(Stuck()):
            async with anyio.create_task_group() as tasks:
                slow = messages(20, SLOW, "slow")
                tasks.start_soon(transport.send_async, slow)
                await provider.came.wait()
                outcomes = []
                for n in range(30):
                    outcomes += await transport.send_async(
                        messages(1, prefix=f"fast{n}-")
                    )
                tasks.cancel_scope.cancel()
        return outcomes

    outcomes = anyio.run(story, backend=backend)
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert sum(provider.tries.values()) == 31


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_look_up_does_not_wait_behind_parts(backend):
    """It has none."""
    provider = Provider()

    async def story():
        transport = Simple(provider, Pace(parts=1))
        with waiting.another(Stuck()):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(transport.send_async, messages(5))
                await provider.came.wait()
                flow = transport.submit(messages(1, prefix="look-up"))
                outcomes = await transport.perform_async(flow)
                tasks.cancel_scope.cancel()
        return outcomes

    [outcome] = anyio.run(story, backend=backend)
    assert isinstance(outcome, Accepted)


def mixed(count):
    """Texts of two originators in turn."""
    return [
        message
        for pair in zip(
            messages(count, SLOW, "slow"), messages(count), strict=True
        )
        for message in pair
    ]


@pytest.mark.parametrize("seconds", [600, 61])
def test_a_long_pause_of_one_originator_halts_no_other(clock, seconds):
    """Its texts come back with the time; the others are sent."""
    provider = Provider({f"slow{n}": seconds for n in range(50)})
    began = clock.now()
    outcomes = Simple(provider.answer).send(mixed(50))
    assert all(isinstance(each, NotSent) for each in outcomes[::2])
    assert all(isinstance(each, Accepted) for each in outcomes[1::2])
    assert all(each.retry_after >= seconds for each in outcomes[::2])
    assert sum(provider.tries[f"slow{n}"] for n in range(50)) == 1
    assert clock.now() - began < 1


def test_a_limit_of_one_originator_halts_no_other(clock):
    """The same if it is the shop's own limit that takes hours."""
    provider = Provider()
    slow = {SLOW.text: Limit(30, "hour")}
    transport = Simple(provider.answer, Pace(requests_per_originator=slow))
    outcomes = transport.send(mixed(50))
    kinds = [type(each) for each in outcomes[::2]]
    assert kinds == [Accepted] + [NotSent] * 49
    assert {each.retry_after for each in outcomes[2::2]} == {120}
    assert all(isinstance(each, Accepted) for each in outcomes[1::2])


def test_a_short_pause_of_one_originator_is_waited_for(clock):
    """Its texts leave after it, and all are accepted."""
    provider = Provider({"slow3": 7})
    answer = provider.answer

    def once(request):
        response = answer(request)
        provider.pauses.clear() if provider.tries["slow3"] else None
        return response

    outcomes = Simple(once).send(mixed(10))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert provider.tries["slow3"] == 2
    assert set(provider.tries.values()) == {1, 2}


def test_a_pause_about_one_message_holds_nobody(clock):
    """If others of the same answer were accepted, nobody slows down."""
    provider = Provider({"3": 40})
    began = clock.now()
    outcomes = Simple(provider.answer, size=10).send(messages(30))
    assert sum(isinstance(each, Accepted) for each in outcomes) == 29
    assert provider.starts[:3] == [(began, 10)] * 3
    # The one is tried again, by itself, after what was asked for it.
    moment, size = provider.starts[3]
    assert (size, moment >= began + 40) == (1, True)


@pytest.mark.parametrize(
    ("status", "held"), [(429, True), (503, True), (400, False)]
)
def test_a_complaint_without_the_header_is_the_accounts(clock, status, held):
    """If the transport reads the pause elsewhere, all of it waits."""
    provider = Provider({"slow0": 600}, status)
    outcomes = Simple(provider.answer).send(mixed(5))
    left = sum(isinstance(each, NotSent) for each in outcomes)
    assert left == (10 if held else 5)
    assert (
        min(each.retry_after for each in outcomes if isinstance(each, NotSent))
        >= 600
    )


# --- what a transport is given, and what breaks in it ------------------


def test_what_breaks_before_it_asks_never_left(clock):
    """It may be sent again; what broke after it is in doubt."""

    class Odd(Simple):
        def submit(self, group):
            if group[0].key == "1":
                raise KeyError(group[0].number.reveal())
            if group[0].key == "3":
                return []
            outcomes = yield from super().submit(group)
            if group[0].key == "2":
                raise KeyError(group[0].number.reveal())
            return outcomes

    outcomes = anyio.run(Odd(Provider()).send_async, messages(20))
    kinds = [type(each) for each in outcomes[:5]]
    assert kinds == [Accepted, NotSent, Uncertain, NotSent, Accepted]
    assert sum(isinstance(each, Accepted) for each in outcomes) == 17
    assert outcomes[1].why == "the transport broke with KeyError"


@pytest.mark.parametrize(
    "options",
    [
        {"pace": 100},
        {"pace": Limit(100)},
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": None},
        {"timeout": True},
        {"timeout": "30"},
        {"timeout": math.inf},
        {"timeout": math.nan},
    ],
)
def test_settings_are_checked_at_once(options):
    """Else each message would fail by itself, much later."""

    class Settings(Simple):
        def __init__(self, **given):
            HttpTransport.__init__(self, **given)

    with pytest.raises(ConfigurationError, match=r"pace=Pace|above 0"):
        Settings(**options)


def test_a_refusal_costs_no_second_doubt(clock):
    """What was tried once keeps the words of that try."""

    class Doubting(Simple):
        """As a transport does that remembers what is in doubt."""

        def submit(self, group):
            try:
                yield HttpRequest("POST", "http://127.0.0.1:9/send")
            except NeverLeftError as error:
                why = str(error)
            else:
                why = "HTTP 500"
            return [Uncertain(each.key, why) for each in group]

    pace = Pace(requests=Limit(30, "hour"))
    transport = Doubting(
        lambda request: HttpResponse(500),
        pace,
        known_for=timedelta(hours=24),
    )
    [outcome] = transport.send(messages(1))
    assert outcome == Uncertain("0", "HTTP 500")


def test_costs_of_originators_stay_hidden():
    """An originator may be a number."""
    assert "36123" not in repr(Cost(SLOW.text))
