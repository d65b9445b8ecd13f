"""
Make up the customers of a shop, in the format of Shopify's export.

Run ``python examples/make_customers.py`` to write ``customers_export.csv``
beside this file. The same count and seed give the same bytes, always.

Nobody in it exists. All numbers are from ranges that are kept for fiction:
France 06 39 98 and 01 99 00, Britain 07700 900 and 020 7946 0, the USA
555-01xx, Germany 0171 39200xx, 0176 04069 0xx and 030 23125 xxx. Poland
keeps none; +48 21 2xx xxxx is given to nobody that we know of. What is wrong
in the file is wrong on purpose: it is what shops find in their exports.
"""

from __future__ import annotations

import argparse
import csv
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar


T = TypeVar("T")


def _words(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(separator))


HEADER = _words(
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,"
    "Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
    "Total Spent,Total Orders,Note,Tax Exempt,Tags",
    ",",
)


@dataclass(frozen=True)
class Country:
    """Where customers come from; ``share`` is of all customers."""

    code: str
    share: float
    calling_code: str
    trunk: str
    language: str
    groups: tuple[int, ...]
    mobile: Callable[[int], str]
    fixed: Callable[[int], str] | None
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    places: tuple[str, ...]
    streets: tuple[str, ...]


US_AREAS = _words(
    "202 205 206 207 212 213 214 215 216 217 301 302 303 304 305 307 308 309 "
    "310 312 313 314 315 316 401 402 404 405 406 407 412 413 415 501 502 503 "
    "504 505 512 515 601 602 603 605 606 608 612 614 615 617 701 702 703 704 "
    "713 714 716 718 801 802 803 804 808 812 816 817 901 904 907 914 916 918"
)


def _french_mobile(nth: int) -> str:
    return f"63998{(nth * 7919 + 1234) % 10_000:04}"


def _polish_mobile(nth: int) -> str:
    return f"212{(nth * 77_773 + 4711) % 1_000_000:06}"


def _american(nth: int) -> str:
    line, area = divmod(nth, len(US_AREAS))
    return f"{US_AREAS[area]}55501{(line * 37 + 11) % 100:02}"


def _german_mobile(nth: int) -> str:
    tail = f"{(nth // 2 * 37 + 11) % 100:02}"
    return f"17139200{tail}" if nth % 2 else f"176040690{tail}"


def _british_mobile(nth: int) -> str:
    return f"7700900{(nth * 377 + 123) % 1000:03}"


