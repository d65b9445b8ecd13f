"""The engine of HTTP transports: from a batch to its outcomes."""

import asyncio
import gc
import json
import multiprocessing
import threading
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import anyio
import httpx
import pytest
from anyio.lowlevel import checkpoint

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
)
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
from anonsms.parts import measure
from anonsms.phone import PhoneNumber
from anonsms.transport import (
    Capabilities,
    HttpRequest,
    HttpResponse,
    HttpTransport,
    Pace,
    waiting,
)
from scripted_server import ScriptedServer


NUMBER = PhoneNumber.parse("+33 6 39 98 12 34")
SHOP = Originator.parse("MaBoutique")
WAYS = ["send", "asyncio", "trio"]


class Simple(HttpTransport):
    """One message per request; the provider's word decides."""

    name = "simple"
    size = 1
    known_for = None

    def __init__(self, url="http://127.0.0.1:9", **options):
        super().__init__(**options)
        self.url = url

    @property
    def capabilities(self):
        return Capabilities(batch_size=10_000, idempotent_for=self.known_for)

    def groups(self, batch):
        ends = range(0, len(batch), self.size)
        return (batch[start : start + self.size] for start in ends)

    def submit(self, group):
        answer = yield HttpRequest(
            "POST",
            f"{self.url}/send",
            body=json.dumps(
                {
                    "keys": [each.key for each in group],
                    "to": [each.number.reveal() for each in group],
                }
            ).encode(),
        )
        return [self.read(each, answer) for each in group]

    def read(self, message, answer):
        if answer.status == 429:
            now = answer.retry_after(message_time())
            return NotSent(message.key, "too many requests", now)
        if answer.status >= 500:
            return Uncertain(message.key, "server error")
        if answer.status == 402:
            return Rejected(
                message.key, Rejection.MONEY, "402", account_wide=True
            )
        if answer.status >= 400:
            return Rejected(message.key, Rejection.BAD_NUMBER, "400")
        return Accepted(message.key, f"SM{message.key}")


def message_time():
    """Any aware time: the tests ask for seconds."""
    return datetime(2026, 1, 1, tzinfo=UTC)


class Provider:
    """
    An async exchange in memory that answers as it is told.

    Attributes:
        script: What to do with the n-th request for a key; then 200.
        tries: How often each key came.
        most: How many requests were under way at once.
    """

    def __init__(self, script=None, pauses=3):
        self.script = script or {}
        self.pauses = pauses
        self.tries = Counter()
        self.order = []
        self.under_way = self.most = 0

    async def __call__(self, request):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(self.pauses):
            await checkpoint()
        self.under_way -= 1
        return self.answer(request)

    def answer(self, request):
        """What it says, at once."""
        keys = json.loads(request.body)["keys"]
        said = 200
        for key in keys:
            self.order.append(key)
            said = self._said(key, said)
            self.tries[key] += 1
        if isinstance(said, type):
            raise said("gone")
        status, headers = said if isinstance(said, tuple) else (said, {})
        return HttpResponse(status, headers)

    def _said(self, key, said):
        steps = self.script.get(key, ())
        nth = self.tries[key]
        return steps[nth] if nth < len(steps) else said


class NoTime:
    """A time in which waiting takes none."""

    def __init__(self):
        self.slept = []
        self.at = 1_800_000_000.0

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += seconds

    async def sleep_async(self, seconds):
        self.sleep(seconds)
        await checkpoint()


@pytest.fixture
def time():
    """A time of its own, in which nobody waits."""
    time = NoTime()
    with waiting.another(time):
        yield time


def message(key):
    """One message."""
    return Outbound(NUMBER, MessageText(f"Bonjour {key}"), SHOP, str(key))


def messages(count):
    """So many messages, with keys from 0."""
    return [message(n) for n in range(count)]


def sent(transport, batch, how="asyncio"):
    """Hand over a batch, and close what was opened for it."""
    if how == "send":
        with transport:
            return transport.send(batch)

    async def run():
        async with transport:
            return await transport.send_async(batch)

    return anyio.run(run, backend=how)


ASYNC = pytest.mark.parametrize("how", ["asyncio", "trio"])


# --- order, numbers, memory ------------------------------------------------


