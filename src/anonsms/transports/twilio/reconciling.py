"""
Messages in doubt, settled by Twilio's own list.

The list is asked by recipient, for its other filters miss what is in doubt:
``DateSent`` is empty as long as a message waits in the queue. So the number
stands in the URL, and the request is marked private.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.masking import Secret
from anonsms.message import Accepted, NotSent, Outbound, Outcome, Uncertain
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.codes import refusal
from anonsms.transports.twilio.messages import Manner
from anonsms.transports.twilio.records import Record


_SKEW: Final = timedelta(minutes=2)
"""How far our clock may be ahead of Twilio's."""
_PAGE_SIZE: Final = 1000
_MOST_PAGES: Final = 20
_TRIAL_PREFIX: Final = "Sent from your Twilio trial account - "


@frozen
class Search:
    """
    What a message in doubt is recognised by.

    Attributes:
        manner: How it was created.
        since: When its attempt began; aware.
        final: Whether a message that is not listed by now never left.
        known: SIDs of other messages, which settle nothing.
    """

    manner: Manner
    since: datetime
    final: bool
    known: Collection[str]

    def verdict(self, message: Outbound, records: Sequence[Record]) -> Outcome:
        """What the list says of one message."""
        close = [each for each in records if self._fits(message, each)]
        same = [each for each in close if _same_text(message, each)]
        if len(same) == 1:
            return Accepted(message.key, same[0].sid)
        if same:
            return Uncertain(
                message.key, "several messages of this text are listed"
            )
        if any(each.text is None or self.manner.rewriting for each in close):
            return Uncertain(
                message.key, "a message is listed whose text is not ours"
            )
        if self.final:
            return NotSent(message.key, "Twilio's list does not have it")
        return Uncertain(message.key, "Twilio's list does not have it yet")

    def _fits(self, message: Outbound, record: Record) -> bool:
        if record.direction != "outbound-api" or record.sid in self.known:
            return False
        if record.created and record.created < self.since - _SKEW:
            return False
        service = self.manner.service
        if service and record.service not in {"", service}:
            return False
        named = self.manner.with_from or not service
        return not named or record.sender in {"", message.originator.text}


def _same_text(message: Outbound, record: Record) -> bool:
    if record.text is None:
        return False
    text = record.text.reveal().removeprefix(_TRIAL_PREFIX)
    return text == message.text.reveal()


def reconcile(
    account: Account, messages: Sequence[Outbound], search: Search
) -> Flow[list[Outcome]]:
    """
    Ask the list for each message; one outcome each, in their order.

    No record is taken for two of them: whose it is, nobody can tell.
    """
    if not search.manner.traceable:
        why = "Twilio keeps no text or number to know it by"
        return [Uncertain(message.key, why) for message in messages]
    outcomes: list[Outcome] = []
    for message in messages:
        try:
            records = yield from _listed(account, message.number)
        except (NeverLeftError, LostAnswerError) as error:
            records = f"Twilio's list could not be asked: {error}"
        outcomes.append(
            Uncertain(message.key, records)
            if isinstance(records, str)
            else search.verdict(message, records)
        )
    claims = Counter(
        each.provider_id for each in outcomes if isinstance(each, Accepted)
    )
    return [
        Uncertain(each.key, "a listed message fits several in doubt")
        if isinstance(each, Accepted) and claims[each.provider_id] > 1
        else each
        for each in outcomes
    ]


def _listed(account: Account, number: PhoneNumber) -> Flow[list[Record] | str]:
    """All messages to a number, or why they cannot be told."""
    path = f"{account.messages_path}.json"
    records: list[Record] = []
    place = Secret(
        f"{path}?{urlencode({'To': number.reveal(), 'PageSize': _PAGE_SIZE})}"
    )
    for _ in range(_MOST_PAGES):
        response = yield account.ask(
            account.base_url + place.reveal(), private=True
        )
        if not response.succeeded:
            return f"Twilio refused its list with {refusal(response)[0]}"
        page = response.mapping()
        listed = page.get("messages")
        if not isinstance(listed, list):
            return "Twilio's list cannot be read"
        read = [Record.read(each) for each in listed]
        records += [each for each in read if each is not None]
        after = page.get("next_page_uri")
        complete = None not in read
        del page, listed
        if not complete:
            return "Twilio's list cannot be read"
        if after is None:
            return records
        # Only where we asked: the next request carries our credentials.
        if not isinstance(after, str) or not after.startswith(f"{path}?"):
            return "Twilio's list goes on in another place"
        place = Secret(after)
        del after
    return "Twilio's list is too long"
