"""On a caller's own connection a grant is kept, or undone, with the order."""

import contextlib
import sqlite3
import threading

import psycopg
import pytest
from ledger_people import WHO, WORDING, person

from anonsms.consent import Status, Wording
from anonsms.errors import ConfigurationError, LedgerError, StaleGrantError
from anonsms.ledger import open_ledger, verify_proof


ORDERS = "SELECT id FROM shop_order ORDER BY id"
OTHER = Wording("till", "1", "fr", "J'accepte les textos.")


class Place:
    """A shop's database: a ledger in it, and a table of the shop's own."""

    def __init__(self, kind, url, keys, clock):
        self.kind, self.url = kind, url
        self.open = []
        # The shop was there first.
        with contextlib.closing(self.connect()) as shop:
            shop.execute("CREATE TABLE shop_order (id INTEGER PRIMARY KEY)")
            shop.commit()
        self.ledger = open_ledger(url, keys, clock=clock, shared=True)

    def connect(self, **more):
        """A connection of the shop's own."""
        if self.kind == "postgres":
            made = psycopg.connect(self.url, **more)
        else:
            made = sqlite3.connect(self.url.partition("///")[2], **more)
        self.open.append(made)
        return made

    def begin(self, **more):
        """The same, with a transaction that is open."""
        made = self.connect(**more)
        made.execute("BEGIN" if self.kind == "sqlite" else "SELECT 1")
        return made

    def orders(self):
        """The orders that are kept, as others see them."""
        with contextlib.closing(self.connect()) as other:
            return [id_ for (id_,) in other.execute(ORDERS).fetchall()]

    def places(self):
        """The places in the tree, in order; ``None`` for those to come."""
        return [
            place
            for (place,) in self.ledger.store.query(
                "SELECT leaf_index FROM anonsms_event ORDER BY seq"
            )
        ]

    def close(self):
        """Close all that was opened."""
        self.ledger.close()
        for each in self.open:
            each.close()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, keys, clock):
    """On both stores."""
    name = {"sqlite": "url", "postgres": "postgres_url"}[request.param]
    made = Place(request.param, request.getfixturevalue(name), keys, clock)
    yield made
    made.close()


@pytest.fixture
def postgres(postgres_url, keys, clock):
    """On PostgreSQL alone."""
    made = Place("postgres", postgres_url, keys, clock)
    yield made
    made.close()


def order(connection, id_):
    """The shop takes an order."""
    connection.execute(f"INSERT INTO shop_order VALUES ({id_})")


def test_a_grant_is_kept_with_the_order(place, zoe, yes):
    """Others see both after the commit, and neither before."""
    shop = place.connect()
    order(shop, 1)
    inside = place.ledger.within(shop)
    event = inside.grant(zoe, "marketing", evidence={"form": "3"}, **yes)
    assert inside.state(zoe, "marketing").given
    assert inside.history(zoe) == [event]
    assert not place.ledger.state(zoe, "marketing").given
    assert place.orders() == []

    shop.commit()
    assert place.ledger.state(zoe, "marketing").given
    assert place.ledger.history(zoe) == [event]
    assert place.orders() == [1]
    assert dict(place.ledger.evidence(event, **WHO)) == {"form": "3"}
    proof = place.ledger.prove(event)
    assert verify_proof(proof, place.ledger.verifiers).event.id == event.id
    assert place.ledger.verify().ok


def test_a_grant_is_undone_with_the_order(place, zoe, yes):
    """No event, no place in the tree, no wording is left of it."""
    place.ledger.withdraw(person(1), source="sms")
    place.ledger.verify()
    before = place.places()
    shop = place.connect()
    order(shop, 1)
    place.ledger.within(shop).grant(zoe, "marketing", **yes)
    shop.rollback()

    assert place.orders() == []
    assert place.ledger.history(zoe) == []
    assert place.ledger.state(zoe, "marketing").status is Status.UNKNOWN
    assert place.ledger.wordings() == []
    assert place.ledger.verify().ok
    assert place.places() == before
    place.ledger.grant(zoe, "marketing", **yes)
    assert place.ledger.verify().ok
    assert place.places() == list(range(len(before) + 2))