COUNTRIES = (
    Country(
        code="FR",
        share=0.56,
        calling_code="33",
        trunk="0",
        language="fr",
        groups=(1, 2, 2, 2, 2),
        mobile=_french_mobile,
        fixed=lambda nth: f"19900{(nth * 7919 + 42) % 10_000:04}",
        first_names=_words(
            "Zoé Léa Chloé Inès Manon Jeanne Océane Anaïs Maëlys Noémie "
            "Éloïse Françoise Hugo Louis Jules Gaël Rémi Benoît Loïc Théo "
            "Cédric Jérôme Raphaël Noël Marie-Ange Jean-François"
        ),
        last_names=_words(
            "Martin Lefèvre Dubois Rousseau Fournier Girard Bonnet Mercier "
            "Garçon Béranger Prévost Lemaître Chêneval Dacosta D’Aubigny "
            "Hervé Noiret Vasseur Tessier Boulanger Carpentier"
        ),
        places=("Paris 75011", "Lyon 69003", "Nantes 44000", "Lille 59000"),
        streets=("rue des Lilas", "avenue de la Gare", "impasse du Moulin"),
    ),
    Country(
        code="PL",
        share=0.15,
        calling_code="48",
        trunk="",
        language="pl",
        groups=(3, 3, 3),
        mobile=_polish_mobile,
        fixed=None,
        first_names=_words(
            "Łucja Małgorzata Agnieszka Zofia Światosława Żaneta Kinga "
            "Bożena Wojciech Łukasz Paweł Michał Grzegorz Świętosław "
            "Stanisław Jędrzej Mateusz Tadeusz"
        ),
        last_names=_words(
            "Wiśniewska Wójcik Kamińska Zieliński Dąbrowska Kozłowski "
            "Jabłońska Mazur Krawczyk Gąsior Żółkiewska Ćwikła Ślusarz "
            "Źrebiec Brzęczyszczykiewicz"
        ),
        places=("Warszawa 00-950", "Kraków 30-001", "Łódź 90-001"),
        streets=("ul. Lipowa", "ul. Słoneczna", "al. Dębowa"),
    ),
    Country(
        code="US",
        share=0.12,
        calling_code="1",
        trunk="",
        language="en",
        groups=(3, 3, 4),
        mobile=_american,
        fixed=None,
        first_names=_words(
            "Ava Mia Grace Hazel Nora Ruby Carter Owen Wyatt Miles Leo "
            "Jaden Renée José Dakota"
        ),
        last_names=_words(
            "Parker Whitfield Ramirez Okafor Nguyen O'Hara Fitzgerald "
            "Underwood Castillo Bishop McAllister Lovelace"
        ),
        places=("Denver 80202", "Austin 78701", "Portland 97201"),
        streets=("Maple St", "Sunset Ave", "County Road"),
    ),
    Country(
        code="DE",
        share=0.10,
        calling_code="49",
        trunk="0",
        language="de",
        groups=(3, 4, 4),
        mobile=_german_mobile,
        fixed=lambda nth: f"3023125{(nth * 377 + 42) % 1000:03}",
        first_names=_words(
            "Jürgen Björn Sören Käthe Änne Günther Lieselotte Anneliese "
            "Matthias Jörg Bärbel Heinz-Jürgen Sabine Ulrike"
        ),
        last_names=_words(
            "Müller Schäfer Weiß Groß Königsmann Fußmann Bäumler Jägerhuber "
            "Ölschläger Überall Strauß Vogelsang"
        ),
        places=("Berlin 10115", "München 80331", "Köln 50667"),
        streets=("Hauptstraße", "Am Mühlbach", "Schloßallee"),
    ),
    Country(
        code="GB",
        share=0.07,
        calling_code="44",
        trunk="0",
        language="en",
        groups=(4, 6),
        mobile=_british_mobile,
        fixed=lambda nth: f"2079460{(nth * 377 + 42) % 1000:03}",
        first_names=_words(
            "Olive Poppy Imogen Niamh Siân Alfie Rhys Callum Zoë Harriet "
            "Angus Fergus"
        ),
        last_names=_words(
            "Ashworth Pemberton O’Neill MacLeod Thistlewood Hargreaves "
            "StJohn-Smythe Llewellyn Brontë Applegarth"
        ),
        places=("London EC1A 1BB", "Leeds LS1 1UR", "Cardiff CF10 1EP"),
        streets=("Mill Lane", "Station Road", "Church Row"),
    ),
)

HOSTILE_NAMES = (
    "Win at http://win.example",
    "[%1%]",
    "{{ first_name }}",
    "{{ }}",
    "\u202eéoZ",
    "Zoé\nLéa",
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "Maximilienne-" * 15 + "Zoé !",
    "Zoé 🎉",
    "👩‍🚀",
    '"Zoé"',
    "<b>Zoé</b>",
    "%s%n",
    "\u200bZoé",
    "Zoé, Léa",
    "STOP",
    "'t Hart",
    "null",
    "-",
)

NOT_NUMBERS = (
    "demander à l'accueil",
    "2026-03-14",
    "zoe@example.com",
    "n/a",
    "-",
    "3,36399E+10",
    "33639981234.0",
    "00000000",
    "+999 12 34 56",
    "O6 E9 9B I2 E4",
)
WRONG_IN_FRANCE = (
    "06 39 98",
    "06 39 98 12 34 56 78 90 12",
    "6399812",
)

