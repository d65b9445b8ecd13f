"""What providers report: receipts, their own stops, calls to our webhooks."""

from __future__ import annotations

import logging
from typing import Final

from anonsms.campaign import Wiring
from anonsms.campaign.arrivals import apply_receipt, token_of
from anonsms.campaign.dispatch import provider_rule
from anonsms.consent import (
    MARKETING,
    SERVICE,
    ConsentEvent,
    Scope,
    Source,
    Status,
)
from anonsms.errors import ConfigurationError, WebhookError
from anonsms.message import (
    DeliveryReceipt,
    Event,
    ProviderOptOut,
    Rejection,
)
from anonsms.transport import (
    Transport,
    WebhookReply,
    WebhookRequest,
    WebhookTransport,
)


_LOG: Final = logging.getLogger("anonsms.messenger")


def stand(wiring: Wiring, receipt: DeliveryReceipt) -> bool:
    """
    Let a receipt move its message, and note whom the provider blocks.

    Returns:
        Whether a message moved.
    """
    ledger = wiring.ledger
    if receipt.reason is Rejection.OPTED_OUT:
        token = token_of(ledger.store, receipt)
        if token is not None:
            ledger.stop_known(
                token, rule=provider_rule(wiring.transport, receipt.code)
            )
    return apply_receipt(ledger.store, receipt, wiring.clock())


def heed(wiring: Wiring, event: ProviderOptOut) -> ConsentEvent | None:
    """
    Record that somebody left by the provider's own means.

    Returns:
        What was recorded; ``None`` if the person had left already. Lists
        of those who left are read again and again.
    """
    ledger = wiring.ledger
    scope = Scope.ALL if event.everything else Scope.MARKETING
    state = ledger.state(
        event.number, SERVICE if event.everything else MARKETING
    )
    newer = state.since is not None and state.since >= event.at
    if state.status is Status.WITHDRAWN and (newer or state.since == event.at):
        return None
    return ledger.withdraw(
        event.number,
        scope=scope,
        source=Source.PROVIDER,
        # What is on record since then was said after the person left. All
        # else counts from when it reached us, as every stop does.
        at=event.at if newer else None,
        rule=provider_rule(wiring.transport, event.code),
    )


def parsed(
    transport: Transport, request: WebhookRequest
) -> tuple[list[Event], WebhookReply]:
    """
    What a provider's call tells, and the answer to it.

    Raises:
        ConfigurationError: The transport has no webhooks.
    """
    if not isinstance(transport, WebhookTransport):
        raise ConfigurationError(
            f"The transport {transport.name!r} takes no webhooks: it has no "
            "parse_webhook(). Hand what it reports to receive()."
        )
    try:
        return transport.parse_webhook(request), transport.webhook_reply
    except WebhookError as error:
        _LOG.warning("Webhook of %s refused: %s", transport.name, error)
        return [], WebhookReply(error.status, "refused")
