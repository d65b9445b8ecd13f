"""
What becomes of one text: decided before it is sent, from the seed alone.

A person's fate must not hang on who else is texted, in which order, or in
which batch. So there is no running random generator: every text has its own
draws, made by hashing (BLAKE2b, keyed with the seed) the number and how
many texts were offered to it before. The key of a message plays no part,
because shops make keys at random.
"""

from __future__ import annotations

import hashlib
import math
import struct
from bisect import bisect
from functools import lru_cache
from itertools import accumulate
from statistics import NormalDist
from typing import Final, NamedTuple

from anonsms.message import DeliveryStatus, Rejection
from anonsms.transports.fake.behaviour import Behaviour, ReplyKind, ReplyMix


Draws = tuple[float, ...]
"""Sixteen numbers, each even between 0 and 1, ends excluded."""

_SIXTEEN: Final = struct.Struct("<16I").unpack
_THREE: Final = struct.Struct("<3I").unpack
_SCALE: Final = 2.0**-32
_Z: Final = NormalDist().inv_cdf

_REASONS: Final = (Rejection.CONTENT, Rejection.ORIGINATOR, Rejection.OTHER)
_HOUR: Final = 3600.0


class Handset(NamedTuple):
    """
    What is true of a number, whatever is sent to it.

    Attributes:
        bad: The provider refuses the number.
        dead: The provider takes it, and nobody is there.
        tongue: Between 0 and 1: picks the language its owner writes in.
    """

    bad: bool
    dead: bool
    tongue: float


class Notice(NamedTuple):
    """
    One receipt to come, in seconds after the sending.

    Attributes:
        arrives: When it reaches us.
        status: What it says.
        at: When the network says that it happened.
    """

    arrives: float
    status: DeliveryStatus
    at: float


class Answer(NamedTuple):
    """
    One text that the person will write, in seconds after the sending.

    Attributes:
        kind: What sort of text.
        pick: Between 0 and 1: picks the wording.
        arrivals: When it reaches us; twice if the provider repeats it.
    """

    kind: ReplyKind
    pick: float
    arrivals: tuple[float, ...]


class Fate(NamedTuple):
    """
    All that will happen to one text.

    Attributes:
        refused: Why the provider refuses it at once, or ``None``.
        doubtful: The sending gets no clear answer.
        lost: Of the doubtful: it never left.
        truth: What becomes of it if the network takes it.
        settled: When that happens, in seconds after the sending.
        notices: The receipts to come.
        answer: What the person writes back, if anything.
    """

    refused: Rejection | None
    doubtful: bool
    lost: bool
    truth: DeliveryStatus
    settled: float
    notices: tuple[Notice, ...]
    answer: Answer | None


def seed_key(seed: int) -> bytes:
    """The key under which all draws of a seed are made."""
    return hashlib.blake2b(str(seed).encode(), digest_size=32).digest()


def draws(key: bytes, number: str, nth: int) -> Draws:
    """
    The sixteen numbers that belong to one text.

    Args:
        key: From :func:`seed_key`.
        number: E.164.
        nth: How many texts were offered to the number before.
    """
    digest = hashlib.blake2b(
        f"{number} {nth}".encode(), key=key, person=b"text"
    ).digest()
    return tuple([(i + 0.5) * _SCALE for i in _SIXTEEN(digest)])


def handset_of(key: bytes, number: str, behaviour: Behaviour) -> Handset:
    """
    What is true of a number.

    Args:
        key: From :func:`seed_key`.
        number: E.164.
        behaviour: The rates.
    """
    digest = hashlib.blake2b(
        number.encode(), digest_size=12, key=key, person=b"handset"
    ).digest()
    bad, dead, tongue = _THREE(digest)
    return Handset(
        bad * _SCALE < behaviour.bad_numbers,
        dead * _SCALE < behaviour.dead_numbers,
        tongue * _SCALE,
    )


