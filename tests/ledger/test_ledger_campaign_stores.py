"""Campaigns, replies and receipts are the same on SQLite and PostgreSQL."""

import threading
from datetime import timedelta

import pytest

import anonsms as sms
from shops import KEYS, OFFER, Shop, contact, number


class StoreShop(Shop):
    """A shop with its ledger at a URL."""

    def __init__(self, url, network=None, **options):
        self.network = network or sms.FakeTransport()
        self.ledger = sms.open_ledger(url, KEYS, clock=self.network.clock)
        self.messenger = sms.Messenger(
            self.network,
            self.ledger,
            **{"originator": "MaBoutique", "country": "FR", **options},
        )


def network_of(batch_size):
    """A network that takes so many messages a call."""
    return sms.FakeTransport(
        capabilities=sms.Capabilities(batch_size=batch_size)
    )


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """The URL of an empty place."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def opened():
    """Opens shops, and closes them in the end."""
    shops = []

    def open_shop(url, network=None, **options):
        shops.append(StoreShop(url, network, **options))
        return shops[-1]

    yield open_shop
    for shop in shops:
        shop.ledger.close()


def season(shop):
    """A campaign with all that may happen; what was seen of it."""
    network, messenger = shop.network, shop.messenger
    people = [contact(n) for n in range(60)]
    shop.agree(*(p.number for p in people[:50]))
    network.script(people[1].number, answer=sms.Rejection.BAD_NUMBER)
    network.script(people[2].number, answer=sms.Rejection.MONEY)
    network.script(people[3].number, answer=sms.Uncertain("", "no answer"))
    network.script(people[4].number, delivery=sms.DeliveryStatus.UNDELIVERED)
    network.script(people[5].number, reply="STOP")
    network.script(people[6].number, reply="Bonjour")
    shop.ledger.pause(people[7].number, source="staff")
    shop.ledger.suppress(people[8].number, "a hospital", source="staff")
    odd = sms.Contact(people[9].number, {})
    people[9] = odd

    def campaign():
        return shop.campaign(*people, budget=sms.Budget(max_recipients=45))

    plan = campaign().plan()
    seen = [(plan.sendable, plan.parts, plan.price, dict(plan.refused))]
    seen.append(report_of(campaign().run()))
    answers = [messenger.receive(event) for event in network.drain()]
    seen.append(
        sorted(
            str(answer.reply.intent)
            for answer in answers
            if isinstance(answer, sms.Received)
        )
    )
    seen.append(report_of(campaign().report()))
    network.script(people[2].number)  # the account is topped up
    seen.append(report_of(campaign().run()))
    texts = [network.times_sent(p.number) for p in people]
    counts = {
        purpose: shop.ledger.counts(purpose)
        for purpose in ("marketing", "service")
    }
    found = shop.ledger.verify()
    assert found.ok, str(found)
    return [*seen, texts, counts, found.events]


def report_of(report):
    """A report's figures."""
    return (
        dict(report.states),
        dict(report.rejected_because),
        dict(report.refused),
        report.newly_texted,
        report.parts,
        report.price,
    )


def test_a_season_is_the_same_on_both(opened, tmp_path, postgres_url):
    """Plan, run, receipts, replies, report and a second run."""
    here = season(opened(f"sqlite:///{tmp_path}/shop.db"))
    there = season(opened(postgres_url))
    assert here == there
    _, first, replies, after, again, texts, *_ = there
    assert first[3] == 43
    assert replies.count(str(sms.Intent.OPT_OUT)) == 1
    assert after[0][sms.SendState.UNDELIVERED] == 1
    assert again[3] == 2
    assert max(texts) == 2  # the stop is confirmed
    assert texts[1] == texts[7] == texts[8] == texts[9] == texts[55] == 0


def test_a_stop_counts_in_another_shop_process(place, opened):
    """What one process receives, the campaign of another one heeds."""
    shop = opened(place)
    desk = opened(place, shop.network)
    shop.agree(number(1), number(2))
    desk.messenger.receive_text("ARRÊT svp", sender=number(1))
    report = shop.campaign(contact(1), contact(2)).run()
    assert report.newly_texted == 1
    assert report.refused == {"consent.withdrawn": 1}
    with pytest.raises(sms.OptedOutError):
        shop.offer(number(1))


