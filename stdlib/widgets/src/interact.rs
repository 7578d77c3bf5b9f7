//! A calculator from any closure: its parameters become widgets, and its result
//! follows them.

use std::fmt;
use std::ops::{Deref, RangeInclusive};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::container::VBox;
use crate::error::{Result, WidgetError};
use crate::handle::Handle;
use crate::html::escape;
use crate::registry::{Registry, Watched, panic_text};
use crate::snapshot::bundle_html;
use crate::tools::Tools;
use crate::{Checkbox, Dropdown, FloatLogSlider, FloatSlider, Html, IntSlider, Text};

type Build<T> = Box<dyn FnOnce(&str) -> Result<Control<T>> + Send>;
type Read<T> = Arc<dyn Fn(&Registry) -> Option<T> + Send + Sync>;

/// A parameter of [`interact`]: made by [`float`], [`log`], [`int`], [`choice`],
/// [`flag`] or [`text`].
///
/// ```
/// use lightcone_widgets::{Parameter, float};
/// let share: Parameter<f64> = float("share", 0.0..=1.0, 0.5);
/// ```
pub struct Parameter<T> {
    name: String,
    build: Build<T>,
}

impl<T> fmt::Debug for Parameter<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Parameter({})", self.name)
    }
}

/// The widget of a parameter, and how its value is read.
struct Control<T> {
    widget: Handle,
    key: &'static str,
    from: fn(&Map<String, Value>) -> T,
    code: fn(&T) -> String,
}

fn float_of(state: &Map<String, Value>) -> f64 {
    state["value"].as_f64().unwrap_or_default()
}

fn text_of(state: &Map<String, Value>) -> String {
    state["value"].as_str().unwrap_or_default().to_owned()
}

fn chosen(state: &Map<String, Value>) -> String {
    let label = || {
        let index = usize::try_from(state["index"].as_u64()?).ok()?;
        state["_options_labels"].get(index)?.as_str()
    };
    label().unwrap_or_default().to_owned()
}

