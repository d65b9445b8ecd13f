"""The gate decides by its rules, in their order, and says why."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonsms as sms
from anonsms.gate import Case, Spending, Terms, decide
from anonsms.gate.rules import PERSON_RULES, TEXT_RULES


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOBILE = sms.PhoneNumber.parse("+33 6 39 98 12 34")
FIXED = sms.PhoneNumber.parse("+33 1 99 00 12 34")
OFFER = "Bonjour, -20 % ce week-end. STOP au 36123"
STEPS = [
    "number",
    "suppression",
    "consent",
    "purpose",
    "way-out",
    "duplicate",
    "render",
    "budget",
]


def terms(purpose=sms.MARKETING, **changes):
    """Terms of a shop on the fake network."""
    originator = sms.Originator.parse(changes.pop("originator", "Shop"))
    said = changes.pop("said", OFFER)
    return Terms(
        purpose=purpose,
        originator=originator,
        exit=sms.way_out(said, originator),
        prices=sms.PriceTable.illustrative(),
        simulated=changes.pop("simulated", True),
        **changes,
    )


def case(status=sms.Status.GIVEN, text=OFFER, **changes):
    """One message that would pass, but for the changes."""
    suppressed = changes.pop("suppressed", "")
    return Case(
        terms=changes.pop("terms", terms()),
        number=changes.pop("number", MOBILE),
        state=sms.ConsentState(status, since=NOW, suppressed=suppressed),
        now=changes.pop("now", NOW),
        render=lambda: text,
        **changes,
    )


def test_all_steps_pass_in_order():
    """A message that may leave has passed every step, in DESIGN's order."""
    decision = decide(case())
    assert decision.allowed
    assert [reason.step for reason in decision.trail] == STEPS


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("number.kind", case(number=FIXED)),
        ("number.fictional", case(terms=terms(simulated=False))),
        ("suppression", case(suppressed="complaint")),
        ("consent.none", case(sms.Status.UNKNOWN)),
        ("consent.expired", case(sms.Status.EXPIRED)),
        ("consent.paused", case(sms.Status.PAUSED)),
        ("consent.withdrawn", case(sms.Status.WITHDRAWN)),
        (
            "purpose.security-in-bulk",
            case(terms=terms(sms.SECURITY, bulk=True)),
        ),
        ("way-out.none", case(terms=terms(said="-20 % ce week-end"))),
        (
            "way-out.none",
            case(terms=terms(said="-20 %. Reply STOP to opt out")),
        ),
        ("duplicate.sent", case(sent_before="delivered")),
        ("duplicate.rejected", case(sent_before="rejected")),
        ("duplicate.in-doubt", case(sent_before="in_doubt")),
        (
            "render.missing-tag",
            case(text=sms.MissingTagError("no", tags=["a"])),
        ),
        ("render.unsafe-value", case(text=sms.UnsafeValueError("", tag="a"))),
        ("render.text", case(terms=terms(sms.SERVICE), text="\ud83d")),
        ("render.empty", case(terms=terms(sms.SERVICE), text="  ")),
        (
            "budget.parts",
            case(terms=terms(budget=sms.Budget(max_parts=1)), text=OFFER * 5),
        ),
        (
            "budget.recipients",
            case(
                terms=terms(budget=sms.Budget(max_recipients=2)),
                spent=Spending(recipients=2),
            ),
        ),
        (
            "budget.price",
            case(
                terms=terms(budget=sms.Budget(max_price="1")),
                spent=Spending(price=Decimal("0.95")),
            ),
        ),
    ],
)
def test_each_rule_refuses(rule, bad):
    """Each rule refuses its own case, and the trail ends there."""
    decision = decide(bad)
    assert not decision
    assert decision.rule == rule
    assert [r.passed for r in decision.trail].count(False) == 1
    assert len(decision.because) > 10


def test_money_limit_needs_a_price():
    """With a limit in money, a country without a price is refused."""
    prices = sms.PriceTable({}, "EUR", NOW.date(), "test")
    limited = Terms(
        purpose=sms.MARKETING,
        originator=sms.Originator.parse("Shop"),
        prices=prices,
        budget=sms.Budget(max_price=1),
        exit=terms().exit,
        simulated=True,
    )
    assert decide(case(terms=limited)).rule == "budget.unpriced"


@pytest.mark.parametrize(
    "status",
    [
        sms.Status.UNKNOWN,
        sms.Status.GIVEN,
        sms.Status.EXPIRED,
    ],
)
@pytest.mark.parametrize("purpose", [sms.SERVICE, sms.SECURITY])
def test_service_texts_need_no_marketing_consent(purpose, status):
    """Service and security texts pass without consent and without exit."""
    assert decide(case(status, "Your code", terms=terms(purpose))).allowed


@pytest.mark.parametrize("purpose", [sms.SERVICE, sms.SECURITY])
def test_stop_to_everything_stops_service_texts_too(purpose):
    """Who withdrew from everything gets no service text either."""
    refused = decide(case(sms.Status.WITHDRAWN, "x", terms=terms(purpose)))
    assert refused.rule == "consent.withdrawn"


