//! The requests of the shell socket that wait for the engine.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::protocol::envelope::Message;

/// A request and whether a cell before it failed.
pub(super) struct Job {
    /// The request.
    pub(super) request: Message,
    /// It is an `execute_request` that must not run any more.
    pub(super) aborted: bool,
}

/// First in, first out; filled by the shell socket, emptied by the engine.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// Adds a request.
    pub(super) fn push(&self, request: Message) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.jobs.push_back(Job {
            request,
            aborted: false,
        });
        self.changed.notify_one();
    }

    /// Waits for the next request; `None` once the queue is closed, even if
    /// requests are left.
    pub(super) fn pop(&self) -> Option<Job> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self
            .changed
            .wait_while(state, |state| state.jobs.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            None
        } else {
            state.jobs.pop_front()
        }
    }

    /// Marks every waiting `execute_request` as aborted.
    pub(super) fn abort_executions(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for job in &mut state.jobs {
            job.aborted |= job.request.header.msg_type == "execute_request";
        }
    }

    /// Lets nobody wait any longer.
    pub(super) fn close(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.changed.notify_all();
    }
}
