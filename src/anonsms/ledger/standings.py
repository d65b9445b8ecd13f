"""
Where people stand: the fold of their events, kept up to date in rows.

A person has one row for each purpose with events of its own, and base rows
for events that reach further: ``~marketing`` and ``~all``. Each row is a
whole fold, and the most specific one answers: the purpose's own, else its
family's, else ``~all``. A purpose that is declared later is thus right at
once.
"""

# ruff: noqa: S608  # SQL is put together from constants only

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from anonsms.consent import (
    UNKNOWN_STATE,
    ConsentEvent,
    ConsentState,
    Family,
    Purpose,
    Scope,
    Status,
    in_order,
)
from anonsms.keys import KeyProvider
from anonsms.ledger.keycheck import refuse_stale
from anonsms.ledger.moments import micros, moment
from anonsms.ledger.pieces import cut, marks
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.store import SqlValue, Store
from anonsms.ledger.subjects import EACH


MARKETING_BASE: Final = "~marketing"
ALL_BASE: Final = "~all"

# As kept: a pause also names what it holds back, e.g. "paused given".
_TEXTS: Final[dict[tuple[Status, Status], str]] = {
    **{(status, Status.UNKNOWN): status.value for status in Status},
    **{
        (Status.PAUSED, held): f"{Status.PAUSED} {held}"
        for held in Status
        if held is not Status.UNKNOWN
    },
}

_STATUS: Final = {text: both for both, text in _TEXTS.items()}

# Sorted tokens fall into neighbouring pages: 1,000 at a time is fastest.
_AT_ONCE = 1_000

_COLUMNS = "scope, status, since, expires_at, suppressed, last_at, subject"

_OF = f"SELECT {_COLUMNS} FROM anonsms_standing WHERE token = ?"

# The version of the index key comes along: whose key is older finds nobody.
_ONE = (
    "SELECT version, scope, status, since, expires_at, suppressed "
    "FROM anonsms_key_check LEFT JOIN anonsms_standing ON token = ? "
    "WHERE power = 'index'"
)

_MANY = (
    "SELECT token, scope, status, since, expires_at, suppressed "
    "FROM anonsms_standing WHERE token IN "
)

_EACH = f"SELECT token, {_COLUMNS} FROM anonsms_standing WHERE token IN "

_SET = f"""
INSERT INTO anonsms_standing (token, {_COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (token, scope) DO UPDATE SET
    status = excluded.status, since = excluded.since,
    expires_at = excluded.expires_at, suppressed = excluded.suppressed,
    last_at = excluded.last_at
"""

_SET_EACH = f"""{EACH}
INSERT INTO anonsms_standing (token, {_COLUMNS})
SELECT substr(?, i * 16 + 1, 16), ?, ?, ?, ?, ?, ?, ? + i FROM each
"""


@frozen
class Standing:
    """
    One row: a fold of events, with the clock left out.

    Attributes:
        state: Where the person stands, expiry not yet applied.
        last_at: The latest moment among the events, in microseconds.
        subject: The person's row.
    """

    state: ConsentState
    last_at: int
    subject: int


