//! What can be wrong with a widget, in words a learner can use.

/// Why a widget was not made or not changed.
///
/// ```
/// use lightcone_widgets::IntSlider;
/// let error = IntSlider::new("nodes", 1..=9, 12).unwrap_err();
/// assert_eq!(error.to_string(), "`nodes` is 12, but must be between 1 and 9");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WidgetError {
    /// The lower limit is above the upper one.
    #[error(
        "`{label}` goes from {low} to {high}, but the lower limit must not be above the upper one"
    )]
    Range {
        /// The widget's description.
        label: String,
        /// The lower limit.
        low: String,
        /// The upper limit.
        high: String,
    },
    /// A value outside the limits.
    #[error("`{label}` is {value}, but must be between {low} and {high}")]
    Outside {
        /// The widget's description.
        label: String,
        /// The value.
        value: String,
        /// The lower limit.
        low: String,
        /// The upper limit.
        high: String,
    },
    /// A number that is no ordinary number.
    #[error("the {what} of `{label}` is {value}, but must be a finite number")]
    NotFinite {
        /// The widget's description.
        label: String,
        /// Which number: `value`, `lower limit`, ...
        what: String,
        /// The number.
        value: String,
    },
    /// A number that must be above zero and is not.
    #[error("the {what} of `{label}` is {value}, but must be above 0")]
    NotPositive {
        /// The widget's description.
        label: String,
        /// Which number: `step`, `lower limit`, ...
        what: String,
        /// The number.
        value: String,
    },
    /// A whole number that browsers cannot count to.
    #[error(
        "`{label}` uses the number {value}, but browsers count exactly only to {}",
        crate::spec::SAFE
    )]
    TooLarge {
        /// The widget's description.
        label: String,
        /// The number.
        value: String,
    },
    /// A choice between nothing.
    #[error("`{label}` has no options, but needs at least one to choose from")]
    NoOptions {
        /// The widget's description.
        label: String,
    },
    /// The same option twice.
    #[error("`{label}` has the option `{option}` twice, but options must differ")]
    RepeatedOption {
        /// The widget's description.
        label: String,
        /// The option.
        option: String,
    },
    /// A choice that is not among the options.
    #[error("`{label}` has no option `{value}`; it has {options}")]
    UnknownOption {
        /// The widget's description.
        label: String,
        /// What was chosen.
        value: String,
        /// The options, with commas.
        options: String,
    },
    /// A page that is not there.
    #[error("page {page} does not exist: there are {pages}, counted from 0")]
    NoSuchPage {
        /// The page asked for.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// An attribute that the model does not have.
    #[error("{model} has no attribute `{attribute}`; it has {known}")]
    UnknownAttribute {
        /// The kind of model.
        model: String,
        /// The attribute asked for.
        attribute: String,
        /// The attributes there are, with commas.
        known: String,
    },
    /// A value of the wrong kind.
    #[error("`{attribute}` of {model} cannot be {value}: it must be {expected}")]
    WrongKind {
        /// The kind of model.
        model: String,
        /// The attribute.
        attribute: String,
        /// The value, as JSON.
        value: String,
        /// What it must be.
        expected: String,
    },
    /// The widget is gone.
    #[error("this {model} is closed: make a new one")]
    Closed {
        /// The kind of model.
        model: String,
    },
    /// A child that belongs to another registry.
    #[error("this {model} belongs to another session")]
    OtherSession {
        /// The kind of model.
        model: String,
    },
    /// A box that would contain itself.
    #[error("a {model} cannot be inside itself")]
    Cycle {
        /// The kind of model.
        model: String,
    },
}

/// Short for a result of this crate.
///
/// ```
/// let made: lightcone_widgets::Result<()> = Ok(());
/// assert!(made.is_ok());
/// ```
pub type Result<T, E = WidgetError> = std::result::Result<T, E>;
