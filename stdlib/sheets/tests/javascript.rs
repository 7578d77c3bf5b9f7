//! The JavaScript of sheets computes, writes and refuses as Rust does.

mod sheets;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use lightcone_sheets::{Sheet, Worksheet, javascript};
use lightcone_units::{Input, Kind, Scale};
use serde_json::{Map, Value, json};
use sheets::SHEETS;

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

/// A value of the slider, or something absurd, in base units.
fn value(input: &Input, random: &mut Random, absurd: bool) -> f64 {
    if absurd && random.next() < 0.3 {
        let low = input.limits.low.map_or(-1e9, |low| low.value);
        let high = input.limits.high.map_or(1e9, |high| high.value);
        let choices = [low, high, low - 1.0, high + 1.0, -0.5, 0.0, 1e300];
        return choices[(random.next() * choices.len() as f64) as usize];
    }
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

fn fill(sheet: &'static Sheet, random: &mut Random, absurd: bool) -> (Worksheet, Value) {
    let mut worksheet = Worksheet::new(sheet);
    let mut given = Map::new();
    let length = (random.next() * 6.0) as usize;
    for (_, input) in sheet.inputs() {
        let odd = usize::from(absurd && random.next() < 0.1);
        let count = if input.list { length + odd } else { 1 };
        let list: Vec<f64> = (0..count).map(|_| value(input, random, absurd)).collect();
        worksheet.set(input.argument, &list).unwrap();
        let value = if input.list {
            json!(list)
        } else {
            json!(list[0])
        };
        given.insert(input.argument.to_owned(), value);
    }
    (worksheet, Value::Object(given))
}

const COMPARE: &str = r#"
let failures = 0;
let lines = 0;
for (const [id, values, expected] of cases) {
  const computed = sheets[id].compute(values);
  for (const [name, value, text] of expected) {
    lines += 1;
    const mine = computed[name];
    const same = value === null
      ? mine.error === text
      : mine.text === text && Math.abs(mine.value - value) <= 1e-12 * Math.abs(value) + 1e-300;
    if (!same && (failures += 1) < 20) {
      console.log(`${id} ${name} ${JSON.stringify(values)}: Rust ${value} ${text}, JavaScript ${JSON.stringify(mine)}`);
    }
  }
}
console.log(`compared ${lines}, ${failures} failed`);
"#;

#[test]
fn node_computes_what_rust_computes() {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        println!("node is not on PATH: the JavaScript of the sheets is not compared");
        return;
    }
    let mut random = Random(7);
    let mut cases = Vec::new();
    let (mut answered, mut refused) = (0, 0);
    for sheet in SHEETS {
        for round in 0..500 {
            let (worksheet, given) = fill(sheet, &mut random, round >= 250);
            let computed = worksheet.compute();
            let expected: Vec<Value> = sheet
                .lines
                .iter()
                .zip(computed.answers())
                .map(|(line, answer)| match answer {
                    Ok(value) => {
                        answered += 1;
                        json!([line.name, value, line.text(*value)])
                    }
                    Err(error) => {
                        refused += 1;
                        json!([line.name, null, error.to_string()])
                    }
                })
                .collect();
            cases.push(json!([sheet.id, given, expected]));
        }
    }
    assert!(
        answered > 8_000 && refused > 2_000,
        "{answered} answered, {refused} refused"
    );
    let mut script = javascript(SHEETS.iter().copied());
    let _ = writeln!(script, "const cases = {};\n{COMPARE}", Value::from(cases));
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
    let wanted = format!("compared {}, 0 failed", answered + refused);
    assert!(text.trim_end().ends_with(&wanted), "{text}");
    println!("{text}");
}
