"""Keys and ledger fit together, or it does not open; nothing lies open."""

import base64
from datetime import timedelta

import pytest
from attrs import evolve
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import Family, Purpose, Status
from anonsms.errors import ConfigurationError, SealError
from anonsms.keys import KeyRing, Power, bind, unseal
from anonsms.ledger import open_ledger
from anonsms.phone import PhoneNumber


def bcd(digits):
    """Two digits an octet, in their order and swapped."""
    digits += "F" * (len(digits) % 2)
    pairs = list(zip(digits[::2], digits[1::2], strict=True))
    yield bytes.fromhex("".join(a + b for a, b in pairs))
    yield bytes.fromhex("".join(b + a for a, b in pairs))


def forms(number):
    """A number in the ways that it might lie in a file."""
    digits = number.removeprefix("+")
    for text in (digits, digits.removeprefix("33"), digits[::-1]):
        raw = text.encode()
        yield raw
        yield raw.hex().encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield from bcd(text)
        for pad in range(3):  # base64 depends on what stands before
            whole = base64.b64encode(b"x" * pad + raw + b"xx")
            yield whole[4:-4]


def test_no_number_lies_in_the_files(ledger, path, clock):
    """Plain, hex, BCD, base64, UTF-16, reversed: in database and log."""
    yes = {"wording": WORDING, "source": "checkout"}
    for n in range(20):
        secret = {"ip": "192.0.2.7", "who": person(n).reveal()}
        ledger.grant(person(n), "marketing", evidence=secret, **yes)
    ledger.import_grants(
        map(person, range(20, 60)),
        "news",
        wording=WORDING,
        provenance="old shop",
        obtained_at=START,
    )
    clock.move(days=1)
    for n in range(0, 80, 2):
        ledger.withdraw(person(n), source="sms")
    files = sorted(path.parent.glob(f"{path.name}*"))
    assert [f.name for f in files] == ["shop.db", "shop.db-shm", "shop.db-wal"]
    data = b"".join(file.read_bytes() for file in files)
    assert WORDING.text.encode() in data  # it is the log that we look at
    ledger.close()
    data += path.read_bytes()
    for n in range(80):
        assert not [f for f in forms(person(n).reveal()) if f in data]
    assert b"192.0.2.7" not in data


def test_no_key_lies_in_the_files(ledger, path, keys, zoe):
    """The database without the ring is worth nothing."""
    ledger.withdraw(zoe, source="sms", evidence={"sid": "SM1"})
    ledger.close()
    data = path.read_bytes()
    for held in keys._keys.values():
        assert not [key for key in held.values() if key in data]


def test_the_number_is_sealed_for_its_person(ledger, keys, zoe):
    """56 bytes that the ring opens in the person's own row."""
    ledger.withdraw(zoe, source="sms")
    [(id_, number, wrapped, kek)] = ledger.store.query(
        "SELECT id, number, wrapped, epoch FROM anonsms_subject"
    )
    assert (len(id_), len(number), len(wrapped)) == (16, 56, 60)
    key = keys.unwrap(
        wrapped, kek, bind("anonsms/v1", "subject", "wrapped", id_)
    )
    place = bind("anonsms/v1", "subject", "number", id_)
    assert unseal(key, number, place).rstrip(b"\0").decode() == zoe.reveal()


def test_evidence_moved_to_another_event_does_not_open(ledger, zoe, yes):
    """Not even to another event of the same person."""
    one = ledger.grant(zoe, "marketing", evidence={"a": "1"}, **yes)
    two = ledger.grant(zoe, "news", evidence={"a": "2"}, **yes)
    three = ledger.grant(person(3), "news", evidence={"a": "3"}, **yes)
    blobs = dict(ledger.store.query("SELECT id, sealed FROM anonsms_event"))
    for there in (two, three):
        ledger.store.execute(
            "UPDATE anonsms_event SET sealed = ? WHERE id = ?",
            (blobs[bytes.fromhex(one.id)], bytes.fromhex(there.id)),
        )
        with pytest.raises(SealError):
            ledger.evidence(there, **WHO)
    assert ledger.evidence(one, **WHO) == {"a": "1"}


def test_evidence_without_its_key_is_told(ledger, zoe):
    """The row remains and says that the key is gone."""
    event = ledger.withdraw(zoe, source="sms", evidence={"a": "1"})
    ledger.store.execute("UPDATE anonsms_subject SET wrapped = NULL")
    with pytest.raises(SealError, match="key is gone"):
        ledger.evidence(event, **WHO)
    assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN


def test_another_ring_is_refused(ledger, url, keys):
    """With other tokens every opt-out would be overlooked."""
    with pytest.raises(ConfigurationError, match="another index key"):
        open_ledger(url, KeyRing.generate())
    mixed = KeyRing(
        KeyRing.generate()._keys | {Power.INDEX: keys._keys[Power.INDEX]}
    )
    with pytest.raises(ConfigurationError, match="another seal key"):
        open_ledger(url, mixed)


