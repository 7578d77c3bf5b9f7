"""Polars, and every other crate that is not ours, is compiled once: install,
tests, benchmarks and lints all use the same artifacts.

tests/workspace/clippy stands in front of the compiler here and refuses to
compile a crate that is not ours, so that a mistake shows in seconds."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUARD = ROOT / "tests/workspace/clippy"
COMMANDS = {
    "install": ["cargo", "build", "--workspace", "--locked"],
    "build": ["cargo", "build", "--workspace", "--all-targets", "--locked"],
    "test": ["cargo", "test", "--workspace", "--locked", "--no-run"],
    "benchmark": ["cargo", "test", "--workspace", "--locked", "--no-run", "--bench", "*"],
    "clippy": [str(GUARD), "run"],
}


def messages(command: list[str]) -> list[dict]:
    """What cargo says about the artifacts of a command, none compiled anew."""
    done = subprocess.run(
        [*command, "--message-format=json"],
        cwd=ROOT,
        env={**os.environ, "RUSTC_WRAPPER": str(GUARD)},
        capture_output=True,
        text=True,
    )
    assert "would be compiled once more" not in done.stderr, done.stderr
    # Lints are for the clippy stage to report.
    assert done.returncode == 0 or command[0] == str(GUARD), done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return [line for line in lines if line["reason"] == "compiler-artifact"]


def foreign(artifacts: list[dict]) -> dict[tuple, list[dict]]:
    """The crates of other packages; one may be there twice, once for build scripts."""
    found: dict[tuple, list[dict]] = {}
    for artifact in artifacts:
        if not artifact["package_id"].startswith("path+"):
            key = (artifact["package_id"], artifact["target"]["name"])
            found.setdefault(key, []).append(artifact)
    return found


@pytest.fixture(scope="module")
def artifacts() -> dict[str, list[dict]]:
    """The artifacts of each command."""
    return {name: messages(command) for name, command in COMMANDS.items()}


def test_polars_is_there_once_and_is_the_same_for_all(artifacts):
    files = set()
    for name, found in artifacts.items():
        polars = [artifact for artifact in found if artifact["target"]["name"] == "polars_core"]
        # The benchmarks are of packages that may do without Polars.
        assert len(polars) == 1 or (name == "benchmark" and not polars), (name, polars)
        assert all(part["fresh"] for part in polars), f"{name} compiled polars_core"
        files.update(tuple(part["filenames"]) for part in polars)
    assert len(files) == 1


def test_no_command_has_other_crates_than_the_widest(artifacts):
    widest = foreign(artifacts["build"])
    for name, found in artifacts.items():
        for key, parts in foreign(found).items():
            assert all(part["fresh"] for part in parts), f"{name} compiled {key}"
            known = {tuple(part["filenames"]) for part in widest[key]}
            used = {tuple(part["filenames"]) for part in parts}
            assert used <= known, f"{name} has another {key}"


def test_another_profile_is_refused_before_it_compiles_anything(tmp_path):
    done = subprocess.run(
        ["cargo", "build", "--workspace", "--locked", "--release", "--target-dir", tmp_path],
        cwd=ROOT,
        env={**os.environ, "RUSTC_WRAPPER": str(GUARD)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "would be compiled once more" in done.stderr


@pytest.mark.parametrize("place", ["member", "umbrella", "test"])
def test_a_lint_fails_the_clippy_stage(place, tmp_path):
    """The same program on a workspace of three packages with a planted lint."""
    bad = "/// B.\npub fn bad(v: u32) -> u32 {\n    return v;\n}\n"
    files = {
        "Cargo.toml": '[workspace]\nresolver = "1"\nmembers = ["m", "user"]\nexclude = ["stdlib"]\n',
        "m/Cargo.toml": package("m"),
        "m/src/lib.rs": "//! M.\n" + (bad if place == "member" else ""),
        "stdlib/Cargo.toml": package("lightcone", "m = { path = \"../m\" }")
        + '\n[lib]\ncrate-type = ["dylib"]\n',
        "stdlib/src/lib.rs": "//! U.\npub use m;\n" + (bad if place == "umbrella" else ""),
        "user/Cargo.toml": package("user", 'lightcone = { path = "../stdlib" }'),
        "user/src/lib.rs": "//! L.\npub use lightcone::m;\n",
        "user/tests/t.rs": "//! T.\nuse user::m as _;\n" + (bad if place == "test" else ""),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    program = tmp_path / "tests/workspace/clippy"
    program.parent.mkdir(parents=True)
    program.write_bytes(GUARD.read_bytes())
    program.chmod(0o755)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(tmp_path / "target")}
    library = tmp_path / "target/debug/deps/liblightcone.so"

    def run(*command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    built = run("cargo", "build", "--workspace", "--all-targets")
    assert built.returncode == 0, built.stderr
    before = library.stat()
    linted = run(str(program), "run")
    assert linted.returncode != 0
    assert "needless_return" in linted.stderr
    assert (library.stat().st_mtime_ns, library.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert "Compiling" not in run("cargo", "build", "--workspace", "--all-targets").stderr


def package(name: str, dependencies: str = "") -> str:
    """A manifest."""
    return (
        f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n'
        f"\n[dependencies]\n{dependencies}\n"
    )


@pytest.mark.parametrize(
    "crate",
    [
        "availability",
        "calculators",
        "capacity",
        "chaos",
        "consensus",
        "cost",
        "formula-macros",
        "formulas",
        "human",
        "latency",
        "learning",
        "pages",
        "search",
        "sheets",
        "spreadsheets",
        "statistics",
        "tables",
        "units",
        "widgets",
    ],
)
def test_formula_crates_are_quick_to_build(crate):
    """A formula's test must take seconds, so its crate has no Polars behind it."""
    done = subprocess.run(
        ["cargo", "tree", "--locked", "--package", f"lightcone-{crate}", "--edges", "normal", "--prefix", "none"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"lightcone-{crate} ")
    assert "polars" not in done.stdout
