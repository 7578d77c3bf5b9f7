//! Formulas over slices: the same numbers as one call at a time.

use lightcone_formulas::{FORMULAS, find_formula as find};

#[test]
fn each_row_is_what_a_single_call_gives() {
    let window = find("tcp_window_limit").unwrap();
    let rtts = [0.01, 0.08, 0.2, -1.0, f64::NAN];
    let rates = window.each(&[&[65_536.0], &rtts]).unwrap();
    assert_eq!(rates.len(), rtts.len());
    for (rtt, rate) in rtts.iter().zip(&rates) {
        assert_eq!(*rate, window.evaluate(&[65_536.0, *rtt]), "{rtt}");
    }
    // A row without an answer does not stop the others.
    assert!(rates[..3].iter().all(Result::is_ok) && rates[3..].iter().all(Result::is_err));
}

#[test]
fn slices_of_different_lengths_are_refused() {
    let window = find("tcp_window_limit").unwrap();
    let error = window.each(&[&[1.0, 2.0], &[1.0, 2.0, 3.0]]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`columns` is 2 long in one case, but must be all 3 long, or one number: \
         each row is one computation"
    );
    // No rows are no mistake, and a missing argument is one in every row.
    assert_eq!(window.each(&[&[], &[]]).unwrap(), []);
    assert_eq!(window.each(&[]).unwrap(), []);
    assert!(
        window
            .each(&[&[1.0, 2.0]])
            .unwrap()
            .iter()
            .all(Result::is_err)
    );
}

#[test]
fn along_and_each_agree_for_every_entry() {
    for entry in FORMULAS.iter() {
        let at = entry.defaults();
        let alone = entry.evaluate(&at);
        let columns: Vec<&[f64]> = at.chunks(1).collect();
        let each = entry.each(&columns).unwrap();
        assert_eq!(each, std::slice::from_ref(&alone), "{}", entry.id);
        // Along the first argument that is no list, at its default.
        let mut place = 0;
        for (_, input) in entry.inputs() {
            if input.list {
                place += input.default.len();
                continue;
            }
            let curve = entry.along(input.argument, &[at[place]], &at).unwrap();
            assert_eq!(
                curve,
                [alone.clone().unwrap()],
                "{} {}",
                entry.id,
                input.argument
            );
            place += 1;
        }
    }
}

#[test]
fn a_million_rows_add_up() {
    let rtt = find("fiber_rtt").unwrap();
    let distances: Vec<f64> = (0..1_000_000).map(f64::from).collect();
    let rows = rtt.each(&[&distances, &[1.4682], &[1.0]]).unwrap();
    assert_eq!(rows.len(), distances.len());
    let sum: f64 = rows.into_iter().map(Result::unwrap).sum();
    // The sum of a straight line is its mean times its length.
    let last = rtt.evaluate(&[999_999.0, 1.4682, 1.0]).unwrap();
    assert!((sum / (last / 2.0 * 1e6) - 1.0).abs() < 1e-9, "{sum}");
}
