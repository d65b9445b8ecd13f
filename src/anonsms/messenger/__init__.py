"""The wiring: gate, ledger, transport and replies behind a few methods."""

from anonsms.messenger.messenger import Messenger
from anonsms.messenger.receiving import Received
from anonsms.messenger.waiting import AsyncCampaign, AsyncMessenger


__all__ = ["AsyncCampaign", "AsyncMessenger", "Messenger", "Received"]
