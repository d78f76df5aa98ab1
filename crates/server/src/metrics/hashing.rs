//! Metrics of the threads that hash passwords.

use super::Metrics;
use credentials::hasher::Observer;
use std::{sync::Arc, time::Duration};

/// Reports hashing to the metrics.
pub struct Hashing(pub Arc<Metrics>);

impl Observer for Hashing {
    fn began(&self, waited: Duration) {
        self.0.password_waited(waited);
    }

    fn computed(&self, took: Duration) {
        self.0.password_hashed(took);
    }
}
