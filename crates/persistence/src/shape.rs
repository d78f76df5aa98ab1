//! How many rows or values there are in one statement. A connection keeps every statement text
//! prepared, on its own side and in the database, so of each statement there are only few texts.

/// The most rows that are written in one statement. Every database takes at least 32 766 parameters.
const MOST_ROWS: usize = 256;

/// The most values in one list.
pub(crate) const MOST_VALUES: usize = 512;

/// Splits rows into parts, each of which has one of nineteen sizes: up to 16 rows, as most writes
/// have, are one part.
pub(crate) fn parts<T>(rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    let rows: Vec<T> = rows.into_iter().collect();
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = size(left);
        left -= size;
        (size > 0).then(|| rows.by_ref().take(size).collect())
    })
}

/// How many of so many rows are written next.
const fn size(left: usize) -> usize {
    match left {
        MOST_ROWS.. => MOST_ROWS,
        64.. => 64,
        32.. => 32,
        16.. => 16,
        few => few,
    }
}

/// Splits the values of a list or of an OR into parts. The last value of each part is repeated until
/// there is a power of two of them, which finds the same rows.
pub(crate) fn lists<T: Clone>(values: impl IntoIterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    let mut values = values.into_iter();
    std::iter::from_fn(move || {
        let list = list(values.by_ref().take(MOST_VALUES));
        (!list.is_empty()).then_some(list)
    })
}

/// The values of a list that is not split, since it is short or belongs to one statement.
pub(crate) fn list<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = values.into_iter().collect();
    if let Some(last) = list.last().cloned() {
        list.resize(list.len().next_power_of_two(), last);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rows_are_written_once_in_their_order_by_few_statements_of_few_sizes() {
        let mut sizes = BTreeSet::new();
        for count in 0..=2000 {
            let parts: Vec<Vec<usize>> = parts(0..count).collect();
            assert!(parts.concat().into_iter().eq(0..count), "{count}");
            sizes.extend(parts.iter().map(Vec::len));
            let statements = match count {
                0 => 0,
                1..=16 => 1,
                17..=32 => 2,
                33..=64 => 3,
                _ => 3 + count / MOST_ROWS + 3,
            };
            assert!(parts.len() <= statements, "{count}: {}", parts.len());
        }
        assert_eq!(sizes.len(), 19, "{sizes:?}");
    }

    #[test]
    fn lists_have_few_lengths_and_no_value_of_their_own() {
        let mut lengths = BTreeSet::new();
        for count in 0..=2000 {
            let lists: Vec<Vec<usize>> = lists(0..count).collect();
            assert_eq!(lists.len(), count.div_ceil(MOST_VALUES), "{count}");
            let mut values = lists.concat();
            values.dedup();
            assert!(values.into_iter().eq(0..count), "{count}");
            lengths.extend(lists.iter().map(Vec::len));
        }
        assert_eq!(lengths.len(), 10, "{lengths:?}");
    }
}
