//! How the threads that hash passwords keep up.

use super::Metrics;
use credentials::hasher::Observer;
use std::{sync::Arc, time::Duration};

/// Tells the metrics.
pub struct Hashing(pub Arc<Metrics>);

impl Observer for Hashing {
    fn began(&self, waited: Duration) {
        self.0.password_waited(waited);
    }

    fn computed(&self, took: Duration) {
        self.0.password_hashed(took);
    }
}
