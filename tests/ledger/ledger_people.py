"""People who do not exist, what they agreed to, and a clock that waits."""

from datetime import UTC, datetime, timedelta

from anonsms.consent import Wording
from anonsms.phone import PhoneNumber


START = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHO = {"by": "staff-17", "why": "a test"}
WORDING = Wording("checkout-sms", "2026-03", "fr", "Oui, des offres par SMS.")


class Clock:
    """Tells the same time until it is moved."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def move(self, **by):
        """Let time pass."""
        self.now += timedelta(**by)


def person(number):
    """One of 10,000 people."""
    return PhoneNumber.from_e164(f"+3363998{number:04d}")
