//! What is wrong with a contract, and on which line.

use std::fmt;

/// One mistake in the contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line of the YAML file, from 1.
    pub line: usize,
    /// What is wrong, naming the thing that is.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Collects every mistake, so that one run shows them all.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a mistake.
    pub fn add(&mut self, line: usize, message: impl Into<String>) {
        self.0.push(Fault {
            line,
            message: message.into(),
        });
    }

    /// Gives `value` if there were no mistakes, else the mistakes in the order of their lines.
    pub fn or<T>(mut self, value: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort();
        self.0.dedup();
        Err(self.0)
    }
}
