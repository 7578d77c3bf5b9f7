"""What a reader does in JupyterLab: run, look, change, interrupt."""

from conftest import ROOT
from playwright.sync_api import expect

EPISODES = sorted((ROOT / "notebooks").glob("ep01_*.ipynb"))


def cell_with(notebook, text: str) -> int:
    """The position of the code cell that holds a text."""
    cells = notebook.page.locator(".jp-CodeCell")
    for position in range(cells.count()):
        if text in cells.nth(position).locator(".cm-content").inner_text():
            return position
    raise AssertionError(f"no code cell holds {text!r}")


def test_hello_runs_changes_and_shows_a_figure(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.run_all()
    outputs = notebook.page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="hello, world").first).to_be_visible()
    expect(notebook.page.locator(".jp-OutputArea-output table").first).to_be_visible()

    figure = notebook.page.get_by_role("img", name="Squares of one to three")
    figure.evaluate("element => element.scrollIntoView({ block: 'center' })")
    expect(figure).to_be_visible()
    assert any(name.startswith("Squares of one to three") for name in notebook.accessible_names())
    screenshot(notebook, "hello")

    value = cell_with(notebook, "numbers.sort()")
    notebook.start(value, "let mut numbers = vec![30, 10, 20, 40];\nnumbers.sort();\nnumbers")
    result = notebook.code_cell(value).locator(".jp-OutputArea-executeResult")
    expect(result).to_contain_text("[10, 20, 30, 40]")

    drawn = cell_with(notebook, "Squares of one")
    notebook.start(drawn, 'bar("Three bars", ["a", "b", "c"], [1.0, 2.0, 3.0])')
    expect(notebook.page.get_by_role("img", name="Three bars")).to_be_visible()
    assert any(name.startswith("Three bars") for name in notebook.accessible_names())


def test_an_endless_loop_is_interrupted_and_variables_are_kept(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, "let kept = 41;\nkept")
    expect(notebook.code_cell(0).locator(".jp-OutputArea-executeResult")).to_contain_text("41")

    notebook.start(1, 'println!("turning");\nloop {}')
    expect(notebook.code_cell(1)).to_contain_text("turning")
    notebook.menu("Kernel", "Interrupt Kernel")
    expect(notebook.code_cell(1)).to_contain_text("Interrupted")
    screenshot(notebook, "interrupted")

    notebook.start(2, "kept + 1")
    expect(notebook.code_cell(2).locator(".jp-OutputArea-executeResult")).to_contain_text("42")


def test_a_compile_error_shows_the_readers_line(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, 'let wrong: u32 = "three";')
    output = notebook.code_cell(0).locator(".jp-OutputArea-output")
    expect(output).to_contain_text('let wrong: u32 = "three";')
    expect(output).to_contain_text("E0308")
    screenshot(notebook, "compile_error")


def test_an_incident_is_found_shown_and_a_typo_answered(open_notebook, screenshot):
    notebook = open_notebook("hello.ipynb")
    notebook.start(0, 'incidents::search("facebok backbone provider:meta")?')
    found = notebook.code_cell(0).locator(".jp-OutputArea-executeResult")
    expect(found.locator("mark").first).to_be_visible()
    expect(found).to_contain_text("2021-10-facebook-backbone-bgp")
    screenshot(notebook, "search")

    notebook.start(1, 'incident("I032")?')
    card = notebook.code_cell(1).locator("article.lightcone-incident")
    expect(card).to_contain_text("Timeline")
    expect(card.get_by_role("link").first).to_be_visible()
    screenshot(notebook, "incident")

    notebook.start(2, 'incidents::search("durration:>60m")?')
    expect(notebook.code_cell(2)).to_contain_text("`durration:`")
    expect(notebook.code_cell(2)).to_contain_text("duration")


def test_episode_1_runs_changes_and_shows_its_figure(open_notebook, screenshot):
    assert EPISODES, "notebooks/ has no episode 1"
    notebook = open_notebook(EPISODES[0].name)
    notebook.run_all()
    figure = notebook.figures().first
    figure.evaluate("element => element.scrollIntoView({ block: 'center' })")
    expect(figure).to_be_visible()
    assert figure.get_attribute("aria-label") in notebook.accessible_names()
    screenshot(notebook, "episode_1")

    notebook.start(0, "let changed = 6 * 7;\nchanged")
    expect(notebook.code_cell(0).locator(".jp-OutputArea-executeResult")).to_contain_text("42")
    screenshot(notebook, "episode_1_changed")
