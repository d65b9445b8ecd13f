"""A process that sends one batch until all of it left: test_ledger_pacing."""

import json
import sys
import time

import pacing_writer

from anonsms.ledger.pacing import StorePaceBook
from anonsms.masking import MessageText
from anonsms.message import Accepted, NotSent, Originator, Outbound
from anonsms.phone import PhoneNumber
from anonsms.transport import (
    Capabilities,
    HttpRequest,
    HttpResponse,
    HttpTransport,
    Pace,
    road,
)


class Simple(HttpTransport):
    """Whatever it sends is accepted."""

    name = "simple"
    capabilities = Capabilities(batch_size=1_000)

    def submit(self, group):
        yield HttpRequest("POST", "http://127.0.0.1:9/send")
        return [Accepted(each.key, f"SM{each.key}") for each in group]


def main(place, count, rate, longest):
    """Say when each message left, and how often one was refused."""
    road.LONGEST_WAIT = float(longest)
    store = pacing_writer.opened(place)
    pace = Pace(
        account="main", requests=float(rate), book=StorePaceBook(store)
    )
    moments, refused = [], 0

    def exchange(request):
        moments.append(time.time())
        return HttpResponse(200)

    batch = [
        Outbound(
            PhoneNumber.parse("+33 6 39 98 12 34"),
            MessageText("Bonjour"),
            Originator.parse("MaBoutique"),
            str(n),
        )
        for n in range(int(count))
    ]
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    with Simple(client=exchange, pace=pace) as transport:
        while batch:
            outcomes = transport.send(batch)
            left = {o.key: o for o in outcomes if isinstance(o, NotSent)}
            batch = [each for each in batch if each.key in left]
            refused += len(left)
            if left:
                time.sleep(min(each.retry_after for each in left.values()))
    store.close()
    print(json.dumps({"moments": moments, "refused": refused}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
