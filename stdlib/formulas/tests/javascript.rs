//! The generated JavaScript computes the same numbers as Rust.
//!
//! Node runs every formula over the range of its sliders and beyond their ends. It
//! must agree to 1e-9, write the answer as Rust does, and refuse what Rust refuses with
//! the same sentence.

use std::io::Write as _;
use std::process::{Command, Stdio};

use lightcone_formulas::FORMULAS;
use lightcone_units::{Formula, Input, Kind, Scale, javascript, shown};
use serde_json::{Value, json};

/// A small generator, so that the test is the same each time.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A value of the slider, in base units.
fn value(input: &Input, random: &mut Random) -> f64 {
    let place = match (random.next() * 12.0) as u32 {
        0 => 0.0,
        1 => 1.0,
        _ => random.next(),
    };
    if let Kind::Choice(choices) = input.kind {
        return choices[((place * choices.len() as f64) as usize).min(choices.len() - 1)].1;
    }
    let (low, high) = (input.low, input.high);
    let value = match input.scale {
        Scale::Linear => low + (high - low) * place,
        Scale::Logarithmic => (low.ln() + (high.ln() - low.ln()) * place)
            .exp()
            .clamp(low, high),
    };
    let base = input.in_base(value);
    if input.kind == Kind::Whole {
        base.round()
    } else {
        base
    }
}

/// The arguments as JavaScript takes them, and as Rust takes them.
fn arguments(formula: &Formula, random: &mut Random, absurd: bool) -> (Vec<Value>, Vec<f64>) {
    let length = 1 + (random.next() * 5.0) as usize;
    let (mut nested, mut flat) = (Vec::new(), Vec::new());
    for (_, input) in formula.inputs() {
        let count = if input.list { length } else { 1 };
        let mut list: Vec<f64> = (0..count).map(|_| value(input, random)).collect();
        if absurd && random.next() < 0.5 {
            let low = input.limits.low.map_or(-1e9, |low| low.value);
            let high = input.limits.high.map_or(1e9, |high| high.value);
            let choices = [low, high, low - 1.0, high + 1.0, -0.5, 0.0, 1e300];
            list[0] = choices[(random.next() * choices.len() as f64) as usize];
        }
        let shares = ["actual", "expected", "shares", "weights"];
        let total: f64 = list.iter().sum();
        if shares.contains(&input.argument) && !absurd && total > 0.0 {
            list.iter_mut().for_each(|weight| *weight /= total);
        }
        flat.extend(&list);
        nested.push(if input.list {
            json!(list)
        } else {
            json!(list[0])
        });
    }
    (nested, flat)
}

const COMPARE: &str = r#"
let failures = 0;
for (const [id, name, args, quantity, expected, text, sentence] of cases) {
  let computed = null;
  let shown = null;
  let refusal = null;
  try {
    computed = functions[name](...args);
    shown = inShort(quantity, expected);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refusal = error.message;
  }
  const refused = expected === null || computed === null;
  const close = refused
    ? expected === computed
    : Math.abs(computed - expected) <= 1e-9 * Math.max(Math.abs(computed), Math.abs(expected)) + 1e-300;
  if ((!close || shown !== text || refusal !== sentence) && failures < 20) {
    failures += 1;
    console.log(`${id} ${name}(${JSON.stringify(args)}): Rust ${expected} ${text} ${sentence}, `
      + `JavaScript ${computed} ${shown} ${refusal}`);
  }
}
console.log(`compared ${cases.length}, ${failures} failed`);
"#;

#[test]
fn node_computes_what_rust_computes() {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        println!("node is not on PATH: the JavaScript of the formulas is not compared");
        return;
    }
    let mut random = Random(4);
    let mut cases = Vec::new();
    let mut names = Vec::new();
    let (mut computed, mut refused) = (0, 0);
    for formula in FORMULAS.iter() {
        names.push(formula.function());
        for round in 0..300 {
            let (nested, flat) = arguments(formula, &mut random, round >= 200);
            let outcome = formula.evaluate(&flat);
            let sentence = outcome.as_ref().err().map(ToString::to_string);
            let expected = outcome.ok();
            let quantity = formula.result_quantity();
            let text = expected.map(|value| shown::in_short(quantity, value));
            *(if expected.is_some() {
                &mut computed
            } else {
                &mut refused
            }) += 1;
            let name = formula.function();
            cases.push(json!([
                formula.id, name, nested, quantity, expected, text, sentence
            ]));
        }
    }
    assert!(
        computed > 5_000 && refused > 500,
        "{computed} computed, {refused} refused"
    );
    let script = format!(
        "{}\nconst functions = {{ {} }};\nconst cases = {};\n{COMPARE}",
        javascript(FORMULAS.iter()),
        names.join(", "),
        Value::from(cases.clone()),
    );
    let mut child = Command::new("node")
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(script.as_bytes()).expect("node reads");
    drop(stdin);
    let output = child.wait_with_output().expect("node ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let wanted = format!("compared {}, 0 failed", cases.len());
    assert!(text.trim_end().ends_with(&wanted), "{text}");
}

#[test]
fn one_formula_brings_all_it_needs() {
    let formula = lightcone_formulas::find_formula("F004").expect("F004");
    let text = formula.javascript().expect("it is computed");
    assert!(
        text.contains("function fiber_rtt(distance, index, stretch) {"),
        "{text}"
    );
    assert!(text.contains("const light = 299792458.0;"), "{text}");
    assert!(
        text.contains("refuseRange(\"stretch\", \"f64\", stretch, \"at least 1\""),
        "{text}"
    );
}
