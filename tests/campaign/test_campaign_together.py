"""Several runs, threads and failures at once keep the promises."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import anonsms as sms
from leakscan import leaks
from shops import KEYS, OFFER, PARCEL, WORDING, Shop, contact, number


def agreed(shop, count):
    """That many people who agreed, as contacts."""
    people = [contact(n) for n in range(count)]
    shop.agree(*(p.number for p in people))
    return people


def one_at_a_time():
    """A network that takes one message a call."""
    return sms.FakeTransport(capabilities=sms.Capabilities(batch_size=1))


def test_two_runs_at_once_keep_one_budget(tmp_path):
    """A second run inside the first one shares its limits."""
    network = one_at_a_time()
    shop = Shop(tmp_path, network)
    people = agreed(shop, 12)
    budget = sms.Budget(max_recipients=5, max_price="0.40")
    send, nested = network.send, []

    def send_beside_another(batch):
        if not nested:
            nested.append(True)
            shop.campaign(*people, budget=budget).run()
        return send(batch)

    network.send = send_beside_another
    shop.campaign(*people, budget=budget).run()
    report = shop.campaign(*people).report()
    assert report.texted + report.in_doubt == 5
    assert report.price == Decimal("0.300")


def test_rejected_texts_give_their_budget_back(tmp_path):
    """What the provider refused costs nothing and leaves room."""
    shop = Shop(tmp_path, one_at_a_time())
    people = agreed(shop, 4)
    shop.network.script(people[0].number, answer=sms.Rejection.BAD_NUMBER)
    budget = sms.Budget(max_recipients=3)
    report = shop.campaign(*people, budget=budget).run()
    assert (report.newly_texted, report.rejected) == (3, 1)


@pytest.mark.parametrize(
    ("reason", "again", "rule"),
    [
        (sms.Rejection.MONEY, 3, ""),
        (sms.Rejection.ACCOUNT, 3, ""),
        (sms.Rejection.ORIGINATOR, 3, ""),
        (sms.Rejection.BAD_NUMBER, 0, "duplicate.rejected"),
        (sms.Rejection.CONTENT, 0, "duplicate.rejected"),
        (sms.Rejection.OPTED_OUT, 0, "consent.withdrawn"),
    ],
)
def test_faults_of_the_shop_may_be_tried_again(tmp_path, reason, again, rule):
    """
    After an empty account people are texted; a bad number stays bad.

    Whom the provider blocks, because they left, has left here too.
    """
    shop = Shop(tmp_path)
    people = agreed(shop, 3)
    for person in people:
        shop.network.script(person.number, answer=reason)
    first = shop.campaign(*people).run()
    assert (first.newly_texted, first.rejected) == (0, 3)
    # A second shop: the account is topped up.
    shop.ledger.close()
    later = Shop(tmp_path)
    report = later.campaign(*people).run()
    assert report.newly_texted == again
    assert report.refused == ({rule: 3} if rule else {})


def test_account_error_beside_a_second_run_is_taken_back(tmp_path):
    """Intents that a second run found open are still taken back."""
    network = one_at_a_time()
    shop = Shop(tmp_path, network)
    people = agreed(shop, 1)
    send, nested = network.send, []

    def fail_beside_another(batch):
        if not nested:
            nested.append(True)
            shop.campaign(*people).run()
            raise sms.TransportError("no account")
        return send(batch)

    network.send = fail_beside_another
    with pytest.raises(sms.TransportError):
        shop.campaign(*people).run()
    assert shop.campaign(*people).run().newly_texted == 1
    assert network.times_sent(people[0].number) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda batch: None,
        lambda batch: [None],
        lambda batch: [sms.Rejected(m.key, "nonsense") for m in batch],
        lambda batch: [sms.Accepted(m.key, None) for m in batch],
        lambda batch: [sms.Accepted(m.key, "\ud800") for m in batch],
        lambda batch: ["accepted"],
    ],
)
def test_nonsense_of_a_transport_is_in_doubt(tmp_path, answer):
    """Whatever a stranger's transport answers, the rows are settled."""
    shop = Shop(tmp_path)
    people = agreed(shop, 2)
    shop.network.send = answer
    with pytest.raises(sms.TransportError, match="broke with"):
        shop.campaign(*people).run()
    report = shop.campaign(*people).report()
    assert report.states == {sms.SendState.IN_DOUBT: 2}


