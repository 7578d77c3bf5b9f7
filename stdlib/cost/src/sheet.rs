//! The sheet that every cost model returns: named lines with units.

use std::fmt;

use lightcone_units::{
    DataPrice, DataSize, DomainError, HourlyPrice, MonthlyCost, StoragePrice, Time, format_number,
    result,
};

/// A number in a sheet, together with its unit.
///
/// ```
/// use lightcone_cost::Value;
/// use lightcone_units::prelude::*;
/// assert_eq!(Value::from(1.5.tb()).to_string(), "1.5 TB");
/// assert_eq!(Value::Count(3).to_string(), "3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number of things.
    Count(u32),
    /// A time of use, summed over all instances. Shown in hours.
    Time(Time),
    /// An amount of data.
    Data(DataSize),
    /// A price per hour.
    HourlyPrice(HourlyPrice),
    /// A price per amount of data.
    DataPrice(DataPrice),
    /// A price for keeping an amount of data for a month.
    StoragePrice(StoragePrice),
}

macro_rules! values {
    ($($variant:ident($kind:ty)),*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value)
            }
        }
    )*};
}

values!(
    Count(u32),
    Time(Time),
    Data(DataSize),
    HourlyPrice(HourlyPrice),
    DataPrice(DataPrice),
    StoragePrice(StoragePrice)
);

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Count(count) => count.to_string(),
            Self::Time(time) => format!("{} h", format_number(time.in_hours())),
            Self::Data(size) => size.to_string(),
            Self::HourlyPrice(price) => price.to_string(),
            Self::DataPrice(price) => price.to_string(),
            Self::StoragePrice(price) => price.to_string(),
        };
        f.pad(&text)
    }
}

/// An input of a model: a name and a value.
///
/// ```
/// use lightcone_cost::{Input, Value};
/// let copies = Input { label: "copies".to_owned(), value: Value::Count(3) };
/// assert_eq!(copies.value.to_string(), "3");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is.
    pub label: String,
    /// How much it is.
    pub value: Value,
}

/// A line of a sheet: something that costs money.
///
/// ```
/// use lightcone_cost::{Line, Value};
/// use lightcone_units::prelude::*;
/// let disk = Line {
///     group: "storage",
///     label: "storage, us-east-1".to_owned(),
///     quantity: Value::from(500.gb()),
///     unit_price: Value::from(0.08.usd_per_gb_month()),
///     amount: 500.gb() * 0.08.usd_per_gb_month(),
/// };
/// assert_eq!(disk.amount.to_string(), "$40.00 a month");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The kind of cost, for subtotals.
    pub group: &'static str,
    /// What it is.
    pub label: String,
    /// How much of it is used in a month.
    pub quantity: Value,
    /// What one unit costs.
    pub unit_price: Value,
    /// What it costs in a month.
    pub amount: MonthlyCost,
}

/// One row of a sheet as a table shows it. The last row is the total, which has
/// no quantity and no unit price.
///
/// ```
/// # use lightcone_cost::{MultiRegion, Region, multi_region};
/// # use lightcone_units::prelude::*;
/// # let sheet = multi_region(&MultiRegion {
/// #     regions: vec![Region {
/// #         name: "eu-west-1".to_owned(),
/// #         instances: 2,
/// #         instance_price: 0.10.usd_per_hour(),
/// #         storage_price: 0.02.usd_per_gb_month(),
/// #     }],
/// #     replication_factor: 1,
/// #     data: 1.tb(),
/// #     written: 100.gb(),
/// #     egress_price: 0.02.usd_per_gb(),
/// # })?;
/// for row in sheet.rows() {
///     println!("{}: {}", row.label, row.amount);
/// }
/// assert_eq!(sheet.rows().last().map(|row| row.label), Some("total"));
/// # Ok::<(), DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'s> {
    /// What it is.
    pub label: &'s str,
    /// How much of it is used in a month.
    pub quantity: Option<Value>,
    /// What one unit costs.
    pub unit_price: Option<Value>,
    /// What it costs in a month.
    pub amount: MonthlyCost,
}