/// A step of about a two-hundredth of the range: 1, 2 or 5 times a power of ten.
pub(crate) fn round_step(limits: &RangeInclusive<f64>) -> f64 {
    let wanted = (limits.end() - limits.start()) / 200.0;
    if !(wanted.is_finite() && wanted > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(wanted.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let factor = factors.into_iter().find(|factor| factor * power >= wanted);
    let step = factor.unwrap_or(10.0) * power;
    if step.is_finite() && step > 0.0 {
        step
    } else {
        1.0
    }
}

/// A number on a slider.
///
/// ```
/// use lightcone_widgets::{float, interact};
/// let area = interact("Square", float("x", 0.0..=10.0, 3.0), |x| x * x)?;
/// assert_eq!(area.values(), 3.0);
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn float(name: &str, limits: RangeInclusive<f64>, value: f64) -> Parameter<f64> {
    parameter(name, move |name| {
        let step = round_step(&limits);
        let slider = FloatSlider::new(name, limits, value)?
            .step(step)?
            .readout_format(".6~g");
        Ok(Control {
            widget: slider.into(),
            key: "value",
            from: float_of,
            code: |value| format!("{value:?}"),
        })
    })
}

/// A number above 0 on a slider that is divided into equal factors.
///
/// ```
/// use lightcone_widgets::{interact, log};
/// let gap = interact("Gap", log("rate", 1.0..=1e6, 100.0), |rate| 1.0 / rate)?;
/// assert_eq!(gap.values(), 100.0);
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn log(name: &str, limits: RangeInclusive<f64>, value: f64) -> Parameter<f64> {
    parameter(name, move |name| {
        let slider = FloatLogSlider::new(name, limits, value)?.step(0.01)?;
        Ok(Control {
            widget: slider.into(),
            key: "value",
            from: float_of,
            code: |value| format!("{value:?}"),
        })
    })
}

/// A whole number on a slider.
///
/// ```
/// use lightcone_widgets::{int, interact};
/// let quorum = interact("Quorum", int("nodes", 1..=9, 3), |nodes| nodes / 2 + 1)?;
/// assert_eq!(quorum.values(), 3);
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn int(name: &str, limits: RangeInclusive<i64>, value: i64) -> Parameter<i64> {
    parameter(name, move |name| {
        Ok(Control {
            widget: IntSlider::new(name, limits, value)?.into(),
            key: "value",
            from: |state| state["value"].as_i64().unwrap_or_default(),
            code: i64::to_string,
        })
    })
}

/// One of a few texts.
///
/// ```
/// use lightcone_widgets::{choice, interact};
/// let place = interact("Place", choice("region", ["Dublin", "Oregon"], "Oregon"), |region| {
///     region.to_uppercase()
/// })?;
/// assert_eq!(place.values(), "Oregon");
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn choice<S: Into<String>>(
    name: &str,
    options: impl IntoIterator<Item = S>,
    value: &str,
) -> Parameter<String> {
    let options: Vec<String> = options.into_iter().map(Into::into).collect();
    let value = value.to_owned();
    parameter(name, move |name| {
        Ok(Control {
            widget: Dropdown::new(name, options, &value)?.into(),
            key: "index",
            from: chosen,
            code: |value| format!("{value:?}.to_owned()"),
        })
    })
}

/// Yes or no.
///
/// ```
/// use lightcone_widgets::{flag, interact};
/// let round_trips = interact("Handshake", flag("TLS", true), |tls| if tls { 2 } else { 1 })?;
/// assert!(round_trips.values());
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn flag(name: &str, value: bool) -> Parameter<bool> {
    parameter(name, move |name| {
        Ok(Control {
            widget: Checkbox::new(name, value).into(),
            key: "value",
            from: |state| state["value"].as_bool().unwrap_or_default(),
            code: bool::to_string,
        })
    })
}

/// A line of text, which counts when the reader leaves the field or presses Enter.
///
/// ```
/// use lightcone_widgets::{interact, text};
/// let length = interact("Length", text("word", "paxos"), |word| word.len())?;
/// assert_eq!(length.values(), "paxos");
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[must_use]
pub fn text(name: &str, value: &str) -> Parameter<String> {
    let value = value.to_owned();
    parameter(name, move |name| {
        Ok(Control {
            widget: Text::new(name, &value).continuous(false).into(),
            key: "value",
            from: text_of,
            code: |value| format!("{value:?}.to_owned()"),
        })
    })
}

fn parameter<T>(
    name: &str,
    build: impl FnOnce(&str) -> Result<Control<T>> + Send + 'static,
) -> Parameter<T> {
    Parameter {
        name: name.to_owned(),
        build: Box::new(build),
    }
}

/// One parameter as the callbacks know it.
#[derive(Clone)]
struct Piece {
    name: String,
    model: String,
    key: &'static str,
    initial: Value,
    code: Read<String>,
}

/// The widgets of all parameters.
#[doc(hidden)]
pub struct Built<V> {
    widgets: Vec<Handle>,
    pieces: Vec<Piece>,
    read: Read<V>,
}

impl<V> fmt::Debug for Built<V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Built({} parameters)", self.pieces.len())
    }
}

/// What [`interact`] takes: one [`Parameter`], or a tuple of up to six.
///
/// ```
/// use lightcone_widgets::{Parameters, flag, int};
/// fn values<P: Parameters>(_: &P) -> &'static str {
///     std::any::type_name::<P::Values>()
/// }
/// assert_eq!(values(&(int("nodes", 1..=9, 3), flag("strict", true))), "(i64, bool)");
/// ```
pub trait Parameters {
    /// What the closure gets: the parameter's value, or a tuple of them.
    type Values: Clone + Send + 'static;

    /// Makes the widgets.
    ///
    /// # Errors
    /// When a range or a value is wrong.
    #[doc(hidden)]
    fn build(self) -> Result<Built<Self::Values>>;
}

impl<T: Clone + Send + 'static> Parameters for Parameter<T> {
    type Values = T;

    fn build(self) -> Result<Built<T>> {
        let Control {
            widget,
            key,
            from,
            code,
        } = (self.build)(&self.name)?;
        let model = widget.model_id().to_owned();
        let read: Read<T> = Arc::new(move |registry: &Registry| registry.peek(&model, from));
        let same = read.clone();
        let piece = Piece {
            name: self.name,
            model: widget.model_id().to_owned(),
            key,
            initial: widget.attribute(key).unwrap_or_default(),
            code: Arc::new(move |registry| Some(code(&same(registry)?))),
        };
        Ok(Built {
            widgets: vec![widget],
            pieces: vec![piece],
            read,
        })
    }
}

