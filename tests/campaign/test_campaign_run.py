"""A campaign texts those who may be texted, each once, whatever happens."""

import contextlib
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import anonsms as sms
from shops import Shop, contact, number


def agreed(shop, count):
    """That many people who agreed, as contacts."""
    people = [contact(n) for n in range(count)]
    shop.agree(*(p.number for p in people))
    return people


def test_everybody_who_may_be_texted_is_texted_once(tmp_path):
    """Those with consent get one text each, the others none."""
    shop = Shop(tmp_path)
    people = agreed(shop, 250)
    strangers = [contact(n) for n in range(1000, 1050)]
    report = shop.campaign(*people, *strangers).run()
    assert report.newly_texted == report.texted == 250
    assert report.refused == {"consent.none": 50}
    assert all(shop.network.times_sent(p.number) == 1 for p in people)
    assert not any(shop.network.times_sent(p.number) for p in strangers)


def test_a_second_run_sends_nothing(tmp_path):
    """Running the same campaign again reaches nobody."""
    shop = Shop(tmp_path)
    people = agreed(shop, 120)
    shop.campaign(*people).run()
    again = shop.campaign(*people).run()
    assert again.newly_texted == 0
    assert again.refused == {"duplicate.sent": 120}
    assert len(shop.network.accepted) == 120


def test_another_process_goes_on_where_the_first_stopped(tmp_path):
    """A ledger opened anew knows who has had the campaign."""
    shop = Shop(tmp_path)
    people = agreed(shop, 30)
    shop.campaign(*people[:20]).run()
    shop.ledger.close()
    later = Shop(tmp_path, shop.network)
    report = later.campaign(*people).run()
    assert report.newly_texted == 10
    assert report.texted == 30


def test_one_bad_person_never_stops_the_others(tmp_path):
    """Missing and hostile values cost that person's text and no other."""
    shop = Shop(tmp_path)
    good = agreed(shop, 3)
    bad = [
        sms.Contact(number(10), {}),
        sms.Contact(number(11), {"prenom": "Win at http://win.example"}),
        sms.Contact(number(12), {"prenom": object()}),
    ]
    shop.agree(*(p.number for p in bad))
    report = shop.campaign(*bad, *good).run()
    assert report.newly_texted == 3
    assert report.refused == {
        "render.missing-tag": 1,
        "render.unsafe-value": 2,
    }


def test_a_stop_during_the_run_counts(tmp_path):
    """Consent is asked again for each batch, not once at the start."""
    network = sms.FakeTransport(capabilities=sms.Capabilities(batch_size=1))
    shop = Shop(tmp_path, network)
    people = agreed(shop, 3)
    send = network.send

    def send_and_hear(batch):
        outcomes = send(batch)
        if batch[0].number == people[0].number:
            shop.ledger.withdraw(people[2].number, source="link")
        return outcomes

    network.send = send_and_hear
    report = shop.campaign(*people).run()
    assert report.newly_texted == 2
    assert report.refused == {"consent.withdrawn": 1}
    assert not network.times_sent(people[2].number)


@settings(max_examples=15)
@given(
    people=st.integers(1, 12),
    batch=st.integers(1, 5),
    fails=st.lists(
        st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4
    ),
)
def test_nobody_is_texted_twice_through_any_failures(
    tmp_path_factory, people, batch, fails
):
    """Runs that die at any batch, and re-runs, text each person once."""
    network = sms.FakeTransport(
        capabilities=sms.Capabilities(batch_size=batch)
    )
    shop = Shop(tmp_path_factory.mktemp("shop"), network)
    contacts = agreed(shop, people)
    for account_down, taken in fails:
        error = (
            sms.TransportError("down")
            if account_down
            else RuntimeError("broken")
        )
        network.fail_next(error, taken=taken and not account_down)
        with contextlib.suppress(sms.TransportError):
            shop.campaign(*contacts).run()
    last = shop.campaign(*contacts).run()
    sent = [network.times_sent(person.number) for person in contacts]
    assert max(sent) <= 1
    # Whoever got none is in doubt and on the report, not lost.
    assert sent.count(0) <= last.in_doubt
    assert last.texted + last.in_doubt == people


