"""
Every failure of every provider, as a campaign meets it.

Real HTTP on this machine, a real ledger and outbox. Whatever goes wrong, and
however often the campaign is run again: nobody is texted twice, nobody is
lost, and what is not known is said to be so.
"""

from collections import Counter

import pytest
from brevo_double import API_KEY, BrevoDouble
from mailjet_double import TOKEN, MailjetDouble

import anonsms as sms
from anonsms.testing import (
    Fault,
    SmsapiServer,
    TwilioServer,
    no_waiting,
)
from anonsms.testing.servers.smsapi import TOKEN as LOCAL
from anonsms.transport import waiting
from shops import KEYS, contact


PARCEL = sms.Template("Bonjour {{ prenom }}, votre colis est parti.")
NOT_LEFT = {Fault.REFUSED, Fault.TOO_MANY, Fault.TOO_MANY_FOR_NOW}
IN_DOUBT = {
    Fault.RESET_EARLY,
    Fault.RESET_LATE,
    Fault.SILENT,
    Fault.SERVER_ERROR,
    Fault.BROKEN_BODY,
}
STOPPING = {Fault.MONEY, Fault.ACCOUNT, Fault.ORIGINATOR}
OF_ONE = {
    Fault.BAD_NUMBER: sms.Rejection.BAD_NUMBER,
    Fault.OPTED_OUT: sms.Rejection.OPTED_OUT,
    Fault.CONTENT: sms.Rejection.CONTENT,
}
STRUCK = 3  # requests that go wrong
PATIENCE = 20.0  # seconds, where an answer comes
LITTLE = 1.0  # where none does; a busy machine takes 0.2 s to connect


class Twilio:
    double = TwilioServer

    def transport(self, server, patience):
        return sms.TwilioTransport(
            server.account_sid,
            server.auth_token,
            base_url=server.url,
            timeout=patience,
        )


class TwilioByProblem(Twilio):
    """With errors in the shape of RFC 9457."""

    def double(self):
        return TwilioServer(problem=True)


class Smsapi:
    double = SmsapiServer

    def transport(self, server, patience):
        return sms.SmsapiTransport(
            LOCAL, base_url=server.url, timeout=patience, per_request=10
        )


class SmsapiOmitting(Smsapi):
    """Leaves out what it has already, instead of refusing all of it."""

    def double(self):
        return SmsapiServer(on_repeat="omit")


class Brevo:
    double = BrevoDouble

    def transport(self, server, patience):
        return sms.BrevoTransport(
            API_KEY, base_url=server.base_url, timeout=patience
        )


class Mailjet:
    double = MailjetDouble

    def transport(self, server, patience):
        return sms.MailjetTransport(
            TOKEN, base_url=server.url, timeout=patience
        )


PROVIDERS = (
    Twilio,
    TwilioByProblem,
    Smsapi,
    SmsapiOmitting,
    Brevo,
    Mailjet,
)


class Run:
    """A campaign over one provider, and what became of each person."""

    def __init__(self, provider, folder, people=40, patience=PATIENCE):
        self.provider = provider()
        self.patience = patience
        self.server = self.provider.double()
        self.people = [contact(n) for n in range(people)]
        self.folder = folder

    def __enter__(self):
        self.waits = no_waiting()
        self.waits.__enter__()
        self.server.__enter__()
        self.transport = self.provider.transport(self.server, self.patience)
        self.ledger = sms.open_ledger(f"sqlite:///{self.folder}/s.db", KEYS)
        shop = sms.Messenger(
            self.transport, self.ledger, originator="MaBoutique"
        )
        self.campaign = shop.campaign(
            "colis", PARCEL, self.people, purpose="service"
        )
        return self

    def __exit__(self, *error):
        self.ledger.close()
        self.transport.close()
        self.server.__exit__(None, None, None)
        self.waits.__exit__(*error)

    def once(self):
        """One run; whether it was stopped."""
        try:
            self.campaign.run()
        except sms.TransportError:
            return True
        return False

    def to_the_end(self):
        """The provider is well again: run until all is said."""
        self.server.recover()
        waiting.sleep(60)  # as a shop would; nobody waits in a test
        for _ in range(9):
            if not self.once() and not self.open():
                return
        raise AssertionError("the campaign comes to no end")

    def open(self):
        """How many have no row yet, or may be tried again."""
        return len(self.people) - len(self.states())

    def states(self):
        """By token, what is on record."""
        rows = self.ledger.store.query(
            "SELECT token, state, reason FROM anonsms_outbox"
        )
        return {
            token: (state, reason)
            for token, state, reason in rows
            if not (
                state == "rejected"
                and reason in {"money", "account", "originator"}
            )
        }

    def check(self):
        """Nobody twice, nobody lost; how many are in doubt."""
        texts = Counter(taken.number for taken in self.server.accepted)
        assert set(texts.values()) <= {1}, "somebody got two texts"
        states = self.states()
        assert len(states) == len(self.people), "somebody is not on record"
        for person in self.people:
            state, _ = states[self.ledger.token(person.number)]
            got = texts[person.number.reveal()]
            if state == "accepted":
                assert got == 1, "called accepted and never taken"
            elif state == "rejected":
                assert got == 0, "called rejected and taken all the same"
            else:
                assert state == "in_doubt"
        names = {
            p.number.reveal(): "Bonjour Zoé, votre colis est parti."
            for p in self.people
        }
        assert all(
            names[taken.number] == taken.text for taken in self.server.accepted
        )
        return Counter(state for state, _ in states.values())


