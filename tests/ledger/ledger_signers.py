"""Key pairs that sign notes, and texts to sign."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
)
from hypothesis import strategies as st

from anonsms.keys import Signature
from anonsms.ledger.proofs.note import Verifier, sign_note


# Key of a log that is really in use, Go's checksum database.
GO = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

# What a note may hold: no control character, no half character.
line_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n").filter(
        lambda character: character >= " "
    ),
    max_size=30,
)


class Signer:
    """A key pair, with the name that it signs in."""

    def __init__(self, name, seed):
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.verifier = Verifier(name, self.public)

    def over(self, text):
        return Signature(self.public, self._key.sign(text.encode()))

    def note(self, text):
        return sign_note(text, self.name, [self.over(text)])


shop = Signer("example.com/anonsms", bytes(range(32)))
later = Signer("example.com/anonsms", bytes(range(1, 33)))
stranger = Signer("example.org/witness", bytes(range(2, 34)))
