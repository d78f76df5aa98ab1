//! What happens to events, as tables.

use hdrhistogram::Histogram;

use super::{
    EventFindings, appended::Append, delivered::Delivered, heard::Heard, rebuilt::Rebuilt,
};
use crate::report::{grouped, heading, line, speed};

/// Writes all tables.
pub fn tables(text: &mut String, findings: &EventFindings) {
    appends(text, &findings.appends);
    let (its, ours) = findings.row_bytes;
    text.push_str(&format!(
        "\nEach cell: events or transactions a second, then p50 / p99 of a request or transaction in \
         milliseconds. A row has {its} bytes, one of pgbench {ours}.\n"
    ));
    delivered(text, &findings.delivered);
    heard(text, &findings.heard);
    text.push_str("\nTimes: p50 / p99 in milliseconds.\n");
    rebuilt(text, &findings.rebuilt);
}

fn appends(text: &mut String, appends: &[Append]) {
    let title = "Events: appended by the service, and the same rows inserted by pgbench";
    let columns = [
        "writers",
        "organizations",
        "service on PostgreSQL",
        "events a commit",
        "pgbench, a row a transaction",
        "ratio (rounds)",
        "pgbench, rows as in a commit",
        "ratio",
        "service CPU µs an event",
        "service on SQLite",
    ];
    heading(text, title, &columns);
    for one in appends {
        let rounds = one.postgres.rounds.iter().zip(&one.plain.rounds);
        let ratios = rounds.map(|(service, plain)| service.rate() / plain.rate());
        let (least, most) = ratios.fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| {
            (least.min(ratio), most.max(ratio))
        });
        let rate = one.postgres.total.rate();
        let ratio = rate / one.plain.total.rate();
        let cpu = one.postgres.total.cpu_per_request();
        let (batched, beside) = batched(one);
        line(
            text,
            &[
                &one.writers.to_string(),
                &one.organizations.to_string(),
                &speed(&one.postgres.total),
                &format!("{:.1}", one.batch),
                &speed(&one.plain.total),
                &format!("**{ratio:.2}** ({least:.2}–{most:.2})"),
                &batched,
                &beside,
                &cpu.map_or(String::new(), |cpu| format!("{cpu:.0}")),
                &speed(&one.sqlite.total),
            ],
        );
    }
}

/// Rows that pgbench inserted several at a time, and how many times as fast the service is.
fn batched(one: &Append) -> (String, String) {
    let Some((rows, series)) = &one.batched else {
        return ("the same".to_owned(), String::new());
    };
    let rate = series.total.rate() * *rows as f64;
    let latency = &series.total;
    let cell = format!(
        "{}/s · {:.2} / {:.2} ({rows} rows)",
        grouped(rate.round() as u64),
        latency.milliseconds(50.0),
        latency.milliseconds(99.0)
    );
    let ratio = one.postgres.total.rate() / rate;
    (cell, format!("**{ratio:.2}**"))
}

fn delivered(text: &mut String, delivered: &[Delivered]) {
    let columns = [
        "service on",
        "webhooks",
        "order",
        "events",
        "deliveries",
        "a second",
        "attempts for each",
        "service CPU µs each",
    ];
    heading(text, "Webhooks: to a receiver on this machine", &columns);
    for one in delivered {
        let messages = one.messages as f64;
        let events = match one.written {
            None => "there before".to_owned(),
            Some(rate) => format!(
                "{} writers at the same time: {}/s",
                one.case.writers,
                grouped(rate.round() as u64)
            ),
        };
        line(
            text,
            &[
                one.system,
                &one.case.webhooks.to_string(),
                if one.case.ordered { "strict" } else { "none" },
                &events,
                &grouped(one.messages),
                &format!("**{}**", grouped((messages / one.seconds).round() as u64)),
                &format!("{:.3}", one.attempts as f64 / messages),
                &format!("{:.0}", one.cpu * 1e6 / messages),
            ],
        );
    }
}

fn heard(text: &mut String, heard: &[Heard]) {
    let columns = [
        "service on",
        "writers",
        "idle clients beside",
        "writes a second",
        "request to its answer",
        "answer to the message",
        "request to the message",
    ];
    heading(text, "WebSocket: from a write to its message", &columns);
    for one in heard {
        let writers = match one.writers {
            0 => "1, with pauses".to_owned(),
            writers => writers.to_string(),
        };
        line(
            text,
            &[
                one.system,
                &writers,
                &grouped(one.idle as u64),
                &grouped(one.rate.round() as u64),
                &times(&one.answered),
                &format!("**{}**", times(&one.after)),
                &times(&one.whole),
            ],
        );
    }
}

fn times(micros: &Histogram<u64>) -> String {
    let at = |percentile| micros.value_at_percentile(percentile) as f64 / 1000.0;
    format!("{:.2} / {:.2}", at(50.0), at(99.0))
}

fn rebuilt(text: &mut String, rebuilt: &[Rebuilt]) {
    let columns = [
        "system",
        "events",
        "rows",
        "`log verify`, events a second",
        "`log rebuild`, every row right",
        "`log rebuild`, rows lost",
    ];
    heading(text, "The log read again", &columns);
    for one in rebuilt {
        let rate = |seconds: f64| {
            let rate = (one.events as f64 / seconds).round() as u64;
            format!("{}/s ({seconds:.2} s)", grouped(rate))
        };
        let (seconds, rows) = one.mended;
        line(
            text,
            &[
                one.system,
                &grouped(one.events),
                &grouped(one.rows),
                &rate(one.verify),
                &rate(one.right),
                &format!("{}, {} rows made again", rate(seconds), grouped(rows)),
            ],
        );
    }
}