macro_rules! tuples {
    ($(($($part:ident: $kind:ident),+))*) => {$(
        impl<$($kind: Clone + Send + 'static),+> Parameters for ($(Parameter<$kind>,)+) {
            type Values = ($($kind,)+);

            fn build(self) -> Result<Built<Self::Values>> {
                let ($($part,)+) = self;
                let mut widgets = Vec::new();
                let mut pieces = Vec::new();
                $(
                    let $part = $part.build()?;
                    widgets.extend($part.widgets);
                    pieces.extend($part.pieces);
                    let $part = $part.read;
                )+
                let read: Read<Self::Values> =
                    Arc::new(move |registry: &Registry| Some(($($part(registry)?,)+)));
                Ok(Built { widgets, pieces, read })
            }
        }
    )*};
}

tuples! {
    (a: A)
    (a: A, b: B)
    (a: A, b: B, c: C)
    (a: A, b: B, c: C, d: D)
    (a: A, b: B, c: C, d: D, e: E)
    (a: A, b: B, c: C, d: D, e: E, f: F)
}

/// What [`interact`] gives: the box with all widgets, and the values.
///
/// ```
/// use lightcone_widgets::{float, int, interact};
/// let quorums = interact(
///     "Quorums",
///     (int("nodes", 1..=9, 3), float("up", 0.0..=1.0, 0.99)),
///     |(nodes, up)| up.powi((nodes / 2 + 1) as i32),
/// )?;
/// assert_eq!(quorums.values(), (3, 0.99));
/// assert_eq!(quorums.code(), "let (nodes, up) = (3, 0.99);");
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
pub struct Interact<V> {
    root: Handle,
    read: Read<V>,
    last: Arc<Mutex<V>>,
    code: Read<String>,
    call: Arc<Mutex<Option<String>>>,
    reset: Arc<dyn Fn(&Registry) + Send + Sync>,
}

impl<V> Clone for Interact<V> {
    fn clone(&self) -> Self {
        Self {
            root: self.root.clone(),
            read: self.read.clone(),
            last: self.last.clone(),
            code: self.code.clone(),
            call: self.call.clone(),
            reset: self.reset.clone(),
        }
    }
}

impl<V> Deref for Interact<V> {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.root
    }
}

impl<V> AsRef<Handle> for Interact<V> {
    fn as_ref(&self) -> &Handle {
        &self.root
    }
}

impl<V> fmt::Debug for Interact<V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Interact({})", self.root)
    }
}

impl<V> fmt::Display for Interact<V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(formatter)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<V: Clone> Interact<V> {
    /// The values that the reader has set; of a closed one, the last ones.
    #[must_use]
    pub fn values(&self) -> V {
        let now = (self.read)(self.root.registry());
        now.unwrap_or_else(|| locked(&self.last).clone())
    }

    /// The values as code: a `let`, or a call after [`call`](Self::call). Empty
    /// when it is closed.
    #[must_use]
    pub fn code(&self) -> String {
        (self.code)(self.root.registry()).unwrap_or_default()
    }

    /// Makes "Copy as code" a call of that function, and gives the same widget.
    ///
    /// ```
    /// use lightcone_widgets::{int, interact};
    /// let quorum = interact("Quorum", int("nodes", 1..=9, 3), |n| n / 2 + 1)?.call("quorum");
    /// assert_eq!(quorum.code(), "quorum(3)");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    pub fn call(&self, function: &str) -> Self {
        *locked(&self.call) = Some(function.to_owned());
        self.clone()
    }

    /// Sets everything as it was at first, as the button does.
    pub fn reset(&self) {
        let registry = self.root.registry();
        registry.hold(|| (self.reset)(registry));
    }
}

/// A calculator from a closure: a widget for each parameter, the result, and
/// buttons for "Reset" and "Copy as code". The result follows the widgets at
/// once, also while a cell runs; when they move faster than it is computed, only
/// the last state counts. A panic of the closure is shown in place of the result.
///
/// ```
/// use lightcone_widgets::{choice, float, interact};
///
/// let delay = interact(
///     "Fibre",
///     (float("km", 0.0..=20_000.0, 5_570.0), choice("way", ["one", "round trip"], "one")),
///     |(km, way)| {
///         let ways = if way == "one" { 1.0 } else { 2.0 };
///         format!("{:.1} ms", ways * km / 204.0)
///     },
/// )?;
/// assert!(delay.to_string().ends_with("27.3 ms"));
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
///
/// # Errors
/// When a range or a value of a parameter is wrong.
pub fn interact<P: Parameters, R: fmt::Display + 'static>(
    title: &str,
    parameters: P,
    run: impl FnMut(P::Values) -> R + Send + 'static,
) -> Result<Interact<P::Values>> {
    interact_with(title, parameters, plain, run)
}

