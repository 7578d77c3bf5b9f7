"""Widgets and calculators in JupyterLab: sliders are dragged, fields typed into, the new
numbers read."""

import subprocess
import sys

import nbformat
import pytest
from playwright.sync_api import expect

QUORUM = """let nodes = widgets::IntSlider::new("nodes", 1..=9, 3)?;
let quorum = widgets::Label::new("2 of 3");
let label = quorum.clone();
nodes.observe(move |n| label.set_value(format!("{} of {n}", n / 2 + 1)));
widgets::HBox::new((&nodes, &quorum))?"""

# The panel is kept by its name, so that a later cell can ask it.
CALCULATOR = "let panel = calc::bdp_window().panel()?;\npanel"
ROUND_TRIP = "round-trip time"
NEEDED = "window that fills the line"


def drag(page, handle, pixels: int) -> None:
    """Drags the handle of a slider to the right, in small steps as a hand does."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=20)
    page.mouse.up()


class Panel:
    """A calculator in the output of a cell."""

    def __init__(self, notebook, position: int):
        self.page = notebook.page
        self.output = notebook.code_cell(position).locator(".jp-OutputArea-output")
        self.widget = self.output.locator(".jupyter-widgets").first
        expect(self.widget).to_be_visible()

    def answer(self, line: str):
        """The row of a line among the results."""
        return self.widget.locator("tr", has_text=line).first

    def slider(self, label: str):
        """The handle of an input's slider."""
        row = self.widget.locator(".widget-hslider", has_text=label).first
        return row.locator(".noUi-handle")

    def field(self, label: str):
        """The field in which an input is typed."""
        return self.widget.locator(f'input[type=text][title="{label}"]')

    def settle(self) -> None:
        """Waits until all that a drag has set off is seen: the page sends the moves of a
        slider one after the other, as the kernel answers."""
        before = None
        while (now := self.widget.inner_text()) != before:
            before = now
            self.page.wait_for_timeout(500)

    def button(self, name: str):
        """A button of the panel."""
        return self.widget.get_by_role("button", name=name)


def test_a_slider_is_dragged_and_moved_by_keys(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, QUORUM)
    output = notebook.code_cell(0).locator(".jp-OutputArea")
    handle = output.locator(".noUi-handle")
    label = output.locator(".widget-label", has_text=" of ")
    expect(label).to_have_text("2 of 3")
    screenshot(notebook, "widget")
    drag(notebook.page, handle, 300)
    expect(label).to_have_text("5 of 9")

    handle.focus()
    notebook.page.keyboard.press("ArrowLeft")
    expect(label).to_have_text("5 of 8")
    # The snapshot for pages without a kernel is not seen beside the widget.
    expect(output.locator(".lightcone-snapshot")).to_be_hidden()


def test_a_calculator_follows_its_slider_and_its_field(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, CALCULATOR)
    panel = Panel(notebook, 0)
    expect(panel.answer(NEEDED)).to_contain_text("10 MB")
    screenshot(notebook, "calculator")

    drag(notebook.page, panel.slider(ROUND_TRIP), 30)
    expect(panel.answer(NEEDED)).not_to_contain_text("10 MB")
    panel.settle()

    field = panel.field(ROUND_TRIP)
    field.fill("33 ms")
    field.press("Enter")
    expect(panel.answer(NEEDED)).to_contain_text("4.12 MB")
    field.fill("-5 ms")
    field.press("Enter")
    expect(panel.widget).to_contain_text("must be above 0 s")
    screenshot(notebook, "calculator_refuses")
    field.fill("33 ms")
    field.press("Enter")
    expect(panel.answer(NEEDED)).to_contain_text("4.12 MB")

    # What the reader has set is there for the next cell.
    notebook.start(1, "panel.worksheet().code()")
    result = notebook.code_cell(1).locator(".jp-OutputArea-executeResult")
    expect(result).to_contain_text("calc::bdp_window().rtt(33.ms())")
    panel.button("Reset").click()
    expect(panel.answer(NEEDED)).to_contain_text("10 MB")


def test_two_views_agree_and_a_reload_keeps_the_state(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, CALCULATOR)
    first = Panel(notebook, 0)
    notebook.start(1, "panel.clone()")
    second = Panel(notebook, 1)
    field = second.field(ROUND_TRIP)
    field.fill("33 ms")
    field.press("Enter")
    expect(second.answer(NEEDED)).to_contain_text("4.12 MB")
    expect(first.answer(NEEDED)).to_contain_text("4.12 MB")

    notebook.save()
    notebook.reload()
    again = Panel(notebook, 0)
    expect(again.answer(NEEDED)).to_contain_text("4.12 MB")
    again.slider(ROUND_TRIP).focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(again.answer(NEEDED)).not_to_contain_text("4.12 MB")
    screenshot(notebook, "calculator_reloaded")


def test_a_restarted_kernel_leaves_readable_text(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, CALCULATOR)
    Panel(notebook, 0)
    notebook.save()
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
    )
    notebook.reload()
    still = notebook.code_cell(0).locator(".lightcone-snapshot")
    expect(still).to_be_visible()
    expect(still).to_contain_text("10 MB")
    screenshot(notebook, "calculator_without_kernel")


def test_a_calculator_answers_while_a_cell_runs(open_notebook):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, CALCULATOR)
    panel = Panel(notebook, 0)
    notebook.start(1, 'println!("turning");\nloop {}')
    expect(notebook.code_cell(1)).to_contain_text("turning")
    field = panel.field(ROUND_TRIP)
    field.fill("33 ms")
    field.press("Enter")
    expect(panel.answer(NEEDED)).to_contain_text("4.12 MB")
    notebook.menu("Kernel", "Interrupt Kernel")
    expect(notebook.code_cell(1)).to_contain_text("Interrupted")


def test_a_page_without_network_shows_the_snapshot(browser, notebooks, tmp_path, screenshot):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("calc::bdp_window()")],
        metadata={"kernelspec": {"name": "lightcone", "display_name": "Lightcone (Rust)"}},
    )
    path = tmp_path / "calculator.ipynb"
    nbformat.write(notebook, path)
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", str(path)],
        check=True,
    )
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(f"file://{path.with_suffix('.html')}")
    still = page.locator(".lightcone-snapshot")
    expect(still).to_be_visible()
    expect(still).to_contain_text("10 MB")
    expect(still.locator("svg").first).to_be_visible()
    screenshot_path = tmp_path / "page.png"
    page.screenshot(path=screenshot_path)
    context.close()


@pytest.mark.parametrize("function", ["calc::latency_floor", "calc::bandit_lab", "cost::oncall"])
def test_other_sheets_show_too(open_notebook, screenshot, function):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, f"{function}()")
    Panel(notebook, 0)
    screenshot(notebook, function.replace("::", "_"))
