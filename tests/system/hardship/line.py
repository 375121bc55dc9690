"""A bad line: a TCP proxy between tablets and a server, with everything that befalls a line.

Each connection's trouble is drawn from the seed and the connection's number alone, so a seed makes
the same line again; which request meets which trouble is up to the processes on its ends. Troubles
are dealt as cards are: of as many connections as there are troubles, each has another.
"""

import asyncio
import math
import random
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from tests.servers import LOOPBACK

PIECE = 16 * 1024


class Trouble(StrEnum):
    """What is wrong with a connection. Each but the first begins after some bytes went through."""

    NONE = "none"
    LATE = "late"
    TRICKLE = "a byte a second"
    HALF_OPEN = "half-open"
    CUT = "cut"
    CUT_BACK = "answer cut"


@dataclass(slots=True)
class Fate:
    """`room` is how many bytes go through, both ways together, before the trouble begins."""

    trouble: Trouble
    room: float
    chance: random.Random


class _Torn(Exception):
    """The connection is to be reset."""


class BadLine:
    """`second` is how long a second takes on this line. It begins calm, and leads nowhere yet."""

    def __init__(self, seed: int, *, second: float) -> None:
        self.to_port = 0
        self.met: Counter[Trouble] = Counter()
        self.port = 0
        self._seed = seed
        self._second = second
        self._calm = True
        self._number = 0
        self._writers: set[asyncio.StreamWriter] = set()

    async def listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._carry, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def turn(self, *, calm: bool) -> None:
        """The weather changes; connections from before do not outlive that."""
        self._calm = calm
        for writer in list(self._writers):
            writer.transport.abort()

    def _drawn(self) -> Fate:
        deal, place = divmod(self._number, len(Trouble))
        self._number += 1
        chance = random.Random(f"{self._seed}/{self._number}")
        dealt = random.Random(f"{self._seed}/deal {deal}").sample(tuple(Trouble), len(Trouble))
        trouble = Trouble.NONE if self._calm else dealt[place]
        room = 10 ** chance.uniform(0, 5.3)  # within a head, a body, a file
        if trouble is Trouble.NONE:
            room = math.inf
        return Fate(trouble=trouble, room=room, chance=chance)

    async def _carry(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        fate = self._drawn()
        self._writers.add(near_out)
        try:
            far, far_out = await asyncio.open_connection(LOOPBACK, self.to_port)
        except OSError:
            near_out.transport.abort()
            return
        self._writers.add(far_out)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pump(near, far_out, fate, Trouble.CUT))
                ways.create_task(self._pump(far, near_out, fate, Trouble.CUT_BACK))
        except* (_Torn, OSError):
            for end in (near_out, far_out):
                end.transport.abort()
        finally:
            for end in (near_out, far_out):
                self._writers.discard(end)
                end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fate: Fate, cut: Trouble
    ) -> None:
        """Carry one way until its end, or until the trouble that ends it."""
        while data := await source.read(PIECE):
            through = int(min(fate.room, len(data)))
            whole, data = data[:through], data[through:]
            fate.room -= through
            sink.write(whole)
            await sink.drain()
            if data:
                await self._trouble(sink, data, fate, cut)
        if fate.trouble is not Trouble.HALF_OPEN or fate.room:
            with suppress(OSError):
                sink.write_eof()

    async def _trouble(
        self, sink: asyncio.StreamWriter, data: bytes, fate: Fate, cut: Trouble
    ) -> None:
        """What becomes of bytes for which there was no room."""
        if fate.trouble not in {Trouble.CUT, Trouble.CUT_BACK} - {cut}:
            self.met[fate.trouble] += 1
        if fate.trouble is Trouble.LATE:
            await asyncio.sleep(fate.chance.uniform(0, 0.5) * self._second)
        elif fate.trouble is Trouble.TRICKLE:
            for number in range(min(len(data), fate.chance.randrange(3, 9))):
                sink.write(data[number : number + 1])
                await asyncio.sleep(self._second)
            raise _Torn
        elif fate.trouble is Trouble.HALF_OPEN:
            return  # swallowed; neither end hears of it
        elif fate.trouble is cut:
            raise _Torn
        sink.write(data)
        await sink.drain()


class Weather:
    """How another thread makes a line bad and good again."""

    def __init__(self, line: BadLine, loop: asyncio.AbstractEventLoop) -> None:
        self.line = line
        self._loop = loop

    def worsens(self) -> None:
        self._wait(self.line.turn(calm=False))

    def clears_up(self) -> None:
        self._wait(self.line.turn(calm=True))

    def _wait(self, turning: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(turning, self._loop).result()


@contextmanager
def bad_line(seed: int, *, second: float) -> Iterator[Weather]:
    """A line in a thread of its own, until the block ends."""
    line = BadLine(seed, second=second)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(line.listen())
    thread = threading.Thread(target=loop.run_forever, name="bad line")
    thread.start()
    try:
        yield Weather(line, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_end(line, server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(line: BadLine, server: asyncio.Server) -> None:
    server.close()
    await line.turn(calm=True)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5)
