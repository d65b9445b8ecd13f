"""
The same for async code.

Every method that waits for disk or network runs on a worker thread, so the
event loop never stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import overload

from anyio import to_thread

from anonsms.audience import Audience, Contact
from anonsms.campaign import Campaign, Plan, Report
from anonsms.consent import MARKETING, ConsentEvent, Purpose, Wording
from anonsms.gate import Budget, Decision
from anonsms.ledger import Ledger
from anonsms.masking import MaskedValues, MessageText
from anonsms.message import (
    DeliveryReceipt,
    Event,
    Inbound,
    Originator,
    Outcome,
    ProviderOptOut,
)
from anonsms.messenger.messenger import Messenger
from anonsms.messenger.receiving import Received
from anonsms.phone import PhoneNumber
from anonsms.prices import PriceTable
from anonsms.template import Template
from anonsms.transport import Transport, WebhookReply, WebhookRequest


class AsyncCampaign:
    """
    A :class:`Campaign` whose methods are awaited.

    Attributes:
        campaign: The campaign behind it.
    """

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

    async def plan(self) -> Plan:
        """As :meth:`Campaign.plan`."""
        return await to_thread.run_sync(self.campaign.plan)

    async def run(self, *, progress: bool = False) -> Report:
        """As :meth:`Campaign.run`; it goes on to its end once begun."""
        return await to_thread.run_sync(
            partial(self.campaign.run, progress=progress)
        )

    async def settle(self, *, final: bool = False) -> Report:
        """As :meth:`Campaign.settle`."""
        return await to_thread.run_sync(
            partial(self.campaign.settle, final=final)
        )

    async def report(self) -> Report:
        """As :meth:`Campaign.report`."""
        return await to_thread.run_sync(self.campaign.report)

    def __repr__(self) -> str:
        return repr(self.campaign).replace("<Campaign", "<AsyncCampaign", 1)


class AsyncMessenger:
    """
    A :class:`Messenger` whose methods are awaited, in asyncio and trio.

    Attributes:
        messenger: The messenger behind it.
    """

    def __init__(  # noqa: PLR0913 - as Messenger
        self,
        transport: Transport,
        ledger: Ledger,
        *,
        originator: str | Originator,
        country: str | None = None,
        prices: PriceTable | None = None,
        clock: Callable[[], datetime] | None = None,
        opt_in_wording: Wording | None = None,
        opt_in_policy: str = "",
        confirm_within: timedelta = timedelta(minutes=5),
    ) -> None:
        """Wire the pieces of a shop, as for :class:`Messenger`."""
        self.messenger = Messenger(
            transport,
            ledger,
            originator=originator,
            country=country,
            prices=prices,
            clock=clock,
            opt_in_wording=opt_in_wording,
            opt_in_policy=opt_in_policy,
            confirm_within=confirm_within,
        )

    async def send(  # noqa: PLR0913 - as Messenger
        self,
        template: Template,
        *,
        to: PhoneNumber,
        purpose: str | Purpose,
        values: Mapping[str, object] | None = None,
        key: str | None = None,
        budget: Budget | None = None,
    ) -> Outcome:
        """
        As :meth:`Messenger.send`.

        Cancelling does not stop a text that is on its way: pass a ``key``
        if you may try again.
        """
        values = MaskedValues(values)
        return await to_thread.run_sync(
            partial(
                self.messenger.send,
                template,
                to=to,
                purpose=purpose,
                values=values,
                key=key,
                budget=budget,
            )
        )

    async def explain(  # noqa: PLR0913 - as Messenger
        self,
        template: Template,
        *,
        to: PhoneNumber,
        purpose: str | Purpose,
        values: Mapping[str, object] | None = None,
        key: str | None = None,
        budget: Budget | None = None,
    ) -> Decision:
        """As :meth:`Messenger.explain`."""
        values = MaskedValues(values)
        return await to_thread.run_sync(
            partial(
                self.messenger.explain,
                template,
                to=to,
                purpose=purpose,
                values=values,
                key=key,
                budget=budget,
            )
        )

    def campaign(
        self,
        id: str,  # noqa: A002 - the field's own name for it
        template: Template,
        audience: Audience | Iterable[Contact],
        *,
        purpose: str | Purpose = MARKETING,
        budget: Budget | None = None,
    ) -> AsyncCampaign:
        """As :meth:`Messenger.campaign`; it waits for nothing."""
        return AsyncCampaign(
            self.messenger.campaign(
                id, template, audience, purpose=purpose, budget=budget
            )
        )

    @overload
    async def receive(self, event: Inbound) -> Received: ...
    @overload
    async def receive(self, event: DeliveryReceipt) -> bool: ...
    @overload
    async def receive(self, event: ProviderOptOut) -> ConsentEvent | None: ...
    async def receive(
        self, event: Event
    ) -> Received | bool | ConsentEvent | None:
        """As :meth:`Messenger.receive`."""
        return await to_thread.run_sync(self.messenger.receive, event)

    async def receive_webhook(self, request: WebhookRequest) -> WebhookReply:
        """As :meth:`Messenger.receive_webhook`."""
        return await to_thread.run_sync(
            self.messenger.receive_webhook, request
        )

    async def receive_text(
        self, text: str | MessageText, sender: PhoneNumber
    ) -> Received:
        """As :meth:`Messenger.receive_text`."""
        if isinstance(text, str):
            text = MessageText(text)
        return await to_thread.run_sync(
            self.messenger.receive_text, text, sender
        )

    def __repr__(self) -> str:
        return repr(self.messenger).replace("<Mess", "<AsyncMess", 1)
