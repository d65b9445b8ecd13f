"""The plan says what would happen, masked, and sends nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonsms as sms
from anonsms.campaign.planning import veil
from shops import Shop, contact, number


ZOE, LUKASZ = "Zoé", "Łukasz Wielki Drugi z Krakowa"


@pytest.fixture
def shop(tmp_path):
    """A shop with a few agreed people, one of whom left."""
    shop = Shop(tmp_path)
    shop.agree(*(number(n) for n in range(6)))
    shop.ledger.withdraw(number(5), source="link")
    return shop


@pytest.fixture
def plan(shop):
    """The plan for them, for a stranger and for a fixed line."""
    fixed = sms.Contact(
        sms.PhoneNumber.parse("+33 1 99 00 12 34"), {"prenom": ZOE}
    )
    american = sms.Contact(
        sms.PhoneNumber.parse("+1 202 555 0123"), {"prenom": ZOE}
    )
    shop.agree(american.number)
    people = [contact(n) for n in range(7)]
    people[1] = contact(1, prenom=LUKASZ)
    return shop.campaign(*people, fixed, american).plan()


def test_counts_by_reason(plan):
    """Each refused person is counted under one rule, with its sentence."""
    assert plan.contacts == 9
    assert plan.sendable == 6
    assert plan.refused == {
        "consent.withdrawn": 1,
        "consent.none": 1,
        "number.kind": 1,
    }
    assert set(plan.because) == set(plan.refused)


def test_parts_and_price_by_country(plan):
    """Parts and money add up by the country of the number."""
    assert plan.parts == {"1 part GSM-7": 5, "2 parts UCS-2": 1}
    assert plan.countries["FR"].messages == 5
    assert plan.countries["FR"].price == Decimal("0.360")
    assert plan.countries["US"].price == Decimal("0.012")
    assert plan.price == Decimal("0.372")
    assert plan.total_parts == 7


def test_dear_characters_name_the_culprit(plan):
    """The character that forces the dearer alphabet is named."""
    [dear] = plan.dear
    assert dear.character == "Ł"
    assert dear.name == "LATIN CAPITAL LETTER L WITH STROKE"
    assert (plan.dear_texts, plan.dear_seen) == (1, 1)


def test_nothing_is_sent_or_written(shop, plan):
    """A plan leaves network and outbox as they were."""
    assert not shop.network.accepted
    assert shop.ledger.store.query("SELECT count(*) FROM anonsms_outbox") == [
        (0,)
    ]
    assert shop.ledger.store.query(
        "SELECT count(*) FROM anonsms_campaign"
    ) == [(0,)]


@pytest.mark.parametrize("show", [str, repr, lambda p: p._repr_html_()])
def test_all_faces_hide_people(plan, show):
    """Text, repr and HTML show masks and no value."""
    shown = show(plan)
    assert ZOE not in shown
    assert LUKASZ not in shown
    assert "soldes" in shown


def test_text_tells_all_parts(plan):
    """The printed plan has sums, reasons, sizes, prices and samples."""
    shown = str(plan)
    for piece in (
        "may be texted",
        "consent.withdrawn",
        "2 parts UCS-2",
        "0.37 EUR",
        "nobody's offer, as of 2026-11-01",
        "LATIN CAPITAL LETTER L WITH STROKE",
        "Bonjour •••, -20 % ce week-end.",
        "Nothing was sent.",
    ):
        assert piece in shown


def test_html_escapes_what_the_shop_wrote(shop):
    """A campaign's id cannot become markup."""
    html = shop.campaign(name="<script>").plan()._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_unpriced_countries_are_said(shop):
    """Texts without a price are counted apart and never guessed."""
    people = [contact(n) for n in range(2)]
    bare = sms.Messenger(
        shop.network,
        shop.ledger,
        originator="MaBoutique",
        prices=sms.PriceTable(
            {}, "EUR", shop.network.clock().date(), "nothing"
        ),
    )
    template = sms.Template("Soldes. STOP au 36123")
    plan = bare.campaign("x", template, people).plan()
    assert (plan.unpriced, plan.price) == (2, 0)
    assert plan.countries["FR"].price is None
    assert "2 texts without a price" in str(plan)


def test_plan_after_the_run_finds_nobody(shop):
    """Whoever has had the campaign counts as refused."""
    people = [contact(n) for n in range(3)]
    shop.campaign(*people).run()
    plan = shop.campaign(*people).plan()
    assert plan.sendable == 0
    assert plan.refused == {"duplicate.sent": 3}
    assert plan.price == 0


def test_plan_and_run_agree(shop):
    """What the plan counts is what the run sends."""
    people = [contact(n) for n in range(10)]
    campaign = shop.campaign(*people, budget=sms.Budget(max_recipients=3))
    plan = campaign.plan()
    report = campaign.run()
    assert plan.sendable == report.newly_texted == 3
    assert plan.refused == report.refused
    assert plan.price == report.price


def test_empty_audience(tmp_path):
    """An empty audience gives an empty plan, not an error."""
    plan = Shop(tmp_path).campaign().plan()
    assert plan.contacts == 0
    assert "contacts" in str(plan)
    assert plan._repr_html_()


@given(values=st.lists(st.text("abé ,.", min_size=1), min_size=2, max_size=2))
def test_veil_shows_nothing_but_the_templates_own_text(values):
    """What a sample shows beside bullets is text of the template."""
    literals = ["Bonjour ", ", code ", " au revoir"]
    text = literals[0] + values[0] + literals[1] + values[1] + literals[2]
    veiled = veil(text, literals)
    assert len(veiled) == len(text)
    left = veiled.replace("•", "")
    assert left in {"".join(literals[:n]) for n in range(len(literals) + 1)}
