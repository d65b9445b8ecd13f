"""
Receipts: what one consent event says, in two standard formats.

Pure functions, from an event that the ledger holds to a document that can be
handed to the person or the regulator: the consent record and receipt of
ISO/IEC TS 27560:2023 as JSON-LD in the W3C Data Privacy Vocabulary (DPV), and
the Kantara Consent Receipt v1.1.0. The text of the ISO standard is sold and
was not seen: its fields are as DPV's guide "Consent Records and Receipts as
per ISO/IEC TS 27560:2023 using DPV" (15 February 2026) reports them.

No document holds a phone number: a person is their token, or what the shop
calls them.
"""

from __future__ import annotations

from anonsms.receipts.disclosure import Disclosure, Party
from anonsms.receipts.kantara import kantara_receipt
from anonsms.receipts.receipt import consent_receipt
from anonsms.receipts.record import consent_record
from anonsms.receipts.schemas import receipt_schema


__all__ = [
    "Disclosure",
    "Party",
    "consent_receipt",
    "consent_record",
    "kantara_receipt",
    "receipt_schema",
]
