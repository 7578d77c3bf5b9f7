"""jupyter_kernel_test, the suite for kernels of the Jupyter project, against the
installed kernel: each of its tests, with nothing left out."""

import unittest

import jupyter_kernel_test
from sessions import KERNEL


class TestKernel(jupyter_kernel_test.KernelTests):
    """The twelve tests of a kernel."""

    kernel_name = KERNEL
    language_name = "rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("careful");'
    completion_samples = [
        {"text": "fiber_rt", "matches": {"fiber_rtt"}},
        {"text": "let far = haversin", "matches": {"haversine"}},
        {"text": "FIBER_GROUP_I", "matches": {"FIBER_GROUP_INDEX"}},
        {"text": "let speed_ms = 1; speed_", "matches": {"speed_ms"}},
    ]
    complete_code_samples = [
        "1 + 1",
        "let x = 5;",
        'fn f() -> &\'static str {\n    "}"\n}',
        "// only a comment",
    ]
    incomplete_code_samples = ["fn f() {", "let v = vec![1,", 'let s = "open', "1 +"]
    invalid_code_samples = ["let = 5;", "fn f() }", "1 + ) 2"]
    code_page_something = ":doc fiber_rtt"
    code_generate_error = 'panic!("on purpose")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"light" == "cone"', "result": "false"},
        {"code": "vec![1, 2, 3].len()", "result": "3"},
    ]
    code_display_data = [
        {"code": 'show(Html::new("<b>bold</b>"));', "mime": "text/html"},
        {"code": 'show(Markdown::new("**bold**"));', "mime": "text/markdown"},
    ]
    code_history_pattern = "6 * [0-9]"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "fiber_rtt"
    code_clear_output = "clear_output(false);"


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    """The test of the first message that a subscriber gets."""

    kernel_name = KERNEL
    support_iopub_welcome = True


def test_the_suite_has_thirteen_tests_and_all_are_set_up():
    loader = unittest.TestLoader()
    found = [
        name
        for case in (TestKernel, TestWelcome)
        for name in loader.getTestCaseNames(case)
    ]
    assert len(found) == 13
    settings = {
        name
        for case in (jupyter_kernel_test.KernelTests, jupyter_kernel_test.IopubWelcomeTests)
        for name, value in vars(case).items()
        if not callable(value) and not name.startswith("_") and not isinstance(value, classmethod)
    }
    unset = settings - set(vars(TestKernel)) - set(vars(TestWelcome))
    assert not unset, f"the suite has settings that are not used here: {unset}"
