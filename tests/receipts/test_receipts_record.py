"""The consent record says what the events say, and nothing else."""

from datetime import datetime, timedelta, timezone

import pytest
from attrs import evolve
from receipt_shop import (
    CONTROLLER,
    DISCLOSURE,
    NOON,
    PARTNER,
    SAYING,
    WORDING,
    event,
    kantara,
    record,
)

from anonsms.consent import SECURITY, SERVICE, EventKind, Scope, Source
from anonsms.errors import ConfigurationError, ConsentError
from shops import number


def _states(of):
    return [status["@type"][0] for status in of["dpv:hasConsentStatus"]]


def _entity(of, role):
    [found] = [e for e in of["dpv:hasEntity"] if f"dpv:{role}" in e["@type"]]
    return found


@pytest.mark.parametrize(
    ("kind", "state", "basis", "who"),
    [
        (EventKind.GRANT, "Given", "ExpressedConsent", "subject"),
        (EventKind.IMPORTED, "Given", "ExpressedConsent", "subject"),
        (
            EventKind.CONFIRMED,
            "Given",
            "ExplicitlyExpressedConsent",
            "subject",
        ),
        (EventKind.WITHDRAWAL, "Withdrawn", "Consent", "subject"),
        (EventKind.EXPIRY, "Expired", "Consent", "controller"),
        (
            EventKind.ASKED,
            "Requested",
            "ExplicitlyExpressedConsent",
            "controller",
        ),
        (
            EventKind.SOFT_OPT_IN,
            "Unknown",
            "LegitimateInterestOfController",
            "controller",
        ),
        (
            EventKind.OBJECTION,
            "Withdrawn",
            "LegitimateInterestOfController",
            "subject",
        ),
    ],
)
def test_each_kind_has_its_state_basis_and_actor(kind, state, basis, who):
    """State, type of consent and actor come from the kind of the event."""
    of = record(event(kind))
    [status] = of["dpv:hasConsentStatus"]
    assert status["@type"][0] == f"dpv:Consent{state}"
    assert status["dpv:hasLegalBasis"] == f"dpv:{basis}"
    assert status["dpv:isIndicatedBy"] == f"{of['@id']}#{who}"


def test_a_renewal_is_renewed_consent():
    """DPV has a state of its own for consent that was said again."""
    assert _states(record(event(EventKind.RENEWAL))) == [
        "dpv:RenewedConsentGiven"
    ]


@pytest.mark.parametrize("kind", sorted(set(EventKind) - set(SAYING)))
def test_other_kinds_have_no_record(kind):
    """What says nothing about consent is refused, by name."""
    with pytest.raises(ConsentError, match=kind.value):
        record(event(kind))


def test_the_notice_is_the_wording_with_its_hash():
    """The text, its version, language and SHA-256 are in the record."""
    of = record()
    notice, policy = of["dpv:hasNotice"]
    assert notice["dct:identifier"] == WORDING.id
    assert notice["schema:version"] == WORDING.version
    assert notice["dct:language"] == WORDING.language
    assert notice["schema:text"] == WORDING.text
    assert notice["spdx:checksum"]["spdx:checksumValue"] == WORDING.sha256
    assert policy["schema:url"] == CONTROLLER.privacy_url
    [status] = of["dpv:hasConsentStatus"]
    assert status["dpv:hasNotice"] == notice["@id"]


def test_the_person_is_the_token_unless_the_shop_has_a_name():
    """By default the pseudonym; the shop's customer id where it says so."""
    assert record()["dpv:hasDataSubject"]["dct:identifier"] == "b2a7"
    named = record(principal="customer-1048")
    assert named["dpv:hasDataSubject"]["dct:identifier"] == "customer-1048"
    assert "b2a7" not in str(named)


@pytest.mark.parametrize(
    "shape",
    [
        "+33639981234",
        "0033 6 39 98 12 34",
        "0639981234",
        "202-555-0123",
        "tel:+33639981234",
        number(),
    ],
)
def test_a_number_is_no_name_for_a_person(shape):
    """A phone number as principal is refused in both formats."""
    for document in (record, kantara):
        with pytest.raises(ConsentError, match="phone number"):
            document(principal=shape)


