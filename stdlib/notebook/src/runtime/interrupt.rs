//! Interrupts that keep variables.
//!
//! The engine puts a [`checkpoint`] at the head of every loop, function and
//! closure of a cell and between its statements. An interrupt sets a flag; the
//! next checkpoint unwinds the cell like a panic, past the learner's values and
//! up to the guard, which puts the variables back. Sleeping is made
//! interruptible by answering the C library's sleep calls ourselves.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lightcone_wire::CellId;

/// Set while an interrupt waits to be noticed.
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Whose turn it is: requests come from another thread than cells run on.
struct Turn {
    running: Option<CellId>,
    /// An interrupt came for this cell before the cell did.
    awaited: Option<CellId>,
}

static TURN: Mutex<Turn> = Mutex::new(Turn {
    running: None,
    awaited: None,
});

fn turn() -> MutexGuard<'static, Turn> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A sleeping cell looks for an interrupt this often.
const SLICE: Duration = Duration::from_millis(20);

thread_local! {
    static IS_CELL_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// What an interrupted cell is unwound with.
#[derive(Debug)]
pub(super) struct Interrupted;

/// Marks the calling thread as the one that runs cells.
pub(super) fn mark_cell_thread() {
    IS_CELL_THREAD.with(|mark| mark.set(true));
}

/// Whether the calling thread runs cells.
pub(super) fn on_cell_thread() -> bool {
    IS_CELL_THREAD.try_with(Cell::get).unwrap_or(false)
}

/// Asks a cell to stop: the running one, or one that has not begun yet. For a
/// cell that has ended it comes too late, and hits no other.
pub(super) fn request(cell: CellId) {
    let mut turn = turn();
    if turn.running == Some(cell) {
        REQUESTED.store(true, Ordering::SeqCst);
    } else {
        turn.awaited = Some(cell);
    }
}

/// A cell begins.
pub(super) fn begin(cell: CellId) {
    let mut turn = turn();
    turn.running = Some(cell);
    REQUESTED.store(turn.awaited.take() == Some(cell), Ordering::SeqCst);
}

/// The running cell has ended.
pub(super) fn end() {
    let mut turn = turn();
    turn.running = None;
    REQUESTED.store(false, Ordering::SeqCst);
}

/// Whether an interrupt waits to be noticed.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Ends the cell here if the reader asked for that. The engine inserts calls;
/// long-running library code calls it too.
#[inline(always)]
pub fn checkpoint() {
    if REQUESTED.load(Ordering::Relaxed) {
        stop();
    }
}

/// Threads that a cell started go on; only the cell itself stops.
#[cold]
#[inline(never)]
fn stop() {
    if on_cell_thread() && !std::thread::panicking() {
        std::panic::resume_unwind(Box::new(Interrupted));
    }
}

/// Sleeps in slices on the cell thread, so that `std::thread::sleep` in a cell
/// ends when the reader interrupts. The checkpoint that follows does the rest:
/// unwinding through a C function is not allowed.
fn sleep_until(deadline: Instant) {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || requested() {
            return;
        }
        let slice = left.min(SLICE);
        let request = libc::timespec {
            tv_sec: 0,
            tv_nsec: libc::c_long::from(slice.subsec_nanos()),
        };
        // SAFETY: `request` is a valid timespec for the duration of the call, and
        // a null remainder is allowed. The raw call avoids our own `nanosleep`.
        unsafe {
            libc::syscall(
                libc::SYS_nanosleep,
                &raw const request,
                std::ptr::null_mut::<libc::timespec>(),
            );
        }
    }
}

/// The C library's `clock_nanosleep`, answered here.
///
/// # Safety
/// As POSIX says: `request` points to a timespec, `remaining` to one or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_nanosleep(
    clock: libc::clockid_t,
    flags: libc::c_int,
    request: *const libc::timespec,
    remaining: *mut libc::timespec,
) -> libc::c_int {
    if flags == 0 && on_cell_thread() {
        // SAFETY: the caller promises a valid timespec.
        let request = unsafe { *request };
        if let (Ok(seconds), Ok(nanos)) = (
            u64::try_from(request.tv_sec),
            u32::try_from(request.tv_nsec),
        ) && let Some(deadline) = Instant::now().checked_add(Duration::new(seconds, nanos))
        {
            sleep_until(deadline);
            return 0;
        }
    }
    // SAFETY: the arguments are handed on as the caller gave them.
    let result =
        unsafe { libc::syscall(libc::SYS_clock_nanosleep, clock, flags, request, remaining) };
    if result == 0 {
        0
    } else {
        std::io::Error::last_os_error()
            .raw_os_error()
            .unwrap_or(libc::EINVAL)
    }
}

/// The C library's `nanosleep`, answered here.
///
/// # Safety
/// As POSIX says: `request` points to a timespec, `remaining` to one or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nanosleep(
    request: *const libc::timespec,
    remaining: *mut libc::timespec,
) -> libc::c_int {
    // SAFETY: same contract as the caller's.
    let error = unsafe { clock_nanosleep(libc::CLOCK_REALTIME, 0, request, remaining) };
    if error == 0 {
        return 0;
    }
    // SAFETY: the C library's errno of this thread is always writable.
    unsafe { *libc::__errno_location() = error };
    -1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_hits_its_own_cell_and_no_other() {
        begin(1);
        assert!(!requested());
        request(1);
        assert!(requested());
        end();
        assert!(!requested());
        // It comes before its cell.
        request(2);
        assert!(!requested());
        begin(2);
        assert!(requested());
        end();
        // It comes after its cell.
        request(2);
        begin(3);
        assert!(!requested());
        end();
    }
}