/// As [`interact`] for a closure that is not `Send`: it runs between cells, on
/// the thread that calls this.
///
/// ```
/// use std::rc::Rc;
/// use lightcone_widgets::{Registry, int, interact_local};
///
/// let names = Rc::new(["none", "one", "two"]);
/// let name = interact_local("Name", int("n", 0..=2, 1), move |n| names[n as usize])?;
/// assert!(name.to_string().ends_with("one"));
/// name.reset();
/// Registry::session().run_queued();
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
///
/// # Errors
/// When a range or a value of a parameter is wrong.
pub fn interact_local<P: Parameters, R: fmt::Display + 'static>(
    title: &str,
    parameters: P,
    run: impl FnMut(P::Values) -> R + 'static,
) -> Result<Interact<P::Values>> {
    interact_local_with(title, parameters, plain, run)
}

fn plain(result: impl fmt::Display) -> Map<String, Value> {
    Map::from_iter([("text/plain".to_owned(), result.to_string().into())])
}

/// As [`interact`], with a function that turns a result into a MIME bundle. HTML is
/// taken first, then SVG, images and text.
///
/// ```
/// use lightcone_widgets::{int, interact_with};
/// use serde_json::{Map, json};
///
/// let bold = |text: String| Map::from_iter([("text/html".to_owned(), json!(format!("<b>{text}</b>")))]);
/// let quorum = interact_with("Quorum", int("nodes", 1..=9, 3), bold, |n| (n / 2 + 1).to_string())?;
/// assert!(quorum.snapshot().unwrap().html.contains("<b>2</b>"));
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
///
/// # Errors
/// When a range or a value of a parameter is wrong.
pub fn interact_with<P: Parameters, R: 'static>(
    title: &str,
    parameters: P,
    show: impl Fn(R) -> Map<String, Value> + Send + 'static,
    run: impl FnMut(P::Values) -> R + Send + 'static,
) -> Result<Interact<P::Values>> {
    let (interact, watched, mut step) =
        assemble(title, parameters.build()?, computation(show, run))?;
    let registry = interact.root.registry();
    step(registry);
    registry.observe(watched, Box::new(move |registry, _| step(registry)));
    Ok(interact)
}

/// As [`interact_local`] and [`interact_with`] together.
///
/// ```
/// use lightcone_widgets::{int, interact_local_with};
/// use serde_json::{Map, json};
///
/// let text = |n: i64| Map::from_iter([("text/plain".to_owned(), json!(n.to_string()))]);
/// let quorum = interact_local_with("Quorum", int("nodes", 1..=9, 3), text, |n| n / 2 + 1)?;
/// assert!(quorum.to_string().ends_with("2"));
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
///
/// # Errors
/// When a range or a value of a parameter is wrong.
pub fn interact_local_with<P: Parameters, R: 'static>(
    title: &str,
    parameters: P,
    show: impl Fn(R) -> Map<String, Value> + 'static,
    run: impl FnMut(P::Values) -> R + 'static,
) -> Result<Interact<P::Values>> {
    let (interact, watched, mut step) =
        assemble(title, parameters.build()?, computation(show, run))?;
    let registry = interact.root.registry();
    step(registry);
    registry.observe_local(watched, Box::new(move |registry, _| step(registry)));
    Ok(interact)
}

/// From values to HTML; a panic becomes a sentence.
fn computation<V, R>(
    show: impl Fn(R) -> Map<String, Value>,
    mut run: impl FnMut(V) -> R,
) -> impl FnMut(V) -> String {
    move |values| {
        let outcome = catch_unwind(AssertUnwindSafe(|| bundle_html(&show(run(values)))));
        outcome.unwrap_or_else(|payload| match panic_text(&*payload) {
            Some(text) => format!("<p><b>It panicked:</b> {}</p>", escape(text)),
            // Not a panic of the closure's own: the kernel interrupts it.
            None => resume_unwind(payload),
        })
    }
}

/// An [`Interact`], what its result depends on, and what brings it up to date.
type Assembled<V, S> = (Interact<V>, Vec<Watched>, S);

