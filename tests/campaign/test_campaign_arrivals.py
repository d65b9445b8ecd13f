"""Receipts settle doubts, come early, and never move a message back."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonsms as sms
from anonsms.campaign.arrivals import apply_early, apply_receipt
from anonsms.campaign.outbox import Intent, Outbox
from shops import KEYS, Shop, contact


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STATUS = sms.DeliveryStatus
ORDER = ("dispatching", "accepted", "undelivered", "delivered")


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    """A ledger's store, on both databases."""
    url = (
        request.getfixturevalue("postgres_url")
        if request.param == "postgres"
        else f"sqlite:///{tmp_path}/shop.db"
    )
    with sms.open_ledger(url, KEYS) as ledger:
        yield ledger.store


def intend(store, attempt="a" * 32, token=b"t" * 16):
    """One message about to be handed over."""
    outbox = Outbox(store, "soldes", "EUR")
    outbox.open("print", NOW)
    intent = Intent(token, attempt, 1, None)
    with store.transaction():
        outbox.hold()
        outbox.intend([intent], NOW)
    return outbox, intent


def row(store):
    """State, provider's id and reason of the only message."""
    [found] = store.query(
        "SELECT state, provider_id, reason FROM anonsms_outbox"
    )
    return found


def receipt(status, name="SM1", key="", reason=None):
    """A receipt about the message."""
    return sms.DeliveryReceipt(name, status, NOW, key=key, reason=reason)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (STATUS.QUEUED, "accepted"),
        (STATUS.SENT, "accepted"),
        (STATUS.DELIVERED, "delivered"),
        (STATUS.UNDELIVERED, "undelivered"),
        (STATUS.EXPIRED, "expired"),
    ],
)
def test_a_receipt_with_our_key_settles_a_doubt(store, status, state):
    """After a lost answer the receipt tells that it left, and the id."""
    outbox, intent = intend(store)
    outbox.settle([(intent, sms.Uncertain(intent.attempt, "lost"))], NOW)
    assert apply_receipt(store, receipt(status, key=intent.attempt), NOW)
    assert row(store)[:2] == (state, "SM1")


def test_an_unknown_status_moves_nothing(store):
    """What nobody understands is no news."""
    outbox, intent = intend(store)
    outbox.settle([(intent, sms.Accepted(intent.attempt, "SM1"))], NOW)
    assert not apply_receipt(store, receipt(STATUS.UNKNOWN), NOW)
    assert row(store)[0] == "accepted"


def test_a_receipt_before_the_answer_counts(store):
    """It waits until the answer tells whose it is, and only once."""
    outbox, intent = intend(store)
    assert not apply_receipt(store, receipt(STATUS.DELIVERED), NOW)
    assert not apply_receipt(store, receipt(STATUS.DELIVERED), NOW)
    outbox.settle([(intent, sms.Accepted(intent.attempt, "SM1"))], NOW)
    assert row(store)[:2] == ("delivered", "SM1")
    assert not store.query("SELECT 1 FROM anonsms_early_receipt")


def test_early_receipts_keep_their_reason(store):
    """Why it was not delivered is on record, as for a late one."""
    outbox, intent = intend(store)
    early = receipt(STATUS.UNDELIVERED, reason=sms.Rejection.BAD_NUMBER)
    apply_receipt(store, early, NOW)
    outbox.settle([(intent, sms.Accepted(intent.attempt, "SM1"))], NOW)
    assert row(store) == ("undelivered", "SM1", "bad number")


def test_whoever_comes_second_finds_the_other(store, monkeypatch):
    """A receipt put by while the answer is written is not left lying."""
    outbox, intent = intend(store)
    known = sms.Accepted(intent.attempt, "SM1")
    arrivals = pytest.importorskip("anonsms.campaign.arrivals")
    put_by = arrivals._put_by

    def answer_first(*args):
        # Between the look for the message and the note.
        outbox.settle([(intent, known)], NOW)
        put_by(*args)

    monkeypatch.setattr(arrivals, "_put_by", answer_first)
    assert apply_receipt(store, receipt(STATUS.DELIVERED), NOW)
    assert row(store)[0] == "delivered"
    assert not store.query("SELECT 1 FROM anonsms_early_receipt")


def test_early_receipts_of_nobody_do_not_pile_up(store):
    """After three days nobody will ask for them."""
    apply_receipt(store, receipt(STATUS.DELIVERED, "other"), NOW)
    later = NOW + timedelta(days=4)
    apply_receipt(store, receipt(STATUS.DELIVERED, "another"), later)
    assert store.query("SELECT provider_id FROM anonsms_early_receipt") == [
        ("another",)
    ]
    apply_early(store, ["nobody's"], later)


@pytest.mark.parametrize("name", ["x" * 201, "é", "\x00", "a\nb", "\ud800"])
def test_ids_that_are_none_are_not_stored(store, name):
    """Whoever calls a webhook cannot fill the database with anything."""
    assert not apply_receipt(store, receipt(STATUS.DELIVERED, name), NOW)
    assert not store.query("SELECT 1 FROM anonsms_early_receipt")