@pytest.mark.parametrize("point", range(8))
def test_killed_at_any_point_texts_nobody_twice(tmp_path, point, monkeypatch):
    """
    A process that dies around a send leaves nobody to be texted twice.

    Each point is a place between the intent and the outcome: before the
    transport, after it, before the outcome is on record, in each batch.
    """

    class KilledError(BaseException):
        """As a kill: no handler of ours runs."""

    network = sms.FakeTransport(capabilities=sms.Capabilities(batch_size=2))
    shop = Shop(tmp_path, network)
    people = agreed(shop, 8)
    send, seen = network.send, iter(range(100))

    def dying(batch):
        if next(seen) == point:
            raise KilledError
        outcomes = send(batch)
        if next(seen) == point:
            raise KilledError
        return outcomes

    monkeypatch.setattr(network, "send", dying)
    with pytest.raises(KilledError):
        shop.campaign(*people).run()
    monkeypatch.undo()
    shop.ledger.close()

    later = Shop(tmp_path, network)
    report = later.campaign(*people).run()
    assert max(network.times_sent(p.number) for p in people) <= 1
    assert report.in_doubt == 2
    assert report.texted == 6
    again = later.campaign(*people).run()
    assert again.newly_texted == 0


def test_same_id_with_another_text_is_refused(tmp_path):
    """An id stands for its text: another one needs another id."""
    shop = Shop(tmp_path)
    person = agreed(shop, 1)
    shop.campaign(*person).run()
    other = sms.Template("Autre chose. STOP au 36123")
    with pytest.raises(sms.CampaignError, match="new id"):
        shop.campaign(*person, template=other).run()


@pytest.mark.parametrize("name", ["", "  ", "~send:1"])
def test_reserved_ids_are_refused(tmp_path, name):
    """Empty ids and those of anonsms itself are refused."""
    with pytest.raises(sms.CampaignError, match="id"):
        Shop(tmp_path).campaign(name=name)


def test_budget_stops_at_its_limits(tmp_path):
    """No more people, money or parts than the shop allowed."""
    shop = Shop(tmp_path)
    people = agreed(shop, 10)
    few = shop.campaign(
        *people, name="a", budget=sms.Budget(max_recipients=4)
    ).run()
    assert (few.newly_texted, few.refused) == (4, {"budget.recipients": 6})
    cheap = shop.campaign(
        *people, name="b", budget=sms.Budget(max_price="0.20")
    ).run()
    assert cheap.newly_texted == 3
    assert cheap.price == Decimal("0.180")
    # What earlier runs used up counts.
    more = shop.campaign(
        *people, name="b", budget=sms.Budget(max_price="0.20")
    ).run()
    assert more.newly_texted == 0


def test_receipts_move_messages_on_and_never_back(tmp_path):
    """Late, repeated and unknown receipts change nothing."""
    shop = Shop(tmp_path)
    [person] = agreed(shop, 1)
    shop.campaign(person).run()
    [[provider_id]] = shop.ledger.store.query(
        "SELECT provider_id FROM anonsms_outbox"
    )

    def receipt(status, of=provider_id):
        return shop.messenger.receive(
            sms.DeliveryReceipt(of, status, shop.network.clock())
        )

    status = sms.DeliveryStatus
    assert receipt(status.SENT) is False
    assert receipt(status.UNDELIVERED) is True
    assert receipt(status.DELIVERED) is True
    assert receipt(status.DELIVERED) is False
    assert receipt(status.EXPIRED) is False
    assert receipt(status.DELIVERED, of="unknown") is False
    assert receipt(status.DELIVERED, of="") is False
    assert shop.campaign(person).report().delivered == 1


@pytest.mark.parametrize("seed", range(3))
def test_report_agrees_with_the_network(tmp_path, seed):
    """After a storm the report counts what the network knows."""
    network = sms.FakeTransport(seed=seed, behaviour="stormy")
    shop = Shop(tmp_path, network)
    people = agreed(shop, 200)
    shop.campaign(*people).run()
    for event in network.drain():
        shop.messenger.receive(event)
    report = shop.campaign(*people).report()
    assert sum(report.states.values()) == 200
    taken = sum(bool(network.times_sent(p.number)) for p in people)
    assert report.texted <= taken <= report.texted + report.in_doubt
    ends = Counter(
        end for copies in network.deliveries_by_key.values() for end in copies
    )
    # Receipts get lost in a storm, and never say what did not happen.
    assert 0 < report.delivered <= ends[sms.DeliveryStatus.DELIVERED]
    for status in ("undelivered", "expired"):
        told = report.states.get(sms.SendState(status), 0)
        assert told <= ends[sms.DeliveryStatus(status)]


def test_transport_that_forgets_an_outcome(tmp_path):
    """A message without an outcome is in doubt, not accepted."""
    shop = Shop(tmp_path)
    people = agreed(shop, 3)
    send = shop.network.send
    shop.network.send = lambda batch: send(batch)[1:]
    report = shop.campaign(*people).run()
    assert (report.texted, report.in_doubt) == (2, 1)


def test_progress_bar_counts_contacts(tmp_path, capsys):
    """The bar goes to stderr and ends at the number of contacts."""
    shop = Shop(tmp_path)
    shop.campaign(*agreed(shop, 5)).run(progress=True)
    assert "5/5" in capsys.readouterr().err
