// Variables over cells: values, types, mutability, moves.
// %%
let hops = 3;
let mut total = 10;
let name = String::from("lhr");
// %%
total += hops;
total
// %%
//# fails: cannot assign
hops = 4;
// %%
let hops = hops as f64 * 1.5;
hops
// %%
let hops = format!("{hops} hops");
hops.len()
// %%
let (left, mut right) = (vec![1, 2], vec!["a"]);
right.push("b");
// %%
right.push("c");
(left.len(), right.len())
// %%
struct Route { from: &'static str, to: &'static str, ms: f64 }
let Route { from, to: target, ms } = Route { from: "lhr", to: "fra", ms: 14.2 };
// %%
format!("{from}-{target} {ms}")
// %%
let moved = name;
// %%
moved
// %%
//# fails: E0425
name
// %%
let shared = std::rc::Rc::new(std::cell::RefCell::new(vec![1.0]));
let other = std::rc::Rc::clone(&shared);
// %%
other.borrow_mut().push(2.5);
// %%
shared.borrow().iter().sum::<f64>()
// %%
drop(other);
std::rc::Rc::strong_count(&shared)
// %%
let twice: Box<dyn Fn(i32) -> i32> = Box::new(|x| x * 2);
// %%
twice(21)
// %%
let adder: fn(i32, i32) -> i32 = |a, b| a + b;
// %%
adder(20, 22)
// %%
let counts = ["a", "b", "a"].iter().fold(std::collections::BTreeMap::new(), |mut counts, key| {
    *counts.entry(*key).or_insert(0) += 1;
    counts
});
// %%
counts["a"]
// %%
let early: Vec<u64>;
early = vec![1, 2, 3];
// %%
early.iter().rev().collect::<Vec<_>>()
// %%
let later = std::thread::spawn(|| 6 * 7);
// %%
later.join().unwrap()
