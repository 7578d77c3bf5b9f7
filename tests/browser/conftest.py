"""JupyterLab and Jupyter Notebook of the test environment, opened in the system's Chromium."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# A first page of JupyterLab, a kernel's start and a compile on a busy machine.
SECONDS = 90

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A test may open addresses faster than people do.
    "--disable-ipc-flooding-protection",
]


def settings(folder: Path) -> Path:
    """Settings of the application, without questions that would cover the page."""
    file = folder / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return folder


class Lab:
    """A running JupyterLab with copies of the notebooks."""

    name = "JupyterLab"
    module = "jupyterlab"
    exposed = "--LabApp.expose_app_in_browser=True"
    # Its first page, and the page of one notebook without any other document.
    home = "lab"
    document = "doc/tree"

    def __init__(self, folder: Path):
        self.token = secrets.token_hex(16)
        self.lines: list[str] = []
        self.ready = threading.Event()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = [
            "--no-browser",
            f"--ServerApp.root_dir={folder}",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            self.exposed,
        ]
        if os.geteuid() == 0:
            options.append("--allow-root")
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *options],
            env={**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(settings(folder / f".settings-{self.module}"))},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if not self.ready.wait(SECONDS):
            self.end()
            raise RuntimeError(f"{self.name} did not start:\n" + "".join(self.lines))

    def read(self) -> None:
        """Follows the log until the server says its address, and further."""
        for line in self.process.stdout:
            self.lines.append(line)
            if f"127.0.0.1:{self.port}/{self.home}?token=" in line:
                self.ready.set()

    def address(self, notebook: str) -> str:
        """Where a notebook is open, in a window without any other document."""
        return f"http://127.0.0.1:{self.port}/{self.document}/{notebook}?token={self.token}"

    def end(self) -> None:
        """Ends the server, and its kernels with it."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class JupyterNotebook(Lab):
    """A running Jupyter Notebook 7: JupyterLab's parts on a page for each notebook."""

    name = "Jupyter Notebook"
    module = "notebook"
    exposed = "--JupyterNotebookApp.expose_app_in_browser=True"
    home = "tree"
    document = "notebooks"


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory) -> Path:
    """A folder with copies of all notebooks, since JupyterLab saves them."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in [*(ROOT / "notebooks").glob("*.ipynb"), ROOT / "tests/notebooks/hello.ipynb"]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def lab(notebooks):
    """One JupyterLab for all tests."""
    running = Lab(notebooks)
    yield running
    running.end()


@pytest.fixture(scope="session")
def jupyter_notebook(notebooks):
    """One Jupyter Notebook for all tests."""
    running = JupyterNotebook(notebooks)
    yield running
    running.end()


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["LIGHTCONE_TEST_CHROMIUM"],
            headless=True,
            args=CHROMIUM_OPTIONS,
        )
        yield chromium
        chromium.close()


# Resolves when the page is complete, the notebook read and its kernel has answered.
KERNEL_ANSWERED = """async () => {
    await window.jupyterapp.restored;
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.revealed;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}"""

# The text of the cell that is being edited, as the notebook has it.
ACTIVE_SOURCE = "window.jupyterapp.shell.currentWidget.content.activeCell?.model.sharedModel.source"

# How often a text is written until it has arrived.
WRITES = 5


class Notebook:
    """A notebook open in JupyterLab or Jupyter Notebook."""

    def __init__(self, page: Page):
        self.page = page

    def save(self) -> None:
        """Saves the notebook."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    def reload(self) -> None:
        """Loads the page again, as after closing the tab; the kernel stays."""
        self.page.reload()
        self.settle()

    def settle(self) -> None:
        """Waits until the notebook is shown and its kernel has answered."""
        self.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
        self.page.evaluate(KERNEL_ANSWERED)
        self.page.locator(".jp-CodeCell").first.wait_for()

    def menu(self, *path: str) -> None:
        """Chooses an entry of the menu bar."""
        bar, *entries = path
        self.page.locator(".lm-MenuBar-itemLabel", has_text=bar).first.click()
        for entry in entries:
            label = self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True)
            label.click()

    def run_all(self) -> None:
        """Runs all cells and waits until each has run."""
        self.menu("Edit", "Clear Outputs of All Cells")
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const cells = panel.content.widgets.map(cell => cell.model)
                    .filter(model => model.type === 'code' && model.sharedModel.source.trim());
                return cells.every(
                    model => model.executionCount && model.executionState === 'idle');
            }""",
            timeout=1000 * SECONDS,
        )

    def code_cell(self, position: int):
        """A code cell, counted from 0."""
        return self.page.locator(".jp-CodeCell").nth(position)

    def write(self, position: int, code: str) -> None:
        """Replaces the code of a cell. JupyterLab takes cells out of the page and puts
        them back as it scrolls, and an editor can lose the focus with that: whether the
        text has arrived is seen in the notebook's own copy of it."""
        for _ in range(WRITES):
            editor = self.code_cell(position).locator(".cm-content")
            editor.scroll_into_view_if_needed()
            editor.click()
            self.page.keyboard.press("Control+a")
            # Pasted text, unlike typed text, is not indented or completed.
            self.page.keyboard.insert_text(code)
            if self.page.evaluate(ACTIVE_SOURCE) == code:
                return
        raise AssertionError(f"code cell {position} did not take {code!r}")

    def start(self, position: int, code: str) -> None:
        """Writes and runs a cell, and does not wait."""
        self.write(position, code)
        self.page.keyboard.press("Control+Enter")

    def figures(self):
        """The figures among the outputs."""
        return self.page.locator('.jp-OutputArea-output [role="img"][aria-label]')

    def accessible_names(self) -> list[str]:
        """Names of the images in Chromium's own accessibility tree, as a screen
        reader gets them; cells far from the visible ones are not in it."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        return [
            node["name"]["value"]
            for node in nodes
            if node.get("role", {}).get("value") in ("image", "img")
            and not node.get("ignored")
            and node.get("name", {}).get("value")
        ]


@contextmanager
def opener(browser, server: Lab, notebooks: Path, test: str):
    """Opens copies of notebooks in a window of their own, each with its own kernel."""
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    context.set_default_timeout(1000 * SECONDS)

    def open_one(name: str) -> Notebook:
        # A copy, since the application saves it and keeps its kernel.
        copy = f"{test}.ipynb"
        shutil.copy(notebooks / name, notebooks / copy)
        page = context.new_page()
        page.goto(server.address(copy))
        notebook = Notebook(page)
        notebook.settle()
        return notebook

    yield open_one
    context.close()


@pytest.fixture
def open_notebook(browser, lab, notebooks, request):
    """Opens a copy of a notebook in JupyterLab."""
    with opener(browser, lab, notebooks, request.node.name) as open_one:
        yield open_one


@pytest.fixture
def open_in_jupyter_notebook(browser, jupyter_notebook, notebooks, request):
    """Opens a copy of a notebook in Jupyter Notebook."""
    with opener(browser, jupyter_notebook, notebooks, request.node.name) as open_one:
        yield open_one


@pytest.fixture
def screenshot():
    """Keeps a picture of the page and prints where it is."""
    folder = Path(os.environ["LIGHTCONE_TEST_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)

    def take(notebook: Notebook, name: str) -> None:
        path = folder / f"{name}.png"
        notebook.page.screenshot(path=path)
        print(f"screenshot: {path}")

    return take
