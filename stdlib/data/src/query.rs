//! SQL over the tables, and the joins that people ask for.

use polars::prelude as pl;
use polars::prelude::{DataFrameJoinOps, IntoLazy};
use polars::sql::SQLContext;

use crate::error::DataError;
use crate::install::DATASETS;
use crate::installed::{STACKED, Tables};
use crate::names;

/// Owners of clouds in `cloud_regions`, and the organization of their incidents.
const ORGANIZATIONS: [(&str, &str); 4] = [
    ("aws", "Amazon Web Services"),
    ("azure", "Microsoft Azure"),
    ("gcp", "Google Cloud"),
    ("cloudflare", "Cloudflare"),
];

/// The measurement that fits a provider, for [`regions_with_latency_and_price`].
const SETS: [(&str, &str); 3] = [
    ("aws", "cloudping_1y_2025"),
    ("azure", "azure_p50_2025_06"),
    ("gcp", "fantoch_gcp_2019"),
];

/// Runs a query in SQL over all tables, by their names in [`datasets`](crate::datasets);
/// `region_latency` has the measurements of all providers, `datasets` the list.
///
/// # Errors
///
/// [`DataError::Query`] with what is wrong and names like a mistyped one;
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// let longest = lightcone_data::sql(
///     "select title, duration_minutes from incidents \
///      where duration_minutes is not null order by duration_minutes desc limit 5",
/// )?;
/// println!("{longest}");
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn sql(query: &str) -> Result<pl::DataFrame, DataError> {
    Tables::installed()?.sql(query)
}

/// Each incident once for each of its classes of cause, with `category` and `role`.
///
/// # Errors
///
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// let causes = lightcone_data::incidents_with_causes()?;
/// println!("{} rows", causes.height());
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn incidents_with_causes() -> Result<pl::DataFrame, DataError> {
    Tables::installed()?.incidents_with_causes()
}

/// All regions of a provider as seen from one of them: measured round trip,
/// distance, and the cheapest machine that is large enough.
///
/// `rtt_ms` is the median, or the mean where the measurement has no median, and
/// null where it was not measured; `instance_type` and `on_demand_usd_per_hour`
/// are null where [`prices`](crate::prices) has none of the region. `dataset`
/// names the measurement, `price_as_of` the day of the price.
///
/// # Errors
///
/// [`DataError::UnknownRegion`] names like ones; [`DataError::NotInstalled`] or
/// [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// let choices = lightcone_data::regions_with_latency_and_price("gcp", "us-central1", 4.0, 16.0)?;
/// println!("{choices}");
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn regions_with_latency_and_price(
    provider: &str,
    from_region: &str,
    vcpu: f64,
    memory_gib: f64,
) -> Result<pl::DataFrame, DataError> {
    Tables::installed()?.regions_with_latency_and_price(provider, from_region, vcpu, memory_gib)
}

/// Each promised uptime with the known incidents of the service: how many, how
/// many of them with a known duration, and their minutes.
///
/// An incident counts for a service if its provider is the same and the name of
/// the service stands in its `service` or `title`. The minutes are what a customer
/// hit by every listed incident would have lost in all years together, never the
/// provider's availability: most incidents hit a part of the customers, and most
/// small ones are not listed.
///
/// # Errors
///
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// println!("{}", lightcone_data::slas_with_incident_minutes()?);
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn slas_with_incident_minutes() -> Result<pl::DataFrame, DataError> {
    Tables::installed()?.slas_with_incident_minutes()
}

