"""Putting a shop together, and refusing what would not fit."""

# ruff: noqa: PLR0913  # each argument is a choice of the shop's own

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from anonsms.campaign import Wiring
from anonsms.consent import Wording
from anonsms.errors import ConfigurationError
from anonsms.ledger import Ledger
from anonsms.message import Originator
from anonsms.messenger.receiving import Reception
from anonsms.prices import PriceTable
from anonsms.transport import Transport


def wire(
    transport: Transport,
    ledger: Ledger,
    *,
    originator: str | Originator,
    country: str | None,
    prices: PriceTable | None,
    clock: Callable[[], datetime] | None,
    opt_in_wording: Wording | None,
    opt_in_policy: str,
    confirm_within: timedelta,
) -> Reception:
    """
    Wire the pieces of a shop, as for :class:`anonsms.Messenger`.

    Raises:
        ConfigurationError: Something does not fit.
    """
    if country is not None and not _is_country(country):
        raise ConfigurationError(
            "A country is an ISO 3166-1 alpha-2 code in capitals, such "
            "as 'FR'."
        )
    if not isinstance(ledger, Ledger):
        raise ConfigurationError(
            "A messenger needs a ledger: open_ledger(url, keys). This "
            f"was a {type(ledger).__name__}."
        )
    if opt_in_wording is not None and not opt_in_policy.strip():
        raise ConfigurationError(
            "A text to your number is consent only if your privacy "
            "notice announces it. Pass the notice's version: "
            "opt_in_policy=..."
        )
    if not isinstance(originator, Originator):
        originator = Originator.parse(originator)
    return Reception(
        wiring=Wiring(
            transport=transport,
            ledger=ledger,
            originator=originator,
            prices=prices or PriceTable.illustrative(),
            clock=clock or ledger.clock,
        ),
        country=country,
        confirm_within=confirm_within,
        opt_in_wording=opt_in_wording,
        opt_in_policy=opt_in_policy,
    )


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isupper()  # noqa: PLR2004