@ASYNC
def test_ten_thousand_keep_their_order_and_the_window(how):
    """Each message has its outcome in its place; never too many at once."""
    provider = Provider()
    transport = Simple(client=provider, pace=Pace(in_flight=17))
    batch = messages(10_000)
    outcomes = sent(transport, batch, how)
    assert [each.key for each in outcomes] == [each.key for each in batch]
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert provider.most == 17
    assert set(provider.tries.values()) == {1}


def test_memory_does_not_grow_with_what_is_waiting():
    """Requests are made when their turn comes, and let go after it."""

    class Tall(Simple):
        def submit(self, group):
            answer = yield HttpRequest("POST", self.url, body=bytes(10_000))
            return [self.read(each, answer) for each in group]

    async def answer(request):
        await checkpoint()
        return HttpResponse(200, {}, bytes(10_000))

    batch = messages(3_000)
    transport = Tall(client=answer, pace=Pace(in_flight=10))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        sent(transport, batch)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000  # all bodies together have 60 MB


@ASYNC
def test_the_window_may_change_on_the_way(how):
    """A complaint halves what is under way, from then on."""

    class Watching(Provider):
        def __init__(self, pace):
            super().__init__()
            self.pace = pace
            self.too_many = 0

        async def __call__(self, request):
            self.too_many += self.under_way + 1 > self.pace.in_flight
            return await super().__call__(request)

    class Narrowing(Pace):
        allowed = 20

        @property
        def in_flight(self):
            return self.allowed

        def answered(self):
            super().answered()
            self.allowed = max(self.allowed - 1, 2)

    pace = Narrowing(in_flight=20)
    provider = Watching(pace)
    outcomes = sent(Simple(client=provider, pace=pace), messages(300), how)
    assert all(isinstance(each, Accepted) for each in outcomes)
    # Those that were under way when it narrowed come to their end.
    assert provider.most == 20
    assert provider.too_many == 0


def test_two_calls_share_the_window():
    """What is under way is counted for the transport, not for the call."""
    provider = Provider()
    transport = Simple(client=provider, pace=Pace(in_flight=5))

    async def run():
        async with anyio.create_task_group() as crew:
            for start in range(0, 400, 100):
                batch = [message(start + n) for n in range(100)]
                crew.start_soon(transport.send_async, batch)

    asyncio.run(run())
    assert provider.most == 5
    assert sum(provider.tries.values()) == 400


def test_an_empty_batch_asks_nothing():
    """No messages, no outcomes, no thread."""
    transport = Simple()
    assert transport.send([]) == []
    assert transport._own is None


def test_groups_share_a_request():
    """Outcomes of groups come back in the order of the batch."""
    provider = Provider()
    transport = Simple(client=provider)
    transport.size = 30
    batch = messages(100)
    outcomes = sent(transport, batch)
    assert [each.key for each in outcomes] == [each.key for each in batch]


def test_two_messages_with_one_key_are_refused():
    """Outcomes are matched by key, so that keys are unique."""
    provider = Provider()
    with pytest.raises(ConfigurationError, match="same key"):
        sent(Simple(client=provider), [message(1), message(1)])
    assert not provider.tries


# --- what goes wrong ---------------------------------------------------------


@ASYNC
def test_what_never_left_is_repeated(time, how):
    """Only the messages that did not leave go again, one after another."""
    provider = Provider({"3": [NeverLeftError, 429], "7": [429]})
    outcomes = sent(Simple(client=provider), messages(10), how)
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert provider.tries["3"] == 3
    assert provider.tries["7"] == 2
    assert sum(provider.tries.values()) == 13


@ASYNC
@pytest.mark.parametrize("failure", [LostAnswerError, 500, ValueError])
def test_what_may_have_left_is_not_repeated(time, how, failure):
    """A lost answer is uncertain, and goes no second time."""
    provider = Provider({"3": [failure]})
    outcomes = sent(Simple(client=provider), messages(10), how)
    assert isinstance(outcomes[3], Uncertain)
    assert set(provider.tries.values()) == {1}


def test_a_provider_that_knows_keys_is_asked_again(time):
    """Where a repeat is safe, what is uncertain is settled by it."""
    provider = Provider({"3": [LostAnswerError], "4": [500, NeverLeftError]})
    transport = Simple(client=provider)
    transport.known_for = timedelta(hours=24)
    outcomes = sent(transport, messages(6))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert provider.tries["4"] == 3


