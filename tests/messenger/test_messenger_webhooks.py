"""What providers tell by webhook, and their own opt-outs."""

import logging
from datetime import timedelta

import pytest

import anonsms as sms
from shops import OFFER, WORDING, Shop, contact, number


OK = sms.WebhookReply(200, "OK")


class Calling(sms.FakeTransport):
    """A fake network that calls back, and knows a password."""

    webhook_reply = OK

    def __init__(self, *events, **options):
        super().__init__(**options)
        self.events = list(events)

    def parse_webhook(self, request):
        if request.body != b"sesame":
            raise sms.ForgedWebhookError("The password is wrong.")
        return self.events


def call(body=b"sesame"):
    """A provider's call."""
    return sms.WebhookRequest("POST", "/hooks", {}, body)


def test_a_call_is_taken_in_and_answered(tmp_path):
    """All it told is on record when the answer is returned."""
    network = Calling()
    shop = Shop(tmp_path, network)
    shop.agree(number())
    accepted = shop.offer(number())
    network.events = [
        sms.DeliveryReceipt(
            accepted.provider_id, sms.DeliveryStatus.DELIVERED, network.clock()
        ),
        sms.Inbound(number(), sms.MessageText("STOP"), network.clock()),
    ]
    assert shop.messenger.receive_webhook(call()) == OK
    state = shop.ledger.state(number(), "marketing")
    assert state.status is sms.Status.WITHDRAWN
    assert shop.ledger.store.query(
        "SELECT state FROM anonsms_outbox WHERE campaign LIKE '~send%'"
    ) == [("delivered",)]


def test_a_forged_call_changes_nothing_and_says_why(tmp_path, caplog):
    """The log tells who set it up; the answer tells nothing."""
    network = Calling(
        sms.Inbound(
            number(), sms.MessageText("STOP"), sms.FakeTransport().clock()
        )
    )
    shop = Shop(tmp_path, network)
    shop.agree(number())
    with caplog.at_level(logging.WARNING, "anonsms.messenger"):
        reply = shop.messenger.receive_webhook(call(b"guess"))
    assert (reply.status, reply.body) == (403, "refused")
    assert "The password is wrong." in caplog.text
    state = shop.ledger.state(number(), "marketing")
    assert state.status is sms.Status.GIVEN


def test_a_transport_without_webhooks_says_so(tmp_path):
    """Nobody wonders why nothing ever arrives."""
    shop = Shop(tmp_path)
    with pytest.raises(sms.ConfigurationError, match="parse_webhook"):
        shop.messenger.receive_webhook(call())


def test_async_code_takes_calls_too(tmp_path):
    """The same call, awaited."""
    anyio = pytest.importorskip("anyio")
    network = Calling()
    shop = Shop(tmp_path, network)
    messenger = sms.AsyncMessenger(
        network, shop.ledger, originator="MaBoutique"
    )
    assert anyio.run(messenger.receive_webhook, call()) == OK


@pytest.mark.parametrize(
    ("everything", "service"),
    [(False, sms.Status.UNKNOWN), (True, sms.Status.WITHDRAWN)],
)
def test_a_providers_own_opt_out_counts(tmp_path, everything, service):
    """By its link or keyword; for all texts if it blocks them all."""
    shop = Shop(tmp_path)
    shop.agree(number())
    left = sms.ProviderOptOut(
        number(), shop.network.clock(), "STOP", everything=everything
    )
    event = shop.messenger.receive(left)
    assert (event.source, event.rule) == ("provider", "fake.stop")
    ledger = shop.ledger
    assert ledger.state(number(), "marketing").status is sms.Status.WITHDRAWN
    assert ledger.state(number(), "service").status is service


def test_a_list_of_opt_outs_may_be_read_again(tmp_path):
    """What is on record already is not recorded again."""
    shop = Shop(tmp_path)
    shop.agree(number())
    left = sms.ProviderOptOut(number(), shop.network.clock())
    assert shop.messenger.receive(left) is not None
    shop.network.advance(days=1)
    assert shop.messenger.receive(left) is None
    assert len(shop.ledger.history(number())) == 2


def test_an_old_opt_out_does_not_undo_a_newer_yes(tmp_path):
    """It is on record at its own time; the newer evidence counts."""
    shop = Shop(tmp_path)
    left = sms.ProviderOptOut(
        number(), shop.network.clock() - timedelta(days=9)
    )
    shop.ledger.grant(
        number(), "marketing", wording=WORDING, source="checkout"
    )
    assert shop.messenger.receive(left).at == left.at
    state = shop.ledger.state(number(), "marketing")
    assert state.status is sms.Status.GIVEN


def test_a_receipt_that_tells_of_a_block_stops_everything(tmp_path):
    """The provider names no number; the outbox knows whose it was."""
    shop = Shop(tmp_path)
    shop.agree(number())
    accepted = shop.offer(number())
    shop.messenger.receive(
        sms.DeliveryReceipt(
            accepted.provider_id,
            sms.DeliveryStatus.UNDELIVERED,
            shop.network.clock(),
            code="30004",
            reason=sms.Rejection.OPTED_OUT,
        )
    )
    [*_, event] = shop.ledger.history(number())
    assert (event.rule, event.scope) == ("fake.30004", sms.Scope.ALL)
    state = shop.ledger.state(number(), "service")
    assert state.status is sms.Status.WITHDRAWN
    assert not shop.ledger.stop_known(
        shop.ledger.token(number()), rule="fake.30004"
    )


def test_a_block_of_somebody_unknown_is_no_error(tmp_path):
    """Nobody of that token is on record: there is nothing to write to."""
    shop = Shop(tmp_path)
    assert not shop.ledger.stop_known(b"x" * 16, rule="fake.30004")


def test_what_the_provider_answered_is_not_answered_again(tmp_path):
    """One confirmation, never two, reply by reply."""
    shop = Shop(tmp_path)
    now = shop.network.clock()
    text = sms.MessageText("STOP")
    answered = sms.Inbound(number(), text, now, answered=True)
    received = shop.messenger.receive(answered)
    assert received.events
    assert received.confirmation is None
    assert not shop.texts_to(number())


def test_marketing_over_a_provider_that_forbids_it_is_refused(tmp_path):
    """Its terms are told before anything is planned."""
    network = sms.FakeTransport(
        capabilities=sms.Capabilities(batch_size=10, marketing=False)
    )
    shop = Shop(tmp_path, network)
    with pytest.raises(sms.ConfigurationError, match="forbid marketing"):
        shop.messenger.campaign("soldes", OFFER, [contact()])
    parcel = sms.Template("Votre colis est là.")
    sent = shop.messenger.send(parcel, to=number(), purpose="service")
    assert isinstance(sent, sms.Accepted)
