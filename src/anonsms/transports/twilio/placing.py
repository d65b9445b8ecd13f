"""
Whether an answer is about the message that it arrived for.

HTTP matches answers to requests by their order alone. A server, or a proxy,
that answers one request twice shifts all later answers of that connection by
one, and each tells of somebody else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from anonsms.phone import PhoneNumber
from anonsms.transport import HttpResponse
from anonsms.transport.forklock import ForkLock
from anonsms.transport.telling import names_another, person, provider_id
from anonsms.transports.twilio.messages import message_sid


MOST_REMEMBERED: Final = 10_000
"""A repeat follows at once: what is long past need not be known."""
DISTRUST: Final = timedelta(minutes=10)
_REQUEST_ID: Final = "twilio-request-id"


@define(repr=False, eq=False)
class Answers:
    """
    The answers of late to creations, by the ids that Twilio gave.

    A repeated answer is known by its ids, and one about somebody else by
    the number it names. A refusal names nobody: once an answer was in the
    wrong place, none is believed until for a while no other was.
    """

    _seen: dict[str, None] = field(factory=dict)
    _distrusted_until: datetime | None = None
    _lock: ForkLock = field(factory=ForkLock)

    def misplaced(
        self, number: PhoneNumber, response: HttpResponse, now: datetime
    ) -> bool:
        """
        Whether this may be the answer to another message's request.

        Args:
            number: Whom the message went to.
            response: What came.
            now: Aware.
        """
        record = response.mapping() if response.succeeded else {}
        to = record.get("to")
        ids = [
            message_sid(record.get("sid")),
            provider_id(response.headers.get(_REQUEST_ID)),
        ]
        astray = names_another(to, number)
        with self._lock:
            for each in filter(None, ids):
                astray = astray or each in self._seen
                self._seen[each] = None
            while len(self._seen) > MOST_REMEMBERED:
                self._seen.pop(next(iter(self._seen)))
            if astray:
                self._distrusted_until = now + DISTRUST
            until = self._distrusted_until
        if astray or until is None or now >= until:
            return astray
        return person(to, fictional=True) != number
