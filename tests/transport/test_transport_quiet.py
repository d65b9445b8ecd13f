"""Private addresses in the logs of other people's packages."""

import logging

import httpx
import pytest

from anonsms.transport import HttpRequest
from anonsms.transport.clients import given_exchange
from anonsms.transport.quiet import HIDDEN, quiet


NUMBER = "33639981234"
SECRET = "c2VjcmV0"


def told(caplog):
    """All that a handler could print."""
    return caplog.text + "".join(str(vars(each)) for each in caplog.records)


@pytest.mark.parametrize(
    "name", ["httpx", "httpx2", "httpcore.http11", "httpcore2.connection"]
)
def test_what_others_log_meanwhile_is_masked(caplog, name):
    """Message, arguments and traceback are gone; the record stays."""
    caplog.set_level(logging.DEBUG, logger=name)
    with quiet():
        try:
            raise OSError(NUMBER)  # noqa: TRY301
        except OSError:
            logging.getLogger(name).exception("to %s", NUMBER)
    assert len(caplog.records) == 1
    assert NUMBER not in told(caplog)


def test_only_logger_and_level_are_left(caplog):
    """Headers, addresses and reasons all give way to one text."""
    caplog.set_level(logging.DEBUG)
    with quiet():
        logging.getLogger("hpack.hpack").debug("Adding %r", SECRET)
        logging.getLogger("httpx").info("HTTP Request: %s", NUMBER)
        logging.getLogger("httpcore.proxy").debug(
            "Set-Cookie", stack_info=True
        )
    assert caplog.record_tuples == [
        ("hpack.hpack", logging.DEBUG, HIDDEN),
        ("httpx", logging.INFO, HIDDEN),
        ("httpcore.proxy", logging.DEBUG, HIDDEN),
    ]
    assert not any(each.stack_info for each in caplog.records)


def test_what_asyncio_says_of_others_is_kept(caplog):
    """A task of the caller's may fail while a request is under way."""
    with quiet():
        error = ValueError("of the shop")
        logging.getLogger("asyncio").error("never retrieved", exc_info=error)
    assert caplog.records[0].exc_info[1] is error


def test_other_requests_are_logged_as_ever(caplog):
    """Outside, and in other packages, nothing is masked."""
    caplog.set_level(logging.INFO)
    with quiet():
        logging.getLogger("shop").info("one")
    logging.getLogger("httpx").info("two")
    assert caplog.messages == ["one", "two"]


def test_a_logger_made_later_is_masked(caplog):
    """What a package adds after the first request is found, too."""
    with quiet():
        pass
    late = logging.getLogger("httpcore.made_later")
    caplog.set_level(logging.DEBUG)
    with quiet():
        late.debug("to %s", NUMBER)
    assert NUMBER not in told(caplog)


def test_a_record_is_masked_once_per_logger():
    """Request after request, each logger keeps one filter."""
    for _ in range(3):
        with quiet():
            pass
    assert len(logging.getLogger("httpx").filters) == 1


@pytest.mark.parametrize("private", [True, False])
def test_httpx_does_not_log_where_a_request_goes(caplog, private):
    """Its line at INFO shows the URL, and the reason of the answer."""
    caplog.set_level(logging.INFO, logger="httpx")
    said = {"reason_phrase": NUMBER.encode()}
    answer = httpx.MockTransport(
        lambda _: httpx.Response(400, extensions=said)
    )
    with httpx.Client(transport=answer) as client:
        given_exchange(client, 1.0)(
            HttpRequest("GET", "http://a/Messages.json", private=private)
        )
    assert caplog.messages == [HIDDEN]
    assert NUMBER not in told(caplog)
