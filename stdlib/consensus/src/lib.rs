//! Agreement: how many replicas it takes, and how long it lasts.
//!
//! ```
//! use lightcone_consensus::quorum::{bft_min_nodes, majority};
//!
//! // Five replicas agree by three; against one liar it takes four nodes.
//! assert_eq!(majority(5)?, 3);
//! assert_eq!(bft_min_nodes(1)?, 4);
//! # Ok::<(), lightcone_units::DomainError>(())
//! ```

#![forbid(unsafe_code)]

pub mod quorum;

use lightcone_units::Formula;

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_consensus::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "quorum::majority");
/// ```
pub const FORMULAS: &[Formula] = &[
    quorum::MAJORITY,
    quorum::BFT_MIN_NODES,
    quorum::RAFT_COMMIT_LATENCY,
];
