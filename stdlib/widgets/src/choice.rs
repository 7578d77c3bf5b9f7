//! Widgets with which a reader chooses among texts.

use serde_json::{Map, Value};

use crate::error::{Result, WidgetError};
use crate::handle::{Handle, described, operated, valued, widget};
use crate::spec::{self, Spec};

fn labels_of(state: &Map<String, Value>) -> Vec<String> {
    let labels = state.get("_options_labels").and_then(Value::as_array);
    labels
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn label_at(state: &Map<String, Value>, index: &Value) -> Option<String> {
    let index = usize::try_from(index.as_u64()?).ok()?;
    Some(
        state
            .get("_options_labels")?
            .get(index)?
            .as_str()?
            .to_owned(),
    )
}

fn chosen(state: &Map<String, Value>) -> String {
    let index = state.get("index");
    index
        .and_then(|index| label_at(state, index))
        .unwrap_or_default()
}

fn all_chosen(state: &Map<String, Value>) -> Vec<String> {
    let indices = state.get("index").and_then(Value::as_array);
    indices
        .into_iter()
        .flatten()
        .filter_map(|index| label_at(state, index))
        .collect()
}

fn options_of<S: Into<String>>(
    label: &str,
    options: impl IntoIterator<Item = S>,
) -> Result<Vec<String>> {
    let options: Vec<String> = options.into_iter().map(Into::into).collect();
    if options.is_empty() {
        return Err(WidgetError::NoOptions {
            label: label.to_owned(),
        });
    }
    let mut sorted: Vec<&String> = options.iter().collect();
    sorted.sort_unstable();
    if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(WidgetError::RepeatedOption {
            label: label.to_owned(),
            option: twice[0].clone(),
        });
    }
    Ok(options)
}

fn index_of(label: &str, options: &[String], value: &str) -> Result<usize> {
    let found = options.iter().position(|option| option == value);
    found.ok_or_else(|| unknown(label, options, value))
}

/// All options as long as one can read them.
fn unknown(label: &str, options: &[String], value: &str) -> WidgetError {
    const SHOWN: usize = 12;
    let mut list = options[..options.len().min(SHOWN)].join(", ");
    if options.len() > SHOWN {
        list.push_str(&format!(" and {} more", options.len() - SHOWN));
    }
    WidgetError::UnknownOption {
        label: label.to_owned(),
        value: value.to_owned(),
        options: list,
    }
}

fn make_one(spec: &'static Spec, label: &str, options: Vec<String>, value: &str) -> Result<Handle> {
    let index = index_of(label, &options, value)?;
    let state = vec![
        ("description", label.into()),
        ("_options_labels", options.into()),
        ("index", index.into()),
    ];
    Handle::make(spec, state)
}

macro_rules! one_of {
    ($($name:ident, $spec:ident;)*) => {$(
        valued!($name, "index", String, chosen);
        described!($name);
        operated!($name);

        impl $name {
            /// Makes one with description, options and the option that is chosen.
            ///
            /// # Errors
            /// When there are no options, one is there twice, or the chosen one is not
            /// among them.
            pub fn new<S: Into<String>>(
                label: &str,
                options: impl IntoIterator<Item = S>,
                value: &str,
            ) -> Result<Self> {
                make_one(&spec::$spec, label, options_of(label, options)?, value).map(Self)
            }

            /// Chooses an option.
            ///
            /// # Errors
            /// When there is no such option or the widget is closed.
            pub fn set_value(&self, value: &str) -> Result<()> {
                let index = index_of(&self.label(), &self.options(), value)?;
                self.0.change(vec![("index", index.into())])
            }

            /// The number of the chosen option, counted from 0.
            #[must_use]
            pub fn index(&self) -> usize {
                let index = self.0.read(|state| state.get("index").and_then(Value::as_u64));
                index.and_then(|index| usize::try_from(index).ok()).unwrap_or_default()
            }
        }
        options!($name, |labels: &[String], former: &Map<String, Value>| {
            let value = chosen(former);
            labels.iter().position(|label| *label == value).unwrap_or(0).into()
        });
    )*};
}

