//! Text of print macros on its way to the reader. A cell may print thousands of
//! pieces a second; they are joined for up to 20 ms or 64 KiB, in order, for
//! each cell apart.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use lightcone_wire::{CellId, Stream};

/// How long text may wait for more.
pub(super) const JOIN_TIME: Duration = Duration::from_millis(20);

/// Text of this length in bytes does not wait.
pub(super) const JOIN_LENGTH: usize = 64 * 1024;

/// Text that waits, one piece a cell.
#[derive(Default)]
pub(super) struct Waiting {
    pieces: HashMap<CellId, Piece>,
}

/// Text of one stream of one cell.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    /// Whose it is.
    pub(super) cell: CellId,
    /// Which stream.
    pub(super) stream: Stream,
    /// The text.
    pub(super) text: String,
    due: Instant,
}

impl Waiting {
    /// Adds text; gives what must be published now, in order.
    pub(super) fn add(
        &mut self,
        cell: CellId,
        stream: Stream,
        text: String,
        now: Instant,
    ) -> Vec<Piece> {
        let mut ready = Vec::new();
        let mut piece = Piece {
            cell,
            stream,
            text,
            due: now + JOIN_TIME,
        };
        match self.pieces.remove(&cell) {
            Some(mut earlier) if earlier.stream == stream => {
                earlier.text.push_str(&piece.text);
                piece = earlier;
            }
            Some(earlier) => ready.push(earlier),
            None => {}
        }
        if piece.text.len() >= JOIN_LENGTH {
            ready.push(piece);
        } else if !piece.text.is_empty() {
            self.pieces.insert(cell, piece);
        }
        ready
    }

    /// The text of a cell that waits.
    pub(super) fn take(&mut self, cell: CellId) -> Option<Piece> {
        self.pieces.remove(&cell)
    }

    /// The text that has waited long enough, oldest first.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Piece> {
        let mut due: Vec<Piece> = self
            .pieces
            .extract_if(|_, piece| piece.due <= now)
            .map(|(_, piece)| piece)
            .collect();
        due.sort_by_key(|piece| piece.due);
        due
    }

    /// When text must be published next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.pieces.values().map(|piece| piece.due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: Vec<Piece>) -> Vec<(CellId, &'static str, String)> {
        pieces
            .into_iter()
            .map(|piece| (piece.cell, piece.stream.name(), piece.text))
            .collect()
    }

    #[test]
    fn text_is_joined_until_the_stream_changes() {
        let (mut waiting, now) = (Waiting::default(), Instant::now());
        assert!(waiting.add(1, Stream::Stdout, "a".into(), now).is_empty());
        assert!(
            waiting
                .add(1, Stream::Stdout, "b\nc".into(), now)
                .is_empty()
        );
        let ready = waiting.add(1, Stream::Stderr, "e".into(), now);
        assert_eq!(texts(ready), [(1, "stdout", "ab\nc".into())]);
        let ready = waiting.add(1, Stream::Stdout, "d".into(), now);
        assert_eq!(texts(ready), [(1, "stderr", "e".into())]);
        assert_eq!(waiting.take(1).unwrap().text, "d");
        assert_eq!(waiting.take(1), None);
    }

    #[test]
    fn text_waits_from_its_first_piece_on() {
        let (mut waiting, now) = (Waiting::default(), Instant::now());
        waiting.add(1, Stream::Stdout, "a".into(), now);
        waiting.add(2, Stream::Stdout, "x".into(), now + JOIN_TIME / 2);
        waiting.add(1, Stream::Stdout, "b".into(), now + JOIN_TIME / 2);
        assert_eq!(waiting.next_due(), Some(now + JOIN_TIME));
        assert_eq!(
            texts(waiting.take_due(now + JOIN_TIME)),
            [(1, "stdout", "ab".into())]
        );
        assert_eq!(waiting.next_due(), Some(now + JOIN_TIME / 2 + JOIN_TIME));
    }

    #[test]
    fn much_text_does_not_wait() {
        let (mut waiting, now) = (Waiting::default(), Instant::now());
        waiting.add(1, Stream::Stdout, "a".into(), now);
        let ready = waiting.add(1, Stream::Stdout, "b".repeat(JOIN_LENGTH), now);
        assert_eq!(ready[0].text.len(), JOIN_LENGTH + 1);
        assert_eq!(waiting.next_due(), None);
        assert!(
            waiting
                .add(1, Stream::Stdout, String::new(), now)
                .is_empty()
        );
        assert_eq!(waiting.next_due(), None);
    }
}
