"""
Sending beside the official packages, against one light server on loopback.

Each way runs in a process of its own; the server in another one, with half of
this machine's cores if there are two. "Bare" hands messages to a transport;
"campaign" is everything: gate, ledger, outbox, each step durable. "fast" is
with the extra of that name.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from statistics import median


HERE = Path(__file__).parent
ROUNDS = 3
# (way, what it is called, whether the extra may be used)
ONE_EACH = (
    ("ours-twilio", "anonsms bare", False),
    ("ours-twilio", "anonsms bare, fast", True),
    ("ours-twilio-campaign", "anonsms campaign", False),
    ("ours-twilio-campaign", "anonsms campaign, fast", True),
    ("twilio-async", "twilio async", False),
)
MANY = (
    ("ours-smsapi", "anonsms bare", False),
    ("ours-smsapi-campaign", "anonsms campaign", False),
    ("smsapi-single", "smsapi-client one by one", False),
    ("smsapi-bulk", "smsapi-client, one text for all", False),
)


@contextmanager
def server(delay):
    """The URL of a server that answers after so many milliseconds."""
    with subprocess.Popen(
        [sys.executable, HERE / "sending_server.py", str(delay)],
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        finally:
            running.kill()


def measured(way, url, count, at_once, fast):
    """The median of some rounds: rate, CPU and memory; None if it failed."""
    found = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [
                *(sys.executable, HERE / "sending_way.py", way, url),
                *(str(count), str(at_once)),
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "WITHOUT_FAST": "" if fast else "1"},
        )
        if done.returncode:
            print(way, done.stderr[-300:], file=sys.stderr)
            return None
        found.append(json.loads(done.stdout))
    return [median(values) for values in zip(*found, strict=True)]


def rows(work, ways, delay, count, at_once):
    """One table."""
    with server(delay) as url:
        for way, name, fast in ways:
            few = count // 10 if way == "smsapi-single" else count
            told = measured(way, url, few, at_once, fast)
            if told is not None:
                rate, cpu, peak = told
                note = f"{cpu:,.0f} µs CPU, at most {peak:,.0f} MiB"
                yield work, name, rate, note


def main():
    found = []
    sync = ("twilio-sync", "twilio sync", False)
    for delay, word in ((0, "no delay"), (50, "50 ms")):
        for at_once in (64, 256):
            work = f"send one each, {word}, {at_once} at once"
            ways = ONE_EACH
            if delay == 0 and at_once == 64:
                ways = (*ways, sync)
            found += rows(work, ways, delay, 6_000, at_once)
    found += rows("send many a request, no delay", MANY, 0, 20_000, 4)
    found += rows("send many a request, 50 ms", MANY[:2], 50, 20_000, 4)
    for count in (2_000, 20_000):
        work = f"memory of a campaign of {count:,}, no delay"
        found += rows(work, ONE_EACH[3:4], 0, count, 64)
    return found


if __name__ == "__main__":
    for row in main():
        print(*row, sep=" | ")
