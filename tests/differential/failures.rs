// Cells that do not compile or do not end well, and what is left after them.
// %%
let log = vec!["start"];
let mut attempts = 1;
// %%
//# fails: E0308
let wrong: i32 = "text";
// %%
//# fails: E0425
undefined_name + 1
// %%
//# fails: E0599
log.no_such_method()
// %%
//# fails: E0277
fn requires<T: std::fmt::Display>(_: T) {}
requires(log)
// %%
//# fails: no quorum
attempts += 1;
panic!("no quorum");
// %%
attempts
// %%
log
// %%
//# fails: index out of bounds
let index = log.len() + 1;
log[index]
// %%
//# fails: called `Option::unwrap()` on a `None` value
let nothing: Option<u8> = None;
nothing.unwrap()
// %%
//# fails: divide by zero
let zero = log.len() - 1;
10 / zero
// %%
//# fails: overflow
let big: u8 = 255;
big + log.len() as u8
// %%
//# ours: fails with invalid digit found in string because a cell that `?` left has not done what it says, and Run All must stop there
//# evcxr: warns invalid digit found in string
let number: i32 = "12x".parse()?;
// %%
//# fails: E0425
number
// %%
let number: i32 = "12".parse()?;
number
// %%
//# ours: fails with second because the reader should see the error that was returned
//# evcxr: warns second
let outcome: Result<u8, Vec<&str>> = Err(vec!["first", "second"]);
outcome.map_err(|list| list.join(", "))?
// %%
//# fails: unclosed delimiter
let broken = (1, 2;
// %%
//# fails: SIGABRT
std::process::abort()
// %%
//# fails: E0425
log
// %%
fn still_there() -> &'static str { "again" }
still_there()
