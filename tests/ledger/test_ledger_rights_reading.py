"""Nobody reads what is sealed without being on record for it."""

import pytest
from ledger_people import WHO, WORDING, person

from anonsms.consent import EventKind
from anonsms.errors import (
    ConfigurationError,
    ConsentError,
    LedgerError,
    SealError,
    UnknownPersonError,
)
from anonsms.ledger import open_ledger
from anonsms.ledger.proofs.proofcheck import verify_proof


@pytest.fixture
def grant(ledger, zoe, yes):
    """A yes with evidence."""
    return ledger.grant(zoe, "marketing", evidence={"form": "f3"}, **yes)


def readings(ledger, number):
    """The facts of all readings on record, in the order they came."""
    return [
        dict(event.details)
        for event in ledger.history(number)
        if event.kind is EventKind.REVEALED
    ]


@pytest.mark.parametrize("form", ["bytes", "text", "event"])
def test_a_number_is_revealed_and_that_is_on_record(ledger, zoe, grant, form):
    """By its token as bytes or text, or by an event."""
    whom = {
        "bytes": ledger.token(zoe),
        "text": ledger.pseudonym(zoe),
        "event": grant,
    }[form]
    assert ledger.reveal(whom, by="staff-17", why="letter came back") == zoe
    assert readings(ledger, zoe) == [
        {"by": "staff-17", "why": "letter came back", "what": "number"}
    ]
    assert ledger.verify().ok


def test_reading_changes_nobodys_standing(ledger, zoe, grant):
    """It is noted, and does not count."""
    before = ledger.state(zoe, "marketing"), ledger.counts("marketing")
    ledger.reveal(grant, **WHO)
    after = ledger.state(zoe, "marketing"), ledger.counts("marketing")
    assert after == before


def test_evidence_is_read_on_record(ledger, zoe, grant):
    """The event that it belongs to is named."""
    assert ledger.evidence(grant, **WHO) == {"form": "f3"}
    assert readings(ledger, zoe) == [
        {**WHO, "what": "evidence", "event": grant.id}
    ]


def test_where_nothing_is_sealed_nothing_was_read(ledger, zoe):
    """So nothing is on record."""
    stop = ledger.withdraw(zoe, source="sms")
    assert ledger.evidence(stop, **WHO) == {}
    assert readings(ledger, zoe) == []


def test_a_disclosing_proof_is_on_record(ledger, zoe, grant):
    """And a plain one shows nothing, so it is not."""
    assert verify_proof(ledger.prove(grant), ledger.verifiers).number is None
    assert readings(ledger, zoe) == []
    proof = ledger.prove(grant, disclose=True, by="dpo-1", why="the CNIL")
    proven = verify_proof(proof, ledger.verifiers)
    assert (proven.number, proven.evidence) == (zoe, {"form": "f3"})
    assert readings(ledger, zoe) == [
        {"by": "dpo-1", "why": "the CNIL", "what": "proof", "event": grant.id}
    ]
    assert ledger.verify().ok


@pytest.mark.parametrize(
    ("told", "match"),
    [
        (("", "x"), "by must be one line"),
        (("staff-17", "  "), "why must be one line"),
        (("staff-17", "two\nlines"), "why must be one line"),
        (("staff-17", None), "why must be text"),
        (("staff-17", "\ud800"), "why must be text"),
        (("+33 6 39 98 12 34", "x"), "by stays on record for ever"),
        (("staff-17", "call 06 39 98 12 34 back"), "why stays on record"),
    ],
)
def test_who_and_why_are_asked(ledger, zoe, grant, told, match):
    """One line each, and no number in it: it is kept for ever."""
    told = dict(zip(("by", "why"), told, strict=True))
    with pytest.raises(ConsentError, match=match):
        ledger.reveal(grant, **told)
    with pytest.raises(ConsentError, match=match):
        ledger.evidence(grant, **told)
    with pytest.raises(ConsentError, match=match):
        ledger.prove(grant, disclose=True, **told)
    with pytest.raises(ConsentError, match=match):
        ledger.export(zoe, **told)
    assert readings(ledger, zoe) == []


def test_a_proof_that_discloses_nothing_asks_for_no_reason(ledger, grant):
    """The house does not ask for what it does not need."""
    assert ledger.prove(grant).disclosed is None
    with pytest.raises(ConsentError, match="by must be one line"):
        ledger.prove(grant, disclose=True)


