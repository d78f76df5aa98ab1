//! Small pieces of Rust text.

/// A doc comment of some paragraphs, wrapped; empty ones are left out.
pub fn doc(paragraphs: &[&str]) -> String {
    comment("///", paragraphs)
}

/// A module comment.
pub fn module_doc(paragraphs: &[&str]) -> String {
    comment("//!", paragraphs)
}

fn comment(marker: &str, paragraphs: &[&str]) -> String {
    let mut out = String::new();
    for paragraph in paragraphs.iter().filter(|text| !text.trim().is_empty()) {
        if !out.is_empty() {
            out.push_str(marker);
            out.push('\n');
        }
        let mut line = String::new();
        for word in escape(paragraph).split_whitespace() {
            if line.len() + word.len() > 90 {
                out.push_str(&format!("{marker}{line}\n"));
                line.clear();
            }
            line.push(' ');
            line.push_str(word);
        }
        out.push_str(&format!("{marker}{line}\n"));
    }
    out
}

/// Brackets would be links and angles would be tags to rustdoc.
fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in text.chars() {
        if c == '`' {
            code = !code;
        }
        if !code && matches!(c, '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A string literal.
pub fn literal(text: &str) -> String {
    format!("{text:?}")
}
