"""What a shop says once, when it opens its ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import Attribute, field, frozen

from anonsms.consent import Controller
from anonsms.errors import ConfigurationError
from anonsms.ledger.proofs.checkpoint import CheckpointSink


_COUNTRY = re.compile(r"[A-Z]{2}")


def _company(
    _settings: Settings, _field: Attribute[Controller | None], value: object
) -> None:
    if value is not None and not isinstance(value, Controller):
        raise ConfigurationError(
            "The controller is a Controller, not a "
            f'{type(value).__name__}: controller=Controller("Ma Boutique").'
        )


def _sinks(given: object) -> tuple[CheckpointSink, ...]:
    named = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(callable(each) for each in named):
        raise ConfigurationError(
            "A sink is called with each signed checkpoint: pass functions of "
            "one text, or CheckpointFile(path)."
        )
    return named


def _countries(given: Iterable[str]) -> frozenset[str]:
    named = [given] if isinstance(given, str) else list(given)
    if not all(isinstance(c, str) and _COUNTRY.fullmatch(c) for c in named):
        raise ConfigurationError(
            "Countries are named by two capital letters each (ISO 3166): "
            'soft_opt_in=["PL", "FR"].'
        )
    return frozenset(named)


@frozen(kw_only=True)
class Settings:
    """
    What a shop says once.

    Attributes:
        clock: Tells the time, as an aware datetime.
        controller: Who consent is given to.
        soft_opt_in: Countries whose customers may be texted offers because
            they bought something.
        sinks: Where signed checkpoints go.
    """

    clock: Callable[[], datetime]
    controller: Controller | None = field(default=None, validator=_company)
    soft_opt_in: frozenset[str] = field(default=(), converter=_countries)
    sinks: tuple[CheckpointSink, ...] = field(default=(), converter=_sinks)