@pytest.mark.parametrize("kind", [sms.TransportError, ValueError])
def test_what_a_stranger_says_carries_no_number_out(tmp_path, kind):
    """Texts and contexts of a transport's errors are scrubbed."""
    shop = Shop(tmp_path)
    [person] = agreed(shop, 1)

    def telling(batch):
        raise kind("cannot reach +999 12 34 56 78 (code 30003)")

    shop.network.send = telling
    with pytest.raises(sms.TransportError) as caught:
        shop.campaign(person).run()
    assert "12 34" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_nothing_is_sent_inside_a_transaction(tmp_path):
    """A text cannot be rolled back, so it does not leave before commit."""
    shop = Shop(tmp_path)
    people = agreed(shop, 1)
    for act in (
        lambda: shop.campaign(*people).run(),
        lambda: shop.offer(people[0].number),
        lambda: shop.messenger.receive_text("STOP", people[0].number),
    ):
        with (
            pytest.raises(sms.ConfigurationError, match="after the trans"),
            shop.ledger.store.transaction(),
        ):
            act()
    assert not shop.network.accepted


def test_restricted_ring_plans_and_does_not_send(tmp_path):
    """Who cannot record an opt-out may ask and count, and texts nobody."""
    shop = Shop(tmp_path)
    people = agreed(shop, 2)
    shop.ledger.close()
    ledger = sms.open_ledger(
        f"sqlite:///{tmp_path}/shop.db",
        KEYS.restrict("index"),
        clock=shop.network.clock,
    )
    asked = sms.Messenger(shop.network, ledger, originator="MaBoutique")
    campaign = asked.campaign("soldes", OFFER, people)
    assert campaign.plan().sendable == 2
    with pytest.raises(sms.ConfigurationError, match="opt-out"):
        campaign.run()
    assert not shop.network.accepted
    ledger.close()


def test_threads_confirm_one_stop_once(tmp_path):
    """The same STOP delivered eight times at once gets one answer."""
    shop = Shop(tmp_path)
    ledger = sms.open_ledger(
        f"sqlite:///{tmp_path}/threads.db",
        KEYS,
        clock=lambda: datetime.now(UTC),
    )
    messenger = sms.Messenger(shop.network, ledger, originator="MaBoutique")
    people = [number(n) for n in range(10)]
    start = threading.Barrier(8)

    def deliver():
        start.wait()
        for person in people:
            messenger.receive_text("STOP", sender=person)

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {shop.network.times_sent(p) for p in people} == {1}
    ledger.close()


def test_another_currency_needs_another_id(tmp_path):
    """Money in two currencies is never added up."""
    shop = Shop(tmp_path)
    people = agreed(shop, 2)
    shop.campaign(*people[:1]).run()
    zloty = sms.PriceTable(
        {"FR": "0.30"}, "PLN", datetime(2026, 3, 1, tzinfo=UTC).date(), "x"
    )
    other = sms.Messenger(
        shop.network, shop.ledger, originator="MaBoutique", prices=zloty
    )
    with pytest.raises(sms.CampaignError, match="currency"):
        other.campaign("soldes", OFFER, people).run()


def test_reply_word_needs_a_transport_that_hears_replies(tmp_path):
    """'Reply STOP' is no way out where no reply can arrive."""
    deaf = sms.FakeTransport(capabilities=sms.Capabilities(replies=False))
    shop = Shop(tmp_path, deaf, originator="36123")
    shop.agree(number())
    spoken = sms.Template("-20 %. Reply STOP to opt out")
    with pytest.raises(sms.NoWayOutError, match="No reply reaches you"):
        shop.offer(number(), template=spoken)
    varied = sms.Template("-20 %. Reply STOP to opt out, {{ prenom }}")
    with pytest.raises(sms.NoWayOutError):
        shop.offer(number(), template=varied)
    assert isinstance(shop.offer(number()), sms.Accepted)


