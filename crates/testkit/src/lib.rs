//! What tests share: fresh databases on every back end, and processes of the product.

pub mod app;
pub mod database;
pub mod mail_folder;
pub mod process;
pub mod socket;

pub use app::{TestApp, seat, station_seat};
