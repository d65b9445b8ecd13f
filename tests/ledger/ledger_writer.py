"""
One of many processes that write to a ledger, or look on.

Run as ``python ledger_writer.py write|forget|prove URL KEYS SEED``: says
``ready``, waits for a line, works, and prints what was acknowledged as JSON.
Nothing it prints is personal.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

from ledger_people import WORDING, person

from anonsms.errors import (
    ConsentError,
    LedgerError,
    StaleGrantError,
    UnknownPersonError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger, verify_proof


FEW, MANY = 5, 90
"""People whom everybody writes about one by one; people on the lists."""


def write(ledger, chance, said):
    """Everything that shops do, mostly about the same few."""
    for _ in range(14):
        who = person(chance.randrange(FEW))
        purpose = chance.choice(["marketing", "service"])
        act = chance.randrange(6)
        try:
            if act < 2:
                event = ledger.grant(
                    who,
                    purpose,
                    wording=WORDING,
                    source="checkout",
                    evidence={"form": "3"},
                )
            elif act == 2:
                event = ledger.withdraw(who, purpose, source="sms")
            elif act == 3:
                event = ledger.pause(who, source="sms")
            elif act == 4:
                event = ledger.resume(who, source="staff")
            else:
                # Some of the few are on the list as well.
                start = chance.randrange(MANY)
                some = [person(i) for i in range(start, start + 20)]
                chance.shuffle(some)
                report = ledger.import_grants(
                    some,
                    purpose,
                    wording=WORDING,
                    provenance="old shop",
                    obtained_at=datetime.now(UTC) - timedelta(days=1),
                )
                said["listed"] += report.recorded
                continue
        except StaleGrantError:
            continue
        said["events"].append(event.id)


def forget(ledger, chance, said):
    """People are erased and renumbered while others write about them."""
    for _ in range(20):
        who, other = (person(chance.randrange(FEW)) for _ in range(2))
        act = chance.randrange(5)
        try:
            if act < 2:
                ledger.grant(
                    who, "marketing", wording=WORDING, source="checkout"
                )
            elif act == 2:
                ledger.withdraw(who, source="sms", evidence={"text": "STOP"})
            elif act == 3:
                ledger.rectify(who, other, source="account")
            else:
                erase(ledger, who)
        except (ConsentError, UnknownPersonError):
            continue
        said["events"].append(act)


def erase(ledger, who):
    """As the error says: once more, if somebody reads old bytes still."""
    try:
        ledger.erase(who, source="account")
    except LedgerError as error:
        if "once more" not in str(error):
            raise
        ledger.erase(who, source="account")


def prove(ledger, chance, said):
    """Proofs, checkpoints, counts and checks while others write."""
    for turn in range(25):
        history = ledger.history(person(chance.randrange(FEW)))
        if history:
            event = chance.choice(history)
            proof = ledger.prove(event)
            shown = verify_proof(proof.dumps(), ledger.verifiers)
            assert shown.event.id == event.id
            said["proofs"] += 1
        ledger.checkpoint()
        ledger.counts("marketing")
        if turn % 5 == 0:
            found = ledger.verify()
            assert found.ok, str(found)


def main(what, url, keys, seed):
    """Open the ledger, wait for the others, and work."""
    said = {"events": [], "listed": 0, "proofs": 0}
    with open_ledger(url, KeyRing.load(keys)) as ledger:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        {"write": write, "forget": forget, "prove": prove}[what](
            ledger, random.Random(int(seed)), said
        )
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
