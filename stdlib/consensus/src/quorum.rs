//! Quorums.

use lightcone_formula_macros::formula;
use lightcone_units::{DomainError, Time, argument};

formula! {
    /// The smallest quorum of which any two share a replica.
    ///
    /// # See also
    /// [`quorums_overlap`] for quorums of different sizes.
    pub fn majority(
        replicas: u64, "n", "replicas", at_least 1 "nobody cannot agree",
            default 5, range 1..=99;
    ) -> u64, "q", "replicas of a majority", "more than n/2" {
        (replicas / 2).floor() + 1
    }
    id: "F035";
    name: "Majority quorum and overlap";
    path: "quorum::majority";
    latex: r"q=\lfloor n/2\rfloor+1;\ R+W>N";
    spoken: "a majority is half of the replicas rounded down, plus one; a read sees the last write \
             when the two quorums together are more than all replicas";
    assumes: "Every replica has one vote, and none of them lies.";
    fails: "When replicas are added or removed while old quorums still count.";
    source: "Gifford 1979, SOSP; Thomas 1979, ACM Transactions on Database Systems 4(2)";
    episode: 4;
    example: (5) => "3";
}

/// Whether each read quorum shares a replica with each write quorum: R + W > N.
///
/// # Errors
/// [`DomainError`] without replicas, and for a quorum that is empty or larger than
/// all replicas.
///
/// ```
/// use lightcone_consensus::quorum::quorums_overlap;
/// assert!(quorums_overlap(3, 2, 2)?);
/// assert!(!quorums_overlap(3, 1, 2)?);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn quorums_overlap(replicas: u64, read: u64, write: u64) -> Result<bool, DomainError> {
    let replicas = argument("replicas", replicas).at_least(1, "nobody cannot agree")?;
    let why = "a quorum is some or all of the replicas";
    let read = argument("read", read).between(1, replicas, why)?;
    let write = argument("write", write).between(1, replicas, why)?;
    // Written so that it cannot overflow.
    Ok(read > replicas - write)
}

formula! {
    /// The smallest number of nodes that agree although some of them lie.
    ///
    /// # See also
    /// [`bft_quorum`]
    pub fn bft_min_nodes(
        faulty: u64, "f", "nodes that may behave in any way", default 1, range 0..=33;
    ) -> u64, "n", "nodes", "at least 1" {
        3 * faulty + 1
    }
    id: "F037";
    name: "Byzantine bound";
    path: "quorum::bft_min_nodes";
    latex: r"n\ge 3f+1,\ q=2f+1";
    spoken: "it takes at least three times the faulty nodes plus one, and quorums of twice the \
             faulty nodes plus one";
    assumes: "Messages arrive in the end, and signatures cannot be forged where the protocol needs \
              them.";
    fails: "When faults have a common cause, such as the same bug in all nodes: then f is all of \
            them.";
    source: "Pease, Shostak and Lamport 1980, Journal of the ACM 27(2); Castro and Liskov 1999, OSDI";
    episode: 4;
    example: (1) => "4";
}

/// How many equal answers prove that most honest nodes agree: 2f + 1.
///
/// # Errors
/// [`DomainError`] beyond 2^53 nodes.
///
/// ```
/// assert_eq!(lightcone_consensus::quorum::bft_quorum(1)?, 3);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn bft_quorum(faulty: u64) -> Result<u64, DomainError> {
    // The nodes are checked to be in range, and the quorum is smaller.
    bft_min_nodes(faulty).map(|nodes| nodes - faulty)
}

formula! {
    /// How long a Raft leader needs to commit an entry.
    ///
    /// The leader waits for the followers that complete a majority, so the slow ones
    /// do not matter. Without followers it only writes to its own disk.
    pub fn raft_commit_latency(
        followers: [Time] in ms, "RTT_i", "round-trip time to follower i",
            at_least 0 "an answer cannot arrive before the question",
            default [1, 2, 70, 80], range 0..=300;
        fsync: Time in ms, "t_{fsync}", "time to write to disk",
            at_least 0 "writing cannot take negative time", default 2, range 0..=50;
    ) -> Time in ms, "t", "commit latency", "at least 0" {
        // A majority of the followers and the leader, less the leader itself.
        let needed = ((count(followers) + 1) / 2).floor();
        if needed == 0 {
            return fsync;
        }
        kth_smallest(followers, needed) + fsync
    }
    id: "F038";
    name: "Raft commit latency";
    path: "quorum::raft_commit_latency";
    latex: r"t = RTT_{(q-1)}+t_{fsync}";
    spoken: "the commit latency is the round trip to the follower that completes the majority, plus \
             the time to write to disk";
    assumes: "Leader and followers write at the same time, all disks are equally fast, and nothing \
              queues.";
    fails: "During an election, and when entries wait for those before them.";
    source: "Ongaro and Ousterhout 2014, USENIX ATC";
    episode: 4;
    example: (&[1.ms(), 2.ms(), 70.ms(), 80.ms()], 2.ms()) => "4 ms";
}
