//! Times that do not exist, have no zone, or lie in the wrong order. It is 2026-03-01T09:30:00Z.

use super::row::{Bad, patch, post};

fn seat(name: &'static str, times: &str) -> Bad {
    let body = format!(r#"{{"userId": "$user", "productVariantId": "$variant", {times}}}"#);
    post(name, "assignments", body)
}

pub fn rows() -> Vec<Bad> {
    let mut rows = forms();
    rows.extend(orders());
    rows
}

fn forms() -> Vec<Bad> {
    let both = &["/startsAt FORMAT", "/endsAt FORMAT"];
    vec![
        seat(
            "times without a zone",
            r#""startsAt": "2026-04-01T00:00:00", "endsAt": "2026-05-01 00:00:00""#,
        )
        .names(both),
        seat(
            "a date, and a time of day",
            r#""startsAt": "2026-04-01", "endsAt": "00:00:00Z""#,
        )
        .names(both),
        seat(
            "a day and an hour that do not exist",
            r#""startsAt": "2027-02-29T00:00:00Z", "endsAt": "2027-03-01T24:00:00Z""#,
        )
        .names(both),
        seat(
            "years that no database keeps",
            r#""startsAt": "0000-01-01T00:00:00Z", "endsAt": "10000-01-01T00:00:00Z""#,
        )
        .names(both),
        seat(
            "years that the zone moves out",
            r#""startsAt": "0001-01-01T00:00:00+01:00", "endsAt": "9999-12-31T23:59:59-01:00""#,
        )
        .names(both),
        seat(
            "a week, and a time with words",
            r#""startsAt": "2026-W14-1T00:00:00Z", "endsAt": "1 Apr 2027 00:00:00 GMT""#,
        )
        .names(both),
        seat(
            "empty times, and digits of another script",
            r#""startsAt": "", "endsAt": "٢٠٢٧-03-01T00:00:00Z""#,
        )
        .names(both),
        seat(
            "numbers of seconds",
            r#""startsAt": 1772357400, "endsAt": 1.5"#,
        )
        .names(&["/startsAt TYPE", "/endsAt TYPE"]),
        patch(
            "a zone without minutes, and one without sense",
            r#"{"startsAt": "2026-04-01T00:00:00+01", "endsAt": "2026-05-01T00:00:00+25:00"}"#,
        )
        .names(both),
    ]
}

fn orders() -> Vec<Bad> {
    let end = &["/endsAt AFTER_START"];
    vec![
        seat(
            "an end before the start",
            r#""startsAt": "2026-05-01T00:00:00Z", "endsAt": "2026-04-01T00:00:00Z""#,
        )
        .names(end),
        seat(
            "an end at the start, in another zone",
            r#""startsAt": "2026-05-01T00:00:00Z", "endsAt": "2026-05-01T02:00:00+02:00""#,
        )
        .names(end),
        seat(
            "an end that has passed",
            r#""endsAt": "2026-03-01T09:29:59.999999Z""#,
        )
        .names(end),
        seat("an end that is now", r#""endsAt": "2026-03-01T09:30:00Z""#).names(end),
        patch(
            "a start moved behind the end",
            r#"{"startsAt": "2026-05-01T00:00:00Z", "endsAt": "2026-04-01T00:00:00Z"}"#,
        )
        .names(end),
        patch(
            "an end moved before the seat",
            r#"{"endsAt": "2026-02-01T00:00:00Z"}"#,
        )
        .names(end),
    ]
}
