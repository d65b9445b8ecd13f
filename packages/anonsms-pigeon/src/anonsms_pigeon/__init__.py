"""A plug-in for anonsms to copy from: a transport, keys and a language."""

from __future__ import annotations

from importlib import resources

from anonsms_pigeon.keys import SplitKeys
from anonsms_pigeon.transport import PigeonTransport


def esperanto() -> str:
    """The phrase pack, as the text that anonsms reads."""
    return resources.files(__name__).joinpath("eo.toml").read_text("utf-8")


__all__ = ["PigeonTransport", "SplitKeys", "esperanto"]
