"""What a transport owes when all is well."""

# ruff: noqa: S101  # asserts are what a test is made of

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from anonsms.errors import AnonsmsError, ConfigurationError
from anonsms.message import (
    Accepted,
    Originator,
    OriginatorKind,
    Outbound,
    Outcome,
    Rejected,
)
from anonsms.testing.faults import ProviderDouble
from anonsms.testing.transport_rules import (
    BODY,
    ORIGINATORS,
    PATIENCE,
    TransportRules,
    accept,
    hand_over,
    settle,
)
from anonsms.transport import Capabilities, Transport


class SendingSuite(TransportRules):
    """Identity, batches and outcomes, a part of :class:`TransportSuite`."""

    def test_its_name_is_in_lower_case(self, transport: Transport) -> None:
        """Shops write it in settings, and it stands in stored rows."""
        assert isinstance(transport.name, str)
        assert transport.name
        assert transport.name == transport.name.lower().strip()

    def test_its_capabilities_are_honest(self, transport: Transport) -> None:
        """Everybody plans by them, so each has its type and a sound value."""
        can = transport.capabilities
        assert isinstance(can, Capabilities)
        for count in (can.batch_size, can.per_request):
            assert type(count) is int
            assert count >= 1
        for flag in (
            can.same_text,
            can.scheduling,
            can.receipts,
            can.replies,
            can.answers_stop,
            can.look_up,
            can.marketing,
            can.simulated,
        ):
            assert type(flag) is bool
        assert can.originators
        assert all(isinstance(k, OriginatorKind) for k in can.originators)
        if can.idempotent_for is not None:
            assert can.idempotent_for > timedelta()
        assert can.per_request == 1 or can.batch_size > 1

    def test_its_capabilities_do_not_change(
        self, transport: Transport
    ) -> None:
        """They are asked for once and then relied on."""
        before = transport.capabilities
        hand_over(transport, self.messages(transport))
        assert transport.capabilities == before

    def test_no_message_is_no_request(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """An empty batch has no outcome, and nobody is bothered."""
        assert list(transport.send([])) == []
        assert list(double.accepted) == []

    def test_one_message_reaches_one_number(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """The text, the number and the originator as they were given."""
        [message] = self.messages(transport)
        [outcome] = transport.send([message])
        assert isinstance(outcome, Accepted)
        assert outcome.key == message.key
        [taken] = double.accepted
        assert taken.number == message.number.reveal()
        assert taken.text == message.text.reveal()
        assert taken.originator == message.originator.text

    def test_an_accepted_message_has_an_id(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Receipts name it; without one, no message is ever delivered."""
        [outcome] = transport.send(self.messages(transport))
        [taken] = double.accepted
        assert isinstance(outcome, Accepted)
        assert outcome.provider_id == taken.provider_id
        assert outcome.provider_id

    @pytest.mark.parametrize("same", [True, False])
    def test_one_recipient_per_message(
        self, transport: Transport, double: ProviderDouble, *, same: bool
    ) -> None:
        """Each gets the own text once; numbers are never put together."""
        size = self.most(transport, 20)
        texts = [BODY if same else f"{BODY} {n}" for n in range(size)]
        batch = self.messages(transport, texts)
        accept(batch, hand_over(transport, batch)[0], double)
        sent = {m.number.reveal(): m.text.reveal() for m in batch}
        assert {t.number: t.text for t in double.accepted} == sent

    def test_a_full_batch_goes_out(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """As many as the capabilities promise, each once, each its own."""
        batch = self.messages(transport, self.most(transport))
        accept(batch, hand_over(transport, batch)[0], double)
        sent = {m.number.reveal(): m.text.reveal() for m in batch}
        assert {t.number: t.text for t in double.accepted} == sent

    def test_a_batch_too_large_is_refused_or_sent(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Refused means with an error, before anything left: no halves."""
        size = transport.capabilities.batch_size
        if size > self.largest_batch * 4:
            pytest.skip("its batches are larger than a test should send")
        batch = self.messages(transport, size + 1)
        try:
            outcomes = list(transport.send(batch))
        except (AnonsmsError, ConfigurationError, ValueError):
            assert list(double.accepted) == []
        else:
            settle(batch, outcomes, double)

    def test_outcomes_stand_in_the_order_of_the_batch(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Whatever the provider sorts by; each has its own message's id."""
        size = self.most(transport, 9)
        batch = self.messages(transport, size)
        batch = batch[1::2] + batch[::-2]
        assert len({each.key for each in batch}) == len(batch)
        accept(batch, hand_over(transport, batch)[0], double)

    def test_ids_are_distinct(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Two messages with one id would share their receipts."""
        batch = self.messages(transport, self.most(transport, 20))
        outcomes = hand_over(transport, batch)[0]
        ids = [o.provider_id for o in outcomes if isinstance(o, Accepted)]
        assert len(ids) == len(set(ids)) == len(double.accepted)

    def test_two_texts_to_one_number_are_two(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Other keys are other messages, even with the same words."""
        [first] = self.messages(transport)
        [other] = self.messages(transport)
        second = Outbound(
            first.number, first.text, first.originator, other.key
        )
        outcomes = [*hand_over(transport, [first])[0]]
        outcomes += hand_over(transport, [second])[0]
        assert [each.key for each in outcomes] == [first.key, second.key]
        copies = Counter(taken.number for taken in double.accepted)
        assert copies == {first.number.reveal(): 2}

    def test_a_batch_is_any_sequence(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """A tuple too; and it is left as it was."""
        batch = tuple(self.messages(transport, self.most(transport, 3)))
        before = list(batch)
        accept(batch, list(transport.send(batch)), double)
        assert list(batch) == before

    @pytest.mark.parametrize("kind", list(OriginatorKind))
    def test_the_originator_is_never_another(
        self,
        transport: Transport,
        double: ProviderDouble,
        kind: OriginatorKind,
    ) -> None:
        """One that it takes is shown as it is; others never get through."""
        [made] = self.messages(transport)
        text = ORIGINATORS[kind]
        if self.originator and Originator.parse(self.originator).kind is kind:
            text = self.originator
        message = Outbound(
            made.number, made.text, Originator.parse(text), made.key
        )
        if kind in transport.capabilities.originators:
            [outcome] = transport.send([message])
            assert isinstance(outcome, Accepted | Rejected)
        else:
            try:
                outcomes = list(transport.send([message]))
            except (AnonsmsError, ConfigurationError, ValueError):
                outcomes = []
            assert not any(isinstance(o, Accepted) for o in outcomes)
            assert list(double.accepted) == []
        assert {taken.originator for taken in double.accepted} <= {text}

    def test_it_sends_more_than_once(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Nothing of one call is left over for the next."""
        batches = [
            self.messages(transport, self.most(transport, 3), first=first)
            for first in (100, 200, 300)
        ]
        for batch in batches:
            accept(batch, hand_over(transport, batch)[0], double)
        assert len(double.accepted) == sum(map(len, batches))

    def test_it_can_be_awaited(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """With ``send_async``, if it has one: as ``send``, in a loop."""
        send = getattr(transport, "send_async", None)
        if send is None:
            pytest.skip("it has no send_async")
        batch = self.messages(transport, self.most(transport, 3))

        async def sent() -> list[Outcome]:
            try:
                return list(await send(batch))
            finally:
                leave = getattr(transport, "aclose", None)
                if leave is not None:
                    await leave()

        accept(batch, asyncio.run(sent()), double)

    def test_it_can_be_closed_twice(self, transport: Transport) -> None:
        """Shops close it in a ``finally``, and ``with`` does it again."""
        close = getattr(transport, "close", None)
        if close is None:
            pytest.skip("it has nothing to close")
        hand_over(transport, self.messages(transport))
        assert close() is None
        assert close() is None

    def test_threads_may_send_at_once(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Shops serve requests in threads: nobody gets another's text."""
        size = self.most(transport, 5)
        batches = [
            self.messages(transport, size, first=100 * n) for n in range(1, 5)
        ]
        with ThreadPoolExecutor(len(batches)) as pool:
            done = [pool.submit(hand_over, transport, b) for b in batches]
            results = [each.result(PATIENCE)[0] for each in done]
        for batch, outcomes in zip(batches, results, strict=True):
            accept(batch, outcomes, double)
        sent = {m.number.reveal(): m.text.reveal() for b in batches for m in b}
        assert {t.number: t.text for t in double.accepted} == sent

    def test_the_same_key_goes_out_once(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Who says ``idempotent_for`` may be asked again in a doubt."""
        if transport.capabilities.idempotent_for is None:
            pytest.skip("Capabilities.idempotent_for is None: never repeated")
        batch = self.messages(transport, self.most(transport, 3))
        for _ in range(2):
            accept(batch, hand_over(transport, batch)[0], double)
        # Together with a new one: the others are accepted already.
        if len(batch) > 1:
            mixed = [*batch[:-1], *self.messages(transport, first=2000)]
            accept(mixed, hand_over(transport, mixed)[0], double)
