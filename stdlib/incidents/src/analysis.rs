//! What an analysis returns, and how a notebook shows it.

use std::fmt::{self, Write as _};

use lightcone_notebook::display::{Rich, Show};
use lightcone_notebook::figure::Figure;
use lightcone_notebook::html::escape;
use lightcone_wire::Media;
use polars::prelude::DataFrame;

/// The answer to a question: findings in sentences, the table behind them, figures,
/// and what the data cannot say.
///
/// As the last line of a cell it shows all of that. The parts are there for more
/// work: [`Analysis::frame`], [`Analysis::figures`], [`Analysis::findings`].
#[derive(Clone, Debug)]
pub struct Analysis {
    pub(crate) title: String,
    pub(crate) known: usize,
    pub(crate) of: usize,
    pub(crate) what: &'static str,
    pub(crate) findings: Vec<String>,
    pub(crate) caveats: Vec<String>,
    pub(crate) frame: DataFrame,
    pub(crate) figures: Vec<Figure>,
}

impl Analysis {
    /// What was asked.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many rows had what was needed, and how many there were.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        (self.known, self.of)
    }

    /// The findings, one sentence each.
    #[must_use]
    pub fn findings(&self) -> &[String] {
        &self.findings
    }

    /// What the data cannot say, and which way they lean.
    #[must_use]
    pub fn caveats(&self) -> &[String] {
        &self.caveats
    }

    /// The numbers behind the findings.
    #[must_use]
    pub fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The figures; [`Figure::save`] writes one into a file.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    fn basis(&self) -> String {
        format!(
            "{} known for {} of {} incidents.",
            self.what, self.known, self.of
        )
    }
}

impl fmt::Display for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}", self.title, self.basis())?;
        for finding in &self.findings {
            writeln!(f, "- {finding}")?;
        }
        for caveat in &self.caveats {
            writeln!(f, "Note: {caveat}")?;
        }
        if let Some(table) = self.frame.media().text() {
            write!(f, "{table}")?;
        }
        Ok(())
    }
}

impl Show for Analysis {
    fn media(&self) -> Media {
        let mut html = format!(
            "<section class=\"lightcone-analysis\"><h4>{}</h4><p>{}</p><ul>",
            escape(&self.title),
            escape(&self.basis())
        );
        for finding in &self.findings {
            let _ = write!(html, "<li>{}</li>", escape(finding));
        }
        html += "</ul>";
        for figure in &self.figures {
            html += &part(&figure.media());
        }
        html += &part(&self.frame.media());
        for caveat in &self.caveats {
            let _ = write!(html, "<p><small>Note: {}</small></p>", escape(caveat));
        }
        html += "</section>";
        Media::plain(self.to_string()).with("text/html", html)
    }
}

impl Rich for Analysis {}

/// The HTML of a value that shows itself.
pub(crate) fn part(media: &Media) -> String {
    media
        .data
        .get("text/html")
        .and_then(|html| html.as_str())
        .unwrap_or_default()
        .to_owned()
}
