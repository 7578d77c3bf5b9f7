//! Quantities from columns and into columns, and formulas over frames.
//!
//! A frame holds plain numbers, and the end of a column's name says their unit:
//! `rtt_p50_ms`, `estimated_cost_usd`. Here such a column becomes quantities and
//! back, and a formula is computed for every row. A name without a unit, or with
//! the unit of something else, is an error: that is where units get lost.

use std::fmt;

use lightcone_units::{
    ColumnUnit, ColumnValue, Formula, InColumn, Input, Kind, Time, column_unit, named_unit,
};
use polars::prelude as pl;
use polars::prelude::{IntoColumn, NamedFrom};

use crate::error::DataError;
use crate::names;

/// Columns of a frame as quantities.
pub trait QuantityColumns {
    /// The values of a column as quantities; unknown ones are `None`.
    ///
    /// Numbers are read in the unit at the end of the column's name. A column of
    /// type `Duration` is a time without that, and a column of texts holds values as
    /// people write them, such as `54.6 ms`.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownColumn`] lists the columns, [`DataError::Unit`] the names
    /// of units that fit; [`DataError::Quantity`] names the first value that the type
    /// cannot hold.
    ///
    /// # Examples
    ///
    /// ```
    /// use lightcone_data::QuantityColumns;
    /// use lightcone_units::prelude::*;
    /// use polars::prelude::*;
    ///
    /// let pings = df!("rtt_ms" => [Some(80.0), None, Some(12.5)])?;
    /// let rtts = pings.quantities::<Time>("rtt_ms")?;
    /// assert_eq!(rtts, [Some(80.ms()), None, Some(12.5.ms())]);
    /// let worst = rtts.into_iter().flatten().max_by(Time::total_cmp);
    /// assert_eq!(worst.ok_or("no rows")?.to_string(), "80 ms");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn quantities<T: InColumn>(&self, column: &str) -> Result<Vec<Option<T>>, DataError>;
}

impl QuantityColumns for pl::DataFrame {
    fn quantities<T: InColumn>(&self, column: &str) -> Result<Vec<Option<T>>, DataError> {
        let found = self.column(column).map_err(|_| unknown(self, column))?;
        let values: Vec<Option<Result<T, String>>> = if is_text(found.dtype()) {
            let of_text = |text: &str| {
                let base = T::read(text).map_err(|error| error.to_string())?;
                T::from_base("value", base).map_err(|error| error.to_string())
            };
            texts(found)?
                .map(|text| text.map(|text| of_text(&text)))
                .collect()
        } else {
            let of_base = |base: f64| match (base.is_finite(), T::from_base("value", base)) {
                (true, Ok(value)) => Ok(value),
                (false, _) => Err(format!("it is {base}")),
                (true, Err(error)) => Err(error.to_string()),
            };
            let numbers = base_numbers(found, T::TYPE)?;
            numbers.into_iter().map(|base| base.map(of_base)).collect()
        };
        let refused = values
            .iter()
            .flatten()
            .filter(|value| value.is_err())
            .count();
        values
            .into_iter()
            .enumerate()
            .map(|(row, value)| {
                value.transpose().map_err(|reason| DataError::Quantity {
                    column: column.to_owned(),
                    reason: format!(
                        "row {row}, counted from 0: {reason}{}",
                        match refused - 1 {
                            0 => String::new(),
                            more => format!(" (and {more} more rows)"),
                        }
                    ),
                })
            })
            .collect()
    }
}

