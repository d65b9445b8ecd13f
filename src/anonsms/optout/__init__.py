"""
What an inbound text wants, and whether an outbound one tells a way out.

Reading is by rules over checked word lists, language by language; no model,
no network. Every answer names the rule it came from.
"""

from __future__ import annotations

from anonsms.optout.confirming import confirmation
from anonsms.optout.parsing import parse_reply
from anonsms.optout.reply import Also, Intent, Reply
from anonsms.optout.wayout import Exit, WayOut, way_out


__all__ = [
    "Also",
    "Exit",
    "Intent",
    "Reply",
    "WayOut",
    "confirmation",
    "parse_reply",
    "way_out",
]
