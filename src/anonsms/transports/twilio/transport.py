"""The transport itself: what a shop sees of Twilio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import Event, Outbound, Outcome, Scheduled, Uncertain
from anonsms.transport import (
    Capabilities,
    Flow,
    Pace,
    WebhookReply,
    WebhookRequest,
)
from anonsms.transport.telling import ANOTHER, aware, hidden, span
from anonsms.transport.urls import public_url
from anonsms.transport.waiting import utc_now
from anonsms.transports.twilio import messages, settings
from anonsms.transports.twilio.account import API, Account
from anonsms.transports.twilio.asking import AccountTransport
from anonsms.transports.twilio.placing import Answers
from anonsms.transports.twilio.webhook import Hook


_SOONEST: Final = timedelta(seconds=300)
_LATEST: Final = timedelta(days=35)
_REPLY: Final = WebhookReply(
    200,
    '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    "text/xml; charset=utf-8",
)


class TwilioTransport(AccountTransport):
    """
    Carries texts to Twilio, one request each.

    A message that was handed over is never repeated by itself: Twilio knows
    no key by which it would notice. What is in doubt is settled by
    :meth:`reconcile`, or by the receipt, which brings the message's key.
    """

    def __init__(  # noqa: PLR0913 - settings, all by name but two
        self,
        account_sid: str,
        auth_token: str | Secret,
        *,
        api_key: str | None = None,
        api_secret: str | Secret | None = None,
        messaging_service_sid: str | None = None,
        from_with_service: bool = False,
        base_url: str = API,
        lookups_url: str | None = None,
        accounts_url: str | None = None,
        webhook_url: str | None = None,
        webhook_overrides: str = "",
        validity: timedelta | None = None,
        smart_encoding: bool = False,
        retain_content: bool = True,
        retain_number: bool = True,
        risk_check: bool | None = None,
        ask_feedback: bool = False,
        answers_stop: bool = True,
        test: bool = False,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """
        Set the transport up; nothing is asked of Twilio.

        Args:
            account_sid: ``AC…``.
            auth_token: The account's auth token. Webhooks are signed with
                it, also where requests are made with an API key.
            api_key: ``SK…``, to make requests with instead of the token.
            api_secret: The key's secret.
            messaging_service_sid: ``MG…``: the service chooses the sender,
                and messages can be scheduled.
            from_with_service: Name the message's originator beside the
                service; it has to be in the service's pool.
            base_url: Of the messaging API; with edge and region
                ``"https://api.dublin.ie1.twilio.com"``.
            lookups_url: Of Lookup; that of a local server is ``base_url``.
            accounts_url: Of the consent API, likewise.
            webhook_url: Public URL of the webhook, as Twilio calls it,
                without query. Every message names it, with its key.
                ``None``: no replies, and receipts only where they are
                asked for (:meth:`fetch_receipts`).
            webhook_overrides: Twilio's connection overrides for it, such
                as ``"rc=3&rp=all"``. By default Twilio does not try again
                where we answered with an error.
            validity: How long a message may wait in Twilio's queue, up to
                ten hours, which is its default.
            smart_encoding: Let Twilio swap letters for cheaper ones. What
                we count is then not what it counts.
            retain_content: Whether Twilio keeps the text.
            retain_number: Whether Twilio keeps the number readable.
            risk_check: ``False`` leaves Twilio's check for SMS pumping
                out; ``None`` says nothing of it.
            ask_feedback: Whether :meth:`feedback` will be given.
            answers_stop: Whether Twilio answers STOP and its other default
                keywords, as it does unless told otherwise.
            test: Whether these are test credentials, with which nothing
                reaches a handset.
            client: As for every :class:`~anonsms.transport.HttpTransport`.
            pace: As above.
            timeout: As above.
            clock: What time it is; aware.

        Raises:
            ConfigurationError: A setting is not sound.
        """
        token, word = hidden(auth_token), hidden(api_secret)
        sid, key = hidden(account_sid), hidden(api_key)
        service, hook = hidden(messaging_service_sid), hidden(webhook_url)
        base, lookups = hidden(base_url), hidden(lookups_url)
        accounts = hidden(accounts_url)
        named = webhook_overrides != ""
        overrides = hidden(webhook_overrides) if named else None
        del account_sid, auth_token, api_key, api_secret
        del messaging_service_sid, webhook_url, webhook_overrides
        del base_url, lookups_url, accounts_url
        validity = span(validity)
        own = settings.sound_sid(sid, "AC")
        token = settings.sound_token(token)
        account = Account.at(
            own,
            settings.basic(own, token, key, word),
            base,
            lookups,
            accounts,
        )
        called = None if hook is None else public_url(hook, underscores=False)
        settings.no_idle_settings(
            service=service is not None,
            with_from=from_with_service,
            hook=called is not None,
            overrides=overrides,
        )
        self._answers = Answers()
        self._hook = Hook(called, token, own, answers_stop) if called else None
        manner = messages.Manner(
            "" if service is None else settings.sound_sid(service, "MG"),
            from_with_service,
            called,
            settings.sound_overrides(overrides),
            messages.fixed_fields(
                settings.sound_validity(validity),
                smart_encoding=smart_encoding,
                retain_content=retain_content,
                retain_number=retain_number,
                risk_check=risk_check,
                ask_feedback=ask_feedback,
            ),
        )
        super().__init__(
            account, manner, clock, client=client, pace=pace, timeout=timeout
        )
        self._capabilities = Capabilities(
            batch_size=self.pace.batch_size,
            scheduling=bool(manner.service),
            # With test credentials nothing is sent, and Lookup refuses them.
            receipts=not test,
            replies=called is not None and not test,
            look_up=not test,
            simulated=test or account.here,
        )

    @property
    def name(self) -> str:
        """``"twilio"``."""
        return "twilio"

    @property
    def capabilities(self) -> Capabilities:
        """
        What Twilio can do, with these settings.

        That it answers its own keywords stands with each reply: it answers
        the bare word alone, and leaves "please stop" to us.
        """
        return self._capabilities

    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """Hand over one message; Twilio takes one in a request."""
        (message,) = group
        refused = messages.unsendable(message)
        if refused is not None:
            return [refused]
        response = yield self._manner.creation(self._account, message)
        now = self._clock()
        if self._answers.misplaced(message.number, response, now):
            # The answer to another request, as it seems: whose was ours?
            return [Uncertain(message.key, ANOTHER)]
        return [messages.outcome(message.key, response, now)]

    def schedule(
        self, batch: Sequence[Outbound], at: datetime
    ) -> list[Outcome]:
        """
        Hand messages over now, for Twilio to send at another time.

        .. warning::
           Whoever opts out in the meantime is texted all the same, unless
           you :meth:`cancel` the message. Prefer a campaign of ours, which
           asks again before each text.

        Args:
            batch: As for :meth:`send`.
            at: 300 seconds to 35 days from now; aware.

        Raises:
            ConfigurationError: There is no messaging service, which alone
                can schedule; or the time has no zone.
            ValueError: The time is outside the window.
        """
        return self.send(self._scheduled(batch, at))

    async def schedule_async(
        self, batch: Sequence[Outbound], at: datetime
    ) -> list[Outcome]:
        """As :meth:`schedule`, awaited, in asyncio and trio."""
        return await self.send_async(self._scheduled(batch, at))

    def _scheduled(
        self, batch: Sequence[Outbound], at: datetime
    ) -> list[Scheduled]:
        if not self._manner.service:
            raise ConfigurationError(
                "Twilio schedules only through a messaging service. Give "
                "messaging_service_sid, or use a campaign of ours."
            )
        if not _SOONEST <= aware(at, "at") - self._clock() <= _LATEST:
            raise ValueError(
                "Twilio holds messages for 300 seconds to 35 days. Give a "
                "time in that window."
            )
        return [
            Scheduled(each.number, each.text, each.originator, each.key, at)
            for each in batch
        ]

    @property
    def webhook_reply(self) -> WebhookReply:
        """TwiML that says nothing, which suits receipts and replies."""
        return _REPLY

    def parse_webhook(self, request: WebhookRequest) -> list[Event]:
        """
        Check Twilio's signature and read its call; no I/O.

        Raises:
            ConfigurationError: There is no webhook_url.
            ForgedWebhookError: Twilio did not sign it.
            WebhookError: It cannot be read, or is of another account.
        """
        if self._hook is None:
            raise ConfigurationError(
                "Twilio signs the URL that it calls, so the transport has "
                "to know it. Give webhook_url."
            )
        return self._hook.events(request)
