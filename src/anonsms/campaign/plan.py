"""The plan: what a campaign would do, before it does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from attrs import field, frozen

from anonsms.display import (
    Html,
    html_bars,
    html_block,
    html_heading,
    html_table,
    moment,
    money,
    percent,
    text_bars,
    text_table,
)
from anonsms.prices import PriceTable


@frozen
class CountryShare:
    """
    What goes to the numbers of one country.

    Attributes:
        messages: Texts.
        parts: Parts on the air.
        price: In the currency of the plan; ``None`` if there is no price.
    """

    messages: int
    parts: int
    price: Decimal | None


@frozen
class DearCharacter:
    """
    A character that makes texts dearer.

    Attributes:
        character: The character itself.
        name: Its Unicode name.
        spelling: A cheaper way to write it; ``None`` if there is none.
        texts: In how many of the texts looked at it stands.
        saves: How many parts the cheaper spelling would save in them.
    """

    character: str
    name: str
    spelling: str | None
    texts: int
    saves: int


@frozen
class Sample:
    """
    What one person would get, with all that is personal hidden.

    Attributes:
        number: Masked.
        text: The text; what came from the person's values is bullets.
        encoding: Alphabet of the text.
        units: Its length in septets or 16-bit units.
        parts: Parts on the air.
    """

    number: str
    text: str
    encoding: str
    units: int
    parts: int


@frozen(repr=False, kw_only=True)
class Plan:
    """
    What a campaign would do at a moment; nothing was sent.

    Print it in a terminal, or let a notebook show it as tables.

    Attributes:
        campaign: The campaign's id.
        purpose: What the texts are for.
        at: The moment of the plan; aware, UTC.
        contacts: People in the audience.
        sendable: People who may be texted.
        refused: How many are not, by rule, most first.
        because: The sentence of each rule in ``refused``.
        parts: How many texts have how many parts, by
            ``"1 part GSM-7"`` and so on.
        countries: What goes where, by country of the number.
        price: All texts together, as far as there are prices.
        unpriced: Texts to countries without a price.
        prices: The table behind it.
        samples: What a few people would get, masked.
        dear: The characters that make texts dearer, dearest first.
        dear_texts: Texts of more than one part.
        dear_seen: How many of those were looked at for ``dear``.
    """

    campaign: str
    purpose: str
    at: datetime
    contacts: int
    sendable: int
    refused: Mapping[str, int]
    because: Mapping[str, str]
    parts: Mapping[str, int]
    countries: Mapping[str, CountryShare]
    price: Decimal
    unpriced: int
    prices: PriceTable
    samples: tuple[Sample, ...] = field(default=())
    dear: tuple[DearCharacter, ...] = field(default=())
    dear_texts: int = 0
    dear_seen: int = 0

    @property
    def currency(self) -> str:
        """ISO 4217 code of :attr:`price`."""
        return self.prices.currency

    @property
    def total_parts(self) -> int:
        """Parts on the air of all texts together."""
        return sum(share.parts for share in self.countries.values())

    def _summary(self) -> list[tuple[str, object, str]]:
        away = self.contacts - self.sendable
        return [
            ("contacts", self.contacts, ""),
            (
                "may be texted",
                self.sendable,
                percent(self.sendable, self.contacts),
            ),
            ("refused", away, percent(away, self.contacts)),
            ("parts on the air", self.total_parts, ""),
            ("price", money(self.price, self.currency), self._unpriced),
        ]

    @property
    def _unpriced(self) -> str:
        if not self.unpriced:
            return ""
        return f"and {self.unpriced:,} texts without a price"

    def _refusals(self) -> list[tuple[str, int, str]]:
        return [
            (rule, number, self.because[rule])
            for rule, number in self.refused.items()
        ]

    def _countries(self) -> list[tuple[str, int, int, str]]:
        return [
            (
                country,
                share.messages,
                share.parts,
                "no price"
                if share.price is None
                else money(share.price, self.currency),
            )
            for country, share in self.countries.items()
        ]

    def _characters(self) -> list[tuple[str, str, str, int, int]]:
        return [
            (
                f"{dear.character}  U+{ord(dear.character):04X}",
                dear.name,
                "–" if dear.spelling is None else repr(dear.spelling),
                dear.texts,
                dear.saves,
            )
            for dear in self.dear
        ]

    @property
    def _dear_note(self) -> str:
        if self.dear_seen == self.dear_texts:
            return f"in {self.dear_texts:,} texts of several parts"
        return (
            f"in the first {self.dear_seen:,} of "
            f"{self.dear_texts:,} texts of several parts"
        )

    @property
    def _price_note(self) -> str:
        return f"Prices: {self.prices.source}, as of {self.prices.as_of}."

    @property
    def _title(self) -> str:
        return f"Plan of {self.campaign} ({self.purpose})"

    @property
    def _note(self) -> str:
        return f"{moment(self.at)}. Nothing was sent."

    def __repr__(self) -> str:
        return (
            f"<Plan {self.campaign!r}: {self.sendable:,} of "
            f"{self.contacts:,} contacts, {self.total_parts:,} parts, "
            f"{money(self.price, self.currency)}>"
        )

    def __str__(self) -> str:
        return "\n\n".join(self._sections())

    def _sections(self) -> Iterator[str]:
        yield f"{self._title}, {self._note}"
        yield text_table(self._summary(), align="lrl")
        if self.refused:
            yield text_table(
                [
                    (rule, number, _first_sentence(because))
                    for rule, number, because in self._refusals()
                ],
                header=("refused by", "people", "because"),
                align="lrl",
                max_width=80,
            )
        if self.parts:
            yield text_bars(self.parts)
        if self.countries:
            yield text_table(
                self._countries(),
                header=("country", "texts", "parts", "price"),
                align="lrrr",
            )
            yield self._price_note
        if self.dear:
            yield f"Dearest characters, {self._dear_note}:"
            yield text_table(
                self._characters(), header=_CHARACTERS, align="lllrr"
            )
        for sample in self.samples:
            yield (
                f"{sample.number}, {sample.parts} part(s) "
                f"{sample.encoding}, {sample.units} units:\n"
                f"  {sample.text}"
            )

    def _repr_html_(self) -> Html:
        pieces = [
            html_heading(self._title, self._note),
            html_table(self._summary(), align="lrl"),
        ]
        if self.refused:
            pieces.append(
                html_table(
                    self._refusals(),
                    header=("refused by", "people", "because"),
                    align="lrl",
                )
            )
        if self.parts:
            pieces.append(html_bars(self.parts))
        if self.countries:
            pieces.append(
                html_table(
                    self._countries(),
                    header=("country", "texts", "parts", "price"),
                    align="lrrr",
                    caption=self._price_note,
                )
            )
        if self.dear:
            pieces.append(
                html_table(
                    self._characters(),
                    header=_CHARACTERS,
                    align="lllrr",
                    caption=f"Dearest characters, {self._dear_note}.",
                )
            )
        if self.samples:
            pieces.append(
                html_table(
                    [
                        (s.number, s.parts, s.encoding, s.units, s.text)
                        for s in self.samples
                    ],
                    header=("to", "parts", "alphabet", "units", "text"),
                    align="lrlrl",
                    caption="Samples; what is personal is hidden.",
                )
            )
        return html_block(*pieces)


def _first_sentence(text: str) -> str:
    """What fits into a terminal; the notebook shows the remedy too."""
    return text.partition(". ")[0].removesuffix(".") + "."


_CHARACTERS = ("character", "name", "cheaper", "texts", "parts saved")