def test_two_processes_keep_one_budget(place, opened):
    """A second run inside the first one shares its limits."""
    network = network_of(1)
    shop, other = opened(place, network), opened(place, network)
    people = [contact(n) for n in range(12)]
    shop.agree(*(p.number for p in people))
    budget = sms.Budget(max_recipients=5)
    send, nested = network.send, []

    def send_beside_another(batch):
        if not nested:
            nested.append(True)
            other.campaign(*people, budget=budget).run()
        return send(batch)

    network.send = send_beside_another
    shop.campaign(*people, budget=budget).run()
    report = other.campaign(*people).report()
    assert report.texted + report.in_doubt == 5
    assert len(network.accepted) <= 5


def test_runs_at_the_same_moment_keep_one_budget(place, opened):
    """Four runs in parallel text each person once, and five of them."""
    shops = [opened(place, network_of(2)) for _ in range(4)]
    people = [contact(n) for n in range(30)]
    shops[0].agree(*(p.number for p in people))
    budget = sms.Budget(max_recipients=17, max_price="100")
    start, failures = threading.Barrier(4), []

    def run(shop, order):
        start.wait(20)
        try:
            shop.campaign(*order, budget=budget).run()
        except Exception as error:  # noqa: BLE001  # shown below
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(shop, people[:: 1 - 2 * (i % 2)]))
        for i, shop in enumerate(shops)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    sent = [
        sum(shop.network.times_sent(p.number) for shop in shops)
        for p in people
    ]
    assert max(sent) == 1
    assert sum(sent) == 17
    report = shops[0].campaign(*people).report()
    assert report.texted + report.in_doubt == 17


def test_rejected_texts_give_their_budget_back_in_parallel(place, opened):
    """What the provider refused is counted back by each of two runs."""
    shops = [opened(place, network_of(3)) for _ in range(2)]
    people = [contact(n) for n in range(24)]
    shops[0].agree(*(p.number for p in people))
    for shop in shops:
        for person in people[::3]:
            shop.network.script(person.number, answer=sms.Rejection.BAD_NUMBER)
    threads = [
        threading.Thread(
            target=lambda shop: shop.campaign(*people).run(), args=(shop,)
        )
        for shop in shops
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    report = shops[0].campaign(*people).report()
    assert (report.texted, report.rejected) == (16, 8)
    [[used]] = shops[0].ledger.store.query(
        "SELECT recipients FROM anonsms_campaign"
    )
    assert used == 16


def test_one_stop_delivered_often_is_confirmed_once(place, opened):
    """Webhooks repeat themselves, to several processes at a time."""
    network = sms.FakeTransport()
    shops = [opened(place, network) for _ in range(4)]
    people = [number(n) for n in range(5)]
    start, failures = threading.Barrier(4), []

    def deliver(shop):
        start.wait(20)
        try:
            for person in people:
                shop.messenger.receive_text("STOP", sender=person)
        except Exception as error:  # noqa: BLE001  # shown below
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(s,)) for s in shops]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert {network.times_sent(person) for person in people} == {1}
    assert shops[0].ledger.verify().ok


def test_a_send_waits_for_no_one_elses_order(opened, postgres_url):
    """An open order of the shop's keeps no text from being sent."""
    psycopg = pytest.importorskip("psycopg")
    shop = opened(postgres_url)
    shop.agree(number(1), number(2))
    with psycopg.connect(postgres_url) as order:
        order.execute("SELECT 1")  # opens the shop's transaction
        inside = shop.ledger.within(order)
        inside.withdraw(number(1), source="account")
        assert isinstance(shop.offer(number(2)), sms.Accepted)
        planned = shop.campaign(contact(1), contact(2)).plan()
        assert planned.sendable == 2
    shop.network.advance(timedelta(minutes=1))
    assert (
        shop.messenger.explain(
            OFFER, to=number(1), purpose="marketing", values={"prenom": "Zoé"}
        ).rule
        == "consent.withdrawn"
    )
