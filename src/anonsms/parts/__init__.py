"""
How many parts a text takes on the air, and how it is written there.

Useful alone: counting, splitting, advice on what makes a text dear, and
the octets of each part.
"""

from anonsms.parts.alphabet import Shift
from anonsms.parts.counting import TextTypeError, tally
from anonsms.parts.culprits import Culprit
from anonsms.parts.lookalikes import simplify
from anonsms.parts.measuring import Parts, measure
from anonsms.parts.sizes import Encoding
from anonsms.parts.userdata import UserData, decode_parts, encode_parts


__all__ = [
    "Culprit",
    "Encoding",
    "Parts",
    "Shift",
    "TextTypeError",
    "UserData",
    "decode_parts",
    "encode_parts",
    "measure",
    "simplify",
    "tally",
]
