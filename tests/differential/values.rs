// Values as the last expression of a cell: what is shown for them.
// %%
1 + 1
// %%
2.0 * 3.5
// %%
1.0e300 * 1.0e10
// %%
-7 % 3
// %%
u128::MAX
// %%
'λ'
// %%
"a \"quoted\" line\nand one more"
// %%
String::from("rtt")
// %%
["lhr", "fra"].iter().max().unwrap()
// %%
(Box::<str>::from("boxed"), std::borrow::Cow::Borrowed("cow"), Some("some"))
// %%
std::rc::Rc::<str>::from("shared")
// %%
(1, "one", 1.0, true)
// %%
//# ours: displays 0 because a unit says nothing that a reader wants to see
//# evcxr: shows ()
()
// %%
vec![Some(1), None, Some(3)]
// %%
[[0u8; 3]; 2]
// %%
std::collections::BTreeMap::from([("lhr", 54.6), ("fra", 61.0)])
// %%
"3".parse::<i32>()
// %%
"x".parse::<i32>()
// %%
std::time::Duration::from_micros(54_600)
// %%
let silent = 3;
// %%
silent;
// %%
{ let inner = silent * 2; inner + 1 }
// %%
if silent > 2 { "more" } else { "less" }
// %%
match silent { 0 => "none", 1..=3 => "few", _ => "many" }
// %%
println!("printed {silent}"); silent + 1
// %%
eprintln!("to stderr");
println!();
println!("one\ntwo");
// %%
//# ours: prints no newline at the end because a partial line is the learner's text like any other
//# evcxr: prints nothing
print!("no newline");
print!(" at the end");
// %%
//# ours: shows a value of type Opaque because every value is worth a word, and a missing Debug should not stop a cell
//# evcxr: fails with doesn't implement `Debug`
struct Opaque;
Opaque
// %%
//# ours: shows [\n because a long value is easier to read over several lines
//# evcxr: shows ["millisecond-0", "millisecond-1"
(0..12).map(|index| format!("millisecond-{index}")).collect::<Vec<_>>()
