"""Any event gives documents that keep to the schemas and the vocabulary."""

import copy
import json

import jsonschema
import pytest
from attrs import evolve
from dpv_terms import KNOWN
from hypothesis import given
from hypothesis import strategies as st
from receipt_shop import (
    DISCLOSURE,
    DISCLOSURES,
    INSTANTS,
    NOON,
    PARTNER,
    PURPOSES,
    SAYING,
    TEXTS,
    event,
    events,
    kantara,
    record,
)

from anonsms.consent import (
    MARKETING,
    SECURITY,
    SERVICE,
    Controller,
    Source,
)
from anonsms.errors import ConfigurationError
from anonsms.receipts import consent_receipt, receipt_schema


NAMES = ("iso27560-record", "iso27560-receipt", "kantara")
CONTROLLERS = st.builds(
    Controller,
    TEXTS,
    address=TEXTS,
    email=TEXTS,
    phone=TEXTS,
    privacy_url=TEXTS,
    url=st.just("") | TEXTS,
)
GIVING = tuple(kind for kind in SAYING if kind.gives)


def _validator(name):
    schema = receipt_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


VALID = {name: _validator(name) for name in NAMES}
FULL = evolve(
    DISCLOSURE, third_parties=(PARTNER,), further_data=("first name",)
)
WHOLE = {
    "iso27560-record": record(disclosure=FULL),
    "iso27560-receipt": consent_receipt(record(disclosure=FULL), at=NOON),
    "kantara": kantara(disclosure=FULL),
}


@given(events(), PURPOSES, CONTROLLERS, DISCLOSURES, INSTANTS)
def test_any_event_gives_valid_iso_documents(
    told, purpose, controller, disclosure, at
):
    """Record and receipt keep to the schema, and survive JSON unchanged."""
    made = record(
        evolve(told, purpose=purpose.name),
        purpose=purpose,
        controller=controller,
        disclosure=disclosure,
    )
    receipt = consent_receipt(made, at=at)
    VALID["iso27560-record"].validate(made)
    VALID["iso27560-receipt"].validate(receipt)
    _survives(made)
    _survives(receipt)


@given(events(GIVING), PURPOSES, CONTROLLERS, DISCLOSURES)
def test_any_grant_gives_a_valid_kantara_receipt(
    told, purpose, controller, disclosure
):
    """So does the Kantara receipt of any grant."""
    made = kantara(
        evolve(told, purpose=purpose.name),
        purpose=purpose,
        controller=controller,
        disclosure=disclosure,
    )
    VALID["kantara"].validate(made)
    _survives(made)


