"""What tests order to happen, instead of what chance would bring."""

from __future__ import annotations

from collections import deque

from attrs import frozen

from anonsms.masking import MessageText
from anonsms.message import (
    DeliveryStatus,
    NotSent,
    Rejected,
    Rejection,
    Uncertain,
)


Refusal = Rejected | Uncertain | NotSent
"""Any outcome but success."""


@frozen
class Script:
    """
    What one number does.

    Attributes:
        answer: What the provider says; ``None`` means that it accepts.
        taken: Whether the text leaves although the answer is uncertain.
        delivery: How a text that leaves ends.
        reply: What the person writes back to a delivered text.
    """

    answer: Refusal | None
    taken: bool
    delivery: DeliveryStatus
    reply: MessageText | None


def script(
    answer: Rejection | Refusal | None,
    *,
    taken: bool,
    delivery: DeliveryStatus,
    reply: str | MessageText | None,
) -> Script:
    """
    Build a script from what a test may write.

    Raises:
        TypeError: The answer is none of these.
        ValueError: The status is not final, or a rejected message is said
            to have been taken.
    """
    if not delivery.final:
        raise ValueError(
            "A script says how a text ends: delivered, undelivered or "
            f"expired. {delivery.value!r} is not an end."
        )
    if isinstance(answer, Rejection):
        answer = _rejected(answer)
    if answer is not None and not isinstance(answer, Refusal):
        other = _kind(answer)
        raise TypeError(
            "A script answers with a Rejection, a Rejected, an Uncertain or a "
            f"NotSent, and this is {other}. To raise an exception use "
            "fail_next()."
        )
    if taken and not isinstance(answer, Uncertain):
        raise _senseless()
    if isinstance(reply, str):
        reply = MessageText(reply)
    return Script(answer, taken, delivery, reply)


class Failures:
    """Failures in a queue: each is used up by one message or one call."""

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: deque[tuple[Refusal | BaseException, bool]] = deque()

    def add(
        self,
        failure: Rejection | Refusal | BaseException | type[BaseException],
        *,
        times: int,
        taken: bool,
    ) -> None:
        """
        Put a failure at the end of the queue.

        Raises:
            TypeError: It is no failure, or a class that needs arguments.
            ValueError: A rejected message is said to have been taken, or
                it shall fail less than once.
        """
        if isinstance(failure, Rejection):
            failure = _rejected(failure)
        elif isinstance(failure, type) and issubclass(failure, BaseException):
            failure = _raised(failure)
        if not isinstance(failure, Refusal | BaseException):
            # It would stay at the head of the queue and hold up the others.
            raise TypeError(
                "What fails next is a Rejection, a Rejected, an Uncertain, a "
                f"NotSent or an exception, and this is {_kind(failure)}."
            )
        if times < 1:
            raise ValueError("A failure happens at least once: times=1.")
        if taken and isinstance(failure, Rejected | NotSent):
            raise _senseless()
        self._queue.extend([(failure, taken)] * times)

    def of_call(self) -> tuple[BaseException | None, bool]:
        """The exception for this call, if it is next, and ``taken``."""
        if self._queue:
            failure, taken = self._queue[0]
            if isinstance(failure, BaseException):
                self._queue.popleft()
                return failure, taken
        return None, False

    def of_message(self) -> tuple[Refusal | None, bool]:
        """The outcome for this message, if it is next, and ``taken``."""
        if self._queue:
            failure, taken = self._queue[0]
            if isinstance(failure, Refusal):
                self._queue.popleft()
                return failure, taken
        return None, False


def _raised(failure: type[BaseException]) -> BaseException:
    """Make the exception that ``raise`` would make of its class."""
    try:
        return failure()
    except TypeError:
        raise TypeError(
            f"{failure.__name__} cannot be made without arguments. Pass an "
            "exception that is made already."
        ) from None


def _kind(thing: object) -> str:
    """How a type is told: a class by its own name."""
    if isinstance(thing, type):
        return f"the class {thing.__name__}"
    return type(thing).__name__


def _rejected(reason: Rejection) -> Rejected:
    return Rejected("", reason, reason.replace(" ", "-"))


def _senseless() -> ValueError:
    return ValueError(
        "Only an uncertain message, or a call that raises, can have been "
        "taken all the same. Leave `taken` out."
    )
