"""The transport itself: one text, one request, and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from anonsms.errors import (
    ConfigurationError,
    InvalidTextError,
    WebhookError,
)
from anonsms.masking import Secret
from anonsms.message import Event, Outbound, Outcome, Rejected, Rejection
from anonsms.parts import Encoding, measure
from anonsms.transport.engine import HttpTransport
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest
from anonsms.transport.pace import Pace
from anonsms.transport.protocol import Capabilities
from anonsms.transport.telling import aware
from anonsms.transport.urls import sound_base
from anonsms.transport.waiting import utc_now
from anonsms.transport.webhook import (
    SecretPath,
    WebhookReply,
    WebhookRequest,
)
from anonsms.transports.brevo.answers import outcome_of
from anonsms.transports.brevo.calls import records_in, told_by
from anonsms.transports.brevo.listing import Listing


_STOP_CODE: Final = re.compile(r"\[\s*stop[\s_-]*code\s*\]", re.IGNORECASE)
_KEY_FORM: Final = re.compile(r"[\x21-\x7e]{8,512}")


class BrevoTransport(HttpTransport):
    """
    Carries texts to Brevo (once Sendinblue), one request each.

    The encoding is decided here, by :func:`anonsms.measure`, because Brevo
    does not look. The message's key travels as the ``tag``, so that events
    can be asked for without a number.

    Attributes:
        name: ``"brevo"``.
        webhook_reply: Brevo is content with any success.
    """

    def __init__(  # noqa: PLR0913 - settings, all by name but the key
        self,
        api_key: str | Secret,
        *,
        base_url: str = "https://api.brevo.com/v3",
        webhook_url: str | Secret | None = None,
        webhook_secret: str | Secret | None = None,
        marketing: bool = False,
        organisation_prefix: str | None = None,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """
        Set the transport up; nothing is asked of Brevo.

        Args:
            api_key: From "SMTP & API" in the account.
            base_url: Another address of the API, such as a local server.
            webhook_url: Public address of the webhook, without the secret,
                which every message then names. Without it, register the
                address in the account.
            webhook_secret: Last part of the webhook's path, at least 16
                letters, digits, ``-`` and ``_``. Brevo signs nothing: this
                is all that tells its calls from forged ones. Without it
                nothing comes back by itself.
            marketing: Whether messages are marketing. Brevo then puts its
                stop code to work, and holds texts to France at night, on
                Sundays and on holidays.
            organisation_prefix: Brevo puts it before the text, and its
                length counts; asked for in the USA.
            client: As for every :class:`~anonsms.transport.HttpTransport`.
            pace: As above.
            timeout: As above.
            clock: Tells the time, aware.

        Raises:
            ConfigurationError: A setting is not sound.
        """
        key = Secret.of(api_key)
        secret = None if webhook_secret is None else Secret.of(webhook_secret)
        webhook = None if webhook_url is None else Secret.of(webhook_url)
        del api_key, webhook_secret, webhook_url
        super().__init__(client=client, pace=pace, timeout=timeout)
        if not _is_key(key):
            raise ConfigurationError(
                "An API key of Brevo's is one word of ASCII characters. "
                "Copy it from 'SMTP & API' in the account."
            )
        self._base, here = sound_base(base_url)
        self._key = key
        self._secret = None if secret is None else SecretPath(secret)
        self._webhook: Secret | None = None
        if webhook is not None:
            if self._secret is None:
                raise ConfigurationError(
                    "A webhook of Brevo's needs webhook_secret: its calls "
                    "are not signed. Take secrets.token_urlsafe(24)."
                )
            self._webhook = self._secret.under(webhook)
        self._marketing = marketing
        self._prefix = organisation_prefix
        self._clock = clock
        self._capabilities = Capabilities(
            batch_size=self.pace.batch_size,
            replies=self._secret is not None,
            marketing=marketing,
            simulated=here,
        )

    @property
    def name(self) -> str:
        """``"brevo"``."""
        return "brevo"

    @property
    def capabilities(self) -> Capabilities:
        """What Brevo can do, with these settings."""
        return self._capabilities

    @property
    def webhook_reply(self) -> WebhookReply:
        """An empty success."""
        return WebhookReply()

    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """Hand over one message; Brevo takes one in a request."""
        (message,) = group
        refusal = self._refusal(message)
        if refusal:
            return [refusal]
        response = yield self._request(message)
        return [outcome_of(message.key, response, self._clock())]

    def parse_webhook(self, request: WebhookRequest) -> list[Event]:
        """
        Read one call of Brevo's, with one event or with several.

        ``subscribe`` is passed over: that somebody is on a list again shows
        no wording, and is no consent.

        Raises:
            ForgedWebhookError: The call does not know the secret path.
            WebhookError: It cannot be read, or tells of nothing but
                opt-outs and replies whose numbers cannot be read.
            ConfigurationError: The transport has no secret.
        """
        if not self._secret:
            raise ConfigurationError(
                "This BrevoTransport takes no webhooks: it has no "
                "webhook_secret, and Brevo signs nothing."
            )
        self._secret.check(request)
        told, unread = told_by(records_in(request, fictional=self._fictional))
        # What can be read is not held up; but a call that brings nothing
        # else must not be acknowledged as if it had been heeded.
        if unread and not told:
            raise WebhookError(
                "Brevo tells that somebody left or wrote, by a number that "
                "cannot be read. Look into the account's log of events."
            )
        return told

    def fetch_events(
        self,
        since: datetime,
        *,
        keys: Sequence[str] = (),
        kind: str = "",
    ) -> list[Event]:
        """
        Ask for receipts, replies and opt-outs, if webhooks do not serve.

        Args:
            since: Aware. Whole days are read, so earlier events may come
                again; nothing is done twice by them.
            keys: Of single messages; one request each. All if empty.
            kind: One kind in Brevo's words, e.g. ``"unsubscription"`` or
                ``"replies"``; all if empty.

        Raises:
            TransportError: Brevo did not answer, or refused.
            ConfigurationError: ``since`` has no zone.
        """
        return self.perform(self._events(since, keys, kind))

    async def fetch_events_async(
        self,
        since: datetime,
        *,
        keys: Sequence[str] = (),
        kind: str = "",
    ) -> list[Event]:
        """As :meth:`fetch_events`, awaited, in asyncio and trio."""
        return await self.perform_async(self._events(since, keys, kind))

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """
        Find out what became of messages whose answer was lost, by tag.

        Args:
            messages: Those in doubt.
            since: Aware; when the first of them was handed over.
            final: Whether no trace means not sent. Events appear with
                some delay: only minutes later, and after several tries.
            known: Ids that belong to other messages.

        Returns:
            One outcome each: ``Accepted`` where there is an event, else
            ``Uncertain``, or ``NotSent`` if ``final``. Where Brevo does
            not answer, ``Uncertain``.

        Raises:
            ConfigurationError: ``since`` has no zone.
        """
        return self.perform(
            self._settled(messages, since, final=final, known=known)
        )

    async def reconcile_async(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """As :meth:`reconcile`, awaited, in asyncio and trio."""
        return await self.perform_async(
            self._settled(messages, since, final=final, known=known)
        )

    def _events(
        self, since: datetime, keys: Sequence[str], kind: str
    ) -> Flow[list[Event]]:
        listing = self._listing(since)
        told: list[Event] = []
        for key in keys or ("",):
            told += told_by((yield from listing.records(key, kind)))[0]
        return told

    def _settled(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool,
        known: Collection[str],
    ) -> Flow[list[Outcome]]:
        listing = self._listing(since)
        return (yield from listing.settled(messages, final=final, known=known))

    def _refusal(self, message: Outbound) -> Rejected | None:
        """Why a message is not even tried."""
        if not self._marketing and _STOP_CODE.search(message.text.reveal()):
            # Brevo would make marketing of it without being asked.
            return Rejected(message.key, Rejection.CONTENT, "stop-code")
        return None

    def _request(self, message: Outbound) -> HttpRequest:
        # What is built here never becomes a variable of `submit`: that
        # frame is part of every traceback of a lost connection.
        fields: dict[str, object] = {
            "sender": str(message.originator).removeprefix("+"),
            "recipient": message.number.reveal().removeprefix("+"),
            "content": message.text.reveal(),
            "type": "marketing" if self._marketing else "transactional",
            "tag": message.key,
            "unicodeEnabled": _wide(message),
        }
        if self._webhook is not None:
            query = urlencode({"key": message.key})
            fields["webUrl"] = f"{self._webhook.reveal()}?{query}"
        if self._prefix:
            fields["organisationPrefix"] = self._prefix
        return HttpRequest(
            "POST",
            f"{self._base}/transactionalSMS/sms",
            {**self._headers(), "content-type": "application/json"},
            json.dumps(fields).encode(),
        )

    @property
    def _fictional(self) -> bool:
        """Whether numbers kept for fiction are real enough."""
        return self._capabilities.simulated

    def _headers(self) -> dict[str, str]:
        return {"api-key": self._key.reveal(), "accept": "application/json"}

    def _listing(self, since: datetime) -> Listing:
        return Listing(
            self._base,
            self._headers(),
            aware(since, "since"),
            self._clock(),
            self._fictional,
        )

    def __repr__(self) -> str:
        kind = "marketing" if self._marketing else "transactional"
        return f"<BrevoTransport {kind}>"


def _wide(message: Outbound) -> bool:
    """Whether a text needs UCS-2."""
    try:
        return measure(message.text.reveal()).encoding is Encoding.UCS2
    except InvalidTextError:
        return True  # Brevo is to say no, to a text nobody can send


def _is_key(key: Secret) -> bool:
    # A setting that was left out arrives as None.
    word: object = key.reveal()
    return isinstance(word, str) and _KEY_FORM.fullmatch(word) is not None
