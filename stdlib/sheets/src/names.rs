//! Names that are not there, and those that may have been meant.

use lightcone_units::DomainError;

/// The error for a name of an input or of a line that a sheet does not have.
pub(crate) fn unknown(what: &'static str, name: &str, known: &[&str], sheet: &str) -> DomainError {
    let near: Vec<&str> = known
        .iter()
        .copied()
        .filter(|candidate| is_near(candidate, name))
        .collect();
    let listed = if near.is_empty() { known } else { &near };
    let quoted: Vec<String> = listed.iter().map(|name| format!("`{name}`")).collect();
    let allowed = match (near.is_empty(), quoted.len()) {
        (_, 0) => "left out".to_owned(),
        (_, 1) => quoted.concat(),
        (true, _) => format!("one of {}", quoted.join(", ")),
        (false, _) => quoted.join(" or "),
    };
    DomainError::new(
        what,
        format!("`{name}`"),
        allowed,
        format!("`{sheet}` has no {what} of that name"),
    )
}

/// Whether a slip of a letter or two, or a part left out, leads from one to the other.
fn is_near(known: &str, name: &str) -> bool {
    let (known, name) = (known.to_lowercase(), name.to_lowercase());
    if name.is_empty() {
        return false;
    }
    let part = name.len() >= 3 && (known.contains(&name) || name.contains(&known));
    let allowed = match known.len().max(name.len()) {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    part || distance(&known, &name) <= allowed
}

/// How many letters must be put in, left out, changed or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let known = ["bandwidth", "rtt", "window"];
        let text = |name| unknown("input", name, &known, "bdp_window").to_string();
        assert_eq!(
            text("badnwidth"),
            "`input` is `badnwidth`, but must be `bandwidth`: \
             `bdp_window` has no input of that name"
        );
        assert!(text("rttt").contains("must be `rtt`:"), "{}", text("rttt"));
        assert!(text("price").contains("must be one of `bandwidth`, `rtt`, `window`:"));
        assert!(text("").contains("one of"));
    }
}