def provider_id(value):
    """How a case is called."""
    return getattr(value, "__name__", None) or getattr(value, "name", None)


@pytest.fixture(params=PROVIDERS, ids=provider_id)
def run(request, tmp_path):
    """A campaign over each provider."""
    silent = request.node.callspec.params.get("fault") is Fault.SILENT
    patience = LITTLE if silent else PATIENCE
    with Run(request.param, tmp_path, patience=patience) as opened:
        yield opened


def able(run, fault):
    """Leave out what a provider's double cannot do."""
    if fault not in run.server.faults:
        pytest.skip(f"{type(run.server).__name__} has no {fault.name}")


@pytest.mark.parametrize("fault", sorted(NOT_LEFT, key=str), ids=provider_id)
def test_what_never_left_is_sent_in_the_end(run, fault):
    """Refused connections and complaints: everybody once, no doubts."""
    able(run, fault)
    run.server.fail(fault, times=STRUCK)
    run.once()
    run.to_the_end()
    assert run.check() == {"accepted": len(run.people)}


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("fault", sorted(IN_DOUBT, key=str), ids=provider_id)
def test_what_may_have_left_is_never_sent_twice(run, fault, taken):
    """Resets, silence, 500 and broken JSON, before and after acceptance."""
    able(run, fault)
    if fault is Fault.RESET_EARLY and taken:
        pytest.skip("a body that was not read was not taken")
    run.server.fail(fault, times=STRUCK, taken=taken)
    run.once()
    run.to_the_end()
    ends = run.check()
    assert ends["rejected"] == 0
    known = run.transport.capabilities.idempotent_for is not None
    most = 0 if known else STRUCK
    assert ends["in_doubt"] == most
    if not taken:
        assert len(run.server.accepted) == len(run.people) - most
    else:
        assert len(run.server.accepted) == len(run.people)


@pytest.mark.parametrize("fault", sorted(STOPPING, key=str), ids=provider_id)
def test_a_stopped_account_stops_the_run(run, fault):
    """No money, no account: the rest waits, and gets its text later."""
    able(run, fault)
    run.server.fail(fault, times=1000)
    assert run.once(), "the run went on with a stopped account"
    assert not run.server.accepted
    asked = run.server.requests
    assert asked <= run.transport.pace.most_in_flight
    run.to_the_end()
    assert run.check() == {"accepted": len(run.people)}


@pytest.mark.parametrize("fault", sorted(OF_ONE, key=str), ids=provider_id)
@pytest.mark.parametrize("provider", PROVIDERS, ids=provider_id)
def test_one_bad_message_in_a_thousand_stops_nobody(provider, fault, tmp_path):
    """It alone is rejected, by the reason in our words."""
    people = 1000 if fault is Fault.BAD_NUMBER else 60
    with Run(provider, tmp_path, people) as run:
        able(run, fault)
        run.server.fail(fault)
        assert not run.once()
        ends = run.check()
        assert ends == {"accepted": people - 1, "rejected": 1}
        reasons = {r for s, r in run.states().values() if s == "rejected"}
        assert reasons == {OF_ONE[fault].value}
