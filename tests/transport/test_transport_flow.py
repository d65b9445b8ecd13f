"""Driving flows, in sync code and awaited."""

import anyio
import pytest

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.transport import (
    HttpRequest,
    HttpResponse,
    perform,
    perform_async,
)


FIRST = HttpRequest("GET", "http://a/1")
SECOND = HttpRequest("GET", "http://a/2")


def two():
    """A flow that asks twice."""
    one = yield FIRST
    other = yield SECOND
    return one.status, other.status


def patient():
    """A flow that asks another host if the first cannot be reached."""
    try:
        answer = yield FIRST
    except NeverLeftError:
        answer = yield SECOND
    return answer.status


def drive(flow, exchange, how):
    """Drive a flow in one of three ways."""
    if how == "sync":
        return perform(flow, exchange)

    async def awaited(request):
        return exchange(request)

    return anyio.run(perform_async, flow, awaited, backend=how)


WAYS = pytest.mark.parametrize("how", ["sync", "asyncio", "trio"])


@WAYS
def test_requests_and_answers_alternate(how):
    """Each request gets its own answer; the result is returned."""
    statuses = {FIRST.url: 201, SECOND.url: 202}
    result = drive(two(), lambda r: HttpResponse(statuses[r.url]), how)
    assert result == (201, 202)


@WAYS
def test_a_flow_may_go_on_after_a_failure(how):
    """A failed request is thrown in where it was asked for."""

    def exchange(request):
        if request is FIRST:
            raise NeverLeftError("connection refused")
        return HttpResponse(200)

    assert drive(patient(), exchange, how) == 200


@WAYS
@pytest.mark.parametrize("kind", [NeverLeftError, LostAnswerError])
def test_what_a_flow_lets_pass_is_raised_bare(how, kind):
    """The error comes out with its text, and without what led to it."""

    def exchange(request):
        try:
            raise ZeroDivisionError  # noqa: TRY301
        except ZeroDivisionError:
            raise kind("gone")  # noqa: B904 - what a careless client does

    with pytest.raises(kind, match=r"^gone$") as caught:
        drive(two(), exchange, how)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@WAYS
def test_a_flow_without_requests_is_its_result(how):
    """Nothing to ask: the exchange is never called."""

    def nothing():
        return 7
        yield FIRST

    assert drive(nothing(), None, how) == 7
