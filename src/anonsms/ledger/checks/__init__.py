"""Looking through a whole ledger for anything that was changed."""
