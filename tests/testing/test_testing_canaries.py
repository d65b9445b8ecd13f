"""The canaries sing for numbers in log records, and for no clock."""

import logging

import pytest

import canaries


PERSON = "+48212345678"


def found_in(monkeypatch, **values):
    """What the canaries find in one log record."""
    record = logging.makeLogRecord({"name": "httpcore", **values})
    watch = canaries.Watch()
    with monkeypatch.context() as patch:
        patch.setattr(canaries, "_watch", watch)
        canaries._handler.emit(record)
    watch.settle()
    return watch.found


@pytest.mark.parametrize(
    "clock", ["thread", "process", "created", "msecs", "relativeCreated"]
)
def test_times_and_ids_of_records_are_no_numbers(monkeypatch, clock):
    """Their digits are chance: among thousands, some look like a number."""
    assert found_in(monkeypatch, **{clock: int(PERSON[1:])}) == []


@pytest.mark.parametrize(
    "values",
    [
        {"msg": f"to {PERSON}"},
        {"msg": "to %s", "args": (PERSON,)},
        {"msg": "sent", "extra": PERSON},
        {"msg": "sent", "threadName": PERSON},
    ],
)
def test_numbers_in_records_are_found(monkeypatch, values):
    """In messages, in arguments and in all that was put beside them."""
    assert found_in(monkeypatch, **values)