/// A column of quantities, in the unit at the end of its name. Unknown ones are null.
///
/// The values are quantities, or `Option`s of them.
///
/// # Errors
///
/// [`DataError::Unit`] when the name has no unit of that quantity, and
/// [`DataError::Quantity`] when a value is NaN or infinite.
///
/// # Examples
///
/// ```
/// use lightcone_data::quantity_column;
/// use lightcone_units::prelude::*;
/// use polars::prelude::*;
///
/// let column = quantity_column("rtt_ms", [80.ms(), 0.2.seconds()])?;
/// assert_eq!(column, Column::new("rtt_ms".into(), [80.0, 200.0]));
/// assert!(quantity_column("rtt_km", [80.ms()]).is_err());
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn quantity_column<V: ColumnValue>(
    name: &str,
    values: impl IntoIterator<Item = V>,
) -> Result<pl::Column, DataError> {
    let unit = V::Of::column_unit(name).map_err(|source| DataError::Unit { source })?;
    let mut numbers = Vec::new();
    for (row, value) in values.into_iter().enumerate() {
        let number = value
            .known()
            .map(|value| unit.from_base(lightcone_units::Scalar::to_base(value)));
        if let Some(number) = number.filter(|number| !number.is_finite()) {
            return Err(DataError::Quantity {
                column: name.to_owned(),
                reason: format!("row {row}, counted from 0: it is {number}"),
            });
        }
        numbers.push(number);
    }
    let whole = <V::Of as lightcone_units::Scalar>::KIND == Kind::Whole;
    Ok(if whole {
        // A whole number of these types is at most 2^53.
        let whole = numbers
            .iter()
            .map(|number| number.map(|number| number as i64));
        pl::Series::new(name.into(), whole.collect::<Vec<_>>()).into_column()
    } else {
        pl::Series::new(name.into(), numbers).into_column()
    })
}

/// Formulas over whole frames.
pub trait FormulaOverFrame {
    /// Computes the formula for each row and adds the results as one column, which is
    /// called after the formula with the unit at its end: `fiber_rtt_ms`.
    ///
    /// `arguments` gives every argument by name: either a column of the frame, whose
    /// unit its name says, or one value for all rows, as people write it. A row with
    /// an unknown argument has no result, and neither has one for which the formula
    /// has no answer; the answer counts both.
    ///
    /// # Errors
    ///
    /// [`DataError::Arguments`] when an argument is missing, twice, unknown, or neither
    /// a column nor a value, and when the frame has a column of the result's name;
    /// [`DataError::Unit`] when a column's name has no unit, or the wrong one.
    ///
    /// # Examples
    ///
    /// ```
    /// use lightcone_data::FormulaOverFrame;
    /// use polars::prelude::*;
    ///
    /// let paths = df!("to" => ["London", "Sydney", "nowhere"], "distance_km" => [5_570.0, 15_989.0, -1.0])?;
    /// let fiber_rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
    /// let floors = fiber_rtt.over(
    ///     &paths,
    ///     [("distance", "distance_km"), ("index", "1.4682"), ("stretch", "1")],
    /// )?;
    /// assert_eq!((floors.computed(), floors.refused()), (2, 1));
    /// assert_eq!(floors.frame().column("fiber_rtt_ms")?.null_count(), 1);
    /// assert_eq!(
    ///     floors.to_string(),
    ///     "fiber_rtt_ms: 2 of 3 rows computed, 0 with an unknown argument, 1 without an answer; \
    ///      the first, row 2 counted from 0: `distance` is -1 km, but must be at least 0 m: \
    ///      a distance cannot be negative",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn over<'a>(
        &self,
        frame: &pl::DataFrame,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<OverFrame, DataError>;
}

/// A frame with a column computed by a formula. It prints as a sentence on its rows.
#[derive(Clone)]
pub struct OverFrame {
    frame: pl::DataFrame,
    column: String,
    unknown: usize,
    refused: usize,
    first: Option<(usize, String)>,
}

impl OverFrame {
    /// The frame with the new column at its end.
    #[must_use]
    pub fn frame(&self) -> pl::DataFrame {
        self.frame.clone()
    }

    /// The name of the new column.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// How many rows have a result.
    #[must_use]
    pub fn computed(&self) -> usize {
        self.frame.height() - self.unknown - self.refused
    }

    /// How many rows have none because an argument is unknown.
    #[must_use]
    pub const fn unknown(&self) -> usize {
        self.unknown
    }

    /// How many rows have none because the formula has no answer for them.
    #[must_use]
    pub const fn refused(&self) -> usize {
        self.refused
    }

    /// The first row without an answer, counted from 0, and why it has none.
    #[must_use]
    pub fn first_refusal(&self) -> Option<(usize, &str)> {
        self.first.as_ref().map(|(row, why)| (*row, why.as_str()))
    }
}

