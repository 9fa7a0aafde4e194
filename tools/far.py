"""A server that is further away: a proxy on this machine that passes everything on after a while.

It runs in a process of its own (`python tools/far.py PORT`), says on which port it listens, and reads
from its input how far away the server is from now on, in milliseconds there and back.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from live_lab import Server

BLOCK = 1 << 16


@contextmanager
def far_away(server: "Server") -> Iterator[tuple["Server", Callable[[int], None]]]:
    """The same server behind a proxy, and a function that sets its distance, which is 0 at first."""
    port = str(urlsplit(server.address).port)
    command = [sys.executable, __file__, port]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, bufsize=1, stdin=pipe, stdout=pipe) as process:
        to, from_ = process.stdin, process.stdout
        assert to is not None
        assert from_ is not None

        def move(milliseconds: int) -> None:
            """Set the distance; it holds from the next answer on."""
            to.write(f"{milliseconds}\n")
            from_.readline()

        try:
            own = from_.readline().strip()
            yield replace(server, address=f"http://127.0.0.1:{own}"), move
        finally:
            process.kill()


@dataclass
class Distance:
    """How many milliseconds it is to the server and back."""

    milliseconds: int = 0


async def main(port: int) -> None:
    """Pass on what comes, and follow the input."""
    distance = Distance()
    proxy = await asyncio.start_server(
        lambda reader, writer: connect(reader, writer, port, distance), "127.0.0.1", 0
    )
    print(proxy.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        distance.milliseconds = int(line)
        print("set", flush=True)


async def connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, distance: Distance
) -> None:
    """One connection: both directions, each by half of the distance later."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(pass_on(reader, back, distance), pass_on(there, writer, distance))


async def pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, distance: Distance
) -> None:
    """Write what is read, later, and in its order."""
    loop, due = asyncio.get_running_loop(), 0.0
    while True:
        try:
            block = await reader.read(BLOCK)
        except ConnectionError:
            block = b""
        due = max(due + 1e-6, loop.time() + distance.milliseconds / 2000)
        if not block:
            loop.call_at(due, writer.close)
            return
        loop.call_at(due, writer.write, block)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
