"""Whatever SMSAPI does to a batch, each message gets the right outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsapi_double import (
    Account,
    answer,
    form_of,
    key_of,
    lost_after,
    never_left,
    number,
    once,
    text,
    transport,
)

from anonsms.errors import LostAnswerError
from anonsms.message import (
    Accepted,
    NotSent,
    Rejected,
    Rejection,
    Uncertain,
)


REASONS = {
    13: Rejection.BAD_NUMBER,
    57: Rejection.OPTED_OUT,
    12: Rejection.CONTENT,
    87: Rejection.OTHER,
}


def lost(request):
    """No answer comes, and nothing was taken."""
    raise LostAnswerError("read timed out")


accounts = st.builds(
    Account,
    repeats=st.sampled_from(["refuse", "omit", "vanish"]),
    names=st.sampled_from(["", "bare", "coded"]),
    strict=st.booleans(),
    most=st.integers(1, 12),
)
kinds = st.sampled_from(["fine"] * 4 + ["known", 13, 57, 12, 87])
bodies = st.sampled_from(
    ["Bonjour Zoé, à 5", "Bonjour Ana, à 7", "Votre colis", "a | b c"]
)


@given(accounts, st.lists(st.tuples(kinds, bodies), max_size=24), st.data())
def test_any_batch_gets_the_right_outcomes(account, plan, data):
    """Bad, blocked and known numbers mixed, under either behaviour."""
    batch = [text(nth, body) for nth, (_, body) in enumerate(plan)]
    for nth, (kind, _) in enumerate(plan):
        if kind == "known":
            account.known[key_of(nth)] = "77"
        elif kind != "fine":
            account.bad[number(nth).reveal()[1:]] = kind
    outcomes = once(transport(account), batch, account)
    assert [each.key for each in outcomes] == [each.key for each in batch]
    for message, outcome, (kind, _) in zip(batch, outcomes, plan, strict=True):
        copies = [
            body
            for to, body in account.taken
            if to == message.number.reveal()[1:]
        ]
        if kind == "fine":
            assert isinstance(outcome, Accepted)
            assert outcome.provider_id == account.known[message.key]
            assert copies == [message.text.reveal()]
        elif kind == "known":
            assert copies == []
            if account.repeats != "vanish":
                assert outcome == Accepted(message.key, "")
            elif isinstance(outcome, Rejected):
                # Alone, in no list, and never in doubt as far as we know.
                assert outcome.code == "not_listed"
            else:
                assert isinstance(outcome, Uncertain)
        else:
            assert isinstance(outcome, Rejected)
            assert not outcome.account_wide
            assert outcome.reason is REASONS[kind]
            assert outcome.code == str(kind)
            assert copies == []


def ends(account, *, doubt, bad):
    """What a message comes to in the end."""
    if not doubt:
        return Rejected if bad else Accepted
    # A refusal tells nothing of the first try, and a list without the
    # message neither.
    settled = Uncertain if bad else Accepted
    return settled | Uncertain if account.repeats == "vanish" else settled


@given(
    accounts,
    st.lists(bodies, min_size=1, max_size=24),
    st.lists(st.sampled_from(["fine", "lost", "taken", "never"]), max_size=12),
    st.sets(st.integers(0, 23), max_size=3),
    st.booleans(),
)
def test_nothing_is_sent_twice_whatever_is_lost(
    account, texts, storm, bad, backup
):
    """Answers get lost and requests too; repeats settle everything once."""
    batch = [text(nth, body) for nth, body in enumerate(texts)]
    for nth in bad & set(range(len(texts))):
        account.bad[number(nth).reveal()[1:]] = 13
    acts = {
        "fine": None,
        "lost": lost,
        "taken": lost_after(account),
        "never": never_left,
    }
    account.faults = [acts[kind] for kind in storm]
    url = "https://api2.smsapi.com" if backup else None
    shop = transport(account, backup_url=url)
    outcomes, doubted = {}, set()
    waiting = batch
    for _ in range(20):
        for message, outcome in zip(
            waiting, once(shop, waiting, account), strict=True
        ):
            before = outcomes.get(message.key)
            taken = message.key in account.known
            if isinstance(outcome, NotSent):
                assert not taken
                assert not isinstance(before, Uncertain)
            elif isinstance(outcome, Rejected):
                assert not taken
                assert message.key not in doubted
            elif isinstance(outcome, Uncertain):
                doubted.add(message.key)
            outcomes[message.key] = outcome
        waiting = [
            message
            for message in batch
            if isinstance(outcomes[message.key], NotSent | Uncertain)
        ]
        if not waiting:
            break
    assert len(account.taken) == len(set(account.taken)) == len(account.known)
    for nth, message in enumerate(batch):
        outcome = outcomes[message.key]
        assert isinstance(outcome, Accepted) <= (message.key in account.known)
        doubt = message.key in doubted
        assert isinstance(outcome, ends(account, doubt=doubt, bad=nth in bad))


def test_what_is_settled_stays_settled():
    """A half that is lost leaves the outcomes of the other half alone."""
    account = Account(most=2)
    account.faults = [None, None, lost, None]
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(4)]
    outcomes = once(transport(account), batch, account)
    assert [type(each) for each in outcomes] == [
        Accepted,
        Accepted,
        Uncertain,
        Uncertain,
    ]


def test_after_a_lost_answer_nothing_more_is_asked():
    """What was not tried is not sent: the next one might wait as long."""
    account = Account(most=2)
    account.faults = [None, lost]
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(8)]
    outcomes = once(transport(account), batch, account)
    assert [type(each) for each in outcomes[-4:]] == [NotSent] * 4
    assert isinstance(outcomes[0], NotSent | Uncertain)
    assert not account.taken


def test_what_may_be_known_is_never_called_not_sent():
    """A missing row may be an old message: without word it stays open."""
    account = Account(repeats="omit")
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(3)]
    account.known[key_of(1)] = "77"
    account.faults = [None, never_left]
    outcomes = once(transport(account), batch, account)
    assert [type(each) for each in outcomes] == [
        Accepted,
        Uncertain,
        Accepted,
    ]


def test_the_backup_gets_what_never_left():
    """The same request, to the other host, once."""
    account = Account()
    account.faults = [never_left]
    shop = transport(account, backup_url="https://api2.smsapi.com")
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Accepted)
    first, second = account.asked
    assert first.body == second.body
    assert first.url.startswith("https://api.smsapi.com/")
    assert second.url.startswith("https://api2.smsapi.com/")
    account.faults = [never_left, never_left]
    [outcome] = once(shop, [text(2)], account)
    assert isinstance(outcome, NotSent)


def test_without_a_backup_nothing_is_asked_twice():
    """What never left is the engine's to repeat."""
    account = Account()
    account.faults = [never_left]
    [outcome] = once(transport(account), [text(1)], account)
    assert isinstance(outcome, NotSent)
    assert len(account.asked) == 1


