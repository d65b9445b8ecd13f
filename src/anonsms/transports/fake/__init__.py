"""A mobile network that exists only in memory, on a clock of its own."""

from anonsms.transports.fake.behaviour import Behaviour, ReplyMix
from anonsms.transports.fake.network import FakeTransport
from anonsms.transports.fake.timeline import Event


__all__ = ["Behaviour", "Event", "FakeTransport", "ReplyMix"]