def test_who_may_only_ask_reads_nothing(url, keys, ledger, zoe, grant):
    """The ring that was restricted says so, and nothing is on record."""
    with open_ledger(url, keys.restrict("index")) as analyst:
        for read in (
            lambda: analyst.reveal(grant, **WHO),
            lambda: analyst.evidence(grant, **WHO),
            lambda: analyst.export(zoe, by="analyst-2"),
        ):
            with pytest.raises(ConfigurationError, match="no seal key"):
                read()
    assert readings(ledger, zoe) == []


def test_nothing_is_read_where_the_record_could_be_undone(ledger, zoe, grant):
    """In a transaction that is open, the reading could be rolled back."""
    with ledger.store.transaction():
        for read in (
            lambda: ledger.reveal(grant, **WHO),
            lambda: ledger.evidence(grant, **WHO),
            lambda: ledger.export(zoe, by="staff-17"),
        ):
            with pytest.raises(LedgerError, match="can be undone"):
                read()
    assert readings(ledger, zoe) == []


@pytest.mark.parametrize(
    "whom",
    [bytes(15), "a1:zz", "+33 6 39 98 12 34", 17, None, person(1234)],
    ids=["short", "odd", "number", "int", "none", "PhoneNumber"],
)
def test_what_is_no_token_is_refused(ledger, grant, whom):
    """Its value is in no error: it may be a number."""
    with pytest.raises(UnknownPersonError, match="16 bytes") as caught:
        ledger.reveal(whom, **WHO)
    assert "39 98" not in str(caught.value)


def test_a_token_that_nobody_has(ledger, grant):
    """Nobody is revealed, and nothing is on record."""
    before = ledger.verify().size
    with pytest.raises(UnknownPersonError, match="Nobody of that token"):
        ledger.reveal(bytes(16), **WHO)
    assert ledger.verify().size == before


def test_an_event_of_another_ledger(ledger, keys, grant, zoe, yes):
    """It is not found, though the person is."""
    with open_ledger("sqlite://", keys) as other:
        strange = other.grant(zoe, "marketing", **yes)
    for read in (ledger.evidence, ledger.reveal):
        with pytest.raises(LedgerError, match="not in this ledger"):
            read(strange, **WHO)


def test_an_event_of_the_shop_has_nobody(ledger, grant):
    """A published text is about no person."""
    [shop] = [
        event
        for event in ledger._journal.events.about_nobody()
        if event.kind is EventKind.PUBLISHED
    ]
    with pytest.raises(ConsentError, match="about the shop"):
        ledger.reveal(shop, **WHO)
    assert ledger.prove(shop, disclose=True, **WHO).disclosed is None


def test_what_does_not_open_was_not_read(ledger, zoe, grant):
    """The record goes with the failure: nobody has seen anything."""
    ledger.store.execute("UPDATE anonsms_event SET sealed = zeroblob(60)")
    with pytest.raises(SealError):
        ledger.evidence(grant, **WHO)
    assert readings(ledger, zoe) == []


def test_evidence_that_somebody_removed(ledger, grant):
    """It is told apart from none: by the read and by verify()."""
    ledger.store.execute("UPDATE anonsms_event SET sealed = NULL")
    with pytest.raises(SealError, match="was not erased"):
        ledger.evidence(grant, **WHO)
    assert not ledger.verify().ok


def test_reading_survives(ledger, url, keys, zoe, grant):
    """It is committed before the number is handed out."""
    ledger.reveal(grant, **WHO)
    with open_ledger(url, keys) as other:
        assert [e.kind for e in other.history(zoe)][-1] is EventKind.REVEALED


def test_a_reading_is_in_the_tree(ledger, zoe, grant):
    """It can be proved like any event, and not be removed unseen."""
    ledger.reveal(grant, **WHO)
    reading = ledger.history(zoe)[-1]
    proven = verify_proof(ledger.prove(reading), ledger.verifiers)
    assert proven.event.kind is EventKind.REVEALED
    ledger.store.execute("DELETE FROM anonsms_event WHERE kind = 'revealed'")
    assert not ledger.verify().ok


def test_wording_is_no_evidence(ledger, zoe):
    """Nothing sealed: the text itself is in the event."""
    event = ledger.grant(zoe, "news", wording=WORDING, source="account")
    assert ledger.evidence(event, **WHO) == {}
