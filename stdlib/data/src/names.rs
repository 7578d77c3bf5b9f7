//! Finds the names that a mistyped name may have meant.

/// At most this many suggestions.
const SUGGESTIONS: usize = 3;

/// The known names that look like `name`, best first.
pub(crate) fn near(name: &str, known: &[String]) -> Vec<String> {
    let asked = name.trim().to_lowercase().replace([' ', '-'], "_");
    let mut found: Vec<(usize, &String)> = known
        .iter()
        .filter_map(|candidate| {
            let edits = edit_distance(&asked, candidate);
            let holds = asked.len() >= 3
                && (candidate.contains(&asked) || asked.contains(candidate.as_str()));
            let close = edits <= candidate.chars().count().max(asked.chars().count()) / 3;
            (holds || close).then_some((if holds { 0 } else { edits }, candidate))
        })
        .collect();
    found.sort();
    found
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, candidate)| candidate.clone())
        .collect()
}

/// The known names that look like `name`, where `-` belongs to names.
pub(crate) fn near_in(name: &str, known: &[String]) -> Vec<String> {
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let simple: Vec<String> = known.iter().map(|name| plain(name)).collect();
    near(&plain(name), &simple)
        .iter()
        .filter_map(|found| simple.iter().position(|name| name == found))
        .map(|at| known[at].clone())
        .collect()
}

/// How many characters must be put in, left out or changed to turn `a` into `b`.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut costs: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in a.chars().enumerate() {
        let mut diagonal = row;
        costs[0] = row + 1;
        for (column, right) in b.iter().enumerate() {
            let change = diagonal + usize::from(left != *right);
            diagonal = costs[column + 1];
            costs[column + 1] = change.min(costs[column] + 1).min(diagonal + 1);
        }
    }
    costs[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("incident", "incidents"), 1);
        assert_eq!(edit_distance("same", "same"), 0);
    }

    #[test]
    fn suggests_what_is_close_or_contained_and_nothing_else() {
        let known = ["cloud_regions", "incidents", "region_latency_aws"].map(str::to_owned);
        assert_eq!(near("incident", &known), ["incidents"]);
        assert_eq!(near("Incidnets", &known), ["incidents"]);
        assert_eq!(near("regions", &known), ["cloud_regions"]);
        assert_eq!(
            near("region", &known),
            ["cloud_regions", "region_latency_aws"]
        );
        assert_eq!(near("Region Latency", &known), ["region_latency_aws"]);
        assert!(near("prices", &known).is_empty());
        assert!(near("", &known).is_empty());
    }
}
