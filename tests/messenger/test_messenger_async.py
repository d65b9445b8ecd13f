"""The async messenger does what the other one does, on both event loops."""

import inspect

import anyio
import pytest

import anonsms as sms
from shops import KEYS, OFFER, WORDING, contact, number


@pytest.fixture(params=["asyncio", "trio"])
def loop(request):
    """Run an async story to its end."""

    def run(story):
        return anyio.run(story, backend=request.param)

    return run


def test_the_same_story(tmp_path, loop):
    """Refused, granted, sent, stopped, refused, campaign: all awaited."""

    async def story():
        network = sms.FakeTransport()
        ledger = sms.open_ledger(
            f"sqlite:///{tmp_path}/shop.db", KEYS, clock=network.clock
        )
        shop = sms.AsyncMessenger(network, ledger, originator="MaBoutique")
        zoe, values = number(), {"prenom": "Zoé"}
        offer = {"to": zoe, "purpose": "marketing", "values": values}
        with pytest.raises(sms.NoConsentError):
            await shop.send(OFFER, **offer)
        ledger.grant(zoe, "marketing", wording=WORDING, source="checkout")
        assert (await shop.explain(OFFER, **offer)).allowed
        assert isinstance(await shop.send(OFFER, **offer), sms.Accepted)
        for event in network.drain():
            assert await shop.receive(event) is True
        campaign = shop.campaign("soldes", OFFER, [contact()])
        assert (await campaign.plan()).sendable == 1
        assert (await campaign.run()).newly_texted == 1
        assert (await campaign.run()).newly_texted == 0
        assert (await campaign.report()).texted == 1
        received = await shop.receive_text("STOP", sender=zoe)
        assert received.confirmation is not None
        with pytest.raises(sms.OptedOutError):
            await shop.send(OFFER, **offer)
        assert repr(shop).startswith("<AsyncMessenger")
        assert repr(campaign).startswith("<AsyncCampaign")
        ledger.close()

    loop(story)


def test_same_methods_with_the_same_parameters():
    """Both messengers and both campaigns have the same methods."""

    def methods(kind):
        return {
            name: list(inspect.signature(member).parameters)
            for name, member in vars(kind).items()
            if inspect.isfunction(member)
            and (not name.startswith("_") or name == "__init__")
        }

    assert methods(sms.AsyncMessenger) == methods(sms.Messenger)
    awaited = methods(sms.AsyncCampaign)
    plain = methods(sms.Campaign)
    del awaited["__init__"], plain["__init__"]
    assert awaited == plain
