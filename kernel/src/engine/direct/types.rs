//! Reads the types of kept variables from `rustc --emit=mir`.
//!
//! The cell stores a variable with a generic call, `keep("x", x)`, so storing
//! needs no type name. In the MIR that call stands as
//! `keep::<T>(const "x", move _7)`, and the declaration `let _7: T;` of its
//! argument gives the type with paths that a later cell can write.

use std::collections::BTreeMap;

/// What the MIR says of a kept variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeptType {
    /// A later cell can write this type.
    Named(String),
    /// The value is kept when coerced to this type; boxed first if `true`.
    Coerced(String, bool),
    /// No later cell can write the type: what it is, in a learner's words.
    Unnameable(String),
}

/// The types of the variables that `mir` keeps.
pub(crate) fn kept_types(mir: &str) -> BTreeMap<String, KeptType> {
    let mut kept = BTreeMap::new();
    let mut locals: BTreeMap<&str, &str> = BTreeMap::new();
    let mut constants: BTreeMap<&str, &str> = BTreeMap::new();
    for line in mir.lines() {
        if line.starts_with("fn ") {
            locals.clear();
            constants.clear();
            continue;
        }
        let line = line.trim();
        if let Some(declaration) = line.strip_prefix("let ") {
            let declaration = declaration.strip_prefix("mut ").unwrap_or(declaration);
            if let Some((local, type_name)) = declaration.split_once(": ") {
                locals.insert(local, type_name.trim_end_matches(';'));
            }
            continue;
        }
        if let Some((local, constant)) = line.split_once(" = const ") {
            constants.insert(local, constant.trim_end_matches(';'));
        }
        let Some((_, call)) = line.split_once("keep::<") else {
            continue;
        };
        let Some(end) = closing(call, '<') else {
            continue;
        };
        let generic = &call[..end];
        let Some(arguments) = call[end + 1..].strip_prefix('(') else {
            continue;
        };
        let Some(end) = closing(arguments, '(') else {
            continue;
        };
        let Some((name, value)) = arguments[..end].split_once(", ") else {
            continue;
        };
        let local = |operand: &str| -> Option<String> {
            let operand = operand
                .strip_prefix("move ")
                .or_else(|| operand.strip_prefix("copy "))?;
            Some(operand.to_owned())
        };
        let name = match local(name) {
            Some(local) => constants
                .get(local.as_str())
                .copied()
                .unwrap_or_default()
                .to_owned(),
            None => name.strip_prefix("const ").unwrap_or(name).to_owned(),
        };
        let name = name.trim_matches('"').to_owned();
        let type_name = local(value)
            .and_then(|local| locals.get(local.as_str()).copied())
            .unwrap_or(generic);
        kept.insert(name, classify(type_name, mir));
    }
    kept
}

