//! Distances and speeds.

use crate::quantity::{Style, quantity};

quantity! {
    /// A distance, such as the length of a cable.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(5_570.km().to_string(), "5,570 km");
    /// assert_eq!((5_570.km() / 200_000.km_per_s()).to_string(), "27.9 ms");
    /// ```
    Length, "a length", base "metre", style Style::Scaled("m"),
    literals LengthLiterals {
        mm from_mm in_mm "millimetres" "mm" [] 1.0 / 1e3 true;
        meters from_meters in_meters "metres" "m" ["meter", "meters", "metre", "metres"] 1.0 / 1.0 true;
        km from_km in_km "kilometres" "km" ["kilometers", "kilometres"] 1e3 / 1.0 true;
    }
}

quantity! {
    /// A speed, such as that of light.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let light = 299_792_458.m_per_s();
    /// assert_eq!(light.to_string(), "299,792 km/s");
    /// assert_eq!((light * 1.ms()).to_string(), "300 km");
    /// ```
    Speed, "a speed", base "metre per second", style Style::Scaled("m/s"),
    literals SpeedLiterals {
        m_per_s from_m_per_s in_m_per_s "metres per second" "m/s" [] 1.0 / 1.0 true;
        km_per_s from_km_per_s in_km_per_s "kilometres per second" "km/s" [] 1e3 / 1.0 true;
    }
}
