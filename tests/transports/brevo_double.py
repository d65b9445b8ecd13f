"""Brevo's side of the wire, as its documentation and client tell it."""

import json
from itertools import count
from urllib.parse import urlsplit

from anonsms.message import DeliveryStatus
from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers import Answer, Asked, LocalServer
from anonsms.transport import HttpResponse, WebhookRequest


API_KEY = "xkeysib-0123456789abcdef0123456789abcdef-TeStTeSt"
SECRET = "pAtH-sEcReT-0123456789abc"
HOOK = "https://shop.example/hooks/brevo"

SAID = {
    DeliveryStatus.SENT: "sent",
    DeliveryStatus.DELIVERED: "delivered",
    DeliveryStatus.UNDELIVERED: "hard_bounce",
    DeliveryStatus.UNKNOWN: "moon_phase",
}
REFUSALS = {
    Fault.BAD_NUMBER: (400, "invalid_parameter", "Invalid telephone number"),
    Fault.CONTENT: (400, "invalid_parameter", "content is not valid"),
    Fault.ORIGINATOR: (400, "invalid_parameter", "sender is not valid"),
    Fault.MONEY: (402, "not_enough_credits", "Insufficient credits"),
    Fault.ACCOUNT: (403, "account_under_validation", "Please wait"),
}
FIRST_ID = 1511882900176220


class BrevoDouble(LocalServer):
    """Takes texts, keeps a list of events, and calls back."""

    faults = frozenset(Fault) - {Fault.OPTED_OUT}

    def __init__(self, **options):
        super().__init__(**options)
        self.events = []
        self.hooks = {}
        self.bodies = []
        self._ids = count(FIRST_ID)
        self._seconds = count(int(self.clock().timestamp()))

    @property
    def base_url(self):
        return f"{self.url}/v3"

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("api-key") != API_KEY:
            return _refusal(401, "unauthorized", "Key not found")
        if (asked.method, asked.path) == ("POST", "/v3/transactionalSMS/sms"):
            return self._send(asked)
        listing = ("GET", "/v3/transactionalSMS/statistics/events")
        if (asked.method, asked.path) == listing:
            return self._list(dict(asked.queries()))
        return _refusal(404, "document_not_found", "No such route")

    def complaint(self, fault: Fault) -> Answer:
        if fault is Fault.BROKEN_BODY:
            return Answer(201, (("Content-Type", "application/json"),), b'{"m')
        if fault is Fault.SERVER_ERROR:
            return Answer.text(500, "Oops")
        headers = [("x-sib-ratelimit-limit", "150")]
        if fault is Fault.TOO_MANY_FOR_NOW:
            headers.append(("x-sib-ratelimit-reset", "1"))
        return Answer.json(
            429, {"code": "too_many_requests", "message": "slow"}, headers
        )

    def _send(self, asked):
        fields = asked.json()
        self.bodies.append(fields)
        fault = self.struck_request() or self.struck_message()
        if fault:
            status, code, message = REFUSALS[fault]
            # Real ones quote what they were given.
            return _refusal(status, code, f"{message}: {fields['recipient']}")
        missing = {"sender", "recipient", "content"} - fields.keys()
        if missing or not fields["recipient"].isdigit():
            return _refusal(400, "missing_parameter", "recipient is missing")
        message_id = next(self._ids)
        sender = fields["sender"]
        self.take(
            Taken(
                f"+{fields['recipient']}",
                fields["content"],
                f"+{sender}" if sender.isdigit() and sender[6:] else sender,
                str(message_id),
            )
        )
        self.hooks[str(message_id)] = fields.get("webUrl", "")
        self.happen(fields["recipient"], message_id, "accepted", fields["tag"])
        return Answer.json(
            201,
            {
                "reference": "ab1cde2fgh3i4jklmno",
                "messageId": message_id,
                "smsCount": 2,
                "usedCredits": 0.7,
                "remainingCredits": 82.85,
            },
        )

    def happen(self, recipient, message_id, event, tag="", **more):
        """Put an event on the list."""
        self.events.append(
            {
                "phoneNumber": recipient,
                "date": f"{self.clock():%Y-%m-%dT%H:%M:%S.000Z}",
                "messageId": str(message_id),
                "event": event,
                "tag": tag,
                **more,
            }
        )

    def _list(self, query):
        events = self.events
        if "tags" in query:
            tags = json.loads(query["tags"])
            events = [each for each in events if each["tag"] in tags]
        if "event" in query:
            named = {"unsubscription": "unsubscription"}
            wanted = named.get(query["event"], query["event"])
            events = [each for each in events if each["event"] == wanted]
        if query.get("sort", "desc") == "desc":
            events = events[::-1]
        start, size = int(query["offset"]), int(query["limit"])
        page = events[start : start + size]
        return Answer.json(200, {"events": page} if page else {})

    def receipt(self, provider_id, status):
        [taken] = [t for t in self.accepted if t.provider_id == provider_id]
        if status not in SAID:
            raise LookupError("Brevo has no word for it.")
        return self.call(SAID[status], taken.number, provider_id)

    def reply(self, number, text):
        return self.call("reply", number, "", reply=text)

    def call(self, status, number, provider_id, **more):
        """A call of the webhook, with one event."""
        second = next(self._seconds)
        body = {
            "id": 26570,
            "to": number.removeprefix("+"),
            "sms_count": 1,
            "credits_used": 1.5,
            "messageId": int(provider_id or FIRST_ID),
            "remaining_credit": 11488.845,
            "msg_status": status,
            "date": "2026-03-02 10:00:00",
            "ts_event": second,
            "type": "transactional",
            "reference": {"1": "ab1cde2fgh3i4jklmno"},
            **more,
        }
        url = self.hooks.get(provider_id) or f"{HOOK}/{SECRET}"
        parts = urlsplit(url)
        return WebhookRequest(
            "POST",
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            {"Content-Type": "application/json", "Host": "shop.example"},
            json.dumps(body, ensure_ascii=False).encode(),
        )

    def forged(self, request):
        url = request.url.replace(SECRET, "gUeSsEd-sEcReT-012345678")
        return WebhookRequest("POST", url, request.headers, request.body)


def exchange_with(server):
    """An exchange that reaches a double without a network."""

    def exchange(request):
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {k.lower(): v for k, v in request.headers.items()}
        asked = Asked(request.method, target, headers, request.body)
        answer = server.respond(asked, server.begin())
        return HttpResponse(answer.status, dict(answer.headers), answer.body)

    return exchange


def _refusal(status, code, message):
    return Answer.json(status, {"code": code, "message": message})
