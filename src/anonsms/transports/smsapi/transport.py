"""SMSAPI as a transport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import (
    Event,
    Outbound,
    Outcome,
    Uncertain,
)
from anonsms.transport import (
    Capabilities,
    Flow,
    Pace,
    SecretPath,
    WebhookReply,
    WebhookRequest,
)
from anonsms.transports.smsapi.account import AccountTransport
from anonsms.transports.smsapi.callbacks import (
    public_url,
)
from anonsms.transports.smsapi.desk import Desk
from anonsms.transports.smsapi.grouping import (
    Personalisation,
    Sheet,
    sheets,
)
from anonsms.transports.smsapi.messages import Terms, refusal
from anonsms.transports.smsapi.submission import Hosts, submission
from anonsms.transports.smsapi.webhook import events_of


SAFE_TO_REPEAT: Final = timedelta(hours=12)
"""SMSAPI remembers an ``idx`` for 24 hours; half of it is surely safe."""


def _now() -> datetime:
    return datetime.now(UTC)


class SmsapiTransport(AccountTransport):
    """
    Texts through SMSAPI, of smsapi.com or smsapi.pl.

    Many recipients share a request, each with a text of their own; every
    message has its own outcome. A message may be repeated under its key
    without going out twice.
    """

    def __init__(  # noqa: PLR0913
        self,
        token: str | Secret,
        *,
        site: str = "com",
        base_url: str | None = None,
        backup_url: str | None = None,
        webhook_url: str | None = None,
        webhook_secret: str | Secret | None = None,
        per_request: int = 1000,
        longest_value: int = 80,
        whole_texts: bool = False,
        test: bool = False,
        max_parts: int | None = None,
        time_restriction: str | None = None,
        validity: timedelta | None = None,
        answers_stop: bool = False,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """
        Build a transport for one account.

        Args:
            token: Of the API, from SMSAPI's panel.
            site: ``"com"``, ``"pl"``, ``"bg"`` or ``"se"``: where the
                account is.
            base_url: Another host than the site's, such as a server for
                tests.
            backup_url: A second host of the same site, for requests that
                never left for the first: ``"https://api2.smsapi.com"``.
            webhook_url: Our public URL for SMSAPI's calls, without the
                secret.
            webhook_secret: The end of that URL's path, 16 characters or
                more.
            per_request: Most recipients in one request.
            longest_value: Most characters of one personal value in a
                request that many share.
            whole_texts: Whether a whole text may be such a value.
            test: SMSAPI answers and sends nothing.
            max_parts: Refuse texts with more parts, 1 to 10.
            time_restriction: ``"follow"``, ``"ignore"`` or
                ``"nearest_available"``: outside the account's hours.
            validity: How long a text may wait for its handset.
            answers_stop: Whether SMSAPI itself confirms opt-outs, so that
                we do not. Nothing says that it does.
            client: What carries the requests, if it is to be the caller's
                own.
            pace: How fast they may leave.
            timeout: Seconds to wait for an answer.
            clock: Tells the time, aware.

        Raises:
            ConfigurationError: A setting is unsound.
        """
        desk = Desk.at(
            token, site=site, base_url=base_url, backup_url=backup_url
        )
        del token
        self._terms = Terms(
            test=test,
            max_parts=max_parts,
            time_restriction=time_restriction,
            validity=validity,
        )
        self._rules = Personalisation(
            per_request=per_request,
            longest=longest_value,
            whole_texts=whole_texts,
        )
        secret = (
            Secret(webhook_secret)
            if isinstance(webhook_secret, str)
            else webhook_secret
        )
        del webhook_secret
        self._secret_path = SecretPath(secret) if secret is not None else None
        url = None
        if webhook_url is not None and secret is not None:
            url = public_url(webhook_url, secret)
        self._hosts = Hosts()
        self._capabilities = Capabilities(
            batch_size=per_request,
            per_request=per_request,
            same_text=True,
            idempotent_for=SAFE_TO_REPEAT,
            scheduling=True,
            answers_stop=answers_stop,
            look_up=True,
            simulated=test or desk.local,
        )
        super().__init__(
            desk, url, clock, client=client, pace=pace, timeout=timeout
        )

    @property
    def name(self) -> str:
        """``"smsapi"``."""
        return "smsapi"

    @property
    def capabilities(self) -> Capabilities:
        """What SMSAPI can do."""
        return self._capabilities

    def groups(
        self, batch: Sequence[Outbound]
    ) -> Iterable[Sequence[Outbound]]:
        """
        Put messages together that can share a request.

        They have one originator, no number twice, and texts that differ in
        at most four places.
        """
        sound: list[Outbound] = []
        refused: list[Outbound] = []
        for message in batch:
            (refused if refusal(message) else sound).append(message)
        groups: list[Sequence[Outbound]] = list(sheets(sound, self._rules))
        if refused:
            groups.append(refused)
        return groups

    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """
        Hand over a group; one outcome for each of its messages.

        A text with ``[%`` is refused here (``CONTENT``, code ``macro``):
        SMSAPI would read it as an order. What lacks an answer is
        ``Uncertain``, and the others keep their outcomes.
        """
        return (yield from self._submitted_at(group, None))

    def _submitted_at(
        self, group: Sequence[Outbound], at: datetime | None
    ) -> Flow[Sequence[Outcome]]:
        settled: list[Outcome] = []
        ready: list[Sheet] = []
        if isinstance(group, Sheet):
            ready.append(group)
        else:
            sound: list[Outbound] = []
            for message in group:
                if refused := refusal(message):
                    settled.append(refused)
                else:
                    sound.append(message)
            ready += sheets(sound, self._rules)
        now = self._clock()
        settled += yield from submission(
            self._desk, ready, self._terms.fields(now, at), self._hosts, now
        )
        order = {message.key: nth for nth, message in enumerate(group)}
        return sorted(settled, key=lambda each: order[each.key])

    def schedule(
        self, batch: Sequence[Outbound], at: datetime
    ) -> Sequence[Outcome]:
        """
        Hand over messages that SMSAPI is to send later.

        Consent is not asked again when they leave: keep it short, and
        :meth:`cancel` what must not go.

        Args:
            batch: Single messages.
            at: Aware; at most three months ahead.

        Raises:
            ValueError: The time has no zone, or is past.
        """
        if at.utcoffset() is None or at <= self._clock():
            raise ValueError(
                "A time to send at is aware and in the future: SMSAPI sends "
                "at once what is late."
            )
        return self.perform(self._submitted_at(batch, at))

    def reconcile(
        self, messages: Sequence[Outbound], since: datetime, now: datetime
    ) -> Sequence[Outcome]:
        """
        Settle messages whose answer was lost, by submitting them again.

        SMSAPI does not send what it has under the same key.

        Args:
            messages: As they were submitted.
            since: When that was first; aware.
            now: Aware.

        Returns:
            Outcomes; ``Uncertain`` for all if more than 12 hours have
            passed, for then a repeat might go out as a second text.
        """
        if now - since > SAFE_TO_REPEAT:
            why = "too late to repeat: SMSAPI may have forgotten its key"
            return [Uncertain(message.key, why) for message in messages]
        for message in messages:
            self._hosts.doubt(message.key, self._desk.base)
        found: list[Outcome] = []
        size = self._rules.per_request
        for start in range(0, len(messages), size):
            found += self.send(messages[start : start + size])
        return found

    @property
    def webhook_reply(self) -> WebhookReply:
        """SMSAPI wants to read ``OK``."""
        return WebhookReply(200, "OK")

    def parse_webhook(self, request: WebhookRequest) -> list[Event]:
        """
        Check the secret in the path, and read receipts and replies.

        Raises:
            ConfigurationError: The transport has no ``webhook_secret``.
            ForgedWebhookError: The path ends in something else.
            WebhookError: It cannot be read.
        """
        if self._secret_path is None:
            raise ConfigurationError(
                "SMSAPI does not sign its calls: give the transport a "
                "webhook_secret, and register the URL that ends in it."
            )
        self._secret_path.check(request)
        return events_of(request)
