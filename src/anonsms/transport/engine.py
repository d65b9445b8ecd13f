"""What every transport over HTTP shares: from a batch to its outcomes."""

from __future__ import annotations

import abc
import math
import os
import threading
import weakref
from collections.abc import Iterable, Sequence
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from anonsms.errors import ConfigurationError
from anonsms.message import Outbound, Outcome
from anonsms.transport import waiting
from anonsms.transport.clients import (
    asynchronous,
    default_client,
    given_exchange,
)
from anonsms.transport.delivery import deliver
from anonsms.transport.flow import (
    AsyncExchange,
    Exchange,
    Flow,
    perform_async,
)
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.limit import Cost
from anonsms.transport.ownloop import OwnLoop, at_once
from anonsms.transport.pace import Pace
from anonsms.transport.protocol import Capabilities
from anonsms.transport.road import Halt, Road


T = TypeVar("T")

_LOOKING_UP: Final = Cost("", 1, 0)


class _Here:
    """Stands for the running event loop; lives as long as it does."""


_here: Final[RunVar[_Here]] = RunVar("anonsms_here")


_Roads: TypeAlias = weakref.WeakKeyDictionary[_Here, Road]

_door: Final = threading.RLock()
"""Before the making of own loops."""
if hasattr(os, "register_at_fork"):
    # Else a fork in the wrong moment would leave it shut in the child.
    os.register_at_fork(
        before=_door.acquire,
        after_in_parent=_door.release,
        after_in_child=_door.release,
    )


