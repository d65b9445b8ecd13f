"""What answers and codes of SMSAPI mean, whatever they look like."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsapi_double import answer, key_of, number, once, text, transport

from anonsms.message import (
    Accepted,
    DeliveryStatus,
    NotSent,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transport import HttpResponse
from anonsms.transport.telling import amount
from anonsms.transports.smsapi.codes import STATUSES, code_of, status_of


OTHER, CONTENT = Rejection.OTHER, Rejection.CONTENT
ACCOUNT, MONEY = Rejection.ACCOUNT, Rejection.MONEY
BAD_NUMBER = Rejection.BAD_NUMBER

# Every row of the table of errors.
REFUSED = {
    **dict.fromkeys([13, 33], BAD_NUMBER),
    57: Rejection.OPTED_OUT,
    32: Rejection.ORIGINATOR,
    96: ACCOUNT,
    **dict.fromkeys(
        [11, 12, 17, 21, 22, 23, 24, 25, 26, 30, 36, 94, 104], CONTENT
    ),
    **dict.fromkeys([18, 19, 20, 27, 31, 35, 40, 41, 50, 51, 54, 55], OTHER),
    **dict.fromkeys([56, 60, 61, 62, 65, 66, 70, 72, 75], OTHER),
    **dict.fromkeys([300, 301, 400], OTHER),
    # Newer than the list: kept, and refused for good.
    **dict.fromkeys([80, 89, 106, 203, 4711], OTHER),
}
WIDE = {
    14: Rejection.ORIGINATOR,
    103: MONEY,
    **dict.fromkeys([101, 102, 105, 110, 1000, 1001], ACCOUNT),
}
LATER = {52: None, 74: 900.0, 200: 1.0, 202: 1.0}
OPEN = (8, 201, 666, 999)


def one(response, body="Bonjour", **options):
    """What a single message comes to."""
    [outcome] = once(
        transport(None, **options), [text(1, body)], lambda _: response
    )
    return outcome


def expected(code):
    """What the table says of a code."""
    if code in REFUSED:
        return Rejected(key_of(1), REFUSED[code], str(code))
    if code in WIDE:
        return Rejected(key_of(1), WIDE[code], str(code), account_wide=True)
    if code in LATER:
        return NotSent(key_of(1), f"the provider said {code}", LATER[code])
    if code in OPEN:
        return Uncertain(key_of(1), f"the provider said {code}")
    return Accepted(key_of(1), "")


@pytest.mark.parametrize("code", [*REFUSED, *WIDE, *LATER, *OPEN, 53])
def test_every_code_has_its_class(code):
    """As a number, as a text, and in the short form."""
    for response in (
        answer({"error": code, "message": "whatever"}),
        answer({"error": str(code), "message": None}),
        HttpResponse(200, {}, b"ERROR:%d" % code),
        answer({"error": code}, 400),
    ):
        assert one(response) == expected(code)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (HttpResponse(500, {}, b"{}"), Uncertain),
        (answer({"error": 101}, 500), Uncertain),
        (HttpResponse(503, {}, b"busy"), Uncertain),
        (HttpResponse(302, {}, b""), Uncertain),
        (HttpResponse(408, {}, b""), Uncertain),
        (HttpResponse(200, {}, b""), Uncertain),
        (HttpResponse(200, {}, b"<html>"), Uncertain),
        (HttpResponse(200, {}, b'{"count": 1, "list": [{"id'), Uncertain),
        (answer({}), Uncertain),
        (answer([]), Uncertain),
        (answer({"error": None}), Uncertain),
        (answer({"error": True}), Uncertain),
        (answer({"list": [7, None]}), Uncertain),
        (HttpResponse(429, {}, b"{}"), NotSent),
        (HttpResponse(409, {}, b""), Uncertain),
        (HttpResponse(200, {}, b"ERROR:0"), Uncertain),
        (HttpResponse(413, {}, b""), Rejected),
        (HttpResponse(404, {}, b"{}"), Rejected),
    ],
)
def test_odd_answers_are_never_taken_for_yes(response, outcome):
    """Broken bodies and a server's errors leave it open."""
    assert type(one(response)) is outcome


def test_the_rest_side_has_tags():
    """The status decides, the tag is kept."""
    tagged = answer({"error": "invalid_request_data", "errors": []}, 400)
    assert one(tagged) == Rejected(key_of(1), OTHER, "invalid_request_data")
    denied = answer({"error": "authorization_failed"}, 401)
    assert one(denied) == Rejected(
        key_of(1), ACCOUNT, "authorization_failed", account_wide=True
    )
    bare = HttpResponse(403, {}, b"")
    assert one(bare) == Rejected(
        key_of(1), ACCOUNT, "http-403", account_wide=True
    )


def test_too_fast_says_how_long():
    """A header of the answer counts."""
    outcome = one(HttpResponse(429, {"Retry-After": "7"}, b""))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == 7.0


def row(nth=1, **fields):
    """A row of a success."""
    digits = number(nth).reveal()[1:]
    return {
        "id": "1460000000000000001",
        "points": 0.16,
        "number": digits,
        "submitted_number": digits,
        "status": "QUEUE",
        "error": None,
        "idx": key_of(nth),
        "parts": 2,
        **fields,
    }


def test_a_row_says_what_it_cost():
    """Id, parts and points, as Decimal."""
    assert one(answer({"count": 1, "list": [row()]})) == Accepted(
        key_of(1), "1460000000000000001", 2, Decimal("0.16"), "points"
    )


