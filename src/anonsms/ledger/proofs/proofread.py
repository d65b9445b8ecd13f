"""Reading the text of a proof: strictly, for others will read it too."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from anonsms.consent import ConsentEvent, EventKind, Scope, Source, Wording
from anonsms.ledger.moments import aware


_PARTS: Final = {
    "anonsms",
    "version",
    "event",
    "person",
    "number_sha256",
    "sealed_sha256",
    "index",
    "path",
    "checkpoint",
    "disclosed",
}
_EVENT: Final = {
    "id",
    "kind",
    "scope",
    "purpose",
    "at",
    "recorded_at",
    "source",
    "rule",
    "expires_at",
    "details",
    "wording",
}
_WORDING: Final = {"id", "version", "language", "text"}
_DISCLOSED: Final = {"key", "number", "evidence"}


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names stand there once, so that nobody misreads it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def known(data: dict[str, object]) -> bool:
    """Whether all of it is proven or opened, and nothing stands beside."""
    event = _mapping(data["event"])
    return (
        data.keys() <= _PARTS
        and event.keys() == _EVENT
        and _mapping(event["wording"] or dict.fromkeys(_WORDING)).keys()
        == _WORDING
        and _mapping(data.get("disclosed") or dict.fromkeys(_DISCLOSED)).keys()
        == _DISCLOSED
    )


def event(data: dict[str, object]) -> ConsentEvent:
    """The event that a proof shows; any error means that there is none."""
    expires = data["expires_at"]
    wording = data["wording"]
    details = _mapping(data["details"])
    return ConsentEvent(
        id=_hex(data["id"]),
        token="",
        kind=EventKind(text(data["kind"])),
        scope=Scope(text(data["scope"])),
        purpose=text(data["purpose"]),
        at=_moment(data["at"]),
        recorded_at=_moment(data["recorded_at"]),
        source=Source(text(data["source"])),
        wording=(
            None
            if wording is None
            else Wording(
                *(
                    text(_mapping(wording)[name])
                    for name in ("id", "version", "language", "text")
                )
            )
        ),
        rule=text(data["rule"]),
        expires_at=None if expires is None else _moment(expires),
        details=tuple(
            (text(name), text(value))
            for name, value in sorted(details.items())
        ),
    )


def _moment(value: object) -> datetime:
    return aware(datetime.fromisoformat(text(value)))


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def text(value: object) -> str:
    """A text that UTF-8 can write."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _hex(value: object) -> str:
    return bytes.fromhex(text(value)).hex()


def whole(value: object) -> int:
    """A whole number, and not what Python takes for one."""
    if type(value) is not int:
        raise TypeError
    return value


def octets(value: object) -> bytes:
    """Bytes, from base64."""
    return base64.b64decode(text(value), validate=True)
