//! Widgets that hold others.

use serde_json::{Map, Value};

use crate::error::{Result, WidgetError};
use crate::handle::{Handle, Subscription, widget};
use crate::registry::Registry;
use crate::spec::{self, REFERENCE, Spec};

/// What can stand in a box: handles or references to them, of one kind in an
/// array, slice or `Vec`, of any kinds in a tuple of up to twelve.
///
/// ```
/// use lightcone_widgets::{Button, Checkbox, HBox, Handle};
/// let (go, strict) = (Button::new("go"), Checkbox::new("strict", true));
/// let mixed = HBox::new((&go, &strict))?;
/// let list: Vec<Handle> = vec![go.into(), strict.into()];
/// assert_eq!(HBox::new(list)?.children(), mixed.children());
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
pub trait Children {
    /// The handles in order.
    fn handles(self) -> Vec<Handle>;
}

impl<T: AsRef<Handle>, const N: usize> Children for [T; N] {
    fn handles(self) -> Vec<Handle> {
        self.iter().map(|child| child.as_ref().clone()).collect()
    }
}

impl<T: AsRef<Handle>> Children for Vec<T> {
    fn handles(self) -> Vec<Handle> {
        self.iter().map(|child| child.as_ref().clone()).collect()
    }
}

impl<T: AsRef<Handle>> Children for &[T] {
    fn handles(self) -> Vec<Handle> {
        self.iter().map(|child| child.as_ref().clone()).collect()
    }
}

macro_rules! tuples {
    ($(($($child:ident)+))*) => {$(
        impl<$($child: AsRef<Handle>),+> Children for ($($child,)+) {
            #[allow(non_snake_case, reason = "the type's name serves as the variable's")]
            fn handles(self) -> Vec<Handle> {
                let ($($child,)+) = self;
                vec![$($child.as_ref().clone()),+]
            }
        }
    )*};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}

/// References to the children, if all live in this registry and can be seen.
fn references(registry: &Registry, inside: Option<&Handle>, children: &[Handle]) -> Result<Value> {
    let mut references = Vec::with_capacity(children.len());
    for child in children {
        let model = || child.spec().name.to_owned();
        if !child.registry().is_same(registry) {
            return Err(WidgetError::OtherSession { model: model() });
        }
        if child.is_closed() {
            return Err(WidgetError::Closed { model: model() });
        }
        if let Some(inside) = inside
            && registry.holds(child.model_id(), inside.model_id())
        {
            return Err(WidgetError::Cycle {
                model: inside.spec().name.to_owned(),
            });
        }
        references.push(format!("{REFERENCE}{}", child.model_id()));
    }
    Ok(references.into())
}

fn make(spec: &'static Spec, children: &[Handle]) -> Result<Handle> {
    let children = references(&Registry::current(), None, children)?;
    Handle::make(spec, vec![("children", children)])
}

fn identifiers(state: &Map<String, Value>) -> Vec<String> {
    let children = state.get("children").and_then(Value::as_array);
    children
        .into_iter()
        .flatten()
        .filter_map(|child| child.as_str()?.strip_prefix(REFERENCE))
        .map(str::to_owned)
        .collect()
}

macro_rules! container {
    ($($name:ident)*) => {$(
        impl $name {
            /// The identifiers of the widgets inside, in order.
            #[must_use]
            pub fn children(&self) -> Vec<String> {
                self.0.read(identifiers)
            }

            /// Colours the background: `success`, `info`, `warning`, `danger` or
            /// nothing. Gives the same widget.
            ///
            /// # Errors
            /// When it is another word or the widget is closed.
            pub fn box_style(&self, style: &str) -> Result<Self> {
                self.0.change(vec![("box_style", style.into())])?;
                Ok(self.clone())
            }
        }
    )*};
}

macro_rules! boxes {
    ($($name:ident, $spec:ident;)*) => {$(
        container!($name);

        impl $name {
            /// Makes one around these widgets.
            ///
            /// # Errors
            /// When one of them is closed or of another session.
            pub fn new(children: impl Children) -> Result<Self> {
                make(&spec::$spec, &children.handles()).map(Self)
            }

            /// Replaces the widgets inside. Those that leave live on as long as
            /// something else holds them.
            ///
            /// # Errors
            /// When one of them is closed, of another session, or contains this one.
            pub fn set_children(&self, children: impl Children) -> Result<()> {
                let children = children.handles();
                let references = references(self.registry(), Some(&self.0), &children)?;
                self.0.change(vec![("children", references)])
            }
        }
    )*};
}

widget! {
    /// Widgets side by side.
    ///
    /// ```
    /// use lightcone_widgets::{Button, HBox};
    /// let row = HBox::new((Button::new("one"), Button::new("two")))?;
    /// assert_eq!(row.children().len(), 2);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    HBox
}

