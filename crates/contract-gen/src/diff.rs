//! What differs between two texts, for people.

use similar::TextDiff;

/// Lines that are shown of one file.
const LINES: usize = 40;

/// Characters that are shown of a line.
const COLUMNS: usize = 160;

/// The beginning of the unified diff that makes `old` into `new`.
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let (old, new) = match path.ends_with(".json") {
        true => (pretty(old), pretty(new)),
        false => (old.to_owned(), new.to_owned()),
    };
    let diff = TextDiff::from_lines(&old, &new);
    let text = diff
        .unified_diff()
        .header(
            &format!("{path} (committed)"),
            &format!("{path} (generated)"),
        )
        .to_string();
    if text.is_empty() {
        return format!("{path}: the same JSON in other words or another order");
    }
    let mut shown: Vec<String> = text.lines().take(LINES).map(cut).collect();
    let left = text.lines().count() - shown.len();
    if left > 0 {
        shown.push(format!("… and {left} more lines"));
    }
    shown.join("\n")
}

/// JSON that is one line, a line a value; anything else as it is.
fn pretty(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value.map_or_else(|_| text.to_owned(), |value| format!("{value:#}\n"))
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_both_lines_and_what_is_around_them() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let shown = unified("x.rs", old, &old.replace("d\n", "D\n"));
        let expected = [
            "--- x.rs (committed)",
            "+++ x.rs (generated)",
            "@@ -1,6 +1,6 @@",
            " a",
            " b",
            " c",
            "-d",
            "+D",
            " e",
            " f",
        ];
        assert_eq!(shown, expected.join("\n"));
    }

    #[test]
    fn a_long_diff_and_a_long_line_are_cut() {
        let lines: String = (0..100).map(|number| format!("{number}\n")).collect();
        let shown = unified("x.rs", "", &lines);
        assert_eq!(shown.lines().count(), LINES + 1);
        assert!(shown.ends_with("… and 63 more lines"), "{shown}");
        let shown = unified("x.rs", "", &"é".repeat(10_000));
        assert!(
            shown
                .lines()
                .all(|line| line.chars().count() <= COLUMNS + 1)
        );
    }

    #[test]
    fn json_of_one_line_is_shown_by_its_values() {
        let shown = unified("x.json", r#"{"a":1,"b":[2]}"#, r#"{"a":1,"b":[3]}"#);
        assert!(shown.contains("\n-    2\n+    3\n"), "{shown}");
        let shown = unified("x.json", r#"{"a":1}"#, r#"{"a": 1}"#);
        assert!(shown.starts_with("x.json: the same JSON"), "{shown}");
    }
}
