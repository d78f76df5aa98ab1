//! One Argon2 computation: what a stored hash says of itself, and memory that is used
//! again.
use std::{sync::Arc, time::Instant};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::phc::{Output, ParamsString, Salt},
};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{NoRandomness, hasher::Observer, random};

const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Argon2 does not take such parameters, or they would stop the service.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "Argon2 takes 8 to {} KiB of memory a lane and at most that in all, 1 to {} passes and 1 to {} lanes",
    Cost::MOST.memory_kib, Cost::MOST.passes, Cost::MOST.lanes
)]
pub struct CostOutOfRange;

impl Cost {
    /// 19 MiB, two passes, one lane.
    pub const DEFAULT: Self = Self {
        memory_kib: 19_456,
        passes: 2,
        lanes: 1,
    };
    const MOST: Self = Self {
        memory_kib: 256 * 1024,
        passes: 16,
        lanes: 16,
    };

    /// Another cost, within bounds.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostOutOfRange> {
        let cost = Self {
            memory_kib,
            passes,
            lanes,
        };
        let bounded = memory_kib <= Self::MOST.memory_kib
            && (1..=Self::MOST.passes).contains(&passes)
            && (1..=Self::MOST.lanes).contains(&lanes)
            && memory_kib >= 8 * lanes;
        bounded.then_some(cost).ok_or(CostOutOfRange)
    }

    fn params(self, hash_len: usize) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(hash_len)).ok()
    }
}

/// A hash together with all that is needed to compute it again.
pub(crate) struct Stored {
    argon: Argon2<'static>,
    salt: Salt,
    hash: Output,
    present: bool,
}

impl Stored {
    /// Reads a PHC string. `cost` is what hashes are made with now.
    pub(crate) fn parse(phc: &str, cost: Cost) -> Option<Self> {
        let read = PasswordHash::new(phc).ok()?;
        let params = Params::try_from(&read).ok()?;
        let own = Cost::new(params.m_cost(), params.t_cost(), params.p_cost()).ok()?;
        let algorithm = Algorithm::try_from(read.algorithm.as_str()).ok()?;
        // A string without a version is older than version numbers.
        let version = Version::try_from(read.version.unwrap_or(0x10)).ok()?;
        let hash = read.hash?;
        let present = own == cost
            && algorithm == Algorithm::Argon2id
            && version == Version::V0x13
            && hash.len() == HASH_LEN;
        Some(Self {
            argon: Argon2::new(algorithm, version, params),
            salt: read.salt?,
            hash,
            present,
        })
    }

    /// A hash of no password: computing it costs what any other costs.
    pub(crate) fn decoy(cost: Cost) -> Result<Self, ArgonError> {
        let hash = random::key()?;
        Ok(Self {
            argon: argon(cost)?,
            salt: salt()?,
            hash: Output::new(hash.as_slice()).map_err(|_| ArgonError::Refused)?,
            present: true,
        })
    }

    /// Whether it was made as hashes are made now.
    pub(crate) fn is_present(&self) -> bool {
        self.present
    }
}

/// A hash could not be computed.
#[derive(Debug, Error)]
pub(crate) enum ArgonError {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("Argon2 refuses its parameters")]
    Refused,
}

/// The memory of one thread. It is taken at the first hash and kept.
pub(crate) struct Memory {
    blocks: Vec<Block>,
    observer: Arc<dyn Observer>,
}

impl Memory {
    pub(crate) fn new(observer: Arc<dyn Observer>) -> Self {
        Self {
            blocks: Vec::new(),
            observer,
        }
    }

    /// A PHC string for this password.
    pub(crate) fn hash(&mut self, password: &[u8], cost: Cost) -> Result<String, ArgonError> {
        let (argon, salt) = (argon(cost)?, salt()?);
        let hash = self.compute(&argon, &salt, password, HASH_LEN, cost)?;
        let refused = |_| ArgonError::Refused;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon.params()).map_err(|_| ArgonError::Refused)?,
            salt: Some(salt),
            hash: Some(Output::new(&hash).map_err(refused)?),
        };
        Ok(phc.to_string())
    }

    /// Whether the stored hash is one of this password.
    pub(crate) fn matches(&mut self, stored: &Stored, password: &[u8], cost: Cost) -> bool {
        let length = stored.hash.len();
        let computed = self.compute(&stored.argon, &stored.salt, password, length, cost);
        computed.is_ok_and(|hash| hash.ct_eq(stored.hash.as_bytes()).into())
    }

    /// Hashes that need more than the present cost are rare: their memory is not kept.
    fn compute(
        &mut self,
        argon: &Argon2<'_>,
        salt: &[u8],
        password: &[u8],
        length: usize,
        cost: Cost,
    ) -> Result<Zeroizing<Vec<u8>>, ArgonError> {
        let needed = argon.params().block_count();
        let kept = cost.params(HASH_LEN).map_or(0, |own| own.block_count());
        let mut once = Vec::new();
        let memory = if needed > kept {
            once.resize(needed, Block::new());
            &mut once
        } else {
            if self.blocks.len() != kept {
                self.blocks = vec![Block::new(); kept];
            }
            &mut self.blocks
        };
        let mut hash = Zeroizing::new(vec![0; length]);
        let began = Instant::now();
        argon
            .hash_password_into_with_memory(password, salt, &mut hash, memory)
            .map_err(|_| ArgonError::Refused)?;
        self.observer.computed(began.elapsed());
        Ok(hash)
    }
}

