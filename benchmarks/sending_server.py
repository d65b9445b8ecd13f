"""
The provider's side of bench_sending: as light as it can be.

    python sending_server.py DELAY_IN_MS

Answers every request after the delay: Messages.json in Twilio's shape, sms.do
in SMSAPI's. Prints its port. It keeps no state and checks nothing, so that it
is not what is measured; anonsms.testing has servers that do.
"""

import asyncio
import json
import sys
from urllib.parse import parse_qs


TWILIO = json.dumps(
    {
        "account_sid": "AC" + "0" * 32,
        "api_version": "2010-04-01",
        "body": "Bonjour, -20 % ce week-end. STOP au 36123",
        "date_created": "Mon, 02 Mar 2026 09:00:00 +0000",
        "date_sent": None,
        "date_updated": "Mon, 02 Mar 2026 09:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": "MaBoutique",
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": "SM" + "0" * 32,
        "status": "queued",
        "subresource_uris": {"media": "/2010-04-01/Media.json"},
        "to": None,
        "uri": "/2010-04-01/Messages.json",
    }
).encode()


def answer(status, body):
    return (
        b"HTTP/1.1 %s\r\nContent-Type: application/json;charset=utf-8\r\n"
        b"Connection: keep-alive\r\nContent-Length: %d\r\n\r\n%s"
        % (status, len(body), body)
    )


BEFORE, AFTER = answer(b"201 Created", TWILIO).split(b"0" * 32 + b'", "stat')


def created():
    """The next message's answer: no two have one SID."""
    Side.taken += 1
    return BEFORE + b'%032x", "stat' % Side.taken + AFTER


def smsapi(body):
    """A row for each number."""
    form = parse_qs(body.decode())
    numbers = form["to"][0].split(",")
    names = form.get("idx", ["|" * (len(numbers) - 1)])[0].split("|")
    rows = [
        {
            "id": f"{n:019d}",
            "points": 0.16,
            "number": number,
            "submitted_number": number,
            "date_sent": 1772442000,
            "status": "QUEUE",
            "error": None,
            "idx": name or None,
            "parts": 1,
        }
        for n, (number, name) in enumerate(zip(numbers, names, strict=True))
    ]
    found = json.dumps({"count": len(rows), "list": rows}).encode()
    return answer(b"200 OK", found)


class Side(asyncio.Protocol):
    """One connection."""

    delay = 0.0
    taken = 0

    def connection_made(self, transport):
        self.out = transport
        self.buffer = b""

    def data_received(self, data):
        buffer = self.buffer + data if self.buffer else data
        while True:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                break
            head = buffer[:end].lower()
            at = head.find(b"content-length:")
            size = 0
            if at >= 0:
                size = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(buffer) < end + 4 + size:
                break
            body = buffer[end + 4 : end + 4 + size]
            buffer = buffer[end + 4 + size :]
            known = created() if b"messages.json" in head else smsapi(body)
            if self.delay:
                loop = asyncio.get_running_loop()
                loop.call_later(self.delay, self.out.write, known)
            else:
                self.out.write(known)
        self.buffer = buffer


async def main():
    Side.delay = float(sys.argv[1]) / 1000
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Side, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
