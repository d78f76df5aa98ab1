//! Collects the faults of a request, so that one problem reports all of them.

use super::problem;
use contract::Problem;
use domain::Invalid;

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(Vec<Invalid>);

impl Faults {
    /// The value if it is valid; otherwise its fault is collected.
    pub fn keep<T>(&mut self, parsed: Result<T, Invalid>) -> Option<T> {
        parsed.map_err(|fault| self.0.push(fault)).ok()
    }

    /// The value if it is valid; otherwise all of its faults are collected.
    pub fn keep_all<T>(&mut self, parsed: Result<T, Vec<Invalid>>) -> Option<T> {
        parsed.map_err(|faults| self.0.extend(faults)).ok()
    }

    /// The problem with all faults.
    pub fn problem(self) -> Problem {
        problem::invalid(self.0)
    }
}
