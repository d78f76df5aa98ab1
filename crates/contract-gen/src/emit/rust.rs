//! Small pieces of Rust text.

use std::collections::{BTreeMap, BTreeSet};

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

/// The paths of those names that occur in the text.
pub fn used<'a>(text: &str, known: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    let known = known.into_iter();
    let known = known.filter(|(name, _)| contains_word(text, name));
    known.map(|(_, path)| path).collect()
}

/// `use` lines, grouped like people do it.
pub fn imports(paths: &[&str]) -> String {
    let mut groups: [BTreeMap<&str, BTreeSet<&str>>; 3] = Default::default();
    for path in paths {
        let (parent, name) = path.rsplit_once("::").unwrap_or(("", path));
        let group = match parent.split("::").next() {
            Some("std") => 0,
            Some("crate" | "super") => 2,
            _ => 1,
        };
        groups[group].entry(parent).or_default().insert(name);
    }
    let mut out = String::new();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        for (parent, names) in group {
            let names: Vec<&str> = names.iter().copied().collect();
            match names.as_slice() {
                [one] => out.push_str(&format!("use {parent}::{one};\n")),
                many => out.push_str(&format!("use {parent}::{{{}}};\n", many.join(", "))),
            }
        }
        out.push('\n');
    }
    out
}

fn contains_word(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !part(before) && !part(after) && before != Some(':')
    })
}
