"""
What a transport is: the adapter between anonsms and one provider.

.. warning::
   A transport is *ungated*: it sends what it is handed. Shops send through
   :class:`anonsms.Messenger`, which asks the gate first.
"""

from anonsms.transport.protocol import Capabilities, Transport


__all__ = ["Capabilities", "Transport"]
