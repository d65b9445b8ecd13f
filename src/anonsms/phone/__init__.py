"""
Phone numbers: read as people write them, shown only as a mask.

The answers are those of the ``phonenumbers`` package, which this room alone
imports, and only when the first number is parsed.
"""

from anonsms.phone.kind import NumberKind
from anonsms.phone.number import PhoneNumber


__all__ = ["NumberKind", "PhoneNumber"]
