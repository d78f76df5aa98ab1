//! How resources are kept in tables and how questions about them are answered, for all alike.
//!
//! The file of a resource has its entity (`Entity`, `Model`, `ActiveModel`, `Column`), `row` and `state`,
//! the column of its realm, and a [`Lookup`] for each of its questions. Everything else follows from the
//! list of [`domain::resources`].

mod load;
mod realm;
mod table;
mod write;

pub(crate) use load::{Lookup, count, load};
pub(crate) use table::each;
pub use table::{Table, table_names};
pub(crate) use write::write;
