//! Time and new ids, as inputs.

use domain::Time;
use uuid::Uuid;

/// Where time and new ids come from.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> Time;

    /// A new id, a UUIDv7 (RFC 9562).
    fn new_id(&self) -> Uuid;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        Time::from(chrono::Utc::now())
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
