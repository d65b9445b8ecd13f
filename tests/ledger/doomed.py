"""
A process that makes others, which record consent until they are killed.

    python doomed.py

It reads ``url seed`` lines, and for each makes a child that opens the
ledger and works on. It says ``born <pid>``; the child says what it was told,
once it has returned; and the parent says ``dead`` when it is gone.
"""

import os
import random
import sys

from ledger_people import WORDING, Clock, person

from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


def say(*words):
    """One line, in one piece."""
    os.write(1, (" ".join(words) + "\n").encode())


def work(url, keys, seed):
    """Open the ledger, and write until the end."""
    draw = random.Random(seed)
    clock = Clock()
    clock.move(days=seed)
    ledger = open_ledger(url, keys, origin="shop.example/consent", clock=clock)
    while True:
        clock.move(seconds=1)
        who = person(draw.randrange(50))
        match draw.randrange(8):
            case 0:
                people = [person(draw.randrange(9000)) for _ in range(15)]
                ledger.import_grants(
                    people,
                    "marketing",
                    wording=WORDING,
                    provenance="old shop",
                    obtained_at=clock(),
                )
                for each in people:
                    say("known", ledger.token(each).hex())
            case 1:
                note = ledger.checkpoint()
                say("signed", note.encode().hex())
            case 2 | 3 | 4:
                event = ledger.withdraw(who, source="sms")
                say("recorded", event.id)
            case _:
                event = ledger.grant(
                    who,
                    "marketing",
                    wording=WORDING,
                    source="checkout",
                    evidence={"ip": "192.0.2.1"},
                )
                say("recorded", event.id)


def main():
    """Make children as they are asked for."""
    keys = KeyRing.load(os.environ["DOOMED_KEYS"])
    for line in sys.stdin:
        url, seed = line.split()
        child = os.fork()
        if not child:
            try:
                work(url, keys, int(seed))
            except BaseException as error:  # noqa: BLE001  # to be seen
                say("failed", type(error).__name__)
            os._exit(1)
        say("born", str(child))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
