"""A ledger that knows its controller, and what is said to it."""

from datetime import timedelta

from ledger_people import WORDING

from anonsms.consent import Controller, Family, Purpose, Wording
from anonsms.ledger import open_ledger


DAY = timedelta(days=1)
NEWS = Purpose("news", Family.MARKETING, 30 * DAY)
NEWER = Wording("checkout-sms", "2026-09", "fr", "Oui, des offres, par SMS.")
REFUSAL = Wording("no-offers", "1", "fr", "Non, pas d'offres par SMS.")
ASK = {"wording": WORDING, "source": "web form"}
BUY = {"order": "A-4711", "refusal_offered": REFUSAL, "source": "checkout"}


def open_shop(url, keys, clock):
    """With ``news``, which ends after 30 days, and soft opt-in in France."""
    return open_ledger(
        url,
        keys,
        purposes=[NEWS],
        controller=Controller("Ma Boutique"),
        soft_opt_in=["FR"],
        clock=clock,
    )