@pytest.mark.parametrize(
    ("status", "minutes", "rule"),
    [
        (sms.Status.WITHDRAWN, 0, "budget"),
        (sms.Status.WITHDRAWN, 5, "budget"),
        (sms.Status.WITHDRAWN, 6, "consent.confirmation-late"),
        (sms.Status.GIVEN, 0, "consent.nothing-to-confirm"),
        (sms.Status.UNKNOWN, 0, "consent.nothing-to-confirm"),
    ],
)
def test_confirmation_passes_only_a_fresh_opt_out(status, minutes, rule):
    """The confirming text leaves for a fresh opt-out and nothing else."""
    confirming = terms(sms.SERVICE, confirming=timedelta(minutes=5))
    now = NOW + timedelta(minutes=minutes)
    assert (
        decide(case(status, "Done.", terms=confirming, now=now)).rule == rule
    )


def test_nobody_is_rendered_who_may_not_be_texted():
    """A text is not even made for somebody without consent."""

    def never():
        raise AssertionError("rendered")

    asked = case(sms.Status.WITHDRAWN)
    asked.render = never
    assert decide(asked).rule == "consent.withdrawn"


def test_reply_word_works_for_an_answerable_originator():
    """'Reply STOP' is a way out from a short code, not from a name."""
    said = "-20 %. Reply STOP to opt out"
    short_code = terms(said=said, originator="36123")
    assert decide(case(terms=short_code)).allowed
    assert decide(case(terms=terms(said=said))).rule == "way-out.none"


ERRORS = {
    "consent.withdrawn": sms.OptedOutError,
    "consent.paused": sms.OptedOutError,
    "consent.none": sms.NoConsentError,
    "suppression": sms.SuppressedError,
    "way-out.none": sms.NoWayOutError,
    "duplicate.sent": sms.DuplicateError,
    "budget.parts": sms.BudgetExceededError,
    "number.kind": sms.SendRefusedError,
}


@pytest.mark.parametrize(
    "bad",
    [
        case(sms.Status.WITHDRAWN),
        case(sms.Status.PAUSED),
        case(sms.Status.UNKNOWN),
        case(suppressed="dead"),
        case(terms=terms(said="nothing")),
        case(sent_before="accepted"),
        case(terms=terms(budget=sms.Budget(max_parts=1)), text=OFFER * 5),
        case(number=FIXED),
    ],
)
def test_refusal_has_its_own_error(bad):
    """Each refusal raises the class that says why, with the decision."""
    decision = decide(bad)
    error = decision.refusal("a1:00")
    assert type(error) is ERRORS[decision.rule]
    assert error.decision is decision
    assert error.reason == decision.rule
    assert "a1:00" in str(error)


def test_template_error_is_raised_as_it_is():
    """A missing tag is the template's own error, not a wrapped one."""
    missing = sms.MissingTagError("no", tags=["a"])
    assert decide(case(text=missing)).refusal("a1:00") is missing


def test_trail_shows_masked_data_only():
    """The trail shows the mask and the size, never number or text."""
    shown = str(decide(case()))
    assert "•••••••34" in shown
    assert "week-end" not in shown
    assert "GSM-7" in shown


@given(
    status=st.sampled_from(list(sms.Status)),
    suppressed=st.sampled_from(["", "dead"]),
    purpose=st.sampled_from([sms.MARKETING, sms.SERVICE, sms.SECURITY]),
    text=st.sampled_from([OFFER, "x", "", "\ud83d"]) | st.text(max_size=20),
    before=st.sampled_from(["", "accepted", "in_doubt"]),
    bulk=st.booleans(),
    number=st.sampled_from([MOBILE, FIXED]),
    said=st.sampled_from([OFFER, "nothing"]),
)
def test_decide_is_total_and_marketing_is_strict(
    *, status, suppressed, purpose, text, before, bulk, number, said
):
    """Any case gets a decision; marketing passes only with consent given."""
    asked = case(
        status,
        text,
        suppressed=suppressed,
        terms=terms(purpose, bulk=bulk, said=said),
        sent_before=before,
        number=number,
    )
    decision = decide(asked)
    steps = [reason.step for reason in decision.trail]
    assert steps == STEPS[: len(steps)]
    if decision.allowed:
        assert not suppressed
        assert status is not sms.Status.WITHDRAWN
        assert not before
        assert number is MOBILE
        if purpose is sms.MARKETING:
            assert status is sms.Status.GIVEN
            assert said == OFFER


def test_steps_are_those_of_the_rules():
    """There is one rule for each step."""
    assert len(PERSON_RULES) + len(TEXT_RULES) == len(STEPS)


@pytest.mark.parametrize(
    "limits",
    [
        {"max_parts": 0},
        {"max_parts": 2.5},
        {"max_parts": "2"},
        {"max_recipients": True},
        {"max_recipients": float("nan")},
        {"max_price": 1.5},
        {"max_price": "1,50"},
        {"max_price": "NaN"},
        {"max_price": "-1"},
        {"max_price": 0},
    ],
)
def test_budget_refuses_what_is_no_limit(limits):
    """Zero, negative and inexact limits are refused with a remedy."""
    with pytest.raises(sms.ConfigurationError, match="max_"):
        sms.Budget(**limits)
