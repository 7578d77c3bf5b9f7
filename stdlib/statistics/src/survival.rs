//! The Kaplan-Meier curve: which share still lasts after a time, also where some
//! observations were still going on when they were last seen.

use lightcone_units::DomainError;

use crate::intervals::Interval;
use crate::special::normal_quantile;

/// One step of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalStep {
    /// The time of the step.
    pub time: f64,
    /// How many were still going on just before it.
    pub at_risk: usize,
    /// How many ended at it.
    pub ended: usize,
    /// The share that lasts longer.
    pub survival: f64,
    /// Its interval, Greenwood's variance on the log-log scale; 0 and 1 have none.
    pub interval: Option<Interval>,
}

/// A Kaplan-Meier curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Survival {
    /// The steps, in order of time.
    pub steps: Vec<SurvivalStep>,
}

impl Survival {
    /// The share that lasts longer than `time`.
    ///
    /// ```
    /// let curve = lightcone_statistics::kaplan_meier(&[1.0, 2.0, 4.0, 8.0], &[true; 4], 0.95)?;
    /// assert_eq!(curve.beyond(0.5), 1.0);
    /// assert_eq!(curve.beyond(2.0), 0.5);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn beyond(&self, time: f64) -> f64 {
        self.steps
            .iter()
            .take_while(|step| step.time <= time)
            .last()
            .map_or(1.0, |step| step.survival)
    }

    /// The time after which at most half lasts, if the curve gets that far.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let step = self.steps.iter().find(|step| step.survival <= 0.5)?;
        Some(step.time)
    }
}

/// The curve of durations. `ended[i]` is false where the end of `times[i]` was not
/// seen, so that it lasted at least that long.
///
/// Source: E. L. Kaplan, P. Meier, *Nonparametric Estimation from Incomplete
/// Observations*, JASA 53, 1958.
///
/// # Errors
/// There are no times, one is negative or not finite, the two slices differ in
/// length, or `level` is not between 0 and 1.
///
/// ```
/// use lightcone_statistics::kaplan_meier;
/// let curve = kaplan_meier(&[3.0, 5.0, 5.0, 9.0], &[true, true, false, true], 0.95)?;
/// assert_eq!(curve.steps[1].survival, 0.5);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn kaplan_meier(times: &[f64], ended: &[bool], level: f64) -> Result<Survival, DomainError> {
    if times.len() != ended.len() {
        return Err(DomainError::new(
            "ended",
            format!("{} long", ended.len()),
            format!("as long as times, {}", times.len()),
            "it says of each time whether the end was seen",
        ));
    }
    let z = normal_quantile(0.5 + level / 2.0).map_err(|_| {
        DomainError::new(
            "level",
            level.to_string(),
            "above 0 and below 1",
            "no interval is certain unless it holds everything",
        )
    })?;
    let order = crate::sorted(times)?;
    if order[0] < 0.0 {
        return Err(DomainError::new(
            "times",
            format!("with {} in it", order[0]),
            "at least 0",
            "nothing lasts less than no time",
        ));
    }
    let mut observations: Vec<(f64, bool)> =
        times.iter().copied().zip(ended.iter().copied()).collect();
    observations.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut steps = Vec::new();
    let (mut survival, mut variance) = (1.0, 0.0);
    let mut at = 0;
    while at < observations.len() {
        let time = observations[at].0;
        let here = observations[at..]
            .iter()
            .take_while(|(other, _)| *other == time)
            .count();
        let deaths = observations[at..at + here]
            .iter()
            .filter(|(_, ended)| *ended)
            .count();
        let at_risk = observations.len() - at;
        if deaths > 0 {
            survival *= 1.0 - deaths as f64 / at_risk as f64;
            variance += deaths as f64 / (at_risk as f64 * (at_risk - deaths) as f64);
            steps.push(SurvivalStep {
                time,
                at_risk,
                ended: deaths,
                survival,
                interval: interval(survival, variance, z, level),
            });
        }
        at += here;
    }
    Ok(Survival { steps })
}

/// Greenwood's interval on the log-log scale, which stays between 0 and 1.
fn interval(survival: f64, variance: f64, z: f64, level: f64) -> Option<Interval> {
    if survival <= 0.0 || survival >= 1.0 || !variance.is_finite() {
        return None;
    }
    let spread = (z * variance.sqrt() / survival.ln()).exp();
    let ends = [survival.powf(spread), survival.powf(1.0 / spread)];
    Some(Interval {
        low: ends[0].min(ends[1]),
        high: ends[0].max(ends[1]),
        level,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freireich_s_leukaemia_trial() {
        // The 6-MP group of Freireich et al. (1963), the worked example of most
        // textbooks: survival 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448.
        let ended = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let censored = [
            6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0,
        ];
        let times: Vec<f64> = ended.iter().chain(&censored).copied().collect();
        let seen: Vec<bool> = (0..times.len()).map(|at| at < ended.len()).collect();
        let curve = kaplan_meier(&times, &seen, 0.95).unwrap();
        let rounded: Vec<f64> = curve
            .steps
            .iter()
            .map(|step| (step.survival * 1000.0).round() / 1000.0)
            .collect();
        assert_eq!(rounded, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]);
        assert_eq!(curve.median(), Some(23.0));
        for step in &curve.steps {
            let interval = step.interval.unwrap();
            assert!(interval.low < step.survival && step.survival < interval.high);
        }
    }

    #[test]
    fn without_censoring_it_is_the_share_that_is_longer() {
        let times: Vec<f64> = (1..=20).map(f64::from).collect();
        let curve = kaplan_meier(&times, &[true; 20], 0.95).unwrap();
        for step in &curve.steps {
            assert!((step.survival - (20.0 - step.time) / 20.0).abs() < 1e-12);
        }
        assert_eq!(curve.steps.last().unwrap().interval, None);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(kaplan_meier(&[], &[], 0.95).is_err());
        assert!(kaplan_meier(&[1.0], &[], 0.95).is_err());
        assert!(kaplan_meier(&[-1.0], &[true], 0.95).is_err());
        assert!(kaplan_meier(&[1.0], &[true], 2.0).is_err());
    }
}
