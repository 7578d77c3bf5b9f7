"""The protocol front, from outside, with the clients that people use: libzmq
through pyzmq, and jupyter_client. The cells are in the words of the echo
kernel (kernel/examples/echo_kernel.rs)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socket
import stat
import time
import uuid
from datetime import datetime, timezone
from queue import Empty

import pytest
import zmq

from conftest import WAIT, kinds, run, text, until_idle

DELIMITER = b"<IDS|MSG>"


class Raw:
    """A client that decides on every byte."""

    def __init__(self, kernel, channel: str = "shell"):
        info = kernel.info
        self.key = info["key"].encode()
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"tcp://{info['ip']}:{info[channel + '_port']}")
        self.session = uuid.uuid4().hex

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.destroy(linger=0)

    def frames(self, msg_type: str, content: dict | None = None, **header) -> list[bytes]:
        header = {
            "msg_id": uuid.uuid4().hex,
            "session": self.session,
            "username": "tester",
            "date": datetime.now(timezone.utc).isoformat(),
            "msg_type": msg_type,
            "version": "5.4",
            **header,
        }
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content or {})]
        return [DELIMITER, self.sign(parts), *parts]

    def sign(self, parts: list[bytes]) -> bytes:
        return hmac.new(self.key, b"".join(parts), hashlib.sha256).hexdigest().encode()

    def receive(self, seconds: float = WAIT) -> dict | None:
        """The next message, its signature checked; None if none comes."""
        if not self.socket.poll(int(1000 * seconds)):
            return None
        frames = self.socket.recv_multipart()
        start = frames.index(DELIMITER)
        signature, *parts = frames[start + 1 : start + 6]
        assert signature == self.sign(parts)
        header, parent, metadata, content = map(json.loads, parts)
        return {
            "header": header,
            "parent": parent,
            "parent_bytes": parts[1],
            "metadata": metadata,
            "content": content,
        }

    def ask(self, frames: list[bytes], seconds: float = WAIT) -> dict | None:
        self.socket.send_multipart(frames)
        return self.receive(seconds)


def subscriber(context: zmq.Context, kernel, topic: bytes = b"") -> zmq.Socket:
    info = kernel.info
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    socket.subscribe(topic)
    socket.connect(f"tcp://{info['ip']}:{info['iopub_port']}")
    return socket


# Signatures and frames


def test_wrong_signatures_are_refused_and_the_kernel_goes_on(kernel):
    with Raw(kernel) as raw:
        good = raw.frames("kernel_info_request")
        for signature in (b"", b"0" * 64, good[1][:-1], good[1][:-1] + b"g", b"\xff" * 64):
            assert raw.ask([good[0], signature, *good[2:]], 0.2) is None
        changed = [*good[:5], b'{"a": 1}']
        assert raw.ask(changed, 0.2) is None
        assert raw.ask(good)["header"]["msg_type"] == "kernel_info_reply"


def test_a_replayed_message_is_refused_on_every_socket(kernel):
    with Raw(kernel) as raw, Raw(kernel, "control") as control:
        frames = raw.frames("kernel_info_request")
        assert raw.ask(frames)
        assert raw.ask(frames, 0.2) is None
        assert control.ask(frames, 0.2) is None
        assert raw.ask(raw.frames("kernel_info_request"))


def test_buffers_are_not_signed(kernel):
    with Raw(kernel) as raw:
        assert raw.ask([*raw.frames("kernel_info_request"), b"\x00buffer\xff", b""])


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_malformed_frames_are_survived(kernel, channel):
    with Raw(kernel, channel) as raw:
        good = raw.frames("kernel_info_request")
        for count in range(len(good)):
            raw.socket.send_multipart(good[:count] or [b""])
        for part in range(2, 6):
            for junk in (b"", b"\xff\xfe", b"[]", b"null", b"{", b'{"msg_id": 3}', b"[" * 100_000):
                parts = [*good[2:]]
                parts[part - 2] = junk
                raw.socket.send_multipart([DELIMITER, raw.sign(parts), *parts])
        raw.socket.send_multipart([b"x"] * 5000)
    with Raw(kernel) as raw:
        assert raw.ask(raw.frames("kernel_info_request"))["content"]["status"] == "ok"
    assert kernel.process.poll() is None


def test_bytes_that_are_no_zmtp_are_survived(kernel):
    # The sockets are open once a client has had its answer.
    client = kernel.client()
    info = kernel.info
    ports = [info[f"{name}_port"] for name in ("shell", "control", "stdin", "iopub", "hb")]
    for port in ports:
        for junk in (b"", b"GET / HTTP/1.0\r\n\r\n" * 20, b"\xff" * 200, os.urandom(4096)):
            with socket.create_connection((info["ip"], port)) as connection:
                connection.sendall(junk)
    run(client, "print still here")
    run(kernel.client(), "print and here")


@pytest.mark.parametrize("content", [{}, {"code": None}, {"code": 7}, {"code": ["a"]}])
@pytest.mark.parametrize("kind", ["execute", "complete", "inspect", "is_complete"])
def test_content_that_cannot_be_read_gets_an_answer(kernel, kind, content):
    with Raw(kernel) as raw:
        reply = raw.ask(raw.frames(f"{kind}_request", content))
        assert reply["header"]["msg_type"] == f"{kind}_reply"
        if kind == "is_complete":
            assert reply["content"] == {"status": "unknown"}
        else:
            assert reply["content"]["status"] == "error"
            assert {"ename", "evalue", "traceback"} <= reply["content"].keys()


def test_the_parent_header_is_a_verbatim_copy(kernel):
    with Raw(kernel) as raw:
        frames = raw.frames("kernel_info_request", subshell_id=None, odd={"é": [1.50, 1e3]})
        reply = raw.ask(frames)
        assert reply["parent_bytes"] == frames[2]
        assert reply["header"]["session"] != raw.session
        assert reply["header"]["version"] == "5.5"
        assert abs((datetime.fromisoformat(reply["header"]["date"])
                    - datetime.now(timezone.utc)).total_seconds()) < 60


# What the kernel says of itself


def test_kernel_info_on_shell_and_control(kernel):
    with Raw(kernel) as shell, Raw(kernel, "control") as control:
        for raw in (shell, control):
            content = raw.ask(raw.frames("kernel_info_request"))["content"]
            assert content["status"] == "ok"
            assert content["protocol_version"] == "5.5"
            assert content["language_info"]["name"] == "rust"
            assert content["language_info"]["version"]
            assert content["supported_features"] == []


def test_control_answers_while_a_cell_runs(kernel, client):
    client.execute("loop")
    with Raw(kernel, "control") as control:
        start = time.monotonic()
        assert control.ask(control.frames("kernel_info_request"))["content"]["status"] == "ok"
        assert time.monotonic() - start < 1


def test_connect_comm_info_and_unknown_requests(kernel, client):
    with Raw(kernel) as raw:
        ports = raw.ask(raw.frames("connect_request"))["content"]
        assert ports["iopub_port"] == kernel.info["iopub_port"]
        for content in ({}, {"target_name": None}, {"target_name": "jupyter.widget"}):
            reply = raw.ask(raw.frames("comm_info_request", content))["content"]
            assert reply == {"status": "ok", "comms": {}}
        frames = raw.frames("no_such_request")
        assert raw.ask(frames, 0.2) is None
        assert until_idle(client, json.loads(frames[2])["msg_id"]) == []


def test_a_comm_of_an_unknown_target_is_closed_on_iopub(kernel, client):
    with Raw(kernel) as raw:
        open_ = {"comm_id": "c1", "target_name": "none", "data": {}}
        for kind, content, answers in (
            ("comm_open", open_, ["comm_close"]),
            ("comm_msg", {"comm_id": "c1", "data": {}}, []),
            ("comm_close", {"comm_id": "c1", "data": {}}, []),
        ):
            frames = raw.frames(kind, content)
            raw.socket.send_multipart(frames)
            messages = until_idle(client, json.loads(frames[2])["msg_id"])
            assert kinds(messages) == answers
            assert all(message["content"]["comm_id"] == "c1" for message in messages)


def test_a_comm_is_answered_with_buffers_and_listed_while_it_is_open(kernel, client):
    with Raw(kernel) as raw:

        def say(kind, content, buffers=()):
            frames = raw.frames(kind, content) + list(buffers)
            raw.socket.send_multipart(frames)
            return until_idle(client, json.loads(frames[2])["msg_id"])

        def listed(content):
            return raw.ask(raw.frames("comm_info_request", content))["content"]["comms"]

        assert say("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}}) == []
        assert listed({}) == {"c1": {"target_name": "echo"}}
        (answer,) = say("comm_msg", {"comm_id": "c1", "data": {"x": 1}}, [b"\x00\xff", b""])
        assert answer["msg_type"] == "comm_msg"
        assert answer["content"] == {"comm_id": "c1", "data": {"x": 1}}
        assert [bytes(buffer) for buffer in answer["buffers"]] == [b"\x00\xff", b""]
        (opened,) = say("comm_msg", {"comm_id": "c1", "data": {"open": "c2"}})
        assert opened["msg_type"] == "comm_open"
        assert opened["content"]["target_name"] == "echo"
        assert set(listed({"target_name": "echo"})) == {"c1", "c2"}
        assert listed({"target_name": "jupyter.widget"}) == {}
        assert say("comm_close", {"comm_id": "c1", "data": {}}) == []
        assert set(listed({})) == {"c2"}
        # What cannot be read is dropped, and the kernel goes on.
        assert say("comm_msg", {"data": 7}) == []


def test_a_comm_is_answered_while_a_cell_runs(kernel, client):
    running = client.execute("loop")
    with Raw(kernel) as raw:
        start = time.monotonic()
        for kind, content in (
            ("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}}),
            ("comm_msg", {"comm_id": "c1", "data": {"x": 1}}),
        ):
            frames = raw.frames(kind, content)
            raw.socket.send_multipart(frames)
            messages = until_idle(client, json.loads(frames[2])["msg_id"])
        assert kinds(messages) == ["comm_msg"]
        assert time.monotonic() - start < 5
    with Raw(kernel, "control") as control:
        control.ask(control.frames("interrupt_request"))
    reply = client.get_shell_msg(timeout=10)
    assert reply["parent_header"]["msg_id"] == running
    assert reply["content"]["status"] == "error"


def test_heartbeat_echoes_bytes_also_while_a_cell_runs(kernel, client):
    client.execute("loop")
    with Raw(kernel) as raw:
        heart = raw.context.socket(zmq.REQ)
        heart.connect(f"tcp://127.0.0.1:{kernel.info['hb_port']}")
        for beat in (b"ping", b"", b"\x00" * 1000):
            heart.send(beat)
            assert heart.poll(1000)
            assert heart.recv() == beat


# Order of messages


def test_outputs_come_in_order_between_busy_and_idle(client):
    code = "print a\nwrite b\nwarn e\nprint c\nhtml h\nwrite d\nresult r\nclear"
    reply, messages = run(client, code)
    assert reply["status"] == "ok"
    assert kinds(messages) == [
        "execute_input", "stream", "stream", "stream", "display_data", "stream",
        "execute_result", "clear_output",
    ]
    assert messages[0]["content"] == {"code": code, "execution_count": reply["execution_count"]}
    streams = [(m["content"]["name"], m["content"]["text"]) for m in messages
               if m["msg_type"] == "stream"]
    assert streams == [("stdout", "a\nb"), ("stderr", "e\n"), ("stdout", "c\n"), ("stdout", "d")]
    assert messages[4]["content"]["data"] == {"text/plain": "h", "text/html": "<b>h</b>"}
    assert messages[6]["content"]["execution_count"] == reply["execution_count"]
    assert messages[7]["content"] == {"wait": False}
    assert "null" not in json.dumps([m["content"] for m in messages])


def test_displays_can_be_replaced(client):
    _, messages = run(client, "display floor 54.6 ms\nupdate floor 54.7 ms")
    assert kinds(messages)[1:] == ["display_data", "update_display_data"]
    assert [m["content"]["transient"] for m in messages[1:]] == [{"display_id": "floor"}] * 2
    assert messages[2]["content"]["data"] == {"text/plain": "54.7 ms"}


def test_idle_follows_the_reply_at_once(client):
    run(client, "print warm")
    slowest = 0
    for _ in range(10):
        msg_id = client.execute("print a")
        client.get_shell_msg(timeout=WAIT)
        start = time.monotonic()
        until_idle(client, msg_id)
        slowest = max(slowest, time.monotonic() - start)
    assert slowest < 0.1


def test_streams_are_joined_but_not_kept_waiting(client):
    _, messages = run(client, "flood 100000")
    assert text(messages) == "".join(f"{count}\n" for count in range(100_000))
    assert len(messages) < 60
    msg_id = client.execute("write early\nsleep 1000")
    start = time.monotonic()
    while client.get_iopub_msg(timeout=WAIT)["msg_type"] != "stream":
        pass
    assert time.monotonic() - start < 0.5
    until_idle_tail(client, msg_id)


def until_idle_tail(client, msg_id):
    while True:
        message = client.get_iopub_msg(timeout=WAIT)
        if (message["parent_header"].get("msg_id") == msg_id
                and message["content"].get("execution_state") == "idle"):
            return


def test_output_of_a_thread_keeps_its_parent(client):
    first = client.execute("later 200 from the first cell")
    run(client, "print second")
    while True:
        message = client.get_iopub_msg(timeout=WAIT)
        if message["msg_type"] == "stream":
            assert message["content"]["text"] == "from the first cell\n"
            assert message["parent_header"]["msg_id"] == first
            return


def test_large_results_arrive_whole(client):
    size = 100_000_000
    start = time.monotonic()
    _, messages = run(client, f"big {size}")
    assert len(messages[1]["content"]["data"]["text/plain"]) == size
    assert time.monotonic() - start < 10


def test_large_requests_arrive_whole(client):
    reply, messages = run(client, "print " + "é" * 5_000_000)
    assert reply["status"] == "ok"
    assert len(text(messages)) == 5_000_001


# Execution


def test_errors_are_published_once_and_repeated_in_the_reply(client):
    reply, messages = run(client, "write before\nfail on purpose")
    assert kinds(messages) == ["execute_input", "stream", "error"]
    expected = {"ename": "EchoError", "evalue": "on purpose",
                "traceback": ["\x1b[31mEchoError\x1b[0m: on purpose"]}
    assert messages[2]["content"] == expected
    assert {key: reply[key] for key in expected} == expected
    assert reply["status"] == "error" and reply["execution_count"] == 1


def test_a_panic_of_the_kernel_is_an_error_and_the_kernel_lives(client):
    reply, messages = run(client, "panic")
    assert reply["ename"] == "KernelPanic" and "the engine panics" in reply["evalue"]
    assert kinds(messages) == ["execute_input", "error"]
    assert text(run(client, "print alive")[1]) == "alive\n"


def test_the_counter_counts_stored_cells_only(client):
    counts = [
        run(client, code, **options)[0]["execution_count"]
        for code, options in (
            ("", {"silent": True}),
            ("print a", {}),
            ("print b", {"store_history": False}),
            ("print c", {"silent": True}),
            (" \n", {}),
            ("fail", {}),
            ("print d", {}),
        )
    ]
    assert counts == [0, 1, 1, 1, 1, 2, 3]


def test_a_silent_cell_publishes_nothing(client):
    for code in ("print a\nwarn b\nresult c\nhtml d\nclear", "fail"):
        assert run(client, code, silent=True)[1] == []


def test_user_expressions(client):
    reply, messages = run(
        client, "print a", user_expressions={"x": "1 + 1", "y": "fail here"}
    )
    assert reply["user_expressions"] == {
        "x": {"status": "ok", "data": {"text/plain": "1 + 1"}, "metadata": {}},
        "y": {"status": "error", "ename": "EchoError", "evalue": "here",
              "traceback": ["\x1b[31mEchoError\x1b[0m: here"]},
    }
    assert kinds(messages) == ["execute_input", "stream"]
    assert run(client, "page the text")[0]["payload"] == [
        {"source": "page", "data": {"text/plain": "the text"}, "start": 0}
    ]


def replies(client, ids: list[str]) -> list[str]:
    found = {}
    while len(found) < len(ids):
        reply = client.get_shell_msg(timeout=WAIT)
        found[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    return [found[msg_id] for msg_id in ids]


def test_a_failure_aborts_the_queue_and_later_cells_run(client):
    ids = [client.execute(code) for code in ("sleep 100", "fail", "print a", "print b")]
    asked = client.is_complete("print a")
    assert replies(client, [*ids, asked]) == ["ok", "error", "aborted", "aborted", "complete"]
    assert until_idle(client, ids[2]) == []
    assert text(run(client, "print c")[1]) == "c\n"


def test_requests_sent_together_with_the_failing_one_are_aborted(client):
    for _ in range(20):
        ids = [client.execute(code) for code in ("fail", "print a", "print b")]
        assert replies(client, ids) == ["error", "aborted", "aborted"]


def test_stop_on_error_can_be_switched_off(client):
    ids = [client.execute("fail", stop_on_error=False), client.execute("print a")]
    assert replies(client, ids) == ["error", "ok"]


# Help while typing


def test_completion_counts_code_points(client):
    client.complete("é😀 p", 4)
    content = client.get_shell_msg(timeout=WAIT)["content"]
    assert content["matches"] == ["print", "page", "password", "panic"]
    assert (content["cursor_start"], content["cursor_end"]) == (3, 4)
    assert content["metadata"]["_jupyter_types_experimental"][1] == {
        "start": 3, "end": 4, "text": "page", "type": "keyword", "signature": ""
    }


def test_inspection_and_completeness(client):
    client.inspect("é print", 7, detail_level=1)
    content = client.get_shell_msg(timeout=WAIT)["content"]
    assert content == {"status": "ok", "found": True, "metadata": {},
                       "data": {"text/plain": "print in detail"}}
    client.inspect("nothing")
    content = client.get_shell_msg(timeout=WAIT)["content"]
    assert content == {"status": "ok", "found": False, "data": {}, "metadata": {}}
    for code, expected in (
        ("print", {"status": "complete"}),
        ("{", {"status": "incomplete", "indent": "    "}),
        (")", {"status": "invalid"}),
    ):
        client.is_complete(code)
        assert client.get_shell_msg(timeout=WAIT)["content"] == expected


def test_history(client):
    def ask(**options):
        client.history(**options)
        content = client.get_shell_msg(timeout=WAIT)["content"]
        assert content["status"] == "ok"
        return content["history"]

    for code in ("print a", "result 2", "fail", "result 2"):
        run(client, code)
    run(client, "print hidden", store_history=False)
    assert [tuple(entry) for entry in ask(hist_access_type="tail", n=2)] == [
        (1, 3, "fail"), (1, 4, "result 2")
    ]
    assert ask(hist_access_type="tail", n=2, output=True) == [
        [1, 3, ["fail", None]], [1, 4, ["result 2", "2"]]
    ]
    assert ask(hist_access_type="range", session=1, start=1, stop=3) == [
        [1, 1, "print a"], [1, 2, "result 2"]
    ]
    assert ask(hist_access_type="search", pattern="res*", unique=True) == [[1, 4, "result 2"]]
    assert len(ask(hist_access_type="search", pattern="*", n=3)) == 3


# stdin


def test_input_asks_the_client_of_the_cell(kernel, client):
    kernel.client()
    msg_id = client.execute("write before\ninput Your name: \npassword Secret: ", allow_stdin=True)
    for prompt, password, answer in (("Your name:", False, "Ada é"), ("Secret:", True, "")):
        question = client.get_stdin_msg(timeout=WAIT)
        assert question["msg_type"] == "input_request"
        assert question["content"] == {"prompt": prompt, "password": password}
        assert question["parent_header"]["msg_id"] == msg_id
        client.input(answer)
    messages = until_idle(client, msg_id)
    assert text(messages) == "beforegot Ada é\ngot \n"
    with pytest.raises(Empty):
        kernel.clients[-1].get_stdin_msg(timeout=0.1)


def test_text_before_a_question_is_shown_before_it(client):
    client.execute("write before\ninput ?", allow_stdin=True)
    client.get_stdin_msg(timeout=WAIT)
    while client.get_iopub_msg(timeout=0.1)["msg_type"] != "stream":
        pass
    client.input("x")


def test_without_stdin_nobody_is_asked(client):
    start = time.monotonic()
    reply, _ = run(client, "input ?", allow_stdin=False)
    assert reply["ename"] == "NoInput"
    assert time.monotonic() - start < 1


def test_a_client_without_stdin_socket_does_not_hang_the_cell(kernel):
    with Raw(kernel) as raw:
        reply = raw.ask(raw.frames("execute_request", {"code": "input ?", "allow_stdin": True}))
        assert reply["content"]["ename"] == "NoInput"


def test_an_interrupt_ends_a_question(kernel, client):
    client.execute("input ?", allow_stdin=True)
    client.get_stdin_msg(timeout=WAIT)
    interrupt(kernel)
    assert client.get_shell_msg(timeout=WAIT)["content"]["ename"] == "Interrupted"


# Interrupt and shutdown


def interrupt(kernel):
    with Raw(kernel, "control") as control:
        reply = control.ask(control.frames("interrupt_request"))
        assert reply["header"]["msg_type"] == "interrupt_reply"
        assert reply["content"] == {"status": "ok"}


@pytest.mark.parametrize("way", ["message", "signal"])
def test_an_interrupt_stops_the_cell_and_aborts_the_queue(kernel, client, way):
    ids = [client.execute("loop"), client.execute("print a")]
    time.sleep(0.2)
    if way == "message":
        interrupt(kernel)
    else:
        kernel.process.send_signal(signal.SIGINT)
    assert replies(client, ids) == ["error", "aborted"]
    assert text(run(client, "print b")[1]) == "b\n"


def test_an_interrupt_of_an_idle_kernel_does_not_hit_the_next_cell(kernel, client):
    interrupt(kernel)
    assert run(client, "sleep 50")[0]["status"] == "ok"


@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("code", ["", "loop", "stuck", "input ?"])
@pytest.mark.parametrize("restart", [False, True])
def test_shutdown_replies_and_ends_the_process(kernel, client, channel, code, restart):
    if code:
        client.execute(code, allow_stdin=True)
        time.sleep(0.1)
    with Raw(kernel, channel) as raw:
        start = time.monotonic()
        frames = raw.frames("shutdown_request", {"restart": restart})
        reply = raw.ask(frames)
        assert reply["header"]["msg_type"] == "shutdown_reply"
        assert reply["content"] == {"status": "ok", "restart": restart}
        until_idle(client, json.loads(frames[2])["msg_id"])
        assert kernel.wait(3) == 0
        assert time.monotonic() - start < 2


def test_sigterm_ends_the_process(kernel, client):
    client.execute("loop")
    kernel.process.terminate()
    assert kernel.wait(3) == 0


def test_the_kernel_ends_with_the_jupyter_process(start_kernel, tmp_path):
    # The shell starts the kernel, names itself as its parent and is gone.
    kernel = start_kernel()
    kernel.client()
    kernel.end()
    command = kernel.process.args
    script = f'export JPY_PARENT_PID=$$; "$@" & echo $! > {tmp_path}/pid; sleep 0.5'
    assert os.spawnlp(os.P_WAIT, "sh", "sh", "-c", script, "sh", *command) == 0
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        with open(f"/proc/{pid}/stat") as status:
            if status.read().rsplit(")", 1)[1].split()[0] == "Z":
                return
        time.sleep(0.05)
    pytest.fail("the kernel outlives its parent")


# Start


def test_requests_before_the_engine_is_ready_are_queued(start_kernel):
    kernel = start_kernel(environment={"ECHO_KERNEL_START_MS": "1500"})
    start = time.monotonic()
    client = kernel.client(ready=False)
    ids = [client.execute("print a"), client.execute("print b")]
    with Raw(kernel, "control") as control:
        assert control.ask(control.frames("kernel_info_request"))
        assert time.monotonic() - start < 1.4
    assert replies(client, ids) == ["ok", "ok"]
    assert time.monotonic() - start > 1


def test_a_kernel_whose_engine_cannot_start_says_why(start_kernel):
    kernel = start_kernel(environment={"ECHO_KERNEL_BROKEN": "the toolchain changed"})
    client = kernel.client()
    reply, messages = run(client, "print a")
    assert reply["evalue"] == "cells cannot run: the toolchain changed"
    assert kinds(messages) == ["execute_input", "error"]


def test_a_taken_port_is_named(kernel):
    import subprocess

    kernel.client()
    second = subprocess.run(kernel.process.args, capture_output=True, text=True, timeout=WAIT)
    assert second.returncode != 0
    assert "heartbeat" in second.stderr and str(kernel.info["hb_port"]) in second.stderr


# iopub


def receive(socket: zmq.Socket, seconds: float = WAIT) -> tuple[bytes, dict, dict]:
    """Topic, header and content of the next message."""
    assert socket.poll(int(1000 * seconds)), "no message"
    topic, delimiter, _, header, parent, _, content = socket.recv_multipart()
    assert delimiter == DELIMITER
    return topic, {**json.loads(header), "parent": json.loads(parent)}, json.loads(content)


def test_welcome_comes_first_and_starting_once(kernel):
    context = zmq.Context()
    first = subscriber(context, kernel)
    topic, header, content = receive(first)
    assert (topic, header["msg_type"], header["parent"]) == (b"", "iopub_welcome", {})
    assert content == {"subscription": ""}
    topic, header, content = receive(first)
    assert (header["msg_type"], header["parent"]) == ("status", {})
    assert content == {"execution_state": "starting"}
    second = subscriber(context, kernel)
    assert receive(second)[1]["msg_type"] == "iopub_welcome"
    assert not second.poll(200) and not first.poll(0)
    context.destroy(linger=0)


def test_topics(kernel):
    context = zmq.Context()
    other = subscriber(context, kernel, b"other")
    assert receive(other)[2] == {"subscription": "other"}
    binary = subscriber(context, kernel, b"\xff\xfe")
    assert not binary.poll(200), "topics that are no text get no welcome"
    everything = subscriber(context, kernel)
    receive(everything)
    topic, _, content = receive(everything)
    assert content == {"execution_state": "starting"} and topic.endswith(b".status")
    # Another topic on the same socket is welcomed too; what is cancelled ends.
    everything.subscribe(b"kernel.")
    assert receive(everything)[2] == {"subscription": "kernel."}
    everything.unsubscribe(b"")
    run(kernel.client(), "print a")
    assert receive(everything)[0].startswith(b"kernel.")
    everything.unsubscribe(b"kernel.")
    time.sleep(0.2)
    while everything.poll(0):
        everything.recv_multipart()
    run(kernel.clients[0], "print b")
    assert not everything.poll(200)
    assert not other.poll(0) and not binary.poll(0)
    context.destroy(linger=0)


def test_a_subscriber_hears_all_after_its_welcome(kernel, client):
    """A client that waits for the welcome misses nothing."""
    for count in range(20):
        context = zmq.Context()
        fresh = subscriber(context, kernel)
        assert receive(fresh)[1]["msg_type"] == "iopub_welcome"
        client.execute(f"print {count}")
        seen = []
        while seen[-1:] != [{"execution_state": "idle"}]:
            seen.append(receive(fresh)[2])
        assert seen[0] == {"execution_state": "busy"}
        assert {"name": "stdout", "text": f"{count}\n"} in seen
        context.destroy(linger=0)


def test_a_subscriber_with_heartbeats_stays_connected(kernel, client):
    context = zmq.Context()
    info = kernel.info
    beating = context.socket(zmq.SUB)
    beating.setsockopt(zmq.HEARTBEAT_IVL, 50)
    beating.setsockopt(zmq.HEARTBEAT_TIMEOUT, 200)
    beating.subscribe(b"")
    beating.connect(f"tcp://{info['ip']}:{info['iopub_port']}")
    receive(beating)
    time.sleep(1)
    assert not beating.poll(0), "a second welcome would mean a lost connection"
    context.destroy(linger=0)


def stuck_connection(kernel) -> socket.socket:
    """A subscriber by hand that never reads after its subscription."""
    info = kernel.info
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((info["ip"], info["iopub_port"]))
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
    connection.sendall(greeting)
    connection.sendall(b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB")
    connection.sendall(b"\x00\x01\x01")
    assert connection.recv(1) == b"\xff"
    time.sleep(0.1)
    return connection


def test_a_stuck_subscriber_stalls_nobody_and_is_disconnected(kernel, client):
    stuck = stuck_connection(kernel)
    size = 20_000_000
    run(client, "print warm")
    for count in range(15):
        start = time.monotonic()
        _, messages = run(client, f"big {size}")
        assert len(messages[1]["content"]["data"]["text/plain"]) == size
        assert time.monotonic() - start < 5
    # Over 256 MiB waited for the stuck one; it is gone by now.
    stuck.settimeout(5)
    received = 0
    try:
        while data := stuck.recv(1 << 20):
            received += len(data)
    except ConnectionResetError:
        pass
    assert received < 256 << 20
    stuck.close()
    assert "does not read" in kernel.log.read_text()
    assert text(run(client, "print on")[1]) == "on\n"


# Transport


def test_the_ipc_transport(start_kernel):
    kernel = start_kernel(transport="ipc")
    client = kernel.client()
    assert text(run(client, "print a")[1]) == "a\n"
    prefix = kernel.info["ip"]
    files = [f"{prefix}-{number}" for number in range(1, 6)]
    assert all(stat.S_ISSOCK(os.stat(file).st_mode) for file in files)
    client.execute("input ?", allow_stdin=True)
    client.get_stdin_msg(timeout=WAIT)
    client.input("x")
    client.get_shell_msg(timeout=WAIT)
    client.shutdown()
    assert client.get_control_msg(timeout=WAIT)["content"]["status"] == "ok"
    assert kernel.wait(3) == 0
    assert not any(os.path.exists(file) for file in files)


def test_an_ipc_kernel_starts_again_after_a_crash(start_kernel):
    import subprocess

    kernel = start_kernel(transport="ipc")
    kernel.client().stop_channels()
    kernel.process.kill()
    kernel.process.wait()
    assert os.path.exists(f"{kernel.info['ip']}-1")
    kernel.process = subprocess.Popen(kernel.process.args)
    assert text(run(kernel.client(), "print again")[1]) == "again\n"
