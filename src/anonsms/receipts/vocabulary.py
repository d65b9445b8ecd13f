"""The words that consent records use: prefixes, profiles and DPV terms."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from anonsms.consent import EventKind, Family


RECORD_PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
RECORD_PROFILE_GDPR: Final = f"{RECORD_PROFILE}-eu-gdpr"
RECEIPT_PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
RECEIPT_PROFILE_GDPR: Final = (
    "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"
)

_PREFIXES: Final = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What these point to are things of the vocabulary or of the same document,
# not texts: without this, JSON-LD would read "dpv:Store" as six letters.
_POINTING: Final = (
    "dct:conformsTo",
    "dpv:hasAuthority",
    "dpv:hasDataController",
    "dpv:hasJurisdiction",
    "dpv:hasLegalBasis",
    "dpv:hasLocation",
    "dpv:hasNecessity",
    "dpv:hasNotice",
    "dpv:hasProcessing",
    "dpv:hasRecipient",
    "dpv:isIndicatedBy",
    "schema:url",
    "skos:broader",
    "spdx:algorithm",
)
_TIMED: Final = ("dct:created", "dpv:isIndicatedAtTime")


def context() -> dict[str, object]:
    """The ``@context`` of a document: a fresh one, theirs to change."""
    return {
        **_PREFIXES,
        **{term: {"@type": "@id"} for term in _POINTING},
        **{term: {"@type": "xsd:dateTime"} for term in _TIMED},
    }


@frozen
class Meaning:
    """
    What one kind of event is in DPV.

    Attributes:
        states: Its classes, the consent status first.
        basis: The type of consent, or what stands in its place.
        by_person: Whether the person indicated it, not the controller.
        until: What ends it, where no date does.
    """

    states: tuple[str, ...]
    basis: str
    by_person: bool
    until: str


LEGITIMATE: Final = "dpv:LegitimateInterestOfController"
"""What stands in the place of consent after a sale."""

_EXPRESSED: Final = "dpv:ExpressedConsent"
_NO: Final = "New consent by the data subject"
_YES: Final = "Withdrawal by the data subject"

MEANINGS: Final = {
    EventKind.ASKED: Meaning(
        ("dpv:ConsentRequested",),
        "dpv:ExplicitlyExpressedConsent",
        by_person=False,
        until="Answer of the data subject",
    ),
    # The answer to a question that asks for nothing but the consent.
    EventKind.CONFIRMED: Meaning(
        ("dpv:ConsentGiven",),
        "dpv:ExplicitlyExpressedConsent",
        by_person=True,
        until=_YES,
    ),
    EventKind.GRANT: Meaning(
        ("dpv:ConsentGiven",), _EXPRESSED, by_person=True, until=_YES
    ),
    EventKind.IMPORTED: Meaning(
        ("dpv:ConsentGiven",), _EXPRESSED, by_person=True, until=_YES
    ),
    EventKind.RENEWAL: Meaning(
        ("dpv:RenewedConsentGiven",), _EXPRESSED, by_person=True, until=_YES
    ),
    # Nobody asked for consent, so nothing is known of any.
    EventKind.SOFT_OPT_IN: Meaning(
        ("dpv:ConsentUnknown", "dpv:LegitimateInterestNotObjected"),
        LEGITIMATE,
        by_person=False,
        until="Objection of the data subject",
    ),
    EventKind.WITHDRAWAL: Meaning(
        ("dpv:ConsentWithdrawn",), "dpv:Consent", by_person=True, until=_NO
    ),
    EventKind.OBJECTION: Meaning(
        ("dpv:ConsentWithdrawn", "dpv:LegitimateInterestObjected"),
        LEGITIMATE,
        by_person=True,
        until=_NO,
    ),
    EventKind.EXPIRY: Meaning(
        ("dpv:ConsentExpired",), "dpv:Consent", by_person=False, until=_NO
    ),
}
"""The kinds that say something about consent; all others have no receipt."""

PURPOSES: Final = {
    Family.MARKETING: "dpv:DirectMarketing",
    Family.SERVICE: "dpv:CustomerOrderManagement",
    Family.SECURITY: "dpv:IdentityAuthentication",
}

RIGHTS: Final = {
    "eu-gdpr:A15": "Access",
    "eu-gdpr:A16": "Rectification",
    "eu-gdpr:A17": "Erasure",
    "eu-gdpr:A18": "Restriction of processing",
    "eu-gdpr:A21": "Objection",
    "eu-gdpr:A77": "Complaint to the authority",
}
"""Rights of everybody under the GDPR, by the article that gives them."""

RIGHTS_OF_CONSENT: Final = {
    "eu-gdpr:A7-3": "Withdrawal of consent",
    "eu-gdpr:A20": "Data portability",
}
"""Those that come with consent as the legal basis."""
