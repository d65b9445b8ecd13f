"""The consent receipt of ISO/IEC TS 27560:2023: records, handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from anonsms.errors import ConsentError
from anonsms.receipts.identity import instant, subject_of, uuid_for
from anonsms.receipts.vocabulary import (
    RECEIPT_PROFILE,
    RECEIPT_PROFILE_GDPR,
    RECORD_PROFILE_GDPR,
    context,
)


def consent_receipt(
    records: Mapping[str, object] | Iterable[Mapping[str, object]],
    *,
    at: datetime,
    receipt_id: str = "",
) -> dict[str, object]:
    """
    One or several consent records of one person, as a receipt in JSON-LD.

    A receipt wraps the records whole (DPV's guide, section 9): what they
    must hold, it holds.

    Args:
        records: What :func:`consent_record` returned, of one person.
        at: When the receipt is made; aware.
        receipt_id: A UUID for it. Default: a UUID-4 that the records and the
            time give, so that another content never has the same one.

    Returns:
        The receipt, ready for :func:`json.dumps`.

    Raises:
        ConsentError: There is no record, one is none, they are about
            different people, the id is no UUID, or the time has no zone.
    """
    held = [records] if isinstance(records, Mapping) else [*records]
    if len({subject_of(record) for record in held}) != 1:
        raise ConsentError(
            "A receipt is for one person: it takes at least one record, and "
            "all of the same person. Make one receipt for each."
        )
    within = [
        # One context for the whole document is enough.
        {key: value for key, value in record.items() if key != "@context"}
        for record in held
    ]
    gdpr = all(
        record.get("dct:conformsTo") == RECORD_PROFILE_GDPR for record in held
    )
    created = instant(at)
    identity = _uuid(receipt_id) if receipt_id else uuid_for(within, created)
    return {
        "@context": context(),
        "@id": f"urn:uuid:{identity}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": RECEIPT_PROFILE_GDPR if gdpr else RECEIPT_PROFILE,
        "dct:identifier": identity,
        "dpv:hasIdentifier": identity,
        "dct:created": created,
        "dpv:hasRecordOfActivity": within,
    }


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ConsentError(
            "A receipt's id is a UUID (ISO/IEC TS 27560). Pass "
            "str(uuid.uuid4()), or leave it out."
        ) from None