@pytest.mark.parametrize(
    "id_",
    ["7012345678901", "C-1048223", "6f1d2c3b-4a59-4687-9012-345678901234"],
)
def test_an_id_of_the_shops_may_have_many_digits(id_):
    """It is taken as it is, in both formats."""
    assert record(principal=id_)["dpv:hasDataSubject"]["dct:identifier"] == id_
    assert kantara(principal=id_)["piiPrincipalId"] == id_


def test_a_grant_that_expires_says_when():
    """The validity is the date; without one, until the person withdraws."""
    until = NOON + timedelta(days=365)
    [dated] = record(event(expires_at=until))["dpv:hasConsentStatus"]
    assert dated["dpv:hasDuration"] == {
        "@type": "dpv:UntilTimeDuration",
        "rdf:value": "2027-03-01T12:00:00Z",
    }
    [open_] = record()["dpv:hasConsentStatus"]
    assert open_["dpv:hasDuration"]["@type"] == "dpv:UntilEventDuration"


def test_times_are_utc():
    """A time of another zone is told in UTC; one without zone is refused."""
    there = timezone(timedelta(hours=2))
    of = record(event(at=datetime(2026, 7, 1, 1, 0, tzinfo=there)))
    [status] = of["dpv:hasConsentStatus"]
    assert status["dpv:isIndicatedAtTime"] == "2026-06-30T23:00:00Z"
    with pytest.raises(ConsentError, match="time zone"):
        record(event(at=datetime(2026, 7, 1)))  # noqa: DTZ001 - on purpose


def test_what_came_later_is_told_in_order():
    """Question, answer, renewal and withdrawal make one record."""
    other = evolve(WORDING, version="2027-01", text="Encore ?")
    of = record(
        event(EventKind.ASKED, 1, wording=WORDING),
        event(EventKind.WITHDRAWAL, 4, 400, scope=Scope.ALL, purpose=""),
        event(EventKind.CONFIRMED, 2, 1, wording=WORDING),
        event(EventKind.RENEWAL, 3, 300, wording=other),
    )
    assert _states(of) == [
        "dpv:ConsentRequested",
        "dpv:ConsentGiven",
        "dpv:RenewedConsentGiven",
        "dpv:ConsentWithdrawn",
    ]
    texts = [n.get("schema:text") for n in of["dpv:hasNotice"]]
    assert texts == [WORDING.text, other.text, None]
    renewed = of["dpv:hasConsentStatus"][2]
    assert renewed["dpv:hasNotice"] == of["dpv:hasNotice"][1]["@id"]


def test_what_does_not_concern_the_consent_is_left_out():
    """The event itself, other purposes, and notes may be handed over too."""
    first = event()
    of = record(
        first,
        first,
        event(EventKind.REVEALED, 2, 1),
        event(EventKind.WITHDRAWAL, 3, 2, purpose="service"),
    )
    assert _states(of) == ["dpv:ConsentGiven"]


def test_a_record_is_of_one_person():
    """Somebody else's event is refused."""
    with pytest.raises(ConsentError, match="one person"):
        record(event(), event(EventKind.WITHDRAWAL, 2, 1, token="ffff"))


def test_a_record_goes_forward():
    """An older event is refused rather than told out of order."""
    with pytest.raises(ConsentError, match="older"):
        record(event(), event(EventKind.ASKED, 2, -1))


def test_a_record_is_about_its_purpose_and_controller():
    """Another purpose, or a controller of another name, is refused."""
    with pytest.raises(ConsentError, match="purpose"):
        record(purpose=SERVICE)
    asked = event(details=(("controller", "Ma Boutique SAS"),))
    assert record(asked)["@type"] == "dpv:ConsentRecord"
    with pytest.raises(ConsentError, match="controller"):
        record(asked, controller=evolve(CONTROLLER, name="Bonus Club SA"))


def test_consent_without_its_text_has_no_record():
    """Who cannot show what was agreed to cannot show consent."""
    with pytest.raises(ConsentError, match="text"):
        record(event(wording=None))
    with pytest.raises(ConsentError, match="text"):
        record(event(EventKind.CONFIRMED, wording=None))


