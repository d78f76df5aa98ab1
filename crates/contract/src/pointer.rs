//! Where a value of a body is. A caller chooses how deep and under which names, so what is told of
//! a path is bounded, and is put together only when something is wrong there.

use std::fmt::Write;

/// Names that callers chose are repeated up to this length, in characters.
const LONGEST_NAME: usize = 100;

/// A pointer that has come to this length, in bytes, ends with `/…` instead of its last segments.
pub(crate) const LONGEST_POINTER: usize = 512;

/// The way from the root of a body to a value in it.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Item(&'a Path<'a>, usize),
    Field(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    /// The JSON pointer (RFC 6901), with long names cut and a long pointer shortened. Takes as many
    /// steps as there are levels, however long the names are.
    pub(crate) fn pointer(&self) -> String {
        let mut segments = Vec::new();
        let mut path = self;
        while let Self::Item(parent, _) | Self::Field(parent, _) = path {
            segments.push(path);
            path = parent;
        }
        let mut pointer = String::new();
        for segment in segments.into_iter().rev() {
            if pointer.len() >= LONGEST_POINTER {
                pointer.push_str("/…");
                break;
            }
            segment.write(&mut pointer);
        }
        pointer
    }

    /// Appends the last segment.
    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            // Writing to a String does not fail.
            Self::Item(_, index) => drop(write!(pointer, "/{index}")),
            Self::Field(_, name) => write_name(pointer, name),
        }
    }
}

/// A name that the caller chose, safe to repeat.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// The pointer to a field of what the pointer leads to.
pub(crate) fn below(parent: &str, name: &str) -> String {
    let mut pointer = parent.to_owned();
    write_name(&mut pointer, name);
    pointer
}

fn write_name(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars().take(LONGEST_NAME) {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_escaped_and_bounded() {
        let (root, long) = (Path::Root, "/".repeat(1_000));
        assert_eq!(root.pointer(), "");
        let list = Path::Field(&root, "a/b~c");
        assert_eq!(Path::Item(&list, 7).pointer(), "/a~1b~0c/7");
        let one = Path::Field(&list, &long);
        let due = format!("/a~1b~0c/{}", "~1".repeat(LONGEST_NAME));
        assert_eq!(one.pointer(), due);
        let mut length = 0;
        deeper(&one, 60, &long, &mut |pointer| {
            let most = LONGEST_POINTER + 2 * LONGEST_NAME + "//…".len();
            assert!(pointer.len() <= most, "{pointer}");
            length = pointer.len();
        });
        assert!(length > LONGEST_POINTER);
    }

    fn deeper(path: &Path<'_>, levels: u32, name: &str, see: &mut dyn FnMut(String)) {
        see(path.pointer());
        if levels > 0 {
            deeper(&Path::Field(path, name), levels - 1, name, see);
        }
    }
}