macro_rules! options {
    ($name:ident, $index:expr) => {
        impl $name {
            /// The options.
            #[must_use]
            pub fn options(&self) -> Vec<String> {
                self.0.read(labels_of)
            }

            /// Replaces the options. What was chosen stays chosen if it is still
            /// there; otherwise the first one, or none of several, is.
            ///
            /// # Errors
            /// When there are no options, one is there twice, or the widget is closed.
            pub fn set_options<S: Into<String>>(
                &self,
                options: impl IntoIterator<Item = S>,
            ) -> Result<()> {
                let options = options_of(&self.label(), options)?;
                let index: Value = self.0.read(|state| $index(&options, state));
                self.0
                    .change(vec![("_options_labels", options.into()), ("index", index)])
            }
        }
    };
}

widget! {
    /// A list that opens, with one option chosen.
    ///
    /// ```
    /// use lightcone_widgets::Dropdown;
    /// let region = Dropdown::new("region", ["Dublin", "Oregon", "Sydney"], "Dublin")?;
    /// region.set_value("Sydney")?;
    /// assert_eq!((region.value().as_str(), region.index()), ("Sydney", 2));
    /// assert_eq!(
    ///     region.set_value("Atlantis").unwrap_err().to_string(),
    ///     "`region` has no option `Atlantis`; it has Dublin, Oregon, Sydney",
    /// );
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Dropdown
}

widget! {
    /// Buttons in a row, one of which is pressed.
    ///
    /// ```
    /// use lightcone_widgets::ToggleButtons;
    /// let unit = ToggleButtons::new("unit", ["ms", "s"], "ms")?;
    /// assert_eq!(unit.value(), "ms");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    ToggleButtons
}

one_of! {
    Dropdown, DROPDOWN;
    ToggleButtons, TOGGLE_BUTTONS;
}

widget! {
    /// A list in which several options can be chosen, or none.
    ///
    /// ```
    /// use lightcone_widgets::SelectMultiple;
    /// let zones = SelectMultiple::new("zones", ["a", "b", "c"], ["a", "c"])?;
    /// zones.set_value(["b"])?;
    /// assert_eq!(zones.value(), ["b"]);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    SelectMultiple
}
valued!(SelectMultiple, "index", Vec<String>, all_chosen);
described!(SelectMultiple);
operated!(SelectMultiple);

fn indices<'a>(
    label: &str,
    options: &[String],
    values: impl IntoIterator<Item = &'a str>,
) -> Result<Value> {
    let indices: Result<Vec<usize>> = values
        .into_iter()
        .map(|value| index_of(label, options, value))
        .collect();
    Ok(indices?.into())
}

impl SelectMultiple {
    /// Makes one with description, options and the options that are chosen.
    ///
    /// # Errors
    /// When there are no options, one is there twice, or a chosen one is not among
    /// them.
    pub fn new<'a, S: Into<String>>(
        label: &str,
        options: impl IntoIterator<Item = S>,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let options = options_of(label, options)?;
        let index = indices(label, &options, values)?;
        let state = vec![
            ("description", label.into()),
            ("_options_labels", options.into()),
            ("index", index),
        ];
        Handle::make(&spec::SELECT_MULTIPLE, state).map(Self)
    }

    /// Chooses these options and no others.
    ///
    /// # Errors
    /// When there is no such option or the widget is closed.
    pub fn set_value<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let index = indices(&self.label(), &self.options(), values)?;
        self.0.change(vec![("index", index)])
    }
}
options!(
    SelectMultiple,
    |labels: &[String], former: &Map<String, Value>| {
        let values = all_chosen(former);
        let kept = (0..labels.len()).filter(|&place| values.contains(&labels[place]));
        kept.collect::<Vec<usize>>().into()
    }
);
