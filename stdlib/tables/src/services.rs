//! Prices of services other than machines.

use crate::SERVICE_PRICES;
use crate::name::UnknownName;

/// The price of a service.
///
/// See the example of [`service_price`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServicePrice {
    /// Who sells it.
    pub provider: &'static str,
    /// The service as the provider names it.
    pub service: &'static str,
    /// What exactly is charged.
    pub tier: &'static str,
    /// For how much the price is, such as `GB` or `hour`.
    pub unit: &'static str,
    /// The price of one unit in US dollars.
    pub usd: f64,
    /// The region that the price is for.
    pub region: &'static str,
    /// Free amounts and the like.
    pub notes: &'static str,
    /// Where the price is from.
    pub source: &'static str,
    /// The date of the price; empty when its page has none.
    pub as_of: &'static str,
}

/// The price with these names. They are those of the dataset.
///
/// # Errors
/// [`UnknownName`] with the nearest tiers of that service, or the nearest services.
///
/// ```
/// use lightcone_tables::service_price;
/// let disk = service_price("aws", "EBS", "gp3 storage", "us-east-1")?;
/// assert_eq!((disk.usd, disk.unit), (0.08, "GB-month"));
/// assert_eq!(disk.as_of, "2024-07-01");
/// assert!(service_price("aws", "EBS", "gp9 storage", "us-east-1").is_err());
/// # Ok::<(), lightcone_tables::UnknownName>(())
/// ```
pub fn service_price(
    provider: &str,
    service: &str,
    tier: &str,
    region: &str,
) -> Result<&'static ServicePrice, UnknownName> {
    let of_service = |price: &&ServicePrice| price.provider == provider && price.service == service;
    let mut prices = SERVICE_PRICES.iter().filter(of_service);
    if let Some(price) = prices.find(|price| price.tier == tier && price.region == region) {
        return Ok(price);
    }
    if SERVICE_PRICES.iter().any(|price| of_service(&price)) {
        let tiers: Vec<String> = SERVICE_PRICES
            .iter()
            .filter(of_service)
            .map(|price| format!("{} in {}", price.tier, price.region))
            .collect();
        let wanted = format!("{tier} in {region}");
        let tiers = tiers.iter().map(String::as_str);
        return Err(UnknownName::new("price of this service", &wanted, tiers));
    }
    let mut services: Vec<String> = SERVICE_PRICES
        .iter()
        .map(|price| format!("{} {}", price.provider, price.service))
        .collect();
    services.dedup();
    let services = services.iter().map(String::as_str);
    Err(UnknownName::new(
        "service",
        &format!("{provider} {service}"),
        services,
    ))
}
