"""What comes in wrongly is refused by ours, and no frame shows it."""

import pickle
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from ledger_people import START, WHO, WORDING, person

import anonsms
from anonsms.consent import Scope, Status, Wording
from anonsms.errors import (
    AnonsmsError,
    ConfigurationError,
    ConsentError,
    InvalidNumberError,
    LedgerError,
    SealError,
    StaleGrantError,
    UnknownPurposeError,
    WouldLeakError,
)
from anonsms.ledger import open_ledger
from anonsms.ledger.door import Evidence


HOME = str(Path(anonsms.__file__).parent)
NUMBER = "+33639981234"
SECRET = "Zoesecret"  # stands for a name
HALF = "\ud800"


def shown(error):
    """All variables of our frames, of the error and what led to it."""
    whole = traceback.TracebackException.from_exception(
        error, capture_locals=True
    )
    pending, found = [whole], []
    while pending:
        each = pending.pop()
        if each is not None:
            found += [str(each)]
            found += [
                value
                for frame in each.stack
                if frame.filename.startswith(HOME)
                for value in (frame.locals or {}).values()
            ]
            pending += [each.__cause__, each.__context__]
    return " ".join(found)


def calls(ledger):
    """Every method that takes a person, with what else it needs."""
    sms = {"source": "sms"}
    yes = {"wording": WORDING, "source": "account"}
    return {
        "grant": lambda n: ledger.grant(n, "marketing", **yes),
        "withdraw": lambda n: ledger.withdraw(n, **sms),
        "by name": lambda n: ledger.withdraw(number=n, **sms),
        "pause": lambda n: ledger.pause(n, **sms),
        "resume": lambda n: ledger.resume(n, **sms),
        "reopen": lambda n: ledger.reopen(n, **sms),
        "suppress": lambda n: ledger.suppress(n, "why", **sms),
        "release": lambda n: ledger.release(n, "why", **sms),
        "state": lambda n: ledger.state(n, "marketing"),
        "history": ledger.history,
        "token": ledger.token,
        "pseudonym": ledger.pseudonym,
        "states": lambda n: ledger.states([person(1), n], "marketing"),
        "tokens": lambda n: ledger.tokens([n]),
        "not a list": lambda n: ledger.states(n, "marketing"),
        "import_withdrawals": lambda n: ledger.import_withdrawals(
            [n], provenance="old shop"
        ),
        "import_grants": lambda n: ledger.import_grants(
            [n],
            "marketing",
            wording=WORDING,
            provenance="old shop",
            obtained_at=START,
        ),
    }


@pytest.mark.parametrize("wrong", [NUMBER, int(NUMBER), None])
def test_a_number_must_be_a_phone_number(ledger, wrong):
    """Every door says so in the same words, and lets go of the text."""
    for name, call in calls(ledger).items():
        with pytest.raises(InvalidNumberError, match="Pass a") as caught:
            call(wrong)
        assert caught.value.reason == "type"
        assert f"This was a {type(wrong).__name__}." in str(caught.value)
        assert NUMBER[3:] not in shown(caught.value), name
    assert repr(ledger) == "<Ledger sqlite 0 people>"


def test_an_error_of_the_list_itself_comes_through(ledger):
    """A slip in the caller's generator is not taken for a wrong number."""

    def slip():
        yield person(1)
        raise AttributeError("a slip")

    with pytest.raises(AttributeError, match="a slip"):
        ledger.states(slip(), "marketing")
    with pytest.raises(AttributeError, match="a slip"):
        ledger.import_withdrawals(slip(), provenance="old shop")


def test_evidence_hides_when_a_grant_is_stale(ledger, zoe, yes):
    """The usual error of a form that was sent twice."""
    ledger.withdraw(zoe, source="sms")
    with pytest.raises(StaleGrantError) as caught:
        ledger.grant(zoe, "marketing", evidence={"name": SECRET}, **yes)
    assert SECRET not in shown(caught.value)
    assert "<Evidence name>" in shown(caught.value)


@pytest.mark.parametrize(
    "evidence",
    [
        {"name": SECRET + HALF},
        {SECRET + HALF: "name"},
        {"name": (SECRET,)},
        [("name", SECRET)],
        SECRET,
    ],
)
def test_evidence_that_cannot_be_sealed_is_refused(ledger, zoe, evidence):
    """Before anything is recorded, and without being shown."""
    for what in ("withdraw", "pause", "resume", "reopen"):
        with pytest.raises(ConsentError, match="Evidence is text") as caught:
            getattr(ledger, what)(zoe, source="sms", evidence=evidence)
        assert SECRET not in shown(caught.value)
    assert ledger.history(zoe) == []


