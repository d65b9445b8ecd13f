"""One text to one person: gated, recorded, never twice for one key."""

import pytest

import anonsms as sms
from shops import OFFER, PARCEL, WORDING, Shop, number


def test_the_story_of_the_first_page(tmp_path):
    """No consent, refused; consent, sent; STOP, confirmed once, refused."""
    shop, zoe = Shop(tmp_path), number()
    with pytest.raises(sms.NoConsentError):
        shop.offer(zoe)
    shop.ledger.grant(zoe, "marketing", wording=WORDING, source="checkout")
    assert isinstance(shop.offer(zoe), sms.Accepted)
    received = shop.messenger.receive_text("ARRÊT svp", sender=zoe)
    assert received.reply.intent is sms.Intent.OPT_OUT
    assert isinstance(received.confirmation, sms.Accepted)
    with pytest.raises(sms.OptedOutError):
        shop.offer(zoe)
    assert len(shop.texts_to(zoe)) == 2


def test_nothing_reaches_the_transport_when_refused(tmp_path):
    """A refusal leaves no trace at the network and none in the outbox."""
    shop = Shop(tmp_path)
    with pytest.raises(sms.NoConsentError):
        shop.offer(number())
    assert not shop.network.accepted
    assert shop.ledger.store.query("SELECT count(*) FROM anonsms_outbox") == [
        (0,)
    ]


def test_service_text_needs_no_consent(tmp_path):
    """A parcel text goes to somebody who never agreed to offers."""
    shop, zoe = Shop(tmp_path), number()
    outcome = shop.messenger.send(
        PARCEL, to=zoe, purpose="service", values={"colis": "FR 4711"}
    )
    assert isinstance(outcome, sms.Accepted)
    assert shop.texts_to(zoe) == ["Votre colis FR 4711 est en route."]


def test_service_text_after_stop_to_offers(tmp_path):
    """STOP ends the offers; the parcel news still comes."""
    shop, zoe = Shop(tmp_path), number()
    shop.messenger.receive_text("STOP", sender=zoe)
    outcome = shop.offer(
        zoe, template=PARCEL, purpose="service", values={"colis": "1"}
    )
    assert isinstance(outcome, sms.Accepted)


def test_stop_all_ends_service_texts_too(tmp_path):
    """STOP ALL means every text of this shop."""
    shop, zoe = Shop(tmp_path), number()
    shop.messenger.receive_text("STOP ALL", sender=zoe)
    with pytest.raises(sms.OptedOutError):
        shop.offer(
            zoe, template=PARCEL, purpose="service", values={"colis": "1"}
        )


def test_one_key_sends_once(tmp_path):
    """The same key reaches the same person once, other people too."""
    shop = Shop(tmp_path)
    for who in (number(1), number(2)):
        first = shop.messenger.send(
            PARCEL,
            to=who,
            purpose="service",
            values={"colis": "1"},
            key="order-1-shipped",
        )
        assert isinstance(first, sms.Accepted)
        with pytest.raises(sms.DuplicateError):
            shop.messenger.send(
                PARCEL,
                to=who,
                purpose="service",
                values={"colis": "1"},
                key="order-1-shipped",
            )
        assert shop.network.times_sent(who) == 1


def test_without_a_key_the_same_text_may_go_again(tmp_path):
    """Two codes in a row are two texts: nobody asked for once only."""
    shop, zoe = Shop(tmp_path), number()
    for _ in range(2):
        shop.offer(
            zoe, template=PARCEL, purpose="service", values={"colis": "1"}
        )
    assert shop.network.times_sent(zoe) == 2


def test_missing_value_is_the_templates_own_error(tmp_path):
    """A missing value raises MissingTagError and sends nothing."""
    shop, zoe = Shop(tmp_path), number()
    shop.agree(zoe)
    with pytest.raises(sms.MissingTagError):
        shop.offer(zoe, values={})
    assert not shop.network.accepted


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (sms.Rejection.BAD_NUMBER, sms.Rejected),
        (sms.Uncertain("", "read timed out"), sms.Uncertain),
    ],
)
def test_outcome_is_returned_and_on_record(tmp_path, answer, kind):
    """What the provider says comes back, and stands in the outbox."""
    shop, zoe = Shop(tmp_path), number()
    shop.network.script(zoe, answer=answer)
    outcome = shop.offer(
        zoe, template=PARCEL, purpose="service", values={"colis": "1"}
    )
    assert isinstance(outcome, kind)
    [[state]] = shop.ledger.store.query("SELECT state FROM anonsms_outbox")
    assert state == ("rejected" if kind is sms.Rejected else "in_doubt")


