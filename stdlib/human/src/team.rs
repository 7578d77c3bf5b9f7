//! How many people: those who talk to each other, and those who share on-call.

use lightcone_formula_macros::formula;
use lightcone_units::Ratio;

formula! {
    /// The pairs in a group of people who may all have to talk to each other.
    pub fn communication_paths(
        people: u64, "n", "people", default 8, range 0..=200;
    ) -> u64, "C", "communication paths", "at least 0" {
        people * (people - 1).max(0) / 2
    }
    id: "F022";
    name: "Communication paths";
    path: "human::communication_paths";
    latex: r"C=\frac{n(n-1)}{2}";
    spoken: "the number of paths is n times n minus one, divided by two";
    assumes: "Everybody may have to talk to everybody else.";
    fails: "In an organisation that is divided so that most people need not talk to each other, \
            which is the point of dividing it.";
    source: "Brooks 1975, The Mythical Man-Month, chapter 2";
    episode: 3;
    example: (50) => "1225";
}

formula! {
    /// The smallest number of people who can share an on-call rotation.
    pub fn oncall_min_engineers(
        roles: u32, "r", "roles that are on call at the same time",
            at_least 1 "a rotation has something to do", default 2, range 1..=6;
        share: Ratio in percent, "f", "largest share of time one person is on call",
            above 0 up_to 100 "somebody has to be on call, and nobody can be more than always",
            default 25, range 5..=100;
    ) -> u64, "N", "people in the rotation", "at least r" {
        // A hair less, so that rounding in the division does not add a person.
        (roles / share * (1 - 1e-12)).ceil().max(roles)
    }
    id: "F023";
    name: "Minimum on-call rotation";
    path: "human::oncall_min_engineers";
    latex: r"N \ge \lceil r/f \rceil";
    spoken: "the rotation needs at least the number of roles over the share of time, rounded up";
    assumes: "One site, no holidays and no illness, and everybody can take every role.";
    fails: "As a plan: leave and people who leave come on top.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapter 11";
    episode: 3;
    example: (2, 25.percent()) => "8";
}
