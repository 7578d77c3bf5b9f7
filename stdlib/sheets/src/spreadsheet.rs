//! Lines as spreadsheet expressions.

use lightcone_units::{Kind, Operand, Spreadsheet, linked_expression};

use crate::sheet::{Line, Sheet};

impl Sheet {
    /// A line as a spreadsheet expression, without the equals sign, with the formulas
    /// that it calls put in. Inputs, constants and earlier lines are named cells in base
    /// units; lists and tables are named ranges. A line that is a word gives its number.
    ///
    /// # Errors
    /// The reason, in words, when the line has no closed form.
    pub fn spreadsheet(&self, line: &Line) -> Result<String, String> {
        let text = match line.spreadsheet {
            Spreadsheet::Live(text) => text,
            Spreadsheet::Computed(why) => return Err(why.to_owned()),
        };
        let known = |name: &str| {
            if let Some((_, input)) = self.inputs().find(|(_, i)| i.argument == name) {
                return (!input.list).then(|| Operand {
                    limits: input.limits,
                    whole: input.kind == Kind::Whole,
                });
            }
            let earlier = self.lines.iter().find(|line| line.name == name)?;
            Some(Operand {
                limits: earlier.limits,
                whole: earlier.kind == Kind::Whole,
            })
        };
        linked_expression(text, line.calls, &known)
    }
}