impl fmt::Display for OverFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} of {} rows computed, {} with an unknown argument, {} without an answer",
            self.column,
            self.computed(),
            self.frame.height(),
            self.unknown,
            self.refused
        )?;
        match &self.first {
            Some((row, why)) => write!(f, "; the first, row {row} counted from 0: {why}"),
            None => Ok(()),
        }
    }
}

/// The frame under the sentence on its rows.
impl fmt::Debug for OverFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n{}", self.frame)
    }
}

impl FormulaOverFrame for Formula {
    fn over<'a>(
        &self,
        frame: &pl::DataFrame,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<OverFrame, DataError> {
        let given = self.given(frame, arguments)?;
        let unit = result_unit(self);
        let column = unit.name_of(self.function());
        if frame.column(&column).is_ok() {
            return Err(refuse(
                self,
                format!("the frame has a column {column} already; rename it first"),
            ));
        }
        let rows = frame.height();
        let mut results = Vec::with_capacity(rows);
        let (mut unknown, mut refused, mut first) = (0, 0, None);
        let mut values = Vec::new();
        for row in 0..rows {
            values.clear();
            let mut stop = None;
            for argument in &given {
                if let Err(why) = argument.put(row, &mut values) {
                    stop = Some(why);
                    break;
                }
            }
            let outcome = match stop {
                Some(why) => Err(why),
                None => self
                    .evaluate(&values)
                    .map_err(|error| Some(error.to_string())),
            };
            results.push(match outcome {
                Ok(base) => Some(unit.from_base(base)),
                Err(None) => {
                    unknown += 1;
                    None
                }
                Err(Some(why)) => {
                    refused += 1;
                    first.get_or_insert((row, why));
                    None
                }
            });
        }
        let mut frame = frame.clone();
        let results = pl::Series::new(column.as_str().into(), results).into_column();
        frame
            .with_column(results)
            .map_err(|source| DataError::Frame {
                table: self.function().to_owned(),
                source,
            })?;
        Ok(OverFrame {
            frame,
            column,
            unknown,
            refused,
            first,
        })
    }
}

/// What a formula is given for one argument, in base units.
enum Given {
    /// The same for all rows; several numbers for a list.
    Fixed(Vec<f64>),
    Numbers(Vec<Option<f64>>),
    /// Numbers read from texts, or why that failed.
    Texts(Vec<Option<Result<f64, String>>>),
    Lists(Vec<Option<Vec<Option<f64>>>>),
}

impl Given {
    /// Puts the numbers of a row at the end of `values`. Without a reason, they are
    /// unknown.
    fn put(&self, row: usize, values: &mut Vec<f64>) -> Result<(), Option<String>> {
        match self {
            Self::Fixed(numbers) => values.extend(numbers),
            Self::Numbers(numbers) => values.push(numbers[row].ok_or(None)?),
            Self::Texts(numbers) => {
                values.push(numbers[row].clone().ok_or(None)?.map_err(Some)?);
            }
            Self::Lists(lists) => {
                for number in lists[row].as_ref().ok_or(None)? {
                    values.push(number.ok_or(None)?);
                }
            }
        }
        Ok(())
    }
}

/// The arguments of a formula, found in a frame.
trait Arguments {
    fn given<'a>(
        &self,
        frame: &pl::DataFrame,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Vec<Given>, DataError>;
}

impl Arguments for Formula {
    fn given<'a>(
        &self,
        frame: &pl::DataFrame,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Vec<Given>, DataError> {
        let names: Vec<&str> = self.inputs().map(|(_, input)| input.argument).collect();
        let mut named: Vec<(&str, &str)> = Vec::new();
        for (name, source) in arguments {
            if !names.contains(&name) {
                let reason = format!("it has no argument `{name}`; it has {}", names.join(", "));
                return Err(refuse(self, reason));
            }
            if named.iter().any(|(other, _)| *other == name) {
                return Err(refuse(
                    self,
                    format!("the argument `{name}` is given twice"),
                ));
            }
            named.push((name, source));
        }
        self.inputs()
            .map(|(_, input)| {
                let source = named.iter().find(|(name, _)| *name == input.argument);
                match source {
                    Some((_, source)) => given(self, frame, input, source),
                    None => Err(refuse(
                        self,
                        format!(
                            "the argument `{}` is missing; give a column or a value for each of {}",
                            input.argument,
                            names.join(", ")
                        ),
                    )),
                }
            })
            .collect()
    }
}

