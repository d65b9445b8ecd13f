"""Chance: the same for the same seed, in any order, at the stated rates."""

import random
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from anonsms.errors import ConfigurationError
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    Outbound,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transport import Capabilities
from anonsms.transports import FakeTransport
from anonsms.transports.fake import Behaviour, ReplyMix


ALL = Capabilities(batch_size=10_000)


def run(messages, seed=0, **rates):
    """Send in one batch; the network, its outcomes and its events."""
    network = FakeTransport(
        seed, behaviour=Behaviour(**rates), capabilities=ALL
    )
    outcomes = network.send(messages)
    return network, outcomes, network.drain()


def share(items):
    """How many are true, of all."""
    items = list(items)
    return sum(items) / len(items)


@pytest.mark.parametrize("preset", ["perfect", "realistic", "stormy"])
def test_the_same_seed_brings_the_same_day(preset, texts):
    """Outcomes and events repeat to the last one."""
    days = []
    for _ in range(2):
        network = FakeTransport(7, behaviour=preset, capabilities=ALL)
        days.append((network.send(texts[:3000]), network.drain()))
    assert days[0] == days[1]


def test_another_seed_brings_another_day(texts):
    """Two seeds differ in whom they reach."""
    first, second = (
        run(texts[:1000], seed, undelivered=0.5)[0].deliveries_by_key
        for seed in (1, 2)
    )
    assert first != second


def test_nothing_hangs_on_the_interpreter():
    """A process with other hash seeds sees the same fates."""
    program = (
        "from anonsms.transports import FakeTransport\n"
        "from anonsms.message import Originator, Outbound\n"
        "from anonsms.masking import MessageText\n"
        "from anonsms.phone import PhoneNumber\n"
        "n = FakeTransport(5, behaviour='stormy')\n"
        "o = Originator.parse('36123')\n"
        "for i in range(60):\n"
        "    p = PhoneNumber.parse(f'+33 6 39 98 00 {i:02d}')\n"
        "    n.send([Outbound(p, MessageText('x'), o, f'k{i}')])\n"
        "print([(e.provider_id, e.at.isoformat()) for e in n.drain()])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert "fake-1-k" in outputs.pop()


def test_order_and_batches_change_nobodys_fate(texts):
    """Shuffled and in other batches, each person fares as before."""
    texts = texts[:3000]
    together = FakeTransport(7, behaviour="stormy", capabilities=ALL)
    outcomes = {o.key: o for o in together.send(texts)}
    shuffled = random.Random(1).sample(texts, len(texts))
    apart = FakeTransport(7, behaviour="stormy", capabilities=ALL)
    for i in range(0, len(shuffled), 7):
        for outcome in apart.send(shuffled[i : i + 7]):
            assert outcome == outcomes[outcome.key]
    assert dict(apart.deliveries_by_key) == dict(together.deliveries_by_key)
    mine, theirs = apart.drain(), together.drain()
    assert len(mine) == len(theirs)
    assert Counter(mine) == Counter(theirs)


def test_keys_change_nobodys_fate(texts):
    """Shops make keys at random, and the day must repeat all the same."""
    texts = texts[:2000]
    again = [
        Outbound(m.number, m.text, m.originator, f"other-{i}")
        for i, m in enumerate(texts)
    ]
    rates = {"undelivered": 0.3, "rejected": 0.2, "replies": 0.5}
    one, two = run(texts, **rates), run(again, **rates)
    assert list(one[0].deliveries_by_key.values()) == list(
        two[0].deliveries_by_key.values()
    )
    assert [e.at for e in one[2]] == [e.at for e in two[2]]


def test_the_next_text_to_a_person_fares_on_its_own(texts):
    """The second text to a number is not bound to the first one's fate."""
    network = FakeTransport(
        behaviour=Behaviour(undelivered=0.5), capabilities=ALL
    )
    network.send(texts[:2000])
    network.send(texts[:2000])
    both = Counter(network.deliveries_by_key.values())
    assert len(both) == 4
    assert all(400 < number < 600 for number in both.values())


def test_bad_and_dead_numbers_stay_so(texts):
    """A number is refused or dead always or never."""
    network = FakeTransport(
        behaviour=Behaviour(bad_numbers=0.1, dead_numbers=0.2),
        capabilities=ALL,
    )
    fates = []
    for _ in range(2):
        outcomes = network.send(texts)
        fates.append(
            [getattr(outcome, "reason", None) for outcome in outcomes]
        )
    assert fates[0] == fates[1]
    assert share(f is Rejection.BAD_NUMBER for f in fates[0]) == (
        pytest.approx(0.1, abs=0.01)
    )
    assert set(fates[0]) == {None, Rejection.BAD_NUMBER}
    ends = network.deliveries_by_key.values()
    assert all(first is second for first, second in ends)
    dead = share(first is DeliveryStatus.UNDELIVERED for first, _ in ends)
    assert dead == pytest.approx(0.2, abs=0.01)
    codes = {
        e.code
        for e in network.drain()
        if e.status is DeliveryStatus.UNDELIVERED
    }
    assert codes == {"unknown-subscriber"}


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.3, 1.0])
def test_rejections_come_at_their_rate(rate, texts):
    """Refused texts are never taken; no one is called a bad number."""
    network, outcomes, events = run(texts, rejected=rate)
    rejected = [o for o in outcomes if isinstance(o, Rejected)]
    assert len(rejected) / len(texts) == pytest.approx(rate, abs=0.015)
    assert Rejection.BAD_NUMBER not in {o.reason for o in rejected}
    assert len(network.accepted) == len(texts) - len(rejected)
    assert len(events) == len(network.accepted)


