"""Formulas, calculators and cost models as a cell reaches them."""

import re

import openpyxl
import pytest

from sessions import session


@pytest.fixture(scope="module")
def shared():
    """One session for all tests of this file; none of them changes what others see."""
    with session() as running:
        yield running


def listed(kernel, expression: str) -> list[str]:
    """The lines that an iterator of texts gives."""
    ran = kernel.run(f'for line in {expression} {{ println!("{{line}}"); }}')
    assert ran.ok, "\n".join(ran.reply["traceback"])
    return ran.stream().splitlines()


def test_every_sheet_is_reached_by_its_path(shared):
    paths = listed(shared, "formulas::sheets().map(|sheet| sheet.path)")
    assert len(paths) >= 27
    calls = "\n".join(f"answers += {path}().compute().answers().len();" for path in paths)
    ran = shared.run(f"let mut answers = 0;\n{calls}\nanswers")
    assert ran.ok, "\n".join(ran.reply["traceback"])
    assert int(ran.result) > 100


def test_every_formula_is_reached_by_its_path(shared):
    paths = listed(shared, "FORMULAS.iter().map(|formula| formula.path)")
    assert len(paths) >= 45
    named = "\n".join(f"let _ = {path};" for path in paths)
    assert shared.run(named).ok


def test_the_code_of_every_sheet_makes_the_same_sheet(shared):
    """What "Copy as code" gives compiles, also for choices, lists and units."""
    moved = """formulas::sheets().map(|sheet| {
        let mut sheet = Worksheet::new(sheet);
        let inputs: Vec<_> = sheet.sheet().inputs().map(|(_, input)| input).collect();
        for input in inputs {
            let values: Vec<f64> = match input.kind {
                units::Kind::Choice(choices) => vec![choices[choices.len() - 1].1],
                _ => input.default.iter().map(|_| input.in_base(input.high)).collect(),
            };
            sheet.set(input.argument, &values).unwrap();
        }
        sheet.code()
    })"""
    codes = listed(shared, moved)
    body = ""
    for code in codes:
        text = code.replace("\\", "\\\\").replace('"', '\\"')
        body += f'\nassert_eq!(({code}).code(), "{text}");'
    ran = shared.run(body)
    assert ran.ok, "\n".join(ran.reply["traceback"])[:3000]


def test_a_model_written_in_a_cell_lives_on_and_shows_itself(shared):
    ran = shared.run(
        """cost_model! {
    /// What a small cluster costs in a month.
    ///
    /// # Examples
    /// ```
    /// let cost = small_cluster().nodes(5).cost();
    /// ```
    pub fn small_cluster(
        nodes: u32 in "node", "n", "nodes",
            at_least 1 "a cluster has a node", default 3, range 1..=100;
        price: HourlyPrice in usd_per_hour, "p", "price of a node",
            at_least 0 "nobody pays you", default 0.1, range 0.01..=10 log;
    ) {
        total cost: MonthlyCost in usd_per_month, "T", "cost in a month" = nodes * price * 730;
    }
    id: "M900"; name: "Small cluster"; path: "small_cluster";
    assumes: "All nodes run all the time."; fails: "With discounts."; source: "Our own.";
    episode: 1;
    plot: nodes => cost;
}"""
    )
    assert ran.ok, "\n".join(ran.reply["traceback"])
    assert shared.value("small_cluster().nodes(5).cost()?") == "$365.00 a month"
    ran = shared.run("small_cluster()")
    assert ran.ok
    (bundle,) = ran.bundles()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "$219.00 a month" in bundle["text/plain"]
    ran = shared.run("small_cluster().nodes(0).cost()?")
    assert "`nodes` is 0, but must be at least 1" in ran.reply["evalue"]


def test_a_mistake_in_a_model_is_told_at_its_place(shared):
    ran = shared.run(
        """cost_model! {
    /// Rent.
    ///
    /// # Examples
    /// ```
    /// ```
    pub fn rent(
        area: f64 in "m2", "A", "area", at_least 0 "no less", default 3, range 1..=100;
    ) {
        total cost: MonthlyCost in usd_per_month, "T", "cost" = aera * 20;
    }
    id: "M901"; name: "Rent"; path: "rent"; assumes: "A."; fails: "F."; source: "S."; episode: 1;
}"""
    )
    told = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(ran.reply["traceback"]))
    assert "aera" in told
    assert ":10:" in told


def test_a_spreadsheet_is_written(shared, tmp_path):
    path = tmp_path / "window.xlsx"
    ran = shared.run(f'calc::bdp_window().rtt(33.ms()).export("{path}")?')
    assert ran.ok, "\n".join(ran.reply["traceback"])
    assert "live" in ran.result
    cells = [
        cell.value
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()
        for cell in row
    ]
    assert any(str(value).startswith("=") for value in cells)
    assert 33 in cells


def test_a_column_goes_through_a_formula(shared):
    ran = shared.run(
        'let pairs = df!("distance_km" => [Some(1_000.0), None, Some(-1.0)])?;\n'
        'let over = formula("F003").over(&pairs, [("distance", "distance_km"), '
        '("index", "1.4682")])?;\n'
        "over.frame().clone()"
    )
    assert ran.ok, "\n".join(ran.reply["traceback"])
    assert "fiber_one_way_ms" in ran.result
    assert "4.897" in ran.result
