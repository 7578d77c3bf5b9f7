//! What holds for the calculators of episodes 1 and 2 whatever goes in.

use lightcone_availability::correlated_pair;
use lightcone_calculators::{
    BlastRadius, LatencyFloor, TcpThroughput, bdp_window, blast_radius, cascade_size, chaos_sample,
    correlated_availability, handshake_budget, latency_floor, retry_amplification, tcp_throughput,
};
use lightcone_chaos::cascade::Offspring;
use lightcone_latency::Handshake;
use lightcone_sheets::Sheet;
use lightcone_statistics::rule_of_three;
use lightcone_tables::{MEASUREMENTS, Place, Region, measured_rtt};
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn close(a: f64, b: f64, part: f64) -> bool {
    (a - b).abs() <= part * a.abs().max(b.abs()).max(1e-300)
}

fn share(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

#[test]
fn the_default_regions_are_the_ones_that_the_example_names() {
    let defaults = latency_floor();
    let names = |name: &str| Place::find(name).unwrap();
    let chosen = latency_floor()
        .from(names("aws us-east-1"))
        .to(names("aws eu-west-1"));
    assert_eq!(defaults.values(), chosen.values());
}

/// Pascal's triangle, in whole numbers.
#[test]
fn shards_are_counted_exactly_as_far_as_numbers_are_whole() {
    let mut row: Vec<u128> = vec![1];
    let mut exact = 0;
    for workers in 1..=1_000_u32 {
        let mut next = vec![1; row.len() + 1];
        for place in 1..row.len() {
            next[place] = row[place - 1].saturating_add(row[place]);
        }
        row = next;
        for shard in 1..=workers.min(30) {
            let number = row[shard as usize];
            if number > 1 << 53 {
                break;
            }
            let sheet = blast_radius().workers(workers).shard(shard);
            assert_eq!(
                sheet.combinations().unwrap() as u128,
                number,
                "{workers} {shard}"
            );
            exact += 1;
        }
    }
    assert!(exact > 4_000, "{exact}");
}

/// What is smaller than any number is nothing, and does not make the line fail.
#[test]
fn many_retries_leave_no_failure_to_see() {
    let many = retry_amplification().attempts(&[10; 5]);
    assert_eq!(many.clone().failure(share(0.5)).seen().unwrap(), share(0.0));
    assert_eq!(many.clone().failure(share(0.0)).seen().unwrap(), share(0.0));
    assert_eq!(many.failure(share(1.0)).seen().unwrap(), share(1.0));
    let few = retry_amplification().attempts(&[3, 3]).failure(share(0.1));
    assert!(close(few.seen().unwrap().in_ratio(), 1e-9, 1e-12));
}

/// The protocol of a list of choices is the one that is judged.
#[test]
fn each_handshake_is_judged_by_its_own_round_trips() {
    for handshake in Handshake::ALL {
        let sheet = handshake_budget().handshake(handshake).budget(200.ms());
        let trips = f64::from(handshake.round_trips() + 1);
        assert!(close(
            sheet.chosen().unwrap().in_ms(),
            80.0 * trips + 20.0,
            1e-12
        ));
        assert!(close(
            sheet.longest_rtt().unwrap().in_ms(),
            180.0 / trips,
            1e-12
        ));
        let text = sheet.input_text("handshake").unwrap();
        assert_eq!(text, handshake.to_string());
    }
}

#[test]
fn every_pair_of_regions_has_a_floor_and_its_measured_time() {
    let mut measured = 0;
    for from in Region::all().step_by(3) {
        for to in Region::all() {
            let sheet = latency_floor().from(from.into()).to(to.into());
            let floor = sheet.floor().unwrap();
            assert!(
                floor.in_ms() >= 0.0 && floor.in_ms() < 100.0 * 2.0,
                "{from} {to}"
            );
            match (measured_rtt(from, to), sheet.measured()) {
                (Some(expected), Ok(rtt)) => {
                    assert!(close(rtt.in_ms(), expected.in_ms(), 1e-12), "{from} {to}");
                    measured += 1;
                }
                (None, Err(error)) => {
                    let other = from.provider() != to.provider();
                    let text = error.to_string();
                    assert_eq!(
                        other,
                        text.contains("a region of the same provider"),
                        "{text}"
                    );
                }
                (expected, rtt) => panic!("{from} {to}: {expected:?} {rtt:?}"),
            }
            let back = latency_floor().from(to.into()).to(from.into());
            assert!(
                close(
                    back.distance().unwrap().in_km(),
                    sheet.distance().unwrap().in_km(),
                    1e-9
                ) || from == to
            );
        }
    }
    assert!(measured > 1_000, "{measured}");
}

#[test]
fn what_was_measured_is_named_with_its_date() {
    let months = [("05", "May"), ("06", "June"), ("09", "September")];
    for measurement in MEASUREMENTS {
        let region = Region::all()
            .find(|region| region.provider() == measurement.provider)
            .unwrap();
        let word = latency_floor()
            .from(region.into())
            .to(region.into())
            .measurement()
            .unwrap();
        let (year, rest) = measurement.as_of.split_once('-').unwrap();
        let month = months
            .iter()
            .find(|(number, _)| rest.starts_with(number))
            .unwrap()
            .1;
        assert!(
            word.ends_with(&format!("{month} {year}")),
            "{word}: {measurement:?}"
        );
        assert!(
            word.contains(measurement.statistic),
            "{word}: {measurement:?}"
        );
    }
    let two = latency_floor()
        .from(Place::find("aws us-east-1").unwrap())
        .to(Place::find("gcp us-east4").unwrap());
    assert_eq!(two.measurement().unwrap(), "none between these places");
    assert!(two.stretch().is_err() && two.floor().is_ok());
}

#[test]
fn a_place_of_ones_own_is_its_coordinates() {
    let region = Region::find("aws sa-east-1").unwrap();
    let own = |sheet: LatencyFloor| {
        sheet
            .from(Place::COORDINATES)
            .from_latitude(region.latitude())
            .from_longitude(region.longitude())
    };
    for to in Region::all() {
        let by_name = latency_floor().from(region.into()).to(to.into());
        let by_place = own(by_name.clone());
        assert_eq!(by_name.distance().unwrap(), by_place.distance().unwrap());
    }
    // Inside a region there is a measured time, but no floor and so no stretch.
    let iowa = Place::find("gcp us-central1").unwrap();
    let inside = latency_floor().from(iowa).to(iowa);
    assert!(inside.measured().unwrap().in_ms() < 1.0);
    let text = inside.stretch().unwrap_err().to_string();
    assert!(text.contains("another place"), "{text}");
}

#[test]
fn a_line_without_an_answer_does_not_hide_the_others() {
    let clean = tcp_throughput().loss(share(0.0));
    assert!(clean.mathis().is_err());
    assert_eq!(clean.rate().unwrap(), clean.window_rate().unwrap());
    let wild = cascade_size().mean(2.0);
    assert!(wild.expected().is_err() && wild.dies_out().is_ok() && wild.size_if_it_ends().is_ok());
    let never = correlated_availability().failure(share(0.0));
    assert!(never.nines().is_err() && never.correlated().is_ok());
}

fn binding(sheet: &TcpThroughput) -> f64 {
    let [window, pftk, line] = [
        sheet.window_rate(),
        sheet.pftk(),
        Ok(sheet.rate().unwrap() / sheet.used().unwrap().in_ratio()),
    ]
    .map(|rate| rate.unwrap().in_bit_per_s());
    window.min(pftk).min(line)
}

proptest! {
    #[test]
    fn a_window_of_the_product_fills_the_line(rate in 1e4f64..1e11, rtt in 1e-4f64..0.5) {
        let sheet = bdp_window().bandwidth(rate.bit_per_s()).rtt(rtt.seconds());
        let window = sheet.bdp().unwrap();
        let filled = sheet.clone().window(window);
        prop_assert!(close(filled.rate().unwrap().in_bit_per_s(), rate, 1e-12));
        prop_assert_eq!(filled.connections().unwrap(), 1);
        prop_assert!(close(filled.longest_rtt().unwrap().in_seconds(), rtt, 1e-12));
        // Half of it gives half the rate.
        let half = filled.window(window * 0.5);
        prop_assert!(close(half.used().unwrap().in_ratio(), 0.5, 1e-12));
        prop_assert_eq!(half.limit().unwrap(), "window");
        if let Ok(scale) = sheet.scale() {
            prop_assert!(65_535.0 * 2f64.powi(scale as i32) >= window.in_bytes() * (1.0 - 1e-12));
            prop_assert!(scale <= 14);
            prop_assert!(scale == 0 || 65_535.0 * 2f64.powi(scale as i32 - 1) < window.in_bytes());
        } else {
            prop_assert!(window.in_gib() > 0.999_98);
        }
    }

    #[test]
    fn the_rate_is_the_least_of_the_limits(
        rtt in 1e-3f64..0.4,
        loss in 1e-6f64..0.1,
        window in 2e3f64..1e8,
        line in 1e5f64..1e10,
        acks in 1f64..4.0,
    ) {
        let sheet = tcp_throughput()
            .rtt(rtt.seconds())
            .loss(share(loss))
            .window(window.bytes())
            .bandwidth(line.bit_per_s())
            .packets_per_ack(acks);
        let rate = sheet.rate().unwrap().in_bit_per_s();
        prop_assert!(close(rate, binding(&sheet), 1e-9));
        match sheet.limit().unwrap() {
            "line" => prop_assert!(close(rate, line, 1e-9)),
            "window" => prop_assert!(close(rate, sheet.window_rate().unwrap().in_bit_per_s(), 1e-9)),
            _ => prop_assert!(close(rate, sheet.pftk().unwrap().in_bit_per_s(), 1e-9)),
        }
        // PFTK has what Mathis leaves out: timeouts and the window.
        let (mathis, pftk) = (sheet.mathis().unwrap(), sheet.pftk().unwrap());
        prop_assert!(pftk.in_bit_per_s() <= mathis.in_bit_per_s() * (1.0 + 1e-12));
        // More loss never helps.
        let worse = sheet.clone().loss(share(loss * 1.5));
        prop_assert!(worse.rate().unwrap() <= sheet.rate().unwrap());
    }

    #[test]
    fn protocols_differ_by_whole_round_trips(rtt in 0f64..0.5, server in 0f64..1.0, lookup in 0f64..0.2) {
        let sheet = handshake_budget()
            .rtt(rtt.seconds())
            .server(server.seconds())
            .lookup(lookup.seconds());
        let times = [sheet.quic_zero_rtt(), sheet.quic(), sheet.tcp_tls13(), sheet.tcp_tls12()]
            .map(|time| time.unwrap().in_seconds());
        for pair in times.windows(2) {
            prop_assert!((pair[1] - pair[0] - rtt).abs() < 1e-12);
        }
        prop_assert_eq!(sheet.tcp().unwrap(), sheet.quic().unwrap());
        let fits = sheet.verdict().unwrap() == "fits";
        if let Ok(longest) = sheet.longest_rtt() {
            prop_assert!(fits == (rtt <= longest.in_seconds()) || close(rtt, longest.in_seconds(), 1e-9));
        } else {
            prop_assert!(!fits);
        }
    }

    #[test]
    fn correlation_takes_nines_and_never_more_than_all_replicas(
        q in 1e-6f64..0.2, n in 1u32..20, rho in 0f64..1.0,
    ) {
        let sheet = correlated_availability()
            .failure(share(q)).replicas(n).correlation(rho);
        let value = |p: Result<Probability, DomainError>| p.unwrap().in_ratio();
        let (naive, mixed, common) =
            (value(sheet.naive()), value(sheet.correlated()), value(sheet.common()));
        prop_assert!(naive <= mixed * (1.0 + 1e-9) && mixed <= q * (1.0 + 1e-9));
        prop_assert!(naive <= common * (1.0 + 1e-9) && common <= q * (1.0 + 1e-9));
        let worth = sheet.worth().unwrap();
        prop_assert!(worth >= 1.0 - 1e-9 && worth <= f64::from(n) + 1e-9);
        let more = sheet.clone().correlation((rho + 0.1).min(1.0));
        prop_assert!(value(more.correlated()) >= mixed * (1.0 - 1e-9));
        if n == 2 {
            let pair = correlated_pair(share(q), rho).unwrap().in_ratio();
            prop_assert!(close(mixed, pair, 1e-9) && close(common, pair, 1e-9));
        }
        let ends = |rho| value(sheet.clone().correlation(rho).correlated());
        prop_assert!(close(ends(0.0), naive, 1e-9) && close(ends(1.0), q, 1e-12));
    }

    #[test]
    fn a_cascade_that_ends_is_like_a_smaller_one(mean in 0f64..4.0, first in 1u32..50) {
        prop_assume!((mean - 1.0).abs() > 1e-3);
        for offspring in [Offspring::Poisson, Offspring::Geometric] {
            let sheet = cascade_size().offspring(offspring).mean(mean).first(first);
            let dual = sheet.dual().unwrap();
            prop_assert!(dual < 1.0 && dual <= mean + 1e-9, "{}", dual);
            let size = sheet.size_if_it_ends().unwrap();
            prop_assert!(size >= f64::from(first) * (1.0 - 1e-12));
            let sum = sheet.dies_out().unwrap().in_ratio() + sheet.survives().unwrap().in_ratio();
            prop_assert!((sum - 1.0).abs() < 1e-12);
            match sheet.expected() {
                Ok(expected) => {
                    prop_assert!(mean < 1.0 && close(expected, size, 1e-9));
                    prop_assert_eq!(sheet.dies_out().unwrap(), share(1.0));
                }
                Err(_) => prop_assert!(mean > 1.0),
            }
        }
    }

    #[test]
    fn retries_lie_between_none_and_all(
        attempts in proptest::collection::vec(1u32..6, 1..6), p in 0f64..=1.0, budget in 0f64..1.0,
    ) {
        let sheet = retry_amplification()
            .attempts(&attempts)
            .failure(share(p))
            .budget(budget.ratio());
        let (worst, expected) = (sheet.worst().unwrap(), sheet.expected().unwrap());
        prop_assert!(expected >= 1.0 - 1e-12 && expected <= worst * (1.0 + 1e-12));
        prop_assert!(sheet.budgeted().unwrap() <= worst);
        let never = sheet.clone().failure(share(0.0));
        prop_assert_eq!(never.expected().unwrap(), 1.0);
        let always = sheet.clone().failure(share(1.0));
        prop_assert!(close(always.expected().unwrap(), worst, 1e-9));
        let more = sheet.clone().failure(share((p + 0.1).min(1.0)));
        prop_assert!(more.expected().unwrap() >= expected * (1.0 - 1e-9));
        // By the states of all layers: the bottom is called once for each of its attempts.
        let mut failing = p;
        let mut calls = 1.0;
        for tries in attempts.iter().rev() {
            calls *= (0..*tries).map(|retry| failing.powi(retry as i32)).sum::<f64>();
            failing = failing.powi(*tries as i32);
        }
        prop_assert!(close(expected, calls, 1e-9), "{} {}", expected, calls);
    }

    #[test]
    fn shards_are_counted_as_pascal_counts_them(workers in 1u32..60, shard in 1u32..60) {
        let count = |workers, shard| blast_radius().workers(workers).shard(shard).combinations();
        if shard > workers {
            prop_assert!(count(workers, shard).is_err());
            return Ok(());
        }
        let mut row = vec![1.0f64];
        for _ in 0..workers {
            row = std::iter::once(1.0)
                .chain(row.windows(2).map(|pair| pair[0] + pair[1]))
                .chain([1.0])
                .collect();
        }
        prop_assert!(close(count(workers, shard).unwrap(), row[shard as usize], 1e-11));
        let sheet: BlastRadius = blast_radius().workers(workers).shard(shard);
        let (all, some) = (sheet.same_shard().unwrap(), sheet.touched().unwrap());
        prop_assert!(all.in_ratio() <= some.in_ratio() + 1e-11 && some.in_ratio() <= 1.0 + 1e-12);
    }

    #[test]
    fn enough_runs_are_just_enough(p in 1e-5f64..0.9, c in 0.01f64..0.999) {
        let sheet = chaos_sample().target(share(p)).confidence(share(c));
        let runs = sheet.runs().unwrap();
        let bound = |runs| sheet.clone().done(runs).bound().unwrap().in_ratio();
        prop_assert!(bound(runs) <= p * (1.0 + 1e-6));
        prop_assert!(runs == 1 || bound(runs - 1) > p * (1.0 - 1e-6));
        prop_assert_eq!(sheet.clone().done(runs).verdict().unwrap(), "enough runs");
        prop_assert_eq!(sheet.clone().done(runs).left().unwrap(), 0);
        let rule = rule_of_three(runs).unwrap().in_ratio();
        let here = sheet.confidence(share(0.95)).done(runs).bound().unwrap().in_ratio();
        prop_assert!(close(rule, here, 1e-12));
    }

    #[test]
    fn no_input_leads_to_nan(values in proptest::collection::vec(proptest::num::f64::ANY, 12)) {
        for sheet in lightcone_calculators::CALCULATORS {
            without_nan(sheet, &values)?;
        }
    }
}

/// Every answer is a finite number, whatever goes in.
fn without_nan(sheet: &'static Sheet, values: &[f64]) -> Result<(), TestCaseError> {
    let mut worksheet = lightcone_sheets::Worksheet::new(sheet);
    for ((_, input), value) in sheet.inputs().zip(values.iter().cycle()) {
        worksheet.set(input.argument, &[*value]).unwrap();
    }
    for (line, answer) in sheet.lines.iter().zip(worksheet.compute().answers()) {
        if let Ok(value) = answer {
            prop_assert!(value.is_finite(), "{} {}: {value}", sheet.id, line.name);
        }
    }
    Ok(())
}
