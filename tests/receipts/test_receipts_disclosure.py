"""A disclosure that leaves out what a standard asks for is refused."""

import pytest
from attrs import evolve
from receipt_shop import DISCLOSURE, NIMBUS, PARTNER, TOLD

from anonsms.errors import ConfigurationError
from anonsms.receipts import Disclosure, Party


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service", ""),
        ("service", "\ud800"),
        ("language", "  "),
        ("jurisdiction", ""),
        ("jurisdiction", "France"),
        ("jurisdiction", "fr"),
        ("jurisdiction", None),
        ("storage_locations", ()),
        ("storage_locations", "FR"),
        ("storage_locations", ("France",)),
        ("retention", ""),
        ("retention", None),
        ("withdrawal", ()),
        ("withdrawal", "STOP"),
        ("withdrawal", ("STOP", " ")),
        ("rights_url", ""),
        ("rights_url", "our site"),
        ("rights_url", None),
        ("processors", ("Nimbus SMS",)),
        ("third_parties", PARTNER),
        ("further_data", ("",)),
        ("further_data", "name"),
    ],
)
def test_an_empty_or_wrong_field_is_named(field, value):
    """The error says which field, what for, and what to pass."""
    with pytest.raises(ConfigurationError, match=field):
        Disclosure(**{**TOLD, field: value})


def test_somebody_receives_the_number():
    """A disclosure without any recipient cannot be true."""
    with pytest.raises(ConfigurationError, match="processors"):
        evolve(DISCLOSURE, processors=())
    only = evolve(DISCLOSURE, processors=(), third_parties=(PARTNER,))
    assert only.recipients == (PARTNER,)


def test_the_gdpr_wants_an_authority():
    """People are told where to complain; elsewhere it may be left out."""
    with pytest.raises(ConfigurationError, match="authority"):
        evolve(DISCLOSURE, authority=None)
    with pytest.raises(ConfigurationError, match="authority"):
        evolve(DISCLOSURE, authority="CNIL")
    assert evolve(DISCLOSURE, authority=None, gdpr=False).authority is None


@pytest.mark.parametrize("field", ["name", "address", "contact", "country"])
def test_a_party_is_known_in_full(field):
    """Name, address, contact and country of each party are mandatory."""
    with pytest.raises(ConfigurationError, match=field):
        evolve(NIMBUS, **{field: ""})


def test_recipients_are_processors_first():
    """The order of recipients is that of the two fields."""
    both = evolve(DISCLOSURE, third_parties=(PARTNER,))
    assert both.recipients == (NIMBUS, PARTNER)
    assert isinstance(both.recipients[0], Party)
