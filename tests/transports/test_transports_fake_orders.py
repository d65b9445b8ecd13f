"""What a test orders: failures of the next messages, scripts of numbers."""

import pytest

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transports import FakeTransport
from anonsms.transports.fake import Behaviour


def test_the_next_message_is_rejected(text_to):
    """One message fails, under its own key; the next one goes out."""
    network = FakeTransport()
    network.fail_next(Rejection.CONTENT)
    first, second = network.send([text_to(0), text_to(1)])
    assert first == Rejected("key-0", Rejection.CONTENT, "content")
    assert isinstance(second, Accepted)
    assert network.find("key-0") is None


def test_failures_queue_up(text_to):
    """Orders are used up one by one, in the order they were given."""
    network = FakeTransport()
    network.fail_next(Rejected("", Rejection.MONEY, "E42"), times=2)
    network.fail_next(Uncertain("", "reset by peer"))
    outcomes = network.send([text_to(i) for i in range(4)])
    assert outcomes[:3] == [
        Rejected("key-0", Rejection.MONEY, "E42"),
        Rejected("key-1", Rejection.MONEY, "E42"),
        Uncertain("key-2", "reset by peer"),
    ]
    assert isinstance(outcomes[3], Accepted)


@pytest.mark.parametrize("taken", [True, False])
def test_an_uncertain_message_may_have_left(taken, numbers, text_to):
    """The answer is the same; only the provider's books tell."""
    network = FakeTransport()
    network.fail_next(Uncertain("", "read timed out"), taken=taken)
    assert network.send([text_to(0)]) == [Uncertain("key-0", "read timed out")]
    assert network.times_sent(numbers[0]) == int(taken)
    assert (network.find("key-0") is not None) is taken
    assert len(network.drain()) == int(taken)


@pytest.mark.parametrize("taken", [True, False])
def test_a_call_raises(taken, text_to):
    """An exception fails the call, before or after the batch is taken."""
    network = FakeTransport()
    network.fail_next(TransportError("suspended"), times=2, taken=taken)
    for _ in range(2):
        with pytest.raises(TransportError, match="suspended"):
            network.send([text_to(0), text_to(1)])
    assert len(network.accepted) == (4 if taken else 0)
    assert isinstance(network.send([text_to(0)])[0], Accepted)


def test_the_class_of_an_exception_is_raised_as_one(text_to):
    """As `raise` does it; what was ordered after it comes after it."""
    network = FakeTransport()
    network.fail_next(RuntimeError)
    network.fail_next(Rejection.CONTENT)
    with pytest.raises(RuntimeError):
        network.send([text_to(0)])
    assert isinstance(network.send([text_to(0)])[0], Rejected)
    assert isinstance(network.send([text_to(0)])[0], Accepted)


@pytest.mark.parametrize(
    "failure",
    [None, "content", int, Rejected, Accepted("", "1"), UnicodeDecodeError],
)
def test_what_is_no_failure_is_not_queued(failure, numbers, text_to):
    """Nor is it an answer of a script; the next message goes out."""
    network = FakeTransport()
    with pytest.raises(TypeError, match=r"Pass|What fails next"):
        network.fail_next(failure)
    if failure is not None:
        with pytest.raises(TypeError, match="A script answers"):
            network.script(numbers[0], answer=failure)
    assert isinstance(network.send([text_to(0)])[0], Accepted)


@pytest.mark.parametrize("times", [0, -1])
def test_a_failure_happens_at_least_once(times):
    """No failure at all is no order."""
    with pytest.raises(ValueError, match="times"):
        FakeTransport().fail_next(Rejection.CONTENT, times=times)


def test_a_process_may_die_at_sending(text_to):
    """What is no Exception passes through as it is."""
    network = FakeTransport()
    network.fail_next(KeyboardInterrupt(), taken=True)
    with pytest.raises(KeyboardInterrupt):
        network.send([text_to(0)])
    assert len(network.accepted) == 1


