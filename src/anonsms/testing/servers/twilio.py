"""Twilio on this machine: its Messages API, with state and faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from attrs import evolve

from anonsms.masking import Secret
from anonsms.message import DeliveryStatus
from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.base import utc_now
from anonsms.testing.servers.calling import CallingServer
from anonsms.testing.servers.twilio_messages import MessageBook, Stored
from anonsms.testing.servers.twilio_numbers import (
    Line,
    NumberBook,
    check_magic,
)
from anonsms.testing.servers.twilio_refusals import RefusedError, answer_of
from anonsms.testing.servers.twilio_rules import read_wish
from anonsms.testing.servers.twilio_webhooks import (
    STATUSES,
    inbound_fields,
    keyword_of,
    receipt_fields,
    signed,
)
from anonsms.transport import WebhookRequest


ACCOUNT_SID: Final = "AC" + "0a" * 16
AUTH_TOKEN: Final = "local-auth-token"  # noqa: S105  # of nobody's account
WEBHOOK_URL: Final = "https://shop.example/hooks/twilio"

_ACCOUNT: Final = re.compile(r"/2010-04-01/Accounts/([^/]+)(/.*)")
_MESSAGE: Final = re.compile(r"/Messages/([^/.]+)(/Feedback)?\.json")
_LOOK_UP: Final = re.compile(r"/v2/PhoneNumbers/([^/]+)")
_OF_MESSAGE: Final = {
    Fault.BAD_NUMBER: 21211,
    Fault.OPTED_OUT: 21610,
    Fault.CONTENT: 21618,
}
_OF_SENDING: Final = {Fault.ORIGINATOR: 21606, Fault.ACCOUNT: 20005}


class TwilioServer(CallingServer):
    """
    Twilio, as far as texting goes; a context manager.

    It knows ``/2010-04-01/Accounts/…/Messages`` (create, list, fetch,
    redact, cancel, delete, feedback), Lookup v2 and Consents, checks what
    Twilio checks, keeps what it took and calls back signed. Nothing ever
    leaves this machine.

    Args:
        account_sid: Of the account.
        auth_token: Its token, which signs webhooks too.
        api_keys: SIDs of API keys and their secrets.
        test_credentials: A SID and a token with which nothing is sent and
            the magic numbers work.
        webhook_url: Public URL for texts from handsets, and for receipts of
            messages without a ``StatusCallback``.
        senders: Numbers and names that the account may use; ``None``: all.
        services: SIDs of its Messaging Services; ``None``: all.
        advanced_opt_out: Whether webhooks carry ``OptOutType``.
        problem: Whether errors have the shape of RFC 9457.
        clock: What time it is for Twilio.
    """

    faults = frozenset(Fault) - {Fault.MONEY}
    """All but ``MONEY``: of want of money, Twilio says "not active"."""

    def __init__(  # noqa: PLR0913  # what an account may differ in
        self,
        account_sid: str = ACCOUNT_SID,
        auth_token: str | Secret = AUTH_TOKEN,
        *,
        api_keys: dict[str, str] | None = None,
        test_credentials: tuple[str, str] | None = None,
        webhook_url: str = WEBHOOK_URL,
        senders: Collection[str] | None = None,
        services: Collection[str] | None = None,
        advanced_opt_out: bool = False,
        problem: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(clock=clock)
        self.account_sid = account_sid
        self.auth_token = (
            auth_token
            if isinstance(auth_token, Secret)
            else Secret(auth_token)
        )
        self.webhook_url = webhook_url
        self.advanced_opt_out = advanced_opt_out
        self.problem = problem
        self._senders, self._services = senders, services
        self._secrets = {account_sid: self.auth_token}
        self._secrets.update(
            {sid: Secret(secret) for sid, secret in (api_keys or {}).items()}
        )
        self._test_sid = ""
        if test_credentials:
            self._test_sid, token = test_credentials
            self._secrets[self._test_sid] = Secret(token)
        self._messages = MessageBook(account_sid)
        self._tests = MessageBook(self._test_sid)
        self._numbers = NumberBook()

    def answer(self, asked: Asked) -> Answer:
        """Do what a request asks for, as Twilio would."""
        try:
            return self._answer(asked)
        except RefusedError as error:
            refused = error
        return answer_of(refused, problem=self.problem)

    def complaint(self, fault: Fault) -> Answer:
        """What Twilio answers if a whole request goes wrong."""
        if fault is Fault.BROKEN_BODY:
            kind = ("Content-Type", "application/json")
            return Answer(201, (kind,), b'{"body": "", "sid": "SM')
        if fault is Fault.SERVER_ERROR:
            return answer_of(RefusedError(20500), problem=self.problem)
        headers = [("Twilio-Concurrent-Requests", "101")]
        if fault is Fault.TOO_MANY_FOR_NOW:
            headers.append(("Retry-After", "1"))
        return answer_of(
            RefusedError(20429), problem=self.problem, headers=tuple(headers)
        )

    def line(
        self,
        number: str,
        *,
        status: str = "active",
        kind: str = "mobile",
        carrier: str = "Example Mobile",
    ) -> None:
        """Say what look-ups tell of a number (E.164)."""
        with self.lock:
            self._numbers.note(number, Line(status, kind, carrier))

    def block(self, number: str, sender: str) -> None:
        """Have a number opted out of an originator or a service."""
        with self.lock:
            self._numbers.block(number, {sender})

    def receipt(
        self,
        provider_id: str,
        status: DeliveryStatus,
        *,
        code: int | None = None,
    ) -> WebhookRequest:
        """
        The signed status callback for a message that was taken.

        It says so even if the message has gone further already, as calls
        that overtake each other do.

        Args:
            provider_id: Its SID.
            status: What became of it.
            code: Twilio's error code, where it is to be another than usual.

        Raises:
            LookupError: There is no such message.
        """
        word, usual = STATUSES[status]
        with self.lock:
            try:
                stored = self._messages.report(
                    provider_id, word, code or usual, self.clock()
                )
            except RefusedError:
                stored = None
            if stored:
                told = evolve(stored, status=word, code=code or usual)
                fields = receipt_fields(told, word)
                where = stored.callback or self.webhook_url
                return signed(self.auth_token, where, fields)
        raise LookupError("No message of that id was taken.")

    def reply(
        self, number: str, text: str, *, to: str | None = None
    ) -> WebhookRequest:
        """
        The signed call with a text from a handset.

        STOP blocks the originator, and the service that used it, for this
        number; START opens them again.

        Args:
            number: Whose handset, in E.164 form.
            text: What it says.
            to: The originator that it answers; that of the last message to
                this number if not given.
        """
        with self.lock:
            last = self._messages.last_to(number)
            service = last.service if last and to is None else ""
            asked = to or (last.sender if last else "") or "+12025550100"
            stored = self._messages.arrive(
                number, asked, service, text, self.clock()
            )
            word = keyword_of(text)
            if word == "STOP":
                self._numbers.block(number, {asked, service})
            elif word == "START":
                self._numbers.unblock(number, {asked, service})
            fields = inbound_fields(stored, advanced=self.advanced_opt_out)
        return signed(self.auth_token, self.webhook_url, fields)

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """The same call, signed by somebody without the token."""
        fields = dict(request.fields())
        return signed(Secret("somebody else's token"), request.url, fields)

    def _answer(self, asked: Asked) -> Answer:
        user = self._user(asked)
        testing = bool(self._test_sid) and user == self._test_sid
        found = _ACCOUNT.fullmatch(asked.path)
        if found:
            if found[1] != (user if testing else self.account_sid):
                raise RefusedError(20404)
            book = self._tests if testing else self._messages
            return self._of_account(asked, found[2], book)
        if testing:
            raise RefusedError(20008, status=403)
        line = _LOOK_UP.fullmatch(asked.path)
        if line and asked.method == "GET":
            told = self._numbers.look_up(line[1], dict(asked.queries()))
            return Answer.json(200, told)
        if (asked.method, asked.path) == ("POST", "/v1/Consents/Bulk"):
            items = [text for name, text in asked.fields() if name == "Items"]
            return Answer.json(201, self._numbers.consents(items))
        raise RefusedError(20404)

    def _user(self, asked: Asked) -> str:
        user, password = asked.basic()
        known = self._secrets.get(user)
        if known is None or known.reveal() != password:
            raise RefusedError(20003)
        return user

    def _of_account(
        self, asked: Asked, place: str, book: MessageBook
    ) -> Answer:
        form, method = dict(reversed(asked.fields())), asked.method
        if place == "/Messages.json":
            if method == "POST":
                return self._create(asked, book)
            if method == "GET":
                return Answer.json(200, book.page(dict(asked.queries())))
        found = _MESSAGE.fullmatch(place)
        if not found:
            raise RefusedError(20404)
        stored = book.find(found[1])
        if found[2]:
            return self._feedback(stored, form)
        if method == "POST":
            changed = book.change(stored.sid, form, self.clock())
            if changed.status == "canceled":
                self.withdraw({stored.sid})
            return Answer.json(200, changed.resource())
        if method == "DELETE":
            book.remove(stored.sid)
            return Answer(204)
        return Answer.json(200, stored.resource())

    def _feedback(self, stored: Stored, form: dict[str, str]) -> Answer:
        outcome = form.get("Outcome", "confirmed")
        if outcome not in {"confirmed", "unconfirmed"}:
            raise RefusedError(20001, "Outcome")
        told = stored.resource()
        dates = {name: told[name] for name in ("date_created", "date_updated")}
        return Answer.json(
            200,
            {
                **dates,
                "account_sid": stored.account,
                "message_sid": stored.sid,
                "outcome": outcome,
                "uri": f"{stored.uri}/Feedback.json",
            },
        )

    def _create(self, asked: Asked, book: MessageBook) -> Answer:
        fault = self.struck_request()
        if fault:
            raise RefusedError(_OF_SENDING[fault])
        if book is self._tests:
            wish = read_wish(asked.fields(), self.clock(), None, None)
            check_magic(wish)
            return Answer.json(201, book.take(wish, self.clock())[1])
        wish = read_wish(
            asked.fields(), self.clock(), self._senders, self._services
        )
        fault = self.struck_message()
        if fault:
            raise RefusedError(_OF_MESSAGE[fault], wish.to)
        if self._numbers.is_blocked(wish.to, {wish.sender, wish.service}):
            raise RefusedError(21610, wish.to)
        stored, shown = book.take(wish, self.clock())
        sender = wish.sender or wish.service
        self.take(Taken(wish.to, wish.body, sender, stored.sid))
        return Answer.json(201, shown)