def test_a_doubt_outlives_a_repeat_that_never_left(time):
    """That the repeat did not leave says nothing of the first try."""
    provider = Provider({"3": [LostAnswerError] + [NeverLeftError] * 9})
    transport = Simple(client=provider)
    transport.known_for = timedelta(hours=24)
    outcomes = sent(transport, messages(5))
    assert isinstance(outcomes[3], Uncertain)
    assert 1 < provider.tries["3"] < 9


def test_repeats_end_long_before_the_key_is_forgotten(time):
    """With a window of a minute, no repeat begins after half of it."""
    soon = (429, {"retry-after": "20"})
    provider = Provider({"0": [LostAnswerError, soon, soon, soon, soon]})
    transport = Simple(client=provider)
    transport.known_for = timedelta(minutes=1)
    began = time.now()
    sent(transport, messages(1))
    assert time.now() - began < 60
    assert provider.tries["0"] < 5


@ASYNC
def test_a_refused_account_stops_the_run(how):
    """Nothing new is begun; what was not says so and is not repeated."""
    provider = Provider({"5": [402]})
    transport = Simple(client=provider, pace=Pace(in_flight=4))
    outcomes = sent(transport, messages(1_000), how)
    assert outcomes[5].account_wide
    untried = [each for each in outcomes if isinstance(each, NotSent)]
    assert len(untried) + len(provider.tries) == 1_000
    assert len(provider.tries) < 20
    assert {each.why for each in untried} == {
        "not tried: the account is refused (money)"
    }
    began = {each.key for each in outcomes if not isinstance(each, NotSent)}
    assert began == set(provider.tries)


def test_one_bad_number_never_stops_the_run():
    """A refusal of one message is its own."""
    provider = Provider({"500": [400]})
    outcomes = sent(Simple(client=provider), messages(1_000))
    assert isinstance(outcomes[500], Rejected)
    assert sum(isinstance(each, Accepted) for each in outcomes) == 999


@ASYNC
def test_a_dead_provider_is_left_alone(time, how):
    """Once the breaker opens, the rest is not tried."""
    provider = Provider({str(n): [NeverLeftError] * 9 for n in range(1_000)})
    transport = Simple(client=provider, pace=Pace(in_flight=4))
    outcomes = sent(transport, messages(1_000), how)
    assert all(isinstance(each, NotSent) for each in outcomes)
    assert sum(provider.tries.values()) < 50
    assert outcomes[-1].why == "not tried: the provider does not answer"
    assert outcomes[-1].retry_after > 0


def test_a_short_pause_is_waited_for(time):
    """Retry-After holds up everything, and then all goes on."""
    provider = Provider({"2": [(429, {"retry-after": "7"})]})
    began = time.now()
    transport = Simple(client=provider, pace=Pace(in_flight=1))
    outcomes = sent(transport, messages(50))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert time.now() - began >= 7
    assert provider.order[:3] == ["0", "1", "2"]


def test_a_long_pause_is_the_callers(time):
    """What would wait for minutes is handed back, with the time."""
    provider = Provider({"2": [(429, {"retry-after": "600"})]})
    transport = Simple(client=provider, pace=Pace(in_flight=1))
    outcomes = sent(transport, messages(50))
    assert sum(isinstance(each, Accepted) for each in outcomes) == 2
    assert all(isinstance(each, NotSent) for each in outcomes[2:])
    assert outcomes[-1].why == "not tried: the provider asked for a pause"
    assert outcomes[-1].retry_after >= 500
    assert sum(provider.tries.values()) == 3


def test_requests_leave_at_the_rate(time):
    """A limit of ten a second takes ten seconds for a hundred."""
    pace = Pace(requests=10, in_flight=30)
    began = time.now()
    outcomes = sent(Simple(client=Provider(), pace=pace), messages(100))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert 8 <= time.now() - began <= 11


