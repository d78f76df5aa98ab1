//! Metrics of the background tasks.

use super::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use std::{sync::atomic::AtomicU64, time::Duration};

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    task: &'static str,
}

/// The series of the background tasks.
#[derive(Default)]
pub(super) struct Background {
    sweep_lag: Seconds,
    sweep_failing: Gauge,
    watch_age: Seconds,
    clock_offset: Seconds,
    mails: Gauge,
    oldest_mail: Seconds,
    running: Family<Of, Gauge>,
    ends: Family<Of, Counter>,
}

impl Background {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "How long ago the end passed of the seat that waits longest to be freed";
        registry.register("sweep_lag_seconds", help, self.sweep_lag.clone());
        let help = "Logs in which seats whose end has passed cannot be freed at present";
        registry.register("sweep_failing_logs", help, self.sweep_failing.clone());
        let help =
            "How long ago the logs were looked at for what other replicas changed about callers";
        registry.register("caller_watch_age_seconds", help, self.watch_age.clone());
        let help = "How far the clock of this machine is ahead of the database's";
        registry.register("clock_offset_seconds", help, self.clock_offset.clone());
        registry.register(
            "mail_queue_length",
            "Mails that are to be sent",
            self.mails.clone(),
        );
        let help = "How long ago the mail was queued that waits longest";
        registry.register("mail_queue_oldest_seconds", help, self.oldest_mail.clone());
        let help = "1 while a task of the background runs";
        registry.register("background_task_running", help, self.running.clone());
        let help = "How often a task of the background ended or broke down, and was begun again";
        registry.register("background_task_ends", help, self.ends.clone());
    }
}

impl Metrics {
    /// Sets the result of a round of the sweep.
    pub fn set_sweep(&self, lag: Duration, failing: usize) {
        self.background.sweep_lag.set(lag.as_secs_f64());
        let failing = i64::try_from(failing).unwrap_or(i64::MAX);
        self.background.sweep_failing.set(failing);
    }

    /// Sets how long ago the changes of callers by other replicas were read.
    pub fn set_watch_age(&self, age: Duration) {
        self.background.watch_age.set(age.as_secs_f64());
    }

    /// Sets how many microseconds the clock is ahead of the database's.
    pub fn set_clock_ahead(&self, micros: i64) {
        self.background.clock_offset.set(micros as f64 / 1e6);
    }

    /// Sets the number of queued mails, and how long the oldest of them has waited.
    pub fn set_mail_queue(&self, mails: u64, oldest: Duration) {
        self.background
            .mails
            .set(i64::try_from(mails).unwrap_or(i64::MAX));
        self.background.oldest_mail.set(oldest.as_secs_f64());
    }

    /// Records that a background task runs, or that it has ended.
    pub fn task_runs(&self, task: &'static str, is_running: bool) {
        let of = Of { task };
        self.background
            .running
            .get_or_create(&of)
            .set(i64::from(is_running));
        let ends = self.background.ends.get_or_create(&of);
        if !is_running {
            ends.inc();
        }
    }
}
