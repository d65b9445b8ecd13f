"""The Kantara receipt: for grants only, and always the same."""

from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from receipt_shop import (
    CONTROLLER,
    DISCLOSURE,
    IDS,
    NOON,
    PARTNER,
    SAYING,
    WORDING,
    event,
    kantara,
    record,
)

from anonsms.consent import SERVICE, EventKind
from anonsms.errors import ConfigurationError, ConsentError


SIX_BITS = 0xF000_C000_0000_0000_0000  # version and variant, RFC 9562 §4


def test_the_receipt_tells_the_grant():
    """Version, time in seconds, text, language, principal and controller."""
    receipt = kantara(event(expires_at=NOON + timedelta(days=365)))
    assert receipt["version"] == "KI-CR-v1.1.0"
    assert receipt["consentTimestamp"] == 1772366400
    assert receipt["language"] == "fr"
    assert receipt["piiPrincipalId"] == "b2a7"
    assert receipt["policyUrl"] == CONTROLLER.privacy_url
    assert WORDING.sha256 in receipt["collectionMethod"]
    [party] = receipt["piiControllers"]
    assert party["address"] == {
        "streetAddress": CONTROLLER.address,
        "addressCountry": "FR",
    }
    [service] = receipt["services"]
    [purpose] = service["purposes"]
    assert purpose["purpose"] == WORDING.text
    assert purpose["purposeCategory"] == ["6 - Marketing"]
    assert purpose["consentType"] == "EXPLICIT"
    assert purpose["termination"].startswith("2027-03-01T12:00:00Z")
    assert purpose["thirdPartyDisclosure"] is False


@given(IDS, IDS)
def test_an_event_has_one_receipt_id_and_two_have_two(one, two):
    """The id is the event's own but for the six bits that say UUID-4."""
    first = UUID(kantara(event(id=one))["consentReceiptID"])
    again = UUID(kantara(event(id=one))["consentReceiptID"])
    other = UUID(kantara(event(id=two))["consentReceiptID"])
    assert first == again
    assert first.version == 4
    assert first.int & ~SIX_BITS == int(one, 16) & ~SIX_BITS
    differ = (int(one, 16) ^ int(two, 16)) & ~SIX_BITS
    assert (first != other) is bool(differ)


def test_record_and_receipt_of_an_event_name_it_alike():
    """Both formats can be traced to the same event of the ledger."""
    assert kantara()["consentReceiptID"] == record()["dct:identifier"]


@pytest.mark.parametrize(
    "kind", sorted(kind for kind in SAYING if not kind.gives)
)
def test_what_gives_nothing_has_no_kantara_receipt(kind):
    """A no, an expiry or a question is refused, with the way to go."""
    with pytest.raises(ConsentError, match="consent_record"):
        kantara(event(kind))


def test_a_soft_opt_in_says_that_it_is_no_consent():
    """The type is IMPLICIT, and the method tells of the sale."""
    receipt = kantara(event(EventKind.SOFT_OPT_IN, wording=None))
    [purpose] = receipt["services"][0]["purposes"]
    assert purpose["consentType"] == "IMPLICIT"
    assert purpose["purpose"] == "marketing"
    assert "not consent" in receipt["collectionMethod"]
    assert receipt["language"] == DISCLOSURE.language


def test_a_grant_without_its_text_is_refused():
    """A receipt that cannot say what was agreed to proves nothing."""
    with pytest.raises(ConsentError, match="text"):
        kantara(event(wording=None))


@pytest.mark.parametrize("field", ["email", "phone", "privacy_url"])
def test_what_the_format_wants_is_asked_for(field):
    """A missing contact is named in the error."""
    with pytest.raises(ConfigurationError, match=field):
        kantara(controller=evolve(CONTROLLER, **{field: ""}))


def test_an_address_is_wanted():
    """So is the postal address."""
    with pytest.raises(ConfigurationError, match="postal address"):
        kantara(controller=evolve(CONTROLLER, address=""))


def test_third_parties_are_disclosed_and_processors_are_not_such():
    """Only who uses the data for its own ends is a third party."""
    receipt = kantara(
        disclosure=evolve(
            DISCLOSURE, third_parties=(PARTNER,), further_data=("first name",)
        )
    )
    [purpose] = receipt["services"][0]["purposes"]
    assert purpose["thirdPartyDisclosure"] is True
    assert purpose["thirdPartyName"] == "Bonus Club SA"
    assert purpose["piiCategory"] == ["2 - Contact", "first name"]


def test_optional_parts_of_the_controller_are_left_out():
    """No country and no site: no empty fields."""
    [party] = kantara(controller=evolve(CONTROLLER, url="", country=""))[
        "piiControllers"
    ]
    assert "piiControllerUrl" not in party
    assert party["address"] == {"streetAddress": CONTROLLER.address}


def test_another_purpose_is_refused():
    """The receipt is about what the event is about."""
    with pytest.raises(ConsentError, match="purpose"):
        kantara(purpose=SERVICE)


def test_seconds_are_rounded_down():
    """Fractions of a second are cut, also before 1970."""
    half = NOON + timedelta(microseconds=999_999)
    assert kantara(event(at=half))["consentTimestamp"] == 1772366400