fn argon(cost: Cost) -> Result<Argon2<'static>, ArgonError> {
    let params = cost.params(HASH_LEN).ok_or(ArgonError::Refused)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn salt() -> Result<Salt, ArgonError> {
    let mut bytes = [0; SALT_LEN];
    random::fill(&mut bytes)?;
    Salt::new(&bytes).map_err(|_| ArgonError::Refused)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TINY: Cost = Cost {
        memory_kib: 32,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn memory_is_taken_once_and_kept() {
        let mut memory = Memory::new(Arc::new(()));
        memory.hash(b"one", TINY).unwrap();
        let (place, length) = (memory.blocks.as_ptr(), memory.blocks.len());
        assert_eq!(length, 32);
        let larger = Memory::new(Arc::new(())).hash(b"two", Cost::new(64, 1, 1).unwrap());
        let smaller = Memory::new(Arc::new(())).hash(b"two", Cost::new(16, 1, 1).unwrap());
        for phc in [larger.unwrap(), smaller.unwrap()] {
            let stored = Stored::parse(&phc, TINY).unwrap();
            assert!(memory.matches(&stored, b"two", TINY));
        }
        memory.hash(b"three", TINY).unwrap();
        assert_eq!(memory.blocks.as_ptr(), place);
        assert_eq!(memory.blocks.len(), length);
    }

    #[test]
    fn used_memory_does_not_show_in_a_hash() {
        let mut memory = Memory::new(Arc::new(()));
        let phc = memory.hash(b"one", TINY).unwrap();
        memory.hash(b"two", TINY).unwrap();
        let stored = Stored::parse(&phc, TINY).unwrap();
        assert!(memory.matches(&stored, b"one", TINY));
        assert!(!memory.matches(&stored, b"two", TINY));
    }

    #[test]
    fn hashes_are_read_as_other_programs_write_them() {
        let phc = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rk2Mi3E4dgRMg0fHaYaptWVZRKqs//6b6k3/nntqGJk";
        let stored = Stored::parse(phc, Cost::DEFAULT).unwrap();
        assert!(stored.is_present());
        let mut memory = Memory::new(Arc::new(()));
        assert!(memory.matches(&stored, b"correct horse", Cost::DEFAULT));
    }

    #[test]
    fn a_decoy_costs_what_a_hash_costs() {
        let decoy = Stored::decoy(TINY).unwrap();
        let real = Memory::new(Arc::new(())).hash(b"one", TINY).unwrap();
        let real = Stored::parse(&real, TINY).unwrap();
        assert_eq!(decoy.argon.params(), real.argon.params());
        assert_eq!(decoy.salt.len(), real.salt.len());
        assert!(decoy.is_present());
    }

    #[test]
    fn any_other_way_of_hashing_is_outdated() {
        let good = Memory::new(Arc::new(())).hash(b"one", TINY).unwrap();
        assert!(Stored::parse(&good, TINY).unwrap().is_present());
        assert!(good.starts_with("$argon2id$v=19$m=32,t=1,p=1$"), "{good}");
        let cut = &good[..good.len() - 11];
        for other in [
            good.replace("m=32", "m=33"),
            good.replace("t=1", "t=2"),
            good.replace("m=32,t=1,p=1", "m=32,t=1,p=2"),
            good.replace("argon2id", "argon2i"),
            good.replace("v=19", "v=16"),
            good.replace("$v=19", ""),
            cut.to_owned(),
        ] {
            let stored = Stored::parse(&other, TINY).unwrap();
            assert!(!stored.is_present(), "{other}");
        }
    }

    #[test]
    fn cost_is_bounded() {
        assert_eq!(Cost::new(19_456, 2, 1), Ok(Cost::DEFAULT));
        for (memory, passes, lanes) in [
            (7, 1, 1),
            (31, 1, 4),
            (262_145, 1, 1),
            (32, 0, 1),
            (32, 17, 1),
            (32, 1, 0),
            (1024, 1, 17),
        ] {
            assert_eq!(Cost::new(memory, passes, lanes), Err(CostOutOfRange));
        }
    }
}
