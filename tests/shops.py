"""A shop for tests: a ledger in a file, a fake network, one clock."""

from datetime import timedelta

import anonsms as sms


WORDING = sms.Wording("checkout-sms", "2026-03", "fr", "Oui, des offres.")
OFFER = sms.Template("Bonjour {{ prenom }}, -20 % ce week-end. STOP au 36123")
PARCEL = sms.Template("Votre colis {{ colis }} est en route.")
KEYS = sms.KeyRing.generate()


def number(n=1234):
    """The n-th number of the French range for fiction."""
    return sms.PhoneNumber.parse(f"+33 6 39 98 {n:04d}")


def contact(n=1234, **values):
    """Somebody with that number."""
    return sms.Contact(number(n), {"prenom": "Zoé", **values})


class Shop:
    """The pieces of one shop, and shorthand for what tests do with them."""

    def __init__(self, folder, network=None, **options):
        self.network = network or sms.FakeTransport()
        self.ledger = sms.open_ledger(
            f"sqlite:///{folder}/shop.db", KEYS, clock=self.network.clock
        )
        self.messenger = sms.Messenger(
            self.network,
            self.ledger,
            **{"originator": "MaBoutique", "country": "FR", **options},
        )

    def agree(self, *numbers):
        """Have people agree to offers, a minute ago."""
        self.ledger.import_grants(
            numbers,
            "marketing",
            wording=WORDING,
            provenance="test",
            obtained_at=self.network.clock() - timedelta(minutes=1),
        )

    def offer(self, to, **options):
        """Send the offer to one person."""
        values = options.pop("values", {"prenom": "Zoé"})
        return self.messenger.send(
            options.pop("template", OFFER),
            to=to,
            purpose=options.pop("purpose", "marketing"),
            values=values,
            **options,
        )

    def campaign(self, *contacts, name="soldes", **options):
        """A campaign with the offer."""
        return self.messenger.campaign(
            name, options.pop("template", OFFER), contacts, **options
        )

    def texts_to(self, to):
        """What arrived there, as plain text."""
        return [out.text.reveal() for out in self.network.outbox_of(to)]