@pytest.mark.parametrize(
    ("fields", "provider_id"),
    [
        ({"idx": None}, "1460000000000000001"),
        ({"idx": None, "number": 1, "submitted_number": None}, None),
        ({"id": "5f0ad3cd2b5a3e0c1c000000"}, "5f0ad3cd2b5a3e0c1c000000"),
        ({"id": 4711}, "4711"),
        ({"id": "<script>"}, ""),
        ({"id": None}, ""),
        ({"points": "gratis", "parts": "x"}, None),
        ({"points": None, "parts": None}, None),
    ],
)
def test_rows_may_be_odd(fields, provider_id):
    """One recipient and one row belong together; ids look like ids."""
    outcome = one(answer({"list": [row(**fields)]}))
    assert isinstance(outcome, Accepted)
    assert outcome.currency == ("" if outcome.price is None else "points")
    assert provider_id is None or outcome.provider_id == provider_id


def test_a_row_of_somebody_else_is_no_answer():
    """Its idx is another message's."""
    outcome = one(answer({"list": [row(idx=key_of(9), number="1")]}))
    assert isinstance(outcome, Accepted | Uncertain)
    stranger = row(9)
    assert isinstance(one(answer({"list": [stranger]})), Uncertain)


def test_whoever_is_not_listed_was_not_taken():
    """A success without rows, for a single message."""
    assert one(answer({"count": 0, "list": []})) == Rejected(
        key_of(1), OTHER, "not_listed"
    )
    named = {"invalid_numbers": [{"number": row()["number"]}], "list": []}
    assert one(answer(named)) == Rejected(key_of(1), BAD_NUMBER, "not_listed")


def test_a_row_with_an_error_is_none():
    """The field is deprecated, and would count."""
    outcome = one(answer({"list": [row(error=57)]}))
    assert outcome == Rejected(key_of(1), Rejection.OPTED_OUT, "57")


def test_rows_are_matched_by_idx_and_not_by_place():
    """Same numbers, same ids, any order: each gets its own."""
    batch = [text(1), text(2)]
    rows = [row(2, id="b", parts=3), row(1, id="a")]
    outcomes = once(transport(None), batch, lambda _: answer({"list": rows}))
    assert [each.provider_id for each in outcomes] == ["a", "b"]


def test_rows_without_idx_are_matched_by_number():
    """As long as each number comes once."""
    rows = [row(2, id="b", idx=None), row(1, id="a", idx="")]
    outcomes = once(
        transport(None), [text(1), text(2)], lambda _: answer({"list": rows})
    )
    assert [each.provider_id for each in outcomes] == ["a", "b"]


def test_the_short_form_tells_of_one_message():
    """`OK:<id>:<points>`, and nothing for several."""
    outcome = one(HttpResponse(200, {}, b"OK:1460001:0.32"))
    assert outcome == Accepted(
        key_of(1), "1460001", price=Decimal("0.32"), currency="points"
    )
    several = HttpResponse(200, {}, b"OK:1:0.1;ERROR:13;OK:2:0.1")
    assert isinstance(one(several), Uncertain)


FIELDS = [
    "list",
    "error",
    "invalid_numbers",
    "idx",
    "number",
    "id",
    "points",
    "parts",
    "error_code",
    "submitted_number",
]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([key_of(1), number(1).reveal()[1:], 53, "13"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    st.one_of(
        json_values.map(answer),
        st.builds(
            HttpResponse,
            st.integers(100, 599),
            st.just({}),
            st.binary(max_size=60),
        ),
    ),
    st.integers(1, 3),
)
def test_no_answer_breaks_anything(response, count):
    """Each message has one outcome, and its code looks like a code."""
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(1, count + 1)]
    outcomes = once(transport(None), batch, lambda _: response)
    assert len(outcomes) == count
    for message, outcome in zip(batch, outcomes, strict=True):
        assert isinstance(outcome, Outcome)
        if isinstance(outcome, Rejected):
            assert len(outcome.code) <= 130
            assert message.number.reveal()[1:] not in outcome.code
        if isinstance(outcome, Accepted) and outcome.price is not None:
            assert outcome.price.is_finite()


@pytest.mark.parametrize(
    ("value", "price"),
    [
        ("0.3000", Decimal("0.3000")),
        (0.3, Decimal("0.3")),
        (1, Decimal(1)),
        *((value, None) for value in ("", "x", "NaN", "-1", "1_0", "1e9")),
        *((value, None) for value in (None, True, -1, [], 10**40)),
        *((value, None) for value in (float("nan"), float("inf"), -0.5)),
    ],
)
def test_points_are_decimal_or_nothing(value, price):
    """Numbers and numeric texts; garbage is no price."""
    assert amount(value) == price


@pytest.mark.parametrize(
    "value",
    [True, None, 0, -1, 10**11, "48212000000", "Zoé", "a b", "x" * 90, [], ""],
)
def test_a_code_is_no_number_of_a_person(value):
    """What does not look like a code is none."""
    assert code_of(value) == ""


@pytest.mark.parametrize("code", STATUSES)
def test_every_status_has_its_class(code):
    """By number, by name and by the name in lower case."""
    name, status = STATUSES[code]
    assert status_of(code) == (status, code)
    assert status_of(name) == (status, name)
    assert status_of(name.lower())[0] is status
    final = {"402", "404", "405", "406", "407", "412"}
    assert status.final is (code in final)


def test_unknown_statuses_are_kept():
    """As they were written, and not final."""
    assert status_of("413") == (DeliveryStatus.UNKNOWN, "413")
    assert status_of("", "LOST_AT_SEA") == (
        DeliveryStatus.UNKNOWN,
        "LOST_AT_SEA",
    )
    assert status_of("999", "DELIVERED") == (
        DeliveryStatus.DELIVERED,
        "DELIVERED",
    )
    assert status_of("+48 212") == (DeliveryStatus.UNKNOWN, "")
    for name in ("stopped", "queued", "sent", "undelivered", "expired"):
        assert status_of(name)[0] is not DeliveryStatus.UNKNOWN
