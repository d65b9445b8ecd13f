"""
A ledger as plainly as it can be said: lists of what happened, added up anew.

Written down from the documentation and not from the library, of which it
uses nothing. Times are datetimes, events are dicts, people are numbered.
"""

from ledger_sums import (
    ANSWER_WITHIN,
    HOLDS_BACK,
    NO,
    SKEW,
    STRICT,
    TICK,
    YES,
    add_up,
    clocked,
    closes,
    counting,
    order,
    strictness,
)


class Model:
    """
    Everybody's events, and the rules by which they count.

    ``families`` and ``limits`` say of each purpose what it belongs to and
    how long a yes counts.
    """

    def __init__(self, people, families, limits, now):
        self.events = {who: [] for who in range(people)}
        self.only_a_no = set()  # of whom nothing else is kept
        self.before = dict.fromkeys(self.events, 0)  # how often they were so
        self.older = {who: [] for who in self.events}  # their numbers before
        self.families, self.limits, self.now = families, limits, now

    def touches(self, event, purpose):
        """Whether an event reaches a purpose."""
        return self.within(event, ("purpose", purpose))

    def within(self, event, reach):
        """Whether an event reaches all of a scope and purpose."""
        scope, purpose = reach
        if event["scope"] == "marketing":
            return scope == "marketing" or (
                scope == "purpose" and self.families[purpose] == "marketing"
            )
        return event["scope"] == "all" or event["purpose"] == purpose != ""

    def of(self, who, purpose=None):
        """A person's events as they count, all or those for a purpose."""
        return sorted(
            (
                event
                for event in self.events[who]
                if purpose is None or self.touches(event, purpose)
            ),
            key=order,
        )

    def state(self, who, purpose):
        """Status, since, until, and why suppressed, by now."""
        return clocked(add_up(self.of(who, purpose)), self.now)

    def counts(self, purpose):
        """How many people on record stand where."""
        found = {}
        for who in self.events:
            if counting(self.events[who]):
                status = self.state(who, purpose)[0]
                found[status] = found.get(status, 0) + 1
        return found

    def event(self, kind, scope, purpose, ago, **more):
        """What is about to be written down."""
        at = self.now if ago is None else min(self.now - ago, self.now)
        return {
            "id": "",
            "kind": kind,
            "scope": scope,
            "purpose": purpose,
            "at": at,
            "written": self.now,
            "until": self.until(purpose, at) if kind in YES else None,
            **more,
        }

    def until(self, purpose, at):
        """When a yes of that moment stops counting."""
        limit = self.limits[purpose]
        return None if limit is None else at + limit

    def note(self, who, kind):
        """What is on record and changes nothing."""
        self.events[who].append(self.event(kind, "all", "", None))

    def add(self, who, event, *, sealed=False):
        """Write an event down; who was forgotten is known again by most."""
        if event["kind"] not in HOLDS_BACK or sealed:
            self.know(who)
        self.events[who].append(event)

    def know(self, who):
        """Somebody of whom only a no was kept is here again."""
        if who in self.only_a_no:
            self.only_a_no.remove(who)
            self.before[who] += 1
            self.note(who, "renumbered")

    def newest(self, *events):
        """The latest moment on record, or now."""
        return max([self.now, *(e["at"] for e in counting(events))])

    def said(self, who, event):
        """An event that nobody refuses; one that is said now is newest."""
        if event["kind"] in HOLDS_BACK and event["at"] == self.now:
            event["at"] = self.newest(*self.events[who])
        return event

    def stale(self, who, event):
        """Whether there is a stop as new as the yes."""
        past = counting(self.events[who])
        if who in self.only_a_no:
            # What was older went with the person, and a stop may have.
            return any(each["at"] >= event["at"] for each in past)
        return any(
            each["kind"] in NO
            and each["at"] >= event["at"]
            and self.touches(each, event["purpose"])
            for each in past
        )

    def yes(self, who, event):
        """A yes of the person's own, or nothing."""
        return None if self.stale(who, event) else event

    def imported(self, who, event):
        """A yes on a list: ``recorded``, ``opted_out``, ``already_given``."""
        status, since, *_ = add_up(self.of(who, event["purpose"]))
        if status in ("withdrawn", "paused"):
            return "opted_out"
        if status == "given" and since >= event["at"]:
            return "already_given"
        if who in self.only_a_no or self.stale(who, event):
            return "opted_out"
        return "recorded"

    def confirmed(self, who, event):
        """The answer to the newest question that is open, or nothing."""
        past = self.of(who, event["purpose"])
        for asked in reversed(past):
            if (
                asked["kind"] != "asked"
                or asked["at"] > event["at"] + SKEW
                or any(closes(each, asked) for each in past)
            ):
                continue
            if event["at"] - asked["at"] > ANSWER_WITHIN:
                return None
            event["at"] = max(event["at"], asked["at"])
            event["until"] = self.until(event["purpose"], event["at"])
            event["answers"] = asked["id"]
            return self.yes(who, event)
        return None

    def renewed(self, who, event):
        """A yes said again by who had one, or nothing."""
        past = [
            each
            for each in self.of(who, event["purpose"])
            if each["at"] <= event["at"]
        ]
        status, *_ = clocked(add_up(past), event["at"])
        since = []
        for each in past:
            since = [] if each["kind"] in NO else [*since, each["kind"]]
        explicit = [k for k in since if k in YES and k != "soft opt-in"]
        if status not in ("given", "expired") or not explicit:
            return None
        return self.yes(who, event)

    def bought(self, who, event):
        """A purchase by who never refused, or said yes since; or nothing."""
        past = self.of(who, event["purpose"])
        refused = [e["at"] for e in past if e["kind"] in (*NO, "paused")]
        agreed = [e["at"] for e in past if e["kind"] in ("grant", "confirmed")]
        if refused and not (agreed and max(agreed) > max(refused)):
            return None
        return self.yes(who, event)

    def ends(self, who):
        """The ends of grants that are not on record yet."""
        found = []
        for purpose in self.families:
            status, since, until, *_ = add_up(self.of(who, purpose))
            if status == "given" and until is not None:
                at = max(until, since + TICK)
                if at <= self.now:
                    event = self.event("expiry", "purpose", purpose, None)
                    found.append({**event, "at": at})
        return found

    def erase(self, who):
        """Forget somebody, but for the no that outlives them."""
        past = self.events[who]
        if past and who not in self.only_a_no:
            noes, at = self.noes(past, objects=True), self.newest(*past)
            older = [each for each in self.older[who] if each != who]
            self.events[who], self.older[who], self.before[who] = [], [], 0
            for each in (*older, who):
                # Somebody else may have that number by now.
                if not self.events[each] or each in self.only_a_no:
                    self.keep(each, noes, at)
        elif not any("erased" in each for each in past):
            self.keep(who, self.noes([], objects=True), self.now)

    def keep(self, who, noes, at):
        """Nothing but noes, as new as all that is there."""
        at = max([at, *(each["at"] for each in self.events[who])])
        self.events[who] += [{**no, "at": at, "erased": True} for no in noes]
        self.only_a_no.add(who)

    def rectify(self, old, new):
        """Somebody has another number; whether that can be recorded."""
        if old == new or old in self.only_a_no or not self.events[old]:
            return False
        self.know(new)
        sides = self.events[old], self.events[new]
        both = [*sides[0], *sides[1]]
        at = self.newest(*both)
        while no := self.lost(both, sides):
            both.append({**no, "at": at})
        noes = self.noes(sides[0], objects=False)
        at = self.newest(*sides[0])
        self.events[old] = [{**no, "at": at} for no in noes]
        if noes:
            self.only_a_no.add(old)
        self.events[new] = both
        self.before[new] += self.before[old]
        self.older[new] += [*self.older[old], old]
        self.before[old], self.older[old] = 0, []
        self.note(new, "renumbered")  # comes
        self.note(new, "renumbered")  # leaves
        return True

    def renew_tokens(self):
        """What is kept of a token is written down anew."""
        for who, events in self.events.items():
            if who in self.only_a_no:
                self.events[who] = [
                    {**event, "id": "", "written": self.now}
                    for event in counting(events)
                ]
            for _ in range(self.before[who]):
                self.note(who, "erased")
            self.before[who] = 0

    def reaches(self, events):
        """The scopes and purposes that somebody has events of."""
        return {(e["scope"], e["purpose"]) for e in counting(events)}

    def at_reach(self, events, reach):
        """Where somebody stands for a scope and purpose."""
        return add_up(
            sorted((e for e in events if self.within(e, reach)), key=order)
        )

    def noes(self, events, *, objects):
        """The noes that stay; a pause counts as a stop."""
        stands = {r: self.at_reach(events, r) for r in self.reaches(events)}
        held = {r for r, s in stands.items() if s[0] in STRICT}
        held |= {("marketing", "")} if objects else set()
        wide = [r for r in (("all", ""), ("marketing", "")) if r in held][:1]
        held = {
            reach
            for reach in held
            if reach in wide
            or not wide
            or (
                wide[0][0] == "marketing"
                and self.families[reach[1]] != "marketing"
            )
        }
        noes = [self.event("withdrawal", *reach, None) for reach in held]
        why = [state[3] for state in stands.values() if state[3]]
        if why:
            noes.append(self.event("suppressed", "all", "", None, why=why[0]))
        return noes

    def lost(self, both, sides):
        """A no of either side that both together do not say, if any."""
        own = {r for side in sides for r in self.reaches(side)}
        wide = [("all", ""), ("marketing", "")]
        for reach in [*wide, *sorted(own - set(wide))]:
            before = [self.at_reach(side, reach) for side in sides]
            now = self.at_reach(both, reach)
            for state in before:
                if state[3] and not now[3]:
                    return self.event(
                        "suppressed", "all", "", None, why=state[3]
                    )
            status = max((s[0] for s in before), key=strictness)
            if strictness(status) > strictness(now[0]):
                return self.event(STRICT[status], *reach, None)
        return None
