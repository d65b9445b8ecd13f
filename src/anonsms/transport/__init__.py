"""
What a transport is: the adapter between anonsms and one provider.

.. warning::
   A transport is *ungated*: it sends what it is handed. Shops send through
   :class:`anonsms.Messenger`, which asks the gate first.
"""

from anonsms.transport.breaker import Breaker
from anonsms.transport.codes import Fate, Meaning
from anonsms.transport.engine import HttpTransport
from anonsms.transport.flow import (
    AsyncExchange,
    Exchange,
    Flow,
    perform,
    perform_async,
)
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.limit import Limit
from anonsms.transport.pace import Cost, Pace
from anonsms.transport.pacebook import MemoryPaceBook, PaceBook
from anonsms.transport.protocol import (
    Capabilities,
    LooksUp,
    Reconciles,
    Schedules,
    Transport,
    WebhookTransport,
)
from anonsms.transport.webhook import (
    SecretPath,
    WebhookReply,
    WebhookRequest,
)


__all__ = [
    "AsyncExchange",
    "Breaker",
    "Capabilities",
    "Cost",
    "Exchange",
    "Fate",
    "Flow",
    "HttpRequest",
    "HttpResponse",
    "HttpTransport",
    "Limit",
    "LooksUp",
    "Meaning",
    "MemoryPaceBook",
    "Pace",
    "PaceBook",
    "Reconciles",
    "Schedules",
    "SecretPath",
    "Transport",
    "WebhookReply",
    "WebhookRequest",
    "WebhookTransport",
    "perform",
    "perform_async",
]