def test_one_transaction_holds_several_events(place, clock, yes):
    """Grants, stops and a list, one after another, with two orders."""
    shop = place.begin()
    inside = place.ledger.within(shop)
    for who in (1, 2, 3):
        inside.grant(person(who), "marketing", **yes)
        order(shop, who)
    clock.move(minutes=1)
    inside.withdraw(person(2), source="account")
    report = inside.import_grants(
        [person(who) for who in range(2, 700)],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=clock(),
    )
    assert (report.recorded, report.opted_out) == (697, 1)
    shop.commit()
    assert place.orders() == [1, 2, 3]
    assert place.ledger.counts("marketing")[Status.GIVEN] == 698
    assert place.ledger.counts("marketing")[Status.WITHDRAWN] == 1
    assert place.ledger.verify().ok


def test_a_refused_grant_leaves_the_order_alone(place, clock, zoe, yes):
    """The caller goes on in the same transaction, and commits."""
    place.ledger.withdraw(zoe, source="sms")
    before = len(place.places())
    shop = place.connect()
    order(shop, 1)
    inside = place.ledger.within(shop)
    with pytest.raises(StaleGrantError):
        inside.grant(zoe, "marketing", at=clock(), **yes)
    order(shop, 2)
    inside.grant(person(1), "service", **yes)
    shop.commit()
    assert place.orders() == [1, 2]
    assert [e.kind.withdraws for e in place.ledger.history(zoe)] == [True]
    assert place.ledger.state(person(1), "service").given
    assert place.ledger.verify().ok
    assert len(place.places()) == before + 2  # a wording, and one grant


def test_a_savepoint_of_the_shops_own_undoes_its_grant(place, zoe, yes):
    """What the shop undoes in part is undone in the ledger in part."""
    shop = place.begin()
    inside = place.ledger.within(shop)
    inside.grant(person(1), "marketing", **yes)
    shop.execute("SAVEPOINT basket")
    inside.grant(zoe, "marketing", **yes)
    assert inside.state(zoe, "marketing").given
    shop.execute("ROLLBACK TO SAVEPOINT basket")
    assert not inside.state(zoe, "marketing").given
    inside.grant(person(2), "marketing", **yes)
    shop.commit()
    states = place.ledger.states([person(1), zoe, person(2)], "marketing")
    assert [state.given for state in states] == [True, False, True]
    assert place.ledger.verify().ok


def test_an_opt_out_wins_over_a_grant_in_an_open_order(place, clock, zoe, yes):
    """The stop of another transaction is seen by the next one inside."""
    place.ledger.grant(zoe, "marketing", **yes)
    shop = place.connect()
    clock.move(minutes=1)
    place.ledger.withdraw(zoe, source="sms")
    order(shop, 1)
    inside = place.ledger.within(shop)
    with pytest.raises(StaleGrantError):
        inside.grant(zoe, "marketing", **yes)
    shop.commit()
    assert place.orders() == [1]
    assert not place.ledger.state(zoe, "marketing").given


def test_closing_it_closes_nothing(place, zoe, yes):
    """The connection stays the shop's, and so does its transaction."""
    shop = place.begin()
    with place.ledger.within(shop) as inside:
        inside.grant(zoe, "marketing", **yes)
    order(shop, 1)
    shop.commit()
    assert place.orders() == [1]
    assert place.ledger.state(zoe, "marketing").given


def test_another_ledgers_database_is_refused(place, request, keys, clock):
    """Its people have the same tokens, and nobody would notice."""
    if place.kind == "postgres":
        url = request.getfixturevalue("new_postgres_url")()
    else:
        url = f"{place.url}-other"
    other = Place(place.kind, url, keys, clock)
    shop = other.begin()
    with pytest.raises(ConfigurationError, match="another ledger"):
        place.ledger.within(shop)
    shop.rollback()
    other.close()


def test_a_database_without_a_ledger_is_refused(place, request):
    """The tables are not made in somebody else's transaction."""
    if place.kind == "postgres":
        empty = psycopg.connect(request.getfixturevalue("new_postgres_url")())
    else:
        empty = sqlite3.connect(":memory:")
    with contextlib.closing(empty):
        empty.execute("BEGIN" if place.kind == "sqlite" else "SELECT 1")
        with pytest.raises(ConfigurationError, match="Open the ledger"):
            place.ledger.within(empty)


