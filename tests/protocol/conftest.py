"""Kernels under test: started from a connection file, ended after each test.

`LIGHTCONE_TEST_KERNEL` names the command, with `{connection_file}` where the
connection file goes. Without it the echo kernel of the workspace is used; it
must have been built with `cargo build --workspace --examples`.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

WAIT = 15


def kernel_command() -> list[str]:
    """The command that starts the kernel under test."""
    given = os.environ.get("LIGHTCONE_TEST_KERNEL")
    if given:
        return shlex.split(given)
    root = Path(__file__).parents[2]
    target = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"))
    return [str(target / "debug" / "examples" / "echo_kernel"), "{connection_file}"]


class Kernel:
    """A kernel process with its connection file."""

    def __init__(self, folder: Path, transport: str = "tcp", environment: dict | None = None):
        self.file = str(folder / "kernel.json")
        ip = str(folder / "socket") if transport == "ipc" else "127.0.0.1"
        ports = {}
        if transport == "ipc":
            names = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
            ports = {name: number for number, name in enumerate(names, start=1)}
        write_connection_file(
            self.file, transport=transport, ip=ip, key=os.urandom(16).hex().encode(), **ports
        )
        command = [part.format(connection_file=self.file) for part in kernel_command()]
        self.log = folder / "kernel.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env={**os.environ, **(environment or {})}, stdout=log, stderr=log
            )
        self.clients: list[BlockingKernelClient] = []

    @property
    def info(self) -> dict:
        """What the connection file says."""
        return json.loads(Path(self.file).read_text())

    def client(self, ready: bool = True) -> BlockingKernelClient:
        """A new client with all channels, by default one that hears everything."""
        client = BlockingKernelClient(connection_file=self.file)
        client.load_connection_file()
        client.start_channels()
        self.clients.append(client)
        if ready:
            client.wait_for_ready(timeout=WAIT)
        return client

    def wait(self, seconds: float) -> int:
        """The exit code, once the process has ended."""
        return self.process.wait(timeout=seconds)

    def end(self) -> None:
        """Closes the clients and ends the process in any case."""
        for client in self.clients:
            client.stop_channels()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def start_kernel(tmp_path):
    """Starts kernels; they end with the test."""
    kernels: list[Kernel] = []

    def start(**options) -> Kernel:
        folder = tmp_path / str(len(kernels))
        folder.mkdir()
        kernels.append(Kernel(folder, **options))
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture
def kernel(start_kernel):
    """A running kernel."""
    return start_kernel()


@pytest.fixture
def client(kernel):
    """A client of a running kernel."""
    return kernel.client()


def until_idle(client, msg_id: str, seconds: float = WAIT) -> list[dict]:
    """The iopub messages of a request from `busy` to `idle`, without these two."""
    messages, deadline = [], time.monotonic() + seconds
    while True:
        message = client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
        if message["parent_header"].get("msg_id") != msg_id:
            continue
        if message["msg_type"] == "status":
            if message["content"]["execution_state"] == "idle":
                assert messages and messages[0] is None, "idle without busy"
                return messages[1:]
            assert not messages, "busy twice or too late"
            messages.append(None)
            continue
        messages.append(message)


def run(client, code: str, **options) -> tuple[dict, list[dict]]:
    """Runs a cell: the content of the reply and the messages on iopub."""
    options.setdefault("allow_stdin", False)
    msg_id = client.execute(code, **options)
    reply = client.get_shell_msg(timeout=WAIT)
    while reply["parent_header"].get("msg_id") != msg_id:
        reply = client.get_shell_msg(timeout=WAIT)
    return reply["content"], until_idle(client, msg_id)


def text(messages: list[dict], name: str = "stdout") -> str:
    """All text of a stream."""
    return "".join(
        message["content"]["text"]
        for message in messages
        if message["msg_type"] == "stream" and message["content"]["name"] == name
    )


def kinds(messages: list[dict]) -> list[str]:
    """The kinds of messages in order."""
    return [message["msg_type"] for message in messages]
