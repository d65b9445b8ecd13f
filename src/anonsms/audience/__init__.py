"""
Customers out of a shop's export: each number once, each row accounted for.

Nothing in here is consent. What an export claims about consent is a hint,
which the ledger can import together with where it comes from.
"""

from anonsms.audience.audience import Audience
from anonsms.audience.columns import SHOPIFY, Columns
from anonsms.audience.contact import Contact, RefusedRow
from anonsms.audience.reading import read_contacts


__all__ = [
    "SHOPIFY",
    "Audience",
    "Columns",
    "Contact",
    "RefusedRow",
    "read_contacts",
]
