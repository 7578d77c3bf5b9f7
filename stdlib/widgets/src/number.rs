//! Widgets whose value is a number, or two.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::error::{Result, WidgetError};
use crate::handle::{Handle, described, operated, valued, widget};
use crate::spec::{self, SAFE, number_text};

fn int_of(state: &Map<String, Value>) -> i64 {
    state
        .get("value")
        .and_then(Value::as_i64)
        .unwrap_or_default()
}

fn float_of(state: &Map<String, Value>) -> f64 {
    state
        .get("value")
        .and_then(Value::as_f64)
        .unwrap_or_default()
}

fn ints_of(state: &Map<String, Value>) -> RangeInclusive<i64> {
    let end = |end: usize| state.get("value")?.get(end)?.as_i64();
    end(0).unwrap_or_default()..=end(1).unwrap_or_default()
}

fn floats_of(state: &Map<String, Value>) -> RangeInclusive<f64> {
    let end = |end: usize| state.get("value")?.get(end)?.as_f64();
    end(0).unwrap_or_default()..=end(1).unwrap_or_default()
}

/// Numbers beyond what a browser holds, or not finite, named one by one.
trait Checked: Copy + Into<Value> {
    fn checked(self, label: &str, what: &str) -> Result<Value>;
}

impl Checked for i64 {
    fn checked(self, label: &str, _: &str) -> Result<Value> {
        if (-SAFE..=SAFE).contains(&self) {
            return Ok(self.into());
        }
        Err(WidgetError::TooLarge {
            label: label.to_owned(),
            value: self.to_string(),
        })
    }
}

impl Checked for f64 {
    fn checked(self, label: &str, what: &str) -> Result<Value> {
        if self.is_finite() {
            return Ok(self.into());
        }
        Err(WidgetError::NotFinite {
            label: label.to_owned(),
            what: what.to_owned(),
            value: number_text(self),
        })
    }
}

