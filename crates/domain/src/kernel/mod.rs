//! What a resource, a question and a decision's known state are, for every resource alike.
//!
//! A resource implements [`Resource`] in its own file and stands in the list of [`crate::resources`].
//! What a decision may ask about resources of a kind is a [`Question`], declared in the same file and
//! named in the same list. Everything else follows: the rows and answers of a [`WorkingSet`], whether an
//! answer is known, what follows from an event, and what is copied for a trial.

mod apply;
mod part;
mod question;
mod resource;
mod working_set;

pub use apply::{Changes, Impossible};
pub use question::{Answer, Question};
pub use resource::{Id, Identified, Resource, not_found};
pub use working_set::{Asked, Listed, WorkingSet};

pub(crate) use working_set::Table;