class Standings:
    """The table of folds."""

    def __init__(
        self, store: Store, purposes: Purposes, keys: KeyProvider
    ) -> None:
        self._store = store
        self._purposes = purposes
        self._keys = keys

    def of(self, token: bytes) -> dict[str, Standing]:
        """All rows of one person, by scope."""
        rows = self._store.query(_OF, (token,))
        if not rows:
            refuse_stale(self._store, self._keys)
        return {row[0]: Standing(_state(*row[1:5]), *row[5:]) for row in rows}

    def of_each(
        self, tokens: Sequence[bytes]
    ) -> dict[bytes, dict[str, Standing]]:
        """All rows of at most 1,000 people; strangers are left out."""
        found: dict[bytes, dict[str, Standing]] = {}
        for row in self._store.query(_EACH + marks(len(tokens)), tokens):
            standing = Standing(_state(*row[2:6]), *row[6:])
            found.setdefault(row[0], {})[row[1]] = standing
        if len(found) < len(tokens):
            refuse_stale(self._store, self._keys)
        return found

    def one(
        self, token: bytes, purpose: Purpose, now: datetime
    ) -> ConsentState:
        """Where one person stands for a purpose."""
        rows = self._store.query(_ONE, (token,))
        if not rows or rows[0][1] is None:
            if not rows or rows[0][0] != self._keys.index_version:
                refuse_stale(self._store, self._keys)
            return UNKNOWN_STATE
        for scope in scopes(purpose):
            for row in rows:
                if row[1] == scope:
                    return _state(*row[2:]).at(now)
        return UNKNOWN_STATE

    def many(
        self, tokens: Sequence[bytes], purpose: Purpose, now: datetime
    ) -> list[ConsentState]:
        """Where many people stand for a purpose, in their order."""
        own: dict[bytes, ConsentState] = {}
        base: dict[bytes, ConsentState] = {}
        broadest: dict[bytes, ConsentState] = {}
        into = dict(zip(scopes(purpose), (own, base, broadest), strict=True))
        into_of = into.get
        # People who came with one import share a state: build it once.
        built: dict[tuple[object, ...], ConsentState] = {}
        built_of = built.get
        ordered = sorted(tokens)
        for chunk in cut(ordered, _AT_ONCE):
            sql = _MANY + marks(len(chunk))
            for row in self._store.query(sql, chunk):
                target = into_of(row[1])
                if target is None:
                    continue
                columns = row[2:]
                state = built_of(columns)
                if state is None:
                    state = _state(*columns).at(now)
                    built[columns] = state
                target[row[0]] = state
        if base or broadest:
            own = {**broadest, **base, **own}
        if len(own) < len(tokens):
            refuse_stale(self._store, self._keys)
        found = own.get
        return [found(token, UNKNOWN_STATE) for token in tokens]

    def record(
        self,
        token: bytes,
        subject: int,
        event: ConsentEvent,
        rows: dict[str, Standing],
        history: Callable[[], list[ConsentEvent]],
    ) -> None:
        """
        Bring one person's rows up to date, inside an open transaction.

        Args:
            token: The person.
            subject: The person's row.
            event: What has just been added.
            rows: The person's rows as they were, from :meth:`of`.
            history: Reads all events with the new one; only asked when
                something happened before what is known already.
        """
        at = micros(event.at)
        for scope in {
            _own(event),
            *(s for s in rows if self._touches(s, event)),
        }:
            before = self.answering(scope, rows)
            if before is None or at > before.last_at:
                start = UNKNOWN_STATE if before is None else before.state
                state, last = start.after(event), at
            else:
                state, last = UNKNOWN_STATE, before.last_at
                for past in in_order(history()):
                    if self._touches(scope, past):
                        state = state.after(past)
            self._store.execute(
                _SET, (token, scope, *_row(state), last, subject)
            )

    def begin_each(
        self, tokens: Sequence[bytes], subjects: range, first: ConsentEvent
    ) -> None:
        """Write the first row of people of whom nothing was known."""
        state = UNKNOWN_STATE.after(first)
        self._store.execute(
            _SET_EACH,
            (
                len(tokens),
                b"".join(tokens),
                _own(first),
                *_row(state),
                micros(first.at),
                subjects.start,
            ),
        )

    def answering(
        self, scope: str, rows: Mapping[str, Standing]
    ) -> Standing | None:
        """The row of a scope, or else the one that answers for it."""
        chain = {
            ALL_BASE: (ALL_BASE,),
            MARKETING_BASE: (MARKETING_BASE, ALL_BASE),
        }.get(scope) or scopes(self._purposes.find(scope))
        return next((rows[s] for s in chain if s in rows), None)

    def refold(
        self, token: bytes, subject: int, events: Sequence[ConsentEvent]
    ) -> None:
        """Write all rows of one person anew, inside an open transaction."""
        self.remove(token)
        for scope, (state, last_at) in self.expected(events).items():
            self._store.execute(
                _SET, (token, scope, *_row(state), last_at, subject)
            )

    def move(self, token: bytes, subject: int) -> None:
        """Let a person's rows name another subject."""
        self._store.execute(
            "UPDATE anonsms_standing SET subject = ? WHERE token = ?",
            (subject, token),
        )

    def remove(self, token: bytes) -> None:
        """Forget where one person stands, inside an open transaction."""
        self._store.execute(
            "DELETE FROM anonsms_standing WHERE token = ?", (token,)
        )

    def expected(
        self, events: Sequence[ConsentEvent]
    ) -> dict[str, tuple[ConsentState, int]]:
        """The rows that a person's events add up to, by scope."""
        telling = [event for event in in_order(events) if event.kind.counts]
        found = {}
        for scope in dict.fromkeys(map(_own, telling)):
            state, last_at = UNKNOWN_STATE, 0
            for event in telling:
                if self._touches(scope, event):
                    state, last_at = state.after(event), micros(event.at)
            found[scope] = (state, last_at)
        return found

    def _touches(self, scope: str, event: ConsentEvent) -> bool:
        """Whether an event is a part of the row's fold."""
        if scope == ALL_BASE:
            return event.scope is Scope.ALL
        if scope == MARKETING_BASE:
            return event.scope is not Scope.PURPOSE
        return event.touches(self._purposes.find(scope))


def stored(
    expected: Mapping[str, tuple[ConsentState, int]],
) -> dict[str, tuple[SqlValue, ...]]:
    """What :meth:`Standings.expected` gives, as the columns hold it."""
    return {
        scope: (*_row(state), last_at)
        for scope, (state, last_at) in expected.items()
    }


def scopes(purpose: Purpose) -> tuple[str, str, str]:
    """The rows that answer for a purpose, the most specific one first."""
    if purpose.family is Family.MARKETING:
        return (purpose.name, MARKETING_BASE, ALL_BASE)
    # There is no base row between: a name that no row has.
    return (purpose.name, "", ALL_BASE)


def status_of(text: str) -> Status:
    """The status that a row's text tells of."""
    return _STATUS[text][0]


def _own(event: ConsentEvent) -> str:
    """The row that an event makes, if there is none yet."""
    if event.scope is Scope.PURPOSE:
        return event.purpose
    return MARKETING_BASE if event.scope is Scope.MARKETING else ALL_BASE


@functools.lru_cache(maxsize=1024)  # people of one import share a state
def _state(
    status: str, since: int | None, expires: int | None, suppressed: str
) -> ConsentState:
    reached, held = _STATUS[status]
    return ConsentState(
        reached,
        None if since is None else moment(since),
        None if expires is None else moment(expires),
        suppressed,
        paused_from=held,
    )


def _row(state: ConsentState) -> tuple[str, int | None, int | None, str]:
    return (
        _TEXTS[state.status, state.paused_from],
        None if state.since is None else micros(state.since),
        None if state.expires_at is None else micros(state.expires_at),
        state.suppressed,
    )
