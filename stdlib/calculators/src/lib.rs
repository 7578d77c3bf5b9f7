//! Calculators: each answers one question with a few inputs and named lines.
//!
//! There is one module for each episode of the course. A calculator is written once,
//! with `calculator!`; its page, spreadsheet and widget come from that.

#![forbid(unsafe_code)]

mod episode_1;
mod episode_2;
mod episode_3;
mod episode_4;
mod episode_5;

use lightcone_sheets::Sheet;

pub use episode_1::*;
pub use episode_2::*;
pub use episode_3::*;
pub use episode_4::*;
pub use episode_5::*;

/// The calculators, in the order of their ids.
pub const CALCULATORS: &[Sheet] = &[
    // Episode 1: the speed of light.
    LATENCY_FLOOR,
    BDP_WINDOW,
    TCP_THROUGHPUT,
    HANDSHAKE_BUDGET,
    CORRELATED_AVAILABILITY,
    // Episode 2: chaos.
    CASCADE_SIZE,
    RETRY_AMPLIFICATION,
    BLAST_RADIUS,
    CHAOS_SAMPLE,
    // Episode 3: people.
    ONCALL_ROTATION,
    ALERT_PRECISION,
    MTTR_WHATIF,
    TOIL_PAYBACK,
    // Episode 4: distribution.
    SPEEDUP_LAWS,
    USL_FIT,
    QUORUM_DESIGNER,
    BFT_SIZING,
    // Episode 5: systems that learn.
    BANDIT_LAB,
    DRIFT_PSI,
    FED_ROUND,
];
