"""How the made-up network behaves: rates, delays and replies, as values."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Final, Self

from attrs import Attribute, asdict, astuple, field, frozen

from anonsms.errors import ConfigurationError


_WIDEST: Final = 3.0
"""Largest sigma of the delay: its slowest text in a billion takes weeks."""


def _share(_: object, attribute: Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise ConfigurationError(
            f"{attribute.name} is a share, so it lies between 0 and 1."
        )


def _rate() -> float:
    """A field that holds a share of something; nothing by default."""
    rate: float = field(default=0.0, validator=_share, converter=float)
    return rate


class ReplyKind(enum.StrEnum):
    """What people write back; the tables of ``replies.toml``."""

    STOP = "stop"
    """The bare word."""
    POLITE_STOP = "polite_stop"
    """The same wish in a sentence."""
    QUESTION = "question"
    THANKS = "thanks"
    HELP = "help"
    EMOJI = "emoji"

    @property
    def ends_it(self) -> bool:
        """Whether the person wants no more texts."""
        return self in (ReplyKind.STOP, ReplyKind.POLITE_STOP)


@frozen
class ReplyMix:
    """
    What people write when they write, as weights; they need no sum of 1.

    Attributes:
        stop: The bare word, as advertised.
        polite_stop: The same wish in a sentence, with manners.
        question: A question about the offer.
        thanks: A friendly answer that wants nothing.
        help: The help word.
        emoji: A picture and nothing else.
    """

    stop: float = 5.0
    polite_stop: float = 2.0
    question: float = 1.0
    thanks: float = 1.0
    help: float = 0.3
    emoji: float = 0.7

    def __attrs_post_init__(self) -> None:
        weights = self.weights()
        if min(weights.values()) < 0 or not any(weights.values()):
            raise ConfigurationError(
                "The weights of a reply mix are not below 0, and one of "
                "them is above 0."
            )

    def weights(self) -> dict[ReplyKind, float]:
        """The weight of each kind."""
        return {ReplyKind(k): weight for k, weight in asdict(self).items()}


@frozen
class Behaviour:
    """
    What the network does to texts, as rates from 0 to 1.

    The rates of the presets are round figures for practice and for tests;
    they are no measurement of any provider.

    Attributes:
        bad_numbers: Share of numbers that the provider refuses at once; a
            number is refused always or never.
        dead_numbers: Share of numbers that are accepted and never reached;
            again always or never.
        rejected: Share of texts refused at once for another reason.
        uncertain: Share of texts whose sending gets no clear answer; half
            of them really left.
        undelivered: Share of texts that fail although the number lives.
        expired: Share of texts that wait for a handset until ``validity``.
        delay: Median time from sending to delivery.
        delay_spread: Sigma of the log-normal delay; 0 makes all equal.
        validity: How long a text waits for its handset.
        sent_receipts: Share of texts with a receipt ``sent`` on the way.
        reordered: Share of those that come in after the final receipt.
        late_receipts: Share of final receipts that come hours late.
        repeated: Share of final receipts, and of replies, that come twice.
        lost_receipts: Share of texts whose final receipt never comes.
        replies: Share of delivered texts that somebody answers.
        reply_delay: Median time from delivery to the answer.
        reply_mix: What they write.
    """

    bad_numbers: float = _rate()
    dead_numbers: float = _rate()
    rejected: float = _rate()
    uncertain: float = _rate()
    undelivered: float = _rate()
    expired: float = _rate()
    delay: timedelta = timedelta(seconds=4)
    delay_spread: float = field(default=0.0, converter=float)
    validity: timedelta = timedelta(hours=48)
    sent_receipts: float = _rate()
    reordered: float = _rate()
    late_receipts: float = _rate()
    repeated: float = _rate()
    lost_receipts: float = _rate()
    replies: float = _rate()
    reply_delay: timedelta = timedelta(minutes=3)
    reply_mix: ReplyMix = ReplyMix()

    def __attrs_post_init__(self) -> None:
        if self.undelivered + self.expired > 1:
            raise ConfigurationError(
                "undelivered and expired are shares of the same texts: "
                "together they cannot be more than 1."
            )
        if min(self.delay, self.reply_delay, self.validity) <= timedelta():
            raise ConfigurationError("Delays and validity are above zero.")
        if not 0 <= self.delay_spread <= _WIDEST:
            raise ConfigurationError(
                f"delay_spread is a sigma between 0 and {_WIDEST}: beyond "
                "that, texts would be under way for centuries."
            )

    @property
    def chancy(self) -> bool:
        """Whether anything is left to chance."""
        return any(isinstance(v, float) and v for v in astuple(self))

    @classmethod
    def perfect(cls) -> Self:
        """Every text arrives after four seconds, and nobody answers."""
        return cls()

    @classmethod
    def realistic(cls) -> Self:
        """A usual day: some dead numbers, slow handsets, a few replies."""
        return cls(
            bad_numbers=0.005,
            dead_numbers=0.02,
            rejected=0.002,
            uncertain=0.001,
            undelivered=0.01,
            expired=0.01,
            delay_spread=1.0,
            sent_receipts=1.0,
            reordered=0.005,
            late_receipts=0.01,
            repeated=0.005,
            lost_receipts=0.003,
            replies=0.03,
        )

    @classmethod
    def stormy(cls) -> Self:
        """A day on which all that can go wrong does, and often."""
        return cls(
            bad_numbers=0.05,
            dead_numbers=0.10,
            rejected=0.05,
            uncertain=0.10,
            undelivered=0.10,
            expired=0.10,
            delay=timedelta(seconds=30),
            delay_spread=2.0,
            sent_receipts=0.8,
            reordered=0.30,
            late_receipts=0.25,
            repeated=0.25,
            lost_receipts=0.05,
            replies=0.25,
        )

    @classmethod
    def named(cls, name: str) -> Self:
        """
        The preset of this name.

        Args:
            name: ``"perfect"``, ``"realistic"`` or ``"stormy"``.

        Raises:
            ConfigurationError: There is no such preset.
        """
        if name not in PRESETS:
            raise ConfigurationError(
                f"There is no behaviour of this name. Choose one of "
                f"{', '.join(PRESETS)}, or pass a Behaviour."
            )
        return {
            "perfect": cls.perfect,
            "realistic": cls.realistic,
            "stormy": cls.stormy,
        }[name]()


PRESETS: Final = ("perfect", "realistic", "stormy")
"""The names that :meth:`Behaviour.named` knows."""
