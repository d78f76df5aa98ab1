//! The pages behind the `type` of a problem.
use contract::{OPERATIONS, Operation, ProblemCode};

/// The list of all problems.
pub(super) fn index() -> String {
    let rows: String = ProblemCode::ALL
        .iter()
        .map(|code| {
            format!(
                "<tr><td>{}</td><td><a href=\"problems/{}\"><code>{}</code></a></td><td>{}</td></tr>\n",
                code.status(),
                code.slug(),
                code.as_str(),
                escaped(code.title())
            )
        })
        .collect();
    let body = format!(
        "<h1>Problems</h1>\n<p>Every error is an <code>application/problem+json</code> document (RFC 9457). \
         Its <code>code</code> is one of these.</p>\n\
         <table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n\
         <p><a href=\"api/docs\">API documentation</a></p>"
    );
    page("Problems", "api/docs/pages.css", &body)
}

/// The meaning of a problem, and the operations that answer it.
pub(super) fn problem(code: ProblemCode) -> String {
    let answers = |operation: &&Operation| operation.problems.contains(&code);
    let by: Vec<_> = OPERATIONS
        .iter()
        .filter(answers)
        .map(|operation| format!("<code>{}</code>", operation.id))
        .collect();
    let by = match by.len() {
        0 => "paths that no operation has".to_owned(),
        count if count == OPERATIONS.len() => "every operation".to_owned(),
        _ => by.join(", "),
    };
    let body = format!(
        "<h1>{}</h1>\n<p>{}</p>\n<dl>\n<dt>Code</dt><dd><code>{}</code></dd>\n\
         <dt>Status</dt><dd>{}</dd>\n<dt>Answered by</dt><dd>{by}</dd>\n</dl>\n\
         <p><a href=\"../problems\">All problems</a> · <a href=\"../api/docs\">API documentation</a></p>",
        escaped(code.title()),
        marked(code.description()),
        code.as_str(),
        code.status(),
    );
    page(code.title(), "../api/docs/pages.css", &body)
}

fn page(title: &str, styles: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} · Quartermaster</title>\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"{styles}\">\n</head>\n\
         <body>\n<main class=\"page\">\n{body}\n</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Escaped text, with the contract's `back ticks` as code.
fn marked(text: &str) -> String {
    let escaped = escaped(text);
    let parts = escaped.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            1 => format!("<code>{part}</code>"),
            _ => part.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_contract_are_escaped() {
        assert_eq!(
            marked("a < b & `c > d`"),
            "a &lt; b &amp; <code>c &gt; d</code>"
        );
    }

    #[test]
    fn every_problem_is_listed_and_has_a_page() {
        let index = index();
        for code in ProblemCode::ALL {
            assert!(index.contains(&format!("href=\"problems/{}\"", code.slug())));
            assert!(problem(*code).contains(code.as_str()));
        }
    }
}