def test_half_of_the_uncertain_really_left(texts):
    """Of those without an answer, half are in the provider's books."""
    network, outcomes, _ = run(texts, uncertain=0.4)
    doubts = [o.key for o in outcomes if isinstance(o, Uncertain)]
    assert len(doubts) / len(texts) == pytest.approx(0.4, abs=0.015)
    left = share(network.find(key) is not None for key in doubts)
    assert left == pytest.approx(0.5, abs=0.03)
    assert all(
        network.find(o.key) == o for o in outcomes if isinstance(o, Accepted)
    )


def test_texts_end_at_their_rates(texts):
    """Undelivered and expired; what expires does so at its validity."""
    network, _, events = run(
        texts, undelivered=0.1, expired=0.2, validity=timedelta(hours=6)
    )
    ends = Counter(end for (end,) in network.deliveries_by_key.values())
    assert ends[DeliveryStatus.UNDELIVERED] == pytest.approx(1000, abs=120)
    assert ends[DeliveryStatus.EXPIRED] == pytest.approx(2000, abs=150)
    expired = {e.at for e in events if e.status is DeliveryStatus.EXPIRED}
    assert len(expired) == 1
    assert expired == {network.clock()}


def test_the_median_delay_is_as_stated(texts):
    """Half of the texts are faster, and the spread is wide."""
    network = FakeTransport(
        behaviour=Behaviour(delay=timedelta(seconds=10), delay_spread=1.0),
        capabilities=ALL,
    )
    start = network.clock()
    network.send(texts)
    delays = [(e.at - start).total_seconds() for e in network.drain()]
    assert delays == sorted(delays)
    assert delays[5000] == pytest.approx(10, rel=0.05)
    assert delays[8413] == pytest.approx(10 * 2.718, rel=0.08)


