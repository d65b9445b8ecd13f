"""What is put before the gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import define, field, frozen

from anonsms.consent import ConsentState, Purpose
from anonsms.errors import InvalidTextError, TemplateError
from anonsms.gate.budget import Budget, Spending
from anonsms.message import Originator
from anonsms.optout import WayOut
from anonsms.parts import Encoding, tally
from anonsms.phone import PhoneNumber
from anonsms.prices import PriceTable


Rendered = str | TemplateError | InvalidTextError


@frozen(kw_only=True)
class Terms:
    """
    What is the same for everybody in one send or campaign.

    Attributes:
        purpose: What the texts are for.
        originator: Whom they are from.
        prices: What a part costs.
        budget: Limits that the shop set itself.
        exit: The way out that the template tells, whatever the values are;
            ``None`` for what is not marketing.
        bulk: Whether it is a campaign rather than one text to one person.
        simulated: Whether nothing reaches a real handset.
        confirming: How fresh an opt-out has to be if this is the one text
            that confirms it; ``None`` for all other texts.
    """

    purpose: Purpose
    originator: Originator
    prices: PriceTable
    budget: Budget = field(factory=Budget)
    exit: WayOut | None = None
    bulk: bool = False
    simulated: bool = False
    confirming: timedelta | None = None


@define(repr=False)
class Case:
    """
    One message to one person, not sent yet.

    Attributes:
        terms: What it shares with all others.
        number: Whom it would go to.
        state: Where the person stands for the purpose.
        now: The moment of the decision; aware, UTC.
        render: Makes the text; asked only once everything about the person
            has passed.
        sent_before: What is known of an earlier send of the same message;
            empty if there was none.
        spent: What was used up of the budget before this message.
    """

    terms: Terms
    number: PhoneNumber
    state: ConsentState
    now: datetime
    render: Callable[[], Rendered]
    sent_before: str = ""
    spent: Spending = field(factory=Spending)
    _text: Rendered | None = field(default=None, init=False, repr=False)
    _tally: tuple[Encoding, int, int] | None = field(default=None, init=False)
    _price: Decimal | None = field(default=None, init=False)

    def __repr__(self) -> str:
        # `render` holds the person's values, and tracebacks show locals.
        return f"<Case {self.terms.purpose.name} to {self.number.masked}>"

    @property
    def text(self) -> Rendered:
        """The rendered text, or the error that stands in its place."""
        text = self._text
        if text is None:
            text = self.render()
            if isinstance(text, str):
                try:
                    self._tally = tally(text)
                except InvalidTextError as error:
                    text = error
            self._text = text
        return text

    @property
    def body(self) -> str:
        """The text of a message that was rendered without error."""
        text = self.text
        if isinstance(text, str):
            return text
        raise text

    @property
    def tally(self) -> tuple[Encoding, int, int]:
        """Encoding, units and parts of :attr:`body`."""
        if self._tally is None:
            self._tally = tally(self.body)
        return self._tally

    @property
    def parts(self) -> int:
        """Parts on the air."""
        return self.tally[2]

    @property
    def price(self) -> Decimal | None:
        """What the message costs, as far as the table knows."""
        if self._price is None:
            self._price = self.terms.prices.of(self.number.region, self.parts)
        return self._price
