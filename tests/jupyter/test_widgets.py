"""Widgets as a front end meets them: comms of a real client, protocol 2.1."""

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS = 30


class FrontEnd:
    """The other side of the widgets of a session."""

    def __init__(self, session):
        self.session = session
        self.models: dict[str, dict] = {}

    def learn(self, messages: list[dict]) -> None:
        """Keeps the state of all models that the messages tell of."""
        for message in messages:
            content = message["content"]
            if message["msg_type"] == "comm_open":
                assert message["metadata"]["version"] == "2.1.0"
                assert content["target_name"] == "jupyter.widget"
                self.models[content["comm_id"]] = dict(content["data"]["state"])
            elif message["msg_type"] == "comm_msg":
                data = content["data"]
                if data["method"] in ("update", "echo_update"):
                    self.models[content["comm_id"]].update(data["state"])
            elif message["msg_type"] == "comm_close":
                self.models.pop(content["comm_id"], None)

    def run(self, code: str):
        """Runs a cell and learns of its widgets."""
        ran = self.session.run(code)
        assert ran.ok, "\n".join(ran.reply.get("traceback", []))
        self.learn(ran.outputs)
        return ran

    def of_kind(self, name: str) -> list[str]:
        """The models of a kind, in the order in which they were opened."""
        return [key for key, state in self.models.items() if state["_model_name"] == name]

    def post(self, msg_type: str, content: dict, **metadata) -> str:
        """Sends a comm message and does not wait."""
        client = self.session.client
        message = client.session.msg(msg_type, content, metadata=metadata)
        client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def change(self, model: str, **state) -> str:
        """Sends a change of a model."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self.post("comm_msg", {"comm_id": model, "data": data})

    def until_idle(self, request: str) -> list[dict]:
        """What a message has set off, up to idle."""
        found = []
        while True:
            message = self.session.message(request, SECONDS)
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    self.learn(found)
                    return found
            else:
                found.append(message)


@pytest.fixture
def front(kernel):
    """A front end for widgets."""
    return FrontEnd(kernel)


COUNTER = """
let nodes = widgets::IntSlider::new("nodes", 1..=9, 3)?;
let quorum = widgets::Label::new("2 of 3");
let label = quorum.clone();
nodes.observe(move |n| label.set_value(format!("{} of {n}", n / 2 + 1)));
widgets::HBox::new((&nodes, &quorum))?
"""


def test_a_slider_is_shown_and_its_callback_runs_without_a_cell(front):
    ran = front.run(COUNTER)
    (bundle,) = ran.bundles()
    assert bundle[VIEW]["version_major"] == 2
    assert bundle[VIEW]["model_id"] in front.models
    assert "nodes: 3" in bundle["text/plain"]
    (still,) = ran.bundles("display_data")
    assert VIEW not in still
    assert "nodes" in still["text/html"]

    (slider,) = front.of_kind("IntSliderModel")
    (label,) = front.of_kind("LabelModel")
    found = front.until_idle(front.change(slider, value=5))
    assert front.models[label]["value"] == "3 of 5"
    echo = [m for m in found if m["content"]["data"]["method"] == "echo_update"]
    assert [m["content"]["comm_id"] for m in echo] == [slider]
    assert front.session.value("nodes.value()") == "5"


def test_a_slider_answers_while_a_cell_runs(front):
    front.run(COUNTER)
    (slider,) = front.of_kind("IntSliderModel")
    (label,) = front.of_kind("LabelModel")
    busy = front.session.send('println!("busy"); while nodes.value() != 9 {}')
    while front.session.message(busy)["msg_type"] != "stream":
        pass
    front.until_idle(front.change(slider, value=7))
    assert front.models[label]["value"] == "4 of 7"
    front.until_idle(front.change(slider, value=9))
    assert front.session.wait(busy).ok


def test_a_page_that_is_loaded_again_finds_the_state(front):
    front.run(COUNTER)
    (slider,) = front.of_kind("IntSliderModel")
    front.until_idle(front.change(slider, value=4))

    client = front.session.client
    request = client.comm_info(target_name="jupyter.widget")
    reply = client.get_shell_msg(timeout=SECONDS)
    while reply["parent_header"]["msg_id"] != request:
        reply = client.get_shell_msg(timeout=SECONDS)
    assert slider in reply["content"]["comms"]

    opened = front.post(
        "comm_open",
        {"comm_id": "again", "target_name": "jupyter.widget.control", "data": {}},
        version="1.0.0",
    )
    front.until_idle(opened)
    asked = front.post("comm_msg", {"comm_id": "again", "data": {"method": "request_states"}})
    (answer,) = front.until_idle(asked)
    data = answer["content"]["data"]
    assert data["method"] == "update_states"
    assert data["states"][slider]["state"]["value"] == 4
    assert data["states"][slider]["model_name"] == "IntSliderModel"


def test_an_unknown_target_is_closed_again(front):
    opened = front.post("comm_open", {"comm_id": "x", "target_name": "nobody", "data": {}})
    kinds = [message["msg_type"] for message in front.until_idle(opened)]
    assert kinds == ["comm_close"]


def test_what_a_slider_cannot_be_is_refused_and_the_state_sent_back(front):
    front.run(COUNTER)
    (slider,) = front.of_kind("IntSliderModel")
    front.until_idle(front.change(slider, value="many"))
    assert front.models[slider]["value"] == 3
    assert front.session.value("nodes.value()") == "3"


def test_a_callback_that_panics_says_so_and_the_kernel_goes_on(front):
    front.run(
        'let risky = widgets::IntSlider::new("risky", 0..=9, 1)?;\n'
        'risky.observe(|value| assert!(value < 5, "{value} is too many"));\n'
        "risky"
    )
    (slider,) = front.of_kind("IntSliderModel")
    found = front.until_idle(front.change(slider, value=6))
    told = [m["content"]["text"] for m in found if m["msg_type"] == "stream"]
    assert "6 is too many" in "".join(told)
    assert front.session.value("1 + 1") == "2"


def test_of_many_positions_the_last_one_counts(front):
    front.run(COUNTER)
    (slider,) = front.of_kind("IntSliderModel")
    (label,) = front.of_kind("LabelModel")
    requests = [front.change(slider, value=1 + step % 9) for step in range(300)]
    last = front.change(slider, value=8)
    open_requests = {*requests, last}
    while open_requests:
        message = front.session.client.get_iopub_msg(timeout=SECONDS)
        front.learn([message])
        if (
            message["msg_type"] == "status"
            and message["content"]["execution_state"] == "idle"
        ):
            open_requests.discard(message["parent_header"].get("msg_id"))
    assert front.models[slider]["value"] == 8
    assert front.models[label]["value"] == "5 of 8"
