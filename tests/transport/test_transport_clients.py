"""What carries requests: each client over real connections."""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import anyio
import httpx
import pytest

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.transport import HttpRequest, HttpResponse
from anonsms.transport.clients import (
    LeanClient,
    ProxiedClient,
    asynchronous,
    default_client,
    given_exchange,
    reading,
    shared_context,
)
from anonsms.transport.clients.dialogue import split
from exposed import exposed
from leakscan import leaks
from scripted_server import BODY, NUMBER, ScriptedServer


SECRET = "Basic c2VjcmV0"
READERS = {"h11": reading.H11Reader}
if find_spec("httptools") is not None:
    from anonsms.transport.clients.fast import HttptoolsReader

    READERS["httptools"] = HttptoolsReader

KINDS = [
    *(f"{name} {loop}" for name in READERS for loop in ("asyncio", "trio")),
    "httpx",
    "httpx asyncio",
    "httpx trio",
    "proxied asyncio",
]


def post(url, **options):
    """A request with a number in its body and a secret in its head."""
    return HttpRequest(
        "POST",
        url + options.pop("path", "/send?x=1"),
        {"Authorization": SECRET, "Content-Type": "text/plain"},
        options.pop("body", f"To=+{NUMBER}".encode()),
        **options,
    )


class Carrying:
    """A client of one kind, for as long as one event loop runs."""

    def __init__(self, kind, timeout):
        self.name, _, self.loop = kind.partition(" ")
        self.timeout = timeout

    def __call__(self, *requests, pause=0.0):
        """Carry requests one after another; results or errors."""
        if not self.loop:
            with httpx.Client(trust_env=False) as client:
                exchange = given_exchange(client, self.timeout)
                return [tried(exchange, each, pause) for each in requests]
        return anyio.run(self._all, requests, pause, backend=self.loop)

    async def _all(self, requests, pause):
        client, close = self._made()
        results = []
        for request in requests:
            try:
                results.append(await client(request))
            except (NeverLeftError, LostAnswerError) as error:
                results.append(error)
            await anyio.sleep(pause)
        await close()
        return results

    def _made(self):
        if self.name == "httpx":
            client = httpx.AsyncClient(trust_env=False)
            return given_exchange(client, self.timeout), client.aclose
        if self.name == "proxied":
            client = ProxiedClient(shared_context(), self.timeout)
        else:
            reader = READERS[self.name]
            client = LeanClient(shared_context, self.timeout, reader)
        return client, client.aclose


def tried(exchange, request, pause):
    """The answer, or the error of the two kinds."""
    try:
        return exchange(request)
    except (NeverLeftError, LostAnswerError) as error:
        return error
    finally:
        time.sleep(pause)


@pytest.fixture(params=KINDS)
def carrying(request):
    """Each client in turn, with a time-out that is never reached."""
    return Carrying(request.param, 10.0)


@pytest.fixture(params=KINDS)
def impatient(request):
    """Each client in turn, with a short time-out."""
    return Carrying(request.param, 0.1)


@pytest.mark.parametrize(
    "order", ["ok", "chunked", "informed", "unframed", "closing", "goodbye"]
)
def test_answers_in_every_framing_are_read(carrying, order):
    """Each way to end a body gives the whole body."""
    with ScriptedServer(order) as server:
        (answer,) = carrying(post(server.url))
    assert isinstance(answer, HttpResponse), str(answer)
    assert (answer.status, answer.body) == (200, BODY)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ("created", 201),
        ("empty", 204),
        ("redirect", 302),
        ("too many", 429),
        ("error", 500),
    ],
)
def test_every_status_is_an_answer(carrying, order, status):
    """No status is an error, and no redirect is followed."""
    with ScriptedServer(order) as server:
        (answer,) = carrying(post(server.url))
        assert len(server.requests) == 1
    assert answer.status == status


def test_the_request_arrives_as_it_is(carrying):
    """Method, target, headers and body are those of the request."""
    with ScriptedServer() as server:
        carrying(post(server.url), HttpRequest("GET", server.url))
        first, second = server.requests
    head, _, body = first.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /send?x=1 HTTP/1.1\r\n")
    lines = head.lower().split(b"\r\n")
    assert f"host: 127.0.0.1:{server.port}".encode() in lines
    assert f"authorization: {SECRET}".lower().encode() in lines
    assert body == f"To=+{NUMBER}".encode()
    assert second.startswith(b"GET / HTTP/1.1\r\n")
    assert b"content-length" not in second.lower()


def test_a_connection_is_used_again(carrying):
    """Requests one after another share one connection."""
    with ScriptedServer("ok", "chunked", "empty") as server:
        carrying(*[post(server.url)] * 4)
        assert (server.connections, len(server.requests)) == (1, 4)