widget! {
    /// Widgets one below the other.
    ///
    /// ```
    /// use lightcone_widgets::{Label, VBox};
    /// let column = VBox::new([Label::new("first"), Label::new("second")])?;
    /// assert_eq!(column.to_string(), "first\nsecond");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    VBox
}

widget! {
    /// Widgets in a grid.
    ///
    /// ```
    /// use lightcone_widgets::{GridBox, Label};
    /// let cells: Vec<Label> = (1..=6).map(|n| Label::new(n.to_string())).collect();
    /// let grid = GridBox::new(cells)?.layout("grid-template-columns", "repeat(3, 5em)")?;
    /// assert_eq!(grid.children().len(), 6);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    GridBox
}

boxes! {
    HBox, HBOX;
    VBox, VBOX;
    GridBox, GRID_BOX;
}

fn selected_of(state: &Map<String, Value>) -> Option<usize> {
    usize::try_from(state.get("selected_index")?.as_u64()?).ok()
}

macro_rules! pages {
    ($($name:ident, $spec:ident, $first:expr;)*) => {$(
        container!($name);

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl $name {
            /// Makes one without pages.
            #[must_use]
            pub fn new() -> Self {
                Self(Handle::make_valid(&spec::$spec, Vec::new()))
            }

            /// Adds a page, and gives the same widget.
            ///
            /// # Errors
            /// When the page's widget is closed, of another session, or contains this
            /// one, or this one is closed.
            pub fn page(&self, title: &str, content: impl AsRef<Handle>) -> Result<Self> {
                let content = [content.as_ref().clone()];
                let new = references(self.registry(), Some(&self.0), &content)?;
                let list = |key: &str| match self.0.attribute(key) {
                    Some(Value::Array(list)) => list,
                    _ => Vec::new(),
                };
                let mut titles = list("titles");
                let mut children = list("children");
                titles.resize(children.len(), "".into());
                titles.push(title.into());
                children.extend(new.as_array().cloned().unwrap_or_default());
                let mut changes = vec![("children", children.into()), ("titles", titles.into())];
                if $first && self.0.attribute("selected_index") == Some(Value::Null) {
                    changes.push(("selected_index", 0.into()));
                }
                self.0.change(changes)?;
                Ok(self.clone())
            }

            /// The titles of the pages.
            #[must_use]
            pub fn titles(&self) -> Vec<String> {
                self.0.read(|state| {
                    let titles = state.get("titles").and_then(Value::as_array);
                    let titles = titles.into_iter().flatten().filter_map(Value::as_str);
                    titles.map(str::to_owned).collect()
                })
            }

            /// Which page is open, counted from 0.
            #[must_use]
            pub fn selected(&self) -> Option<usize> {
                self.0.read(selected_of)
            }

            /// Opens a page, or with `None` closes all.
            ///
            /// # Errors
            /// When there is no such page or the widget is closed.
            pub fn select(&self, page: impl Into<Option<usize>>) -> Result<()> {
                self.0.change(vec![("selected_index", page.into().into())])
            }

            /// Calls back with the open page after each change: at once, also while
            /// a cell runs.
            pub fn observe(
                &self,
                callback: impl FnMut(Option<usize>) + Send + 'static,
            ) -> Subscription {
                self.0.watch("selected_index", selected_of, callback)
            }

            /// As [`observe`](Self::observe), but between cells and not `Send`.
            pub fn observe_local(
                &self,
                callback: impl FnMut(Option<usize>) + 'static,
            ) -> Subscription {
                self.0.watch_local("selected_index", selected_of, callback)
            }
        }
    )*};
}

widget! {
    /// Pages with tabs, one of which is open.
    ///
    /// ```
    /// use lightcone_widgets::{Label, Tab};
    /// let tab = Tab::new()
    ///     .page("Latency", Label::new("54.6 ms"))?
    ///     .page("Cost", Label::new("$12"))?;
    /// tab.select(1)?;
    /// assert_eq!(tab.titles(), ["Latency", "Cost"]);
    /// assert_eq!(
    ///     tab.select(7).unwrap_err().to_string(),
    ///     "page 7 does not exist: there are 2, counted from 0",
    /// );
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Tab
}

widget! {
    /// Pages below each other, at most one of which is open.
    ///
    /// ```
    /// use lightcone_widgets::{Accordion, Label};
    /// let more = Accordion::new().page("Assumptions", Label::new("One flow."))?;
    /// assert_eq!(more.selected(), None);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Accordion
}

pages! {
    Tab, TAB, true;
    Accordion, ACCORDION, false;
}
