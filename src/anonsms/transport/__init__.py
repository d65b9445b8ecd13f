"""
What a transport is: the adapter between anonsms and one provider.

.. warning::
   A transport is *ungated*: it sends what it is handed. Shops send through
   :class:`anonsms.Messenger`, which asks the gate first.
"""

from anonsms.transport.breaker import Breaker
from anonsms.transport.codes import (
    Fate,
    Meaning,
    http_code,
    meaning_of_status,
    shown_code,
)
from anonsms.transport.engine import HttpTransport
from anonsms.transport.flow import (
    AsyncExchange,
    Exchange,
    Flow,
    perform,
    perform_async,
)
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.limit import Cost, Limit
from anonsms.transport.pace import Pace
from anonsms.transport.pacebook import MemoryPaceBook, PaceBook
from anonsms.transport.paging import all_pages
from anonsms.transport.protocol import (
    Capabilities,
    LooksUp,
    Reconciles,
    Schedules,
    Transport,
    WebhookTransport,
)
from anonsms.transport.telling import aware
from anonsms.transport.urls import public_url, sound_base
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
    "all_pages",
    "aware",
    "http_code",
    "meaning_of_status",
    "perform",
    "perform_async",
    "public_url",
    "shown_code",
    "sound_base",
]
