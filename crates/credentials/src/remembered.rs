//! Tokens whose signature has proved right, so that it is computed once for each.
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::token::Claims;

/// Tokens that are remembered at most, about 10 MB.
const ROOM: usize = 20_000;

/// By the hash of the whole token, its signature with it: a token that differs in any letter is
/// another one.
type Known = HashMap<[u8; 32], Claims>;

/// The claims of tokens that one of the keys of a ring signed.
#[derive(Default)]
pub(crate) struct Remembered {
    known: Mutex<Known>,
}

impl Remembered {
    /// The claims of the token, remembered or read.
    pub(crate) fn claims(
        &self,
        token: &str,
        read: impl FnOnce(&str) -> Option<Claims>,
    ) -> Option<Claims> {
        let hash = Sha256::digest(token).into();
        if let Some(claims) = self.lock().get(&hash) {
            return Some(claims.clone());
        }
        let claims = read(token)?;
        let mut known = self.lock();
        if known.len() >= ROOM {
            known.clear();
        }
        known.insert(hash, claims.clone());
        Some(claims)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
