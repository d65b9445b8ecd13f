"""Twilio, whole: texts out, receipts and replies in, records kept small."""

from anonsms.transports.twilio.consents import (
    TwilioConsent,
    TwilioConsentAnswer,
)
from anonsms.transports.twilio.signature import verify_twilio_signature
from anonsms.transports.twilio.transport import TwilioTransport


__all__ = [
    "TwilioConsent",
    "TwilioConsentAnswer",
    "TwilioTransport",
    "verify_twilio_signature",
]
