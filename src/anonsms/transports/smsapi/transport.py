"""SMSAPI as a transport."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import (
    Event,
    Outbound,
    Outcome,
    Scheduled,
)
from anonsms.transport import (
    Capabilities,
    Flow,
    Pace,
    WebhookReply,
    WebhookRequest,
)
from anonsms.transport.telling import aware, hidden, span, whole
from anonsms.transport.waiting import utc_now
from anonsms.transports.smsapi.account import Account
from anonsms.transports.smsapi.asking import AccountTransport
from anonsms.transports.smsapi.callbacks import called_at
from anonsms.transports.smsapi.grouping import (
    Personalisation,
    Sheet,
    sheets,
)
from anonsms.transports.smsapi.messages import Terms, refusal, restriction
from anonsms.transports.smsapi.repeating import (
    SAFE_TO_REPEAT,
    Case,
    case_of,
)
from anonsms.transports.smsapi.submission import Submission
from anonsms.transports.smsapi.webhook import events_of


_LATEST: Final = timedelta(days=89)
"""SMSAPI holds texts for three months, and none are shorter than that."""


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
        clock: Callable[[], datetime] = utc_now,
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
                secret; for :meth:`register_webhook`.
            webhook_secret: The end of that URL's path, 16 letters and
                digits or more. Without it nothing that calls is believed.
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
        word, hook = hidden(webhook_secret), hidden(webhook_url)
        key, place = hidden(token), hidden(site)
        base, backup = hidden(base_url), hidden(backup_url)
        hours = restriction(time_restriction)
        del token, webhook_url, webhook_secret, site, base_url, backup_url
        del time_restriction
        per_request, longest_value = whole(per_request), whole(longest_value)
        max_parts = None if max_parts is None else whole(max_parts)
        validity = span(validity)
        account = Account.at(key, site=place, base_url=base, backup_url=backup)
        path, url = called_at(hook, word)
        self._secret_path = path
        self._rules = Personalisation(
            per_request=per_request,
            longest=longest_value,
            whole_texts=whole_texts,
        )
        terms = Terms(
            test=test,
            max_parts=max_parts,
            time_restriction=hours,
            validity=validity,
        )
        self._submission = Submission(account, terms)
        self._capabilities = Capabilities(
            batch_size=per_request,
            per_request=per_request,
            same_text=True,
            idempotent_for=SAFE_TO_REPEAT,
            scheduling=True,
            # Of what is only tried out, nothing is ever heard.
            receipts=not test,
            replies=path is not None,
            answers_stop=answers_stop,
            look_up=True,
            simulated=test or account.local,
        )
        super().__init__(
            account, url, clock, client=client, pace=pace, timeout=timeout
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
        settled += yield from self._submission.of(ready, self._clock())
        order = {message.key: nth for nth, message in enumerate(group)}
        return sorted(settled, key=lambda each: order[each.key])

    def schedule(
        self, batch: Sequence[Outbound], at: datetime
    ) -> list[Outcome]:
        """
        Hand over messages that SMSAPI is to send later.

        .. warning::
           Whoever opts out in the meantime is texted all the same, unless
           you :meth:`cancel` the message.

        Args:
            batch: As for :meth:`send`.
            at: Aware; at most 89 days ahead, which is never more than the
                three months of SMSAPI's.

        Raises:
            ConfigurationError: The time has no zone.
            ValueError: It is past, or too far ahead.
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
        ahead = aware(at, "at") - self._clock()
        if not timedelta() < ahead <= _LATEST:
            raise ValueError(
                "SMSAPI holds texts for up to three months, and sends at "
                "once what is late. Give a time from now to 89 days ahead."
            )
        return [
            Scheduled(each.number, each.text, each.originator, each.key, at)
            for each in batch
        ]

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """
        Settle messages whose answer was lost, by submitting them again.

        SMSAPI does not send what it has under the same key, and sends what
        it has not. Only that it knows the key, or takes the message now,
        settles a doubt; a refusal says nothing of the first try.

        Args:
            messages: As they were submitted.
            since: When that was first; aware.
            final: Changes nothing: no doubt is settled by waiting.
            known: Ids of other messages.

        Returns:
            For each, in order: ``Accepted``; else ``Uncertain``, as for all
            if more than 12 hours have passed, for then a repeat might go
            out as a second text. Also for those that another process left,
            if there is a ``backup_url``: which host has them, it alone knew.

        Raises:
            ConfigurationError: ``since`` has no zone, or two messages have
                one key.
        """
        del final
        case = self._case(messages, since)
        for some in case.ready:
            case.settle(self.send(some), known)
        return case.outcomes()

    async def reconcile_async(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """As :meth:`reconcile`, awaited, in asyncio and trio."""
        del final
        case = self._case(messages, since)
        for some in case.ready:
            case.settle(await self.send_async(some), known)
        return case.outcomes()

    def _case(self, messages: Sequence[Outbound], since: datetime) -> Case:
        late = self._clock() - aware(since, "since") > SAFE_TO_REPEAT
        size = self._rules.per_request
        return case_of(messages, self._submission, size, late=late)

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
