"""Rotations that are cut short, and processes that run on meanwhile."""

import random
import signal
import subprocess
import sys

import pytest
from ledger_people import START, WORDING, person
from ledger_rotating import people_of, standing, stop_at_each

import anonsms as sms
from anonsms.consent import Status
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.store.sqlite import SqliteStore
from shops import Shop, contact, number


@pytest.fixture
def shop(ledger):
    """A ledger with people of every kind."""
    people_of(ledger)
    return ledger


@pytest.mark.parametrize("power", ["index", "seal"])
def test_it_can_stop_anywhere(shop, path, url, *, power, clock, monkeypatch):
    """At each statement in turn: one ring opens it, and finishing works."""
    before, keys = standing(shop), shop._keys
    shop.close()
    whole = path.read_bytes()
    ring = keys.rotate(power)
    reached = 0
    for cut in stop_at_each(SqliteStore, monkeypatch):
        path.write_bytes(whole)
        with open_ledger(url, keys, clock=clock) as ledger:
            cut.arm()
            if cut.passes(lambda: ledger.rotate(ring)):
                break
        reached += 1
        rings = [ring] if power == "seal" else [keys, ring]
        opened = 0
        for each in rings:
            try:
                with open_ledger(url, each, clock=clock) as ledger:
                    assert standing(ledger) == before
                    opened += 1
            except ConfigurationError:
                continue
        assert opened == 1
        with open_ledger(url, ring, clock=clock, rotate=True) as ledger:
            assert standing(ledger) == before
            assert ledger.verify().ok
    assert reached > 10


# Says each statement, and waits before the last one for whoever kills it.
ROTATE = """
import sys
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.store.sqlite import SqliteStore
url, old, new, last = sys.argv[1:]
ledger, ring = open_ledger(url, KeyRing.load(old)), KeyRing.load(new)
said = 0
def said_first(real):
    def saying(*args):
        global said
        said += 1
        print(said, flush=True)
        if said == int(last):
            sys.stdin.read()
        return real(*args)
    return saying
for name in ("execute", "executemany", "query", "wipe"):
    setattr(SqliteStore, name, said_first(getattr(SqliteStore, name)))
ledger.rotate(ring)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_killed_rotation_loses_nobody(ledger, path, url, clock, tmp_path):
    """SIGKILL at some statement; then somebody else finishes."""
    dice = random.Random(20260301)
    stopped = [person(n) for n in range(0, 3000, 3)]
    ledger.import_grants(
        [person(n) for n in range(3000)],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=START,
    )
    clock.move(hours=1)
    ledger.import_withdrawals(stopped, provenance="old shop")
    ring = ledger._keys
    ledger.close()
    last = most = 0  # the first one runs to its end
    for turn in range(6):
        old, new = tmp_path / f"{turn}.old", tmp_path / f"{turn}.new"
        ring.save(old)
        ring = ring.rotate("index").rotate("seal")
        ring.save(new)
        child = subprocess.Popen(
            [sys.executable, "-c", ROTATE, url, old, new, str(last)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        said = [child.stdout.readline() for _ in range(last)]
        if last:
            assert said[-1] == f"{last}\n"
            child.kill()
        said += child.stdout.readlines()
        child.stdin.close()
        child.stdout.close()
        assert child.wait() == (-signal.SIGKILL if last else 0)
        with open_ledger(url, ring, clock=clock, rotate=True) as again:
            states = again.states(stopped, "marketing")
            assert {s.status for s in states} == {Status.WITHDRAWN}
            assert again.counts("marketing")[Status.GIVEN] == 2000
        most = most or len(said)
        last = dice.randrange(1, most)
    with open_ledger(url, ring, clock=clock) as again:
        assert again.verify().ok


WRITE = """
import sys
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.phone import PhoneNumber
url, ring, first = sys.argv[1:]
ledger = open_ledger(url, KeyRing.load(ring))
for n in range(int(first), 10_000, 2):
    try:
        number = PhoneNumber.from_e164(f"+3363998{n:04d}")
        ledger.withdraw(number, source="sms")
    except ConfigurationError:
        break
    print(n, flush=True)
"""


@pytest.mark.parametrize("power", ["index", "seal"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_stop_is_lost_between_processes(request, power, kind, tmp_path):
    """Two write stops while a third rotates: all they were told are kept."""
    url = f"sqlite:///{tmp_path}/shop.db"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
    keys = KeyRing.generate()
    ledger = open_ledger(url, keys)
    keys.save(tmp_path / "ring")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, url, tmp_path / "ring", str(n)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(2)
    ]
    told = [int(child.stdout.readline()) for child in children]
    ring = keys.rotate(power)
    ledger.rotate(ring)
    ledger.close()
    for child in children:
        told += [int(line) for line in child.stdout]
        child.stdout.close()
        assert child.wait() == 0
    assert 2 <= len(told) < 9_000  # they were refused at last
    with open_ledger(url, ring) as again:
        states = again.states([person(n) for n in told], "marketing")
        assert {s.status for s in states} == {Status.WITHDRAWN}
        assert again.verify().ok


def rotated(shop, ring):
    """The same shop with a newer ring, wired anew."""
    shop.ledger.close()
    shop.ledger = sms.open_ledger(
        f"sqlite:///{shop.folder}/shop.db",
        ring,
        clock=shop.network.clock,
        rotate=True,
    )
    shop.messenger = sms.Messenger(
        shop.network, shop.ledger, originator="MaBoutique", country="FR"
    )
    return shop


@pytest.fixture
def shopping(tmp_path, monkeypatch):
    """A shop with a network, and a ring of its own."""
    ring = KeyRing.generate()
    monkeypatch.setattr("shops.KEYS", ring)
    shop = Shop(tmp_path)
    shop.folder = tmp_path
    yield shop, ring
    shop.ledger.close()


def test_nobody_is_texted_twice_after_a_rotation(shopping):
    """A keyed send and a campaign know who had them already."""
    shop, ring = shopping
    shop.agree(number(1), number(2))
    shop.offer(number(1), key="order-4711")
    shop.campaign(contact(1), contact(2)).run()
    for _ in range(2):
        ring = ring.rotate("index")
        rotated(shop, ring)
        with pytest.raises(sms.DuplicateError):
            shop.offer(number(1), key="order-4711")
        assert shop.campaign(contact(1), contact(2)).run().newly_texted == 0
        assert [shop.network.times_sent(number(n)) for n in (1, 2)] == [2, 1]


def test_a_running_shop_with_the_old_ring_texts_nobody(shopping):
    """It cannot tell who said stop, so it says what to do."""
    shop, ring = shopping
    shop.agree(number(1), number(2))
    with sms.open_ledger(
        f"sqlite:///{shop.folder}/shop.db", ring, clock=shop.network.clock
    ) as other:
        other.rotate(ring.rotate("index"))
    campaign = shop.campaign(contact(1), contact(2))
    for act in (
        campaign.plan,
        campaign.run,
        lambda: shop.offer(number(1)),
        lambda: shop.offer(number(9), purpose="service"),
    ):
        with pytest.raises(ConfigurationError, match="anew"):
            act()
    assert not [n for n in (1, 2, 9) if shop.network.times_sent(number(n))]
