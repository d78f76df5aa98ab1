//! How passwords, tokens and keys are made, checked and sealed. No database, no HTTP,
//! and no clock: whoever calls says what time it is.

pub mod api_key;
mod digest;
mod key_secret;
mod random;
pub mod sealed;
pub mod secret;

pub use digest::KeyDigest;
pub use key_secret::{KeySecret, SecretFileError};
pub use random::NoRandomness;