/// The index of the bracket that closes one opened before the text.
fn closing(text: &str, open: char) -> Option<usize> {
    let close = if open == '<' { '>' } else { ')' };
    let mut depth = 1_usize;
    let mut previous = ' ';
    let mut in_string = false;
    for (index, letter) in text.char_indices() {
        if letter == '"' && previous != '\\' {
            in_string = !in_string;
        }
        if !in_string {
            if letter == open {
                depth += 1;
            } else if letter == close && !(close == '>' && previous == '-') {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
        }
        previous = letter;
    }
    None
}

fn classify(type_name: &str, mir: &str) -> KeptType {
    let is_closure = type_name.starts_with("{closure@");
    if is_closure && closing_brace(type_name) == Some(type_name.len() - 1) {
        return match closure_signature(type_name, mir) {
            Some(signature) => KeptType::Coerced(signature, true),
            None => KeptType::Unnameable("a closure".to_owned()),
        };
    }
    // `fn(i32) -> i32 {double}`: the type of one function; a pointer to it has a name.
    if (type_name.starts_with("fn(")
        || type_name.starts_with("for<")
        || type_name.starts_with("unsafe fn("))
        && type_name.ends_with('}')
        && let Some(start) = type_name.rfind(" {")
    {
        return KeptType::Coerced(type_name[..start].to_owned(), false);
    }
    let unnameable = [
        ("{closure@", "holds a closure"),
        ("{async", "is a future"),
        ("{gen", "is a generator"),
        ("{coroutine", "is a future"),
        ("impl ", "is an `impl Trait` value"),
        ("!", "is made of the never type `!`"),
        ("{closure#", "is of a type defined inside a block"),
        ("lightcone_cell::", "is of a type defined inside a block"),
        ("}", "holds a function's own type"),
    ];
    for (mark, what) in unnameable {
        if type_name.contains(mark) {
            return KeptType::Unnameable(what.to_owned());
        }
    }
    KeptType::Named(type_name.to_owned())
}

fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// `Box<dyn Fn(i32) -> i32>` for a closure, read from the head of its body.
fn closure_signature(closure: &str, mir: &str) -> Option<String> {
    for (start, _) in mir.match_indices("\nfn ") {
        let line = mir[start + 1..].lines().next()?;
        let Some((_, parameters)) = line.split_once("(_1: ") else {
            continue;
        };
        let (kind, rest) = if let Some(rest) = parameters.strip_prefix(&format!("&mut {closure}")) {
            ("FnMut", rest)
        } else if let Some(rest) = parameters.strip_prefix(&format!("&{closure}")) {
            ("Fn", rest)
        } else if let Some(rest) = parameters.strip_prefix(closure) {
            ("FnOnce", rest)
        } else {
            continue;
        };
        // The body's first local has the result's type with its whole path.
        let whole = mir[start + 1..]
            .lines()
            .skip(1)
            .take_while(|line| *line != "}")
            .find_map(|line| line.trim().strip_prefix("let mut _0: "))
            .map(|whole| whole.trim_end_matches(';'));
        let end = closing(rest, '(')?;
        let mut types = Vec::new();
        let mut position = 0;
        let parameters = &rest[..end];
        while let Some(found) = parameters[position..].find(", _") {
            let start = position + found + 3;
            let Some(colon) = parameters[start..].find(": ") else {
                break;
            };
            let begin = start + colon + 2;
            let next = parameters[begin..]
                .find(", _")
                .map_or(parameters.len(), |next| begin + next);
            types.push(parameters[begin..next].to_owned());
            position = next;
        }
        let returns = rest[end + 1..]
            .trim()
            .strip_prefix("-> ")?
            .trim_end_matches('{')
            .trim();
        let returns = whole.unwrap_or(returns);
        if returns.contains('{') || types.iter().any(|name| name.contains('{')) {
            return None;
        }
        // A reference that comes from nowhere is to static text.
        let borrows = types
            .iter()
            .any(|name| name.contains('&') || name.contains('\''));
        let returns = if borrows {
            returns.to_owned()
        } else {
            returns.replace('&', "&'static ")
        };
        return Some(format!(
            "::std::boxed::Box<dyn {kind}({}) -> {returns} + Send>",
            types.join(", ")
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIR: &str = r#"
fn lightcone_cell::{closure#0}(_1: {closure@<anon>:11:17: 11:19}) -> Result<(), CellError> {
    debug x => (*(_1.0: &mut i32));
    let mut _32: &str;
    let mut _33: std::collections::HashMap<&str, i32>;
        let _46: std::boxed::Box<dyn for<'a> std::ops::Fn(&'a str) -> &str>;
    bb0: {
        _32 = const "a";
        _31 = keep::<HashMap<&str, i32>>(move _32, move _33) -> [return: bb13, unwind: bb36];
        _34 = lightcone::cell::keep::<Box<dyn for<'a> Fn(&'a str) -> &str>>(const "f", copy _46) -> [return: bb13, unwind: bb36];
        _35 = keep::<{closure@<anon>:16:13: 16:21}>(const "d", const ZeroSized: {closure@<anon>:16:13: 16:21}) -> [return: bb16, unwind: bb36];
        _36 = keep::<fn(i32) -> i32 {gg}>(const "g", gg) -> [return: bb19, unwind: bb36];
        _37 = keep::<i32>(const "n", const 5_i32) -> [return: bb19, unwind: bb36];
        _38 = keep::<Option<{closure@<anon>:1:2: 3:4}>>(const "o", copy _99) -> [return: bb19, unwind: bb36];
    }
}
fn lightcone_cell::{closure#0}::{closure#0}(_1: &mut {closure@<anon>:16:13: 16:21}, _2: i32, _3: (u8, &str)) -> i32 {
    debug y => _2;
}
"#;

    #[test]
    fn types_come_from_declarations_and_signatures() {
        let kept = kept_types(MIR);
        let named = |text: &str| KeptType::Named(text.to_owned());
        assert_eq!(kept["a"], named("std::collections::HashMap<&str, i32>"));
        assert_eq!(
            kept["f"],
            named("std::boxed::Box<dyn for<'a> std::ops::Fn(&'a str) -> &str>")
        );
        assert_eq!(
            kept["d"],
            KeptType::Coerced(
                "::std::boxed::Box<dyn FnMut(i32, (u8, &str)) -> i32 + Send>".into(),
                true
            )
        );
        assert_eq!(kept["g"], KeptType::Coerced("fn(i32) -> i32".into(), false));
        assert_eq!(kept["n"], named("i32"));
        assert_eq!(kept["o"], KeptType::Unnameable("holds a closure".into()));
    }
}