NOTES = (
    'Said "call before noon"',
    "Livrer avant 18 h, merci",
    "First line\nsecond line",
    "Prosi o fakturę; NIP w mailu",
    "Klingel defekt\nbitte klopfen",
)

TAGS = ("vip", "newsletter", "b2b", "wholesale", "first-order", "gift card")


class Dice:
    """Choices by ``random.random()`` alone, the same in every Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def below(self, chance: float) -> bool:
        """Whether something of this chance happens."""
        return self._random() < chance

    def number(self, first: int, last: int) -> int:
        """A whole number, both ends included."""
        return first + int(self._random() * (last - first + 1))

    def one(self, things: Sequence[T]) -> T:
        """One of them."""
        return things[self.number(0, len(things) - 1)]


@dataclass(frozen=True)
class Customer:
    """One line of the export before it is written."""

    country: Country
    first_name: str
    last_name: str
    email: str
    line: Country
    """Whose number it is, which may be another country's."""
    number: str
    """National significant number; empty for none."""
    typed: str = ""
    """What stands in the address instead of a number, if it is wrong."""


def _grouped(customer: Customer, separator: str) -> str:
    digits = customer.number
    if customer.line.code == "US" and separator == " ":
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    parts = []
    for size in customer.line.groups:
        parts.append(digits[:size])
        digits = digits[size:]
    return separator.join(part for part in (*parts, digits) if part)


def _as_typed(customer: Customer, dice: Dice) -> str:
    """The number in one of the ways in which people write theirs."""
    code, trunk = customer.line.calling_code, customer.line.trunk
    abroad = customer.line is not customer.country
    separator = dice.one((" ", " ", " ", ".", "-", "", "\u00a0"))
    match dice.number(0, 2 if abroad else 9):
        case 0:
            return f"'+{code}{customer.number}"
        case 1:
            return f"+{code} {_grouped(customer, separator)}"
        case 2:
            exit_code = "011" if customer.country.code == "US" else "00"
            return f"'{exit_code}{code} {_grouped(customer, separator)}"
        case 3 if trunk:
            return f"+{code} ({trunk}){_grouped(customer, ' ')}"
    national = f"{trunk}{_grouped(customer, separator)}"
    if dice.below(0.01):
        wide = {ord("0") + n: chr(0xFF10 + n) for n in range(10)}
        national = national.translate(wide)
    elif dice.below(0.03):
        national = f"  {national} "
    elif dice.below(0.5):
        national = f"'{national}"
    return national