/// What a column or a value as people write it gives for an argument.
fn given(
    formula: &Formula,
    frame: &pl::DataFrame,
    input: &Input,
    source: &str,
) -> Result<Given, DataError> {
    let Ok(column) = frame.column(source) else {
        let texts: Vec<&str> = if input.list {
            source.split(", ").collect()
        } else {
            vec![source]
        };
        let numbers: Result<Vec<f64>, _> = texts.into_iter().map(input.read).collect();
        return numbers.map(Given::Fixed).map_err(|error| {
            let near = names::near(source, &column_names(frame));
            let meant = if near.is_empty() {
                String::new()
            } else {
                format!(" (did you mean the column {}?)", near.join(" or "))
            };
            refuse(
                formula,
                format!(
                    "`{source}` for the argument `{}` is no column{meant}, and no value: {error}",
                    input.argument
                ),
            )
        });
    };
    match (column.dtype(), input.list) {
        (pl::DataType::List(_), true) => {
            let unit = unit_of(input.quantity, source)?;
            lists(column, unit).map(Given::Lists)
        }
        (pl::DataType::List(_), false) | (_, true) => {
            let (needs, has) = if input.list {
                ("a list in each row", "single values")
            } else {
                ("one value in each row", "lists")
            };
            let reason = format!(
                "the argument `{}` takes {needs}, and the column {source} has {has}",
                input.argument
            );
            Err(refuse(formula, reason))
        }
        (kind, false) if is_text(kind) => {
            let read = |text: String| (input.read)(&text).map_err(|error| error.to_string());
            Ok(Given::Texts(
                texts(column)?.map(|text| text.map(read)).collect(),
            ))
        }
        _ => base_numbers(column, input.quantity).map(Given::Numbers),
    }
}

fn refuse(formula: &Formula, reason: String) -> DataError {
    DataError::Arguments {
        formula: formula.function(),
        reason,
    }
}

/// The unit in which the results of a formula are written.
fn result_unit(formula: &Formula) -> ColumnUnit {
    let base = formula
        .computation
        .map_or(1.0, |computation| computation.base);
    let symbol = formula.symbols.first().map_or("", |symbol| symbol.unit);
    named_unit(symbol)
        .filter(|unit| unit.to_base(1.0) == base)
        .unwrap_or(ColumnUnit::PLAIN)
}

fn unit_of(quantity: &str, column: &str) -> Result<ColumnUnit, DataError> {
    column_unit(quantity, column).map_err(|source| DataError::Unit { source })
}

fn column_names(frame: &pl::DataFrame) -> Vec<String> {
    frame
        .columns()
        .iter()
        .map(|column| column.name().to_string())
        .collect()
}

fn unknown(frame: &pl::DataFrame, column: &str) -> DataError {
    let all = column_names(frame);
    DataError::UnknownColumn {
        name: column.to_owned(),
        near: names::near(column, &all),
        all,
    }
}

/// Whether a column holds texts, such as `54.6 ms` or the label of a choice.
fn is_text(kind: &pl::DataType) -> bool {
    matches!(
        kind,
        pl::DataType::String | pl::DataType::Enum(..) | pl::DataType::Categorical(..)
    )
}

fn cast(column: &pl::Column, kind: &pl::DataType) -> Result<pl::Column, DataError> {
    // A value that does not fit must not become an unknown one.
    column
        .strict_cast(kind)
        .map_err(|error| DataError::Quantity {
            column: column.name().to_string(),
            reason: format!("it is of type {}: {error}", column.dtype()),
        })
}

fn texts(column: &pl::Column) -> Result<impl Iterator<Item = Option<String>>, DataError> {
    let cast = cast(column, &pl::DataType::String)?;
    let texts = cast.str().map_err(|error| broken(column, &error))?;
    let all: Vec<Option<String>> = texts.iter().map(|text| text.map(str::to_owned)).collect();
    Ok(all.into_iter())
}