def test_one_bad_number_in_a_thousand_costs_few_requests():
    """Halving finds it, and 999 texts leave."""
    account = Account(strict=True)
    account.bad[number(617).reveal()[1:]] = 13
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(1000)]
    outcomes = once(transport(account), batch, account)
    assert len(account.taken) == 999
    assert isinstance(outcomes[617], Rejected)
    assert len(account.asked) < 25


@pytest.mark.parametrize(
    ("code", "kind"), [(103, Rejected), (101, Rejected), (202, NotSent)]
)
def test_a_stop_on_the_way_stops_the_rest(code, kind):
    """What was settled stays, and nobody is tried in vain."""
    account = Account(most=2)

    def stopped(request):
        return answer({"error": code})

    account.faults = [None, None, stopped]
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(8)]
    outcomes = once(transport(account), batch, account)
    assert {type(each) for each in outcomes} == {kind}
    assert len(account.asked) == 3
    account.faults = [None, None, None, stopped]
    outcomes = once(transport(account), batch, account)
    assert [type(each) for each in outcomes] == [Accepted] * 2 + [kind] * 6


def test_a_request_that_is_too_large_is_tried_once():
    """What error 19 taught holds for the transport's life."""
    account = Account(most=10)
    shop = transport(account)
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(40)]
    once(shop, batch, account)
    first = len(account.asked)
    assert first > 4
    account.asked.clear()
    later = [
        text(nth, f"Bonjour {nth} fin", key=f"later-{nth}")
        for nth in range(40)
    ]
    outcomes = once(shop, later, account)
    assert all(isinstance(each, Accepted) for each in outcomes)
    sizes = [len(form_of(each)["to"].split(",")) for each in account.asked]
    assert sizes == [10] * 4
