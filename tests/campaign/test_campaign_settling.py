"""What is in doubt is settled with the provider, and nobody texted twice."""

from datetime import timedelta

import pytest

import anonsms as sms
from anonsms.testing import Fault, SmsapiServer, TwilioServer, no_waiting
from anonsms.testing.servers.smsapi import TOKEN
from anonsms.transport import waiting
from shops import KEYS, OFFER, PARCEL, Shop, contact, number


def season(shop, count=6, taken=3):
    """A campaign of which all answers are lost, and some texts with them."""
    people = [contact(n) for n in range(count)]
    shop.agree(*(p.number for p in people))
    lost = sms.Uncertain("", "read timed out")
    for n in range(count):
        shop.network.fail_next(lost, taken=n < taken)
    campaign = shop.campaign(*people)
    assert campaign.run().in_doubt == count
    return campaign


def test_doubts_are_settled_by_the_providers_records(tmp_path):
    """What left is accepted; what did not is sent by the next run."""
    shop = Shop(tmp_path)
    campaign = season(shop)
    report = campaign.settle()
    assert (report.texted, report.in_doubt) == (3, 0)
    assert campaign.run().newly_texted == 3
    texted = [out.number for out in shop.network.accepted]
    assert len(texted) == len(set(texted)) == 6


def test_receipts_find_what_was_settled(tmp_path):
    """The provider's id is on record from then on."""
    shop = Shop(tmp_path)
    campaign = season(shop)
    campaign.settle()
    for event in shop.network.drain():
        shop.messenger.receive(event)
    assert campaign.report().delivered == 3


def test_nothing_in_doubt_asks_nobody(tmp_path):
    """And says so by changing nothing."""
    shop = Shop(tmp_path)
    shop.agree(number())
    campaign = shop.campaign(contact())
    campaign.run()
    before = str(campaign.report())
    assert str(campaign.settle()) == before


def test_a_transport_that_cannot_be_asked_says_so(tmp_path):
    """Receipts settle doubts too."""

    class Deaf:
        name = "deaf"
        capabilities = sms.Capabilities(simulated=True)

        def send(self, batch):
            return [sms.Uncertain(each.key, "lost") for each in batch]

    with sms.open_ledger("sqlite://", KEYS) as ledger:
        shop = sms.Messenger(Deaf(), ledger, originator="MaBoutique")
        campaign = shop.campaign(
            "colis", PARCEL, [contact(colis="7")], purpose="service"
        )
        campaign.run()
        with pytest.raises(sms.ConfigurationError, match="cannot ask"):
            campaign.settle()


@pytest.mark.parametrize(
    "failure",
    [
        sms.TransportError("to +33 6 39 98 12 34: no"),
        KeyError("+33639981234"),
    ],
)
def test_a_provider_that_cannot_be_asked_settles_nothing(tmp_path, failure):
    """And its error shows no number."""
    shop = Shop(tmp_path)
    campaign = season(shop)

    def fail(*_, **__):
        raise failure

    shop.network.reconcile = fail
    with pytest.raises(sms.TransportError) as caught:
        campaign.settle()
    assert "12 34" not in str(caught.value)
    assert campaign.report().in_doubt == 6


@pytest.mark.parametrize("answers", [[None], ["x"], 7])
def test_answers_that_are_none_settle_nothing(tmp_path, answers):
    """A stranger's transport may return anything."""
    shop = Shop(tmp_path)
    campaign = season(shop)
    shop.network.reconcile = lambda *_, **__: answers
    with pytest.raises(sms.TransportError, match="no outcome"):
        campaign.settle()
    assert campaign.report().in_doubt == 6


