"""
What other packages add to anonsms: transports, key stores, languages.

A package names them in its metadata, as *entry points*; here they are found
by name. Nothing is looked up until it is asked for. What is in the box comes
in by the same door.
"""

from __future__ import annotations

from anonsms.plugins.finding import (
    Plugin,
    key_providers,
    phrase_packs,
    transports,
)
from anonsms.plugins.loading import (
    load_key_provider,
    load_phrase_pack,
    load_transport,
)


__all__ = [
    "Plugin",
    "key_providers",
    "load_key_provider",
    "load_phrase_pack",
    "load_transport",
    "phrase_packs",
    "transports",
]
