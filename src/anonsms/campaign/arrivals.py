"""
What receipts do to the outbox.

A receipt only ever moves a message on: late and repeated ones change
nothing. Delivery is the last word, even after the network gave up once.

A receipt may come before the answer that tells the provider's id, or after a
crash that lost that answer. Where the provider gives our key back, that does
no harm. Else it waits in a table of its own until the id is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from anonsms.campaign.state import SendState
from anonsms.ledger import Store
from anonsms.ledger.moments import micros
from anonsms.message import DeliveryReceipt, DeliveryStatus, Rejection


_OPEN: Final = (SendState.DISPATCHING, SendState.IN_DOUBT)
_UNDER_WAY: Final = (*_OPEN, SendState.ACCEPTED)

_Move: TypeAlias = tuple[SendState, tuple[SendState, ...]]
_MOVES: Final[dict[DeliveryStatus, _Move]] = {
    # That the provider has it settles a doubt.
    DeliveryStatus.QUEUED: (SendState.ACCEPTED, _OPEN),
    DeliveryStatus.SENT: (SendState.ACCEPTED, _OPEN),
    DeliveryStatus.DELIVERED: (
        SendState.DELIVERED,
        (*_UNDER_WAY, SendState.UNDELIVERED, SendState.EXPIRED),
    ),
    DeliveryStatus.UNDELIVERED: (SendState.UNDELIVERED, _UNDER_WAY),
    DeliveryStatus.EXPIRED: (SendState.EXPIRED, _UNDER_WAY),
}
_KEPT: Final = timedelta(days=3)
_LONGEST_ID: Final = 200


def apply_receipt(
    store: Store, receipt: DeliveryReceipt, now: datetime
) -> bool:
    """
    Move the message that a receipt is about, whatever its campaign.

    Returns:
        Whether anything moved: late, repeated and unknown ones change
        nothing.
    """
    if receipt.status not in _MOVES or not _sound(receipt):
        return False
    if receipt.key and _move(store, "attempt", receipt.key, receipt, now):
        return True
    name = receipt.provider_id
    if not name or (receipt.key and _known(store, "attempt", receipt.key)):
        return False
    if _move(store, "provider_id", name, receipt, now):
        return True
    if not receipt.status.final or _known(store, "provider_id", name):
        return False
    # First put it by, then look again: whoever writes the id down looks
    # here after that, so that one of us finds the other.
    _put_by(store, receipt, now)
    moved = _move(store, "provider_id", name, receipt, now)
    if moved:
        _let_go(store, name)
    return moved


def apply_early(
    store: Store, provider_ids: Sequence[str], now: datetime
) -> None:
    """
    Apply what came before these ids were known.

    Call it once they are committed.
    """
    if not provider_ids or not store.query(
        "SELECT 1 FROM anonsms_early_receipt LIMIT 1"
    ):
        return
    for name in provider_ids:
        for status, reason in store.query(
            "SELECT status, reason FROM anonsms_early_receipt "
            "WHERE provider_id = ?",
            (name,),
        ):
            receipt = DeliveryReceipt(
                name,
                DeliveryStatus(status),
                now,
                reason=Rejection(reason) if reason else None,
            )
            _move(store, "provider_id", name, receipt, now)
            _let_go(store, name)


def token_of(store: Store, receipt: DeliveryReceipt) -> bytes | None:
    """Whose message a receipt is about, if it is one of ours."""
    for column, name in (
        ("attempt", receipt.key),
        ("provider_id", receipt.provider_id),
    ):
        rows = name and store.query(
            f"SELECT token FROM anonsms_outbox WHERE {column} = ?",  # noqa: S608
            (name,),
        )
        if rows:
            return bytes(rows[0][0])
    return None


def _sound(receipt: DeliveryReceipt) -> bool:
    """Whether a database takes its texts, whoever wrote them."""
    return all(
        len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()
        for text in (receipt.provider_id, receipt.key)
    )


def _move(
    store: Store,
    column: str,
    name: str,
    receipt: DeliveryReceipt,
    now: datetime,
) -> bool:
    state, before = _MOVES[receipt.status]
    marks = ",".join("?" * len(before))
    moved = store.execute(
        # Only our own words and question marks make the statement.
        "UPDATE anonsms_outbox SET state = ?, reason = ?, "  # noqa: S608
        "provider_id = COALESCE(provider_id, ?), updated_at = ? "
        f"WHERE {column} = ? AND state IN ({marks})",
        (
            state,
            receipt.reason.value if receipt.reason else "",
            receipt.provider_id or None,
            micros(now),
            name,
            *before,
        ),
    )
    return moved > 0


def _known(store: Store, column: str, name: str) -> bool:
    return bool(
        store.query(
            f"SELECT 1 FROM anonsms_outbox WHERE {column} = ?",  # noqa: S608
            (name,),
        )
    )


def _put_by(store: Store, receipt: DeliveryReceipt, now: datetime) -> None:
    with store.transaction():
        store.execute(
            "DELETE FROM anonsms_early_receipt WHERE arrived_at < ?",
            (micros(now - _KEPT),),
        )
        store.execute(
            "INSERT INTO anonsms_early_receipt "
            "(provider_id, status, reason, arrived_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (provider_id, status) DO NOTHING",
            (
                receipt.provider_id,
                receipt.status,
                receipt.reason.value if receipt.reason else "",
                micros(now),
            ),
        )


def _let_go(store: Store, name: str) -> None:
    store.execute(
        "DELETE FROM anonsms_early_receipt WHERE provider_id = ?", (name,)
    )
