"""A process that takes places as fast as it can: see test_ledger_pacing."""

import json
import sys
import time
from pathlib import Path

from anonsms.ledger.pacing import StorePaceBook
from anonsms.ledger.store.postgres import PostgresStore
from anonsms.ledger.store.sqlite import SqliteStore


def opened(place):
    """The store at a path or a URL."""
    if place.startswith("postgres"):
        return PostgresStore(place)
    return SqliteStore(Path(place))


def main(place, count, rate, burst):
    """Say when each of so many requests may leave."""
    store = opened(place)
    book = StorePaceBook(store)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    moments = []
    for _ in range(int(count)):
        now = time.time()
        seconds = book.reserve("k", 1 / float(rate), float(burst), now)
        moments.append(now + seconds)
    store.close()
    print(json.dumps(moments))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
