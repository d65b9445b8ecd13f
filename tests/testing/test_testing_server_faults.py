"""What every local server can be ordered to do wrong, on the wire."""

import asyncio
import errno
import gc
import http.client
import logging
import socket
import threading
import warnings
from contextlib import suppress

import httpx
import pytest
import trio

from anonsms.errors import ConfigurationError
from anonsms.testing import Answer, Fault, LocalServer


class Shelf(LocalServer):
    """A server that puts what it is sent on a shelf."""

    def __init__(self):
        super().__init__()
        self.shelf = []

    def answer(self, asked):
        self.shelf.append(asked.body)
        return Answer.json(200, {"kept": len(self.shelf)})


@pytest.fixture
def shelf():
    """A server that is listening."""
    with Shelf() as server:
        yield server


@pytest.fixture
def client():
    """A client with little patience."""
    with httpx.Client(timeout=0.2, trust_env=False) as opened:
        yield opened


def put(client, shelf, body=b"x"):
    """Send something."""
    return client.post(f"{shelf.url}/shelf?a=1", content=body)


def test_it_answers_over_one_connection(shelf, client):
    """HTTP/1.1 with keep-alive: many requests, one connection."""
    for n in range(1, 6):
        assert put(client, shelf).json() == {"kept": n}
        assert len(shelf.wires) == 1
    assert client.head(shelf.url).content == b""
    assert shelf.requests == 6


def test_large_bodies_arrive_whole(shelf, client):
    """Also where the client first asks whether it may send them."""
    body = bytes(range(256)) * 4096
    assert put(client, shelf, body).is_success
    asked = client.post(
        shelf.url, content=body, headers={"Expect": "100-continue"}
    )
    assert asked.is_success
    assert shelf.shelf == [body, body]


@pytest.mark.parametrize("taken", [False, True])
def test_a_reset_after_the_body_is_a_reset(shelf, client, taken):
    """The client is told by RST; the body was read, and taken or not."""
    shelf.fail(Fault.RESET_LATE, taken=taken)
    with pytest.raises(httpx.ReadError):
        put(client, shelf)
    assert shelf.shelf == [b"x"] * taken
    assert [asked.body for asked in shelf.asked] == [b"x"]
    assert put(client, shelf).is_success


def test_a_reset_before_the_body_takes_nothing(shelf):
    """The head is enough: nobody waits for the body."""
    shelf.fail(Fault.RESET_EARLY)
    port = int(shelf.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n"
        )
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    assert (shelf.requests, shelf.shelf, shelf.asked) == (1, [], ())


@pytest.mark.parametrize("taken", [False, True])
def test_silence_leaves_the_connection_open(shelf, client, taken):
    """No answer, no end: only the client's own time-out helps."""
    shelf.fail(Fault.SILENT, taken=taken)
    with pytest.raises(httpx.ReadTimeout):
        put(client, shelf)
    assert shelf.shelf == [b"x"] * taken


@pytest.mark.parametrize("taken", [False, True])
@pytest.mark.parametrize(
    ("fault", "status"), [(Fault.SERVER_ERROR, 500), (Fault.BROKEN_BODY, 200)]
)
def test_bad_answers_may_hide_success(shelf, client, fault, status, taken):
    """A server error and a broken body say nothing of what was done."""
    shelf.fail(fault, taken=taken)
    assert put(client, shelf).status_code == status
    assert shelf.shelf == [b"x"] * taken
    assert len(shelf.wires) == 1, "the connection goes on"


def test_a_refused_connection_is_refused(shelf, client):
    """Until it recovers, on the same port; nothing reaches the server."""
    put(client, shelf)
    url = shelf.url
    shelf.fail(Fault.REFUSED)
    for _ in range(3):
        with pytest.raises(httpx.ConnectError):
            put(client, shelf)
    shelf.recover()
    assert shelf.url == url
    assert put(client, shelf).json() == {"kept": 2}
    assert shelf.requests == 2


def test_refusing_takes_its_turn(shelf, client):
    """Behind another order it waits; the next connection meets it."""
    shelf.fail(Fault.SERVER_ERROR, times=2)
    shelf.fail(Fault.REFUSED)
    assert [put(client, shelf).status_code for _ in "ab"] == [500, 500]
    with pytest.raises(httpx.ConnectError):
        put(client, shelf)
    shelf.recover()
    assert put(client, shelf).is_success


def test_it_can_refuse_for_a_while(shelf, client):
    """As a context; the port stays ours meanwhile."""
    with shelf.refusing():
        port = int(shelf.url.rpartition(":")[2])
        with (
            socket.socket() as other,
            pytest.raises(OSError, match="in use") as taken,
        ):
            other.bind(("127.0.0.1", port))
        assert taken.value.errno == errno.EADDRINUSE
        with pytest.raises(httpx.ConnectError):
            put(client, shelf)
    assert put(client, shelf).is_success


def test_orders_queue_up_and_are_forgotten(shelf, client):
    """One after another, then all is well; recover() forgets the rest."""
    shelf.fail(Fault.TOO_MANY, times=2)
    shelf.fail(Fault.SERVER_ERROR, times=9)
    codes = [put(client, shelf).status_code for _ in range(3)]
    assert codes == [429, 429, 500]
    shelf.recover()
    assert put(client, shelf).status_code == 200


