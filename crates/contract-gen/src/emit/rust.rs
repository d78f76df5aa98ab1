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
    let code = without_prose(text);
    let known = known.into_iter();
    let known = known.filter(|(name, _)| contains_word(&code, name));
    known.map(|(_, path)| path).collect()
}

/// Code without the string literals that are sentences, which may hold any word of the contract.
/// Those of one word stay: attributes name types in them.
fn without_prose(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find('"') {
        let (before, literal) = rest.split_at(at);
        let length = literal_length(literal);
        out.push_str(before);
        if !literal[..length].contains(' ') {
            out.push_str(&literal[..length]);
        }
        rest = &literal[length..];
    }
    out + rest
}

/// The bytes of the literal that the text begins with, quotes included.
fn literal_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
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