def test_a_rejected_message_was_not_taken(numbers):
    """Rejected and sent all the same is not a thing."""
    network = FakeTransport()
    with pytest.raises(ValueError, match="taken"):
        network.fail_next(Rejection.CONTENT, taken=True)
    with pytest.raises(ValueError, match="taken"):
        network.script(numbers[0], answer=Rejection.CONTENT, taken=True)
    with pytest.raises(ValueError, match="taken"):
        network.script(numbers[0], taken=True)


def test_a_script_holds_for_one_number_until_the_next(numbers, text_to):
    """Each text to it fails, others go out; a new script replaces it."""
    network = FakeTransport()
    network.script(numbers[0], answer=Rejection.BAD_NUMBER)
    for _ in range(2):
        mine, other = network.send([text_to(0), text_to(1)])
        assert mine == Rejected("key-0", Rejection.BAD_NUMBER, "bad-number")
        assert isinstance(other, Accepted)
    network.script(numbers[0])
    assert isinstance(network.send([text_to(0)])[0], Accepted)


@pytest.mark.parametrize("end", [s for s in DeliveryStatus if s.final])
def test_a_script_says_how_it_ends(end, numbers, text_to):
    """The receipt tells the scripted end, whatever chance would bring."""
    network = FakeTransport(behaviour=Behaviour(undelivered=0.5, expired=0.5))
    network.script(numbers[0], delivery=end)
    network.send([text_to(0)])
    [receipt] = network.drain()
    assert receipt.status is end
    assert network.deliveries_by_key["key-0"] == (end,)


@pytest.mark.parametrize("end", [s for s in DeliveryStatus if not s.final])
def test_a_script_ends(end, numbers):
    """A status on the way is no end."""
    with pytest.raises(ValueError, match="is not an end"):
        FakeTransport().script(numbers[0], delivery=end)


def test_a_scripted_number_leaves_nothing_else_to_chance(numbers, text_to):
    """On the worst of days it is accepted, delivered, and silent."""
    network = FakeTransport(
        behaviour=Behaviour(
            bad_numbers=1.0, dead_numbers=1.0, uncertain=1.0, replies=1.0
        )
    )
    network.script(numbers[0])
    assert isinstance(network.send([text_to(0)])[0], Accepted)
    assert [event.status for event in network.drain()] == ["delivered"]


@pytest.mark.parametrize("reply", ["STOP", MessageText("STOP"), ""])
def test_a_scripted_person_replies(reply, numbers, text_to):
    """The reply comes after the receipt, to the originator of the text."""
    network = FakeTransport()
    network.script(numbers[0], reply=reply)
    network.send([text_to(0), text_to(1)])
    receipt, _, answer = network.drain()
    assert isinstance(receipt, DeliveryReceipt)
    assert isinstance(answer, Inbound)
    assert answer.sender == numbers[0]
    assert answer.text in {MessageText("STOP"), MessageText("")}
    assert len(answer.text) == len(reply)
    assert answer.to == "36123"
    assert answer.at > receipt.at
    assert not network.stops


def test_a_scripted_person_answers_only_what_came(numbers, text_to):
    """Not delivered, not answered."""
    network = FakeTransport()
    network.script(
        numbers[0], delivery=DeliveryStatus.UNDELIVERED, reply="STOP"
    )
    network.send([text_to(0)])
    assert [type(event) for event in network.drain()] == [DeliveryReceipt]


def test_a_text_arrives_now_and_once(numbers):
    """It is made and returned; the network does not hand it out again."""
    network = FakeTransport()
    network.advance(hours=1)
    inbound = network.receive(
        "ARRÊT svp", sender=numbers[0], to="36123", provider_id="m1"
    )
    assert inbound.at == network.clock()
    assert inbound.text.reveal() == "ARRÊT svp"
    assert (inbound.to, inbound.provider_id) == ("36123", "m1")
    assert network.receive(inbound.text, sender=numbers[0]).provider_id == ""
    assert network.drain() == []
