//! Shared by tests: fresh databases on every back end, message brokers, and processes of the product.

pub mod app;
pub mod broker;
pub mod database;
pub mod mail_folder;
pub mod nginx;
pub mod port;
pub mod process;
pub mod receiver;
pub mod small_disk;
pub mod socket;

pub use app::{TestApp, seat, station_seat};
