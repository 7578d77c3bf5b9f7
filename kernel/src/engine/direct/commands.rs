//! Cells that are commands: `:vars`, `:opt 2`, `:doc name`, `?name`.

use lightcone_wire::{Media, Output};

use super::{Direct, failure, lookup, page};
use crate::engine::{Cell, Outcome};

/// Name, arguments and meaning of each command.
const COMMANDS: &[(&str, &str, &str)] = &[
    (":help", "", "list the commands"),
    (":vars", "", "list the notebook's variables and their types"),
    (
        ":opt",
        "0..3",
        "optimise later cells more (0 compiles fastest)",
    ),
    (
        ":doc",
        "name",
        "show what is known of a name; `?name` does the same",
    ),
];

/// Whether a cell is a command. Rust has no statement that starts like one.
pub(super) fn is_command(code: &str) -> bool {
    let code = code.trim_start();
    (code.starts_with(':') && !code.starts_with("::")) || code.starts_with('?')
}

impl Direct {
    /// Runs a command.
    pub(super) fn command(&mut self, cell: &Cell) -> Outcome {
        let code = cell.code.trim();
        let mut words = code.split_whitespace();
        let name = words.next().unwrap_or_default();
        let argument = words.next();
        let done = |payload| Outcome::Completed { payload };
        match (name, argument) {
            (":help", None) => {
                let text: Vec<String> = COMMANDS
                    .iter()
                    .map(|(name, arguments, meaning)| {
                        format!("{:<12} {meaning}", format!("{name} {arguments}"))
                    })
                    .collect();
                self.display(cell, Media::plain(text.join("\n")));
                done(Vec::new())
            }
            (":vars", None) => {
                let media = self.variables_table();
                self.display(cell, media);
                done(Vec::new())
            }
            (":opt", Some(level)) => match level.parse::<u8>() {
                Ok(level) if level <= 3 => {
                    self.opt_level = level;
                    self.compiler.prepare(level);
                    done(Vec::new())
                }
                _ => Outcome::Failed(failure(
                    "CommandError",
                    &format!("`:opt {level}`: the level must be 0, 1, 2 or 3"),
                )),
            },
            (":doc", Some(name)) => self.document(name),
            (name, _) if name.starts_with('?') => {
                let name = code.trim_start_matches('?').trim().to_owned();
                self.document(&name)
            }
            (name, _) => {
                let near = COMMANDS
                    .iter()
                    .map(|(known, ..)| (strsim::jaro_winkler(known, name), *known))
                    .max_by(|a, b| a.0.total_cmp(&b.0))
                    .map_or("", |(_, known)| known);
                let sentence = if COMMANDS.iter().any(|(known, ..)| *known == name) {
                    let (_, arguments, _) = COMMANDS
                        .iter()
                        .find(|(known, ..)| *known == name)
                        .unwrap_or(&COMMANDS[0]);
                    format!("`{code}`: write `{name} {arguments}`")
                } else {
                    format!(
                        "there is no command `{name}`; the nearest is `{near}`, and `:help` lists all"
                    )
                };
                Outcome::Failed(failure("CommandError", &sentence))
            }
        }
    }

    fn display(&self, cell: &Cell, media: Media) {
        if !cell.silent {
            let output = Output::Display {
                media,
                display_id: None,
                update: false,
            };
            crate::engine::Publish::output(&*self.publish, cell.id, output);
        }
    }

    fn document(&mut self, name: &str) -> Outcome {
        match lookup::inspect(&self.session, name, name.len()) {
            Some(media) => Outcome::Completed {
                payload: vec![page(&media)],
            },
            None => Outcome::Failed(failure(
                "CommandError",
                &format!(
                    "nothing is known of `{name}`: no variable, item or name of the prelude is called that"
                ),
            )),
        }
    }

    fn variables_table(&mut self) -> Media {
        let in_store = self.summaries();
        let rows: Vec<(String, String, u32)> = self
            .session
            .variables
            .iter()
            .filter(|(name, _)| in_store.iter().any(|summary| summary.name == **name))
            .map(|(name, variable)| {
                let mutable = if variable.mutable { "mut " } else { "" };
                let type_name = variable
                    .type_name
                    .as_deref()
                    .map(lookup::short_path)
                    .unwrap_or_default();
                (format!("{mutable}{name}"), type_name, variable.bound_in)
            })
            .collect();
        if rows.is_empty() {
            return Media::plain("no variables yet");
        }
        let width = rows
            .iter()
            .map(|(name, ..)| name.chars().count())
            .max()
            .unwrap_or(0);
        let text: Vec<String> = rows
            .iter()
            .map(|(name, type_name, cell)| format!("{name:<width$}  {type_name}  [{cell}]"))
            .collect();
        let html: String = rows
            .iter()
            .map(|(name, type_name, cell)| {
                format!(
                    "<tr><th scope=\"row\" style=\"text-align:left\"><code>{}</code></th><td style=\"text-align:left\"><code>{}</code></td><td>[{cell}]</td></tr>",
                    lookup::escape(name),
                    lookup::escape(type_name)
                )
            })
            .collect();
        let html = format!(
            "<table><caption>{} variables</caption><thead><tr><th scope=\"col\" style=\"text-align:left\">name</th><th scope=\"col\" style=\"text-align:left\">type</th><th scope=\"col\">cell</th></tr></thead><tbody>{html}</tbody></table>",
            rows.len()
        );
        Media::plain(text.join("\n")).with("text/html", html)
    }
}
