//! Points in time.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, which every database keeps exactly.
/// Written as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The point that lies `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The point `seconds` later (earlier when negative); stops at the ends of the range.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl From<DateTime<Utc>> for Time {
    fn from(value: DateTime<Utc>) -> Self {
        Self(value.timestamp_micros())
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(value: Time) -> Self {
        Self::from_timestamp_micros(value.0).unwrap_or(if value.0 < 0 {
            Self::MIN_UTC
        } else {
            Self::MAX_UTC
        })
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = DateTime::<Utc>::from(*self).to_rfc3339_opts(SecondsFormat::AutoSi, true);
        f.write_str(&text)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let parsed = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        Ok(Self::from(parsed.with_timezone(&Utc)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_in_utc_and_read_back() {
        let time = Time::from_micros(1_772_357_400_000_001);
        let text = serde_json::to_string(&time).expect("a time is JSON");
        assert_eq!(text, "\"2026-03-01T09:30:00.000001Z\"");
        assert_eq!(serde_json::from_str::<Time>(&text).expect("reads"), time);
    }

    #[test]
    fn an_offset_is_turned_into_utc() {
        let time: Time = serde_json::from_str("\"2026-03-01T11:30:00+02:00\"").expect("reads");
        assert_eq!(time.to_string(), "2026-03-01T09:30:00Z");
    }
}
