"""Sessions with the installed kernel, as a notebook has them."""

import json
import os
import subprocess
from pathlib import Path


def test_values_tables_and_formulas_come_out(kernel):
    assert kernel.value("1 + 1") == "2"
    ran = kernel.run("incidents()")
    assert ran.ok
    (bundle,) = ran.bundles()
    assert "<table" in bundle["text/html"]
    assert " rows × " in bundle["text/plain"]
    kernel.run("let paris_to_newark = 5_851.km();")
    assert "ms" in kernel.value("fiber_rtt(paris_to_newark, FIBER_GROUP_INDEX, 1.0)?")


def test_a_figure_has_its_accessible_name_and_an_image(kernel):
    ran = kernel.run('line("Squares of one to three", [1.0, 2.0, 3.0], [1.0, 4.0, 9.0])')
    assert ran.ok
    (bundle,) = ran.bundles()
    assert 'role="img"' in bundle["text/html"]
    assert 'aria-label="Squares of one to three' in bundle["text/html"]
    assert bundle["image/svg+xml"].lstrip().startswith("<svg")
    assert "Squares of one to three" in bundle["text/plain"]


def test_an_endless_loop_is_interrupted_and_variables_are_kept(kernel):
    assert kernel.run("let kept = vec![1, 2, 3]; let mut turns = 0_u64;").ok
    request = kernel.send('println!("looping"); loop { turns += 1; }')
    while True:
        message = kernel.message(request)
        if message["msg_type"] == "stream":
            break
    kernel.manager.interrupt_kernel()
    ran = kernel.wait(request)
    assert ran.reply["status"] == "error"
    assert kernel.value("kept.len()") == "3"
    assert int(kernel.value("turns")) > 0


def test_an_endless_loop_without_a_body_is_interrupted(kernel):
    assert kernel.run("let kept = 7;").ok
    request = kernel.send("loop {}")
    while kernel.message(request)["msg_type"] != "execute_input":
        pass
    kernel.manager.interrupt_kernel()
    assert kernel.wait(request).reply["status"] == "error"
    assert kernel.value("kept") == "7"


def test_a_restart_begins_anew(kernel):
    assert kernel.run("let before = 1;").ok
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    ran = kernel.run("before")
    assert ran.reply["status"] == "error"
    assert kernel.value("2 + 2") == "4"


def test_compile_errors_show_the_learners_own_lines(kernel):
    ran = kernel.run("let distance = 3.km();\nlet wrong: u32 = distance;")
    assert ran.reply["status"] == "error"
    shown = "\n".join(ran.reply["traceback"])
    assert "let wrong: u32 = distance;" in shown
    assert "E0308" in shown
    assert ran.stream("stderr") == ""


def test_the_kernelspec_names_the_installation():
    spec = Path(os.environ["LIGHTCONE_TEST_PREFIX"]) / "share/jupyter/kernels/lightcone/kernel.json"
    content = json.loads(spec.read_text())
    program = Path(content["argv"][0])
    assert program.resolve().is_relative_to(Path(os.environ["LIGHTCONE_HOME"]).resolve())
    assert content["language"] == "rust"
    assert content["interrupt_mode"] == "message"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("lightcone ")


def test_the_doctor_finds_nothing_wrong():
    program = Path(os.environ["LIGHTCONE_TEST_INSTALL"]) / "bin/lightcone"
    said = subprocess.run([program, "doctor"], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "problem" not in said.stdout
