//! Expressions use only what Excel 2007 and LibreOffice 7.4 know.

use std::collections::BTreeSet;

use lightcone_formulas::FORMULAS;
use lightcone_units::Kind;

/// Functions that both have had since then, under these names in files.
const KNOWN: &[&str] = &[
    "ABS",
    "ACOS",
    "AND",
    "ASIN",
    "ASINH",
    "ATAN",
    "ATAN2",
    "ATANH",
    "COMBIN",
    "COS",
    "COUNT",
    "EXP",
    "GAMMALN",
    "IF",
    "INDEX",
    "INT",
    "LN",
    "LOG",
    "LOG10",
    "MAX",
    "MIN",
    "MOD",
    "NA",
    "NOT",
    "OR",
    "PI",
    "PRODUCT",
    "RADIANS",
    "ROUND",
    "SIN",
    "SINH",
    "SMALL",
    "SQRT",
    "SUM",
    "SUMPRODUCT",
    "TAN",
    "TANH",
];

/// Every expression, with the id of its formula or sheet.
fn expressions() -> Vec<(&'static str, String)> {
    let formulas = FORMULAS
        .iter()
        .filter_map(|formula| Some((formula.id, formula.expression().ok()?)));
    let lines = lightcone_formulas::sheets().flat_map(|sheet| {
        let live = sheet
            .lines
            .iter()
            .filter_map(|line| sheet.spreadsheet(line).ok());
        live.map(|text| (sheet.id, text))
    });
    formulas.chain(lines).collect()
}

#[test]
fn all_functions_are_known_to_excel_2007() {
    let mut seen = BTreeSet::new();
    for (id, text) in expressions() {
        for (open, _) in text.match_indices('(') {
            let name: String = text[..open]
                .chars()
                .rev()
                .take_while(|letter| letter.is_ascii_alphanumeric() || "_.@".contains(*letter))
                .collect();
            let name: String = name.chars().rev().collect();
            if !name.is_empty() {
                assert!(KNOWN.contains(&name.as_str()), "{id}: {name} in {text}");
                seen.insert(name);
            }
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// A list is looked up with MATCH, to which these are placeholders.
#[test]
fn labels_of_choices_have_no_placeholders() {
    let formulas = FORMULAS.iter().flat_map(|formula| formula.inputs());
    let inputs = formulas.chain(lightcone_formulas::sheets().flat_map(|sheet| sheet.inputs()));
    let mut labels = 0;
    for (_, input) in inputs {
        let Kind::Choice(choices) = input.kind else {
            continue;
        };
        for (label, _) in choices {
            assert!(
                !label.contains(['*', '?', '~']),
                "{}: {label}",
                input.argument
            );
            // A longer one cannot be looked up.
            assert!(label.len() <= 255, "{}: {label}", input.argument);
            labels += 1;
        }
        let mut texts: Vec<String> = choices
            .iter()
            .map(|(label, _)| label.to_lowercase())
            .collect();
        texts.sort();
        texts.dedup();
        assert_eq!(
            texts.len(),
            choices.len(),
            "{} has a label twice",
            input.argument
        );
    }
    assert!(labels > 10, "{labels}");
}
