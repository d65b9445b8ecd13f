"""
A flash sale by text, from a shop's customer export to the replies.

Everything is real but the people and the network: the export is in
Shopify's format, consents and sends stand in a SQLite database, and texts
go to a fake network that answers as a real one would. Run it with
``make demo``.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import anonsms as sms


EXPORT = Path(__file__).with_name("customers_export.csv")

WORDING = sms.Wording(
    id="checkout-sms",
    version="2025-09",
    language="en",
    text=(
        "I agree that Maison The may text me its offers. I can stop this at "
        "any time by answering STOP or on my account page."
    ),
)

OFFER = sms.Template(
    'Hi {{ first_name | default: "there" }}, 20 % off all teas until Sunday '
    "at maisonthe.example/sale. No more texts: maisonthe.example/stop",
    policy=sms.ValuePolicy(budgets={"first_name": 20}),
)

GOODBYES = {"FR": "ARRÊT svp", "PL": "wypisz mnie", "DE": "Bitte abmelden"}


def main() -> None:
    """Run the whole story in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        story(Path(folder))


def story(folder: Path) -> None:
    """Read, plan, send, receive."""
    title("1. The customer export")
    customers = sms.read_contacts(EXPORT, allow_fictional=True)
    print(f"{customers.rows:,} rows: {len(customers):,} people,")
    print(f"{customers.merged:,} rows merged into one with the same number,")
    print(f"{len(customers.refused):,} rows refused, each with its reason:")
    reasons = Counter(row.reason for row in customers.refused)
    for reason, number in reasons.most_common():
        print(f"{number:>8,}  {reason}")
    example = customers.refused[0]
    print(f"For example, line {example.line}: {example.message}")

    title("2. Consent goes on record, with where it came from")
    network = sms.FakeTransport(seed=2026, behaviour="realistic")
    keys = sms.KeyRing.generate()
    ledger = sms.open_ledger(
        f"sqlite:///{folder}/shop.db", keys, clock=network.clock
    )
    record_consent(ledger, customers)

    shop = sms.Messenger(network, ledger, originator="MaisonThe", country="FR")
    campaign = shop.campaign(
        "flash-sale", OFFER, customers, budget=sms.Budget(max_parts=2)
    )

    title("3. The plan: nothing is sent yet")
    print(campaign.plan())

    title("4. The run")
    report = campaign.run(progress=True)
    print(f"{report.newly_texted:,} people texted, each alone.")
    again = shop.campaign("flash-sale", OFFER, customers).run()
    print(f"The same campaign once more: {again.newly_texted:,} people.")

    title("5. What comes back over the next days")
    answers: Counter[str] = Counter()
    for event in network.drain():
        if isinstance(event, sms.Inbound):
            answers[shop.receive(event).reply.intent] += 1
        else:
            shop.receive(event)
    print(campaign.report())
    print()
    for intent, number in answers.most_common():
        print(f"{number:>8,}  replies read as {intent}")

    title("6. Three people say stop, in three languages")
    for country, words in GOODBYES.items():
        goodbye(shop, network, leaver(ledger, customers, country), words)
    ledger.close()


def record_consent(ledger: sms.Ledger, customers: sms.Audience) -> None:
    """A yes in a column is a hint; with its provenance it is a record."""
    left = [c for c in customers if "sms-stop" in str(c.values.get("tags"))]
    ledger.import_withdrawals(
        [c.number for c in left],
        provenance="customer export, tag sms-stop",
    )
    came = ledger.import_grants(
        [c.number for c in customers.claiming_consent],
        "marketing",
        wording=WORDING,
        provenance="checkout of our shop since September 2025, unticked box",
        obtained_at=ledger.clock().replace(month=1, day=15),
    )
    print(f"{len(left):,} people who had left before are on record first.")
    print(f"{came.recorded:,} yeses imported; {came.opted_out:,} refused,")
    print("because that person had left: an import never undoes a stop.")


def leaver(
    ledger: sms.Ledger, customers: sms.Audience, country: str
) -> sms.PhoneNumber:
    """Somebody from that country who has agreed and not left yet."""
    return next(
        c.number
        for c in customers
        if c.number.region == country
        and c.number.can_receive_texts
        and ledger.state(c.number, "marketing").given
    )


def goodbye(
    shop: sms.Messenger,
    network: sms.FakeTransport,
    number: sms.PhoneNumber,
    words: str,
) -> None:
    """One person leaves: the answer they get, and the next send."""
    received = shop.receive_text(words, sender=number)
    print(f'{number} writes "{words}": {received.reply.intent}')
    print(f"  by rule {received.reply.rule}")
    if received.confirmation is not None:
        answer = network.outbox_of(number)[-1].text.reveal()
        print(f"  confirmed once: {answer}")
    try:
        shop.send(OFFER, to=number, purpose="marketing")
    except sms.OptedOutError as refusal:
        print(f"  next offer: OptedOutError, {refusal.reason}")
    else:
        raise SystemExit("The next offer was sent: this must not happen.")


def title(text: str) -> None:
    """A heading in the terminal."""
    print(f"\n{text}\n{'-' * len(text)}")


if __name__ == "__main__":
    main()