def test_without_a_transaction_it_is_refused(place, zoe, yes):
    """Nobody would commit what is recorded: nothing is begun, or lost."""
    shop = place.connect()
    with pytest.raises(ConfigurationError, match="No transaction is open"):
        place.ledger.within(shop)
    order(shop, 1)
    inside = place.ledger.within(shop)
    inside.grant(zoe, "marketing", **yes)
    shop.commit()
    with pytest.raises(ConfigurationError, match="No transaction is open"):
        inside.withdraw(zoe, source="account")
    assert place.orders() == [1]
    assert place.ledger.state(zoe, "marketing").given
    assert place.ledger.verify().ok


def test_keys_are_not_rotated_inside_an_order(place, keys):
    """That takes transactions of the ledger's own."""
    shop = place.begin()
    inside = place.ledger.within(shop)
    with pytest.raises(ConfigurationError, match="after yours"):
        inside.rotate(keys.rotate("index"))
    shop.rollback()
    assert place.ledger.verify().ok


def test_its_events_get_their_places_later(postgres, zoe, yes):
    """On PostgreSQL whoever comes next integrates what was committed."""
    postgres.ledger.verify()
    before = len(postgres.places())
    shop = postgres.begin()
    postgres.ledger.within(shop).grant(zoe, "marketing", **yes)
    # Nobody waits for the shop meanwhile, and nobody skips a place.
    postgres.ledger.grant(person(1), "service", **yes | {"wording": OTHER})
    assert postgres.ledger.verify().ok
    assert None not in postgres.places()
    shop.commit()
    assert postgres.places().count(None) == 2  # a wording, and one grant
    found = postgres.ledger.verify()
    assert found.ok
    assert found.size == before + 4
    assert sorted(postgres.places()) == list(range(before + 4))


def test_a_deadlock_of_two_callers_says_to_try_again(
    postgres, clock, zoe, yes
):
    """One of the two is told so, and succeeds the second time."""
    postgres.ledger.withdraw(zoe, source="sms")
    postgres.ledger.withdraw(person(1), source="sms")
    clock.move(minutes=1)
    both = threading.Barrier(2)
    refused, kept = [], []

    def buy(id_, first, second):
        shop = postgres.connect()
        order(shop, id_)
        inside = postgres.ledger.within(shop)
        inside.grant(first, "service", **yes)
        both.wait(20)
        try:
            inside.grant(second, "service", **yes)
        except LedgerError as error:
            refused.append(str(error))
            shop.rollback()
            order(shop, id_ + 10)
            inside = postgres.ledger.within(shop)
            inside.grant(second, "service", **yes)
            inside.grant(first, "service", **yes)
        shop.commit()
        kept.append(id_)

    postgres.ledger.grant(person(2), "service", **yes)  # the wording is there
    threads = [
        threading.Thread(target=buy, args=(1, zoe, person(1))),
        threading.Thread(target=buy, args=(2, person(1), zoe)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(kept) == [1, 2]
    [text] = refused
    assert "Do it again" in text
    assert sum(id_ > 10 for id_ in postgres.orders()) == 1
    for each in (zoe, person(1)):
        assert len(postgres.ledger.history(each)) == 3
        assert postgres.ledger.state(each, "service").given
    assert postgres.ledger.verify().ok


def test_a_second_order_waits_for_the_first(url, keys, clock, zoe, yes):
    """On SQLite one caller writes at a time; who waits too long is told."""
    place = Place("sqlite", url, keys, clock)
    first, second = place.begin(), place.begin(timeout=0.05)
    inside = place.ledger.within(first)
    inside.grant(zoe, "marketing", **yes)
    late = place.ledger.within(second)
    with pytest.raises(LedgerError, match="SQLITE_BUSY"):
        late.grant(person(1), "marketing", **yes)
    first.commit()
    second.rollback()
    order(second, 2)
    inside = place.ledger.within(second)
    assert inside.state(zoe, "marketing").given
    inside.grant(person(1), "marketing", **yes)
    second.commit()
    assert place.ledger.verify().ok
    place.close()
