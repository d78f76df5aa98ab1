//! What is wrong with the values of a request, collected so that one answer says all of it.

use super::problem;
use contract::Problem;
use domain::Invalid;

/// Faults, as they are found.
#[derive(Default)]
pub(super) struct Faults(Vec<Invalid>);

impl Faults {
    /// The value when it is good; otherwise its fault is kept.
    pub fn keep<T>(&mut self, parsed: Result<T, Invalid>) -> Option<T> {
        parsed.map_err(|fault| self.0.push(fault)).ok()
    }

    /// The value when it is good; otherwise all of its faults are kept.
    pub fn keep_all<T>(&mut self, parsed: Result<T, Vec<Invalid>>) -> Option<T> {
        parsed.map_err(|faults| self.0.extend(faults)).ok()
    }

    /// The problem that says all of them.
    pub fn problem(self) -> Problem {
        problem::invalid(self.0)
    }
}
