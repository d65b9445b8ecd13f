"""
Suites that what others write for anonsms has to pass.

Needs pytest: ``pip install "anonsms[testing]"``.
"""

from __future__ import annotations

from anonsms.errors import MissingExtraError


try:
    import pytest
except ImportError:
    raise MissingExtraError("anonsms.testing", extra="testing") from None

# Before they are imported: their asserts are to say what was found.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            "store_holding",
            "store_suite",
            "store_transactions",
            "transport_asking",
            "transport_calls",
            "transport_failing",
            "transport_forgeries",
            "transport_privacy",
            "transport_rules",
            "transport_sending",
            "transport_texts",
            "transport_webhooks",
        )
    )
)

from anonsms.testing.clocks import (  # noqa: E402
    FrozenClock,
    Waits,
    frozen_clock,
    no_waiting,
)
from anonsms.testing.faults import (  # noqa: E402
    CallingDouble,
    Fault,
    ProviderDouble,
    Taken,
)
from anonsms.testing.leaks import LeakWatch, assert_no_leak  # noqa: E402
from anonsms.testing.servers import (  # noqa: E402
    Answer,
    Asked,
    CallingServer,
    LocalServer,
    SmsapiServer,
    TwilioServer,
)
from anonsms.testing.store_suite import StoreSuite  # noqa: E402
from anonsms.testing.transport_suite import TransportSuite  # noqa: E402


__all__ = [
    "Answer",
    "Asked",
    "CallingDouble",
    "CallingServer",
    "Fault",
    "FrozenClock",
    "LeakWatch",
    "LocalServer",
    "ProviderDouble",
    "SmsapiServer",
    "StoreSuite",
    "Taken",
    "TransportSuite",
    "TwilioServer",
    "Waits",
    "assert_no_leak",
    "frozen_clock",
    "no_waiting",
]
