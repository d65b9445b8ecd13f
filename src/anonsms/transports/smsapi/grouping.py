"""
Which messages share a request, each with a text of its own.

SMSAPI fills ``[%1%]`` … ``[%4%]`` of one text with one value per recipient.
A transport sees rendered texts and no template, so the template is worked
out from the texts, and is taken only if filling it gives back every text to
the letter. Pure: no I/O and no clock.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final, overload

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.message import Outbound, Scheduled
from anonsms.transports.smsapi.layout import Layout, fill, layout_of


MOST_SLOTS: Final = 4
_SAMPLE: Final = 32
_LEAST_SHARE: Final = 3
"""At least one part in so many of a text is in the template."""
MACRO_OPENS: Final = "[%"
_MACRO_CLOSES: Final = "%]"

# No `|`, which parts one person's value from the next; no control
# characters; neither empty nor with a space at an end, for nobody says
# whether SMSAPI keeps those.
_VALUE: Final = re.compile(
    r"[^\s|\x00-\x1f\x7f-\x9f]"
    r"(?:[^|\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s|\x00-\x1f\x7f-\x9f])?"
)


@frozen(kw_only=True)
class Personalisation:
    """
    How texts may share a request.

    Attributes:
        per_request: Most recipients in one request. SMSAPI has a limit
            and does not publish it; over it, requests are halved.
        longest: Most characters of a value; a text with a longer one goes
            alone. SMSAPI may have a limit, and does not publish it.
        whole_texts: Whether a text may be a value from end to end, or
            more than two thirds of it. SMSAPI does not say whether that
            works.
    """

    per_request: int = 1000
    longest: int = 80
    whole_texts: bool = False

    def __attrs_post_init__(self) -> None:
        if self.per_request < 1 or self.longest < 1:
            raise ConfigurationError(
                "A request has at least one recipient, and a value at "
                "least one character: per_request and longest are 1 or "
                "more."
            )


@frozen(repr=False, eq=False)
class Sheet(Sequence[Outbound]):
    """
    Messages of one request: no number twice, one originator, one time.

    Attributes:
        messages: In their order.
        template: The text; with placeholders if there are columns.
        columns: For each placeholder, one value per message.
    """

    messages: tuple[Outbound, ...] = field()
    template: str = field()
    columns: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def alone(cls, message: Outbound) -> Sheet:
        """A message in a request of its own."""
        return cls((message,), message.text.reveal())

    @property
    def at(self) -> datetime | None:
        """When its messages are to leave; ``None``: now."""
        first = self.messages[0]
        return first.at if isinstance(first, Scheduled) else None

    def only(self, places: Sequence[int]) -> Sheet:
        """Some of the messages, with what belongs to them."""
        if len(places) == 1:
            return self.alone(self.messages[places[0]])
        pick = itemgetter(*places)
        return Sheet(
            pick(self.messages),
            self.template,
            tuple(pick(column) for column in self.columns),
        )

    def cut(self, size: int) -> list[Sheet]:
        """Itself in pieces of so many messages, in their order."""
        places = range(len(self))
        if size >= len(self):
            return [self]
        return [
            self.only(places[start : start + size])
            for start in range(0, len(self), size)
        ]

    def halves(self) -> list[Sheet]:
        """The first and the second half; of one message, nothing."""
        return self.cut((len(self) + 1) // 2) if len(self) > 1 else []

    def texts(self) -> list[str]:
        """What SMSAPI makes of the template, one text per message."""
        return fill(self.template, self.columns, len(self))

    @overload
    def __getitem__(self, place: int) -> Outbound: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Outbound, ...]: ...
    def __getitem__(
        self, place: int | slice
    ) -> Outbound | tuple[Outbound, ...]:
        return self.messages[place]

    def __iter__(self) -> Iterator[Outbound]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __repr__(self) -> str:
        return f"<Sheet {len(self)} messages, {len(self.columns)} values each>"


def sheets(batch: Iterable[Outbound], rules: Personalisation) -> list[Sheet]:
    """
    Put messages together that can share a request.

    Args:
        batch: Any messages; ``[%`` must not be in their texts.
        rules: How they may share.

    Returns:
        Sheets, with every message in exactly one of them. Nothing is lost
        where texts have nothing in common: each is then alone.
    """
    made: list[Sheet] = []
    fit: list[Outbound] = []
    for message in batch:
        if _MACRO_CLOSES in message.text.reveal():
            # A reader of `[%` that takes the longest match would go on to
            # this one; alone, it has nothing to begin with.
            made.append(Sheet.alone(message))
        else:
            fit.append(message)
    for pool in _pools(fit):
        left = pool
        for likeness in _LIKENESSES:
            left = _sorted_out(left, likeness, rules, made)
        made += map(Sheet.alone, left)
    return made


def _pools(batch: Iterable[Outbound]) -> list[list[Outbound]]:
    """
    By originator and time; what comes again, into the next.

    Neither a number nor a key is twice in one of them.
    """
    pools: dict[tuple[object, ...], list[Outbound]] = {}
    rounds: dict[object, int] = {}
    for message in batch:
        number, key = message.number, message.key
        nth = max(rounds.get(number, 0), rounds.get(key, 0))
        rounds[number] = rounds[key] = nth + 1
        at = message.at if isinstance(message, Scheduled) else None
        pool = message.originator.text, at, nth
        pools.setdefault(pool, []).append(message)
    return list(pools.values())


def _whole(text: str) -> str:
    del text
    return ""


def _head(words: int) -> Callable[[str], str]:
    return lambda text: " ".join(text.split(" ", words)[:words])


def _tail(words: int) -> Callable[[str], str]:
    return lambda text: " ".join(text.rsplit(" ", words)[-words:])


# All together, and if that does not work, those that end or begin alike:
# names stand at the beginning, and the way to say STOP at the end.
_LIKENESSES: Final[tuple[Callable[[str], str], ...]] = (
    _whole,
    _tail(2),
    _head(2),
    _tail(1),
    _head(1),
)


def _sorted_out(
    messages: list[Outbound],
    likeness: Callable[[str], str],
    rules: Personalisation,
    made: list[Sheet],
) -> list[Outbound]:
    """Make what sheets can be made; the messages that are left over."""
    alike: dict[str, list[Outbound]] = {}
    for message in messages:
        text = message.text.reveal()
        alike.setdefault(likeness(text), []).append(message)
    left: list[Outbound] = []
    for group in alike.values():
        sheet, places = _laid_out(group, rules)
        taken = set(places)
        left += [m for at, m in enumerate(group) if at not in taken]
        if sheet is None:
            continue
        made += sheet.cut(rules.per_request)
    return left


def _laid_out(
    group: list[Outbound], rules: Personalisation
) -> tuple[Sheet | None, list[int]]:
    """One sheet for a group, and the places of those that are on it."""
    nobody: tuple[None, list[int]] = (None, [])
    if len(group) == 1 or rules.per_request == 1:
        return nobody
    texts = [message.text.reveal() for message in group]
    for sample, slots, enough in _attempts(texts):
        layout = layout_of(sample, slots)
        if layout.bare and not rules.whole_texts:
            continue
        found = _fitting(layout, texts, rules)
        if len(found) >= enough:
            places = list(found)
            columns = tuple(zip(*found.values(), strict=True))
            template = layout.template
            # The proof: what SMSAPI makes of it is what was to be sent.
            if fill(template, columns, len(places)) == [
                texts[at] for at in places
            ]:
                messages = tuple([group[at] for at in places])
                return Sheet(messages, template, columns), places
    return nobody


def _attempts(
    texts: list[str],
) -> Iterator[tuple[Sequence[str], int, int]]:
    """Which texts to learn from, how many places, how many have to fit."""
    if len(texts) > 2 * _SAMPLE:
        # Texts of one template show it in a few of them.
        few = texts[:: len(texts) // _SAMPLE]
        yield [*few, min(texts), max(texts)], MOST_SLOTS, len(texts) * 9 // 10
    yield texts, MOST_SLOTS, 2
    yield texts, 1, 2


def _fitting(
    layout: Layout, texts: Sequence[str], rules: Personalisation
) -> dict[int, list[str]]:
    """Whose texts have sound values in the places, and these values."""
    sound = _VALUE.fullmatch
    longest = sys.maxsize if layout.bare else rules.longest
    # A text that is nearly all value is as good as whole.
    most = _LEAST_SHARE * sum(map(len, layout.literals))
    if rules.whole_texts:
        most = sys.maxsize
    values_of = layout.values
    if len(layout.literals) == 1:
        # All that were learnt from are equal; what others are, is seen.
        same = layout.template
        return {at: [] for at, text in enumerate(texts) if text == same}
    found: dict[int, list[str]] = {}
    for at, text in enumerate(texts):
        values = values_of(text)
        if values is None or len(text) > most:
            continue
        for value in values:
            if len(value) > longest or not sound(value):
                break
        else:
            found[at] = values
    return found
