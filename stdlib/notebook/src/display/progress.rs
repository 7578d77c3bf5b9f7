//! Progress bars around iterators.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lightcone_wire::Media;

use super::{Handle, NO_MATHS, escape, show_updatable};

/// Least time between two updates of a bar.
const INTERVAL: Duration = Duration::from_millis(100);

/// Shows a bar that follows a loop over `items`.
///
/// The bar is updated in place, at most ten times a second, and ends with the
/// time taken; it also says so when the loop is left early. If the iterator
/// knows its length (from `size_hint`), the bar shows the share done and the
/// time left.
///
/// ```
/// use lightcone_notebook::display::progress;
/// let mut sum = 0;
/// for x in progress(1..=10).label("adding") {
///     sum += x;
/// }
/// assert_eq!(sum, 55);
/// ```
pub fn progress<I: IntoIterator>(items: I) -> Progress<I::IntoIter> {
    let iterator = items.into_iter();
    let total = match iterator.size_hint() {
        (low, Some(high)) if low == high => Some(low),
        _ => None,
    };
    Progress {
        iterator,
        meter: Meter::new(total),
        output: None,
    }
}

/// An iterator with a progress bar. Made by [`progress`].
#[derive(Debug)]
#[must_use = "a progress bar follows a loop: `for x in progress(items)`"]
pub struct Progress<I> {
    iterator: I,
    meter: Meter,
    output: Option<Handle>,
}

impl<I> Progress<I> {
    /// Sets the words before the bar.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.meter.label = label.into();
        self
    }

    fn show(&mut self, media: Media) {
        match &self.output {
            Some(output) => output.update(media),
            None => self.output = Some(show_updatable(media)),
        }
    }
}

