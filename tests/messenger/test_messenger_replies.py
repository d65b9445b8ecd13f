"""Replies: an opt-out counts at once, is confirmed once, and stays."""

from datetime import timedelta

import pytest

import anonsms as sms
from shops import WORDING, Shop, number


@pytest.mark.parametrize("text", ["STOP", "stop.", "ARRÊT svp", "wypisz mnie"])
def test_stop_in_any_wording_is_recorded_with_its_rule(tmp_path, text):
    """The withdrawal is in the ledger, with the rule that read it."""
    shop, zoe = Shop(tmp_path), number()
    shop.agree(zoe)
    received = shop.messenger.receive_text(text, sender=zoe)
    [event] = received.events
    assert event.kind is sms.EventKind.WITHDRAWAL
    assert event.rule == received.reply.rule
    assert shop.ledger.state(zoe, "marketing").status is sms.Status.WITHDRAWN


def test_confirmation_comes_once_for_each_leaving(tmp_path):
    """STOP three times gets one answer; leaving again later gets one too."""
    shop, zoe = Shop(tmp_path), number()
    for _ in range(3):
        shop.messenger.receive_text("STOP", sender=zoe)
    assert shop.network.times_sent(zoe) == 1
    shop.network.advance(days=1)
    shop.ledger.grant(zoe, "marketing", wording=WORDING, source="checkout")
    shop.network.advance(days=1)
    shop.messenger.receive_text("STOP", sender=zoe)
    assert shop.network.times_sent(zoe) == 2


def test_confirmation_speaks_the_language_of_the_reply(tmp_path):
    """A Polish goodbye is confirmed in Polish, by the shop's name."""
    shop, zoe = Shop(tmp_path), number()
    shop.messenger.receive_text("wypisz mnie", sender=zoe)
    [text] = shop.texts_to(zoe)
    assert "MaBoutique" in text
    assert text == sms.confirmation("pl", "FR", "MaBoutique")


def test_no_confirmation_when_the_provider_confirms(tmp_path):
    """Where the provider answers STOP itself, we stay silent."""
    network = sms.FakeTransport(
        capabilities=sms.Capabilities(answers_stop=True)
    )
    shop, zoe = Shop(tmp_path, network), number()
    received = shop.messenger.receive_text("STOP", sender=zoe)
    assert received.events
    assert received.confirmation is None
    assert not network.accepted


def test_no_confirmation_to_a_suppressed_number(tmp_path):
    """A suppressed number gets no text at all, not even this one."""
    shop, zoe = Shop(tmp_path), number()
    shop.ledger.suppress(zoe, "complaint", source="staff")
    received = shop.messenger.receive_text("STOP", sender=zoe)
    assert received.events
    assert received.confirmation is None
    assert received.decision.rule == "suppression"


def test_opt_out_holds_when_the_confirmation_cannot_be_sent(tmp_path):
    """The withdrawal is durable before the confirmation is tried."""
    shop, zoe = Shop(tmp_path), number()
    shop.agree(zoe)
    shop.network.up = False
    received = shop.messenger.receive_text("STOP", sender=zoe)
    assert received.failure
    assert shop.ledger.state(zoe, "marketing").status is sms.Status.WITHDRAWN


def test_doubtful_reply_pauses_until_somebody_has_read_it(tmp_path):
    """What may have been a stop holds marketing back; resume() ends that."""
    shop, zoe = Shop(tmp_path), number()
    shop.agree(zoe)
    received = shop.messenger.receive_text("top", sender=zoe)
    assert received.reply.intent is sms.Intent.REVIEW
    with pytest.raises(sms.OptedOutError, match="perhaps an opt-out"):
        shop.offer(zoe)
    assert not shop.network.accepted
    shop.network.advance(minutes=1)
    shop.ledger.resume(zoe, source="staff")
    assert isinstance(shop.offer(zoe), sms.Accepted)


def test_small_talk_changes_nothing(tmp_path):
    """A question is left to people; nothing is recorded or sent."""
    shop, zoe = Shop(tmp_path), number()
    received = shop.messenger.receive_text(
        "Où est mon colis ? Merci", sender=zoe
    )
    assert received.events == ()
    assert shop.ledger.history(zoe) == []
    assert not shop.network.accepted


def test_yes_of_somebody_who_never_left_grants_nothing(tmp_path):
    """A bare yes is no consent: it may answer anything."""
    shop, zoe = (
        Shop(tmp_path, opt_in_wording=WORDING, opt_in_policy="3"),
        number(),
    )
    assert shop.messenger.receive_text("OUI", sender=zoe).events == ()
    assert not shop.ledger.state(zoe, "marketing").given


def test_start_after_stop_grants_only_with_a_wording(tmp_path):
    """START lifts a stop where the shop said what START means."""
    for wording, given in ((None, False), (WORDING, True)):
        folder = tmp_path / str(given)
        folder.mkdir()
        shop, zoe = (
            Shop(folder, opt_in_wording=wording, opt_in_policy="3"),
            number(),
        )
        shop.messenger.receive_text("STOP", sender=zoe)
        shop.network.advance(hours=1)
        received = shop.messenger.receive_text("START", sender=zoe)
        kinds = [event.kind for event in received.events]
        assert kinds[0] is sms.EventKind.REOPENED
        assert (sms.EventKind.GRANT in kinds) is given
        assert shop.ledger.state(zoe, "marketing").given is given


def test_start_after_stop_all_reopens_service_texts(tmp_path):
    """Who stopped everything and texts START gets parcel news again."""
    shop, zoe = Shop(tmp_path), number()
    shop.messenger.receive_text("STOP ALL", sender=zoe)
    shop.network.advance(hours=1)
    received = shop.messenger.receive_text("START", sender=zoe)
    assert received.events[0].kind is sms.EventKind.REOPENED
    assert shop.ledger.state(zoe, "service").status is not sms.Status.WITHDRAWN
    assert not shop.ledger.state(zoe, "marketing").given


def test_a_late_reply_still_stops_the_next_text(tmp_path):
    """A STOP that was long under way counts from when it reached us."""
    shop, zoe = Shop(tmp_path), number()
    written = shop.network.clock() - timedelta(days=2)
    shop.agree(zoe)
    shop.messenger.receive(sms.Inbound(zoe, sms.MessageText("STOP"), written))
    with pytest.raises(sms.OptedOutError):
        shop.offer(zoe)


def test_received_shows_the_mask_only(tmp_path):
    """The repr tells intent and rule, not who wrote what."""
    shop, zoe = Shop(tmp_path), number()
    shown = repr(shop.messenger.receive_text("ARRÊT svp", sender=zoe))
    assert "•••••••34" in shown
    assert "svp" not in shown
    assert "confirmed" in shown


def test_own_name_counts_as_addressed(tmp_path):
    """'STOP MaBoutique' is a stop: the shop's own name is no riddle."""
    shop, zoe = Shop(tmp_path), number()
    received = shop.messenger.receive_text("Stop MaBoutique", sender=zoe)
    assert received.reply.intent is sms.Intent.OPT_OUT
