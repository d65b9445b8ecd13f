"""Answers that are about somebody else settle nothing."""

from datetime import timedelta

import pytest
from twilio_script import (
    NOW,
    Script,
    answer,
    failure,
    message_id,
    number,
    outbound,
    record,
    transport,
)

from anonsms.message import Accepted, Rejected, Rejection, Uncertain
from anonsms.transport.flow import perform
from anonsms.transport.telling import ANOTHER
from anonsms.transports.twilio.placing import (
    DISTRUST,
    MOST_REMEMBERED,
    Answers,
)


def taken(nth, **changes):
    """The acceptance of the n-th message."""
    return answer(201, record(nth, **{"to": number(nth).reveal(), **changes}))


class Line:
    """One message after the other over one connection, and a clock."""

    def __init__(self):
        self.now = NOW
        self.twilio, _ = transport(clock=lambda: self.now)

    def send(self, nth, given):
        """What an answer makes of the n-th message."""
        flow = self.twilio.submit([outbound(nth)])
        [outcome] = perform(flow, Script(given))
        assert outcome.key == f"key-{nth}"
        return outcome


def astray(nth):
    """In doubt, for the answer was another's."""
    return Uncertain(f"key-{nth}", ANOTHER)


def test_an_acceptance_of_another_number_is_in_doubt():
    """The number that it names is not ours."""
    assert Line().send(1, taken(2)) == astray(1)


@pytest.mark.parametrize("to", [None, "+3363998****", "", 5, "shop"])
def test_a_number_that_is_not_told_proves_nothing(to):
    """Twilio hides it if it was told to."""
    assert isinstance(Line().send(1, taken(1, to=to)), Accepted)


def test_an_id_is_given_once():
    """Where no number is told, the repeated id tells."""
    line = Line()
    assert isinstance(line.send(1, taken(1, to=None)), Accepted)
    assert line.send(2, taken(1, to=None)) == astray(2)


def test_a_refusal_told_twice_is_in_doubt():
    """It names nobody; Twilio's id of the request tells."""
    line = Line()
    twice = failure(400, 21610, Twilio_Request_Id="RQ" + "ab" * 16)
    assert isinstance(line.send(1, twice), Rejected)
    assert line.send(2, twice) == astray(2)
    other = failure(400, 21610, Twilio_Request_Id="RQ" + "cd" * 16)
    assert line.send(3, other) == astray(3)


@pytest.mark.parametrize("code", [21610, 21211, 20003, 20429])
def test_nobody_leaves_by_another_persons_refusal(code):
    """One answer told twice shifts all the others by one."""
    line = Line()
    first = taken(1)
    assert isinstance(line.send(1, first), Accepted)
    assert line.send(2, first) == astray(2)
    assert line.send(3, taken(2)) == astray(3)
    refusal = failure(429 if code == 20429 else 400, code)
    assert line.send(4, refusal) == astray(4)
    assert line.send(5, taken(4)) == astray(5)


def test_trust_comes_back():
    """An acceptance that names us counts at once; a refusal after a while."""
    line = Line()
    assert line.send(1, taken(2)) == astray(1)
    assert isinstance(line.send(3, taken(3)), Accepted)
    assert line.send(4, taken(4, to=None)) == astray(4)
    line.now += DISTRUST - timedelta(seconds=1)
    assert line.send(5, failure(400, 21610)) == astray(5)
    line.now += timedelta(seconds=1)
    left = line.send(6, failure(400, 21610))
    assert left.reason is Rejection.OPTED_OUT


def test_a_shifted_line_keeps_its_distrust():
    """Each misplaced answer starts the while anew."""
    line = Line()
    for nth in range(3):
        assert line.send(nth, taken(nth + 9)) == astray(nth)
        line.now += DISTRUST - timedelta(seconds=1)
    assert line.send(7, failure(400, 21610)) == astray(7)


def test_what_is_remembered_is_bounded():
    """The oldest ids are forgotten first."""
    answers = Answers()
    for nth in range(MOST_REMEMBERED + 1):
        given = answer(201, {"sid": message_id(nth)})
        assert not answers.misplaced(number(1), given, NOW)
    oldest = answer(201, {"sid": message_id(0)})
    assert not answers.misplaced(number(1), oldest, NOW)
    newest = answer(201, {"sid": message_id(MOST_REMEMBERED)})
    assert answers.misplaced(number(1), newest, NOW)
