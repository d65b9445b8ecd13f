"""``python -m anonsms``: see :mod:`anonsms.commands`."""

from __future__ import annotations

import io
import sys

from anonsms.commands import main


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal cannot show is no reason to fail half-way.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
