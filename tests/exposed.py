"""All that a careless handler could print of an error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

import anonsms.errors


OURS = str(Path(anonsms.errors.__file__).parent) + os.sep
"""What the paths of our sources begin with."""

_COLUMN = 50  # a whole column says no more than its first cells


def exposed(error: BaseException) -> Iterator[str]:
    """
    Text, ``repr``, arguments, attributes, notes and local variables.

    Of what led to it, too, as far as a traceback would show it, and of the
    members of a group. Local variables are those of frames that are ours.
    """
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield _said(str, current)
        yield _said(repr, current)
        yield _said(repr, current.args)
        yield from getattr(current, "__notes__", ())
        for value in vars(current).values():
            yield _said(repr, value)
            yield _said(str, value)
        yield from _locals(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        context = None if current.__suppress_context__ else current.__context__
        waiting.append(current.__cause__ or context)


def _locals(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename.startswith(OURS):
            for name, value in frame.f_locals.items():
                said = _said(repr, value)
                yield f"{frame.f_code.co_name}.{name} = {said}"
        trace = trace.tb_next


def _said(how: Callable[[object], str], value: object) -> str:
    columns = (list, tuple, set, frozenset)
    if isinstance(value, columns) and len(value) > _COLUMN:
        value = list(islice(value, _COLUMN))
    try:
        return how(value)
    except Exception as broken:  # noqa: BLE001 - half-built objects in locals
        return f"<nothing to show: {type(broken).__name__}>"
