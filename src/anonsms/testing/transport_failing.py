"""What a transport says when something goes wrong: the failure classes."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pytest

from anonsms.message import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.testing.faults import Fault, ProviderDouble
from anonsms.testing.transport_rules import (
    TransportRules,
    accept,
    hand_over,
    in_time,
    order,
    settle,
)
from anonsms.transport import Transport, waiting


NEVER_LEFT: Final = (Fault.REFUSED, Fault.TOO_MANY, Fault.TOO_MANY_FOR_NOW)
LOST: Final = (
    (Fault.RESET_EARLY, False),
    (Fault.RESET_LATE, False),
    (Fault.RESET_LATE, True),
    (Fault.SILENT, False),
    (Fault.SILENT, True),
    (Fault.SERVER_ERROR, False),
    (Fault.SERVER_ERROR, True),
    (Fault.BROKEN_BODY, False),
    (Fault.BROKEN_BODY, True),
)
"""Faults after which nobody knows, and whether the messages were taken."""
AWAY: Final = (Fault.REFUSED, Fault.RESET_LATE, Fault.SERVER_ERROR)
OF_MESSAGE: Final = {
    Fault.BAD_NUMBER: Rejection.BAD_NUMBER,
    Fault.OPTED_OUT: Rejection.OPTED_OUT,
    Fault.CONTENT: Rejection.CONTENT,
}
OF_ACCOUNT: Final = {
    Fault.ORIGINATOR: Rejection.ORIGINATOR,
    Fault.MONEY: Rejection.MONEY,
    Fault.ACCOUNT: Rejection.ACCOUNT,
}
_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
_PHONE: Final = re.compile(r"[0-9]{9,}")


class FailureSuite(TransportRules):
    """The failure classes, a part of :class:`TransportSuite`."""

    @pytest.mark.parametrize("fault", NEVER_LEFT)
    def test_what_never_left_is_not_sent(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        Or it was repeated at once and accepted; never both, never in doubt.

        A refused connection and "too many requests" are certain: nothing
        was taken, so these alone may be repeated.
        """
        order(double, fault)
        batch = self.messages(transport)
        outcomes, _ = in_time(transport, batch)
        settle(batch, outcomes, double)
        [outcome] = outcomes
        assert isinstance(outcome, NotSent | Accepted)
        if isinstance(outcome, NotSent):
            pause = outcome.retry_after
            assert pause is None or pause >= 0
            assert outcome.why

    @pytest.mark.parametrize("fault", NEVER_LEFT)
    def test_later_sends_go_through(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        The same messages under the same keys, as the outbox does it.

        After a minute, or the pause that the outcomes ask for: a circuit
        breaker may be open. Nobody really waits here.
        """
        order(double, fault)
        batch = self.messages(transport, self.most(transport, 3))
        outcomes, _ = in_time(transport, batch)
        settle(batch, outcomes, double)
        double.recover()
        for _ in range(3):
            again = [
                message
                for message, outcome in zip(batch, outcomes, strict=True)
                if isinstance(outcome, NotSent)
            ]
            if again:
                waiting.sleep(_longest_pause(outcomes))
                new = {o.key: o for o in in_time(transport, again)[0]}
                outcomes = [new.get(o.key, o) for o in outcomes]
        accept(batch, outcomes, double)

    @pytest.mark.parametrize(("fault", "taken"), LOST)
    def test_a_lost_answer_is_uncertain(
        self,
        transport: Transport,
        double: ProviderDouble,
        fault: Fault,
        *,
        taken: bool,
    ) -> None:
        """
        Unless the transport asks and knows; it is never sent again blindly.

        The provider may have taken the message before its answer was lost.
        To repeat it would text a person twice, to call it refused would
        lose it from the books.
        """
        order(double, fault, taken=taken)
        batch = self.messages(transport)
        outcomes, _ = in_time(transport, batch)
        settle(batch, outcomes, double)
        [outcome] = outcomes
        assert not isinstance(outcome, Rejected)
        if taken:
            assert isinstance(outcome, Uncertain | Accepted)
        if isinstance(outcome, Uncertain):
            assert outcome.why

    @pytest.mark.parametrize(("fault", "taken"), LOST)
    def test_one_lost_answer_in_a_batch_loses_no_message(
        self,
        transport: Transport,
        double: ProviderDouble,
        fault: Fault,
        *,
        taken: bool,
    ) -> None:
        """Others go on, none is sent twice, each has a true outcome."""
        size = self.most(transport, 6)
        if size < 2:
            pytest.skip("Capabilities.batch_size is 1")
        order(double, fault, taken=taken)
        batch = self.messages(transport, size)
        outcomes, _ = in_time(transport, batch)
        settle(batch, outcomes, double)
        if transport.capabilities.per_request == 1:
            doubtful = [o for o in outcomes if not isinstance(o, Accepted)]
            assert len(doubtful) <= 1, "one request failed, and one message"

    @pytest.mark.parametrize("fault", AWAY)
    def test_a_provider_that_is_away_loses_no_message(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        Every request fails, and each message has a true outcome still.

        What was begun is in doubt, what was not begun is not sent.
        """
        size = self.most(transport, 30)
        order(double, fault, times=4 * size)
        batch = self.messages(transport, size)
        outcomes, _ = in_time(transport, batch)
        settle(batch, outcomes, double)
        assert list(double.accepted) == []
        assert all(isinstance(o, Uncertain | NotSent) for o in outcomes)

    @pytest.mark.parametrize(
        "fault", [Fault.RESET_LATE, Fault.SILENT, Fault.SERVER_ERROR]
    )
    def test_it_sends_again_after_a_lost_answer(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """A broken connection is not used again, and nothing is stuck."""
        order(double, fault)
        in_time(transport, self.messages(transport))
        double.recover()
        batch = self.messages(transport, first=3000)
        accept(batch, in_time(transport, batch)[0], double)

    @pytest.mark.parametrize("fault", list(OF_MESSAGE))
    def test_one_refused_message_is_final(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """With the reason in our words and the provider's code."""
        order(double, fault)
        batch = self.messages(transport)
        outcomes = list(transport.send(batch))
        settle(batch, outcomes, double)
        [outcome] = outcomes
        assert isinstance(outcome, Rejected)
        assert outcome.reason is OF_MESSAGE[fault]
        assert not outcome.account_wide
        _check_code(outcome)

    @pytest.mark.parametrize("fault", list(OF_MESSAGE))
    def test_one_refused_message_stops_no_other(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """One bad number in a batch is one rejection, and no more."""
        size = self.most(transport, 20)
        if size < 2:
            pytest.skip("Capabilities.batch_size is 1")
        order(double, fault)
        batch = self.messages(transport, size)
        outcomes = list(transport.send(batch))
        settle(batch, outcomes, double)
        refused = [o for o in outcomes if not isinstance(o, Accepted)]
        assert len(refused) == 1
        assert isinstance(refused[0], Rejected)
        assert refused[0].reason is OF_MESSAGE[fault]
        later = self.messages(transport, first=3000)
        accept(later, hand_over(transport, later)[0], double)

    def test_refused_messages_stand_at_their_places(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Several in one batch: those were refused that did not arrive."""
        size = self.most(transport, 20)
        if size < 4:
            pytest.skip("Capabilities.batch_size is less than 4")
        order(double, Fault.BAD_NUMBER, times=3)
        batch = self.messages(transport, size)
        outcomes = list(transport.send(batch))
        settle(batch, outcomes, double)
        refused = [o for o in outcomes if isinstance(o, Rejected)]
        accepted = [o for o in outcomes if isinstance(o, Accepted)]
        assert (len(refused), len(accepted)) == (3, size - 3)

    @pytest.mark.parametrize("fault", list(OF_ACCOUNT))
    def test_a_stopped_account_says_so(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        A rejection that is ``account_wide``, or a ``TransportError``.

        No money, a wrong credential, an originator that is not the shop's:
        every other message would fare the same, so the run has to stop.
        """
        order(double, fault)
        batch = self.messages(transport)
        outcomes, errors = hand_over(transport, batch)
        settle(batch, outcomes, double)
        [outcome] = outcomes
        if errors:
            assert list(double.accepted) == []
        else:
            assert isinstance(outcome, Rejected)
            assert outcome.reason is OF_ACCOUNT[fault]
            assert outcome.account_wide
            _check_code(outcome)

    @pytest.mark.parametrize("fault", list(OF_ACCOUNT))
    def test_a_stopped_account_stops_the_batch(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """What has not begun does not begin, and nothing gets lost."""
        size = self.most(transport)
        order(double, fault, times=size)
        batch = self.messages(transport, size)
        outcomes, errors = hand_over(transport, batch)
        settle(batch, outcomes, double)
        assert list(double.accepted) == []
        assert all(isinstance(o, Rejected | NotSent) for o in outcomes)
        assert errors or any(
            isinstance(o, Rejected) and o.account_wide for o in outcomes
        )
        under_way = getattr(
            getattr(transport, "pace", None), "most_in_flight", size
        )
        if size > 2 * under_way:
            asked = len(double.urls)
            assert asked < size, "it went on after the account stopped"

    @pytest.mark.parametrize("fault", [Fault.SILENT])
    def test_it_gives_up_in_time(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """Without a time-out of its own, one silence stops the shop."""
        order(double, fault)
        batch = self.messages(transport)
        outcomes, errors = in_time(transport, batch)
        settle(batch, outcomes, double)
        assert not errors
        assert isinstance(outcomes[0], Uncertain | Accepted)


def _longest_pause(outcomes: Sequence[Outcome]) -> float:
    """Seconds to wait first, as the outcomes ask for."""
    asked = [o.retry_after or 0.0 for o in outcomes if isinstance(o, NotSent)]
    return max(60.0, *asked)


def _check_code(outcome: Rejected) -> None:
    """The provider's code is a code: no message, nobody's number."""
    assert outcome.code, "the provider's own code helps whoever looks it up"
    assert _CODE.fullmatch(outcome.code)
    assert not _PHONE.search(outcome.code)