def test_an_analyst_asks_and_counts_and_cannot_read(
    ledger, url, keys, clock, yes
):
    """The restricted ring opens the ledger; evidence and writing are out."""
    zoe = person(1234)
    event = ledger.grant(zoe, "marketing", evidence={"ip": "::1"}, **yes)
    ring = keys.restrict("index")
    with open_ledger(url, ring, clock=clock) as analyst:
        assert analyst.state(zoe, "marketing").given
        assert analyst.states([zoe], "marketing")[0].given
        assert analyst.counts("marketing")[Status.GIVEN] == 1
        assert analyst.history(zoe) == [event]
        with pytest.raises(ConfigurationError, match="no seal key"):
            analyst.evidence(event, **WHO)
        with pytest.raises(ConfigurationError, match="no seal key"):
            analyst.withdraw(person(1), source="sms")
        assert repr(analyst) == "<Ledger sqlite 1 people>"


def test_an_analyst_does_not_come_first(url, keys, zoe, yes):
    """Refused, for a ledger is begun by writing; then the shop begins it."""
    with pytest.raises(ConfigurationError, match="asks and counts"):
        open_ledger(url, keys.restrict("index"))
    with open_ledger(url, keys) as ledger:
        event = ledger.grant(zoe, "marketing", evidence={"a": "1"}, **yes)
        assert ledger.evidence(event, **WHO) == {"a": "1"}
    with open_ledger(url, keys.restrict("index")) as ledger:
        assert ledger.state(zoe, "marketing").given
    with pytest.raises(ConfigurationError, match="index"):
        open_ledger(url, keys.restrict("seal"))


def test_an_analyst_asks_counts_verifies_and_expires(
    ledger, url, keys, clock, yes
):
    """All that needs no seal, on a ledger that is there."""
    ledger.grant(person(1), "marketing", **yes)
    clock.move(days=4000)
    with open_ledger(url, keys.restrict("index"), clock=clock) as analyst:
        assert analyst.expire() == 1
        assert analyst.state(person(1), "marketing").status is Status.EXPIRED
        assert analyst.counts("marketing")[Status.EXPIRED] == 1
        assert analyst.verify().ok
    assert ledger.verify().ok


WRITING = {
    "grant": lambda ledger, n, yes: ledger.grant(n, "marketing", **yes),
    "withdraw": lambda ledger, n, _: ledger.withdraw(n, source="sms"),
    "suppress": lambda ledger, n, _: ledger.suppress(
        n, "complaint", source="staff"
    ),
    "release": lambda ledger, n, _: ledger.release(
        n, "settled", source="staff"
    ),
    "erase": lambda ledger, n, _: ledger.erase(n, source="account"),
    "rectify": lambda ledger, n, _: ledger.rectify(
        n, person(2), source="account"
    ),
    "import": lambda ledger, n, _: ledger.import_grants(
        [n],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=START,
    ),
    "publish": lambda ledger, _, yes: ledger.publish(
        evolve(WORDING, version="2027-01")
    ),
}


@pytest.mark.parametrize("name", WRITING)
def test_an_analyst_writes_nothing(ledger, url, keys, yes, name):
    """Not of somebody who is on record either, and nothing is changed."""
    zoe = person(1234)
    ledger.grant(zoe, "news", **yes)
    ledger.suppress(zoe, "complaint", source="staff")
    events, people = ledger.history(zoe), repr(ledger)
    with (
        open_ledger(url, keys.restrict("index")) as analyst,
        pytest.raises(ConfigurationError, match="no seal key"),
    ):
        WRITING[name](analyst, zoe, yes)
    assert ledger.history(zoe) == events
    assert repr(ledger) == people
    assert ledger.verify().ok


def test_an_analyst_declares_nothing(ledger, url, keys, clock):
    """A new purpose, or a known one with another time limit."""
    ring = keys.restrict("index")
    before = ledger.store.query("SELECT count(*) FROM anonsms_event")
    for purpose in (
        Purpose("raffle", Family.MARKETING),
        Purpose("news", Family.MARKETING, timedelta(days=9)),
    ):
        with pytest.raises(ConfigurationError, match="asks and counts"):
            open_ledger(url, ring, purposes=[purpose], clock=clock)
    assert ledger.store.query("SELECT count(*) FROM anonsms_event") == before


def test_a_long_number_harms_nobody(ledger, take_in):
    """Some plans know numbers of more than 15 digits; all come back."""
    long = PhoneNumber.from_e164("+" + "4" * 20)
    people = [long, *map(person, range(40))]
    take_in(people)
    assert ledger.verify().ok
    revealed = [ledger.reveal(ledger.pseudonym(p), **WHO) for p in people]
    assert revealed == people


@pytest.fixture
def take_in(ledger):
    """Imports a list."""

    def take(people):
        return ledger.import_grants(
            people,
            "marketing",
            wording=WORDING,
            provenance="old shop",
            obtained_at=START,
        )

    return take
