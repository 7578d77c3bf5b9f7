"""The tables, the incident database and its files, from cells and from the shell."""

import datetime
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

DATASETS = Path(__file__).parents[2] / "datasets"


def check(folder: Path) -> subprocess.CompletedProcess:
    program = Path(os.environ["LIGHTCONE_TEST_INSTALL"]) / "bin/lightcone"
    return subprocess.run([program, "data", "check", folder], capture_output=True, text=True)


def html(kernel, code: str) -> str:
    """The HTML of a cell's result."""
    ran = kernel.run(code)
    assert ran.ok, "\n".join(ran.reply["traceback"])
    (bundle,) = ran.bundles()
    return bundle["text/html"]


def test_the_tables_pass_the_check():
    said = check(DATASETS)
    assert said.returncode == 0, said.stderr
    assert "incidents: 4" in said.stdout


def test_a_bad_row_is_named_by_file_line_column_value_and_rule(tmp_path):
    shutil.copytree(DATASETS, tmp_path / "datasets")
    table = tmp_path / "datasets/service_slas/service_slas.csv"
    lines = table.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace(",99.95,", ",199.95,", 1)
    table.write_text("".join(lines))
    said = check(tmp_path / "datasets")
    assert said.returncode != 0
    assert 'service_slas.csv:2: sla_percent = "199.95": must be at most 100' in said.stderr
    nothing = check(tmp_path)
    assert nothing.returncode != 0
    assert "has no tables.csv" in nothing.stderr


def test_a_search_marks_what_it_found(kernel):
    shown = html(kernel, 'incidents::search("dns retry storm provider:aws after:2015 duration:>60m")?')
    assert "<mark>" in shown and "<ol>" in shown
    ran = kernel.run('incidents::search("durration:>60m")?')
    assert not ran.ok
    assert "`duration`" in "\n".join(ran.reply["traceback"])


def test_a_card_has_a_timeline_and_links(kernel):
    shown = html(kernel, 'incident("I032")?')
    assert "<time datetime=" in shown
    assert 'href="https://engineering.fb.com/' in shown
    ran = kernel.run('incident("facebook-bgp")?')
    assert "2021-10-facebook-backbone-bgp" in "\n".join(ran.reply["traceback"])


@pytest.mark.parametrize(
    "call",
    [
        "duration_distribution(incidents())",
        "causes_by_year(incidents())",
        "minutes_lost_against_sla(incidents())",
        'what_if(incidents(), "canary-release")',
    ],
)
def test_an_analysis_shows_n_of_n_figures_with_names_and_a_table(kernel, call):
    shown = html(kernel, f"incidents::{call}?")
    assert "known for" in shown and "incidents." in shown
    assert 'role="img" aria-label=' in shown
    assert "<table" in shown


def test_sql_names_a_table_like_a_mistyped_one(kernel):
    assert "446" in kernel.run('sql("select count(*) as n from incidents")?').result
    ran = kernel.run('sql("select * from incidnets")?')
    assert "did you mean incidents?" in "\n".join(ran.reply["traceback"])


def test_an_exported_workbook_has_real_dates_and_numbers(kernel, tmp_path):
    path = tmp_path / "incidents.xlsx"
    ran = kernel.run(f'println!("{{}}", export(&incidents(), "{path}")?);')
    assert ran.ok, "\n".join(ran.reply["traceback"])
    sheet = openpyxl.load_workbook(path).active
    header = [cell.value for cell in sheet[1]]
    assert header[0] == "id" and sheet.freeze_panes == "A2"
    rows = {row[0]: dict(zip(header, row)) for row in sheet.iter_rows(min_row=2, values_only=True)}
    facebook = rows["2021-10-facebook-backbone-bgp"]
    assert facebook["start_utc"] == datetime.datetime(2021, 10, 4, 15, 39)
    assert facebook["duration_minutes"] == 431
    assert facebook["duration"] == datetime.timedelta(minutes=431)
    assert facebook["mitigating_patterns"].startswith("out-of-band-access;")


def test_a_file_of_the_reader_becomes_an_analysis(kernel, tmp_path):
    path = tmp_path / "mine.csv"
    rows = "".join(f"m{n},2024-01-{n + 1:02}T00:00:00Z,{10 * (n + 1)}\n" for n in range(20))
    path.write_text("id,start_utc,duration_minutes\n" + rows)
    ran = kernel.run(f'let mine = read("{path}")?;\nprintln!("{{mine}}");')
    assert ran.ok and "looks like the table" in ran.stream()
    shown = html(kernel, "incidents::duration_distribution(mine.lazy())?")
    assert "known for 20 of 20" in shown
