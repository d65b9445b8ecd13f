"""Mailjet's side of the wire, as its guide tells it."""

from itertools import count

from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers import Answer, Asked, LocalServer


TOKEN = "0123456789abcdef0123456789ABCDEF"
REFUSALS = {
    Fault.BAD_NUMBER: (400, "mj-0005", "To"),
    Fault.CONTENT: (400, "mj-0006", "Text"),
    Fault.ORIGINATOR: (400, "mj-0005", "From"),
    Fault.MONEY: (400, "sms-0001", ""),
    Fault.ACCOUNT: (400, "sms-0004", ""),
}
NAMES = {1: "sent_pending", 2: "sent", 3: "delivered", 9: "rejected_dnd"}
PAGE = 21
"""One page of the guide says this, another one 10 to 1000."""


class MailjetDouble(LocalServer):
    """Takes texts and lists them; calls nobody back."""

    faults = frozenset(Fault)

    def __init__(self, **options):
        super().__init__(**options)
        self.records = []
        self.shows_texts = False
        self._ids = count(2034075536371630429)

    def answer(self, asked: Asked) -> Answer:
        if asked.bearer() != TOKEN:
            return _refusal(401, "mj-0015", "")
        if (asked.method, asked.path) == ("POST", "/v4/sms-send"):
            return self._send(asked.json())
        if asked.method == "GET" and asked.path == "/v4/sms":
            return self._list(dict(asked.queries()))
        if asked.method == "GET" and asked.path.startswith("/v4/sms/"):
            wanted = asked.path.rpartition("/")[2]
            found = [r for r in self.records if r["MessageId"] == wanted]
            if found:
                return Answer.json(200, {"Data": found})
        return _refusal(404, "mj-0404", "")

    def complaint(self, fault: Fault) -> Answer:
        if fault is Fault.BROKEN_BODY:
            return Answer(200, (("Content-Type", "application/json"),), b'{"M')
        if fault is Fault.SERVER_ERROR:
            return Answer.text(500, "Oops")
        now = fault is Fault.TOO_MANY_FOR_NOW
        headers = [("Retry-After", "1")] if now else []
        return Answer.json(429, {"ErrorMessage": "Too many"}, headers)

    def _send(self, fields):
        fault = self.struck_request() or self.struck_message()
        if fault in REFUSALS:
            return _refusal(*REFUSALS[fault], quoted=fields["To"])
        if fields.keys() != {"From", "To", "Text"}:
            return _refusal(400, "mj-0003", "From")
        if not fields["To"].startswith("+"):
            return _refusal(400, "mj-0005", "To")
        record = {
            "From": fields["From"],
            "To": fields["To"],
            "MessageId": str(next(self._ids)),
            "SMSCount": 1,
            "CreationTS": int(self.clock().timestamp()),
            "SentTS": "",
            "Cost": {"Value": 0.0012, "Currency": "EUR"},
            "Status": _status(11 if fault else 2),
        }
        if self.shows_texts:
            record["Text"] = fields["Text"]
        if not fault:
            self.take(
                Taken(
                    fields["To"],
                    fields["Text"],
                    fields["From"],
                    record["MessageId"],
                )
            )
        self.records.append(record)
        shown = {**record, "Text": fields["Text"], "SmsCount": 1}
        del shown["SMSCount"]
        return Answer.json(200, shown)

    def change(self, provider_id, code):
        """Let a message have another status."""
        for record in self.records:
            if record["MessageId"] == provider_id:
                record["Status"] = _status(code)

    def _list(self, query):
        found = [
            each
            for each in self.records[::-1]
            if int(query["FromTS"]) <= each["CreationTS"] <= int(query["ToTS"])
        ]
        if "StatusCode" in query:
            codes = set(map(int, query["StatusCode"].split(",")))
            found = [r for r in found if r["Status"]["Code"] in codes]
        start = int(query["Offset"])
        size = min(int(query["Limit"]), PAGE)
        return Answer.json(200, {"Data": found[start : start + size]})


def _status(code):
    name = NAMES.get(code, "status")
    return {"Code": code, "Name": name, "Description": name}


def _refusal(status, code, field, quoted=""):
    return Answer.json(
        status,
        {
            "ErrorIdentifier": "06df1144-c6f3-4ca7-8885-7ec5d4344113",
            "ErrorCode": code,
            "StatusCode": status,
            "ErrorMessage": f"Not so: {quoted}",
            "ErrorRelatedTo": [field] if field else [],
        },
    )
