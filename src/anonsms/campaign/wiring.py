"""What a shop puts together once and every send uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from attrs import frozen

from anonsms.consent import Family, Purpose
from anonsms.errors import ConfigurationError
from anonsms.gate import Budget, Terms
from anonsms.ledger import Ledger
from anonsms.message import Originator
from anonsms.optout import Exit, WayOut, way_out
from anonsms.prices import PriceTable
from anonsms.template import Template
from anonsms.transport import Capabilities, Transport


@frozen
class Wiring:
    """
    The pieces of one shop, wired.

    Attributes:
        transport: Carries the texts.
        ledger: Knows who said yes and who said stop.
        originator: Whom the texts are from.
        prices: What a part costs.
        clock: Tells the time; aware, UTC.
    """

    transport: Transport
    ledger: Ledger
    originator: Originator
    prices: PriceTable
    clock: Callable[[], datetime]

    def __attrs_post_init__(self) -> None:
        capabilities = getattr(self.transport, "capabilities", None)
        if not isinstance(capabilities, Capabilities) or not isinstance(
            self.transport.name, str
        ):
            raise ConfigurationError(
                "A transport has a name, capabilities and send(). This "
                f"{type(self.transport).__name__} has not; pass an instance "
                "of a transport, such as FakeTransport()."
            )
        kinds = capabilities.originators
        if self.originator.kind not in kinds:
            raise ConfigurationError(
                f"The transport {self.transport.name!r} takes no originator "
                f"of the kind '{self.originator.kind}'. It takes: "
                f"{', '.join(sorted(kinds))}."
            )

    def terms(
        self,
        template: Template,
        purpose: Purpose,
        *,
        budget: Budget | None = None,
        bulk: bool = False,
    ) -> Terms:
        """
        What is the same for everybody who gets this template.

        Raises:
            ConfigurationError: It is marketing, which the provider's terms
                forbid.
        """
        capabilities = self.transport.capabilities
        if purpose.family is Family.MARKETING and not capabilities.marketing:
            raise ConfigurationError(
                f"The terms of {self.transport.name!r} forbid marketing, and "
                f"the purpose {purpose.name!r} is marketing. Send it over "
                "another transport."
            )
        return Terms(
            purpose=purpose,
            originator=self.originator,
            prices=self.prices,
            budget=budget or Budget(),
            exit=exit_of(
                template,
                purpose,
                self.originator,
                replies=capabilities.replies,
            ),
            bulk=bulk,
            simulated=capabilities.simulated,
        )


_UNHEARD: Final = WayOut(
    works=False,
    because=(
        "No reply reaches you through this transport. Name a number to send "
        "STOP to, or an opt-out link."
    ),
)


def exit_of(
    template: Template,
    purpose: Purpose,
    originator: Originator,
    *,
    replies: bool,
) -> WayOut | None:
    """
    The way out that a template tells in the shop's own words.

    What comes from a person's values does not count: nobody's name may
    supply the number to send STOP to.
    """
    if purpose.family is not Family.MARKETING:
        return None
    found = way_out(template.skeleton, originator)
    if found.works and found.kind is Exit.REPLY and not replies:
        return _UNHEARD
    return found