fn assemble<V: Clone + Send + 'static, C: FnMut(V) -> String + 'static>(
    title: &str,
    built: Built<V>,
    mut compute: C,
) -> Result<Assembled<V, impl FnMut(&Registry) + use<V, C>>> {
    let Built {
        widgets,
        pieces,
        read,
    } = built;
    let registry = Registry::current();
    let closed = || WidgetError::Closed {
        model: "interact".to_owned(),
    };
    let last = Arc::new(Mutex::new(read(&registry).ok_or_else(closed)?));
    let area = Html::new("");
    let tools = Tools::new()?;
    let heading = Html::new(format!("<b>{}</b>", escape(title)));
    for widget in &widgets {
        // As wide as the words are, not cut off.
        widget.change_part("style", "description_width", "initial")?;
    }
    let mut rows: Vec<Handle> = vec![heading.into()];
    rows.extend(widgets);
    rows.extend([area.clone().into(), tools.row.clone()]);
    let root: Handle = VBox::new(rows)?.into();
    let watched = pieces
        .iter()
        .map(|piece| (piece.model.clone(), Some(piece.key)))
        .collect();
    let call: Arc<Mutex<Option<String>>> = Arc::default();
    let code = code_of(pieces.clone(), call.clone());
    let reset: Arc<dyn Fn(&Registry) + Send + Sync> = Arc::new(move |registry| {
        for piece in &pieces {
            let initial = Map::from_iter([(piece.key.to_owned(), piece.initial.clone())]);
            registry.change_by_id(&piece.model, initial);
        }
    });
    let (on_reset, on_copy) = (reset.clone(), code.clone());
    tools.connect(
        &registry,
        move |registry| on_reset(registry),
        move |registry| on_copy(registry),
    );
    let step = {
        let (read, last, code, field) =
            (read.clone(), last.clone(), code.clone(), tools.code.clone());
        let area = area.model_id().to_owned();
        move |registry: &Registry| {
            let Some(values) = read(registry) else { return };
            locked(&last).clone_from(&values);
            let html = compute(values);
            registry.change_by_id(&area, Map::from_iter([("value".to_owned(), html.into())]));
            field.follow(registry, || code(registry));
        }
    };
    let interact = Interact {
        root,
        read,
        last,
        code,
        call,
        reset,
    };
    Ok((interact, watched, step))
}

fn code_of(pieces: Vec<Piece>, call: Arc<Mutex<Option<String>>>) -> Read<String> {
    Arc::new(move |registry| {
        let values: Option<Vec<String>> =
            pieces.iter().map(|piece| (piece.code)(registry)).collect();
        let values = values?.join(", ");
        if let Some(function) = &*locked(&call) {
            return Some(format!("{function}({values})"));
        }
        let names: Vec<String> = pieces.iter().map(|piece| identifier(&piece.name)).collect();
        Some(match names.as_slice() {
            [one] => format!("let {one} = {values};"),
            names => format!("let ({}) = ({values});", names.join(", ")),
        })
    })
}

/// A name as one can write it in code.
fn identifier(name: &str) -> String {
    const TAKEN: &str = "as break const continue crate else enum extern false fn for if impl in let \
        loop match mod move mut pub ref return self static struct super trait true type unsafe use \
        where while async await dyn abstract become box do final gen macro override priv try typeof \
        unsized virtual yield Self _";
    let plain = |character: char| character.is_alphanumeric() || character == '_';
    let mut name: String = name
        .trim()
        .chars()
        .map(|character| if plain(character) { character } else { '_' })
        .collect();
    if name.starts_with(|first: char| !first.is_alphabetic() && first != '_') {
        name.insert(0, '_');
    }
    if name.is_empty() || TAKEN.split_whitespace().any(|word| word == name) {
        name.push_str("_value");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let named = ["round trips", "type", "", "2nd", "größe", "_"].map(identifier);
        assert_eq!(
            named,
            [
                "round_trips",
                "type_value",
                "_value",
                "_2nd",
                "größe",
                "__value"
            ]
        );
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(round_step(&(0.0..=1.0)), 0.005);
        assert_eq!(round_step(&(0.0..=20_000.0)), 100.0);
        assert_eq!(round_step(&(0.0..=0.0)), 1.0);
        assert_eq!(round_step(&(f64::MIN..=f64::MAX)), 1.0);
    }
}