@pytest.mark.parametrize(
    "fault", [Fault.REFUSED, Fault.TOO_MANY, Fault.RESET_EARLY]
)
def test_what_is_never_taken_cannot_be_ordered_taken(shelf, fault):
    """The order is refused, and names what could be."""
    with pytest.raises(ConfigurationError, match="RESET_LATE"):
        shelf.fail(fault, taken=True)
    with pytest.raises(ConfigurationError, match="at least once"):
        shelf.fail(fault, times=0)


def test_what_a_server_cannot_do_is_refused(shelf):
    """Only what a provider's double names can be ordered."""
    assert not any(fault.of_message for fault in shelf.faults)
    with pytest.raises(ConfigurationError, match="Shelf cannot"):
        shelf.fail(Fault.MONEY)


def test_a_slow_answer_is_done_at_once(shelf, client):
    """The work is done before the pause; the answer only comes late."""
    shelf.slow(30)
    with pytest.raises(httpx.ReadTimeout):
        put(client, shelf)
    assert shelf.shelf == [b"x"]
    shelf.recover()
    assert put(client, shelf).is_success


def test_many_connections_at_once(shelf):
    """A hundred requests, all under way together, from asyncio and trio."""
    port = int(shelf.url.rpartition(":")[2])
    ask = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    async def by_asyncio():
        lines = [
            await asyncio.open_connection("127.0.0.1", port)
            for _ in range(100)
        ]
        for _, writer in lines:
            writer.write(ask)
        answers = [await reader.read() for reader, _ in lines]
        for _, writer in lines:
            writer.close()
            await writer.wait_closed()
        return answers

    async def by_trio():
        answers = []

        async def post():
            async with await trio.open_tcp_stream("127.0.0.1", port) as line:
                await line.send_all(ask)
                answers.append(b"".join([piece async for piece in line]))

        async with trio.open_nursery() as nursery:
            for _ in range(20):
                nursery.start_soon(post)
        return answers

    for answers, count in (
        (asyncio.run(by_asyncio()), 100),
        (trio.run(by_trio), 20),
    ):
        assert [answer[:15] for answer in answers] == [
            b"HTTP/1.1 200 \r\n"
        ] * count
    assert len(shelf.shelf) == 120


def test_nothing_stays_open(caplog):
    """Closing ends every connection and the thread, and warns of nothing."""
    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fault in (None, Fault.SILENT, Fault.REFUSED, Fault.RESET_LATE):
            with Shelf() as shelf:
                port = int(shelf.url.rpartition(":")[2])
                with socket.create_connection(("127.0.0.1", port)) as line:
                    if fault:
                        shelf.fail(fault)
                    with suppress(ConnectionError):
                        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            shelf.close()
        gc.collect()
    assert threading.active_count() == before


def test_it_can_be_started_again():
    """With another port, perhaps; what it kept is still there."""
    shelf = Shelf()
    with pytest.raises(ConfigurationError, match="no address"):
        _ = shelf.url
    for n in (1, 2):
        with shelf:
            assert httpx.post(shelf.url, trust_env=False).json()["kept"] == n
            with pytest.raises(ConfigurationError, match="started already"):
                shelf.start()


def test_what_is_no_http_is_hung_up_on(shelf):
    """Rubbish ends the connection, and nothing else."""
    port = int(shelf.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert line.recv(100) == b""
    assert shelf.requests == 0


def test_an_error_of_the_double_itself_is_raised_at_the_end():
    """It resets the connection at once, and is not swallowed."""

    class Broken(Shelf):
        def answer(self, asked):
            raise ZeroDivisionError

    broken = Broken()
    broken.start()
    with pytest.raises(httpx.ReadError):
        httpx.post(broken.url, trust_env=False)
    with pytest.raises(ZeroDivisionError):
        broken.close()
    broken.close()


def test_nothing_is_logged_and_nothing_shows(shelf, caplog):
    """Neither bodies nor numbers in URLs, in logs and reprs."""
    caplog.set_level(logging.DEBUG)
    port = int(shelf.url.rpartition(":")[2])
    line = http.client.HTTPConnection("127.0.0.1", port)
    for fault in (None, Fault.SERVER_ERROR, Fault.RESET_LATE):
        if fault:
            shelf.fail(fault, taken=True)
        line.request("POST", "/?To=%2B12025550123", b"Dear Zoe")
        with suppress(ConnectionResetError):
            line.getresponse().read()
    line.close()
    shown = caplog.text + repr(shelf) + repr(shelf.asked)
    assert "2025550123" not in shown
    assert "Zoe" not in shown
    assert len(shelf.asked) == 3
    assert shelf.urls[0] == f"{shelf.url}/?To=%2B12025550123"


def test_a_client_that_leaves_early_is_forgotten(shelf):
    """Half a request, then nothing: the server waits for nobody."""
    line = http.client.HTTPConnection(
        "127.0.0.1", int(shelf.url.rpartition(":")[2])
    )
    line.connect()
    line.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
    line.close()
    assert httpx.post(shelf.url, trust_env=False).is_success
    assert shelf.shelf == [b""]
