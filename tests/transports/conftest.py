"""What the tests of the made-up network share."""

from collections.abc import Callable

import pytest

from anonsms.masking import MessageText
from anonsms.message import Originator, Outbound
from anonsms.phone import PhoneNumber


NUMBERS = PhoneNumber.parse_many(
    [f"+33 6 39 98 {i:04d}" for i in range(10_000)]
)
SHORT_CODE = Originator.parse("36123")
BODY = MessageText("Bonjour, -20 % ce week-end. STOP au 36123")


@pytest.fixture(scope="session")
def numbers() -> list[PhoneNumber]:
    """Ten thousand numbers of the range kept for fiction in France."""
    return NUMBERS


@pytest.fixture(scope="session")
def text_to() -> Callable[..., Outbound]:
    """Builds one message to the n-th of the numbers."""

    def build(nth: int, key: str = "", sender: str = "36123") -> Outbound:
        return Outbound(
            NUMBERS[nth], BODY, Originator.parse(sender), key or f"key-{nth}"
        )

    return build


@pytest.fixture(scope="session")
def texts() -> list[Outbound]:
    """One message to each of the ten thousand numbers."""
    return [
        Outbound(number, BODY, SHORT_CODE, f"key-{i}")
        for i, number in enumerate(NUMBERS)
    ]
