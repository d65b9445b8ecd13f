"""Private addresses in the logs of other people's packages."""

import logging

import httpx
import pytest

from anonsms.transport import HttpRequest
from anonsms.transport.clients import given_exchange
from anonsms.transport.quiet import quiet


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
    with quiet(private=True):
        try:
            raise OSError(NUMBER)  # noqa: TRY301
        except OSError:
            logging.getLogger(name).exception("to %s", NUMBER)
    assert len(caplog.records) == 1
    assert NUMBER not in told(caplog)


def test_headers_are_masked_for_every_request(caplog):
    """The header packer logs secrets; it does not log ours."""
    caplog.set_level(logging.DEBUG)
    with quiet(private=False):
        logging.getLogger("hpack.hpack").debug("Adding %r", SECRET)
        logging.getLogger("httpx").info("HTTP Request: POST /Messages.json")
    assert SECRET not in told(caplog)
    assert "/Messages.json" in told(caplog)


def test_other_requests_are_logged_as_ever(caplog):
    """Outside, and in other packages, nothing is masked."""
    caplog.set_level(logging.INFO)
    with quiet(private=True):
        logging.getLogger("shop").info("one")
    logging.getLogger("httpx").info("two")
    assert caplog.messages == ["one", "two"]


def test_a_logger_made_later_is_masked(caplog):
    """What a package adds after the first request is found, too."""
    with quiet(private=True):
        pass
    late = logging.getLogger("httpcore.made_later")
    caplog.set_level(logging.DEBUG)
    with quiet(private=True):
        late.debug("to %s", NUMBER)
    assert NUMBER not in told(caplog)


def test_a_record_is_masked_once_per_logger():
    """Request after request, each logger keeps one filter."""
    for _ in range(3):
        with quiet(private=True):
            pass
    assert len(logging.getLogger("httpx").filters) == 1


@pytest.mark.parametrize("private", [True, False])
def test_httpx_logs_only_what_is_not_private(caplog, private):
    """Its line at INFO shows the URL; not that of a private request."""
    caplog.set_level(logging.INFO, logger="httpx")
    path = NUMBER if private else "Messages.json"
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x"))
    with httpx.Client(transport=answer) as client:
        given_exchange(client, 1.0)(
            HttpRequest("GET", f"http://a/{path}", private=private)
        )
    assert len(caplog.records) == 1
    assert ("Messages.json" in caplog.text) is not private
    assert NUMBER not in told(caplog)