def test_what_certainly_did_not_leave_is_taken_back(store):
    """The person may be texted by the next run, and the budget is free."""
    outbox, intent = intend(store)
    outbox.settle([(intent, sms.NotSent(intent.attempt, "refused"))], NOW)
    assert not store.query("SELECT 1 FROM anonsms_outbox")
    assert outbox.spent().recipients == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    STATUS.QUEUED,
                    STATUS.SENT,
                    STATUS.UNDELIVERED,
                    STATUS.EXPIRED,
                    STATUS.DELIVERED,
                    STATUS.UNKNOWN,
                ]
            ),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.integers(0, 8),
)
def test_no_order_of_receipts_moves_a_message_back(said, answered_after):
    """Doubled and disordered, with our key or without, before the answer."""
    rank = {
        "dispatching": 0,
        "accepted": 1,
        "undelivered": 2,
        "expired": 2,
        "delivered": 3,
    }
    with sms.open_ledger("sqlite://", KEYS) as ledger:
        store = ledger.store
        outbox, intent = intend(store)
        seen = [row(store)[0]]
        for step in range(max(len(said), answered_after) + 1):
            if step == answered_after:
                accepted = sms.Accepted(intent.attempt, "SM1")
                outbox.settle([(intent, accepted)], NOW)
                seen.append(row(store)[0])
            for status, keyed in said[step : step + 1]:
                key = intent.attempt if keyed else ""
                apply_receipt(store, receipt(status, key=key), NOW)
                seen.append(row(store)[0])
        ranks = [rank[state] for state in seen]
        assert all(a <= b for a, b in itertools.pairwise(ranks))
        if any(status is STATUS.DELIVERED for status, _ in said):
            assert seen[-1] == "delivered"


def test_an_account_wide_refusal_stops_the_run(tmp_path):
    """The rest is not tried; after the top-up the run goes on with it."""
    shop = Shop(
        tmp_path,
        sms.FakeTransport(capabilities=sms.Capabilities(batch_size=2)),
    )
    people = [contact(n) for n in range(6)]
    shop.agree(*(p.number for p in people))
    broke = sms.Rejected("", sms.Rejection.MONEY, "103", account_wide=True)
    shop.network.fail_next(broke)
    with pytest.raises(sms.TransportError, match=r"money \(code 103\)"):
        shop.campaign(*people).run()
    assert len(shop.network.accepted) == 1
    report = shop.campaign(*people).run()
    assert report.newly_texted == 5
    assert shop.network.deliveries_by_key.keys() == {
        out.key for out in shop.network.accepted
    }
    assert len(shop.network.accepted) == 6


def test_a_message_that_did_not_leave_is_sent_by_the_next_run(tmp_path):
    """The report says how many; nobody is texted twice."""
    shop = Shop(tmp_path)
    people = [contact(n) for n in range(5)]
    shop.agree(*(p.number for p in people))
    shop.network.fail_next(sms.NotSent("", "connection refused"), times=2)
    report = shop.campaign(*people).run()
    assert (report.newly_texted, report.not_sent) == (3, 2)
    assert "did not leave; run again" in str(report)
    assert shop.campaign(*people).run().newly_texted == 2
    assert len({out.number for out in shop.network.accepted}) == 5
    assert len(shop.network.accepted) == 5


def test_a_run_over_which_nothing_leaves_stops(tmp_path):
    """A provider that is away is not asked for each batch of a million."""
    shop = Shop(tmp_path)
    people = [contact(n) for n in range(5)]
    shop.agree(*(p.number for p in people))
    shop.network.fail_next(sms.NotSent("", "connection refused"), times=5)
    with pytest.raises(sms.TransportError, match="Nothing leaves"):
        shop.campaign(*people).run()
    assert shop.campaign(*people).run().newly_texted == 5


def test_whom_the_provider_blocks_has_left(tmp_path):
    """A rejection as opted out is recorded, by the provider's own code."""
    shop = Shop(tmp_path)
    person = contact()
    shop.agree(person.number)
    blocked = sms.Rejected("", sms.Rejection.OPTED_OUT, "21610")
    shop.network.fail_next(blocked)
    assert shop.campaign(person).run().rejected == 1
    [*_, event] = shop.ledger.history(person.number)
    assert (event.rule, event.source) == ("fake.21610", "provider")
    with pytest.raises(sms.OptedOutError):
        shop.messenger.send(
            sms.Template("Votre colis est là."),
            to=person.number,
            purpose="service",
        )


def test_codes_that_are_none_are_not_recorded(tmp_path):
    """What a provider calls a code may be a text with a number in it."""
    shop = Shop(tmp_path)
    person = contact()
    shop.agree(person.number)
    odd = sms.Rejected("", sms.Rejection.OPTED_OUT, "2161021610")
    shop.network.fail_next(odd)
    shop.campaign(person).run()
    [*_, event] = shop.ledger.history(person.number)
    assert event.rule == "fake"
