"""Rows and answers that are about somebody else settle nothing."""

import pytest
from smsapi_double import (
    Script,
    answer,
    digits,
    key_of,
    number,
    once,
    text,
    transport,
)

from anonsms.message import Accepted, Uncertain
from anonsms.transport.telling import ANOTHER


def row(nth, key=None, **changes):
    """What SMSAPI lists of the n-th number."""
    return {
        "id": f"10{nth}",
        "number": digits(nth),
        "submitted_number": digits(nth),
        "idx": key_of(nth if key is None else key),
        **changes,
    }


def sent(rows, count=1):
    """What becomes of so many messages, and how often SMSAPI was asked."""
    script = Script(answer({"count": len(rows), "list": rows}))
    batch = [text(nth) for nth in range(1, count + 1)]
    return once(transport(script), batch, script), script.asked


@pytest.mark.parametrize(
    "changes",
    [
        {"number": digits(2)},
        {"submitted_number": digits(2)},
        {"number": f"+{digits(2)}", "submitted_number": None},
        {"number": int(digits(2))},
        {"number": digits(2), "error": 13},
        {"number": digits(2), "submitted_number": digits(2), "idx": None},
        {"number": digits(2), "idx": ""},
    ],
)
def test_a_row_of_another_number_is_in_doubt(changes):
    """Its key may be ours, or it may have none: the number tells."""
    [outcome], asked = sent([{**row(1), **changes}])
    assert outcome == Uncertain(key_of(1), ANOTHER)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"number": number(1).reveal()},
        {"number": int(digits(1)), "submitted_number": None},
        {"number": None, "submitted_number": None},
        {"number": "33639••••••"},
        {"idx": None},
    ],
)
def test_a_row_that_names_us_or_nobody_is_ours(changes):
    """However the number is written, and if it is left out."""
    [outcome], _ = sent([{**row(1), **changes}])
    assert isinstance(outcome, Accepted)
    assert outcome.provider_id == "101"


def test_swapped_keys_are_in_doubt():
    """Key and number have to agree."""
    outcomes, asked = sent([row(1, key=2), row(2, key=1)], 2)
    assert outcomes == [Uncertain(key_of(nth), ANOTHER) for nth in (1, 2)]
    assert len(asked) == 1


def test_one_odd_row_spoils_no_other():
    """Each row is judged for itself."""
    first, second = sent([row(1), row(2, number=digits(1))], 2)[0]
    assert isinstance(first, Accepted)
    assert second == Uncertain(key_of(2), ANOTHER)


def test_the_answer_to_another_batch_is_in_doubt_as_a_whole():
    """And is not asked about, as later answers would be shifted too."""
    outcomes, asked = sent([row(7), row(8)], 2)
    assert outcomes == [Uncertain(key_of(nth), ANOTHER) for nth in (1, 2)]
    assert len(asked) == 1


def test_a_doubt_is_settled_by_asking_again():
    """Under its key the message goes out once, and the row is ours then."""
    other, ours = row(1, number=digits(2)), row(1)
    script = Script(*(answer({"list": [each]}) for each in (other, ours)))
    assert transport(script).send([text(1)])[0].provider_id == "101"
    assert len(script.asked) == 2
