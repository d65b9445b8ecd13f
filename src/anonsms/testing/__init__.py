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
        for module in ("store_holding", "store_suite", "store_transactions")
    )
)

from anonsms.testing.store_suite import StoreSuite  # noqa: E402


__all__ = ["StoreSuite"]
