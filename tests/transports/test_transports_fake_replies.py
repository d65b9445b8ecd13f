"""The wordings of replies, and who writes which of them."""

import re
import unicodedata

import pytest

from anonsms.message import Inbound, Originator, Outbound
from anonsms.phone import PhoneNumber
from anonsms.transport import Capabilities
from anonsms.transports import FakeTransport
from anonsms.transports.fake import Behaviour, ReplyMix
from anonsms.transports.fake.behaviour import ReplyKind
from anonsms.transports.fake.replies import languages_of, wording, wordings


def answers(messages, mix):
    """All replies to these messages."""
    network = FakeTransport(
        behaviour=Behaviour(replies=1.0, reply_mix=mix),
        capabilities=Capabilities(batch_size=10_000),
    )
    network.send(messages)
    return [e for e in network.drain() if isinstance(e, Inbound)]


def only(kind):
    """A mix of one kind."""
    weights = dict.fromkeys(ReplyKind, 0.0) | {kind: 1.0}
    return ReplyMix(**{k.value: w for k, w in weights.items()})


def test_each_language_has_all_kinds():
    """No kind is missing or empty, no wording stands twice."""
    for tables in wordings().values():
        assert set(tables) == set(ReplyKind)
        for texts in tables.values():
            assert texts
            assert len(set(texts)) == len(texts)
            assert all(text == text.strip() != "" for text in texts)


def test_wordings_name_nobody():
    """No digits, no addresses: nothing that could belong to a person."""
    for tables in wordings().values():
        for text in (text for texts in tables.values() for text in texts):
            assert not re.search(r"[\d@/]", text)
            assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("region", "languages"),
    [
        ("FR", ("fr",)),
        ("BE", ("fr", "nl")),
        ("CH", ("fr", "de", "it")),
        ("PL", ("pl",)),
        ("JP", ("en",)),
        ("", ("en",)),
    ],
)
def test_people_write_the_languages_of_their_region(region, languages):
    """English where we know none."""
    assert languages_of(region) == languages


@pytest.mark.parametrize("end", [0.0, 1 - 2**-53])
def test_draws_at_their_ends_pick_a_wording(end):
    """The first and the last draw lie inside the table."""
    for region in ("CH", "FR", "JP"):
        for kind in ReplyKind:
            assert len(wording(region, end, kind, end)) > 0


@pytest.mark.parametrize(
    ("number", "language"),
    [
        ("+33 6 39 98 12 34", "fr"),
        ("+49 171 3920012", "de"),
        ("+1 202 555 0123", "en"),
    ],
)
@pytest.mark.parametrize("kind", ReplyKind)
def test_a_reply_is_in_the_language_of_the_number(
    number, language, kind, text_to
):
    """Over many texts one number uses the wordings of one language, all."""
    one = text_to(0)
    sender = PhoneNumber.parse(number)
    messages = [
        Outbound(sender, one.text, one.originator, f"k{i}") for i in range(200)
    ]
    texts = {reply.text.reveal() for reply in answers(messages, only(kind))}
    assert texts == set(wordings()[language][kind])


@pytest.mark.parametrize("kind", ReplyKind)
def test_nobody_answers_a_name_but_to_stop(kind, texts):
    """A handset cannot answer a name; a way out is in the text itself."""
    name = Originator.parse("MaBoutique")
    messages = [Outbound(m.number, m.text, name, m.key) for m in texts[:100]]
    replies = answers(messages, only(kind))
    assert len(replies) == (100 if kind.ends_it else 0)
    assert {reply.to for reply in replies} <= {""}


def test_the_network_knows_who_wants_no_more_texts(texts):
    """`stops` fills as replies arrive, with the first arrival of each."""
    network = FakeTransport(
        behaviour=Behaviour(
            replies=1.0, repeated=1.0, reply_mix=only(ReplyKind.POLITE_STOP)
        )
    )
    network.send(texts[:50])
    assert not network.stops
    first = {}
    for event in network.drain():
        if isinstance(event, Inbound):
            first.setdefault(event.sender, event.at)
    assert network.stops == first
    assert len(first) == 50
