"""SMSAPI on this machine: ``sms.do`` and its lists, with state and faults."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.message import DeliveryStatus
from anonsms.testing.faults import Fault
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.base import utc_now
from anonsms.testing.servers.calling import CallingServer
from anonsms.testing.servers.smsapi_account import Account
from anonsms.testing.servers.smsapi_refusals import (
    RefusedError,
    RestRefusedError,
)
from anonsms.testing.servers.smsapi_webhooks import (
    MOST_AT_ONCE,
    STATUSES,
    elsewhere,
    inbound_call,
    receipt_call,
)
from anonsms.transport import WebhookRequest


TOKEN: Final = "local-smsapi-token"  # noqa: S105  # of nobody's account
WEBHOOK_SECRET: Final = "local-secret-path-4711"  # noqa: S105  # as above
WEBHOOK_URL: Final = f"https://shop.example/hooks/smsapi/{WEBHOOK_SECRET}"


class SmsapiServer(CallingServer):
    """
    SMSAPI, as far as texting goes; a context manager.

    It knows ``/sms.do`` (send, status, cancel), ``/hlr.do``,
    ``/hlrsync.do``, ``/blacklist``, ``/opt_outs``, ``/callbacks``,
    ``/profile`` and ``/ping``, and calls back. Where nobody knows how the
    real one behaves, it can be told. Nothing ever leaves this machine.

    Args:
        token: Of the account.
        webhook_url: Where it calls back as long as no callback is
            registered; with its secret path.
        on_repeat: What it does with a batch of which some ``idx`` are known
            already: ``"refuse"`` all of it (error 53), or ``"omit"`` those
            rows.
        tells_invalid: Whether an answer to a batch names the numbers that
            were no good; they are only left out otherwise.
        cuts_arrays: Whether ``|`` parts values inside an array too.
        blocks_opted_out: Whether those who left by its link get nothing.
        points_as_text: Whether prices are texts, or numbers.
        inbound_method: How it hands over texts from handsets.
        senders: Names that the account may use; ``None``: all.
        most: Recipients in one request.
        points: What the account has.
        price: Points for one part.
        country: Calling code that completes national numbers.
        clock: What time it is for SMSAPI.
    """

    faults = frozenset(Fault)
    """All there are."""

    def __init__(  # noqa: PLR0913  # what an account may differ in
        self,
        token: str | Secret = TOKEN,
        *,
        webhook_url: str = WEBHOOK_URL,
        on_repeat: Literal["refuse", "omit"] = "refuse",
        tells_invalid: bool = False,
        cuts_arrays: bool = True,
        blocks_opted_out: bool = False,
        points_as_text: bool = True,
        inbound_method: Literal["GET", "POST"] = "POST",
        senders: Collection[str] | None = None,
        most: int = 10_000,
        points: Decimal | int = 10_000,
        price: Decimal | str = "0.16",
        country: str = "48",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(clock=clock)
        self.token = token if isinstance(token, Secret) else Secret(token)
        self.webhook_url = webhook_url
        self.inbound_method = inbound_method
        self._account = Account(
            struck_request=self.struck_request,
            struck_message=self.struck_message,
            on_repeat=on_repeat,
            tells_invalid=tells_invalid,
            cuts_arrays=cuts_arrays,
            blocks_opted_out=blocks_opted_out,
            points_as_text=points_as_text,
            senders=senders,
            most=most,
            country=country,
            points=Decimal(points),
            price=Decimal(price),
        )

    def answer(self, asked: Asked) -> Answer:
        """Do what a request asks for, as SMSAPI would."""
        legacy = asked.path.endswith(".do")
        if asked.path == "/ping":
            return self._ping(asked)
        known = self.token.reveal() in {asked.bearer(), _in_query(asked)}
        if not known:
            error = RestRefusedError(401, "authorization_failed")
            return RefusedError(101).answer() if legacy else error.answer()
        if legacy:
            taken, answer = self._account.legacy(asked, self.clock())
            for each in taken:
                self.take(each)
            self.withdraw(self._account.cancelled)
            self._account.cancelled.clear()
            return answer
        return self._account.rest(asked, self.clock())

    def complaint(self, fault: Fault) -> Answer:
        """What SMSAPI answers if a whole request goes wrong."""
        kind = ("Content-Type", "application/json")
        if fault is Fault.BROKEN_BODY:
            return Answer(200, (kind,), b'{"count": 1, "list": [{"id": "5')
        if fault is Fault.SERVER_ERROR:
            return Answer(500, (kind,), b"{}")
        if fault is Fault.TOO_MANY:
            return RefusedError(202).answer()
        return Answer(429, (kind, ("Retry-After", "1")), b"{}")

    @property
    def points(self) -> Decimal:
        """What the account has left."""
        with self.lock:
            return self._account.messages.points

    def recover(self) -> None:
        """Forget all orders, also for the messages that they struck."""
        with self.lock:
            self._account.forgive()
        super().recover()

    def block(self, number: str) -> None:
        """Put a number (E.164) on the account's blacklist."""
        with self.lock:
            self._account.block(number.removeprefix("+"), self.clock())

    def opt_out(self, number: str) -> None:
        """Have somebody (E.164) leave by SMSAPI's own link."""
        with self.lock:
            registers = self._account.registers
            registers.opt_out(number.removeprefix("+"), self.clock())

    def line(
        self,
        number: str,
        *,
        status: str = "OK",
        info: str = "DELIVRD",
        network: str = "26001",
        ported: bool = False,
    ) -> None:
        """
        Say what look-ups tell of a number (E.164).

        Args:
            number: Whose line.
            status: ``"OK"`` or ``"FAIL"``.
            info: The network's own word.
            network: Mobile country and network code.
            ported: Whether it changed its network.
        """
        with self.lock:
            self._account.note_line(
                number.removeprefix("+"), status, info, network, ported=ported
            )

    def receipt(
        self, provider_id: str, status: DeliveryStatus
    ) -> WebhookRequest:
        """
        The callback for one message that was taken.

        Raises:
            LookupError: There is no such message.
        """
        return self.receipts((provider_id, status))

    def receipts(self, *told: tuple[str, DeliveryStatus]) -> WebhookRequest:
        """
        One callback for up to five messages, joined by commas.

        Raises:
            ConfigurationError: They are none, or too many.
            LookupError: There is no such message.
        """
        if not 0 < len(told) <= MOST_AT_ONCE:
            raise ConfigurationError(
                f"SMSAPI reports on 1 to {MOST_AT_ONCE} messages in a call."
            )
        with self.lock:
            rows = []
            for provider_id, status in told:
                stored = self._account.messages.find(provider_id)
                if stored is None:
                    raise LookupError("No message of that id was taken.")
                stored.status = STATUSES[status][1]
                rows.append((stored, status))
            url = (
                rows[0][0].notify
                or self._account.registers.callback("sms_dlr")
                or self.webhook_url
            )
            return receipt_call(
                url, rows, self._account.username, self.clock()
            )

    def reply(
        self, number: str, text: str, *, to: str | None = None
    ) -> WebhookRequest:
        """
        The callback with a text from a handset.

        Args:
            number: Whose handset, in E.164 form.
            text: What it says.
            to: The receiving number; the sender of the last message to
                this handset if not given.
        """
        digits = number.removeprefix("+")
        with self.lock:
            last = self._account.messages.last_to(digits)
            fields = {
                "sms_to": to or (last.sender if last else "2way"),
                "sms_from": digits,
                "sms_text": text,
                "sms_date": str(int(self.clock().timestamp())),
                "username": self._account.username,
                "MsgId": self._account.registers.new_id(),
            }
            url = (
                self._account.registers.callback("sms_mo") or self.webhook_url
            )
        return inbound_call(url, fields, self.inbound_method)

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """The same call from somebody who has to guess the secret path."""
        return elsewhere(request)

    def _ping(self, asked: Asked) -> Answer:
        if asked.method == "HEAD":
            return Answer(204)
        known = asked.bearer() == self.token.reveal()
        return Answer.json(200, {"authorized": known, "unavailable": []})


def _in_query(asked: Asked) -> str:
    """The token as a parameter, for those who cannot set a header."""
    fields = dict([*asked.queries(), *asked.fields()])
    return fields.get("access_token", "")
