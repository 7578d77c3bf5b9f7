"""The page of calculators and the reference, opened from a file in Chromium."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import expect

# Opens the address of each case and reads every answer of the page.
READ_ALL = """(addresses) => {
    const all = [];
    for (const address of addresses) {
        history.replaceState(null, '', address);
        dispatchEvent(new HashChangeEvent('hashchange'));
        const answers = {};
        for (const node of document.querySelectorAll('main [data-name]')) {
            answers[node.dataset.name] = node.matches('data')
                ? { value: node.value, text: node.textContent }
                : { error: node.title };
        }
        all.push({ answers, code: document.querySelector('.in-cell code').textContent });
    }
    return all;
}"""

# The controls without a name that a screen reader would say.
NAMELESS = """async (ids) => {
    const found = [];
    for (const id of ids) {
        await new Promise(done => {
            addEventListener('hashchange', done, { once: true });
            location.hash = '#' + id;
        });
        await new Promise(requestAnimationFrame);
        for (const node of document.querySelectorAll('input, select, button, a, svg[role=img]')) {
            const label = node.getAttribute('aria-label') || node.textContent.trim()
                || (node.labels && [...node.labels].map(one => one.textContent).join(' ').trim());
            if (!label) found.push(id + ': ' + node.outerHTML.slice(0, 80));
        }
        const wide = document.documentElement.scrollWidth - innerWidth;
        if (wide > 0) found.push(id + ': ' + wide + ' pixels wider than the window');
    }
    return found;
}"""


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> Path:
    """The pages, and what Rust computes, from the example program of the crate."""
    folder = tmp_path_factory.mktemp("pages")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = target / "debug/examples/calculator_cases"
    subprocess.run([program, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def cases(pages) -> list[dict]:
    """Every case: an entry, the address with its inputs, and Rust's answers."""
    return json.loads((pages / "cases.json").read_text())


class Tab:
    """A page of a browser, with what it asked for and what went wrong in it."""

    def __init__(self, page):
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self.listen)

    def listen(self, message) -> None:
        """Warnings are errors, too: a policy that was broken is one."""
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


@pytest.fixture
def open_page(browser, pages):
    """Opens a file of the pages, without a network."""
    contexts = []
    tabs = []

    def open_one(name: str, **settings) -> Tab:
        options = {"viewport": {"width": 1280, "height": 1000}, "offline": True, **settings}
        context = browser.new_context(**options)
        contexts.append(context)
        tab = Tab(context.new_page())
        tabs.append(tab)
        tab.page.goto((pages / name.split("#")[0]).as_uri() + name[len(name.split("#")[0]) :])
        return tab

    yield open_one
    errors = [error for tab in tabs for error in tab.errors]
    for context in contexts:
        context.close()
    assert errors == []


