"""What a person may ask of a shop, and what the shop does then."""

from __future__ import annotations

from anonsms.ledger.rights.erasing import Erasing
from anonsms.ledger.rights.exporting import Exporting
from anonsms.ledger.rights.rectifying import Rectifying
from anonsms.ledger.rights.revealing import Revealing


class Rights(Erasing, Exporting, Rectifying, Revealing):
    """
    The part of :class:`Ledger` for the rights of a person.

    Access and portability (GDPR Art. 15, 20), rectification (Art. 16),
    erasure (Art. 17), and reading what is sealed with that on record.
    Objection (Art. 21) is :meth:`oppose`.
    """
