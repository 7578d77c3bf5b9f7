//! Which cell runs, whether it was interrupted, and the question to the reader
//! that it may be waiting for.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lightcone_wire::CellId;

/// The running cell and its open question. Questions of several threads are
/// asked one after the other.
#[derive(Default)]
pub(super) struct Questions {
    turn: Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: Option<CellId>,
    stopped: bool,
    open: Option<(String, SyncSender<Option<String>>)>,
}

impl State {
    fn answer(&mut self, value: Option<String>) {
        if let Some((_, answer)) = self.open.take() {
            // The channel holds one answer, and only one is ever sent.
            let _ = answer.try_send(value);
        }
    }
}

impl Questions {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A cell begins; its questions are allowed.
    pub(super) fn begin(&self, cell: CellId) {
        let mut state = self.state();
        state.running = Some(cell);
        state.stopped = false;
    }

    /// The running cell has ended; an open question (of a thread that goes on)
    /// gets no answer.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.running = None;
        state.answer(None);
    }

    /// The running cell is interrupted: the open question and later ones of
    /// this cell get no answer.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.stopped = true;
        state.answer(None);
    }

    /// Waits for this thread's turn, opens a question, lets `ask` send it and
    /// waits for the answer. `ask` gets the place to record the name of the
    /// question before it is sent, and says if it could be sent.
    pub(super) fn ask(
        &self,
        cell: CellId,
        ask: impl FnOnce(&dyn Fn(&str)) -> bool,
    ) -> Option<String> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, answers): (_, Receiver<Option<String>>) = sync_channel(1);
        {
            let mut state = self.state();
            if state.running != Some(cell) || state.stopped {
                return None;
            }
            state.open = Some((String::new(), answer));
        }
        let name = |name: &str| {
            if let Some((open, _)) = &mut self.state().open {
                name.clone_into(open);
            }
        };
        if !ask(&name) {
            self.state().open = None;
            return None;
        }
        answers.recv().ok().flatten()
    }

    /// The reader answers. An answer that names another question is dropped;
    /// one that names none is taken.
    pub(super) fn answer(&self, question: Option<&str>, value: Option<String>) {
        let mut state = self.state();
        let fits = match (&state.open, question) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some((open, _)), Some(question)) => open == question,
        };
        if fits {
            state.answer(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(questions: &Questions, then: impl FnOnce(&Questions)) -> Option<String> {
        questions.ask(1, |name| {
            name("q1");
            then(questions);
            true
        })
    }

    #[test]
    fn the_answer_must_name_the_question_or_none() {
        let questions = Questions::default();
        questions.begin(1);
        let answer = |name: Option<&'static str>| {
            move |questions: &Questions| {
                questions.answer(Some("other"), Some("wrong".into()));
                questions.answer(name, Some("42".into()));
            }
        };
        assert_eq!(asked(&questions, answer(Some("q1"))).as_deref(), Some("42"));
        assert_eq!(asked(&questions, answer(None)).as_deref(), Some("42"));
    }

    #[test]
    fn nobody_is_asked_before_after_or_once_interrupted() {
        let questions = Questions::default();
        let never = |_: &Questions| panic!("nobody may be asked");
        assert_eq!(asked(&questions, never), None);
        questions.begin(1);
        assert_eq!(asked(&questions, Questions::stop), None);
        assert_eq!(asked(&questions, never), None);
        questions.begin(1);
        assert_eq!(asked(&questions, Questions::end), None);
        assert_eq!(asked(&questions, never), None);
    }

    #[test]
    fn an_early_answer_is_not_kept_for_a_later_question() {
        let questions = Questions::default();
        questions.begin(1);
        questions.answer(None, Some("early".into()));
        let now = |questions: &Questions| questions.answer(None, Some("now".into()));
        assert_eq!(asked(&questions, now).as_deref(), Some("now"));
    }
}
