"""What is refused at capture, and the wordings that it takes."""

import pytest
from ledger_capture import ASK, DAY, NEWER, open_shop
from ledger_people import START, WORDING, person

from anonsms.consent import EventKind, Wording
from anonsms.errors import (
    BoughtListError,
    ConsentError,
    PretickedBoxError,
    StaleGrantError,
    UnknownPurposeError,
    UnknownWordingError,
)


@pytest.fixture(params=["memory", "file"])
def shop(request, url, keys, clock):
    """A ledger in memory, and one in a file."""
    place = url if request.param == "file" else "sqlite://"
    with open_shop(place, keys, clock) as opened:
        yield opened


def test_a_wording_is_published_once(shop, clock):
    """It is on record from then on; the same again records nothing."""
    first = shop.publish(WORDING)
    assert (first.kind, first.at, first.token) == (
        EventKind.PUBLISHED,
        START,
        "",
    )
    assert dict(first.details)["sha256"] == WORDING.sha256
    clock.move(days=1)
    assert shop.publish(WORDING) == first
    assert shop.publish(NEWER) != first
    assert shop.wordings() == [WORDING, NEWER]
    kinds = [e.kind for e in shop._journal.events.about_nobody()]
    assert kinds.count(EventKind.PUBLISHED) == 2


def test_a_published_wording_never_changes(shop):
    """Another text under the same version would rewrite history."""
    shop.publish(WORDING)
    with pytest.raises(ConsentError, match="new version"):
        shop.publish(Wording("checkout-sms", "2026-03", "fr", "Oui, tout."))
    assert shop.wordings() == [WORDING]


def test_a_wording_is_found_by_its_names(shop):
    """The newest version unless named; never a guess between languages."""
    english = Wording("checkout-sms", "2026-03", "en", "Yes, offers by SMS.")
    for each in (WORDING, NEWER, english):
        shop.publish(each)
    assert shop.wording("checkout-sms", "fr") == NEWER
    assert shop.wording("checkout-sms", "fr", "2026-03") == WORDING
    assert shop.wording("checkout-sms", "en") == english
    assert shop.wording("checkout-sms", version="2026-09") == NEWER
    for names, told in [
        (("checkout-sms",), "several languages"),
        (("checkout-sms", "pl"), "There are: fr 2026-03, fr 2026-09, en"),
        (("till",), "ever published"),
    ]:
        with pytest.raises(UnknownWordingError, match=told):
            shop.wording(*names)


def test_a_grant_may_name_a_published_wording(shop, zoe):
    """By its id alone; what nobody published is refused."""
    with pytest.raises(UnknownWordingError, match="publish"):
        shop.grant(zoe, "news", wording="checkout-sms", source="account")
    assert shop.history(zoe) == []
    shop.publish(WORDING)
    event = shop.grant(zoe, "news", wording="checkout-sms", source="account")
    assert event.wording == WORDING


@pytest.mark.parametrize("act", ["ask", "grant"])
@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"preticked": True}, PretickedBoxError, "Planet49"),
        ({"wording": "till"}, UnknownWordingError, "ever published"),
        ({"wording": None}, ConsentError, r"Art\. 7\(1\)"),
        ({"purpose": "birthday"}, UnknownPurposeError, "birthday"),
        ({"source": "sms"}, ConsentError, "policy="),
        ({"source": "sms", "policy": " "}, ConsentError, "policy="),
        ({"at": START + DAY}, ConsentError, "future"),
    ],
)
def test_what_no_grant_may_be_no_question_may_be(
    shop, act, wrong, error, told
):
    """The same refusals on both ways to a yes; nothing is recorded."""
    zoe = person(1234)
    call = {"purpose": "news", **ASK, **wrong}
    with pytest.raises(error, match=told):
        getattr(shop, act)(zoe, **call)
    assert shop.history(zoe) == []


def test_a_yes_after_a_stop_needs_newer_evidence(shop, clock, zoe):
    """Older than the stop, or as old: refused; newer: it counts again."""
    clock.move(days=2)
    shop.oppose(zoe, "news", source="link")
    for at in (START, START + DAY, clock.now):
        with pytest.raises(StaleGrantError, match="newer"):
            shop.grant(zoe, "news", at=at, **ASK)
    clock.move(microseconds=1)
    assert shop.grant(zoe, "news", **ASK)
    assert shop.state(zoe, "news").given


def test_a_bought_list_is_refused(shop):
    """Whoever sold it was told yes, not the shop."""
    with pytest.raises(BoughtListError, match="bought list"):
        shop.import_grants(
            [person(1)],
            "news",
            wording=WORDING,
            provenance="fair",
            obtained_at=START - DAY,
            bought=True,
        )
    assert shop.history(person(1)) == []


def test_a_keyword_counts_with_the_notice_that_announces_it(shop, zoe):
    """The version of the notice is on record with the grant."""
    event = shop.grant(
        zoe, "news", wording=WORDING, source="sms", policy=" 2026-03 "
    )
    assert dict(event.details) == {
        "controller": "Ma Boutique",
        "policy": "2026-03",
    }


PLAIN = [
    ("grant", {"purpose": "news", **ASK}, "placement"),
    ("grant", {"purpose": "news", **ASK}, "incentive"),
    ("ask", {"purpose": "news", **ASK}, "policy"),
    ("withdraw", {"source": "sms"}, "rule"),
    ("suppress", {"source": "staff"}, "reason"),
    ("release", {"source": "staff"}, "reason"),
]


@pytest.mark.parametrize(("act", "call", "name"), PLAIN)
@pytest.mark.parametrize(
    "number",
    [
        "asked at +33 6 39 98 12 34",
        "0639981234",
        "call (202) 555-0123 first",
        "06.39.98.12.34, 2026-02-28",
        "٠٦٣٩٩٨١٢٣٤",
    ],
)
def test_no_number_is_kept_in_plain(shop, act, call, name, number):
    """What is not sealed must not tell whom it is about."""
    zoe = person(1234)
    with pytest.raises(ConsentError, match=f"The {name} seems to hold"):
        getattr(shop, act)(zoe, **call, **{name: number})
    assert shop.history(zoe) == []


@pytest.mark.parametrize("name", ["import_grants", "import_withdrawals"])
def test_no_number_is_kept_in_a_provenance(shop, name):
    """Nor shown by the error; a reason that comes by place is looked at."""
    more = {"wording": WORDING, "obtained_at": START - DAY, "purpose": "news"}
    with pytest.raises(ConsentError, match="provenance seems to hold"):
        getattr(shop, name)(
            [person(1)],
            provenance="list of +33 6 39 98 12 34",
            **(more if name == "import_grants" else {}),
        )
    with pytest.raises(ConsentError, match="reason seems to hold"):
        shop.suppress(person(1), "asked by 06 39 98 12 34", source="staff")
    assert shop.history(person(1)) == []


@pytest.mark.parametrize(
    "text",
    [
        "export of 2026-02-28",
        "export of 28.02.2026, page 3",
        "2026-02-28T14:30:05.123456+00:00",
        "saison 2025-2026",
        "-10 %, from 2026/3/1 to 2026/3/31",
        "v 2026-03",
        "box 3, row 12, page 4",
    ],
)
def test_dates_and_versions_are_no_numbers(shop, zoe, text):
    """They are what such texts are for."""
    event = shop.grant(zoe, "news", incentive=text, **ASK)
    assert dict(event.details)["incentive"] == text
