//! The pages: `calc export` writes calculators that work without anything installed,
//! `reference` the pages to read.

use std::path::{Path, PathBuf};

use lightcone_pages::{Content, calculator_page, calculators_page};

/// Writes one calculator, or all of them, as one HTML file. In a folder the file is
/// called `calculators.html`, or after the calculator.
pub(super) fn export(name: Option<&str>, all: bool, path: &Path) -> Result<PathBuf, String> {
    let content = Content::all();
    let (text, usual) = match name {
        Some(name) => {
            let entry = content.find(name).map_err(|error| error.to_string())?;
            let page = calculator_page(&content, name).map_err(|error| error.to_string())?;
            (page, format!("{}.html", entry.function()))
        }
        None if !all => {
            return Err(
                "say which calculator, for instance `lightcone calc export C002 page.html`, \
                 or `--all`"
                    .to_owned(),
            );
        }
        None => {
            let page = calculators_page(&content).map_err(|error| error.to_string())?;
            (page, "calculators.html".to_owned())
        }
    };
    let path = if path.is_dir() {
        path.join(usual)
    } else {
        path.to_owned()
    };
    std::fs::write(&path, text).map_err(|error| unwritten(&path, &error))?;
    Ok(path)
}

/// Writes the reference into a folder and gives the number of its pages. Pages of
/// entries that are gone are removed; other files stay.
pub(super) fn reference(folder: &Path) -> Result<usize, String> {
    let files = lightcone_pages::reference(&Content::all()).map_err(|error| error.to_string())?;
    std::fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    for old in std::fs::read_dir(folder).map_err(|error| unwritten(folder, &error))? {
        let Ok(old) = old else { continue };
        let name = old.file_name();
        let name = name.to_string_lossy();
        if is_entry_page(&name) && !files.iter().any(|file| file.name == *name) {
            std::fs::remove_file(old.path()).map_err(|error| unwritten(&old.path(), &error))?;
        }
    }
    for file in &files {
        let path = folder.join(&file.name);
        std::fs::write(&path, &file.text).map_err(|error| unwritten(&path, &error))?;
    }
    Ok(files
        .iter()
        .filter(|file| file.name.ends_with(".html"))
        .count())
}

/// Whether a file is called like the page of an entry: `F004.html`.
fn is_entry_page(name: &str) -> bool {
    let id = name.strip_suffix(".html").unwrap_or("");
    id.len() == 4
        && id.starts_with(['C', 'F', 'M'])
        && id[1..].bytes().all(|digit| digit.is_ascii_digit())
}

fn unwritten(path: &Path, error: &std::io::Error) -> String {
    format!("`{}` cannot be written: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Arguments, CalcCommand, Command};
    use clap::Parser as _;

    #[test]
    fn the_name_may_be_left_out_with_all() {
        let parse = |words: &[&str]| {
            let words = ["lightcone", "calc", "export"].iter().chain(words);
            match Arguments::try_parse_from(words).map(|arguments| arguments.command) {
                Ok(Command::Calc {
                    command: CalcCommand::Export { name, all, path },
                }) => Some((name, all, path)),
                _ => None,
            }
        };
        let page = PathBuf::from("page.html");
        assert_eq!(
            parse(&["--all", "page.html"]),
            Some((None, true, page.clone()))
        );
        assert_eq!(
            parse(&["C002", "page.html"]),
            Some((Some("C002".to_owned()), false, page.clone()))
        );
        assert_eq!(parse(&["page.html"]), Some((None, false, page)));
        assert_eq!(parse(&["--all", "C002", "page.html"]), None);
        let error = export(None, false, Path::new("page.html")).expect_err("no name");
        assert!(error.contains("--all"), "{error}");
    }

    #[test]
    fn one_calculator_and_all_are_exported() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = export(None, true, folder.path()).expect("a page");
        assert_eq!(all, folder.path().join("calculators.html"));
        let one = export(Some("f004"), false, folder.path()).expect("a page");
        assert_eq!(one, folder.path().join("fiber_rtt.html"));
        let named = export(
            Some("calc::bdp_window"),
            false,
            &folder.path().join("window.html"),
        );
        let text = std::fs::read_to_string(named.expect("a page")).expect("a text");
        assert!(text.starts_with("<!doctype html>"));
        let error = export(Some("fiber_rt"), false, folder.path()).expect_err("no such entry");
        assert!(error.contains("fiber_rtt"), "{error}");
        let error =
            export(None, true, &folder.path().join("no/such/page.html")).expect_err("no folder");
        assert!(error.contains("page.html` cannot be written"), "{error}");
    }

    #[test]
    fn the_reference_replaces_pages_of_what_is_gone_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["F999.html", "notes.html", "F0.html"] {
            std::fs::write(folder.path().join(name), "old").expect("a file");
        }
        let count = reference(folder.path()).expect("pages");
        assert!(count > 60, "{count}");
        assert!(!folder.path().join("F999.html").exists());
        assert!(folder.path().join("notes.html").exists());
        assert!(folder.path().join("F0.html").exists());
        let index = std::fs::read_to_string(folder.path().join("index.html")).expect("an index");
        assert!(index.contains("F004.html"));
    }
}
