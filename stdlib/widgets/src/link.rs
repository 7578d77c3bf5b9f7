//! Links: two attributes that the front end itself keeps equal.

use serde_json::{Value, json};

use crate::error::{Result, WidgetError};
use crate::handle::Handle;
use crate::registry::Registry;
use crate::spec::{self, REFERENCE, Spec};

/// A link between two widgets. It lives as long as both; dropping it changes
/// nothing.
///
/// ```
/// use lightcone_widgets::{IntSlider, Play, link};
/// let play = Play::new("round", 0..=60, 0)?;
/// let round = IntSlider::new("round", 0..=60, 0)?;
/// let joined = link((&play, "value"), (&round, "value"))?;
/// joined.unlink();
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Link(Handle);

impl Link {
    /// The identifier of the link's model.
    #[must_use]
    pub fn model_id(&self) -> &str {
        self.0.model_id()
    }

    /// Separates the widgets.
    ///
    /// See the example of [`Link`].
    pub fn unlink(&self) {
        self.0.close();
    }
}

fn end(registry: &Registry, (handle, attribute): (&Handle, &str)) -> Result<Value> {
    let model = || handle.spec().name.to_owned();
    if !handle.registry().is_same(registry) {
        return Err(WidgetError::OtherSession { model: model() });
    }
    if handle.is_closed() {
        return Err(WidgetError::Closed { model: model() });
    }
    let attribute = handle.spec().key(attribute)?;
    Ok(json!([
        format!("{REFERENCE}{}", handle.model_id()),
        attribute
    ]))
}

fn make(spec: &'static Spec, source: (&Handle, &str), target: (&Handle, &str)) -> Result<Link> {
    let registry = source.0.registry();
    let state = vec![
        ("source", end(registry, source)?),
        ("target", end(registry, target)?),
    ];
    registry.within(|| Handle::make(spec, state)).map(Link)
}

/// Joins two attributes in both directions, in the front end: it works without
/// the kernel, also while a cell runs. The second begins with the value of the
/// first once both are shown.
///
/// See the example of [`Link`].
///
/// # Errors
/// When a widget has no such attribute, is closed, or they are of different
/// sessions.
pub fn link(
    source: (impl AsRef<Handle>, &str),
    target: (impl AsRef<Handle>, &str),
) -> Result<Link> {
    let (source, target) = ((source.0.as_ref(), source.1), (target.0.as_ref(), target.1));
    make(&spec::LINK, source, target)
}

/// As [`link`], but only the second follows the first.
///
/// ```
/// use lightcone_widgets::{Checkbox, Text, dlink};
/// let locked = Checkbox::new("locked", false);
/// let name = Text::new("name", "");
/// dlink((&locked, "value"), (&name, "disabled"))?;
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
///
/// # Errors
/// As [`link`].
pub fn dlink(
    source: (impl AsRef<Handle>, &str),
    target: (impl AsRef<Handle>, &str),
) -> Result<Link> {
    let (source, target) = ((source.0.as_ref(), source.1), (target.0.as_ref(), target.1));
    make(&spec::DIRECTIONAL_LINK, source, target)
}
