"""What a part costs, by country: a dated table that a shop replaces."""

from anonsms.prices.table import PriceTable


__all__ = ["PriceTable"]
