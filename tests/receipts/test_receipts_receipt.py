"""A receipt wraps the records of one person."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from receipt_shop import DISCLOSURE, NOON, event, record

from anonsms.consent import SERVICE
from anonsms.errors import ConsentError
from anonsms.receipts import consent_receipt


def test_a_receipt_holds_the_records_whole():
    """Each record is inside, but for the context, which is said once."""
    one = record()
    two = record(event(n=2, purpose="service"), purpose=SERVICE)
    receipt = consent_receipt([one, two], at=NOON)
    expected = [{**r} for r in (one, two)]
    for r in expected:
        del r["@context"]
    assert receipt["dpv:hasRecordOfActivity"] == expected
    assert receipt["@context"] == one["@context"]
    assert receipt["dct:created"] == "2026-03-01T12:00:00Z"


def test_one_record_need_not_be_a_list():
    """A single record makes the same receipt as a list of it."""
    assert consent_receipt(record(), at=NOON) == consent_receipt(
        [record()], at=NOON
    )


def test_the_name_of_a_receipt_stands_for_its_content():
    """Same content, same id; another time or record, another id."""
    first = consent_receipt(record(), at=NOON)["dct:identifier"]
    assert first == consent_receipt(record(), at=NOON)["dct:identifier"]
    later = consent_receipt(record(), at=NOON + timedelta(seconds=1))
    other = consent_receipt(record(event(n=2)), at=NOON)
    assert len({first, later["dct:identifier"], other["dct:identifier"]}) == 3


def test_the_shop_may_name_its_receipts():
    """Any UUID will do; what is none is refused."""
    name = "c0ffee00-1234-4abc-8def-0123456789ab"
    receipt = consent_receipt(record(), at=NOON, receipt_id=name)
    assert receipt["@id"] == f"urn:uuid:{name}"
    assert receipt["dct:identifier"] == receipt["dpv:hasIdentifier"] == name
    with pytest.raises(ConsentError, match="UUID"):
        consent_receipt(record(), at=NOON, receipt_id="receipt-7")


def test_a_receipt_never_shows_two_people():
    """Records of different people are refused."""
    with pytest.raises(ConsentError, match="one person"):
        consent_receipt([record(), record(event(n=2, token="ffff"))], at=NOON)


def test_a_receipt_without_records_is_none():
    """Nothing, or what is no record, is refused."""
    with pytest.raises(ConsentError, match="at least one"):
        consent_receipt([], at=NOON)
    with pytest.raises(ConsentError, match="consent records"):
        consent_receipt({"@type": "dpv:Notice"}, at=NOON)
    with pytest.raises(ConsentError, match="consent records"):
        consent_receipt(consent_receipt(record(), at=NOON), at=NOON)


def test_the_time_of_a_receipt_has_a_zone():
    """A naive time is refused."""
    with pytest.raises(ConsentError, match="time zone"):
        consent_receipt(
            record(),
            at=datetime(2026, 3, 1),  # noqa: DTZ001 - on purpose
        )


def test_the_profile_is_that_of_all_records():
    """The GDPR profile is claimed only where every record follows it."""
    plain = record(
        event(n=2), disclosure=evolve(DISCLOSURE, gdpr=False, authority=None)
    )
    gdpr = consent_receipt(record(), at=NOON)["dct:conformsTo"]
    mixed = consent_receipt([record(), plain], at=NOON)["dct:conformsTo"]
    assert gdpr.endswith("#receipt-eu-gdpr")
    assert mixed.endswith("#receipt-record")


def test_documents_share_nothing():
    """To change a receipt changes neither its record nor the next one."""
    source = record()
    receipt = consent_receipt(source, at=NOON)
    receipt["@context"]["dpv"] = "elsewhere"
    assert source["@context"]["dpv"] == record()["@context"]["dpv"]
    assert source["@context"]["dpv"] != "elsewhere"
