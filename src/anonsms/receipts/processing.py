"""What is done with the data: the processing part of a consent record."""

from __future__ import annotations

import re
from typing import Final

from anonsms.consent import ConsentEvent, Purpose, Source
from anonsms.receipts.disclosure import Disclosure
from anonsms.receipts.vocabulary import (
    LEGITIMATE,
    MEANINGS,
    PURPOSES,
    RIGHTS,
    RIGHTS_OF_CONSENT,
)


_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"
    r"(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?",
    re.ASCII,
)
_SECOND_HAND: Final = (Source.IMPORT, Source.PROVIDER)


def processing(
    event: ConsentEvent, purpose: Purpose, disclosure: Disclosure
) -> dict[str, object]:
    """
    The process that an event is about, without the parties.

    Args:
        event: The event of the record.
        purpose: What the texts are for.
        disclosure: What the shop tells everybody.
    """
    basis = MEANINGS[event.kind].basis
    stored = [f"loc:{place}" for place in disclosure.storage_locations]
    handled = [f"loc:{party.country}" for party in disclosure.recipients]
    return {
        "@type": "dpv:Process",
        "dpv:hasService": {
            "@type": "dpv:Service",
            "dct:title": disclosure.service,
        },
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose",
            "dct:title": purpose.name,
            "skos:broader": PURPOSES[purpose.family],
        },
        "dpv:hasLegalBasis": _basis(basis, gdpr=disclosure.gdpr),
        "dpv:hasPersonalData": _data(disclosure),
        "dpv:hasDataSource": {
            # Whoever brought it in, it was not the person at our own door.
            "@type": (
                "dpv:DataSource"
                if event.source in _SECOND_HAND
                else "dpv:DataSubjectDataSource"
            ),
            "dct:title": Source(event.source).value,
            "dpv:hasProcessing": ["dpv:Collect"],
        },
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": stored},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": _kept(disclosure.retention),
            },
        ],
        "dpv:hasProcessingCondition": {
            "@type": "dpv:ProcessingLocation",
            "dpv:hasLocation": [*dict.fromkeys(stored + handled)],
        },
        "dpv:hasJurisdiction": f"loc:{disclosure.jurisdiction}",
        "dpv:hasConsentControl": [
            {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": way}
            for way in disclosure.withdrawal
        ],
        "dpv:hasRight": _rights(disclosure, asked=basis != LEGITIMATE),
    }


def _basis(general: str, *, gdpr: bool) -> list[object]:
    if not gdpr:
        return [general]
    if general != LEGITIMATE:
        return [general, "eu-gdpr:A6-1-a"]
    directive = {
        "@type": "dpv:LegalBasis",
        "dct:title": "Directive 2002/58/EC, Art. 13(2)",
    }
    return [general, "eu-gdpr:A6-1-f-controller", directive]


def _data(disclosure: Disclosure) -> list[dict[str, object]]:
    data: list[dict[str, object]] = [
        {
            "@type": "dpv:PersonalData",
            "skos:broader": "pd:TelephoneNumber",
            "dpv:hasNecessity": "dpv:Required",
        }
    ]
    data.extend(
        {
            "@type": "dpv:PersonalData",
            "skos:broader": "dpv:PersonalData",
            "dct:title": name,
            "dpv:hasNecessity": "dpv:Optional",
        }
        for name in disclosure.further_data
    )
    return data


def _kept(retention: str) -> dict[str, object]:
    fixed = _DURATION.fullmatch(retention)
    return {
        "@type": (
            "dpv:TemporalDuration" if fixed else "dpv:UntilEventDuration"
        ),
        "rdf:value": retention,
    }


def _rights(disclosure: Disclosure, *, asked: bool) -> list[dict[str, object]]:
    if not disclosure.gdpr:
        return [
            {
                "@type": ["dpv:DataSubjectRight"],
                "dpv:isExercisedAt": disclosure.rights_url,
            }
        ]
    given = {**(RIGHTS_OF_CONSENT if asked else {}), **RIGHTS}
    return [
        {
            "@type": ["dpv:DataSubjectRight", article],
            "dct:title": title,
            "dpv:isExercisedAt": disclosure.rights_url,
        }
        for article, title in given.items()
    ]