@pytest.mark.parametrize("counted", [True, False])
def test_parts_are_counted_only_where_they_matter(monkeypatch, counted):
    """Without a limit in parts nobody measures texts."""
    calls = []
    monkeypatch.setattr(
        "anonsms.transport.delivery.measure",
        lambda text: calls.append(1) or measure(text),
    )
    pace = Pace(parts=10_000) if counted else Pace()
    sent(Simple(client=Provider(), pace=pace), messages(5))
    assert len(calls) == (5 if counted else 0)


class Strange(Simple):
    """Another's transport, with a fault of its own."""

    def __init__(self, fault, **options):
        super().__init__(**options)
        self.fault = fault

    def submit(self, group):
        outcomes = yield from super().submit(group)
        if group[0].key != "2":
            return outcomes
        if self.fault == "forgets":
            return []
        if self.fault == "rambles":
            return [None, 7, Accepted("nobody", "SM")]
        if self.fault == "says nothing":
            return None
        raise KeyError(group[0].number.reveal())


@pytest.mark.parametrize(
    "fault", ["forgets", "rambles", "says nothing", "breaks"]
)
def test_a_strangers_fault_is_an_uncertain_message(fault):
    """The message that it was about is in doubt; the others are not."""
    provider = Provider()
    outcomes = sent(Strange(fault, client=provider), messages(5))
    assert isinstance(outcomes[2], Uncertain)
    assert sum(isinstance(each, Accepted) for each in outcomes) == 4
    assert "39981234" not in outcomes[2].why
    if fault == "breaks":
        assert outcomes[2].why == "the transport broke with KeyError"


def test_grouping_that_breaks_sends_nothing_twice():
    """Messages in no group are not tried, those in two go once."""

    class Careless(Simple):
        def groups(self, batch):
            yield batch[:2]
            yield [*batch[1:3], message("stranger")]
            raise LookupError(batch[0].number.reveal())

    provider = Provider()
    outcomes = sent(Careless(client=provider), messages(5))
    kinds = [type(each) for each in outcomes]
    assert kinds == [Accepted, Accepted, Accepted, NotSent, NotSent]
    assert "LookupError" in outcomes[4].why
    assert provider.tries == {"0": 1, "1": 1, "2": 1}


def test_a_text_that_cannot_be_counted_stops_nothing(time):
    """One text that no encoding has never left; the others are sent."""
    batch = messages(5)
    odd = Outbound(NUMBER, MessageText("\ud800"), SHOP, "odd")
    pace = Pace(parts=10_000)
    outcomes = sent(Simple(client=Provider(), pace=pace), [odd, *batch])
    assert isinstance(outcomes[0], NotSent)
    assert all(isinstance(each, Accepted) for each in outcomes[1:])


@pytest.mark.parametrize("kind", [LookupError, ConfigurationError])
def test_grouping_that_cannot_begin_sends_nothing(kind):
    """Broken code leaves all untried; a wrong set-up is raised."""

    class Broken(Simple):
        def groups(self, batch):
            raise kind("no")

    provider = Provider()
    if kind is ConfigurationError:
        with pytest.raises(ConfigurationError, match="no"):
            sent(Broken(client=provider), messages(5))
    else:
        outcomes = sent(Broken(client=provider), messages(5))
        assert all(isinstance(each, NotSent) for each in outcomes)
    assert not provider.tries


def test_wrong_settings_are_the_callers_fault():
    """Nothing left: a set-up that is wrong is raised, not swallowed."""

    class Unready(Simple):
        def submit(self, group):
            raise ConfigurationError("Give the transport its token.")
            yield

    with pytest.raises(ConfigurationError, match="its token"):
        sent(Unready(client=Provider()), messages(5))


def test_a_client_that_breaks_is_a_lost_answer():
    """A caller's function may raise anything; only its type is told."""

    async def broken(request):
        raise LookupError(NUMBER.reveal())

    (outcome,) = sent(Simple(client=broken), messages(1))
    assert outcome.why == "the client broke with LookupError"


# --- sync, threads, loops, forks ---------------------------------------


@pytest.mark.parametrize("how", WAYS)
def test_over_real_connections(how):
    """The default client, in sync code, asyncio and trio."""
    with ScriptedServer(delay=0.005) as server:
        transport = Simple(server.url, pace=Pace(in_flight=8))
        outcomes = sent(transport, messages(100), how)
        assert len(server.requests) == 100
        assert 1 < server.most <= 8
        assert server.connections <= 8
    assert [each.key for each in outcomes] == [str(n) for n in range(100)]
    assert all(isinstance(each, Accepted) for each in outcomes)


