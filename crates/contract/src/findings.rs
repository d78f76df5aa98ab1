//! What is wrong with a request, as far as it is told: a hostile body could ask for millions of
//! notes, and more than a few help nobody.

use crate::FieldError;

/// Notes that are told at most.
pub(crate) const MOST: usize = 1000;

/// Bytes of pointers, names and messages that are told at most; what comes after is left out.
pub(crate) const MOST_BYTES: usize = 128 * 1024;

/// A bounded list of what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<FieldError>,
    bytes: usize,
}

impl Findings {
    /// Adds one, unless there are too many already.
    pub(crate) fn push(&mut self, error: FieldError) {
        if self.is_full() {
            return;
        }
        let place = error.pointer.as_ref().or(error.parameter.as_ref());
        self.bytes += place.map_or(0, String::len) + error.code.len() + error.message.len();
        self.list.push(error);
    }

    /// Whether nothing more is taken, so that nobody need look for more.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MOST || self.bytes >= MOST_BYTES
    }

    /// Everything, in the order in which it was found.
    pub(crate) fn into_list(self) -> Vec<FieldError> {
        self.list
    }

    /// Everything so far.
    pub(crate) fn as_list(&self) -> &[FieldError] {
        &self.list
    }
}