def test_receipts_come_twice_late_and_not_at_all_at_their_rates(texts):
    """What is repeated is equal; what is late still tells its true time."""
    _, _, events = run(
        texts, repeated=0.2, late_receipts=0.1, lost_receipts=0.05
    )
    copies = Counter(events)
    twice = share(number == 2 for number in copies.values())
    assert twice == pytest.approx(0.2, abs=0.015)
    assert max(copies.values()) == 2
    assert len(copies) / len(texts) == pytest.approx(0.95, abs=0.01)
    assert len({event.at for event in events}) == 1
    again = FakeTransport(
        behaviour=Behaviour(late_receipts=0.1), capabilities=ALL
    )
    again.send(texts)
    on_time = len(again.advance(minutes=59))
    assert on_time / len(texts) == pytest.approx(0.9, abs=0.01)
    assert len(again.advance(hours=13)) == len(texts) - on_time


def test_sent_receipts_come_before_or_after_the_final_one(texts):
    """Out of order at the stated rate, but with times that tell."""
    _, _, events = run(texts, sent_receipts=1.0, reordered=0.25)
    arrivals = defaultdict(list)
    for event in events:
        arrivals[event.provider_id].append(event)
    assert len(arrivals) == len(texts)
    assert all(len(pair) == 2 for pair in arrivals.values())
    reordered = share(
        pair[1].status is DeliveryStatus.SENT for pair in arrivals.values()
    )
    assert reordered == pytest.approx(0.25, abs=0.02)
    for pair in arrivals.values():
        in_time = sorted(pair, key=lambda receipt: receipt.at)
        assert in_time[0].status is DeliveryStatus.SENT
        assert in_time[0].at < in_time[1].at


def test_replies_come_at_their_rate_and_in_their_mix(texts):
    """One reply in ten, half of them a wish for no more texts."""
    mix = ReplyMix(
        stop=3, polite_stop=2, question=0, thanks=5, help=0, emoji=0
    )
    network, _, events = run(texts, replies=0.1, reply_mix=mix, repeated=0.5)
    replies = [e for e in events if isinstance(e, Inbound)]
    people = {e.sender for e in replies}
    assert len(people) / len(texts) == pytest.approx(0.1, abs=0.01)
    assert len(network.stops) / len(people) == pytest.approx(0.5, abs=0.06)
    assert set(network.stops) <= people
    by_id = Counter(e.provider_id for e in replies)
    assert share(n == 2 for n in by_id.values()) == (
        pytest.approx(0.5, abs=0.06)
    )


def test_nobody_answers_what_never_came(texts):
    """Replies follow deliveries, and come after them."""
    network, _, events = run(texts[:2000], replies=1.0, undelivered=0.5)
    delivered = {}
    for event in events:
        if isinstance(event, DeliveryReceipt):
            delivered[event.provider_id] = event
        else:
            receipt = delivered[event.provider_id.replace("reply-", "")]
            assert receipt.status is DeliveryStatus.DELIVERED
            assert receipt.at < event.at
    replies = sum(isinstance(event, Inbound) for event in events)
    ends = Counter(end for (end,) in network.deliveries_by_key.values())
    assert replies == ends[DeliveryStatus.DELIVERED]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rejected": 1.1},
        {"replies": -0.1},
        {"uncertain": float("nan")},
        {"undelivered": 0.6, "expired": 0.6},
        {"delay": timedelta()},
        {"validity": timedelta(-1)},
        {"delay_spread": -1},
        {"delay_spread": 4},
    ],
)
def test_a_behaviour_makes_sense(wrong):
    """Shares are shares, and times are above zero."""
    with pytest.raises(ConfigurationError):
        Behaviour(**wrong)


def test_a_reply_mix_makes_sense():
    """Weights are not below zero, and not all zero."""
    with pytest.raises(ConfigurationError):
        ReplyMix(stop=-1)
    with pytest.raises(ConfigurationError):
        ReplyMix(0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("rates", "chancy"),
    [
        ({}, False),
        ({"delay": timedelta(hours=1)}, False),
        ({"delay_spread": 1}, True),
        ({"expired": 1}, True),
        ({"sent_receipts": 1}, True),
    ],
)
def test_a_behaviour_knows_whether_it_leaves_a_thing_to_chance(rates, chancy):
    """The quick way without draws is taken only where none is needed."""
    assert Behaviour(**rates).chancy is chancy
