//! A mistake in a formula is a compile error at its place, in words that help.

#[test]
fn mistakes_are_found_where_they_are() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/mistakes/none.rs");
    cases.compile_fail("tests/mistakes/[a-m]*.rs");
    cases.compile_fail("tests/mistakes/[o-z]*.rs");
}
