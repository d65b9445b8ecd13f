"""What the network says to single messages, and what it remembers."""

import copy
import threading

import pytest

from anonsms.errors import ConfigurationError, TransportError
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    OriginatorKind,
    Rejected,
    Rejection,
)
from anonsms.transport import Capabilities, Transport
from anonsms.transports import FakeTransport
from anonsms.transports.fake import Behaviour
from leakscan import leaks


def sending(network, messages):
    """Hand over in batches of the size that the network allows."""
    size = network.capabilities.batch_size
    return [
        outcome
        for i in range(0, len(messages), size)
        for outcome in network.send(messages[i : i + size])
    ]


def test_it_is_a_transport():
    """A type checker takes it for a transport, and so does a caller."""
    transport: Transport = FakeTransport()
    assert transport.name == "fake"
    assert transport.capabilities == Capabilities(
        batch_size=100, simulated=True
    )
    assert transport.send([]) == []


def test_a_perfect_network_accepts_and_delivers_all(text_to):
    """By default each text is accepted, and delivered four seconds later."""
    network = FakeTransport()
    start = network.clock()
    outcomes = network.send([text_to(0), text_to(1)])
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]
    assert [outcome.key for outcome in outcomes] == ["key-0", "key-1"]
    events = network.drain()
    assert [event.provider_id for event in events] == [
        outcome.provider_id for outcome in outcomes
    ]
    assert {event.status for event in events} == {DeliveryStatus.DELIVERED}
    assert {(event.at - start).total_seconds() for event in events} == {4}


def test_provider_ids_are_never_given_twice(text_to):
    """Each copy of a key has an id of its own, whatever the keys are."""
    network = FakeTransport()
    keys = ["a", "a", "1-a", "2-a", "a", "reply-1-a"]
    ids = [
        outcome.provider_id
        for outcome in network.send([text_to(0, key) for key in keys])
    ]
    assert len(set(ids)) == len(keys)


def test_books_show_what_was_taken(numbers, text_to):
    """Times sent, outbox, truths and `find` agree about what left."""
    network = FakeTransport()
    network.send([text_to(0, "a"), text_to(1, "b"), text_to(0, "c")])
    assert network.times_sent(numbers[0]) == 2
    assert network.times_sent(numbers[2]) == 0
    assert [m.key for m in network.outbox_of(numbers[0])] == ["a", "c"]
    assert [m.key for m in network.accepted] == ["a", "b", "c"]
    assert network.deliveries_by_key == dict.fromkeys(
        "abc", (DeliveryStatus.DELIVERED,)
    )
    assert network.find("b") == Accepted("b", "fake-1-b")
    assert network.find("z") is None


def test_the_books_cannot_be_written_from_outside(text_to):
    """Views of the books are read-only."""
    network = FakeTransport()
    network.send([text_to(0)])
    with pytest.raises(TypeError):
        network.deliveries_by_key["key-0"] = ()
    with pytest.raises(TypeError):
        network.stops[text_to(0).number] = network.clock()


def test_its_repr_counts_and_tells_nothing_else(text_to):
    """The repr has three counts; whatever else is shown is masked."""
    network = FakeTransport()
    network.fail_next(Rejection.CONTENT)
    network.send([text_to(0), text_to(1), text_to(2)])
    assert repr(network) == (
        "<FakeTransport 2 accepted, 1 rejected, 2 pending events>"
    )
    shown = f"{network} {network.accepted} {network.drain()} {vars(network)}"
    assert not list(leaks(shown))
    assert "Bonjour" not in shown


def test_an_originator_that_it_cannot_carry_is_refused(text_to):
    """Capabilities are kept: no name through a network without names."""
    network = FakeTransport(
        capabilities=Capabilities(
            originators=frozenset({OriginatorKind.SHORT_CODE})
        )
    )
    [name] = network.send([text_to(0, sender="MaBoutique")])
    [code] = network.send([text_to(0)])
    assert isinstance(name, Rejected)
    assert name.reason is Rejection.ORIGINATOR
    assert isinstance(code, Accepted)


def test_a_network_without_receipts_or_replies_is_silent(texts):
    """What the capabilities deny never happens."""
    network = FakeTransport(
        behaviour=Behaviour(replies=1.0),
        capabilities=Capabilities(batch_size=10, receipts=False),
    )
    network.send(texts[:10])
    assert not any(isinstance(e, DeliveryReceipt) for e in network.drain())
    silent = FakeTransport(
        behaviour=Behaviour(replies=1.0),
        capabilities=Capabilities(batch_size=10, replies=False),
    )
    silent.send(texts[:10])
    assert all(isinstance(e, DeliveryReceipt) for e in silent.drain())


def test_a_batch_has_a_largest_size(texts):
    """One message too many, and none is taken."""
    network = FakeTransport(capabilities=Capabilities(batch_size=2))
    with pytest.raises(ValueError, match="at most 2"):
        network.send(texts[:3])
    assert network.accepted == ()


@pytest.mark.parametrize("wrong", ["number", "list", "pair"])
def test_one_recipient_per_message(wrong, numbers, text_to):
    """A text, a list of numbers, or no message at all is refused."""
    message = copy.copy(text_to(0))
    if wrong == "number":
        object.__setattr__(message, "number", "not a number")
    elif wrong == "list":
        object.__setattr__(message, "number", numbers[:2])
    else:
        message = (numbers[0], "Bonjour")
    network = FakeTransport()
    with pytest.raises(TypeError, match="One recipient per message"):
        network.send([text_to(1), message])
    assert network.accepted == ()


def test_a_network_that_is_down_takes_nothing(text_to):
    """While it is down each call raises; afterwards all is as before."""
    network = FakeTransport()
    network.up = False
    for _ in range(2):
        with pytest.raises(TransportError, match="down"):
            network.send([text_to(0)])
    network.up = True
    assert network.accepted == ()
    assert isinstance(network.send([text_to(0)])[0], Accepted)


def test_an_unknown_preset_is_refused():
    """The error names the presets that there are."""
    with pytest.raises(ConfigurationError, match="perfect, realistic, stormy"):
        FakeTransport(behaviour="calm")


def test_several_threads_may_send(texts):
    """Threads get the outcomes that one thread gets, and none is lost."""
    alone = FakeTransport(3, behaviour="stormy")
    expected = {o.key: o for o in sending(alone, texts[:2000])}
    shared = FakeTransport(3, behaviour="stormy")
    found = {}

    def send(part):
        for outcome in sending(shared, part):
            found[outcome.key] = outcome

    threads = [
        threading.Thread(target=send, args=(texts[i:2000:4],))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
    assert len(shared.accepted) == len(alone.accepted)
