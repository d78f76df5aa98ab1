//! A set of small numbers, of as many words as it needs.

/// The numbers below 64 times `WORDS`, each in the set or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Bits<WORDS> {
    /// None.
    pub const NONE: Self = Self([0; WORDS]);

    /// These and a number.
    pub const fn with(mut self, number: usize) -> Self {
        self.0[number / 64] |= 1 << (number % 64);
        self
    }

    /// Whether the number is among them.
    pub const fn contains(self, number: usize) -> bool {
        self.0[number / 64] & (1 << (number % 64)) != 0
    }

    /// Those in either.
    pub const fn union(mut self, other: Self) -> Self {
        let mut word = 0;
        while word < WORDS {
            self.0[word] |= other.0[word];
            word += 1;
        }
        self
    }

    /// Those that are not among the others.
    pub const fn without(mut self, others: Self) -> Self {
        let mut word = 0;
        while word < WORDS {
            self.0[word] &= !others.0[word];
            word += 1;
        }
        self
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        let mut word = 0;
        while word < WORDS {
            if self.0[word] != 0 {
                return false;
            }
            word += 1;
        }
        true
    }
}

impl<const WORDS: usize> Default for Bits<WORDS> {
    fn default() -> Self {
        Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[usize]) -> Bits<3> {
        let each = numbers.iter();
        each.fold(Bits::NONE, |set, number| set.with(*number))
    }

    #[test]
    fn numbers_of_every_word_are_kept_apart() {
        let some = [0, 1, 63, 64, 65, 127, 128, 191];
        for one in some {
            for other in some {
                assert_eq!(
                    of(&[one]).contains(other),
                    one == other,
                    "{one} and {other}"
                );
            }
        }
    }

    #[test]
    fn sets_are_joined_and_parted_in_every_word() {
        let (low, high) = (of(&[0, 70]), of(&[70, 130]));
        assert_eq!(low.union(high), of(&[0, 70, 130]));
        assert_eq!(low.without(high), of(&[0]));
        assert_eq!(high.without(low), of(&[130]));
        assert!(low.without(low).is_empty());
        assert!(!of(&[191]).is_empty());
    }
}
