"""A line between the house and its carrier that can be slow, on either way, at a chosen moment."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Literal

Way = Literal["requests", "answers"]
LONGEST_WAIT = 30.0
CREATES_A_CALL = b"/Calls.json HTTP"


class SlowLine:
    """Passes bytes on. Told to hold, it stops the next request that creates a call, or the answer to it."""

    def __init__(self) -> None:
        self.caught = threading.Event()
        self._target = 0
        self._holds: Way | None = None
        self._go_on = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def leads_to(self, port: int) -> None:
        self._target = port

    def hold(self, way: Way) -> None:
        """From now on the next created call is caught: before the carrier has it, or just after."""
        self.caught.clear()
        self._go_on.clear()
        self._holds = way

    def release(self) -> None:
        """Let everything through again. A request that was caught is lost: its sender may be dead."""
        self._holds = None
        self._go_on.set()

    def close(self) -> None:
        self.release()
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            held = threading.Event()
            threading.Thread(target=self._answers, args=(far, near, held), daemon=True).start()
            while data := near.recv(65536):
                if self._holds and data.startswith(b"POST") and CREATES_A_CALL in data:
                    way, self._holds = self._holds, None
                    if way == "answers":
                        held.set()
                        far.sendall(data)
                    self.caught.set()
                    if way == "requests":
                        self._go_on.wait(LONGEST_WAIT)
                        return
                else:
                    far.sendall(data)

    def _answers(self, far: socket.socket, near: socket.socket, held: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                if held.is_set():
                    self._go_on.wait(LONGEST_WAIT)
                    held.clear()
                near.sendall(data)
            near.shutdown(socket.SHUT_WR)
