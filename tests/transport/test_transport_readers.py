"""Readers of answers: the same from both, whatever comes."""

from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.transport.clients import reading
from scripted_server import ANSWERS, BODY, HANGING_UP


READERS = {"h11": reading.H11Reader}
if find_spec("httptools") is not None:
    from anonsms.transport.clients.fast import HttptoolsReader

    READERS["httptools"] = HttptoolsReader

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"2\r\n{}\r\n0\r\n"


@pytest.fixture(params=READERS.values(), ids=READERS)
def read(request):
    """A reader of each kind, asked already."""
    reader = request.param()
    reader.begin("POST")
    return reader


@pytest.mark.parametrize(
    ("answer", "status", "body", "again"),
    [
        (ANSWERS["ok"], 200, BODY, True),
        (ANSWERS["chunked"], 200, BODY, True),
        (ANSWERS["empty"], 204, b"", True),
        (b"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", 304, b"", True),
        (HANGING_UP["closing"], 200, BODY, False),
        (ANSWERS["ok"].replace(b"1.1", b"1.0"), 200, BODY, False),
        (ANSWERS["twice"], 200, BODY, False),
    ],
    ids=["length", "chunks", "204", "304", "close", "1.0", "twice"],
)
def test_each_answer_says_whether_another_may_follow(
    read, answer, status, body, again
):
    """Its status, its body, and whether the connection may be used again."""
    read.hear(answer)
    assert (read.answer.status, read.answer.body) == (status, body)
    assert read.again() is again
    assert read.excess() is (answer is ANSWERS["twice"])


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_an_answer_without_length_ends_with_the_connection(read, version):
    """It is whole when the other side hangs up, and never before."""
    read.hear(HANGING_UP["unframed"].replace(b"1.1", version))
    assert read.answer is None
    read.hear(b"")
    assert read.answer.body == BODY
    assert not read.again()


def test_an_upgrade_is_a_fault(read):
    """Nobody asked for another protocol."""
    read.hear(ANSWERS["upgrade"])
    assert read.answer is None
    assert read.fault == reading.BROKEN


def test_what_stands_behind_the_body_is_no_header(read):
    """A trailer is not heeded, in this answer or the next."""
    read.hear(
        CHUNKED.replace(b"OK\r\n", b"OK\r\nRetry-After: 1\r\n")
        + LAST
        + b"Retry-After: 900\r\nX-More: 1\r\n\r\n"
    )
    assert read.answer.headers["retry-after"] == "1"
    assert "x-more" not in read.answer.headers
    assert read.again()
    read.begin("POST")
    read.hear(ANSWERS["created"])
    assert set(read.answer.headers) == {"content-length", "x-api"}


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        (CHUNKED + LAST, b"x-y: " + b"z" * 50 + b"\r\n"),
        (CHUNKED + LAST + b"x-y: ", b"z" * 50),
        (CHUNKED + LAST, b"z" * 50),
        (CHUNKED + b"2;", b"a=b;"),
        (CHUNKED, b"0" * 50),
        (CHUNKED, b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"x-y: z\r\n"),
        (b"HTTP/1.1 200 ", b"a" * 50),
        (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        (b"", b"\r\n"),
    ],
    ids=[
        *("trailers", "trailer value", "trailer name", "chunk extension"),
        *("chunk size", "small chunks", "headers", "status line", "hints"),
        "line breaks",
    ],
)
def test_what_is_not_body_has_an_end(read, head, unit):
    """However it is dressed, no more than so much of it is read."""
    read.hear(head or unit)
    heard, piece = 0, unit * (2048 // len(unit))
    while not read.fault:
        assert heard <= 2 * reading.LONGEST_HEAD
        read.hear(piece)
        heard += len(piece)
    assert read.answer is None
    assert read.fault == reading.BROKEN


def test_a_long_body_may_come_in_small_chunks(read):
    """What chunks need for themselves is not held against an answer."""
    chunk = b"10\r\n" + b"x" * 16 + b"\r\n"
    read.hear(CHUNKED + chunk * 20_000 + b"0\r\n\r\n")
    assert len(read.answer.body) == 16 * 20_000


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@given(data=st.data())
def test_readers_do_not_care_where_bytes_are_cut(reader, data):
    """An answer in any pieces is the same answer."""
    raw = ANSWERS[data.draw(st.sampled_from(["created", "chunked"]))]
    at = data.draw(st.lists(st.integers(0, len(raw)), max_size=5))
    ends = [0, *sorted(at), len(raw)]
    read = reader()
    read.begin("POST")
    for start, end in pairwise(ends):
        if raw[start:end]:
            read.hear(raw[start:end])
    assert read.fault == ""
    assert read.answer.body == BODY
    assert read.again()


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_readers_bear_any_bytes(reader, pieces):
    """Whatever comes, there is an answer, a fault, or neither yet."""
    read = reader()
    read.begin("POST")
    for piece in [*pieces, b""]:
        if read.answer is None and not read.fault:
            read.hear(piece)
    assert read.answer is not None or read.fault
    assert not (read.answer is not None and read.again() and read.fault)
