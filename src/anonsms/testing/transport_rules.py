"""What the checks of transports share: messages to send, and one rule."""

# ruff: noqa: S101  # asserts are what a test is made of

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pytest

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    NotSent,
    Originator,
    OriginatorKind,
    Outbound,
    Outcome,
    Rejected,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.testing.clocks import no_waiting
from anonsms.testing.faults import Fault, ProviderDouble
from anonsms.transport import Transport


PATIENCE: Final = 40.0
"""Seconds until a test gives up on a transport that waits for ever."""
_SHORT: Final = 0.2
_LONG: Final = 20.0
BODY: Final = "Bonjour Zoé, votre colis est prêt."
ORIGINATORS: Final = {
    OriginatorKind.NAME: "MaBoutique",
    OriginatorKind.SHORT_CODE: "36123",
    OriginatorKind.NUMBER: "+12025550100",
}
"""One of each kind; the number is kept for fiction."""

_keys = itertools.count(1)


class TransportRules:
    """What the checks share; settings as :class:`TransportSuite` says."""

    originator: str = ""
    largest_batch: int = 150
    called_back: bool = True
    signs_webhooks: bool = True
    secrets: Sequence[str] = ()

    @pytest.fixture(autouse=True)
    def _no_waiting(self) -> Iterator[None]:
        """Let pauses between tries take no time."""
        with no_waiting():
            yield

    @pytest.fixture(autouse=True)
    def _a_whole_double(self, double: ProviderDouble) -> None:
        """Tell whoever forgot a part of the double which one it is."""
        whole = ("faults", "accepted", "urls", "fail", "recover")
        lacking = [name for name in whole if not hasattr(double, name)]
        if lacking:
            pytest.fail(f"a ProviderDouble has: {', '.join(lacking)}")

    @pytest.fixture
    def patience(self, request: pytest.FixtureRequest) -> float:
        """
        Seconds for the transport's own time-out.

        Short where the provider is to fall silent, and so long elsewhere
        that a machine with much to do fails no check.
        """
        spec = getattr(request.node, "callspec", None)
        silent = spec and spec.params.get("fault") is Fault.SILENT
        return _SHORT if silent else _LONG

    def messages(
        self,
        transport: Transport,
        texts: int | Iterable[str] = 1,
        *,
        first: int = 1000,
    ) -> list[Outbound]:
        """
        Messages to send, each to a number of its own, kept for fiction.

        Args:
            transport: Whose originators to use.
            texts: The bodies, or how many: then each differs.
            first: The first number's place in its range, 0 to 9999.
        """
        bodies = (
            [f"{BODY} N° {n}" for n in range(texts)]
            if isinstance(texts, int)
            else list(texts)
        )
        numbers = [
            PhoneNumber.parse(f"+33 6 39 98 {first + n:04d}")
            for n in range(len(bodies))
        ]
        origin = self._origin(transport)
        return [
            Outbound(number, MessageText(body), origin, f"suite-{next(_keys)}")
            for number, body in zip(numbers, bodies, strict=True)
        ]

    def most(self, transport: Transport, wanted: int | None = None) -> int:
        """How many messages one call can take, and a check wants."""
        size = min(transport.capabilities.batch_size, self.largest_batch)
        return size if wanted is None else min(size, wanted)

    def _origin(self, transport: Transport) -> Originator:
        if self.originator:
            return Originator.parse(self.originator)
        kinds = transport.capabilities.originators
        for kind, text in ORIGINATORS.items():
            if kind in kinds:
                return Originator.parse(text)
        pytest.fail("Capabilities.originators is empty: nobody can send.")


def hand_over(
    transport: Transport, batch: Sequence[Outbound]
) -> tuple[list[Outcome], list[TransportError]]:
    """
    Send a batch as the outbox does.

    A :class:`TransportError` means that nothing of it left, so it counts as
    ``NotSent`` for each message.

    Returns:
        One outcome for each message, and the error if there was one.
    """
    try:
        return list(transport.send(batch)), []
    except TransportError as error:
        return [NotSent(each.key, "TransportError") for each in batch], [error]


def in_time(
    transport: Transport, batch: Sequence[Outbound]
) -> tuple[list[Outcome], list[TransportError]]:
    """As :func:`hand_over`, for a provider that may never answer."""
    done: list[tuple[list[Outcome], list[TransportError]]] = []
    broken: list[BaseException] = []

    def work() -> None:
        try:
            done.append(hand_over(transport, batch))
        except BaseException as error:  # noqa: BLE001 - raised again below
            broken.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if broken:
        raise broken[0]
    if not done:
        pytest.fail(
            f"send() did not come back within {PATIENCE:g} s. Set a timeout "
            "of your own, and take that of the fixture `patience` in the "
            "fixture `transport`."
        )
    return done[0]


def settle(
    batch: Sequence[Outbound],
    outcomes: Sequence[Outcome],
    double: ProviderDouble,
) -> None:
    """
    Hold outcomes against what the provider really took.

    One outcome for each message, in order; accepted was taken once; what
    was refused or not sent was not taken; nothing was ever taken twice. The
    messages of the batch go to different numbers.
    """
    assert [each.key for each in outcomes] == [each.key for each in batch], (
        "one outcome per message, in the order of the batch, with its key"
    )
    copies = Counter(taken.number for taken in double.accepted)
    ids = {taken.number: taken.provider_id for taken in double.accepted}
    for message, outcome in zip(batch, outcomes, strict=True):
        number = message.number.reveal()
        assert copies[number] <= 1, "a person got the same text twice"
        if isinstance(outcome, Accepted):
            assert copies[number] == 1, "Accepted, and the provider has none"
            assert outcome.provider_id in {ids[number], ""}, (
                "the provider_id is another message's: its receipts would "
                "be lost"
            )
        elif isinstance(outcome, Rejected | NotSent):
            assert copies[number] == 0, (
                f"{type(outcome).__name__}, but the provider took it; what "
                "may have left is Uncertain"
            )
        else:
            assert isinstance(outcome, Uncertain)


def accept(
    batch: Sequence[Outbound],
    outcomes: Sequence[Outcome],
    double: ProviderDouble,
) -> None:
    """As :func:`settle`, where all is well: every message was accepted."""
    settle(batch, outcomes, double)
    assert [type(each).__name__ for each in outcomes] == ["Accepted"] * len(
        batch
    )


def order(
    double: ProviderDouble,
    fault: Fault,
    *,
    times: int = 1,
    taken: bool = False,
) -> None:
    """Order a fault, or skip: this double cannot do it."""
    if fault not in double.faults:
        pytest.skip(f"the double cannot do this: {fault.value}")
    double.fail(fault, times=times, taken=taken)