def test_evidence_hides_when_the_database_fails(ledger, zoe):
    """Down to the last of our frames."""
    ledger.close()
    with pytest.raises(LedgerError) as caught:
        ledger.withdraw(zoe, source="sms", evidence={"name": SECRET})
    assert SECRET not in shown(caught.value)


def test_no_key_shows_when_a_seal_does_not_open(ledger, zoe):
    """Damaged evidence: the person's own key is let go before."""
    keys = []
    original = ledger._journal.subjects.key
    ledger._journal.subjects.key = lambda *row: (
        keys.append(original(*row)) or keys[-1]
    )
    event = ledger.withdraw(zoe, source="sms", evidence={"name": SECRET})
    damage = "UPDATE anonsms_event SET sealed = ?"
    ledger.store.execute(damage, (bytes(60),))
    with pytest.raises(SealError) as caught:
        ledger.evidence(event, **WHO)
    ledger.store.execute(damage, (b"\1\1" + bytes(60),))
    with pytest.raises(SealError) as again:
        ledger.evidence(event, **WHO)
    assert len(keys) == 2
    told = shown(caught.value) + shown(again.value)
    assert repr(keys[0]) not in told


def test_no_key_shows_when_a_ring_cannot_seal(ledger, url, keys, zoe):
    """It is refused before a key is drawn or a number is looked up."""
    with (
        open_ledger(url, keys.restrict("index")) as asking,
        pytest.raises(ConfigurationError, match="seal key") as caught,
    ):
        asking.withdraw(zoe, source="sms", evidence={"name": SECRET})
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].name == "refuse_reader"
    assert SECRET not in shown(caught.value)


def test_evidence_on_its_way_is_not_pickled():
    """Nor shown by its repr."""
    evidence = Evidence({"name": SECRET})
    assert repr(evidence) == "<Evidence name>"
    with pytest.raises(WouldLeakError):
        pickle.dumps(evidence)


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"placement": "x" + HALF}, ConsentError, "placement must be text"),
        ({"incentive": 10}, ConsentError, "incentive must be text"),
        (
            {"wording": Wording("a", "1", "fr", HALF)},
            ConsentError,
            "wording's text must",
        ),
        (
            {"wording": Wording("a", "1", None, "Oui")},
            ConsentError,
            "wording's language must",
        ),
        ({"at": "2026-01-01"}, ConsentError, "not a str"),
        ({"at": START.date()}, ConsentError, "not a date"),
        ({"purpose": None}, UnknownPurposeError, "this was a NoneType"),
    ],
)
def test_what_cannot_be_kept_is_refused(ledger, yes, wrong, error, told):
    """With an error of ours that chains to no other."""
    with pytest.raises(error, match=told) as caught:
        ledger.grant(person(1), **{"purpose": "marketing", **yes, **wrong})
    assert caught.value.__context__ is None
    assert ledger.history(person(1)) == []


@pytest.mark.parametrize("wrong", [None, "x" + HALF, 7])
def test_a_provenance_is_text(ledger, wrong):
    """For lists of both kinds, and for reasons and rules too."""
    more = {"wording": WORDING, "obtained_at": START - timedelta(days=9)}
    for call in (
        lambda: ledger.import_grants([], "news", provenance=wrong, **more),
        lambda: ledger.import_withdrawals([], provenance=wrong),
        lambda: ledger.suppress(person(1), wrong, source="staff"),
        lambda: ledger.withdraw(person(1), source="sms", rule=wrong),
    ):
        with pytest.raises(ConsentError, match="must be text"):
            call()


def test_a_scope_may_be_named_by_text(ledger, zoe):
    """An unknown one is refused: a stop must not get lost."""
    event = ledger.withdraw(zoe, scope="all", source="sms")
    assert event.scope is Scope.ALL
    assert ledger.state(zoe, "service").status is Status.WITHDRAWN
    for wrong in ("everything", 7):
        with pytest.raises(AnonsmsError, match="purpose, marketing, all"):
            ledger.withdraw(zoe, scope=wrong, source="sms")
    assert len(ledger.history(zoe)) == 1


def test_a_number_in_place_of_a_purpose_is_not_shown(ledger, zoe):
    """The error names what is declared, not what was passed."""
    with pytest.raises(UnknownPurposeError) as caught:
        ledger.state(zoe, "1234567890")
    assert "1234567890" not in str(caught.value)
    assert "1234567890" not in caught.value.purpose
