"""``python -m anonsms``: see :mod:`anonsms.commands`."""

from __future__ import annotations

import sys

from anonsms.commands import main


if __name__ == "__main__":
    sys.exit(main())