def test_known_ids_and_the_time_are_told(tmp_path):
    """Another message's record must not settle this one."""
    shop = Shop(tmp_path)
    first = season(shop, count=1, taken=1)
    other = shop.campaign(contact(0), name="autre").run()
    assert other.texted == 1
    asked = {}

    def note(messages, since, *, final, known):
        asked.update(since=since, final=final, known=list(known))
        return [sms.Uncertain(each.key, "not yet") for each in messages]

    shop.network.reconcile = note
    begun = shop.network.clock()
    shop.network.advance(minutes=20)
    assert first.settle(final=True).in_doubt == 1
    [_, accepted] = shop.network.accepted
    assert asked == {
        "since": begun,
        "final": True,
        "known": [f"fake-1-{accepted.key}"],
    }


def test_who_left_meanwhile_is_not_handed_over_again(tmp_path):
    """A provider that is asked by repeating is asked through the gate."""
    network = sms.FakeTransport(
        capabilities=sms.Capabilities(
            batch_size=10, idempotent_for=timedelta(hours=12)
        )
    )
    shop = Shop(tmp_path, network)
    campaign = season(shop, count=2, taken=0)
    shop.messenger.receive_text("STOP", sender=number(0))
    asked = []
    network.reconcile = lambda messages, *_, **__: [
        asked.append(each.number) or sms.Accepted(each.key, "x")
        for each in messages
    ]
    assert campaign.settle().in_doubt == 1
    assert asked == [number(1)]


def test_async_code_settles_too(tmp_path):
    """The same, awaited."""
    anyio = pytest.importorskip("anyio")
    shop = Shop(tmp_path)
    season(shop)
    messenger = sms.AsyncMessenger(
        shop.network, shop.ledger, originator="MaBoutique"
    )
    people = [contact(n) for n in range(6)]
    campaign = messenger.campaign("soldes", OFFER, people)
    assert anyio.run(campaign.settle).texted == 3


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("by_key", [True, False])
def test_over_the_wire_nobody_gets_two(by_key, taken):
    """Twilio by its list, SMSAPI by repeating: doubts end, texts do not."""
    server = SmsapiServer() if by_key else TwilioServer()
    with no_waiting(), sms.open_ledger("sqlite://", KEYS) as ledger, server:
        transport = (
            sms.SmsapiTransport(TOKEN, base_url=server.url)
            if by_key
            else sms.TwilioTransport(
                server.account_sid, server.auth_token, base_url=server.url
            )
        )
        with transport:
            shop = sms.Messenger(transport, ledger, originator="MaBoutique")
            people = [contact(n, colis="7") for n in range(4)]
            campaign = shop.campaign(
                "colis", PARCEL, people, purpose="service"
            )
            # As often as the engine repeats what may be repeated.
            server.fail(Fault.SERVER_ERROR, times=5, taken=taken)
            assert campaign.run().in_doubt == 4
            server.recover()
            waiting.sleep(60)  # the breaker; nobody waits in a test
            assert campaign.settle(final=True).in_doubt == 0
            report = campaign.run()
            texted = [each.number for each in server.accepted]
            assert len(texted) == len(set(texted)) == report.texted == 4


@pytest.mark.parametrize(
    "failure",
    [sms.LostAnswerError("no answer in time"), KeyError("oops")],
)
def test_a_batch_that_may_have_left_is_never_sent_again(tmp_path, failure):
    """Whatever a transport raises, but that nothing has left."""
    shop = Shop(tmp_path)
    people = [contact(n) for n in range(3)]
    shop.agree(*(p.number for p in people))
    shop.network.fail_next(failure, taken=True)
    campaign = shop.campaign(*people)
    with pytest.raises(sms.TransportError):
        campaign.run()
    assert campaign.run().newly_texted == 0
    assert len(shop.network.accepted) == 3


def test_a_batch_that_never_left_is_sent_again(tmp_path):
    """An empty account, or no connection."""
    shop = Shop(tmp_path)
    shop.agree(number())
    shop.network.fail_next(sms.NeverLeftError("connection refused"))
    campaign = shop.campaign(contact())
    with pytest.raises(sms.TransportError):
        campaign.run()
    assert campaign.run().newly_texted == 1