@pytest.mark.parametrize("order", ["closing", "goodbye", "unframed"])
def test_a_closed_connection_is_made_anew(carrying, order):
    """What the server closed before we wrote is not written to."""
    with ScriptedServer(order) as server:
        answers = carrying(*[post(server.url)] * 2, pause=0.05)
        assert [answer.status for answer in answers] == [200, 200]
        assert (server.connections, len(server.requests)) == (2, 2)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_an_answer_that_nobody_asked_for_is_not_taken(reader, loop):
    """A second answer to one request never answers the next one."""
    with ScriptedServer("twice", "created") as server:
        carrying = Carrying(f"{reader} {loop}", 10.0)
        results = carrying(*[post(server.url)] * 2, pause=0.05)
    statuses = [getattr(each, "status", None) for each in results]
    assert statuses[1] == 201
    assert statuses[0] in {200, None}


def test_refused_is_never_left(carrying):
    """Nobody listens: it did not leave."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (error,) = carrying(post(url, path=f"/{NUMBER}", private=True))
    assert isinstance(error, NeverLeftError)
    assert str(error) in {"connection refused", "no connection"}


@pytest.mark.parametrize(
    "order",
    [
        *("reset early", "reset late", "half", "nothing", "broken"),
        *("too long", "too long, chunked", "endless head", "upgrade"),
    ],
)
def test_what_was_written_may_have_arrived(carrying, order):
    """Once written, every failure is a lost answer, never repeated here."""
    httpx_in_trio = (carrying.name, carrying.loop) == ("httpx", "trio")
    if httpx_in_trio and order.startswith(("too long", "reset early")):
        # There, httpx leaves its generators to the garbage collector, which
        # trio complains of.
        pytest.skip("covered by httpx with asyncio")
    times = 1 if httpx_in_trio else 20_000
    with ScriptedServer(order) as server:
        (error,) = carrying(post(server.url, body=NUMBER.encode() * times))
        assert isinstance(error, LostAnswerError), error
        assert len(server.requests) <= 1
        assert server.connections == 1
    if order.startswith("too long"):
        assert str(error) == "answer too long"


def test_silence_is_a_lost_answer(impatient):
    """No answer in time: it may have arrived."""
    with ScriptedServer("silent") as server:
        (error,) = impatient(post(server.url))
        assert len(server.requests) == 1
    assert isinstance(error, LostAnswerError)
    assert str(error) == "no answer in time"


def test_a_request_may_have_a_time_out_of_its_own(carrying):
    """The request's time-out counts for more than the transport's."""
    with ScriptedServer("silent") as server:
        (error,) = carrying(post(server.url, timeout=0.05))
    assert str(error) == "no answer in time"


@pytest.mark.parametrize(
    "path",
    ["/a b", "/a\r\nx-evil: 1", "/é"],
    ids=["space", "line", "letter"],
)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_http_never_leaves(reader, path):
    """An address that could smuggle a header is not written."""
    carrying = Carrying(f"{reader} asyncio", 10.0)
    with ScriptedServer() as server:
        request = post(server.url, path=f"{path}{NUMBER}", private=True)
        (error,) = carrying(request)
        assert not server.requests
    assert isinstance(error, NeverLeftError)


def test_a_header_with_a_line_break_never_leaves(carrying):
    """A header's value cannot become another header."""
    with ScriptedServer() as server:
        evil = {"X-To": f"{NUMBER}\r\nX-Evil: 1"}
        (error,) = carrying(HttpRequest("POST", server.url, evil, b"x"))
        assert not server.requests
    assert isinstance(error, NeverLeftError)


def test_a_host_without_name_is_never_left(monkeypatch):
    """A name that nobody has: it did not leave."""

    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    (error,) = Carrying("h11 asyncio", 5.0)(post("http://nobody.invalid"))
    assert isinstance(error, NeverLeftError)
    assert str(error) == "host not found"


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_server_without_tls_is_never_left(loop):
    """A handshake that fails is before the request."""
    with ScriptedServer() as server:
        url = server.url.replace("http:", "https:")
        server.script.append("ok")
        (error,) = Carrying(f"h11 {loop}", 0.2)(post(url))
        assert not server.requests
    assert isinstance(error, NeverLeftError)


@pytest.mark.parametrize("order", ["reset late", "half", "broken", "silent"])
def test_errors_show_nothing_of_the_request(impatient, order):
    """No number in an error, its causes, or our frames' locals."""
    with ScriptedServer(order) as server:
        path = f"/{NUMBER}"
        (error,) = impatient(post(server.url, path=path, private=True))
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "\n".join(exposed(error))
    assert not leaks(shown)
    assert SECRET not in shown
    assert "127.0.0.1" not in str(error)


