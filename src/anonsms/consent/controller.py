"""Who asks for consent, and answers for what is done with it."""

from __future__ import annotations

from attrs import Attribute, field, frozen

from anonsms.errors import ConfigurationError


def _named(
    _controller: Controller, _field: Attribute[str], value: object
) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(
            "A controller has the name that stands in the consent text. Pass "
            'it: Controller("Ma Boutique SAS", address="…").'
        )


@frozen
class Controller:
    """
    The company that consent is given to (GDPR Art. 4(7), 13(1)(a)).

    Attributes:
        name: As it stands in the consent texts.
        address: Postal address, in one line.
        email: Where to write to about one's data.
        phone: A company number to call; never a customer's.
        url: Its site.
        privacy_url: The privacy notice.
        country: ISO 3166 code of its seat, e.g. ``"FR"``.

    Raises:
        ConfigurationError: It has no name.
    """

    name: str = field(validator=_named)
    address: str = field(default="", kw_only=True)
    email: str = field(default="", kw_only=True)
    phone: str = field(default="", kw_only=True)
    url: str = field(default="", kw_only=True)
    privacy_url: str = field(default="", kw_only=True)
    country: str = field(default="", kw_only=True)
