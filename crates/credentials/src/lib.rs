//! How passwords, tokens and keys are made, checked and sealed. No database, no HTTP,
//! and no clock: whoever calls says what time it is.

pub mod account;
pub mod api_key;
mod argon;
mod digest;
pub mod hasher;
pub mod hex;
mod key_secret;
pub mod keyring;
pub mod one_time;
mod opaque;
pub mod password;
mod random;
pub mod refresh;
mod remembered;
pub mod rotation;
pub mod sealed;
pub mod secret;
pub mod signing_key;
pub mod token;

pub use argon::{Cost, CostOutOfRange};
pub use digest::KeyDigest;
pub use key_secret::{KeySecret, SecretFileError};
pub use random::NoRandomness;
