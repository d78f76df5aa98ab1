//! The facts that the log keeps.

// The list names payloads as they are seen from the root of the crate.
use crate::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that became true about one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The id of the resource; its kind follows from the event.
    pub id: Uuid,
    /// What happened to it.
    pub event: Event,
}

impl Fact {
    /// The resource that the fact is about.
    pub fn resource(&self) -> ResourceId {
        ResourceId {
            kind: self.event.kind(),
            id: self.id,
        }
    }
}

macro_rules! events {
    (() $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $_module:ident::$_Type:ident
        [$($_Question:ident),*] {$(
            $(#[doc = $doc:literal])* $Event:ident $payload:tt = $name:literal $(: $($trait:ident),+)?;
        )+},
    )*) => {
        /// What can happen. The type names and the shapes of the data are kept for ever: a new shape is a
        /// new schema version, and old ones stay readable.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data")]
        pub enum Event {$($(
            $(#[doc = $doc])*
            #[serde(rename = $name)]
            $Event $payload,
        )+)+}

        impl Event {
            /// Every type, for those who choose among them.
            pub const TYPES: &'static [&'static str] = &[$($($name),+),+];

            /// The kind of resource that it happens to.
            pub const fn kind(&self) -> ResourceKind {
                match self {
                    $($(Self::$Event { .. } => ResourceKind::$Kind,)+)+
                }
            }

            /// What each type means and what is in its data, line by line, as the list has it.
            #[cfg(test)]
            const DOCS: &'static [(&'static str, &'static [&'static str])] =
                &[$($(($name, &[$($doc),*])),+),+];

            const fn traits(&self) -> &'static [Trait] {
                match self {
                    $($(Self::$Event { .. } => &[$($(Trait::$trait),+)?],)+)+
                }
            }

            /// The types of the events that change access, to search the logs for them.
            pub fn access_types() -> impl Iterator<Item = &'static str> {
                let all: &[(&str, &[Trait])] = &[$($(($name, &[$($(Trait::$trait),+)?])),+),+];
                let changing = all.iter().filter(|(_, traits)| traits.contains(&Trait::changes_access));
                changing.map(|(name, _)| *name)
            }
        }
    };
}

/// What an event is beside what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "they stand in the table as they read")]
enum Trait {
    changes_access,
    is_an_end,
}

crate::each_resource!(events!());

/// One of each event of a resource, with every shape that its data can have.
/// `tests/golden/events.json` pins them: what was written once has to be readable for ever.
#[cfg(test)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no samples of its events",
    note = "implement `Samples` for it in its file, with one of each event of the list"
)]
pub(crate) trait Samples {
    /// The samples, in the order of the list.
    fn samples() -> Vec<Event>;
}

impl Event {
    /// The version of the shape of the data.
    pub const SCHEMA_VERSION: i32 = 1;

    /// Whether it changes what somebody may do who is known already, so that what is remembered of it
    /// has to be read again.
    pub fn changes_access(&self) -> bool {
        self.traits().contains(&Trait::changes_access)
    }

    /// Whether it ends something and begins nothing.
    pub fn is_an_end(&self) -> bool {
        self.traits().contains(&Trait::is_an_end)
    }

    /// The fact that this happens to the resource with this id.
    pub fn of(self, id: Uuid) -> Fact {
        Fact { id, event: self }
    }
}

#[cfg(test)]
pub(crate) mod tests;