impl Tables {
    /// See [`sql`].
    ///
    /// # Errors
    ///
    /// [`DataError::Query`], or [`DataError::Installed`] if a file is missing or
    /// damaged.
    pub fn sql(&self, query: &str) -> Result<pl::DataFrame, DataError> {
        let mut all = self.names()?;
        all.extend([STACKED, DATASETS].map(str::to_owned));
        all.sort();
        let mut context = SQLContext::new();
        let text = query.to_lowercase();
        // Only what the query speaks of has to be read.
        for name in all.iter().filter(|name| text.contains(name.as_str())) {
            context.register(name, self.table(name)?.lazy());
        }
        context
            .execute(query)
            .and_then(pl::LazyFrame::collect)
            .map_err(|source| {
                let reason = first_sentence(&source.to_string());
                let near = unknown_relation(&reason)
                    .map(|name| names::near(&name, &all))
                    .unwrap_or_default();
                let tables = unknown_relation(&reason).map(|_| all).unwrap_or_default();
                DataError::Query {
                    reason,
                    near,
                    tables,
                }
            })
    }

    /// See [`incidents_with_causes`].
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if a file is missing or damaged.
    pub fn incidents_with_causes(&self) -> Result<pl::DataFrame, DataError> {
        let (incidents, causes) = (self.table("incidents")?, self.table("incident_causes")?);
        incidents
            .inner_join(&causes, ["id"], ["incident_id"])
            .map_err(|source| refused("incident_causes", source))
    }

