"""A forked child does not wait for locks of threads that it has not."""

import os
import threading

import pytest

from anonsms.transport import Cost, Pace
from anonsms.transport.forklock import ForkLock


pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="no fork on this system"
)


def in_child(work):
    """Whether work in a forked child ends well, and in time."""
    child = os.fork()
    if not child:
        ended = threading.Thread(target=work, daemon=True)
        ended.start()
        ended.join(5)
        os._exit(1 if ended.is_alive() else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_lock_that_was_held_is_open_in_the_child():
    """And stays held where it was."""
    lock = ForkLock()

    def enter():
        with lock:
            pass

    with lock:
        assert in_child(enter)
        assert repr(lock) == "<ForkLock, held>"
    enter()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_pace_goes_on_in_a_child():
    """Whatever thread was in the middle of it."""
    pace = Pace(requests=1000, requests_per_originator=1000)
    places = [pace, pace.book, pace._brake]
    locks = [place._lock for place in places]
    for lock in locks:
        lock.__enter__()
    try:
        assert in_child(lambda: pace.turn(Cost("Shop")))
    finally:
        for lock in locks:
            lock.__exit__()