impl<I: Iterator> Iterator for Progress<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        if let Some(media) = self.meter.before_item(Instant::now()) {
            self.show(media);
        }
        let item = self.iterator.next();
        match item {
            Some(_) => self.meter.done += 1,
            None => {
                if let Some(media) = self.meter.finish(Instant::now(), true) {
                    self.show(media);
                }
            }
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.iterator.size_hint()
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for Progress<I> {}

impl<I> Drop for Progress<I> {
    fn drop(&mut self) {
        if let Some(media) = self.meter.finish(Instant::now(), false) {
            self.show(media);
        }
    }
}

/// Counts items and decides when the bar is due, apart from any output.
#[derive(Debug)]
struct Meter {
    label: String,
    /// Items handed out.
    done: usize,
    total: Option<usize>,
    started: Option<Instant>,
    drawn: Option<Instant>,
    finished: bool,
}

impl Meter {
    fn new(total: Option<usize>) -> Self {
        Self {
            label: "progress".to_owned(),
            done: 0,
            total,
            started: None,
            drawn: None,
            finished: false,
        }
    }

    /// The bar before the next item, if it is due.
    fn before_item(&mut self, now: Instant) -> Option<Media> {
        if self.finished {
            return None;
        }
        let started = *self.started.get_or_insert(now);
        if self
            .drawn
            .is_some_and(|drawn| now.duration_since(drawn) < INTERVAL)
        {
            return None;
        }
        self.drawn = Some(now);
        // The item handed out last is done: the loop asks for the next one.
        Some(self.media(&self.state(now.duration_since(started))))
    }

    /// The bar's last state; `None` if it was shown already or never started.
    fn finish(&mut self, now: Instant, complete: bool) -> Option<Media> {
        let started = self.started.filter(|_| !self.finished)?;
        self.finished = true;
        let taken = duration(now.duration_since(started));
        if complete {
            self.total = Some(self.done);
            return Some(self.media(&format!("{} done in {taken}", self.done)));
        }
        // Left inside the loop: the last item was not completed.
        let of = self
            .total
            .map(|total| format!(" of {total}"))
            .unwrap_or_default();
        Some(self.media(&format!("stopped at {}{of} after {taken}", self.done)))
    }

    fn state(&self, taken: Duration) -> String {
        let Some(total) = self.total.filter(|total| *total > 0) else {
            return format!("{}, {}", self.done, duration(taken));
        };
        let mut text = format!("{} of {total} ({} %)", self.done, self.done * 100 / total);
        if self.done > 0 {
            let left = taken.mul_f64((total - self.done.min(total)) as f64 / self.done as f64);
            let _ = write!(text, ", {} left", duration(left));
        }
        text
    }

    fn media(&self, state: &str) -> Media {
        let text = format!("{}: {state}", self.label);
        let value = match self.total {
            Some(total) => format!(" value=\"{}\" max=\"{}\"", self.done, total.max(1)),
            // A finished or stopped bar must not look busy.
            None if self.finished => " value=\"0\" max=\"1\"".to_owned(),
            None => String::new(),
        };
        let value = if self.finished && self.total == Some(0) {
            " value=\"1\" max=\"1\"".to_owned()
        } else {
            value
        };
        let html = format!(
            "<div class=\"{NO_MATHS}\" style=\"display:flex;gap:0.8em;align-items:center\"><label>{} \
             <progress{value} style=\"vertical-align:middle\">{}</progress></label>\
             <span style=\"font-variant-numeric:tabular-nums\">{}</span></div>",
            escape(&self.label),
            escape(state),
            escape(state)
        );
        Media::plain(text).with("text/html", html)
    }
}

/// `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(media: Option<Media>) -> String {
        media
            .and_then(|media| media.text().map(str::to_owned))
            .unwrap_or_default()
    }

    #[test]
    fn the_items_pass_through() {
        assert_eq!(progress(vec![1, 2, 3]).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(progress((0..10).filter(|x| x % 2 == 0)).count(), 5);
        assert_eq!(progress(0..7).len(), 7);
    }

    #[test]
    fn updates_are_at_least_a_tenth_of_a_second_apart() {
        let start = Instant::now();
        let mut meter = Meter::new(Some(1000));
        let mut shown = 0;
        for step in 0..1000_u64 {
            shown += usize::from(
                meter
                    .before_item(start + Duration::from_millis(step))
                    .is_some(),
            );
            meter.done += 1;
        }
        assert_eq!(shown, 10);
    }

    #[test]
    fn a_known_length_gives_share_and_time_left() {
        let start = Instant::now();
        let mut meter = Meter::new(Some(8));
        assert_eq!(text(meter.before_item(start)), "progress: 0 of 8 (0 %)");
        meter.done = 2;
        let media = meter.before_item(start + Duration::from_secs(1)).unwrap();
        assert_eq!(media.text(), Some("progress: 2 of 8 (25 %), 3.0 s left"));
        let html = media.data["text/html"].as_str().unwrap();
        assert!(html.contains("<progress value=\"2\" max=\"8\""), "{html}");
    }

    #[test]
    fn the_end_is_said_once() {
        let start = Instant::now();
        let mut meter = Meter::new(None);
        assert_eq!(meter.finish(start, false), None);
        assert_eq!(text(meter.before_item(start)), "progress: 0, 0.0 s");
        meter.done = 3;
        let end = start + Duration::from_secs(75);
        let media = meter.finish(end, true).unwrap();
        assert_eq!(media.text(), Some("progress: 3 done in 1 min 15 s"));
        assert!(
            media.data["text/html"]
                .as_str()
                .unwrap()
                .contains("value=\"3\" max=\"3\"")
        );
        assert_eq!(meter.finish(end, false), None);
    }

    #[test]
    fn a_loop_left_early_says_where() {
        let start = Instant::now();
        let mut meter = Meter::new(Some(10));
        let _ = meter.before_item(start);
        meter.done = 4;
        let media = meter.finish(start + Duration::from_millis(500), false);
        assert_eq!(text(media), "progress: stopped at 4 of 10 after 0.5 s");
    }

    #[test]
    fn labels_are_escaped() {
        let mut meter = Meter::new(None);
        meter.label = "<b>".into();
        let media = meter.before_item(Instant::now()).unwrap();
        assert!(
            media.data["text/html"]
                .as_str()
                .unwrap()
                .contains("&lt;b&gt;")
        );
        assert_eq!(duration(Duration::from_secs(7900)), "2 h 11 min");
    }
}
