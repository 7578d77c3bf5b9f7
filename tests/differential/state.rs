// What a session keeps beside variables: statics, identities, threads.
// %%
use std::sync::atomic::{AtomicU64, Ordering};
static REQUESTS: AtomicU64 = AtomicU64::new(0);
fn serve() -> u64 { REQUESTS.fetch_add(1, Ordering::SeqCst) + 1 }
// %%
serve()
// %%
//# ours: shows 2 because a static is one place in memory for the whole session
//# evcxr: shows 1
serve()
// %%
//# ours: shows 2 because a static is one place in memory for the whole session
//# evcxr: shows 0
REQUESTS.load(Ordering::SeqCst)
// %%
thread_local! { static DEPTH: std::cell::Cell<u32> = const { std::cell::Cell::new(0) }; }
DEPTH.set(5);
// %%
//# ours: shows 5 because a thread_local! is one place in memory a thread for the whole session
//# evcxr: fails with E0425
DEPTH.get()
// %%
let any: Box<dyn std::any::Any> = Box::new(42_i32);
// %%
any.downcast_ref::<i32>()
// %%
#[derive(Debug)]
struct Node { id: u32 }
let boxed: Box<dyn std::any::Any> = Box::new(Node { id: 7 });
// %%
boxed.downcast_ref::<Node>().map(|node| node.id)
// %%
let (sender, receiver) = std::sync::mpsc::channel();
let worker = std::thread::spawn(move || { for n in 0..3 { sender.send(n * n).unwrap(); } });
// %%
receiver.iter().collect::<Vec<_>>()
// %%
worker.join().is_ok()
// %%
let counter = std::sync::Arc::new(std::sync::Mutex::new(0));
let handles: Vec<_> = (0..4).map(|n| {
    let counter = std::sync::Arc::clone(&counter);
    std::thread::spawn(move || *counter.lock().unwrap() += n)
}).collect();
// %%
for handle in handles { handle.join().unwrap(); }
*counter.lock().unwrap()
// %%
#[derive(Debug)]
struct Reading { ms: f64 }
let reading = Reading { ms: 1.0 };
// %%
//# ours: completes because the new variable takes the place of the old one, so nothing was lost
//# evcxr: warns was redefined, so was lost
#[derive(Debug)]
struct Reading { ms: f64, from: &'static str }
let reading = Reading { ms: 2.0, from: "fra" };
// %%
//# ours: shows Reading { ms: 2.0, from: "fra" } because the cell before made it anew
//# evcxr: fails with E0425
reading
