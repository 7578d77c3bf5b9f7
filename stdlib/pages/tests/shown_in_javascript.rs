//! The JavaScript of `lightcone_units::shown` writes and reads quantities as Rust does.

use std::io::Write as _;
use std::process::{Command, Stdio};

use lightcone_units::{
    Availability, Count, DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost,
    Probability, Rate, Ratio, Scalar, Speed, StoragePrice, Time, Utilization, shown,
};
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

    /// A number of any size, often one that lies between two roundings.
    fn number(&mut self) -> f64 {
        let size = 10f64.powi((self.next() * 40.0) as i32 - 18);
        let value = match (self.next() * 4.0) as u32 {
            0 => (self.next() * 2_000.0).round() * size,
            1 => (self.next() * 2_000.0).round() / 8.0,
            2 => (self.next() * 20_000.0).round() + 0.5,
            _ => self.next() * size,
        };
        if self.next() < 0.2 { -value } else { value }
    }
}

/// Runs a script and gives what it prints; `None` without node.
fn node(script: &str) -> Option<String> {
    let known = Command::new("node").arg("--version").output();
    if !known.is_ok_and(|output| output.status.success()) {
        println!("node is not on PATH: the JavaScript of quantities is not compared");
        return None;
    }
    let mut child = Command::new("node")
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(script.as_bytes()).expect("node reads");
    drop(stdin);
    let output = child.wait_with_output().expect("node ends");
    assert!(output.status.success(), "node failed");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

const COMPARE: &str = r#"
let failed = 0;
for (const [name, call, wanted] of cases) {
  let got;
  try { got = call(); } catch (error) { got = error.message; }
  const close = typeof wanted === "number" && typeof got === "number"
    && Math.abs(got - wanted) <= 1e-12 * Math.abs(wanted);
  if (got !== wanted && !close && failed++ < 20) console.log(name, "Rust:", wanted, "JavaScript:", got);
}
console.log(`compared ${cases.length}, ${failed} failed`);
"#;

fn compare(cases: &[Value], call: &str) {
    let script = format!(
        "\"use strict\";\n{}\nconst cases = {}.map(({{ quantity, argument, base, wanted }}) => \
         [quantity + \" \" + argument, () => {call}, wanted]);\n{COMPARE}",
        shown::javascript(),
        Value::from(cases.to_vec()),
    );
    if let Some(text) = node(&script) {
        let wanted = format!("compared {}, 0 failed", cases.len());
        assert!(text.trim_end().ends_with(&wanted), "{text}");
    }
}

const NAMES: [&str; 19] = [
    "Availability",
    "Count",
    "DataPrice",
    "DataRate",
    "DataSize",
    "HourlyPrice",
    "Length",
    "Money",
    "MonthlyCost",
    "Probability",
    "Rate",
    "Ratio",
    "Speed",
    "StoragePrice",
    "Time",
    "Utilization",
    "f64",
    "u32",
    "u64",
];

#[test]
fn javascript_writes_what_display_writes() {
    let mut random = Random(3);
    let mut cases = Vec::new();
    for quantity in NAMES {
        for _ in 0..2_000 {
            let value = match quantity {
                "Count" | "u32" | "u64" => (random.next() * 4e9).round(),
                "Availability" | "Probability" | "Utilization" => match random.next() {
                    part if part < 0.3 => 1.0 - 10f64.powf(-12.0 * random.next()),
                    part if part < 0.6 => 10f64.powf(-12.0 * random.next()),
                    part => part - 0.1,
                },
                _ => random.number(),
            };
            cases.push(json!({
                "quantity": quantity,
                "argument": value,
                "wanted": shown::in_words(quantity, value),
            }));
        }
    }
    compare(&cases, "inWords(quantity, argument)");
    for case in &mut cases {
        let value = case["argument"].as_f64().unwrap_or(0.0);
        let quantity = case["quantity"].as_str().unwrap_or("");
        case["wanted"] = json!(shown::in_short(quantity, value));
    }
    compare(&cases, "inShort(quantity, argument)");
}

#[test]
fn javascript_reads_what_rust_reads() {
    let mut cases = Vec::new();
    let mut add = |quantity: &str, text: &str, read: fn(&str) -> Option<Value>| {
        let wanted = read(text);
        cases.push(json!({
            "quantity": quantity, "argument": text, "base": 1.0, "wanted": wanted,
        }));
    };
    macro_rules! read {
        ($($kind:ident: $($text:literal),+;)+) => {$($(
            add(stringify!($kind), $text, |text| Some(match <$kind as Scalar>::read(text) {
                Ok(value) => json!(value),
                Err(error) => json!(error.to_string()),
            }));
        )+)+};
    }
    read! {
        Time: "80 ms", "54.6ms", " 1 h 30 min ", "1h30m", "2 days and 3 h", "-1 h 30 min", "3 us",
            "1.5 Hours", "5 km", "1 min 2 h", "much", "", "1,23 s", "1,234.5 s", "1e3 ms", "1e s",
            "1 h -30 min", "5 parsec", "1_000 s", "+5 s", "1.2.3 s";
        Length: "5,570 km", "1 m", "3 mm", "7 metres", "7 Metres", "7 M", "4 kg";
        Speed: "3 km/s", "5 m/s", "5 mph";
        DataSize: "1.2 TB", "64 KiB", "1 Mb", "1 MB", "3 bits", "5 kb", "5 KB", "1 zb";
        DataRate: "1 Gbit/s", "100 Mbps", "3 MB/s", "5 B/s", "1 gb";
        Rate: "250k requests/s", "3 writes per minute", "5 /s", "60 rpm", "2 a day", "7 Hz",
            "1.5 million queries/s", "4 per fortnight";
        Ratio: "5 %", "12 percent", "0.5", "5 km";
        Money: "$1,234.50", "USD 1,200", "-$3", "5 dollars", "50 cents", "$1.5M", "US$2", "2 EUR", "$x";
        HourlyPrice: "$0.10/h", "0.1 USD/h", "10 cents per hour", "$1.20 an hour", "$5/day", "1 /h";
        DataPrice: "$0.02/GB", "$0.02/GiB", "2 cents per GB", "$1/MB";
        StoragePrice: "$0.08/GB-month", "USD 1 per GiB-month", "$1/GB";
        MonthlyCost: "$1.5M a month", "$5/month", "5 USD monthly", "$5/year";
        Probability: "0.1 %", "0.001", "50 km";
        Availability: "99.95 %", "three nines", "3.5 nines", "Twelve nines", "0.9995", "some nines";
        Utilization: "70 %", "0.7", "7 s";
        Count: "1.5 million", "10k", "1,500", "2 B", "5 km", "k";
        u32: "12", "3k", "x";
        f64: "1.4682", "1e-6", "2 bn", "1.5 Kelvin", "-7";
    }
    let count = cases.len();
    assert!(count > 100, "{count}");
    compare(&cases, "readQuantity(quantity, argument, base)");
}
