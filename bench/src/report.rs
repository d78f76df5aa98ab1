//! The findings as `docs/benchmarks.md`.

use std::fmt::Write;

use crate::{
    argon, events,
    findings::{Comparison, Findings, Footprint, Growth},
    load::Measurement,
    scenario::Scenario,
    sizes::Sizes,
};

/// What the figures are good for and why a target is missed, by hand.
const NOTES: &str = include_str!("../notes.md");

/// Connections at which the targets hold.
const TARGET_CONNECTIONS: u64 = 32;

/// Seconds to the first answer, MiB at rest, and growth that are still good.
const START_TARGET: f64 = 500.0;
const IDLE_TARGET: f64 = 60.0;
const GROWTH_TARGET: f64 = 2.0;

/// Writes the whole page.
pub fn page(findings: &Findings, sizes: &Sizes) -> String {
    let mut text = String::from(
        "# Benchmarks\n\nWritten by `make bench`; the notes at the end are from `bench/notes.md`.\n\n\
         | | |\n| --- | --- |\n",
    );
    for (name, value) in &findings.facts {
        line(&mut text, &[name, value]);
    }
    comparisons(&mut text, &findings.comparisons, sizes);
    people(&mut text, &findings.comparisons, sizes);
    events::report::tables(&mut text, &findings.events);
    growth(&mut text, &findings.growth, sizes);
    footprints(&mut text, &findings.footprints);
    failures(&mut text, findings);
    text.push('\n');
    text.push_str(NOTES);
    text
}

/// A line of a table.
pub fn line(text: &mut String, cells: &[&str]) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// The title of a table and its first lines.
pub fn heading(text: &mut String, title: &str, columns: &[&str]) {
    let _ = write!(text, "\n## {title}\n\n");
    line(text, columns);
    line(text, &vec!["---"; columns.len()]);
}

fn comparisons(text: &mut String, comparisons: &[Comparison], sizes: &Sizes) {
    let title = "The service beside the same statements as one plain transaction in pgbench";
    let columns = [
        "operation",
        "connections",
        "service on PostgreSQL",
        "pgbench",
        "ratio (rounds)",
        "target",
        "service CPU µs a request",
        "service on SQLite",
    ];
    heading(text, title, &columns);
    let of_seats = |one: &&Comparison| !one.scenario.is_of_people();
    for one in comparisons.iter().filter(of_seats) {
        let (ratio, least, most) = one.ratio();
        let cpu = one.postgres.total.cpu_per_request();
        line(
            text,
            &[
                &name(one.scenario, sizes),
                &one.connections.to_string(),
                &speed(&one.postgres.total),
                &speed(&one.plain.total),
                &format!("**{ratio:.2}** ({least:.2}–{most:.2})"),
                &target(one, ratio),
                &cpu.map_or(String::new(), |cpu| format!("{cpu:.0}")),
                &speed(&one.sqlite.total),
            ],
        );
    }
    text.push_str(
        "\nEach cell: requests or transactions a second, then p50 / p99 in milliseconds.\n",
    );
}

fn people(text: &mut String, comparisons: &[Comparison], sizes: &Sizes) {
    let title =
        "People: the service beside the same statements in pgbench, or beside the hash alone";
    let columns = [
        "operation",
        "connections",
        "service on PostgreSQL",
        "a core",
        "base line",
        "base line alone",
        "ratio (rounds)",
        "service CPU µs each",
        "service on SQLite",
    ];
    heading(text, title, &columns);
    let of_people = |one: &&Comparison| one.scenario.is_of_people();
    for one in comparisons.iter().filter(of_people) {
        let (ratio, least, most) = one.ratio();
        let cpu = one.postgres.total.cpu_per_request();
        line(
            text,
            &[
                &name(one.scenario, sizes),
                &one.connections.to_string(),
                &speed(&one.postgres.total),
                &a_core(one),
                &base_line(one),
                &speed(&one.plain.total),
                &format!("**{ratio:.2}** ({least:.2}–{most:.2})"),
                &cpu.map_or(String::new(), |cpu| format!("{cpu:.0}")),
                &speed(&one.sqlite.total),
            ],
        );
    }
    text.push_str(
        "\nEach cell: requests, transactions, hashes or cycles a second, then p50 / p99 in milliseconds.\n",
    );
}

/// Logins a second on each core that hashes.
fn a_core(one: &Comparison) -> String {
    match one.scenario {
        Scenario::Login => {
            let cores = argon::threads(one.connections) as f64;
            format!("{:.1}/s", one.postgres.total.rate() / cores)
        }
        _ => String::new(),
    }
}

