//! Metrics of webhooks.

use super::Metrics;
use outbound::webhooks::Observer;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// The series of all webhooks together. The API shows the deliveries of a single webhook.
pub(super) struct Webhooks {
    attempts: Family<Outcome, Counter>,
    disabled: Counter,
}

impl Webhooks {
    pub(super) fn new() -> Self {
        let attempts = Family::default();
        for outcome in ["delivered", "failed"] {
            let _ = attempts.get_or_create(&Outcome { outcome });
        }
        Self {
            attempts,
            disabled: Counter::default(),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Attempts to send something to a webhook, by what came of them";
        registry.register("webhook_attempts", help, self.attempts.clone());
        let help = "Webhooks that were disabled since they took nothing";
        registry.register("webhook_disabled", help, self.disabled.clone());
    }
}

impl Observer for Metrics {
    fn attempted(&self, delivered: u64, failed: u64) {
        for (outcome, count) in [("delivered", delivered), ("failed", failed)] {
            let attempts = self.webhooks.attempts.get_or_create(&Outcome { outcome });
            attempts.inc_by(count);
        }
    }

    fn disabled(&self) {
        self.webhooks.disabled.inc();
    }
}