def close(one: float, other: float) -> bool:
    """Whether two numbers agree to 1e-9."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other)) + 1e-300


def test_the_page_computes_what_rust_computes(open_page, cases):
    page = open_page("calculators.html").page
    read = page.evaluate(READ_ALL, [case["address"] for case in cases])
    assert len(read) == len(cases) > 1_000
    computed = refused = 0
    wrong = []
    for case, shown in zip(cases, read, strict=True):
        if shown["code"] != case["code"]:
            wrong.append((case["address"], case["code"], shown["code"]))
        for answer in case["answers"]:
            there = shown["answers"].get(answer["name"])
            if "error" in answer:
                refused += 1
                same = there == {"error": answer["error"]}
            else:
                computed += 1
                same = (
                    there is not None
                    and "value" in there
                    and close(float(there["value"]), answer["value"])
                    and there["text"] == answer["text"]
                )
            if not same:
                wrong.append((case["address"], answer, there))
    assert wrong == [], f"{len(wrong)} differ, for instance {wrong[:5]}"
    assert computed > 5_000, computed
    assert refused > 200, refused
    print(f"compared {computed} answers and {refused} refusals of {len(cases)} points")


def test_nothing_is_asked_from_a_network(open_page, pages):
    tab = open_page("calculators.html")
    tab.page.locator(".list a").first.click()
    expect(tab.page.locator("data.value").first).to_be_visible()
    tab.page.get_by_role("slider").first.press("ArrowRight")
    tab.page.locator(".theme").click()
    own = (pages / "calculators.html").as_uri()
    assert [url for url in tab.requests if url != own and not url.startswith("data:")] == []


def test_a_slider_moves_by_keyboard(open_page):
    page = open_page("calculators.html#F004").page
    result = page.locator("data.value")
    before = result.inner_text()
    slider = page.get_by_role("slider", name="Great-circle distance, slider", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(result).not_to_have_text(before)
    field = page.locator("#in-distance")
    assert float(field.input_value().replace(",", "")) > 5_585
    page.keyboard.press("Home")
    expect(field).to_have_value("0")
    expect(result).to_have_text("0 s")
    assert slider.get_attribute("aria-valuetext") == "0 m"
    page.keyboard.press("End")
    expect(field).to_have_value("20,000")
    # A screen reader hears where it came to rest.
    expect(page.locator(".spoken")).to_have_text("Round-trip time: 196 ms")
    # A slider with equal factors reaches both ends, too.
    page.goto(page.url.split("#")[0] + "#F009")
    slider = page.get_by_role("slider", name="Largest window")
    slider.press("End")
    expect(page.get_by_role("textbox", name="Largest window")).to_have_value("10,000")
    slider.press("Home")
    expect(page.get_by_role("textbox", name="Largest window")).to_have_value("1")


def test_an_address_restores_the_state(open_page):
    page = open_page("calculators.html#F004").page
    page.locator("#in-distance").fill("1234.5678 km")
    page.get_by_role("textbox", name="Path stretch").fill("1.7")
    page.get_by_label("along", exact=True).select_option("stretch")
    result = page.locator("data.value").get_attribute("value")
    expect(page).to_have_url(re.compile("stretch=1.7&along=stretch$"))
    address = page.url
    again = open_page("calculators.html" + address[address.index("#") :]).page
    expect(again.locator("#in-distance")).to_have_value("1,234.5678")
    expect(again.get_by_label("along", exact=True)).to_have_value("stretch")
    assert again.locator("data.value").get_attribute("value") == result
    again.get_by_role("button", name="Reset").click()
    expect(again.locator("#in-distance")).to_have_value("5,585")
    expect(again).to_have_url(re.compile("#F004$"))


def test_links_and_code_are_copied(open_page):
    page = open_page("calculators.html#F004", permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_role("button", name="Copy as code").click()
    expect(page.get_by_role("status").filter(has_text="Code copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == "latency::fiber_rtt(5_585.km(), 1.4682, 1.0)?"
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.endswith("#F004?distance=5585&index=1.4682&stretch=1")


def test_bad_input_says_what_rust_says(open_page):
    page = open_page("calculators.html#F004").page
    field = page.locator("#in-distance")
    sentence = "`distance` is -3 km, but must be at least 0 m: a distance cannot be negative"
    field.fill("-3")
    expect(page.locator(".sentence")).to_have_text(sentence)
    expect(page.locator("#in-distance-problem")).to_have_text(sentence)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("data.value")).to_have_count(0)
    field.fill("5 kg")
    expect(page.locator(".sentence")).to_have_text(
        "cannot read `5 kg` as a length: `kg` is not a unit of it; use one of these: mm, m, km"
    )
    field.fill("much")
    expect(page.locator(".sentence")).to_contain_text("it does not start with a number")
    # Other units are understood.
    for text, value in [("5,585", "54.7 ms"), ("5585 km", "54.7 ms"), ("5_585_000 m", "54.7 ms")]:
        field.fill(text)
        expect(page.locator("data.value")).to_have_text(value)
    assert field.get_attribute("aria-invalid") is None


def test_lists_grow_and_shrink(open_page):
    page = open_page("calculators.html#F020").page
    rows = page.locator(".lists tbody tr")
    expect(rows).to_have_count(4)
    rows.nth(1).locator("select").select_option(label="yes")
    expect(page.locator("data.value")).to_have_text("70 %")
    page.get_by_role("button", name="Add a row").click()
    expect(rows).to_have_count(5)
    expect(page.locator(".sentence")).to_contain_text("`weights`")
    page.get_by_role("button", name="Remove row 5").click()
    expect(page.locator("data.value")).to_have_text("70 %")
    rows.nth(0).locator("input").fill("lots")
    expect(page.locator(".lists .problem")).to_contain_text("cannot read `lots`")


def test_search_by_keyboard(open_page):
    page = open_page("calculators.html").page
    page.keyboard.press("/")
    page.keyboard.type("round-trip stretch")
    expect(page.locator(".list a").first).to_contain_text("F004")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Fibre round-trip time")
    expect(page.locator('.list a[aria-current="page"]')).to_contain_text("F004")
    page.get_by_label("Search calculators").fill("zzz")
    expect(page.locator(".count")).to_contain_text("Try fewer")
    page.get_by_label("Search calculators").fill("")
    page.get_by_role("button", name="Calculators").click()
    kinds = page.locator(".list .sign").evaluate_all("nodes => nodes.map(node => node.title)")
    assert set(kinds) == {"calculator"}
    page.get_by_label("Episode").select_option("2")
    expect(page.locator(".list h2")).to_have_text(["Episode 2"])


def test_the_plot_is_told_in_words_and_as_a_table(open_page):
    page = open_page("calculators.html#F004").page
    plot = page.get_by_role("img", name="Round-trip time along great-circle distance")
    expect(plot).to_be_visible()
    expect(plot.locator("desc")).to_have_text("From 0 s at 0 m to 196 ms at 20,000 km.")
    page.get_by_text("The curve as a table").click()
    rows = page.locator(".values tbody tr")
    expect(rows).to_have_count(11)
    expect(rows.last).to_contain_text("196 ms")
    page.get_by_label("along", exact=True).select_option("stretch")
    expect(rows.last).to_contain_text("164 ms")
    box = page.locator("figure > svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".tip")).to_contain_text("ms")


def test_another_line_is_plotted(open_page):
    page = open_page("calculators.html#C002").page
    page.get_by_label("Plot of").select_option(label="Window that fills the line")
    expect(page.get_by_role("img", name="Window that fills the line along round-trip time")).to_be_visible()
    expect(page).to_have_url(re.compile("plot=bdp$"))
    page.reload()
    expect(page.get_by_role("img", name="Window that fills the line along round-trip time")).to_be_visible()


def test_light_and_dark(open_page, screenshot):
    shade = "getComputedStyle(document.body).backgroundColor"
    light = open_page("calculators.html#F009", color_scheme="light").page
    tab = open_page("calculators.html#F009", color_scheme="dark")
    dark = tab.page
    bright = light.evaluate(shade)
    assert dark.evaluate(shade) != bright
    button = dark.locator(".theme")
    button.click()
    expect(button).to_have_text("Theme: light")
    assert dark.evaluate(shade) == bright
    dark.reload()
    assert dark.evaluate(shade) == bright
    button.click()
    expect(button).to_have_text("Theme: dark")
    assert dark.evaluate(shade) != bright
    screenshot(tab, "calculator_dark")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_control_has_a_name_and_fits(open_page, cases, screenshot, width):
    tab = open_page("calculators.html", viewport={"width": width, "height": 800})
    ids = list(dict.fromkeys(case["id"] for case in cases))
    assert tab.page.evaluate(NAMELESS, ids) == []
    screenshot(tab, f"calculator_{width}")


def test_one_calculator_alone(open_page):
    page = open_page("one.html").page
    expect(page.locator("data.value")).to_have_text("54.7 ms")
    expect(page.locator(".side")).to_have_count(0)
    page.get_by_role("textbox", name="Path stretch").fill("2")
    expect(page.locator("data.value")).to_have_text("109 ms")


def test_the_reference_is_searched_and_linked(open_page, pages, screenshot):
    tab = open_page("reference/index.html")
    page = tab.page
    found = page.locator(".entries li:visible")
    page.get_by_label("Search the reference").fill("singla stretch")
    expect(found.first).to_contain_text("F004")
    found.first.locator("a").click()
    expect(page.locator("h1")).to_contain_text("Fibre round-trip time")
    expect(page.locator("pre").filter(has_text="// 54.7 ms")).to_be_visible()
    screenshot(tab, "reference_entry")
    folder = (pages / "reference").as_uri()
    assert all(url.startswith((folder, "data:")) for url in tab.requests), tab.requests
    # Every link leads to a page, and every page is linked.
    linked = set()
    for path in (pages / "reference").glob("*.html"):
        page.goto(path.as_uri())
        for target in page.locator("a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))"):
            assert (pages / "reference" / target).is_file(), f"{path.name}: {target}"
            linked.add(target)
    assert linked == {path.name for path in (pages / "reference").glob("*.html")}
