"""Notebooks from top to bottom through nbclient, as nbconvert and graders do it."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from sessions import KERNEL

HERE = Path(__file__).parent
COURSE = sorted((HERE.parents[1] / "notebooks").glob("*.ipynb"))


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a fresh run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name=KERNEL,
        resources={"metadata": {"path": str(path.parent)}},
    )
    return client.execute()


@pytest.fixture(scope="module")
def hello() -> dict[str, list]:
    """The outputs of the hello notebook by the cell's id."""
    notebook = executed(HERE / "hello.ipynb")
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def only(outputs: list, kind: str) -> nbformat.NotebookNode:
    """The one output, which has to be of a kind."""
    (output,) = outputs
    assert output.output_type == kind
    return output


def test_a_value_is_the_result(hello):
    assert only(hello["value"], "execute_result").data["text/plain"] == "[1, 2, 3]"


def test_text_is_on_stdout(hello):
    output = only(hello["text"], "stream")
    assert (output.name, output.text) == ("stdout", "hello, world\n")


def test_a_formula_gives_a_quantity(hello):
    # 5,570 km there and back at 299,792.458 km/s over fibre's group index of 1.468.
    assert only(hello["formula"], "execute_result").data["text/plain"] == "54.6 ms"


def test_a_frame_is_a_table(hello):
    data = only(hello["table"], "execute_result").data
    assert "<table" in data["text/html"] and "<caption" in data["text/html"]
    assert "cause_category" in data["text/plain"]


def test_a_figure_is_html_with_a_name_and_an_image(hello):
    data = only(hello["figure"], "execute_result").data
    assert 'role="img"' in data["text/html"]
    assert 'aria-label="Squares of one to three' in data["text/html"]
    assert "<svg" in data["image/svg+xml"]
    assert "Squares of one to three" in data["text/plain"]


def test_an_error_is_an_error_and_loses_nothing(hello):
    output = only(hello["error"], "error")
    assert "index out of bounds" in output.evalue
    assert only(hello["after"], "execute_result").data["text/plain"] == "3"


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_a_notebook_of_the_course_runs(path):
    notebook = executed(path)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        where = f"{path.name}, cell {cell.execution_count}: {cell.source[:80]}"
        assert cell.execution_count or not cell.source.strip(), where
        failed = any(output.output_type == "error" for output in cell.outputs)
        meant = "raises-exception" in cell.metadata.get("tags", [])
        assert failed == meant, where
        for output in cell.outputs:
            assert output.get("name") != "stderr", f"{where}\n{output.text}"
            if output.output_type in ("execute_result", "display_data"):
                assert "text/plain" in output.data, where
                html = output.data.get("text/html", "")
                assert "<svg" not in html or 'role="img"' in html, where
