//! Time and new ids, as inputs.

use domain::Time;
use uuid::Uuid;

/// Where time and new ids come from.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> Time;

    /// A new id, a UUIDv7 (RFC 9562).
    fn new_id(&self) -> Uuid;

    /// Whether the time can be trusted.
    fn health(&self) -> ClockHealth {
        ClockHealth {
            is_trusted: true,
            ahead: Some(0),
        }
    }
}

/// What is known of the clock of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockHealth {
    /// Whether irreversible work may be done by it.
    pub is_trusted: bool,
    /// How many microseconds it is ahead of the database's, or of what it was before it was set;
    /// negative when it is behind. None when it was never compared.
    pub ahead: Option<i64>,
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
