"""Connections: whose answer it was, and what asyncio may tell of them."""

import asyncio
import logging
import socket
import ssl
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

import anyio
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.transport import HttpRequest, quiet
from anonsms.transport.clients import (
    LeanClient,
    given_exchange,
    lines,
    reading,
    shared_context,
    streams,
)
from scripted_server import NUMBER, ScriptedServer


READERS = {"h11": reading.H11Reader}
if find_spec("httptools") is not None:
    from anonsms.transport.clients.fast import HttptoolsReader

    READERS["httptools"] = HttptoolsReader

LONG = 8 * 1024 * 1024
"""Bytes of a body; more than a system keeps for a connection."""


@pytest.fixture(params=["asyncio", "trio"])
def loop(request):
    """Each event loop in turn."""
    return request.param


@pytest.fixture(params=READERS.values(), ids=READERS)
def reader(request):
    """Each kind of reader in turn."""
    return request.param


@asynccontextmanager
async def lean(reader):
    """The default client, closed at the end."""
    client = LeanClient(shared_context, 5.0, reader)
    try:
        yield client
    finally:
        await client.aclose()


def post(url, length=0):
    """A request with a number in its head and its body."""
    body = f"To=+{NUMBER}".encode().ljust(length, b"x")
    return HttpRequest("POST", url, {"X-To": NUMBER}, body)


async def tried(client, request):
    """The status, or the text of the error."""
    try:
        return (await client(request)).status
    except (NeverLeftError, LostAnswerError) as error:
        return str(error)


def asked(loop, reader, *requests):
    """What comes of requests one after another."""

    async def run():
        async with lean(reader) as client:
            return [await tried(client, each) for each in requests]

    return anyio.run(run, backend=loop)


def test_two_answers_to_a_later_request_are_none(loop, reader):
    """Which of them is its own, nobody can tell: the answer is lost."""
    with ScriptedServer("ok", "twice", "created") as server:
        results = asked(loop, reader, *[post(server.url)] * 3)
        assert results == [200, "more than one answer", 201]
        assert server.connections == 2


def test_two_answers_to_the_first_request_begin_with_its_own(loop, reader):
    """Nobody else asked before; the connection is left all the same."""
    with ScriptedServer("twice", "created") as server:
        assert asked(loop, reader, *[post(server.url)] * 2) == [200, 201]
        assert server.connections == 2


def test_a_connection_that_speaks_unasked_is_left_at_once(reader):
    """Asyncio hangs up when it hears it, not when the next request comes."""
    with ScriptedServer("stray", "created") as server:

        async def run():
            async with lean(reader) as client:
                first = await tried(client, post(server.url))
                left = await anyio.to_thread.run_sync(server.left.wait, 5.0)
                return first, left, await tried(client, post(server.url))

        assert anyio.run(run) == (200, True, 201)
        assert server.connections == 2


def test_a_success_before_the_request_is_written_is_lost(loop, reader):
    """Nobody says yes to what it has not read."""
    with ScriptedServer("hasty", "created") as server:
        first, second = asked(
            loop, reader, post(server.url, LONG), post(server.url)
        )
        assert first == "an answer before the request was written"
        assert (second, server.connections) == (201, 2)


def test_a_refusal_may_come_before_the_request_is_written(loop, reader):
    """What is too long is refused early; the connection is left."""
    with ScriptedServer("too large", "created") as server:
        requests = post(server.url, LONG), post(server.url)
        assert asked(loop, reader, *requests) == [413, 201]
        assert server.connections == 2


class Foreign:
    """An event loop as uvloop's: no class of asyncio's, fewer options."""

    def __init__(self, loop):
        self._loop = loop

    async def create_connection(self, line, host, port, *, ssl):
        """Connect, as asyncio does."""
        return await self._loop.create_connection(line, host, port, ssl=ssl)


def test_an_event_loop_of_another_make_carries(monkeypatch, reader):
    """What only asyncio's own loops know is asked of those alone."""
    monkeypatch.setattr(
        lines, "_asyncio_loop", lambda: Foreign(asyncio.get_running_loop())
    )
    with ScriptedServer("created") as server:
        assert asked("asyncio", reader, post(server.url)) == [201]


class Failing(reading.H11Reader):
    """A reader that breaks, with the answer in its error."""

    def hear(self, data):
        raise ZeroDivisionError(data)


def test_no_error_of_a_reader_escapes(loop, caplog):
    """Whatever it raises is a fault, and nothing is logged of it."""
    caplog.set_level(logging.DEBUG)
    with ScriptedServer("echo") as server:
        assert asked(loop, Failing, post(server.url)) == ["broken answer"]
    assert not [each for each in caplog.records if each.exc_info]


class Frames(logging.Handler):
    """Keeps all that a careless handler could say of an error's frames."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.said = []

    def emit(self, record):
        """Text, and the local variables of every frame, ours or not."""
        self.said.append(record.getMessage())
        trace = record.exc_info[2] if record.exc_info else None
        while trace is not None:
            self.said.append(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next


@pytest.fixture
def frames():
    """What asyncio logs at DEBUG, frames and all."""
    handler, logger = Frames(), logging.getLogger("asyncio")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.setLevel(level)
    logger.removeHandler(handler)


@pytest.fixture
def breaking(monkeypatch):
    """Connections that break at the first byte of a request."""
    usual = socket.socket.send

    def send(self, data, *flags):
        if NUMBER.encode() in bytes(data):
            raise ConnectionResetError
        return usual(self, data, *flags)

    monkeypatch.setattr(socket.socket, "send", send)


def broken(carrying):
    """What comes of one request in a loop in debug mode."""
    with ScriptedServer() as server:

        async def run():
            async with carrying as client:
                return await tried(client, post(server.url))

        return anyio.run(run, backend_options={"debug": True})


@asynccontextmanager
async def callers():
    """A client of the caller's."""
    async with httpx.AsyncClient(trust_env=False) as client:
        yield given_exchange(client, 5.0)


@pytest.mark.parametrize("kind", ["lean", "callers"])
def test_asyncio_in_debug_mode_shows_no_request(frames, breaking, kind):
    """It logs that the connection broke, without the frames."""
    ours = kind == "lean"
    carrying = lean(reading.H11Reader) if ours else callers()
    assert broken(carrying) == "connection lost"
    assert any("Fatal write error" in each for each in frames.said)
    assert NUMBER not in "".join(frames.said)


def test_a_frame_of_asyncio_holds_no_readable_request(
    frames, breaking, monkeypatch
):
    """Even unmasked: what is written is a view, which shows no bytes."""
    monkeypatch.setattr(quiet, "_of_connection", lambda _: False)
    assert broken(lean(reading.H11Reader)) == "connection lost"
    assert any("<memory at" in each for each in frames.said)
    assert NUMBER not in "".join(frames.said)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The path of a certificate that signed itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])
    day, now = timedelta(days=1), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "a.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(pem, kind, plain) + signed.public_bytes(pem)
    )
    return path


def test_tls_holds_what_no_socket_shows(certificate):
    """A second answer that came along with the first is seen."""
    trusting = ssl.create_default_context(cafile=certificate)
    trusting.check_hostname = False
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(there, back, server_side=True)
    client = trusting.wrap_bio(back, there)
    for end in (client, server, client, server):
        with suppress(ssl.SSLWantReadError):
            end.do_handshake()
    server.write(b"one")
    server.write(b"two")
    assert client.read(100) == b"one"
    assert streams.unread(client)
    assert client.read(100) == b"wo"
    assert not streams.unread(client)
    server.write(b"six")
    back.write_eof()
    assert streams.unread(client)