/// The numbers of a column in the base unit of the quantity with that name.
fn base_numbers(column: &pl::Column, quantity: &str) -> Result<Vec<Option<f64>>, DataError> {
    if quantity == Time::TYPE && matches!(column.dtype(), pl::DataType::Duration(_)) {
        let exact = cast(column, &pl::DataType::Duration(pl::TimeUnit::Microseconds))?;
        let exact = cast(&exact, &pl::DataType::Int64)?;
        let micros = exact.i64().map_err(|error| broken(column, &error))?;
        return Ok(micros
            .iter()
            .map(|micros| micros.map(|micros| micros as f64 / 1e6))
            .collect());
    }
    let unit = unit_of(quantity, column.name())?;
    numbers(column, unit)
}

fn numbers(column: &pl::Column, unit: ColumnUnit) -> Result<Vec<Option<f64>>, DataError> {
    if !(column.dtype().is_primitive_numeric()
        || column.dtype().is_bool()
        || column.dtype().is_decimal()
        || column.dtype().is_null())
    {
        return Err(DataError::Quantity {
            column: column.name().to_string(),
            reason: format!("it is of type {} and holds no numbers", column.dtype()),
        });
    }
    let cast = cast(column, &pl::DataType::Float64)?;
    let numbers = cast.f64().map_err(|error| broken(column, &error))?;
    Ok(numbers
        .iter()
        .map(|number| number.map(|number| unit.to_base(number)))
        .collect())
}

fn lists(
    column: &pl::Column,
    unit: ColumnUnit,
) -> Result<Vec<Option<Vec<Option<f64>>>>, DataError> {
    let lists = column.list().map_err(|error| broken(column, &error))?;
    lists
        .series_iter()
        .map(|list| {
            list.map(|list| numbers(&list.into_column(), unit))
                .transpose()
        })
        .collect()
}

