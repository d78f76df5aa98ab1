//! No secret can be printed by mistake.
use std::{
    fmt::{Debug, Display},
    marker::PhantomData,
};

use credentials::{
    KeySecret,
    api_key::ApiKey,
    keyring::Keyring,
    one_time::OneTimeToken,
    refresh::RefreshToken,
    secret::{Secret, SecretBytes},
    signing_key::SigningKey,
};

/// What the type has is found before what every type has.
struct Debugs<T>(PhantomData<T>);
struct Displays<T>(PhantomData<T>);

trait Silent {
    const SPEAKS: bool = false;
}

impl<T> Silent for Debugs<T> {}
impl<T> Silent for Displays<T> {}

impl<T: Debug> Debugs<T> {
    const SPEAKS: bool = true;
}

impl<T: Display> Displays<T> {
    const SPEAKS: bool = true;
}

macro_rules! speaks {
    ($kind:ident: $($secret:ty),*) => {
        [$($kind::<$secret>::SPEAKS),*]
    };
}

#[test]
fn no_secret_has_display() {
    let found = speaks!(Displays: ApiKey, KeySecret, Keyring, OneTimeToken, RefreshToken, Secret, SecretBytes, SigningKey);
    assert_eq!(found, [false; 8]);
    assert_eq!(speaks!(Displays: String), [true], "the control");
}

#[test]
fn no_secret_has_debug_but_those_that_hide_themselves() {
    let found =
        speaks!(Debugs: ApiKey, Keyring, OneTimeToken, RefreshToken, SecretBytes, SigningKey);
    assert_eq!(found, [false; 6]);
    assert_eq!(speaks!(Debugs: Secret, KeySecret), [true; 2], "the control");
}