def test_a_no_needs_a_notice_to_point_at():
    """Without a text, the privacy page stands in; without that, refused."""
    no = event(EventKind.WITHDRAWAL)
    [notice] = record(no)["dpv:hasNotice"]
    assert notice["@type"] == "dpv:PrivacyNotice"
    with pytest.raises(ConsentError, match="privacy_url"):
        record(no, controller=evolve(CONTROLLER, privacy_url=""))


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ({"address": " "}, "postal address"),
        ({"email": "", "phone": "", "url": ""}, "how to reach"),
    ],
)
def test_the_controller_can_be_found(without, says):
    """An address and one way of contact are mandatory for each party."""
    with pytest.raises(ConfigurationError, match=says):
        record(controller=evolve(CONTROLLER, **without))


def test_a_soft_opt_in_does_not_pretend_to_be_consent():
    """Its basis is the sale; rights that hang on consent are not promised."""
    process = record(event(EventKind.SOFT_OPT_IN))["dpv:hasProcess"]
    general, gdpr, directive = process["dpv:hasLegalBasis"]
    assert general == "dpv:LegitimateInterestOfController"
    assert gdpr == "eu-gdpr:A6-1-f-controller"
    assert "13(2)" in directive["dct:title"]
    articles = {right["@type"][1] for right in process["dpv:hasRight"]}
    assert "eu-gdpr:A21" in articles
    assert not articles & {"eu-gdpr:A7-3", "eu-gdpr:A20"}


def test_outside_the_gdpr_no_article_is_named():
    """The plain profile names no EU law, and needs no authority."""
    of = record(
        disclosure=evolve(
            DISCLOSURE, gdpr=False, authority=None, jurisdiction="US-FL"
        )
    )
    assert of["dct:conformsTo"].endswith("#record")
    del of["@context"]
    assert "gdpr" not in str(of)
    assert "dpv:hasAuthority" not in of["dpv:hasProcess"]


def test_recipients_are_named_with_their_part():
    """A processor and a third party are told apart."""
    of = record(disclosure=evolve(DISCLOSURE, third_parties=(PARTNER,)))
    assert _entity(of, "DataProcessor")["dpv:hasName"] == "Nimbus SMS GmbH"
    assert _entity(of, "ThirdParty")["dpv:hasName"] == "Bonus Club SA"
    names = of["dpv:hasProcess"]["dpv:hasRecipient"]
    assert names == [
        _entity(of, "DataProcessor")["@id"],
        _entity(of, "ThirdParty")["@id"],
    ]


@pytest.mark.parametrize(
    ("retention", "kind"),
    [
        ("P5Y", "TemporalDuration"),
        ("P1Y6M", "TemporalDuration"),
        ("PT36H", "TemporalDuration"),
        ("P", "UntilEventDuration"),
        ("P1YT", "UntilEventDuration"),
        ("Until the account is closed", "UntilEventDuration"),
    ],
)
def test_retention_is_a_duration_or_words(retention, kind):
    """ISO 8601 durations are told as such, everything else as an event."""
    of = record(disclosure=evolve(DISCLOSURE, retention=retention))
    [_, kept] = of["dpv:hasProcess"]["dpv:hasStorageCondition"]
    assert kept["dpv:hasDuration"]["@type"] == f"dpv:{kind}"


def test_an_import_does_not_claim_the_person_as_source():
    """Only what came by the shop's own doors came from the person."""
    of = record(event(EventKind.IMPORTED, source=Source.IMPORT))
    source = of["dpv:hasProcess"]["dpv:hasDataSource"]
    assert source["@type"] == "dpv:DataSource"
    source = record()["dpv:hasProcess"]["dpv:hasDataSource"]
    assert source["@type"] == "dpv:DataSubjectDataSource"


def test_each_family_of_purposes_has_its_type():
    """The type of a purpose comes from its family."""
    for purpose, term in (
        (SERVICE, "dpv:CustomerOrderManagement"),
        (SECURITY, "dpv:IdentityAuthentication"),
    ):
        of = record(event(purpose=purpose.name), purpose=purpose)
        told = of["dpv:hasProcess"]["dpv:hasPurpose"]
        assert told["skos:broader"] == term
        assert told["dct:title"] == purpose.name


def test_an_id_that_is_none_is_refused():
    """Only the ledger's random ids name a record."""
    with pytest.raises(ConsentError, match="32 hexadecimal"):
        record(event(id="order-7"))


def test_an_event_about_nobody_has_no_record():
    """There is nobody to give it to."""
    with pytest.raises(ConsentError, match="no person"):
        record(event(token=""))
