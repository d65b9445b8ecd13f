"""What a code means becomes an outcome."""

import pytest

from anonsms.message import NotSent, Rejected, Rejection, Uncertain
from anonsms.transport.codes import (
    UNCERTAIN,
    Fate,
    Meaning,
    again,
    rejected,
)


@pytest.mark.parametrize(
    ("meaning", "outcome"),
    [
        (
            rejected(Rejection.MONEY, account_wide=True),
            Rejected("k", Rejection.MONEY, "7", account_wide=True),
        ),
        (rejected(Rejection.CONTENT), Rejected("k", Rejection.CONTENT, "7")),
        (Meaning(Fate.REJECTED), Rejected("k", Rejection.OTHER, "7")),
        (UNCERTAIN, Uncertain("k", "the provider said 7")),
        (again(30), NotSent("k", "the provider said 7", 30)),
    ],
)
def test_each_fate_has_its_outcome(meaning, outcome):
    """The code is kept, the provider's words are not."""
    assert meaning.outcome("k", "7") == outcome


def test_the_answers_header_wins_over_the_table():
    """The provider knows better how long to wait."""
    assert again(30).outcome("k", "7", retry_after=2).retry_after == 2


def test_a_code_tells_no_id():
    """Accepted is for the transport to say."""
    with pytest.raises(ValueError, match="id"):
        Meaning(Fate.ACCEPTED).outcome("k", "53")