fn broken(column: &pl::Column, error: &pl::PolarsError) -> DataError {
    DataError::Quantity {
        column: column.name().to_string(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use lightcone_formulas::find_formula;
    use lightcone_units::prelude::*;
    use polars::prelude::{DataType, IntoLazy, TimeUnit, col, df};

    use super::*;

    fn formula(name: &str) -> &'static Formula {
        find_formula(name).unwrap()
    }

    #[test]
    fn columns_become_quantities_and_back() {
        let frame = df!(
            "rtt_ms" => [Some(80.0), None, Some(0.5)],
            "duration_minutes" => [Some(90_i64), Some(0), None],
            "distance_km" => [5_570_u32, 1, 0],
            "sla_percent" => [99.95, 100.0, 0.0],
            "bill_usd_per_month" => [1_234.5, 0.0, -1.0],
            "replicas" => [3_i64, 5, 7],
        )
        .unwrap();
        let rtts = frame.quantities::<Time>("rtt_ms").unwrap();
        assert_eq!(rtts, [Some(80.ms()), None, Some(500.micros())]);
        let minutes = frame.quantities::<Time>("duration_minutes").unwrap();
        assert_eq!(minutes[0], Some(1.5.hours()));
        let distances = frame.quantities::<Length>("distance_km").unwrap();
        assert_eq!(distances[0].unwrap().to_string(), "5,570 km");
        let slas = frame.quantities::<Availability>("sla_percent").unwrap();
        assert_eq!(slas[0].unwrap().to_string(), "99.95 %");
        let bills = frame
            .quantities::<MonthlyCost>("bill_usd_per_month")
            .unwrap();
        assert_eq!(bills[0].unwrap().to_string(), "$1,234.50 a month");
        let replicas = frame.quantities::<Count>("replicas").unwrap();
        assert_eq!(replicas[2].unwrap().get(), 7);

        // The same columns come back.
        let back = quantity_column("rtt_ms", rtts).unwrap();
        assert_eq!(&back, frame.column("rtt_ms").unwrap());
        let back = quantity_column("replicas", replicas).unwrap();
        assert_eq!(&back, frame.column("replicas").unwrap());
        let in_seconds = quantity_column("rtt_seconds", [80.ms(), 2.minutes()]).unwrap();
        assert_eq!(in_seconds.f64().unwrap().get(1), Some(120.0));
    }

    #[test]
    fn durations_and_texts_need_no_unit_in_the_name() {
        let frame = df!("took" => [1_500_i64, 0], "said" => ["54.6 ms", "1 h 30 min"]).unwrap();
        let took = col("took").cast(DataType::Duration(TimeUnit::Milliseconds));
        let frame = frame.lazy().with_column(took).collect().unwrap();
        let took = frame.quantities::<Time>("took").unwrap();
        assert_eq!(took, [Some(1.5.seconds()), Some(0.ms())]);
        let said = frame.quantities::<Time>("said").unwrap();
        assert_eq!(said, [Some(54.6.ms()), Some(1.5.hours())]);
        let error = frame.quantities::<Length>("said").unwrap_err().to_string();
        assert!(error.contains("`ms` is not a unit of it"), "{error}");
        assert!(error.ends_with("(and 1 more rows)"), "{error}");
    }

    #[test]
    fn a_wrong_name_unit_or_value_is_refused_with_the_way_out() {
        let frame = df!(
            "rtt_ms" => [80.0, f64::NAN],
            "loss_percent" => [0.1, 120.0],
            "rtt" => [80.0, 1.0],
            "day_ms" => [true, false],
        )
        .unwrap();
        let message = |error: DataError| error.to_string();
        assert_eq!(
            message(frame.quantities::<Time>("rtt_m").unwrap_err()),
            "there is no column named \"rtt_m\"; did you mean rtt or rtt_ms? \
             The names are rtt_ms, loss_percent, rtt, day_ms"
        );
        assert!(
            message(frame.quantities::<Time>("rtt").unwrap_err())
                .starts_with("the column `rtt` is to hold a time, but its name says no unit")
        );
        assert!(
            message(frame.quantities::<Length>("rtt_ms").unwrap_err())
                .contains("`ms` at its end is a unit of a time")
        );
        assert_eq!(
            message(frame.quantities::<Time>("rtt_ms").unwrap_err()),
            "the column \"rtt_ms\" cannot hold such quantities: row 1, counted from 0: it is NaN"
        );
        assert_eq!(
            message(frame.quantities::<Probability>("loss_percent").unwrap_err()),
            "the column \"loss_percent\" cannot hold such quantities: row 1, counted from 0: \
             `value` is 1.2, but must be between 0 and 1: 0 is never and 1 is always"
        );
        assert!(quantity_column("rtt_ms", [f64::INFINITY.ms()]).is_err());
        assert!(quantity_column("rtt_ms", [5.km()]).is_err());
        assert!(
            quantity_column("rtt_ms", [5.0]).is_err(),
            "a number has no unit"
        );
    }

    #[test]
    fn a_formula_is_computed_for_each_row() {
        let frame = df!(
            "to" => ["London", "Sydney", "nowhere", "unknown"],
            "distance_km" => [Some(5_585.0), Some(15_989.0), Some(-1.0), None],
        )
        .unwrap();
        let floors = formula("F004")
            .over(
                &frame,
                [
                    ("distance", "distance_km"),
                    ("index", "1.4682"),
                    ("stretch", "1"),
                ],
            )
            .unwrap();
        assert_eq!(floors.column(), "fiber_rtt_ms");
        assert_eq!(
            (floors.computed(), floors.unknown(), floors.refused()),
            (2, 1, 1)
        );
        let (row, why) = floors.first_refusal().unwrap();
        assert!(row == 2 && why.starts_with("`distance` is -1 km"), "{why}");
        let with = floors.frame();
        assert_eq!(with.width(), 3);
        let rtts = with.quantities::<Time>("fiber_rtt_ms").unwrap();
        // The same as the entry by itself.
        let alone = formula("F004").evaluate(&[5_585e3, 1.4682, 1.0]).unwrap();
        assert!((rtts[0].unwrap().in_seconds() - alone).abs() < 1e-15);
        assert_eq!((rtts[2], rtts[3]), (None, None));
        // Units of columns are converted.
        let metres = frame
            .lazy()
            .select([(col("distance_km") * polars::prelude::lit(1e3)).alias("way_m")])
            .collect()
            .unwrap();
        let same = formula("F004")
            .over(
                &metres,
                [("stretch", "1"), ("index", "1.4682"), ("distance", "way_m")],
            )
            .unwrap();
        assert_eq!(
            same.frame().column("fiber_rtt_ms").unwrap(),
            with.column("fiber_rtt_ms").unwrap()
        );
    }

    #[test]
    fn choices_and_lists_come_from_columns_too() {
        let frame = df!(
            "rtt_ms" => [80.0, 80.0, 80.0],
            "protocol" => ["TCP + TLS 1.2", "QUIC", "smoke signals"],
        )
        .unwrap();
        let times = formula("handshake_time")
            .over(&frame, [("rtt", "rtt_ms"), ("handshake", "protocol")])
            .unwrap();
        let shown = times.frame().quantities::<Time>(times.column()).unwrap();
        assert_eq!(shown[0], Some(240.ms()));
        assert_eq!(times.refused(), 1, "{times}");

        let followers = df!("rtts_ms" => [1.0, 2.0, 70.0, 80.0]).unwrap();
        let grouped = followers
            .lazy()
            .select([col("rtts_ms").implode(true)])
            .collect()
            .unwrap();
        let commit = formula("raft_commit_latency")
            .over(&grouped, [("followers", "rtts_ms"), ("fsync", "2 ms")])
            .unwrap();
        let shown = commit.frame().quantities::<Time>(commit.column()).unwrap();
        assert_eq!(shown, [Some(4.ms())]);
        let fixed = formula("raft_commit_latency")
            .over(
                &grouped,
                [("followers", "1 ms, 2 ms, 70 ms"), ("fsync", "2 ms")],
            )
            .unwrap();
        assert_eq!(fixed.computed(), 1);
    }

    #[test]
    fn what_a_formula_cannot_take_is_said() {
        let frame = df!("distance_km" => [1.0], "rtt_ms" => [1.0], "note" => ["far"]).unwrap();
        let said = |arguments: &[(&str, &str)]| {
            formula("F004")
                .over(&frame, arguments.iter().copied())
                .unwrap_err()
                .to_string()
        };
        for (arguments, part) in [
            (
                &[("distance", "distance_km")][..],
                "the argument `index` is missing; give a column or a value for each of distance, \
                 index, stretch",
            ),
            (
                &[("distance", "distance_km"), ("n", "1.4")],
                "it has no argument `n`; it has distance, index, stretch",
            ),
            (
                &[("index", "1.4"), ("index", "1.5")],
                "the argument `index` is given twice",
            ),
            (
                &[
                    ("distance", "distanc_km"),
                    ("index", "1.4"),
                    ("stretch", "1"),
                ],
                "did you mean the column distance_km?",
            ),
            (
                &[("distance", "rtt_ms"), ("index", "1.4"), ("stretch", "1")],
                "`ms` at its end is a unit of a time",
            ),
            (
                &[("distance", "5 km"), ("index", "rtt_ms"), ("stretch", "1")],
                "is to hold plain numbers",
            ),
        ] {
            let message = said(arguments);
            assert!(message.contains(part), "{message}");
        }
        let all = [
            ("distance", "distance_km"),
            ("index", "1.4"),
            ("stretch", "1"),
        ];
        let once = formula("F004").over(&frame, all).unwrap().frame();
        let twice = formula("F004").over(&once, all).unwrap_err().to_string();
        assert!(
            twice.contains("has a column fiber_rtt_ms already"),
            "{twice}"
        );
    }

    #[test]
    fn every_entry_names_its_result_after_a_unit_that_is_read_back() {
        for entry in lightcone_formulas::FORMULAS.iter() {
            let computation = entry.computation.unwrap();
            let unit = result_unit(entry);
            assert_eq!(
                unit.to_base(1.0),
                computation.base,
                "{}: the unit {:?} of the result is no unit of a column",
                entry.id,
                entry.symbols[0].unit
            );
        }
    }
}