def test_keys_are_not_kept_as_they_are(tmp_path):
    """A key made from a number stands in the database as its stand-in."""
    shop, zoe = Shop(tmp_path), number()
    options = {
        "template": PARCEL,
        "purpose": "service",
        "values": {"colis": "1"},
        "key": f"parcel-{zoe.reveal()}",
    }
    shop.offer(zoe, **options)
    with pytest.raises(sms.DuplicateError):
        shop.offer(zoe, **options)
    explained = shop.messenger.explain(
        PARCEL,
        to=zoe,
        purpose="service",
        values={"colis": "1"},
        key=options["key"],
    )
    assert explained.rule == "duplicate.sent"
    [[box]] = shop.ledger.store.query("SELECT campaign FROM anonsms_outbox")
    assert leaks(box) == []


def test_stop_repeats_of_start_and_late_starts(tmp_path):
    """A START that is delivered again does not undo a newer STOP."""
    shop = Shop(tmp_path, opt_in_wording=WORDING, opt_in_policy="3")
    zoe, network = number(), shop.network
    shop.messenger.receive_text("STOP", sender=zoe)
    network.advance(minutes=1)
    start = sms.Inbound(zoe, sms.MessageText("START"), network.clock())
    assert shop.messenger.receive(start).events
    assert shop.ledger.state(zoe, "marketing").given
    network.advance(minutes=1)
    shop.messenger.receive_text("STOP", sender=zoe)
    network.advance(minutes=10)
    assert shop.messenger.receive(start).events == ()
    assert not shop.ledger.state(zoe, "marketing").given


def test_five_stops_on_a_dead_network(tmp_path):
    """Opt-outs count although not one of them can be confirmed."""
    shop = Shop(tmp_path)
    people = agreed(shop, 5)
    shop.network.up = False
    for person in people:
        received = shop.messenger.receive_text("STOP", sender=person.number)
        assert received.confirmation is None
        assert "down" in received.failure
    states = shop.ledger.states([p.number for p in people], "marketing")
    assert {state.status for state in states} == {sms.Status.WITHDRAWN}


def test_wrong_types_are_refused_with_a_remedy(tmp_path):
    """The commonest slips get an error of ours that says what to pass."""
    shop = Shop(tmp_path)
    with pytest.raises(sms.InvalidNumberError, match=r"PhoneNumber\.parse"):
        shop.offer("+33" + "639981234")
    with pytest.raises(sms.InvalidNumberError, match=r"PhoneNumber\.parse"):
        shop.messenger.receive_text("STOP", sender="x")
    with pytest.raises(sms.ConfigurationError, match="receive_text"):
        shop.messenger.receive("STOP")
    with pytest.raises(sms.CampaignError, match="read_contacts"):
        shop.campaign({"phone": "x"})
    with pytest.raises(sms.ConfigurationError, match="open_ledger"):
        sms.Messenger(shop.network, "sqlite://", originator="Shop")
    with pytest.raises(sms.ConfigurationError, match="instance"):
        sms.Messenger(sms.FakeTransport, shop.ledger, originator="Shop")
    with pytest.raises(sms.ConfigurationError, match="short code"):
        Shop(tmp_path / "..", originator=36123)


def test_grant_ahead_of_our_clock_does_not_beat_a_stop(tmp_path):
    """A web server's fast clock cannot make a STOP come too early."""
    shop, zoe = Shop(tmp_path), number()
    ahead = shop.network.clock() + timedelta(minutes=4)
    shop.ledger.grant(
        zoe, "marketing", wording=WORDING, source="checkout", at=ahead
    )
    shop.network.advance(minutes=1)
    shop.messenger.receive_text("STOP", sender=zoe)
    with pytest.raises(sms.OptedOutError):
        shop.offer(zoe)
