"""Sessions with the installed kernel, for tests: cells in, outputs out.

`JUPYTER_PATH` has to lead to the installed kernelspec; `tests/run` sets it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from jupyter_client.manager import start_new_kernel

KERNEL = "lightcone"
# A first cell is compiled and may load Polars on a busy machine.
SECONDS = 60


@dataclass
class Ran:
    """What came of a cell."""

    reply: dict
    outputs: list[dict] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it ran to its end."""
        return self.reply["status"] == "ok"

    def stream(self, name: str = "stdout") -> str:
        """All text on a stream."""
        return "".join(
            message["content"]["text"]
            for message in self.outputs
            if message["msg_type"] == "stream" and message["content"]["name"] == name
        )

    def bundles(self, kind: str = "execute_result") -> list[dict]:
        """The MIME bundles of results or displays."""
        return [
            message["content"]["data"]
            for message in self.outputs
            if message["msg_type"] == kind
        ]

    @property
    def result(self) -> str | None:
        """The plain text of the cell's result."""
        bundles = self.bundles()
        return bundles[0]["text/plain"] if bundles else None


class Session:
    """A running kernel and a client of it."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    def send(self, code: str) -> str:
        """Sends a cell and does not wait."""
        return self.client.execute(code, allow_stdin=False)

    def message(self, request: str, seconds: float = SECONDS) -> dict:
        """The next iopub message that belongs to a request."""
        deadline = time.monotonic() + seconds
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                return message

    def wait(self, request: str, seconds: float = SECONDS) -> Ran:
        """The reply and the outputs that are still to come, up to idle."""
        outputs = []
        while True:
            message = self.message(request, seconds)
            if message["msg_type"] != "status":
                outputs.append(message)
            elif message["content"]["execution_state"] == "idle":
                break
        reply = self.client.get_shell_msg(timeout=seconds)
        while reply["parent_header"].get("msg_id") != request:
            reply = self.client.get_shell_msg(timeout=seconds)
        return Ran(reply["content"], outputs)

    def run(self, code: str) -> Ran:
        """Runs a cell to its end."""
        return self.wait(self.send(code))

    def value(self, code: str) -> str | None:
        """The plain text of the result of a cell that has to succeed."""
        ran = self.run(code)
        assert ran.ok, "\n".join(ran.reply["traceback"])
        return ran.result


@contextmanager
def session(**options):
    """A session that ends with the block."""
    manager, client = start_new_kernel(kernel_name=KERNEL, startup_timeout=SECONDS, **options)
    try:
        yield Session(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
