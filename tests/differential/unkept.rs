// Variables that cannot be kept, and what happens to the others of their cell.
// %%
//# ours: completes because one variable that cannot be kept should not cost the others; a note says what is gone
//# evcxr: fails with is a closure, which cannot be persisted
let unboxed = |x: i32| x + 1;
let kept = unboxed(1);
// %%
//# ours: shows 2 because the cell before ran, and kept all but the closure
//# evcxr: fails with E0425
kept
// %%
//# ours: shows 3 because a closure without a name of its own type can be boxed for the reader
//# evcxr: fails with not found in this scope
unboxed(2)
// %%
//# ours: completes because one variable that cannot be kept should not cost the others; a note says what is gone
//# evcxr: fails with contains a reference with a non-static lifetime
let owned = vec![1, 2, 3];
let first = &owned[0];
// %%
//# ours: shows [1, 2, 3] because the cell before ran, and kept all but the borrow
//# evcxr: fails with E0425
owned
// %%
//# ours: shows "cd" because a borrow that ends with its cell is no mistake
//# evcxr: fails with contains a reference with a non-static lifetime
let grid = vec!["ab", "cd"];
let Some(last) = grid.last() else { panic!("empty") };
last
// %%
let lazy: Box<dyn Iterator<Item = u32>> = Box::new((1..4).map(|n| n * n));
// %%
lazy.collect::<Vec<_>>()
// %%
fn counter() -> impl Iterator<Item = u32> { (10..).step_by(5) }
counter().take(3).sum::<u32>()
