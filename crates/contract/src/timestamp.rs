//! A moment in UTC.

use std::{borrow::Cow, fmt};

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use poem::http::HeaderValue;
use poem_openapi::types::{
    ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToHeader, ToJSON, Type,
};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::registry::{MetaSchema, MetaSchemaRef};

/// A moment in UTC to the microsecond, in the years 1 to 9999: what every database can keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Reads RFC 3339. What is finer than a microsecond is cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        // chrono also takes a blank between date and time.
        let separated = matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        (separated && (1..=9999).contains(&moment.year())).then(|| Self::from(moment))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        // Through microseconds, so that a leap second becomes the second after it.
        Self(DateTime::from_timestamp_micros(moment.timestamp_micros()).unwrap_or(moment))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Type for Timestamp {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_date-time".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "date-time")))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(
        &'a self,
    ) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Timestamp {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        value
            .as_str()
            .and_then(Self::parse)
            .ok_or_else(|| ParseError::custom("not a date-time"))
    }
}

impl ParseFromParameter for Timestamp {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Self::parse(value).ok_or_else(|| ParseError::custom("not a date-time"))
    }
}

impl ToJSON for Timestamp {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl ToHeader for Timestamp {
    fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.to_string()).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn prints_utc_to_the_microsecond() {
        let print = |text| Timestamp::parse(text).unwrap().to_string();
        assert_eq!(print("2026-03-01T10:30:00+01:00"), "2026-03-01T09:30:00Z");
        assert_eq!(
            print("2026-03-01T09:30:00.123456789Z"),
            "2026-03-01T09:30:00.123456Z"
        );
        assert_eq!(print("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
        assert_eq!(
            print("2026-03-01t09:30:00.500z"),
            "2026-03-01T09:30:00.500Z"
        );
    }

    #[test]
    fn refuses_what_no_database_keeps() {
        for text in [
            "0000-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00",
            "0001-01-01T00:00:00+01:00",
            "2026-03-01 09:30:00Z",
            "2026-03-01",
            "2026-02-30T00:00:00Z",
            "2026-03-01T09:30:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
