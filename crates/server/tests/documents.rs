//! Whether what code and documents refer to is there: rules, pages, headings and files.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The files that git knows and that end so, by their path from the root.
fn files(ending: &str) -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--", &format!("*{ending}")])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let there = listed.lines().filter(|file| root().join(file).exists());
    there.map(str::to_owned).collect()
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The words of a text that look like the code of a rule: L or D with a number behind it.
fn rule_codes(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '%');
    words.filter(|word| {
        let number = word.strip_prefix(['L', 'D']);
        number
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}

#[test]
fn every_rule_that_is_cited_is_on_the_page_of_rules() {
    let page = text("docs/rules.md");
    let known: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let mut unknown = Vec::new();
    for file in files(".rs").into_iter().chain(files(".md")) {
        let text = text(&file);
        // Elsewhere in code they are data: keys, bytes, codes of stations.
        let is_prose = |line: &&str| file.ends_with(".md") || line.trim_start().starts_with("//");
        for line in text.lines().filter(is_prose) {
            let missing = rule_codes(line).filter(|code| !known.contains(code));
            unknown.extend(missing.map(|code| format!("{file}: {code}")));
        }
    }
    assert!(
        unknown.is_empty(),
        "docs/rules.md lacks these:\n{}",
        unknown.join("\n")
    );
}

/// The name that a heading can be linked by, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// The anchors of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// The targets of the links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let ends = page.match_indices("](").map(|(at, _)| &page[at + 2..]);
    ends.filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for file in files(".md") {
        let page = text(&file);
        let folder = root().join(&file).parent().unwrap().to_owned();
        for link in links(&page).filter(|link| !link.contains(':') && !link.contains(' ')) {
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match target {
                "" => root().join(&file),
                _ => folder.join(target),
            };
            let is_there = match heading {
                "" => target.exists(),
                _ => fs::read_to_string(&target).is_ok_and(|page| anchors(&page).contains(heading)),
            };
            if !is_there {
                broken.push(format!("{file}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The walk through a resource that was added for it and taken out again.
const WALK: &str = "docs/adding-a-resource.md";

#[test]
fn every_file_that_a_document_names_is_there() {
    let mut missing = Vec::new();
    for file in files(".md")
        .into_iter()
        .filter(|file| file != WALK && file != "CHANGELOG.md")
    {
        let page = text(&file);
        let quoted = page.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|path| {
            let first = path.split('/').next().unwrap_or_default();
            let is_path = ["crates", "migration", "api", "docs", "seeds", ".ci"].contains(&first);
            is_path && path.contains('/') && !path.contains(['<', '*', ' ', '…', '{'])
        });
        let gone = paths.filter(|path| !root().join(path).exists());
        missing.extend(gone.map(|path| format!("{file}: {path}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
