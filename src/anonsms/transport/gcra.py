"""
The arithmetic of a rate limit: the generic cell rate algorithm.

A key has one number: when the work promised so far is done, if it is done
exactly at the rate. Its source is ITU-T I.371 (the "virtual scheduling
algorithm"), here with a cost of its own for each request.
"""

from __future__ import annotations

import math


def place(
    done_at: float,
    cost: float,
    burst: float,
    now: float,
    longest: float = math.inf,
) -> tuple[float, float]:
    """
    Take the next place of a key, unless it would have to wait too long.

    A place is the span of ``cost`` seconds before its end; no two overlap.
    Its request leaves at most ``burst`` before the end, and never after the
    beginning. So whatever leaves within t seconds cost at most t + burst
    together, or t + the largest cost if that is more.

    Args:
        done_at: When everything promised so far is done.
        cost: Seconds that the request uses up: its units divided by the
            rate.
        burst: Seconds that may be used up at once. A request that costs
            more goes alone, and all of it is paid for after it.
        now: The time.
        longest: Seconds to wait at most; below 0, nothing is ever taken.

    Returns:
        The new ``done_at``, and how many seconds to wait. If they are more
        than ``longest``, nothing was taken.

    >>> place(0.0, cost=0.5, burst=1.0, now=100.0)
    (100.5, 0.0)
    >>> place(100.5, cost=0.5, burst=1.0, now=100.0)
    (101.0, 0.0)
    >>> place(101.0, cost=0.5, burst=1.0, now=100.0)
    (101.5, 0.5)
    >>> place(101.5, cost=0.5, burst=1.0, now=100.0, longest=0.9)
    (101.5, 1.0)
    """
    end = max(done_at, now) + cost
    seconds = max(end - max(burst, cost) - now, 0.0)
    return (end if seconds <= longest else done_at), seconds