@pytest.mark.parametrize("how", WAYS)
def test_every_failure_of_a_real_server_has_its_outcome(how):
    """Lost answers are uncertain, complaints repeated; none goes twice."""
    orders = ["reset late", "half", "broken", "error", "too many, soon"]
    with ScriptedServer(*orders) as server:
        transport = Simple(server.url, pace=Pace(in_flight=1))
        outcomes = sent(transport, messages(8), how)
        assert len(server.requests) == 9
    kinds = [type(each) for each in outcomes]
    assert kinds == [Uncertain] * 4 + [Accepted] * 4


def test_connections_live_as_long_as_the_transport():
    """Calls one after another share one connection."""
    with ScriptedServer() as server:
        with Simple(server.url) as transport:
            for n in range(5):
                transport.send([message(n)])
        assert server.connections == 1


def test_inside_a_running_loop():
    """Sync sending works where a loop is running, as in Jupyter."""

    async def cell(url):
        with Simple(url) as transport:
            return transport.send(messages(3))

    with ScriptedServer() as server:
        outcomes = asyncio.run(cell(server.url))
    assert all(isinstance(each, Accepted) for each in outcomes)


def test_from_several_threads():
    """Threads share the transport, its window and its connections."""
    with ScriptedServer(delay=0.002) as server:
        transport = Simple(server.url, pace=Pace(in_flight=4))
        with transport, ThreadPoolExecutor(8) as pool:
            batches = [
                [message(f"{n}-{m}") for m in range(20)] for n in range(8)
            ]
            results = list(pool.map(transport.send, batches))
        assert server.most <= 4
        assert server.connections <= 4
    for batch, outcomes in zip(batches, results, strict=True):
        assert [each.key for each in outcomes] == [m.key for m in batch]
        assert all(isinstance(each, Accepted) for each in outcomes)


def _sent_in_child(transport, pipe):
    outcomes = transport.send(messages(3))
    transport.close()
    pipe.send([type(each).__name__ for each in outcomes])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork():
    """A child has a thread and connections of its own; so has the parent."""
    context = multiprocessing.get_context("fork")
    one = Pace(in_flight=1)
    with (
        ScriptedServer() as server,
        Simple(server.url, pace=one) as transport,
    ):
        transport.send(messages(3))
        ours, theirs = context.Pipe()
        child = context.Process(
            target=_sent_in_child, args=(transport, theirs)
        )
        child.start()
        assert ours.poll(20)
        assert ours.recv() == ["Accepted"] * 3
        child.join(20)
        assert child.exitcode == 0
        after = transport.send(messages(3))
        assert all(isinstance(each, Accepted) for each in after)
        assert server.connections == 2


def test_a_forgotten_transport_ends_its_thread():
    """Whoever does not close it loses no thread and no connection."""
    with ScriptedServer() as server:
        transport = Simple(server.url)
        transport.send(messages(2))
        thread = transport._own._thread
        del transport
        gc.collect()
        thread.join(5)
    assert not thread.is_alive()


def test_closing_ends_the_thread_and_may_be_done_twice():
    """After close, the transport opens anew when it is used."""
    with ScriptedServer() as server:
        transport = Simple(server.url)
        transport.send(messages(1))
        thread = transport._own._thread
        transport.close()
        transport.close()
        assert not thread.is_alive()
        assert isinstance(transport.send(messages(1))[0], Accepted)
        transport.close()


def test_closing_while_sending_is_no_outcome():
    """Nobody knows what became of it: an error that settles nothing."""
    with ScriptedServer("silent") as server:
        transport = Simple(server.url)
        caught = []

        def send():
            with pytest.raises(RuntimeError, match="was closed") as error:
                transport.send(messages(1))
            caught.append(error)

        thread = threading.Thread(target=send)
        thread.start()
        while not server.requests:
            threading.Event().wait(0.005)
        transport.close()
        thread.join(5)
    assert caught