@pytest.mark.parametrize("private", [True, False])
def test_no_logger_shows_a_request_or_its_answer(carrying, caplog, private):
    """All loggers at DEBUG: no number, no secret, whatever is echoed."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "asyncio", "hpack"):
        caplog.set_level(logging.DEBUG, logger=name)
    script = "ok", "echo", "broken echo", "not HTTP", "upgrade", "reset late"
    with ScriptedServer(*script) as server:
        path = f"/{NUMBER}" if private else "/send"
        request = post(server.url, path=path, private=private)
        carrying(*[request] * len(script))
        assert len(server.requests) == len(script)
    told = caplog.text + "".join(str(vars(each)) for each in caplog.records)
    assert NUMBER not in told
    assert SECRET not in told


def test_a_client_is_told_apart_by_its_kind():
    """Sync, async and neither are told apart without a call."""

    async def awaited(request):
        return HttpResponse(200)

    class Callable:
        async def __call__(self, request):
            return HttpResponse(200)

    class Own(httpx.AsyncClient):
        pass

    assert asynchronous(awaited)
    assert asynchronous(Callable())
    assert asynchronous(Own())
    assert not asynchronous(lambda request: HttpResponse(200))
    with httpx.Client() as client:
        assert not asynchronous(client)
    with pytest.raises(ConfigurationError, match="This was a dict"):
        asynchronous({})


def test_a_closed_client_of_the_caller_never_left():
    """A client that the caller closed carries nothing."""
    client = httpx.Client()
    client.close()
    with pytest.raises(NeverLeftError, match="closed"):
        given_exchange(client, 1.0)(post("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), NeverLeftError),
        (httpx.ConnectTimeout(""), NeverLeftError),
        (httpx.PoolTimeout(""), NeverLeftError),
        (httpx.ProxyError(""), NeverLeftError),
        (httpx.UnsupportedProtocol(""), NeverLeftError),
        (httpx.ReadTimeout(""), LostAnswerError),
        (httpx.WriteTimeout(""), LostAnswerError),
        (httpx.ReadError(""), LostAnswerError),
        (httpx.WriteError(""), LostAnswerError),
        (httpx.CloseError(""), LostAnswerError),
        (httpx.RemoteProtocolError(""), LostAnswerError),
        (httpx.LocalProtocolError(""), LostAnswerError),
        (httpx.DecodingError(""), LostAnswerError),
        (ZeroDivisionError(), LostAnswerError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_each_error_of_httpx_has_its_class(raised, expected):
    """Only what is raised before the first byte never left."""

    def fail(request):
        raise raised

    with httpx.Client(transport=httpx.MockTransport(fail)) as client:
        exchange = given_exchange(client, 1.0)
        with pytest.raises(expected) as caught:
            exchange(post("http://127.0.0.1:9"))
    assert type(caught.value) is expected
    assert caught.value.__context__ is None


def test_a_proxy_of_the_environment_is_used(monkeypatch):
    """Where HTTP_PROXY is set, requests go to it, whole URL and all."""
    with ScriptedServer("created") as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        async def carry():
            client = default_client(5.0)
            answer = await client(post("http://provider.example"))
            await client.aclose()
            return answer

        answer = asyncio.run(carry())
        assert answer.status == 201
        wanted = b"POST http://provider.example/send?x=1 HTTP/1.1\r\n"
        assert proxy.requests[0].startswith(wanted)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_cancelled_request_leaves_no_connection(loop):
    """Whoever gives up hangs up: nobody reads another one's answer."""

    async def run(url):
        client = LeanClient(shared_context, 5.0, reading.H11Reader)
        with anyio.move_on_after(0.05):
            await client(post(url))
        answer = await client(post(url))
        await client.aclose()
        return answer.status

    with ScriptedServer("silent", "created") as server:
        assert anyio.run(run, server.url, backend=loop) == 201
        assert server.connections == 2


def test_httpx_is_imported_only_when_needed():
    """Importing the clients does not import httpx."""
    code = (
        "import sys, anonsms.transport.clients; "
        "sys.exit('httpx' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("http://a", "a", 80, "/"),
        ("https://a.example/b?c#d", "a.example", 443, "/b?c"),
        ("https://a:8443?c=/", "a", 8443, "/?c=/"),
        ("http://[::1]:80/x", "::1", 80, "/x"),
    ],
)
def test_urls_are_split(url, host, port, target):
    """Origin and target are those of the URL."""
    origin, found = split(url)
    assert (origin.host, origin.port, found) == (host, port, target)


@pytest.mark.parametrize(
    "url",
    ["", "a", "ftp://a", "http://", "http://u:p@a", "http://a:b", "http:///a"],
)
def test_what_is_no_url_is_refused(url):
    """What cannot be connected to never leaves."""
    with pytest.raises(NeverLeftError, match="not a URL"):
        split(url)
