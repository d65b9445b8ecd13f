"""Twilio's own records: what became of texts, and how they are emptied."""

from datetime import timedelta
from urllib.parse import urlsplit

import anyio
import pytest
from twilio_script import (
    NOW,
    SID,
    Script,
    answer,
    failure,
    message_id,
    number,
    outbound,
    record,
    transport,
)

from anonsms.errors import (
    LostAnswerError,
    NeverLeftError,
    TransportError,
)
from anonsms.message import (
    DeliveryReceipt,
    DeliveryStatus,
    Rejection,
)


ONE = f"/2010-04-01/Accounts/{SID}/Messages/{message_id()}"


def page(*records, after=None):
    """One page of the list."""
    return answer(
        200, {"messages": list(records), "next_page_uri": after, "page": 0}
    )


def test_a_message_is_asked_for_by_its_id():
    """The answer is the receipt that may have been lost."""
    twilio, script = transport(
        answer(200, record(status="failed", error_code=30005))
    )
    assert twilio.fetch_receipts([message_id()]) == [
        DeliveryReceipt(
            message_id(),
            DeliveryStatus.UNDELIVERED,
            NOW + timedelta(seconds=1),
            "30005",
            reason=Rejection.BAD_NUMBER,
            raw="failed",
        )
    ]
    [request] = script.requests
    assert request.method == "GET"
    assert urlsplit(request.url).path == f"{ONE}.json"


def test_a_record_without_a_date_is_as_of_now():
    """An odd date is no date."""
    for date in (None, "yesterday", "Mon, 99 Mar 2026 09:00:00 +0000"):
        twilio, _ = transport(answer(200, record(date_updated=date)))
        [receipt] = twilio.fetch_receipts([message_id()])
        assert receipt.at == NOW


def test_what_is_not_there_has_no_receipt():
    """A deleted record is no error, and the others are told."""
    twilio, script = transport(
        answer(200, record(1)), failure(404, 20404), answer(200, record(3))
    )
    found = twilio.fetch_receipts([message_id(nth) for nth in (1, 2, 3)])
    assert [each.provider_id for each in found] == [
        message_id(1),
        message_id(3),
    ]
    assert len(script.requests) == 3
    assert twilio.fetch_receipts([]) == []


def test_a_scheduled_message_is_called_off():
    """If it is not too late; what nobody knows is an error."""
    twilio, script = transport(
        answer(200, record(status="canceled")),
        answer(200, record(status="delivered")),
        failure(400, 30409),
        failure(404, 20404),
    )
    assert twilio.cancel(message_id())
    for _ in range(3):
        assert not twilio.cancel(message_id())
    request = script.requests[0]
    assert (request.method, request.body) == ("POST", b"Status=canceled")


def test_texts_are_emptied_and_records_deleted():
    """That there is nothing left is sure either way."""
    twilio, script = transport(
        answer(200, record(body="")),
        answer(204),
        failure(404, 20404),
        failure(404, 20404),
    )
    assert twilio.redact(message_id())
    assert twilio.delete(message_id())
    assert not twilio.redact(message_id())
    assert not twilio.delete(message_id())
    assert [request.method for request in script.requests] == [
        *("POST", "DELETE", "POST", "DELETE")
    ]
    assert script.requests[0].body == b"Body="
    assert script.requests[1].body == b""


def test_feedback_says_whether_it_worked():
    """For codes that were typed in, or not."""
    twilio, script = transport(answer(201, {}), answer(201, {}))
    twilio.feedback(message_id())
    twilio.feedback(message_id(), confirmed=False)
    first, second = script.requests
    assert urlsplit(first.url).path == f"{ONE}/Feedback.json"
    assert first.body == b"Outcome=confirmed"
    assert second.body == b"Outcome=unconfirmed"


ACTS = [
    lambda twilio, sid: twilio.fetch_receipts([message_id(), sid]),
    lambda twilio, sid: twilio.cancel(sid),
    lambda twilio, sid: twilio.redact(sid),
    lambda twilio, sid: twilio.delete(sid),
    lambda twilio, sid: twilio.feedback(sid),
]


@pytest.mark.parametrize("act", ACTS)
def test_a_refusal_is_told_by_its_code_alone(act):
    """Erasure that did not happen must not pass for one."""
    for given in (failure(403, 20005), failure(500, 20500), answer(302)):
        twilio, _ = transport(given)
        with pytest.raises(TransportError, match=r"20005|20500|http-302"):
            act(twilio, message_id())
    for error in (NeverLeftError("refused"), LostAnswerError("timed out")):
        twilio, _ = transport(error)
        with pytest.raises(type(error)):
            act(twilio, message_id())


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "sid",
    ["", "SM1", "../Messages", None, "SM" * 17, number().reveal()],
)
def test_what_is_no_id_gets_into_no_url(act, sid):
    """Nothing is asked; a number among them shows in no frame of ours."""
    twilio, script = transport()
    with pytest.raises(ValueError, match="no such id"):
        act(twilio, sid)
    assert script.requests == []


@pytest.mark.parametrize("act", ACTS[:2])
def test_success_without_a_record_is_no_receipt(act):
    """Of another shape, or none at all."""
    twilio, _ = transport(answer(200, {"sid": "x"}))
    with pytest.raises(TransportError, match="no message"):
        act(twilio, message_id())


def test_it_can_all_be_awaited():
    """Each question has its twin, with the same answer."""
    found = answer(200, record())
    gone = answer(200, record(status="canceled"))
    answers = [found, gone, found, answer(204), answer(201, {}), page()]
    script = Script(*answers)

    async def client(request):
        return script(request)

    twilio, _ = transport(client=client)
    sid = message_id()

    async def ask():
        return [
            await twilio.fetch_receipts_async([sid]),
            await twilio.cancel_async(sid),
            await twilio.redact_async(sid),
            await twilio.delete_async(sid),
            await twilio.feedback_async(sid),
            await twilio.reconcile_async([outbound()], NOW, final=True),
        ]

    said = anyio.run(ask)
    plain, _ = transport(*answers)
    assert said == [
        plain.fetch_receipts([sid]),
        plain.cancel(sid),
        plain.redact(sid),
        plain.delete(sid),
        plain.feedback(sid),
        plain.reconcile([outbound()], NOW, final=True),
    ]
    for act in (twilio.cancel_async, twilio.redact_async):
        with pytest.raises(ValueError, match="no such id"):
            anyio.run(act, number().reveal())