def test_a_flow_cannot_wait_for_its_own_thread():
    """A deadlock is an error that says what to do instead."""

    class Reentrant(Simple):
        def submit(self, group):
            self.perform(super().submit(group))
            return []
            yield

    with (
        Reentrant() as transport,
        pytest.raises(ConfigurationError, match="Yield the request"),
    ):
        transport.send(messages(1))


# --- the caller's own client --------------------------------------------


def test_a_sync_client_is_used_on_the_calling_thread(time):
    """One request after another, in order, with repeats and halts."""
    provider = Provider({"1": [NeverLeftError], "6": [402]})
    threads = set()

    def exchange(request):
        threads.add(threading.get_ident())
        return provider.answer(request)

    transport = Simple(client=exchange, pace=Pace(requests=100))
    outcomes = transport.send(messages(10))
    assert threads == {threading.get_ident()}
    assert provider.order == [str(n) for n in range(7)]
    assert isinstance(outcomes[1], NotSent)
    assert isinstance(outcomes[2], Accepted)
    assert isinstance(outcomes[9], NotSent)
    assert transport._own is None


def test_a_sync_client_may_be_awaited():
    """Then it runs in worker threads, within the window."""
    seen = set()

    def exchange(request):
        seen.add(threading.get_ident())
        return HttpResponse(200)

    transport = Simple(client=exchange, pace=Pace(in_flight=3))
    outcomes = sent(transport, messages(20))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert threading.get_ident() not in seen


def test_an_async_client_is_for_async_methods():
    """Sync methods say so, before anything leaves."""
    provider = Provider()
    transport = Simple(client=provider)
    with pytest.raises(ConfigurationError, match="async client"):
        transport.send(messages(1))
    with pytest.raises(ConfigurationError, match="async client"):
        transport.perform(transport.submit(messages(1)))
    assert not provider.tries


def test_what_is_no_client_is_refused_at_once():
    """A client of the wrong kind is told at construction."""
    with pytest.raises(ConfigurationError, match=r"httpx\.AsyncClient"):
        Simple(client="https://example.org")


@pytest.mark.parametrize("how", ["send", "asyncio"])
def test_a_client_of_httpx_stays_open(how):
    """It is used as it is, and never closed."""
    with ScriptedServer() as server, httpx.Client(trust_env=False) as client:
        outcomes = sent(Simple(server.url, client=client), messages(5), how)
        assert not client.is_closed
    assert all(isinstance(each, Accepted) for each in outcomes)


@ASYNC
def test_an_async_client_of_httpx_stays_open(how):
    """It is used in the caller's loop, and never closed."""

    async def run(url):
        async with httpx.AsyncClient(trust_env=False) as client:
            async with Simple(url, client=client) as transport:
                outcomes = await transport.send_async(messages(5))
            return outcomes, client.is_closed

    with ScriptedServer() as server:
        outcomes, closed = anyio.run(run, server.url, backend=how)
    assert not closed
    assert all(isinstance(each, Accepted) for each in outcomes)


# --- single flows ------------------------------------------------------------


def look_up(url):
    """A flow that sends nothing."""
    answer = yield HttpRequest("GET", f"{url}/look-up")
    return answer.status


def test_a_flow_is_performed_in_sync_code():
    """The result of the flow, over the transport's own connections."""
    with ScriptedServer("created") as server, Simple(server.url) as transport:
        assert transport.perform(look_up(server.url)) == 201


@ASYNC
def test_a_flow_is_performed_in_async_code(how):
    """The same, awaited."""

    async def run(url):
        async with Simple(url) as transport:
            return await transport.perform_async(look_up(url))

    with ScriptedServer("created") as server:
        assert anyio.run(run, server.url, backend=how) == 201


def test_what_a_flow_lets_pass_is_raised():
    """A look-up without an answer is the caller's to decide about."""
    with (
        ScriptedServer("reset late") as server,
        Simple(server.url) as transport,
        pytest.raises(LostAnswerError),
    ):
        transport.perform(look_up(server.url))


def test_an_open_breaker_holds_up_flows_too(time):
    """A provider that does not answer is not asked for lists either."""
    provider = Provider({str(n): [NeverLeftError] * 9 for n in range(50)})
    transport = Simple(client=provider)
    sent(transport, messages(50))
    with pytest.raises(NeverLeftError, match="does not answer"):
        asyncio.run(transport.perform_async(look_up("http://a")))