/// A computed cost model: inputs, lines and total.
///
/// `Display` and `Debug` print it as a table, so that a cell shows it readably.
///
/// See the example of [`multi_region`](crate::multi_region()).
#[derive(Clone, PartialEq)]
pub struct CostSheet {
    title: &'static str,
    inputs: Vec<Input>,
    lines: Vec<Line>,
    total: MonthlyCost,
}

impl CostSheet {
    /// Makes a sheet and adds up its lines.
    ///
    /// # Errors
    /// [`DomainError`] when an amount or the total is beyond the range of `f64`.
    ///
    /// ```
    /// use lightcone_cost::CostSheet;
    /// use lightcone_units::prelude::*;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert_eq!(sheet.total(), MonthlyCost::ZERO);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn new(
        title: &'static str,
        inputs: Vec<Input>,
        lines: Vec<Line>,
    ) -> Result<Self, DomainError> {
        for line in &lines {
            result(line.label.clone(), line.amount)?;
        }
        let total = result(
            "total",
            lines.iter().map(|line| line.amount).sum::<MonthlyCost>(),
        )?;
        Ok(Self {
            title,
            inputs,
            lines,
            total,
        })
    }

    /// What the sheet computes.
    ///
    /// ```
    /// # use lightcone_cost::CostSheet;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert_eq!(sheet.title(), "nothing");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// The inputs, as given.
    ///
    /// ```
    /// # use lightcone_cost::CostSheet;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert!(sheet.inputs().is_empty());
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The lines, without subtotals and total.
    ///
    /// ```
    /// # use lightcone_cost::CostSheet;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert!(sheet.lines().is_empty());
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The sum of the lines.
    ///
    /// ```
    /// # use lightcone_cost::CostSheet;
    /// # use lightcone_units::MonthlyCost;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert_eq!(sheet.total(), MonthlyCost::ZERO);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn total(&self) -> MonthlyCost {
        self.total
    }

    /// The sum of each kind of cost, in the order of the lines.
    ///
    /// ```
    /// # use lightcone_cost::CostSheet;
    /// let sheet = CostSheet::new("nothing", Vec::new(), Vec::new())?;
    /// assert!(sheet.subtotals().is_empty());
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn subtotals(&self) -> Vec<(&'static str, MonthlyCost)> {
        let mut sums: Vec<(&'static str, MonthlyCost)> = Vec::new();
        for line in &self.lines {
            match sums.iter_mut().find(|(group, _)| *group == line.group) {
                Some((_, sum)) => *sum += line.amount,
                None => sums.push((line.group, line.amount)),
            }
        }
        sums
    }

    /// The lines and, as the last row, the total.
    ///
    /// See the example of [`Row`].
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let lines = self.lines.iter().map(|line| Row {
            label: &line.label,
            quantity: Some(line.quantity),
            unit_price: Some(line.unit_price),
            amount: line.amount,
        });
        let total = Row {
            label: "total",
            quantity: None,
            unit_price: None,
            amount: self.total,
        };
        lines.chain(std::iter::once(total))
    }
}

impl fmt::Display for CostSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: Option<Value>| value.map_or_else(String::new, |v| v.to_string());
        let mut table = vec![["line", "quantity", "unit price", "amount"].map(str::to_owned)];
        let rows: Vec<Row<'_>> = self.rows().collect();
        for row in &rows {
            table.push([
                row.label.to_owned(),
                text(row.quantity),
                text(row.unit_price),
                row.amount.to_string(),
            ]);
        }
        let mut widths = [0; 4];
        for row in &table {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        writeln!(f, "{}", self.title)?;
        for input in &self.inputs {
            writeln!(f, "  {}: {}", input.label, input.value)?;
        }
        let [label_width, quantity_width, price_width, amount_width] = widths;
        for (i, [label, quantity, price, amount]) in table.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{label:<label_width$}  {quantity:>quantity_width$}  {price:>price_width$}  \
                 {amount:>amount_width$}"
            )?;
        }
        Ok(())
    }
}

/// Prints the same table as `Display`.
impl fmt::Debug for CostSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
