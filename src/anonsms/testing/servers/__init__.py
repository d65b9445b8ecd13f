"""Servers on this machine that play a provider, for tests."""

from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.base import LocalServer
from anonsms.testing.servers.calling import CallingServer
from anonsms.testing.servers.smsapi import SmsapiServer
from anonsms.testing.servers.twilio import TwilioServer


__all__ = [
    "Answer",
    "Asked",
    "CallingServer",
    "LocalServer",
    "SmsapiServer",
    "TwilioServer",
]