fn base_line(one: &Comparison) -> String {
    match (one.scenario, argon::threads(one.connections)) {
        (Scenario::Login, 1) => format!("{}, 1 thread", argon::cost()),
        (Scenario::Login, threads) => format!("{}, {threads} threads", argon::cost()),
        (Scenario::Cycle, _) => "four transactions in pgbench".into(),
        (Scenario::Refresh, _) => "two reads and a transaction in pgbench".into(),
        _ => "one SELECT in pgbench".into(),
    }
}

fn name(scenario: Scenario, sizes: &Sizes) -> String {
    match scenario {
        Scenario::Spread => format!("assign over {} variants", grouped(sizes.variants)),
        Scenario::Hot => "assign on one hot variant".into(),
        Scenario::Read => "read by id".into(),
        Scenario::Page => format!("page of 20 of {} with total", grouped(sizes.middle)),
        Scenario::ReadByToken => "read a user by id, access token".into(),
        Scenario::ReadByKey => "read a user by id, API key".into(),
        Scenario::Refresh => "refresh".into(),
        Scenario::Login => "login".into(),
        Scenario::Cycle => "create, update, deactivate, delete a user".into(),
    }
}

/// The rate, the median and the tail.
pub fn speed(seen: &Measurement) -> String {
    let (median, tail) = (seen.milliseconds(50.0), seen.milliseconds(99.0));
    format!(
        "{}/s · {median:.2} / {tail:.2}",
        grouped(seen.rate().round() as u64)
    )
}

fn target(one: &Comparison, ratio: f64) -> String {
    let wanted = match one.scenario {
        Scenario::Spread => 1.0,
        Scenario::Hot | Scenario::Page => 5.0,
        _ => return String::new(),
    };
    if one.connections != TARGET_CONNECTIONS {
        return String::new();
    }
    verdict(&format!("≥ {wanted}"), ratio >= wanted)
}

fn verdict(wanted: &str, met: bool) -> String {
    format!("{wanted}: {}", if met { "met" } else { "**MISSED**" })
}

fn growth(text: &mut String, growth: &[Growth], sizes: &Sizes) {
    let title = format!(
        "Growth: {} and {} assignments, {TARGET_CONNECTIONS} connections",
        grouped(sizes.small),
        grouped(sizes.large)
    );
    let columns = [
        "service on",
        "operation",
        "few",
        "many",
        "time a request, many : few",
        "target",
    ];
    heading(text, &title, &columns);
    for one in growth {
        let times = one.small.rate() / one.large.rate();
        line(
            text,
            &[
                one.system,
                match one.scenario {
                    Scenario::Page => "page of 20 with total",
                    Scenario::Read => "read by id",
                    _ => "assign",
                },
                &speed(&one.small),
                &speed(&one.large),
                &format!("**{times:.2}**"),
                &verdict(&format!("≤ {GROWTH_TARGET}"), times <= GROWTH_TARGET),
            ],
        );
    }
}

fn footprints(text: &mut String, footprints: &[Footprint]) {
    let columns = [
        "service on",
        "start of a fresh database to the first `/ready`, ms",
        "target",
        "idle RSS, MiB",
        "target",
        "peak RSS, MiB",
    ];
    heading(text, "Start and memory", &columns);
    for one in footprints {
        let slowest = one.starts.iter().copied().fold(0.0, f64::max);
        let starts: Vec<String> = one
            .starts
            .iter()
            .map(|start| format!("{start:.0}"))
            .collect();
        line(
            text,
            &[
                one.system,
                &starts.join(", "),
                &verdict("< 500", slowest < START_TARGET),
                &format!("{:.1}", one.idle),
                &verdict("< 60", one.idle < IDLE_TARGET),
                &format!("{:.1}", one.peak),
            ],
        );
    }
}

/// An answer that was not the wanted one would make a rate worthless, so each is shown.
fn failures(text: &mut String, findings: &Findings) {
    let compared = findings.comparisons.iter().flat_map(|one| {
        let all = [&one.postgres.total, &one.sqlite.total];
        all.map(|seen| (one.scenario, seen))
    });
    let grown = findings
        .growth
        .iter()
        .flat_map(|one| [&one.small, &one.large].map(|seen| (one.scenario, seen)));
    for (scenario, seen) in compared.chain(grown) {
        if let Some(first) = &seen.first_failure {
            let _ = writeln!(
                text,
                "\n**{scenario:?}: {} of {} answers were not the wanted one**, the first: `{first}`",
                seen.failures, seen.requests
            );
        }
    }
}

/// 10000 as 10 000, with spaces that do not break.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        let spaced = |text: &str| text.replace(' ', "\u{a0}");
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(10_000), spaced("10 000"));
        assert_eq!(grouped(1_234_567), spaced("1 234 567"));
    }
}
