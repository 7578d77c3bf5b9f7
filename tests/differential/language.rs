// The language at large: what a learner may write in a cell.
// %%
let mut primes = Vec::new();
'candidates: for n in 2..30u32 {
    for p in &primes { if n % p == 0 { continue 'candidates; } }
    primes.push(n);
}
primes
// %%
let mut n = 27u64;
let mut steps = 0;
while n != 1 { n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 }; steps += 1; }
steps
// %%
let found = loop { steps += 1; if steps % 7 == 0 { break steps; } };
found
// %%
let text = "one two three two";
text.split(' ').enumerate().filter(|(_, word)| *word == "two").map(|(at, _)| at).collect::<Vec<_>>()
// %%
let grid: Vec<Vec<char>> = ["ab", "cd"].iter().map(|row| row.chars().collect()).collect();
grid[1][0]
// %%
let Some(last) = grid.last().cloned() else { panic!("empty") };
last.iter().collect::<String>()
// %%
if let [first, .., end] = primes.as_slice() { first + end } else { 0 }
// %%
let r#type = "raw";
r#type.to_uppercase()
// %%
fn fibonacci(n: u32) -> u64 { if n < 2 { u64::from(n) } else { fibonacci(n - 1) + fibonacci(n - 2) } }
(10..13).map(fibonacci).collect::<Vec<_>>()
// %%
fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C { move |x| g(f(x)) }
compose(|x: i32| x + 1, |x| x * 10)(4)
// %%
let result: Result<Vec<i32>, _> = "1,2,x".split(',').map(str::parse::<i32>).collect();
result.is_err()
// %%
let sorted = { let mut copy = vec![0.3, 0.1, 0.2]; copy.sort_by(f64::total_cmp); copy };
sorted
// %%
std::mem::size_of::<Option<Box<u8>>>()
// %%
let bytes = "é".as_bytes().to_vec();
String::from_utf8_lossy(&bytes[..1]).into_owned()
// %%
let big = 1u64 << 40;
big.checked_mul(big).map_or("overflow".to_string(), |product| product.to_string())
// %%
use std::fmt::Write;
let mut line = String::new();
write!(line, "{:>8.3}|{:<5}|{:#x}", 3.14159, "ab", 255).unwrap();
line
// %%
let pointer = &raw const steps;
// SAFETY: `steps` lives as long as this cell runs.
unsafe { *pointer > 0 }
// %%
let nested = Some(Ok::<i32, String>(3));
match nested { Some(Ok(n)) if n > 2 => n, Some(Err(_)) | None => 0, _ => 1 }
// %%
union Bits { float: f32, int: u32 }
let bits = Bits { float: 1.0 };
// SAFETY: any bits make a u32.
unsafe { bits.int }
// %%
//# ours: prints from main because a whole program pasted into a cell is meant to run
//# evcxr: prints nothing
fn main() {
    println!("from main");
}