class Town:
    """Makes up people; remembers them, for some come twice."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._people: list[Customer] = []
        self._drawn: dict[str, int] = {}
        self._odd = 0

    def arrival(self) -> Customer:
        """Somebody new, or somebody who is here already."""
        dice = self._dice
        if self._people and dice.below(0.03):
            return dice.one(self._people)
        customer = self._newcomer()
        if self._people and dice.below(0.015):
            other = dice.one(self._people)
            customer = replace(
                customer, line=other.line, number=other.number, typed=""
            )
        if customer.number:
            self._people.append(customer)
        return customer

    def _newcomer(self) -> Customer:
        dice = self._dice
        country = self._country()
        first_name = dice.one(country.first_names)
        last_name = dice.one(country.last_names)
        email = _address(first_name, last_name, dice)
        if dice.below(0.01):
            first_name = HOSTILE_NAMES[self._odd % len(HOSTILE_NAMES)]
            self._odd += 1
        elif dice.below(0.04):
            first_name = ""
            last_name = last_name if dice.below(0.5) else ""
        line, number, typed = self._line(country)
        return Customer(
            country, first_name, last_name, email, line, number, typed
        )

    def _country(self) -> Country:
        chance = self._dice.number(0, 99) / 100
        for country in COUNTRIES:
            chance -= country.share
            if chance < 0:
                return country
        return COUNTRIES[-1]

    def _line(self, country: Country) -> tuple[Country, str, str]:
        """Whose number, the number, and what was typed if it is none."""
        dice = self._dice
        if dice.below(0.07):
            return country, "", ""
        if dice.below(0.04):
            french = country.code == "FR"
            wrong = NOT_NUMBERS + (WRONG_IN_FRANCE if french else ())
            return country, "", dice.one(wrong)
        german = country.code == "DE"
        if country.fixed is not None and dice.below(0.25 if german else 0.03):
            nth = self._next(f"{country.code} fixed")
            return country, country.fixed(nth), ""
        if german and dice.below(0.5):
            # Germany keeps 200 mobiles for fiction: others are from abroad.
            if dice.below(0.3):
                return country, "", ""
            country = COUNTRIES[0] if dice.below(0.7) else COUNTRIES[2]
        return country, country.mobile(self._next(country.code)), ""

    def _next(self, pool: str) -> int:
        nth = self._drawn.get(pool, 0)
        self._drawn[pool] = nth + 1
        return nth


def _address(first_name: str, last_name: str, dice: Dice) -> str:
    plain = unicodedata.normalize("NFKD", f"{first_name}.{last_name}")
    letters = "".join(c for c in plain.lower() if c.isascii() and c != "'")
    local = letters.replace(" ", "") + str(dice.number(1, 9999))
    return f"{local}@{dice.one(('example.com', 'example.net'))}"


def _row(customer: Customer, nth: int, dice: Dice) -> list[str]:
    """The line of the export; one person's two lines differ."""
    country = customer.country
    phone = typed = ""
    if customer.number:
        if dice.below(0.4):
            phone = f"'+{customer.line.calling_code}{customer.number}"
        if not phone or dice.below(0.6):
            typed = _as_typed(customer, dice)
    orders = dice.number(0, 9) if dice.below(0.8) else dice.number(0, 60)
    cents = orders * dice.number(900, 9900)
    accepts = "yes" if dice.below(0.62) else "no"
    tags = [tag for tag in TAGS if dice.below(0.08)]
    if dice.below(0.15):
        tags.append(f"lang:{country.language}")
    if dice.below(0.04):
        tags.append("sms-stop")
        accepts = "yes" if dice.below(0.2) else "no"
    city, _, postcode = dice.one(country.places).partition(" ")
    return [
        f"'{7_000_000_000_000 + nth * 32_768}",
        customer.first_name,
        customer.last_name,
        customer.email,
        "yes" if dice.below(0.5) else "no",
        "Atelier Zébulon" if dice.below(0.03) else "",
        f"{dice.number(1, 199)} {dice.one(country.streets)}",
        "Appt. 3" if dice.below(0.1) else "",
        city if dice.below(0.97) else "",
        "",
        country.code,
        f"'{postcode}",
        customer.typed or typed,
        phone,
        accepts,
        f"{cents // 100}.{cents % 100:02}",
        str(orders),
        dice.one(NOTES) if dice.below(0.04) else "",
        "yes" if dice.below(0.01) else "no",
        ", ".join(tags),
    ]


def write_customers(
    path: Path, *, count: int = 5000, seed: int = 2026
) -> None:
    """
    Write the export.

    Args:
        path: The file; UTF-8, lines end with a line feed.
        count: Rows below the header.
        seed: Another one makes other people.
    """
    dice = Dice(seed)
    town = Town(dice)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for nth in range(count):
            writer.writerow(_row(town.arrival(), nth, dice))


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=5000, metavar="ROWS")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(__file__).with_name("customers_export.csv"),
    )
    given = parser.parse_args()
    write_customers(given.path, count=given.count, seed=given.seed)
    print(f"{given.count} customers, none of whom exists: {given.path}")


if __name__ == "__main__":
    main()
