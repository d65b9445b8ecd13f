"""What a person may ask for: access, a new number, erasure."""
