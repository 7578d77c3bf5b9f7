//! Arithmetic that makes no sense does not compile, and the compiler's message names
//! the two quantities.

#[test]
fn a_wrong_unit_is_a_compile_error_that_names_the_quantities() {
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}
