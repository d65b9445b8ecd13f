"""The REST side of a local SMSAPI: lists of numbers, callbacks, profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from attrs import define, field

from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.smsapi_orders import NUMBER, Params
from anonsms.testing.servers.smsapi_refusals import RestRefusedError


CALLBACK_KINDS: Final = {
    *("sms_dlr", "sms_mo", "mms_dlr", "mms_mo"),
    *("vms_dlr", "bulk", "hlr", "short_url"),
}
_CALLBACK: Final = re.compile(
    r"/callbacks/([^/]+)(/commands/(?:de)?activate)?"
)
_BLACKLISTED: Final = re.compile(r"/blacklist/phone_numbers/([^/]+)")
_OPTED_OUT: Final = re.compile(r"/opt_outs/([^/]+)")


@define(repr=False)
class Registers:
    """
    Everything the REST side keeps.

    Attributes:
        blacklist: By id.
        opt_outs: By id.
        callbacks: By id.
    """

    blacklist: dict[str, dict[str, object]] = field(factory=dict)
    opt_outs: dict[str, dict[str, object]] = field(factory=dict)
    callbacks: dict[str, dict[str, object]] = field(factory=dict)
    _count: int = field(init=False, default=0)

    def new_id(self) -> str:
        """Another one, 24 hexadecimal digits."""
        self._count += 1
        return f"{self._count:024x}"

    def blacklisted(self, number: str) -> bool:
        """Whether a number (without ``+``) is on the blacklist."""
        return any(
            row["phone_number"] == number for row in self.blacklist.values()
        )

    def opted_out(self, number: str) -> bool:
        """Whether a number (without ``+``) left by SMSAPI's own link."""
        return any(
            row["phoneNumber"] == int(number) for row in self.opt_outs.values()
        )

    def opt_out(self, number: str, now: datetime) -> None:
        """Note that somebody left by SMSAPI's own link."""
        made = self.new_id()
        self.opt_outs[made] = {
            "id": made,
            # SMSAPI writes this one as an integer.
            "phoneNumber": int(number),
            "date": now.isoformat(timespec="seconds"),
            "_links": [],
        }

    def callback(self, kind: str) -> str:
        """The URL of an active callback; empty if there is none."""
        for row in self.callbacks.values():
            if row["type"] == kind and row["active"]:
                return str(row["url"])
        return ""

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """
        Answer a request to one of the lists.

        Raises:
            RestRefusedError: It asks for what is not there.
        """
        sides: Mapping[str, Callable[[Asked, datetime], Answer]] = {
            "/blacklist": self._blacklist,
            "/opt_outs": self._opt_outs,
            "/callbacks": self._callbacks,
        }
        for start, side in sides.items():
            if asked.path.startswith(start):
                return side(asked, now)
        raise RestRefusedError(404, "not_found")

    def _blacklist(self, asked: Asked, now: datetime) -> Answer:
        params = Params.of(asked)
        number = params.text("phone_number")
        one = _BLACKLISTED.fullmatch(asked.path)
        if one and asked.method == "DELETE":
            return _removed(self.blacklist, one[1])
        if asked.path != "/blacklist/phone_numbers":
            raise RestRefusedError(404, "not_found")
        if asked.method == "GET":
            return _listed(self.blacklist, params, "phone_number")
        if asked.method == "DELETE":
            # Without a number, the whole list goes.
            for key, row in list(self.blacklist.items()):
                if number in {"", row["phone_number"]}:
                    del self.blacklist[key]
            return Answer(204)
        if not NUMBER.fullmatch(number):
            raise RestRefusedError(400, "invalid_request_data")
        made = self.new_id()
        entry: dict[str, object] = {
            "id": made,
            "phone_number": number,
            "expire_at": params.text("expire_at") or None,
            "created_at": now.isoformat(timespec="seconds"),
        }
        self.blacklist[made] = entry
        return Answer.json(201, entry)

    def _opt_outs(self, asked: Asked, now: datetime) -> Answer:  # noqa: ARG002
        one = _OPTED_OUT.fullmatch(asked.path)
        if one and asked.method == "DELETE":
            return _removed(self.opt_outs, one[1])
        if asked.path == "/opt_outs" and asked.method == "GET":
            return _listed(self.opt_outs, Params.of(asked), "phoneNumber")
        raise RestRefusedError(404, "not_found")

    def _callbacks(self, asked: Asked, now: datetime) -> Answer:  # noqa: ARG002
        params = Params.of(asked)
        if asked.path == "/callbacks":
            if asked.method == "GET":
                return _listed(self.callbacks, params, "url")
            return self._registered(params)
        one = _CALLBACK.fullmatch(asked.path)
        row = self.callbacks.get(one[1]) if one else None
        if one is None or row is None:
            raise RestRefusedError(404, "not_found")
        if one[2]:
            row["active"] = not one[2].endswith("deactivate")
            return Answer.json(202, row)
        if asked.method == "DELETE":
            return _removed(self.callbacks, one[1])
        if asked.method == "PUT":
            row["url"] = params.text("url") or row["url"]
        return Answer.json(200, row)

    def _registered(self, params: Params) -> Answer:
        url, kind = params.text("url"), params.text("type")
        if kind not in CALLBACK_KINDS or not url.startswith("http"):
            raise RestRefusedError(400, "invalid_request_data")
        made = self.new_id()
        version = params.text("api_version")
        row: dict[str, object] = {
            "id": made,
            "url": url,
            "type": kind,
            "api_version": int(version) if version.isdigit() else 1,
            "active": True,
            "invalid": False,
        }
        if kind.endswith("_mo"):
            row["receiver_type"] = params.text("receiver_type") or "all"
            row["receiver_number"] = params.text("receiver_number") or None
        self.callbacks[made] = row
        return Answer.json(201, row)


def _removed(rows: dict[str, dict[str, object]], key: str) -> Answer:
    if rows.pop(key, None) is None:
        raise RestRefusedError(404, "not_found")
    return Answer(204)


def _listed(
    rows: dict[str, dict[str, object]], params: Params, name: str
) -> Answer:
    wanted = params.text("phone_number") or params.text("q")
    found = [
        row for row in rows.values() if not wanted or str(row[name]) == wanted
    ]
    counts = {"offset": 0, "limit": 5}
    for each in counts:
        if params.text(each).isdigit():
            counts[each] = int(params.text(each))
    end = counts["offset"] + counts["limit"]
    shown = found[counts["offset"] : end]
    return Answer.json(200, {"size": len(found), "collection": shown})
