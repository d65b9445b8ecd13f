"""No public object shows a number, whichever way it is printed."""

import enum
import inspect
import json
from datetime import UTC, datetime

import pytest

import anonsms as sms
from leakscan import leaks


NUMBER = "+336" + "39981234"
BODY = f"To={NUMBER}".encode()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def zoe():
    """A person."""
    return sms.PhoneNumber.parse(NUMBER)


def text():
    """A body with a number in it."""
    return sms.MessageText(f"Appelez {NUMBER}")


def shop():
    """An originator."""
    return sms.Originator.parse("MaBoutique")


def ledger():
    """A ledger in memory."""
    return sms.open_ledger("sqlite://", sms.KeyRing.generate())


def messenger():
    """A shop with nobody in its ledger."""
    return sms.Messenger(
        sms.FakeTransport(), ledger(), originator="MaBoutique"
    )


def campaign():
    """A campaign of one service text with a number in it."""
    return messenger().campaign(
        "parcel",
        sms.Template(
            "Colis de {{ phone }}",
            policy=sms.ValuePolicy(numbers={"phone"}),
        ),
        [SAMPLES["Contact"]()],
        purpose="service",
    )


def proof():
    """A proof that discloses a number and evidence."""
    keys = sms.KeyRing.generate()
    with sms.open_ledger("sqlite://", keys) as opened:
        event = opened.withdraw(
            zoe(), source="staff", evidence={"said by": NUMBER}
        )
        disclosed = opened.prove(
            event, disclose=True, by="staff-1", why="a test"
        )
        return disclosed, opened.verifiers


def held():
    """All that is held on somebody."""
    with ledger() as opened:
        opened.withdraw(zoe(), source="sms")
        return opened.export(zoe(), by="staff-1")


# One of each class that can hold something personal, made of a canary.
SAMPLES = {
    "Audience": lambda: sms.Audience.of([SAMPLES["Contact"]()]),
    "AsyncCampaign": lambda: sms.AsyncCampaign(campaign()),
    "AsyncMessenger": lambda: sms.AsyncMessenger(
        sms.FakeTransport(), ledger(), originator="MaBoutique"
    ),
    "Campaign": campaign,
    "Contact": lambda: sms.Contact(zoe(), {"phone": NUMBER}),
    "Disclosed": lambda: proof()[0].disclosed,
    "Proof": lambda: proof()[0],
    "Proven": lambda: sms.verify_proof(*proof()),
    "FakeTransport": lambda: sent(sms.FakeTransport()),
    "Decision": lambda: messenger().explain(
        sms.Template("{{ a }}"),
        to=zoe(),
        purpose="service",
        values={"a": "Zoé"},
    ),
    "BrevoTransport": lambda: sms.BrevoTransport(NUMBER),
    "HttpRequest": lambda: sms.HttpRequest(
        "GET", f"https://api.example/{NUMBER}", {"to": NUMBER}, BODY
    ),
    "HttpResponse": lambda: sms.HttpResponse(200, {"to": NUMBER}, BODY),
    "Inbound": lambda: sms.Inbound(zoe(), text(), NOW),
    "Ledger": ledger,
    "MessageText": text,
    "Messenger": messenger,
    "Lookup": lambda: sms.Lookup(zoe(), sms.LineState.ACTIVE),
    "MailjetTransport": lambda: sms.MailjetTransport(NUMBER),
    "Outbound": lambda: sms.Outbound(zoe(), text(), shop(), "k1"),
    "Parts": lambda: sms.measure(f"Appelez {NUMBER}"),
    "PersonalData": held,
    "PhoneNumber": zoe,
    "Plan": lambda: campaign().plan(),
    "ProviderOptOut": lambda: sms.ProviderOptOut(zoe(), NOW),
    "Reason": lambda: SAMPLES["Decision"]().trail[0],
    "Received": lambda: messenger().receive_text("STOP", sender=zoe()),
    "Report": lambda: campaign().run(),
    "Sample": lambda: SAMPLES["Plan"]().samples[0],
    "Reply": lambda: sms.parse_reply(f"STOP {NUMBER}"),
    "Secret": lambda: sms.Secret(NUMBER),
    "Scheduled": lambda: sms.Scheduled(zoe(), text(), shop(), "k1", NOW),
    "SecretPath": lambda: sms.SecretPath(NUMBER.lstrip("+") * 2),
    "SmsapiTransport": lambda: sms.SmsapiTransport(NUMBER),
    "Template": lambda: sms.Template("Bonjour {{ prenom }}"),
    "TwilioConsent": lambda: sms.TwilioConsent(
        zoe(), granted=True, source="website"
    ),
    "TwilioTransport": lambda: sms.TwilioTransport("AC" + "0a" * 16, NUMBER),
    "UserData": lambda: sms.encode_parts(f"Appelez {NUMBER}")[0],
    "WebhookRequest": lambda: sms.WebhookRequest(
        "POST", f"/hooks?to={NUMBER}", {"to": NUMBER}, BODY
    ),
}
# Nothing of a person goes in; who adds a field looks here again.
IMPERSONAL = {
    "Accepted", "Behaviour", "Breaker", "Budget", "Capabilities", "Checkpoint",
    "CheckpointFile", "Columns", "ConsentEvent", "ConsentState", "Controller",
    "Cost", "CountryShare", "Culprit", "DearCharacter", "DeliveryReceipt",
    "Disclosure", "ErasureCertificate", "Fault", "Growth", "HttpTransport",
    "ImportReport", "KeyRing", "Limit", "Longest", "Meaning", "MemoryPaceBook",
    "NotSent", "NumberKind", "Originator", "Pace", "Party", "Plugin",
    "PriceTable", "Purpose", "RefusedRow", "Rejected", "ReplyMix",
    "RotationReport", "Shift", "Signature", "SmsapiCallback", "StorePaceBook",
    "TwilioConsentAnswer", "Uncertain", "ValuePolicy", "Verification",
    "Verifier", "WayOut", "WebhookReply", "Wording", "WordingFault",
    "WordingModel", "WordingReport", "WordingRule",
}  # fmt: skip


