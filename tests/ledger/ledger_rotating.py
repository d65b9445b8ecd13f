"""People of every kind, a key service, and ways to stop a rotation."""

from ledger_people import START, WORDING, person


def everybody():
    """All people of :func:`people_of`."""
    return [person(n) for n in range(8)]


def people_of(ledger):
    """Write down people who said yes, no, maybe, and one without a number."""
    yes = {"wording": WORDING, "source": "checkout"}
    ledger.withdraw(person(0), source="sms")
    ledger.grant(person(1), "marketing", evidence={"who": "them"}, **yes)
    ledger.import_grants(
        [person(2), person(3)],
        "news",
        wording=WORDING,
        provenance="old shop",
        obtained_at=START,
    )
    ledger.withdraw(person(3), scope="all", source="staff")
    ledger.suppress(person(4), "wrong number", source="staff")
    ledger.pause(person(5), source="sms")
    ledger.grant(person(6), "marketing", **yes)
    ledger.withdraw(person(6), source="sms")
    ledger.grant(person(7), "marketing", evidence={"who": "them"}, **yes)
    ledger.erase(person(7), source="account")


def standing(ledger):
    """Where everybody stands, a stranger too."""
    return [
        ledger.states([*everybody(), person(4711)], purpose)
        for purpose in ("marketing", "news", "service")
    ]


class Vault:
    """A provider that is no ring: it has what the protocol asks for."""

    def __init__(self, ring):
        self._ring = ring
        for name in (
            "renew_tokens",
            "tokens",
            "wrap",
            "unwrap",
            "signatures",
        ):
            setattr(self, name, getattr(ring, name))

    @property
    def powers(self):
        return self._ring.powers

    @property
    def index_version(self):
        return self._ring.index_version

    @property
    def epoch(self):
        return self._ring.epoch

    @property
    def public_keys(self):
        return self._ring.public_keys


class Cut(BaseException):
    """The power fails."""


class Fuse:
    """Lets so many statements pass, once it is armed."""

    def __init__(self, passing):
        self.passing = passing
        self.armed = False

    def arm(self):
        """Count from here."""
        self.armed = True

    def step(self):
        """One more statement."""
        if self.armed:
            self.passing -= 1
            if self.passing < 0:
                raise Cut

    def passes(self, act):
        """Whether it gets through."""
        try:
            act()
        except Cut:
            return False
        finally:
            self.armed = False
        return True


def _fused(fuse, real):
    def fused(self, *args):
        fuse.step()
        return real(self, *args)

    return fused


def stop_at_each(store, monkeypatch):
    """A fuse for no statement, one, two and so on, built into a store."""
    fuse = Fuse(0)
    for name in ("execute", "executemany", "query", "wipe"):
        monkeypatch.setattr(store, name, _fused(fuse, getattr(store, name)))
    passing = 0
    while True:
        fuse.passing, fuse.armed = passing, False
        yield fuse
        passing += 1