    /// See [`regions_with_latency_and_price`].
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownRegion`], or [`DataError::Installed`] if a file is
    /// missing or damaged.
    pub fn regions_with_latency_and_price(
        &self,
        provider: &str,
        from_region: &str,
        vcpu: f64,
        memory_gib: f64,
    ) -> Result<pl::DataFrame, DataError> {
        let set = SETS.iter().find(|(owner, _)| *owner == provider);
        let Some((_, set)) = set else {
            let all = SETS.map(|(owner, _)| owner.to_owned()).to_vec();
            return Err(DataError::UnknownRegion {
                name: provider.to_owned(),
                of: "providers with measured round trips".to_owned(),
                near: names::near(provider, &all),
                all,
            });
        };
        let regions = self.table("cloud_regions")?;
        let known = self.region_codes(&regions, provider)?;
        if !known.iter().any(|code| code == from_region) {
            return Err(DataError::UnknownRegion {
                name: from_region.to_owned(),
                of: format!("regions of {provider}"),
                near: names::near_in(from_region, &known),
                all: known,
            });
        }
        let latency = self
            .region_latency_set(set)?
            .lazy()
            .filter(pl::col("from_region").eq(pl::lit(from_region)))
            .select([
                pl::col("to_region"),
                pl::coalesce(&[pl::col("rtt_p50_ms"), pl::col("rtt_avg_ms")]).alias("rtt_ms"),
                pl::col("great_circle_km"),
                pl::col("dataset"),
            ]);
        let price = self
            .table("compute_prices")?
            .lazy()
            .filter(
                text("provider")
                    .eq(pl::lit(provider))
                    .and(pl::col("vcpu").gt_eq(pl::lit(vcpu)))
                    .and(pl::col("memory_gib").gt_eq(pl::lit(memory_gib))),
            )
            .sort(["on_demand_usd_per_hour"], Default::default())
            .group_by_stable([pl::col("region")])
            .agg([
                pl::col("instance_type").first(),
                pl::col("on_demand_usd_per_hour").first(),
                pl::col("as_of").first().alias("price_as_of"),
            ]);
        regions
            .lazy()
            .filter(text("provider").eq(pl::lit(provider)))
            .select([
                pl::col("region_code"),
                pl::col("city"),
                pl::col("country"),
                pl::col("continent"),
            ])
            .left_join(latency, pl::col("region_code"), pl::col("to_region"))
            .left_join(price, pl::col("region_code"), pl::col("region"))
            .sort(
                ["rtt_ms", "region_code"],
                pl::SortMultipleOptions::new().with_nulls_last(true),
            )
            .collect()
            .map_err(|source| refused("cloud_regions", source))
    }

    /// See [`slas_with_incident_minutes`].
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if a file is missing or damaged.
    pub fn slas_with_incident_minutes(&self) -> Result<pl::DataFrame, DataError> {
        let slas = self.table("service_slas")?;
        let incidents = self.table("incidents")?;
        counted(&slas, &incidents).map_err(|source| refused("service_slas", source))
    }

    fn region_codes(
        &self,
        regions: &pl::DataFrame,
        provider: &str,
    ) -> Result<Vec<String>, DataError> {
        let codes = regions
            .clone()
            .lazy()
            .filter(text("provider").eq(pl::lit(provider)))
            .select([pl::col("region_code")])
            .collect()
            .map_err(|source| refused("cloud_regions", source))?;
        let codes = codes
            .column("region_code")
            .and_then(|codes| codes.str().cloned())
            .map_err(|source| refused("cloud_regions", source))?;
        Ok(codes.iter().flatten().map(str::to_owned).collect())
    }
}

/// An enum column compared with a plain text.
fn text(column: &str) -> pl::Expr {
    pl::col(column).cast(pl::DataType::String)
}

fn refused(table: &str, source: pl::PolarsError) -> DataError {
    DataError::Frame {
        table: table.to_owned(),
        source,
    }
}

/// The message of Polars without its query plan.
fn first_sentence(message: &str) -> String {
    message
        .split("\n\nResolved plan until failure")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// The name in "relation 'x' was not found".
fn unknown_relation(reason: &str) -> Option<String> {
    if !reason.contains("relation") || !reason.contains("not found") {
        return None;
    }
    let name = reason.split('\'').nth(1)?;
    Some(name.to_owned())
}

/// The table of promises with three columns on incidents.
fn counted(slas: &pl::DataFrame, incidents: &pl::DataFrame) -> pl::PolarsResult<pl::DataFrame> {
    let organization = incidents.column("organization")?.str()?;
    let service = incidents.column("service")?.str()?;
    let title = incidents.column("title")?.str()?;
    let minutes = incidents.column("duration_minutes")?.i64()?;
    let providers = slas.column("provider")?.cast(&pl::DataType::String)?;
    let (mut counts, mut known, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for (provider, promised) in providers
        .str()?
        .iter()
        .zip(slas.column("service")?.str()?.iter())
    {
        let owner = ORGANIZATIONS
            .iter()
            .find(|(provider_name, _)| Some(*provider_name) == provider)
            .map(|(_, owner)| *owner);
        let (mut count, mut with_duration, mut sum) = (0_i64, 0_i64, 0_i64);
        let rows = organization
            .iter()
            .zip(service.iter())
            .zip(title.iter())
            .zip(minutes.iter());
        for (((organization, service), title), minutes) in rows {
            let named = [service, title]
                .into_iter()
                .flatten()
                .any(|place| promised.is_some_and(|promised| mentions(place, promised)));
            if owner.is_some() && organization == owner && named {
                count += 1;
                if let Some(minutes) = minutes {
                    with_duration += 1;
                    sum += minutes;
                }
            }
        }
        counts.push(count);
        known.push(with_duration);
        lost.push((with_duration > 0).then_some(sum));
    }
    use pl::{IntoColumn, NamedFrom};
    let mut table = slas.select(["provider", "service", "scope", "sla_percent", "as_of"])?;
    table.with_column(pl::Series::new("incidents".into(), counts).into_column())?;
    table.with_column(pl::Series::new("incidents_with_duration".into(), known).into_column())?;
    table.with_column(pl::Series::new("incident_minutes".into(), lost).into_column())?;
    Ok(table)
}

/// Whether a text names a service, as whole words and in any case.
fn mentions(text: &str, service: &str) -> bool {
    let (text, service) = (text.to_lowercase(), service.to_lowercase());
    text.match_indices(&service).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_by_whole_words_only() {
        assert!(mentions("Amazon S3 in us-east-1", "S3"));
        assert!(mentions("DynamoDB, Lambda and others", "lambda"));
        assert!(!mentions("S3X", "S3"));
        assert!(!mentions("Elastic Block Store", "Block Storage"));
    }

    #[test]
    fn the_unknown_table_is_found_in_the_message() {
        let reason = "invalid or unsupported SQL: relation 'incident' was not found";
        assert_eq!(unknown_relation(reason).as_deref(), Some("incident"));
        assert_eq!(unknown_relation("column 'x' not found"), None);
    }
}
