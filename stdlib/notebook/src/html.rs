//! Text in HTML.

pub use lightcone_widgets::escape;