def _survives(document):
    plain = json.dumps(
        document,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    assert json.loads(plain.encode().decode()) == document


# What the facts call mandatory, by where it stands in our documents. For
# ISO/IEC TS 27560 as DPV's guide reports it.
MANDATORY = {
    "iso27560-record": {
        "schema_version": "dct:conformsTo",
        "record_id": "dct:identifier",
        "pii_principal_id": "dpv:hasDataSubject",
        "pii_principal_id (value)": "dpv:hasDataSubject/dct:identifier",
        "privacy_notice": "dpv:hasNotice",
        "language": "dpv:hasNotice/0/dct:language",
        "purpose": "dpv:hasProcess/dpv:hasPurpose",
        "pii_information": "dpv:hasProcess/dpv:hasPersonalData",
        "pii_type": "dpv:hasProcess/dpv:hasPersonalData/0/skos:broader",
        "pii_controllers": "dpv:hasProcess/dpv:hasDataController",
        "storage_locations": "dpv:hasProcess/dpv:hasStorageCondition/0",
        "retention_period": "dpv:hasProcess/dpv:hasStorageCondition/1",
        "jurisdiction": "dpv:hasProcess/dpv:hasJurisdiction",
        "recipient_third_parties": "dpv:hasProcess/dpv:hasRecipient",
        "withdrawal_method": "dpv:hasProcess/dpv:hasConsentControl",
        "party_id": "dpv:hasEntity/1/dpv:hasIdentifier",
        "party_address": "dpv:hasEntity/1/dpv:hasAddress",
        "party_name": "dpv:hasEntity/1/dpv:hasName",
        "party_contact": "dpv:hasEntity/1/dpv:hasContact",
        "party_type": "dpv:hasEntity/1/@type",
        "event_time": "dpv:hasConsentStatus/0/dpv:isIndicatedAtTime",
        "validity_duration": "dpv:hasConsentStatus/0/dpv:hasDuration",
        "entity_id": "dpv:hasConsentStatus/0/dpv:isIndicatedBy",
        "event_type": "dpv:hasConsentStatus/0/dpv:hasLegalBasis",
        "event_state": "dpv:hasConsentStatus/0/@type",
        "lawful_basis (GDPR)": "dpv:hasProcess/dpv:hasLegalBasis",
        "collection_method (GDPR)": "dpv:hasProcess/dpv:hasDataSource",
        "processing_method (GDPR)": "dpv:hasProcess/dpv:hasProcessing",
        "processing_locations (GDPR)": (
            "dpv:hasProcess/dpv:hasProcessingCondition"
        ),
        "privacy_rights (GDPR)": "dpv:hasProcess/dpv:hasRight",
        "authority_party (GDPR)": "dpv:hasProcess/dpv:hasAuthority",
    },
    "iso27560-receipt": {
        "schema_version": "dct:conformsTo",
        "receipt_id": "dpv:hasIdentifier",
        "associated records": "dpv:hasRecordOfActivity",
        "creation timestamp": "dct:created",
        "purpose": "dpv:hasRecordOfActivity/0/dpv:hasProcess/dpv:hasPurpose",
    },
    "kantara": {
        name: name
        for name in (
            "version",
            "jurisdiction",
            "consentTimestamp",
            "collectionMethod",
            "consentReceiptID",
            "piiPrincipalId",
            "piiControllers",
            "piiControllers/0",
            "piiControllers/0/piiController",
            "piiControllers/0/contact",
            "piiControllers/0/address",
            "piiControllers/0/email",
            "piiControllers/0/phone",
            "policyUrl",
            "services",
            "services/0",
            "services/0/service",
            "services/0/purposes",
            "services/0/purposes/0",
            "services/0/purposes/0/purposeCategory",
            "services/0/purposes/0/consentType",
            "services/0/purposes/0/piiCategory",
            "services/0/purposes/0/termination",
            "services/0/purposes/0/thirdPartyDisclosure",
            "services/0/purposes/0/thirdPartyName",
            "sensitive",
            "spiCat",
        )
    },
}


@pytest.mark.parametrize(
    ("schema", "field", "path"),
    [
        pytest.param(schema, field, path, id=f"{schema}: {field}")
        for schema, fields in MANDATORY.items()
        for field, path in fields.items()
    ],
)
def test_each_mandatory_field_is_there_and_missed(schema, field, path):
    """The whole document passes; without the field it does not."""
    document = copy.deepcopy(WHOLE[schema])
    VALID[schema].validate(document)
    *way, last = [
        int(step) if step.isdigit() else step for step in path.split("/")
    ]
    place = document
    for step in way:
        place = place[step]
    del place[last]
    assert not VALID[schema].is_valid(document), field


@pytest.mark.parametrize(
    ("schema", "path", "value"),
    [
        ("kantara", "consentTimestamp", 1.5),
        ("kantara", "consentTimestamp", "2026-03-01T12:00:00Z"),
        ("kantara", "consentReceiptID", "receipt-7"),
        ("kantara", "sensitive", "no"),
        ("kantara", "sensitive", True),
        ("kantara", "version", "KI-CR-v1.0.0"),
        ("iso27560-record", "dct:conformsTo", "27560"),
        ("iso27560-record", "dct:created", "yesterday"),
        ("iso27560-record", "dpv:hasNotice", []),
        ("iso27560-receipt", "dpv:hasRecordOfActivity", []),
        ("iso27560-receipt", "@type", "dpv:ConsentRecord"),
    ],
)
def test_wrong_types_and_values_are_found(schema, path, value):
    """The schemas look at types and values too, not only at presence."""
    assert not VALID[schema].is_valid({**WHOLE[schema], path: value})


def _strings(part):
    """Each name and value, as (where it points from, text)."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield key, key
            for name, text in _strings(value):
                yield (key if name is None else name), text
    elif isinstance(part, list):
        for value in part:
            yield from _strings(value)
    elif isinstance(part, str):
        yield None, part


def _vocabulary(document):
    """The compact names that a document uses, names and pointers."""
    context = document["@context"]
    pointing = {
        term
        for term, meaning in context.items()
        if isinstance(meaning, dict) and meaning["@type"] == "@id"
    }
    body = {k: v for k, v in document.items() if k != "@context"}
    return {
        text
        for name, text in _strings(body)
        if (name == text or name in pointing or name == "@type")
        and not text.startswith(("@", "urn:", "https:"))
    }


def _all_documents():
    """Receipts with every kind, purpose and source, and both profiles."""
    told = [event(kind) for kind in SAYING]
    told += [event(source=Source.IMPORT, expires_at=NOON)]
    told += [event(purpose=each.name) for each in (SERVICE, SECURITY)]
    known = {each.name: each for each in (MARKETING, SERVICE, SECURITY)}
    for gdpr in (True, False):
        disclosure = evolve(FULL, gdpr=gdpr)
        for each in told:
            made = record(
                each, purpose=known[each.purpose], disclosure=disclosure
            )
            yield consent_receipt(made, at=NOON)


def test_every_prefix_is_defined_in_the_context():
    """JSON-LD: a name whose prefix the context lacks would be lost."""
    for document in _all_documents():
        names = _vocabulary(document)
        assert "dpv:hasPurpose" in names
        for name in names | {
            term for term in document["@context"] if ":" in term
        }:
            prefix = name.partition(":")[0]
            assert document["@context"][prefix].endswith(("#", "/")), name


def test_every_dpv_term_is_one_of_dpv():
    """No term is of our own making: all are in DPV's term lists."""
    used = set().union(*map(_vocabulary, _all_documents()))
    ours = {
        name for name in used if name.startswith(("dpv:", "pd:", "eu-gdpr:"))
    }
    assert ours - KNOWN == set()
    assert KNOWN - ours == set(), "the list holds terms that nothing uses"


def test_every_pointer_within_a_record_leads_somewhere():
    """Parties, notices and the subject are defined where they are named."""
    for document in _all_documents():
        [made] = document["dpv:hasRecordOfActivity"]
        defined = {
            t
            for name, t in _strings(made)
            if name == "@id" and t.startswith("urn:uuid:")
        }
        named = {t for _, t in _strings(made) if t.startswith("urn:uuid:")}
        assert named == defined


def test_an_unknown_schema_is_refused():
    """The error names the schemas that there are."""
    with pytest.raises(ConfigurationError, match="kantara"):
        receipt_schema("iso29184")


def test_a_schema_is_yours_to_change():
    """Each call reads it afresh."""
    receipt_schema("kantara").clear()
    assert receipt_schema("kantara")["type"] == "object"
