"""install.sh as a new user has it: no Jupyter yet, and folders with spaces and
umlauts in their names. The build is the one of the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "install.sh"


class Machine:
    """A user's folders, apart from those of everybody else."""

    def __init__(self, folder: Path):
        self.home = folder / "Zoë Müller"
        self.home.mkdir()
        self.lightcone = self.home / ".local/share/lightcone"
        self.specs = self.home / ".local/share/jupyter/kernels"
        self.virtual = self.home / "eine Umgebung"
        real = Path(os.environ.get("HOME", "/"))
        # The environment of the tests has a JupyterLab; this user has none.
        tests = Path(shutil.which("python")).parent
        path = [entry for entry in os.environ["PATH"].split(":") if Path(entry) != tests]
        kept = ("LANG", "LC_ALL", "TMPDIR", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in kept},
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            "PATH": ":".join(path),
            "HOME": str(self.home),
            "LIGHTCONE_VENV": str(self.virtual),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(real / ".cache/pip")),
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Runs install.sh from a folder that has nothing to do with it."""
        return subprocess.run(
            [SCRIPT, *arguments],
            cwd=self.home,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def program(self) -> Path:
        """The program that the kernelspec names."""
        spec = json.loads((self.specs / "lightcone/kernel.json").read_text())
        return Path(spec["argv"][0])


@pytest.fixture
def machine(tmp_path):
    """A machine on which nothing is installed."""
    return Machine(tmp_path)


def test_install_again_and_uninstall(machine):
    first = machine.run()
    assert first.returncode == 0, first.stdout
    assert "Running episode 1" in first.stdout
    assert machine.program().is_relative_to(machine.lightcone)
    doctor = [machine.program(), "doctor"]
    said = subprocess.run(doctor, env=machine.environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr

    # Its own JupyterLab lists the kernel.
    listed = subprocess.run(
        [machine.virtual / "bin/python", "-m", "jupyter_client.kernelspecapp", "list", "--json"],
        env=machine.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "lightcone" in json.loads(listed.stdout)["kernelspecs"]

    # A kernel that is running keeps its build while another is installed.
    before = machine.program()
    running = subprocess.Popen(
        [before, "kernel", connection_file(machine)], env=machine.environment
    )
    try:
        second = machine.run()
        assert second.returncode == 0, second.stdout
        assert "a kernel is running from it" in second.stdout
        assert before.exists() and machine.program() != before
        assert "is up to date" in second.stdout
        assert ", 0 compiled now" in second.stdout
        assert running.poll() is None
    finally:
        running.terminate()
        running.wait()

    third = machine.run()
    assert third.returncode == 0, third.stdout
    assert not before.exists()
    assert len(list((machine.lightcone / "builds").iterdir())) == 1

    removed = machine.run("uninstall")
    assert removed.returncode == 0, removed.stdout
    assert not machine.lightcone.exists()
    assert not list(machine.specs.iterdir())
    assert f"left {machine.virtual}" in removed.stdout
    assert machine.run("uninstall").returncode == 0


def connection_file(machine: Machine) -> Path:
    """A connection file with ports that the system chooses."""
    from jupyter_client.connect import write_connection_file

    path = machine.home / "connection.json"
    write_connection_file(str(path), key=b"key")
    return path


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("cargo", "install rustup"),
        ("cc", "apt-get install gcc"),
        ("python3", "apt-get install python3"),
    ],
)
def test_a_missing_program_is_named_with_its_mend_before_anything_long(machine, tmp_path, program, sentence):
    programs = tmp_path / "programs"
    programs.mkdir()
    for folder in reversed(machine.environment["PATH"].split(":")):
        if not Path(folder).is_dir():
            continue
        for entry in Path(folder).iterdir():
            link = programs / entry.name
            link.unlink(missing_ok=True)
            link.symlink_to(entry)
    (programs / program).unlink()
    said = machine.run(PATH=str(programs))
    assert said.returncode == 1, said.stdout
    assert sentence in said.stdout
    assert "Building" not in said.stdout
    assert not machine.lightcone.exists() and not machine.virtual.exists()


def test_another_rust_is_named_with_its_mend(machine, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "rustc").write_text("#!/bin/sh\necho 'rustc 1.60.0 (7737e0b5c 2022-04-04)'\n")
    (programs / "rustc").chmod(0o755)
    said = machine.run(PATH=f"{programs}:{machine.environment['PATH']}")
    assert said.returncode == 1
    assert "rustc 1.60.0" in said.stdout and "rustup toolchain install" in said.stdout


def test_options_that_are_wrong_say_what_is_right(machine):
    for arguments, sentence in [
        (("--prefx", "x"), "is not an option"),
        (("--prefix",), "--prefix needs a folder"),
        (("--user", "--sys-prefix"), "only one of"),
        (("uninstall", "now"), "takes no options"),
    ]:
        said = machine.run(*arguments)
        assert said.returncode == 1 and sentence in said.stdout, said.stdout
    said = machine.run("--help")
    assert said.returncode == 0 and "uninstall" in said.stdout
    assert "run ./install.sh first" in machine.run("lab").stdout
