"""Mailjet: its codes, which are asked before the HTTP status."""

import json
from datetime import UTC, datetime

import pytest

from anonsms.message import Accepted, NotSent, Rejected, Rejection, Uncertain
from anonsms.transport import HttpResponse
from anonsms.transports.mailjet.answers import outcome_of
from anonsms.transports.mailjet.codes import STATUSES


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def answered(status, body):
    """What an answer means."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return outcome_of("k-1", HttpResponse(status, {}, body), NOW)


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ((0, 1, 2, 3, 5, 6, 7, 99, "x", None), Accepted("k-1", "7")),
        ((4,), Rejected("k-1", Rejection.OTHER)),
        ((9, 11), Rejected("k-1", Rejection.OPTED_OUT)),
        ((10,), Rejected("k-1", Rejection.ORIGINATOR, "", account_wide=True)),
        ((14,), Rejected("k-1", Rejection.BAD_NUMBER)),
        ((15,), Rejected("k-1", Rejection.MONEY, "", account_wide=True)),
        ((16,), Rejected("k-1", Rejection.ACCOUNT, "", account_wide=True)),
        ((8,), NotSent("k-1", "the provider said status-8")),
        ((12,), NotSent("k-1", "the provider said status-12")),
        ((13,), Uncertain("k-1", "the provider said status-13")),
    ],
)
def test_mailjet_status_counts_in_the_answer_already(codes, outcome):
    """A success may say that the message is refused."""
    for code in codes:
        answer = {"MessageId": "7", "Status": {"Code": code}}
        expected = outcome
        if isinstance(outcome, Rejected):
            expected = Rejected(
                "k-1", outcome.reason, f"status-{code}", outcome.account_wide
            )
        assert answered(200, answer) == expected


def test_mailjet_table_has_all_seventeen_statuses():
    """Each of them has a meaning at once and later."""
    assert set(STATUSES) == set(range(17))


@pytest.mark.parametrize(
    ("code", "reason", "wide"),
    [
        ("sms-0001", Rejection.MONEY, True),
        ("sms-0002", Rejection.OTHER, False),
        ("sms-0003", Rejection.ACCOUNT, True),
        ("sms-0004", Rejection.ACCOUNT, True),
        ("mj-0002", Rejection.OTHER, False),
        ("mj-0015", Rejection.ACCOUNT, True),
        ("mj-0021", Rejection.ACCOUNT, True),
    ],
)
@pytest.mark.parametrize("name", ["ErrorCode", "Code", "code", "error_code"])
@pytest.mark.parametrize("listed", [None, "Errors", "errors"])
def test_mailjet_code_is_asked_before_the_status(
    code, reason, wide, name, listed
):
    """An account without money answers 400 like one bad number."""
    error = {name: code.upper(), "ErrorMessage": "x"}
    answer = {listed: [5, error]} if listed else error
    outcome = answered(400, answer)
    assert outcome == Rejected("k-1", reason, code, wide)


@pytest.mark.parametrize(
    ("related", "reason", "wide"),
    [
        (["To"], Rejection.BAD_NUMBER, False),
        ("to", Rejection.BAD_NUMBER, False),
        (["From", "To"], Rejection.BAD_NUMBER, False),
        (["From"], Rejection.ORIGINATOR, True),
        (["Text"], Rejection.CONTENT, False),
        ([], Rejection.OTHER, False),
        (None, Rejection.OTHER, False),
        ([5, {}], Rejection.OTHER, False),
    ],
)
def test_mailjet_related_field_tells_the_reason(related, reason, wide):
    """A bad number is never account-wide."""
    answer = {"ErrorCode": "mj-0005", "ErrorRelatedTo": related}
    assert answered(400, answer) == Rejected("k-1", reason, "mj-0005", wide)


@pytest.mark.parametrize(
    ("status", "reason", "wide"),
    [
        (400, Rejection.OTHER, False),
        (401, Rejection.ACCOUNT, True),
        (402, Rejection.MONEY, True),
        (403, Rejection.ACCOUNT, True),
        (404, Rejection.ACCOUNT, True),
        (405, Rejection.ACCOUNT, True),
        (422, Rejection.OTHER, False),
    ],
)
def test_mailjet_refusals_without_a_known_code(status, reason, wide):
    """The status alone has to do; the answer's words are not kept."""
    for answer in (b"<html>", {"ErrorCode": "call +33 6 39 98 00 01"}):
        outcome = answered(status, answer)
        assert outcome == Rejected("k-1", reason, f"http-{status}", wide)
