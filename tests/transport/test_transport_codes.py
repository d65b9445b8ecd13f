"""What a code means becomes an outcome."""

import pytest

from anonsms.message import NotSent, Rejected, Rejection, Uncertain
from anonsms.transport import Fate, Meaning, http_code, meaning_of_status


ACCOUNT = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)
MONEY = Meaning.rejected(Rejection.MONEY, account_wide=True)
OTHER = Meaning.rejected(Rejection.OTHER)


@pytest.mark.parametrize(
    ("meaning", "outcome"),
    [
        (
            Meaning.rejected(Rejection.MONEY, account_wide=True),
            Rejected("k", Rejection.MONEY, "7", account_wide=True),
        ),
        (
            Meaning.rejected(Rejection.CONTENT),
            Rejected("k", Rejection.CONTENT, "7"),
        ),
        (Meaning(Fate.REJECTED), Rejected("k", Rejection.OTHER, "7")),
        (Meaning.uncertain(), Uncertain("k", "the provider said 7")),
        (Meaning.not_sent(30), NotSent("k", "the provider said 7", 30)),
    ],
)
def test_each_fate_has_its_outcome(meaning, outcome):
    """The code is kept, the provider's words are not."""
    assert meaning.outcome("k", "7") == outcome


def test_the_answers_header_wins_over_the_table():
    """The provider knows better how long to wait."""
    assert (
        Meaning.not_sent(30).outcome("k", "7", retry_after=2).retry_after == 2
    )


def test_a_code_tells_no_id():
    """Accepted is for the transport to say."""
    with pytest.raises(ValueError, match="id"):
        Meaning.accepted().outcome("k", "53")


@pytest.mark.parametrize(
    ("statuses", "meaning"),
    [
        ((401, 403, 404, 405, 406, 407, 410, 415), ACCOUNT),
        ((402,), MONEY),
        ((429,), Meaning.not_sent()),
        ((408, 409, 500, 502, 503, 504, 599), Meaning.uncertain()),
        ((100, 204, 301, 302, 307, 600), Meaning.uncertain()),
        ((400, 411, 413, 418, 422, 451, 499), OTHER),
    ],
)
def test_a_status_means_the_same_for_all_providers(statuses, meaning):
    """Where no code is known; a wrong base URL fails for everybody."""
    for status in statuses:
        assert meaning_of_status(status) == meaning
        assert http_code(status) == f"http-{status}"


def test_a_known_code_says_more_than_a_status():
    """Unless the status tells that nothing, or anything, was done."""
    content = Meaning.rejected(Rejection.CONTENT)
    assert meaning_of_status(401, known=content) == content
    assert meaning_of_status(429, known=content) == Meaning.not_sent()
    later = Meaning.not_sent(60)
    assert meaning_of_status(429, known=later) == later
    for status in (200, 302, 500):
        assert meaning_of_status(status, known=content).fate is Fate.UNCERTAIN