def fate_of(
    drawn: Draws,
    behaviour: Behaviour,
    handset: Handset,
    forced: DeliveryStatus | None = None,
) -> Fate:
    """
    What becomes of the text that these draws belong to.

    Args:
        drawn: From :func:`draws`.
        behaviour: The rates.
        handset: What is true of the number.
        forced: What becomes of it by order of a test.
    """
    refused = None
    if handset.bad:
        refused = Rejection.BAD_NUMBER
    elif drawn[0] < behaviour.rejected:
        refused = _REASONS[int(drawn[1] * len(_REASONS))]
    truth = forced or _truth(drawn[4], behaviour, handset)
    if truth is DeliveryStatus.EXPIRED:
        settled = behaviour.validity.total_seconds()
    else:
        settled = _log_normal(
            behaviour.delay.total_seconds(), behaviour.delay_spread, drawn[5]
        )
    return Fate(
        refused,
        doubtful=drawn[2] < behaviour.uncertain,
        lost=drawn[3] < 0.5,  # noqa: PLR2004 - half of them, as documented
        truth=truth,
        settled=settled,
        notices=_notices(drawn, behaviour, truth, settled),
        answer=(
            _answer(drawn, behaviour, settled)
            if truth is DeliveryStatus.DELIVERED
            and drawn[13] < behaviour.replies
            else None
        ),
    )


def _truth(
    draw: float, behaviour: Behaviour, handset: Handset
) -> DeliveryStatus:
    if handset.dead or draw < behaviour.undelivered:
        return DeliveryStatus.UNDELIVERED
    if draw < behaviour.undelivered + behaviour.expired:
        return DeliveryStatus.EXPIRED
    return DeliveryStatus.DELIVERED


def _log_normal(median: float, spread: float, draw: float) -> float:
    # At most four sigma of a draw of 32 bits times the spread: no overflow.
    return median * math.exp(spread * _Z(draw)) if spread else median


def _notices(
    drawn: Draws, behaviour: Behaviour, truth: DeliveryStatus, settled: float
) -> tuple[Notice, ...]:
    final = settled
    if drawn[9] < behaviour.late_receipts:
        final += _HOUR * (1 + 11 * drawn[10])
    notices = []
    if drawn[6] < behaviour.sent_receipts:
        on_the_way = min(1.0, settled / 2)
        arrives = on_the_way
        if drawn[7] < behaviour.reordered:
            arrives = final + 1 + 60 * drawn[10]
        notices.append(Notice(arrives, DeliveryStatus.SENT, on_the_way))
    if drawn[8] >= behaviour.lost_receipts:
        notices.append(Notice(final, truth, settled))
        if drawn[11] < behaviour.repeated:
            again = final + _HOUR * drawn[12]
            notices.append(Notice(again, truth, settled))
    return tuple(notices)


def _answer(drawn: Draws, behaviour: Behaviour, settled: float) -> Answer:
    arrives = settled + _log_normal(
        behaviour.reply_delay.total_seconds(), 1.0, drawn[15]
    )
    kinds, borders = _borders(behaviour.reply_mix)
    place = drawn[14] * borders[-1]
    which = bisect(borders, place)
    below = borders[which - 1] if which else 0.0
    # Where the draw lies inside its kind is a fresh, even number again.
    pick = (place - below) / (borders[which] - below)
    # The second copy of the reply hangs on the receipt's draw: a provider
    # that repeats itself does so for all it has to say about a text.
    twice = drawn[11] < behaviour.repeated
    return Answer(
        kinds[which],
        min(pick, math.nextafter(1.0, 0.0)),
        (arrives, arrives + 60 * (1 + drawn[12])) if twice else (arrives,),
    )


@lru_cache(maxsize=64)
def _borders(mix: ReplyMix) -> tuple[tuple[ReplyKind, ...], list[float]]:
    """Kinds with a weight, and the running sum of the weights."""
    weights = {k: w for k, w in mix.weights().items() if w}
    return tuple(weights), list(accumulate(weights.values()))
