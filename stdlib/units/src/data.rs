//! Amounts of data and how fast they move.
//!
//! Sizes are counted in bytes and rates in bits per second, as files and lines
//! are sold. The factor of 8 between them is inside the types.

use crate::quantity::{Style, quantity};

quantity! {
    /// An amount of data. `kb` to `pb` are decimal (1 kB is 1,000 bytes), `kib`
    /// to `tib` are binary (1 KiB is 1,024 bytes). Text is always decimal.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(64.kib().in_bytes(), 65_536.0);
    /// assert_eq!(64.kib().to_string(), "65.5 kB");
    /// assert_eq!("1.2 TB".parse::<DataSize>()?.in_gb(), 1_200.0);
    /// # Ok::<(), ParseQuantityError>(())
    /// ```
    DataSize, "an amount of data", base "byte", style Style::Scaled("B"),
    literals DataSizeLiterals {
        bits from_bits in_bits "bits" "bit" ["bits"] 1.0 / 8.0 false;
        bytes from_bytes in_bytes "bytes" "B" ["byte", "bytes"] 1.0 / 1.0 true;
        kbit from_kbit in_kbit "kilobits (1,000 bits)" "kbit" ["kb"] 125.0 / 1.0 false;
        kb from_kb in_kb "kilobytes (1,000 bytes)" "kB" ["KB"] 1e3 / 1.0 true;
        kib from_kib in_kib "kibibytes (1,024 bytes)" "KiB" ["kiB"] 1024.0 / 1.0 false;
        mbit from_mbit in_mbit "megabits" "Mbit" ["Mb"] 125e3 / 1.0 false;
        mb from_mb in_mb "megabytes (10^6 bytes)" "MB" [] 1e6 / 1.0 true;
        mib from_mib in_mib "mebibytes (2^20 bytes)" "MiB" [] 1048576.0 / 1.0 false;
        gbit from_gbit in_gbit "gigabits" "Gbit" ["Gb"] 125e6 / 1.0 false;
        gb from_gb in_gb "gigabytes (10^9 bytes)" "GB" [] 1e9 / 1.0 true;
        gib from_gib in_gib "gibibytes (2^30 bytes)" "GiB" [] 1073741824.0 / 1.0 false;
        tb from_tb in_tb "terabytes (10^12 bytes)" "TB" [] 1e12 / 1.0 true;
        tib from_tib in_tib "tebibytes (2^40 bytes)" "TiB" [] 1099511627776.0 / 1.0 false;
        pb from_pb in_pb "petabytes (10^15 bytes)" "PB" [] 1e15 / 1.0 true;
        eb from_eb in_eb "exabytes (10^18 bytes)" "EB" [] 1e18 / 1.0 true;
    }
}

quantity! {
    /// A data rate, such as the bandwidth of a line.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(5_242_880.bit_per_s().to_string(), "5.24 Mbit/s");
    /// assert_eq!((1.gbit_per_s() * 80.ms()).to_string(), "10 MB");
    /// assert_eq!(1.gbit_per_s().in_mb_per_s(), 125.0);
    /// ```
    DataRate, "a data rate", base "bit per second", style Style::Scaled("bit/s"),
    literals DataRateLiterals {
        bit_per_s from_bit_per_s in_bit_per_s "bits per second" "bit/s" ["bps", "b/s"] 1.0 / 1.0 true;
        bytes_per_s from_bytes_per_s in_bytes_per_s "bytes per second" "B/s" [] 8.0 / 1.0 false;
        kbit_per_s from_kbit_per_s in_kbit_per_s "kilobits per second" "kbit/s" ["kbps", "kb/s"] 1e3 / 1.0 true;
        kb_per_s from_kb_per_s in_kb_per_s "kilobytes per second" "kB/s" ["KB/s"] 8e3 / 1.0 false;
        mbit_per_s from_mbit_per_s in_mbit_per_s "megabits per second" "Mbit/s" ["Mbps", "Mb/s"] 1e6 / 1.0 true;
        mb_per_s from_mb_per_s in_mb_per_s "megabytes per second" "MB/s" [] 8e6 / 1.0 false;
        gbit_per_s from_gbit_per_s in_gbit_per_s "gigabits per second" "Gbit/s" ["Gbps", "Gb/s"] 1e9 / 1.0 true;
        gb_per_s from_gb_per_s in_gb_per_s "gigabytes per second" "GB/s" [] 8e9 / 1.0 false;
        tbit_per_s from_tbit_per_s in_tbit_per_s "terabits per second" "Tbit/s" ["Tbps", "Tb/s"] 1e12 / 1.0 true;
    }
}
