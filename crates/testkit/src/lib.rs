//! What tests share: fresh databases on every back end.

pub mod database;
