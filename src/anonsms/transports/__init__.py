"""
The transports that ship with anonsms.

.. warning::
   A transport is *ungated*: it sends what it is handed. Shops send through
   :class:`anonsms.Messenger`, which asks the gate first.
"""

from anonsms.transports.fake import FakeTransport


__all__ = ["FakeTransport"]