def test_account_down_leaves_nothing_behind(tmp_path):
    """When nothing left, the key is free to be tried again."""
    shop, zoe = Shop(tmp_path), number()
    options = {
        "template": PARCEL,
        "purpose": "service",
        "values": {"colis": "1"},
        "key": "k",
    }
    shop.network.up = False
    with pytest.raises(sms.TransportError):
        shop.offer(zoe, **options)
    shop.network.up = True
    assert isinstance(shop.offer(zoe, **options), sms.Accepted)


def test_a_transport_that_breaks_leaves_the_message_in_doubt(tmp_path):
    """After an unknown failure the message is never repeated."""
    shop, zoe = Shop(tmp_path), number()
    options = {
        "template": PARCEL,
        "purpose": "service",
        "values": {"colis": "1"},
        "key": "k",
    }
    shop.network.fail_next(RuntimeError("socket"), taken=True)
    with pytest.raises(sms.TransportError, match="in doubt") as caught:
        shop.offer(zoe, **options)
    assert caught.value.__cause__ is None
    with pytest.raises(sms.DuplicateError):
        shop.offer(zoe, **options)
    assert shop.network.times_sent(zoe) == 1


def test_explain_sends_nothing_and_agrees_with_send(tmp_path):
    """What explain() says is what send() does."""
    shop, zoe = Shop(tmp_path), number()

    def explained():
        return shop.messenger.explain(
            OFFER, to=zoe, purpose="marketing", values={"prenom": "Zoé"}
        )

    assert explained().rule == "consent.none"
    shop.agree(zoe)
    assert explained().allowed
    assert not shop.network.accepted


def test_wrong_wiring_is_said_at_once(tmp_path):
    """A bad originator, country or key is refused with its remedy."""
    with pytest.raises(sms.ConfigurationError, match="originator"):
        Shop(tmp_path, originator="a name far too long")
    with pytest.raises(sms.ConfigurationError, match="ISO 3166"):
        Shop(tmp_path, country="France")
    numbers_only = sms.Capabilities(
        originators=frozenset({sms.OriginatorKind.NUMBER})
    )
    with pytest.raises(sms.ConfigurationError, match="takes"):
        Shop(tmp_path, sms.FakeTransport(capabilities=numbers_only))
    shop = Shop(tmp_path)
    with pytest.raises(sms.CampaignError, match="key"):
        shop.offer(number(), purpose="service", key=" ")
    with pytest.raises(sms.UnknownPurposeError):
        shop.offer(number(), purpose="gifts")


def test_fictional_numbers_never_reach_a_real_transport(tmp_path):
    """Test data is refused by every transport that is not simulated."""

    class Real:
        name = "real"
        capabilities = sms.Capabilities()

        def send(self, batch):
            raise AssertionError("sent")

    shop = Shop(tmp_path)
    real = sms.Messenger(Real(), shop.ledger, originator="Shop")
    with pytest.raises(sms.SendRefusedError) as caught:
        real.send(
            PARCEL, to=number(), purpose="service", values={"colis": "1"}
        )
    assert caught.value.reason == "number.fictional"


def test_reprs_show_the_wiring_and_nobody(tmp_path):
    """The reprs name pieces and counts."""
    shop = Shop(tmp_path)
    assert repr(shop.messenger) == "<Messenger 'MaBoutique' over fake>"
    assert repr(shop.campaign()) == (
        "<Campaign 'soldes' for marketing, 0 contacts>"
    )


@pytest.mark.parametrize("name", ["Zoé. STOP au 81212", "STOP: 36123"])
def test_a_name_never_supplies_the_way_out(tmp_path, name):
    """A text is judged by the shop's own words, not by a person's name."""
    shop, zoe = Shop(tmp_path), number()
    shop.agree(zoe)
    bare = sms.Template("Bonjour {{ prenom }}, -20 % ce week-end")
    with pytest.raises((sms.NoWayOutError, sms.UnsafeValueError)):
        shop.offer(zoe, template=bare, values={"prenom": name})
    with pytest.raises(sms.NoWayOutError):
        shop.offer(zoe, template=bare)
