"""
What comes in at the ledger's door: a person, and evidence.

Tools that report errors like to show the variables of each frame. So what
is personal is masked before any of our frames can fail, and what cannot be
masked, a number that came as text, is let go before the error is raised.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar, cast

from anonsms.errors import ConsentError, InvalidNumberError
from anonsms.masking import Masked, MaskedValues, dialable, storable
from anonsms.phone import PhoneNumber


_Method = TypeVar("_Method", bound=Callable[..., object])

# What is kept as it is given, unsealed.
_PLAIN: Final = frozenset(
    ("placement", "incentive", "policy", "provenance", "reason", "rule")
)


class Evidence(MaskedValues[str]):
    """
    Evidence on its way to the seal; prints its names alone.

    >>> Evidence({"ip": "192.0.2.7"})
    <Evidence ip>
    """

    __slots__ = ()

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(dict(given))


def of_person(method: _Method) -> _Method:
    """
    Guard a method that begins with one person's number.

    The number must be a ``PhoneNumber``, and ``evidence``, if there is any,
    text by name. The method gets it as :class:`Evidence`, and an ``order``
    as :class:`~anonsms.masking.Masked`.

    Raises:
        InvalidNumberError: The number came as something else.
        ConsentError: The evidence cannot be sealed, or a text that is kept
            unsealed seems to hold a number.
    """
    return _of_person(method, (), ())


def audited(
    *required: str, optional: Sequence[str] = ()
) -> Callable[[_Method], _Method]:
    """
    Guard a method of one person that puts who asks and why on record.

    As :func:`of_person`, and beyond that:

    Args:
        required: Arguments, passed by name, that must say something.
        optional: Such that may be empty.

    Raises:
        InvalidNumberError: The number came as something else.
        ConsentError: What :func:`fault_in` says.
    """
    return lambda method: _of_person(method, required, optional)


def _of_person(
    method: _Method, required: Sequence[str], optional: Sequence[str]
) -> _Method:
    places = _places(method)

    @functools.wraps(method)
    def door(
        self: object, number: object, *args: object, **said: object
    ) -> object:
        if not isinstance(number, PhoneNumber):
            kind = type(number).__name__
            del number, args, said
            raise no_number(kind)
        told = {name: said[name] for name in required if name in said}
        told |= {name: said[name] for name in optional if said.get(name)}
        if fault := fault_in(told):
            del args, said, told
            raise ConsentError(fault)
        del told
        if numbered := _numbered(places, args, said):
            del number, args, said
            raise _no_plain_number(numbered)
        if isinstance(said.get("order"), str):
            said["order"] = Masked(cast("str", said["order"]))
        if said.get("evidence") is not None:
            said["evidence"] = _evidence(said["evidence"])
            if said["evidence"] is None:
                raise ConsentError(
                    "Evidence is text by name, such as {'form': "
                    "'checkout-3'}, and can be written as UTF-8. Turn other "
                    "values into text first."
                )
        return method(self, number, *args, **said)

    return cast("_Method", door)


def of_people(method: _Method) -> _Method:
    """
    Guard a method that begins with many people's numbers.

    The method gets them as an iterator, which prints none of them.

    Raises:
        InvalidNumberError: What was given is one thing, not many.
        ConsentError: A text that is kept unsealed seems to hold a number.
    """
    places = _places(method)

    @functools.wraps(method)
    def door(
        self: object, numbers: object, *args: object, **said: object
    ) -> object:
        if not isinstance(numbers, Iterable) or isinstance(
            numbers, str | bytes
        ):
            kind = type(numbers).__name__
            del numbers, args, said
            raise no_number(kind, many=True)
        if numbered := _numbered(places, args, said):
            del numbers, args, said
            raise _no_plain_number(numbered)
        hidden = iter(numbers)
        del numbers
        return method(self, hidden, *args, **said)

    return cast("_Method", door)


def odd_one(numbers: Sequence[object]) -> str:
    """The type of something that is no number; empty if all of them are."""
    for kind in set(map(type, numbers)):
        if not issubclass(kind, PhoneNumber):
            return kind.__name__
    return ""


def no_number(kind: str, *, many: bool = False) -> InvalidNumberError:
    """The error for what should have been a PhoneNumber, or many."""
    wanted = "a list of PhoneNumbers, each from" if many else "a PhoneNumber:"
    return InvalidNumberError(
        f"Pass {wanted} PhoneNumber.parse(text, region). This was a {kind}.",
        reason="type",
    )


def fault_in(told: Mapping[str, object]) -> str:
    """
    What is wrong with what shall be on record for ever; empty if nothing.

    It raises nothing, so that no error comes out of a frame that holds what
    may be a number.

    Args:
        told: Short texts by name; an empty one is missing.

    >>> fault_in({"by": "staff-17", "why": "complaint K-12"})
    ''
    """
    for name, text in told.items():
        if not isinstance(text, str) or not storable(text):
            return f"The {name} must be text that can be written as UTF-8."
        if not text.strip() or len(text.splitlines()) > 1:
            return (
                f"The {name} must be one line that says something: this "
                "stays on record, for whoever asks later."
            )
        if dialable(text):
            return (
                f"The {name} stays on record for ever, so it must not hold "
                "a phone number, and this looks as if it did. Name an "
                'account and a case, such as "staff-17" or "case K-12".'
            )
    return ""


def _places(method: Callable[..., object]) -> dict[int, str]:
    """Where a method has what is kept unsealed, after self and numbers."""
    names = list(inspect.signature(method).parameters)[2:]
    return {i: name for i, name in enumerate(names) if name in _PLAIN}


def _numbered(
    places: Mapping[int, str],
    args: Sequence[object],
    said: Mapping[str, object],
) -> str:
    """The name of a text to be kept unsealed that holds a number, if any."""
    for place, name in places.items():
        text = args[place] if place < len(args) else said.get(name)
        if isinstance(text, str) and dialable(text):
            return name
    return ""


def _no_plain_number(name: str) -> ConsentError:
    return ConsentError(
        f"The {name} seems to hold a phone number, and it is kept unsealed, "
        "for everyone who may read the ledger. Put numbers into evidence, "
        "which is sealed."
    )


def _evidence(given: object) -> Evidence | None:
    """The evidence, masked; nothing if it cannot be sealed."""
    if not isinstance(given, Mapping):
        return None
    if not all(storable(part) for pair in given.items() for part in pair):
        return None
    return Evidence(given)
