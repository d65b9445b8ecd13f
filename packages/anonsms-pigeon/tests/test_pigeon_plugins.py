"""The plug-ins, as a shop finds them once the package is installed."""

import re

import pytest
from anonsms import (
    FakeTransport,
    Intent,
    KeyRing,
    MessageText,
    Messenger,
    Originator,
    Outbound,
    PhoneNumber,
    open_ledger,
    parse_reply,
)
from anonsms.errors import ConfigurationError, PluginError
from anonsms.message import Accepted
from anonsms.optout import confirmation
from anonsms.optout.pack import take_out
from anonsms.plugins import (
    key_providers,
    load_key_provider,
    load_phrase_pack,
    load_transport,
    phrase_packs,
    transports,
)

from loft import TOKEN, Loft


ZOE = PhoneNumber.parse("+33 6 39 98 12 34")


@pytest.fixture
def files(tmp_path):
    """The shop's keys in two files."""
    ring = KeyRing.generate()
    index, vault = tmp_path / "index.keys", tmp_path / "vault.keys"
    ring.restrict("index").save(index)
    ring.restrict("seal", "sign").save(vault)
    return index, vault


@pytest.fixture
def esperanto():
    """The language, for one test."""
    yield load_phrase_pack("eo")
    take_out("eo")


def test_the_package_offers_one_of_each():
    """The listings and pip name the same package."""
    for plugins, name in (
        (transports(), "pigeon"),
        (key_providers(), "split"),
        (phrase_packs(), "eo"),
    ):
        [plugin] = [each for each in plugins if each.name == name]
        assert plugin.package == "anonsms-pigeon"


def test_pigeons_are_loaded_by_name():
    """And carry a text to a loft."""
    with Loft() as loft:
        pigeons = load_transport("pigeon", port=loft.port, token=TOKEN)
        message = Outbound(
            ZOE, MessageText("Bonjour"), Originator.parse("Loft"), "k-1"
        )
        [outcome] = pigeons.send([message])
        assert isinstance(outcome, Accepted)
        [taken] = loft.accepted
        assert taken.provider_id == outcome.provider_id


def test_a_loft_without_a_token_is_told_what_it_takes():
    """The settings by name."""
    told = "needs 'token'. Its settings: port, token; optional: host"
    with pytest.raises(PluginError, match=re.escape(told)):
        load_transport("pigeon", port=1)


def test_split_keys_open_a_ledger(files, tmp_path):
    """Both halves together do what the whole ring does."""
    index, vault = files
    keys = load_key_provider("split", index=index, vault=vault)
    ledger = open_ledger(f"sqlite:///{tmp_path}/shop.db", keys)
    shop = Messenger(FakeTransport(), ledger, originator="Loft", country="FR")
    shop.receive_text("STOP", sender=ZOE)
    assert not ledger.state(ZOE, "marketing").given
    ledger.checkpoint()
    ledger.close()


def test_halves_cannot_be_mixed_up(files):
    """Each file has its place."""
    index, vault = files
    with pytest.raises(ConfigurationError, match="One file holds"):
        load_key_provider("split", index=vault, vault=index)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ĈESU", Intent.OPT_OUT),
        ("cesu, mi petas", Intent.OPT_OUT),
        ("Haltu!", Intent.OPT_OUT),
        ("malaboni reklamojn", Intent.OPT_OUT),
        ("sufiĉas", Intent.REVIEW),
        ("abonu", Intent.OPT_IN),
        ("helpo", Intent.HELP),
        ("Dankon, belega!", Intent.OTHER),
    ],
)
def test_replies_are_read_in_esperanto(esperanto, text, intent):
    """With accents and without, with manners and without."""
    assert parse_reply(text).intent is intent
    assert parse_reply(text, languages=["eo"]).intent is intent


def test_people_are_answered_in_esperanto(esperanto):
    """In one part, with the sender's name."""
    reply = parse_reply("Ĉesu")
    text = confirmation(reply.language, None, "MaBoutique")
    assert text.startswith("Vi estas malabonita")
    assert text.endswith("MaBoutique.")