fn limits_of<T: Checked>(
    label: &str,
    limits: &RangeInclusive<T>,
) -> Result<[(&'static str, Value); 2]> {
    Ok([
        ("min", limits.start().checked(label, "lower limit")?),
        ("max", limits.end().checked(label, "upper limit")?),
    ])
}

fn described_as(
    label: &str,
    with: impl IntoIterator<Item = (&'static str, Value)>,
) -> Vec<(&'static str, Value)> {
    let mut all = vec![("description", label.into())];
    all.extend(with);
    all
}

fn positive(label: &str, what: &str, value: f64) -> Result<Value> {
    let checked = value.checked(label, what)?;
    if value > 0.0 {
        return Ok(checked);
    }
    Err(WidgetError::NotPositive {
        label: label.to_owned(),
        what: what.to_owned(),
        value: number_text(value),
    })
}

fn positive_int(label: &str, what: &str, value: i64) -> Result<Value> {
    let checked = value.checked(label, what)?;
    if value > 0 {
        return Ok(checked);
    }
    Err(WidgetError::NotPositive {
        label: label.to_owned(),
        what: what.to_owned(),
        value: value.to_string(),
    })
}

/// Value, limits and step of a widget with one number.
macro_rules! one_number {
    ($name:ident, $spec:ident, $kind:tt, $read:ident) => {
        valued!($name, "value", $kind, $read);

        impl $name {
            /// Makes one with description, limits and value.
            ///
            /// # Errors
            /// When the lower limit is above the upper one, the value is outside,
            /// or a number is none that a browser knows.
            pub fn new(label: &str, limits: RangeInclusive<$kind>, value: $kind) -> Result<Self> {
                let limits = limits_of(label, &limits)?;
                let value = value.checked(label, "value")?;
                let state = described_as(label, limits.into_iter().chain([("value", value)]));
                Handle::make(&spec::$spec, state).map(Self)
            }

            /// Sets the value.
            ///
            /// # Errors
            /// When it is outside the limits or the widget is closed.
            pub fn set_value(&self, value: $kind) -> Result<()> {
                let value = value.checked(&self.label(), "value")?;
                self.0.change(vec![("value", value)])
            }
        }
        limits!($name, $kind);
    };
}

macro_rules! two_numbers {
    ($name:ident, $spec:ident, $kind:tt, $read:ident) => {
        valued!($name, "value", RangeInclusive<$kind>, $read);

        impl $name {
            /// Makes one with description, limits and the chosen range.
            ///
            /// # Errors
            /// When a range's lower end is above its upper one, the value is outside
            /// the limits, or a number is none that a browser knows.
            pub fn new(
                label: &str,
                limits: RangeInclusive<$kind>,
                value: RangeInclusive<$kind>,
            ) -> Result<Self> {
                let limits = limits_of(label, &limits)?;
                let [(_, low), (_, high)] = limits_of(label, &value)?;
                let value = ("value", json!([low, high]));
                let state = described_as(label, limits.into_iter().chain([value]));
                Handle::make(&spec::$spec, state).map(Self)
            }

            /// Sets the chosen range.
            ///
            /// # Errors
            /// When it is outside the limits, its ends are in the wrong order, or
            /// the widget is closed.
            pub fn set_value(&self, value: RangeInclusive<$kind>) -> Result<()> {
                let [(_, low), (_, high)] = limits_of(&self.label(), &value)?;
                self.0.change(vec![("value", json!([low, high]))])
            }
        }
        limits!($name, $kind);
    };
}

macro_rules! limits {
    ($name:ident, i64) => {
        limits!(@ $name, i64, as_i64);
    };
    ($name:ident, f64) => {
        limits!(@ $name, f64, as_f64);
    };
    (@ $name:ident, $kind:ty, $as:ident) => {
        impl $name {
            /// The lowest and the highest value.
            #[must_use]
            pub fn limits(&self) -> RangeInclusive<$kind> {
                self.0.read(|state| {
                    let limit = |key: &str| state.get(key).and_then(Value::$as).unwrap_or_default();
                    limit("min")..=limit("max")
                })
            }

            /// Sets the limits.
            ///
            /// # Errors
            /// When the value would be outside or the widget is closed.
            pub fn set_limits(&self, limits: RangeInclusive<$kind>) -> Result<()> {
                self.0.change(limits_of(&self.label(), &limits)?.into())
            }
        }
    };
}

macro_rules! whole_step {
    ($($name:ident)*) => {$(
        impl $name {
            /// Sets how far one step goes, and gives the same widget.
            ///
            /// # Errors
            /// When it is not above 0 or the widget is closed.
            pub fn step(&self, step: i64) -> Result<Self> {
                let step = positive_int(&self.label(), "step", step)?;
                self.0.change(vec![("step", step)])?;
                Ok(self.clone())
            }
        }
    )*};
}

macro_rules! float_step {
    ($($name:ident)*) => {$(
        impl $name {
            /// Sets how far one step goes (for a logarithmic slider: of the
            /// exponent of 10), and gives the same widget.
            ///
            /// # Errors
            /// When it is not above 0 or the widget is closed.
            pub fn step(&self, step: f64) -> Result<Self> {
                let step = positive(&self.label(), "step", step)?;
                self.0.change(vec![("step", step)])?;
                Ok(self.clone())
            }
        }
    )*};
}

macro_rules! slider {
    ($($name:ident)*) => {$(
        described!($name);
        operated!($name);

        impl $name {
            /// Whether changes count while the reader drags, or only when the
            /// slider is let go. Gives the same widget.
            pub fn continuous(&self, continuous: bool) -> Self {
                self.0.change_valid("continuous_update", continuous);
                self.clone()
            }

            /// Whether the value stands beside the slider. Gives the same widget.
            pub fn readout(&self, readout: bool) -> Self {
                self.0.change_valid("readout", readout);
                self.clone()
            }

            /// How the value beside the slider is written, in the words of d3's
            /// formats: `.2f`, `d`, `.3s`. Gives the same widget.
            pub fn readout_format(&self, format: &str) -> Self {
                self.0.change_valid("readout_format", format);
                self.clone()
            }
        }
    )*};
}

widget! {
    /// A slider for whole numbers.
    ///
    /// ```
    /// use lightcone_widgets::IntSlider;
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?.step(2)?;
    /// nodes.set_value(5)?;
    /// assert_eq!((nodes.value(), nodes.limits()), (5, 1..=9));
    /// assert_eq!(
    ///     nodes.set_value(10).unwrap_err().to_string(),
    ///     "`nodes` is 10, but must be between 1 and 9",
    /// );
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    IntSlider
}
one_number!(IntSlider, INT_SLIDER, i64, int_of);

widget! {
    /// A slider for numbers.
    ///
    /// ```
    /// use lightcone_widgets::FloatSlider;
    /// let share = FloatSlider::new("share", 0.0..=1.0, 0.25)?.step(0.05)?.readout_format(".0%");
    /// assert_eq!(share.value(), 0.25);
    /// assert!(share.set_value(f64::NAN).is_err());
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    FloatSlider
}
one_number!(FloatSlider, FLOAT_SLIDER, f64, float_of);

widget! {
    /// A slider that is divided into equal factors. Its limits are the real ones,
    /// not exponents.
    ///
    /// ```
    /// use lightcone_widgets::FloatLogSlider;
    /// let rate = FloatLogSlider::new("rate", 1.0..=1e6, 250.0)?;
    /// assert_eq!(rate.value(), 250.0);
    /// assert_eq!(rate.attribute("max"), Some(6.0.into()));
    /// assert!(FloatLogSlider::new("rate", 0.0..=1e6, 250.0).is_err());
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    FloatLogSlider
}
valued!(FloatLogSlider, "value", f64, float_of);

/// The exponents of 10 of both limits.
fn exponents(label: &str, limits: &RangeInclusive<f64>) -> Result<[(&'static str, Value); 2]> {
    positive(label, "lower limit", *limits.start())?;
    positive(label, "upper limit", *limits.end())?;
    if limits.start() > limits.end() {
        return Err(WidgetError::Range {
            label: label.to_owned(),
            low: number_text(*limits.start()),
            high: number_text(*limits.end()),
        });
    }
    Ok([
        ("min", limits.start().log10().into()),
        ("max", limits.end().log10().into()),
    ])
}

impl FloatLogSlider {
    /// Makes one with description, limits (both above 0) and value.
    ///
    /// # Errors
    /// When a limit is not above 0, the lower limit is above the upper one, or the
    /// value is outside.
    pub fn new(label: &str, limits: RangeInclusive<f64>, value: f64) -> Result<Self> {
        let limits = exponents(label, &limits)?;
        let value = value.checked(label, "value")?;
        let state = described_as(label, limits.into_iter().chain([("value", value)]));
        Handle::make(&spec::FLOAT_LOG_SLIDER, state).map(Self)
    }

    /// Sets the value.
    ///
    /// # Errors
    /// When it is outside the limits or the widget is closed.
    pub fn set_value(&self, value: f64) -> Result<()> {
        let value = value.checked(&self.label(), "value")?;
        self.0.change(vec![("value", value)])
    }

    /// The lowest and the highest value.
    #[must_use]
    pub fn limits(&self) -> RangeInclusive<f64> {
        self.0.read(|state| {
            let number = |key: &str| state.get(key).and_then(Value::as_f64).unwrap_or_default();
            number("base").powf(number("min"))..=number("base").powf(number("max"))
        })
    }

    /// Sets the limits.
    ///
    /// # Errors
    /// When the value would be outside or the widget is closed.
    pub fn set_limits(&self, limits: RangeInclusive<f64>) -> Result<()> {
        self.0.change(exponents(&self.label(), &limits)?.into())
    }
}

widget! {
    /// A slider with two handles, for a range of whole numbers.
    ///
    /// ```
    /// use lightcone_widgets::IntRangeSlider;
    /// let years = IntRangeSlider::new("years", 2000..=2026, 2010..=2020)?;
    /// assert_eq!(years.value(), 2010..=2020);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    IntRangeSlider
}
two_numbers!(IntRangeSlider, INT_RANGE_SLIDER, i64, ints_of);

widget! {
    /// A slider with two handles, for a range of numbers.
    ///
    /// ```
    /// use lightcone_widgets::FloatRangeSlider;
    /// let load = FloatRangeSlider::new("load", 0.0..=1.0, 0.2..=0.8)?;
    /// assert_eq!(load.value(), 0.2..=0.8);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    FloatRangeSlider
}
two_numbers!(FloatRangeSlider, FLOAT_RANGE_SLIDER, f64, floats_of);

slider!(IntSlider FloatSlider FloatLogSlider IntRangeSlider FloatRangeSlider);

widget! {
    /// A field for a whole number between limits.
    ///
    /// ```
    /// use lightcone_widgets::BoundedIntText;
    /// let port = BoundedIntText::new("port", 1..=65_535, 8_888)?;
    /// assert_eq!(port.value(), 8_888);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    BoundedIntText
}
one_number!(BoundedIntText, BOUNDED_INT_TEXT, i64, int_of);
described!(BoundedIntText);
operated!(BoundedIntText);

widget! {
    /// A field for a number between limits.
    ///
    /// ```
    /// use lightcone_widgets::BoundedFloatText;
    /// let share = BoundedFloatText::new("share", 0.0..=1.0, 0.5)?;
    /// assert_eq!(share.value(), 0.5);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    BoundedFloatText
}
one_number!(BoundedFloatText, BOUNDED_FLOAT_TEXT, f64, float_of);
described!(BoundedFloatText);
operated!(BoundedFloatText);

widget! {
    /// Buttons that move a whole number along by themselves, like a film.
    ///
    /// ```
    /// use lightcone_widgets::{HBox, IntSlider, Play, link};
    /// let play = Play::new("round", 0..=60, 0)?.interval(200)?;
    /// let round = IntSlider::new("round", 0..=60, 0)?;
    /// link((&play, "value"), (&round, "value"))?;
    /// let film = HBox::new((&play, &round))?;
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Play
}
one_number!(Play, PLAY, i64, int_of);
described!(Play);
operated!(Play);

impl Play {
    /// Sets the time between steps in milliseconds, and gives the same widget.
    ///
    /// # Errors
    /// When it is not above 0 or the widget is closed.
    pub fn interval(&self, milliseconds: i64) -> Result<Self> {
        let interval = positive_int(&self.label(), "interval", milliseconds)?;
        self.0.change(vec![("interval", interval)])?;
        Ok(self.clone())
    }

    /// Whether it begins again at the end. Gives the same widget.
    pub fn repeat(&self, repeat: bool) -> Self {
        self.0.change_valid("repeat", repeat);
        self.clone()
    }

    /// Starts or stops it.
    pub fn set_playing(&self, playing: bool) {
        self.0.change_valid("playing", playing);
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.0
            .read(|state| state.get("playing").and_then(Value::as_bool))
            .unwrap_or_default()
    }
}

whole_step!(IntSlider IntRangeSlider BoundedIntText Play);
float_step!(FloatSlider FloatLogSlider FloatRangeSlider BoundedFloatText);

macro_rules! progress {
    ($($name:ident)*) => {$(
        described!($name);

        impl $name {
            /// Colours the bar: `success`, `info`, `warning`, `danger` or nothing.
            /// Gives the same widget.
            ///
            /// # Errors
            /// When it is another word or the widget is closed.
            pub fn bar_style(&self, style: &str) -> Result<Self> {
                self.0.change(vec![("bar_style", style.into())])?;
                Ok(self.clone())
            }
        }
    )*};
}

widget! {
    /// A bar that shows how far something is, in whole numbers.
    ///
    /// ```
    /// use lightcone_widgets::IntProgress;
    /// let copied = IntProgress::new("copied", 0..=240, 0)?;
    /// copied.set_value(60)?;
    /// assert_eq!(copied.to_string(), "copied: 60 (from 0 to 240)");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    IntProgress
}
one_number!(IntProgress, INT_PROGRESS, i64, int_of);

widget! {
    /// A bar that shows how far something is.
    ///
    /// ```
    /// use lightcone_widgets::FloatProgress;
    /// let share = FloatProgress::new("share", 0.0..=1.0, 0.25)?.bar_style("success")?;
    /// assert_eq!(share.value(), 0.25);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    FloatProgress
}
one_number!(FloatProgress, FLOAT_PROGRESS, f64, float_of);
progress!(IntProgress FloatProgress);
