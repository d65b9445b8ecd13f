"""The messages of an outbox of which nobody knows whether they left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from anonsms.campaign.outbox import Intent
from anonsms.campaign.state import SendState
from anonsms.ledger import Store
from anonsms.ledger.moments import moment
from anonsms.ledger.pieces import cut, marks


_AT_ONCE: Final = 900  # SQLite took at most 999 parameters before 3.32


@frozen
class Doubt:
    """
    A message of which nobody knows whether it left.

    Attributes:
        intent: The message.
        since: When it was about to be handed over; aware, UTC.
    """

    intent: Intent
    since: datetime


def doubts_about(
    store: Store, campaign: str, tokens: Sequence[bytes]
) -> dict[bytes, Doubt]:
    """The messages of a campaign in doubt to people among ``tokens``."""
    found = {}
    for some in cut(list(tokens), _AT_ONCE):
        for token, attempt, parts, price, since in store.query(
            # Only question marks are put into the statement.
            "SELECT token, attempt, parts, price, intended_at "  # noqa: S608
            "FROM anonsms_outbox WHERE campaign = ? AND state = ? "
            f"AND token IN {marks(len(some))}",
            (campaign, SendState.IN_DOUBT, *some),
        ):
            known = None if price is None else Decimal(price)
            intent = Intent(bytes(token), attempt, parts, known)
            found[intent.token] = Doubt(intent, moment(since))
    return found


def ids_given(store: Store, tokens: Sequence[bytes]) -> list[str]:
    """The provider's ids of messages to these people, in any campaign."""
    return [
        name
        for some in cut(list(tokens), _AT_ONCE)
        for [name] in store.query(
            "SELECT provider_id FROM anonsms_outbox "  # noqa: S608
            f"WHERE provider_id IS NOT NULL AND token IN {marks(len(some))}",
            some,
        )
    ]
