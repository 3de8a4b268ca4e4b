"""What stands in front of an installation: one address, `/ws/` to the sockets, all else to the web processes.

As `deploy/nginx.conf` has it: whoever does not listen is passed over, and what breaks behind it breaks in front, too.
"""

import asyncio
import contextlib
import random
import threading

HEAD_ENDS = b"\r\n\r\n"
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Door:
    """A proxy on a thread of its own. A connection stays with the process that took its first request."""

    def __init__(self, port: int, *, web: list[int], sockets: list[int]) -> None:
        self.port, self.web, self.sockets = port, web, sockets
        self.opened = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.stand()), daemon=True)

    def open(self) -> None:
        self.thread.start()
        self.opened.wait(10)

    def close(self) -> None:
        if self.opened.is_set():
            self.loop.call_soon_threadsafe(self.shut.set)
            self.thread.join(10)

    async def stand(self) -> None:
        self.loop, self.shut = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.opened.set()
        await self.shut.wait()
        server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(HEAD_ENDS)
            behind = await self.behind(head)
            if behind is None:
                writer.write(BAD_GATEWAY)
            else:
                behind[1].write(head)
                await asyncio.gather(carry(reader, behind[1]), carry(behind[0], writer))
        # Whoever came has gone, or the door is shut.
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError, OSError):
            pass
        finally:
            writer.close()

    async def behind(self, head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to any process that listens; None: none does."""
        path = head.split(b" ", 2)[1]
        ports = self.sockets if path.startswith(b"/ws/") else self.web
        for port in random.sample(ports, len(ports)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything that comes, until it ends; then the other side ends, too."""
    try:
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