class HttpTransport(abc.ABC):
    """
    A transport over HTTP. A provider adds two methods to it.

    Its sync methods may be called from any thread, also inside a running
    event loop: requests leave from a thread of the transport's own, many at
    once. Its async methods use the loop that they are awaited in. Close it
    the way it was used: :meth:`close`, :meth:`aclose` or ``with``.

    Attributes:
        pace: How fast requests may leave, and how many at once.
    """

    def __init__(
        self,
        *,
        client: object | None = None,
        pace: Pace | None = None,
        timeout: float = 30.0,
    ) -> None:
        """
        Prepare, without connecting.

        Args:
            client: What carries requests, if it is to be the caller's own.
                An ``httpx.Client`` or a function (:data:`Exchange`) is used
                on the calling thread, one request after another; an
                ``httpx.AsyncClient`` or a coroutine function
                (:data:`AsyncExchange`) by the async methods alone. It is
                never closed here.
            pace: How fast requests may leave.
            timeout: Seconds to wait for an answer.

        Raises:
            ConfigurationError: The client is nothing that carries requests,
                the pace is no Pace, or the timeout no time.
        """
        if not isinstance(pace, Pace | None):
            raise ConfigurationError(
                "The pace of a transport is a Pace, which says what the "
                "limits are about: pace=Pace(requests=100)."
            )
        if not _is_time(timeout):
            raise ConfigurationError(
                "The timeout of a transport is a number of seconds above 0: "
                "without one, a single silence would stop the shop."
            )
        self.pace = pace or Pace()
        self._timeout = timeout
        self._client = client
        self._awaited = client is not None and asynchronous(client)
        self._own: OwnLoop | None = None
        self._roads: _Roads = weakref.WeakKeyDictionary()

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The provider's name in lower case."""

    @property
    @abc.abstractmethod
    def capabilities(self) -> Capabilities:
        """What the provider can do."""

    def groups(
        self, batch: Sequence[Outbound]
    ) -> Iterable[Sequence[Outbound]]:
        """
        Put messages together that share a request; one each by default.

        Every message is in exactly one group.
        """
        return ([message] for message in batch)

    @abc.abstractmethod
    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """
        Hand over one group; one outcome for each of its messages.

        What it does not catch counts for all of them:
        :class:`NeverLeftError` is ``NotSent``, everything else is
        ``Uncertain``.
        """

    def send(self, batch: Sequence[Outbound]) -> list[Outcome]:
        """
        Hand over single messages. As :meth:`Transport.send`.

        What never left is repeated a few times. Once the provider refuses
        the whole account, or does not answer at all, no new request is
        begun, and what was not is ``NotSent("not tried: …")``.

        Raises:
            ConfigurationError: Two messages have one key, the client is an
                async one, or the transport is not set up; nothing has left.
        """
        if not batch:
            return []
        if self._client is not None:
            return at_once(deliver(self, batch, self._calling_road()))
        return self._own_loop().run(self.send_async(batch))

    async def send_async(self, batch: Sequence[Outbound]) -> list[Outcome]:
        """As :meth:`send`, awaited, in asyncio and trio."""
        return await deliver(self, batch, self._road_here())

    def perform(self, flow: Flow[T]) -> T:
        """
        Drive one flow of this provider to its end.

        Raises:
            TransportError: What the flow let pass.
        """
        if self._client is not None:
            return at_once(_performed(flow, self._calling_road()))
        return self._own_loop().run(self.perform_async(flow))

    async def perform_async(self, flow: Flow[T]) -> T:
        """As :meth:`perform`, awaited, in asyncio and trio."""
        return await _performed(flow, self._road_here())

    def close(self) -> None:
        """Give the connections of the sync methods back."""
        own, self._own = self._own, None
        if own is not None:
            own.close(partial(_leave_loop, self._roads))

    async def aclose(self) -> None:
        """Give the connections back, those of this event loop too."""
        await _leave_loop(self._roads)
        await to_thread.run_sync(self.close)

    def _own_loop(self) -> OwnLoop:
        with _door:
            own = self._own
            if own is None or not own.alive:
                if own is not None:
                    self.close()
                own = self._own = OwnLoop()
                last = partial(_leave_loop, self._roads)
                weakref.finalize(self, own.close, last)
            return own

    def _calling_road(self) -> Road:
        """The caller's client, on the caller's thread."""
        if self._awaited:
            raise ConfigurationError(
                "The transport was given an async client, which works only "
                "with send_async and perform_async. Give it an httpx.Client "
                "or none for the sync methods."
            )
        exchange = cast(
            "Exchange", given_exchange(self._client, self._timeout)
        )

        async def called(request: HttpRequest) -> HttpResponse:
            return exchange(request)

        return Road(self.pace, called, _sleep_here, alone=True)

    def _road_here(self) -> Road:
        """The road of the running event loop."""
        here = _here.get(None)
        if here is None:
            here = _Here()
            _here.set(here)
        road = self._roads.get(here)
        if road is None:
            road = self._roads[here] = self._new_road()
        return road

    def _new_road(self) -> Road:
        if self._client is None:
            client = default_client(self._timeout)
            return Road(self.pace, client, aclose=client.aclose)
        exchange = given_exchange(self._client, self._timeout)
        if self._awaited:
            return Road(self.pace, cast("AsyncExchange", exchange))
        threads = CapacityLimiter(max(self.pace.in_flight, 1))

        async def threaded(request: HttpRequest) -> HttpResponse:
            return await to_thread.run_sync(
                cast("Exchange", exchange), request, limiter=threads
            )

        return Road(self.pace, threaded)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


async def _leave_loop(roads: _Roads) -> None:
    """Close the road of the running event loop, if there is one."""
    here = _here.get(None)
    road = roads.pop(here, None) if here is not None else None
    if road is not None and road.aclose is not None:
        await road.aclose()


async def _performed(flow: Flow[T], road: Road) -> T:
    """Drive a flow that sends nothing: a look-up, a list."""

    async def exchange(request: HttpRequest) -> HttpResponse:
        await road.turn(_LOOKING_UP, Halt())
        return await road.carry(request)

    return await perform_async(flow, exchange)


def _is_time(seconds: object) -> bool:
    return (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 0 < seconds < math.inf
    )


async def _sleep_here(seconds: float) -> None:
    """Wait on the calling thread."""
    waiting.sleep(seconds)