def sent(transport):
    """The transport after one message."""
    transport.send([SAMPLES["Outbound"]()])
    return transport


def classes():
    """Public classes that are neither errors, nor enums, nor protocols."""
    for name in sms.__all__:
        value = getattr(sms, name)
        if (
            inspect.isclass(value)
            and not issubclass(value, (BaseException, enum.Enum))
            and not getattr(value, "_is_protocol", False)
        ):
            yield name


def test_every_public_class_is_judged():
    """A new class gets a sample here, or is named as impersonal."""
    undecided = set(classes()) - set(SAMPLES) - IMPERSONAL
    assert not undecided, (
        f"Add to SAMPLES or IMPERSONAL in {__name__}: {sorted(undecided)}"
    )


@pytest.fixture
def sample(name):
    """The sample by that name, closed afterwards if it can be."""
    value = SAMPLES[name]()
    yield value
    if hasattr(value, "close"):
        value.close()


@pytest.mark.parametrize("name", sorted(set(SAMPLES) & set(classes())))
def test_no_way_of_printing_shows_the_number(name, sample):
    """repr, str, format, %, json's default and the notebook's HTML."""
    value = sample
    shown = [
        repr(value),
        str(value),
        f"{value}",
        f"{value!s:>40}",
        "%s %r" % (value, value),  # noqa: UP031 - the old way is a way too
        repr([value]),
        json.dumps({"value": value}, default=str),
    ]
    html = getattr(value, "_repr_html_", None)
    if html is not None:
        shown.append(str(html()))
    assert leaks("\n".join(shown)) == []


@pytest.mark.parametrize("name", sorted(set(SAMPLES) & set(classes())))
def test_every_class_has_a_repr_of_its_own(name, sample):
    """`<object at 0x…>` helps nobody."""
    assert " object at 0x" not in repr(sample)
