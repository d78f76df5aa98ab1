//! What follows from the list of all resources: kinds, ids, questions, rows and answers.

use crate::{
    Fact, Realm, Time, WorkingSet,
    kernel::{Answer, Asked, Id, Identified, Impossible, Listed, Question, Resource, Table},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt};
use uuid::Uuid;

macro_rules! declare {
    (() $(
        $(#[doc = $doc:literal])* $Kind:ident = $name:literal, $Id:ident: $module:ident::$Type:ident
        [$($Question:ident),*] {$($_events:tt)*},
    )*) => {
        /// The kinds of resources that events are about.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "camelCase")]
        pub enum ResourceKind {$(
            $(#[doc = $doc])*
            $Kind,
        )*}

        impl ResourceKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$Kind),*];

            /// The name of the kind, as it begins the type of its events.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name,)*
                }
            }

            /// Its description in the list.
            #[cfg(test)]
            pub(crate) fn doc(self) -> String {
                let lines: &[&str] = match self {
                    $(Self::$Kind => &[$($doc),*],)*
                };
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
            }
        }

        /// Something that a decision has to know before it can be made.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Need {$(
            $(#[doc = $doc])*
            $Kind($Id),
            $(
                #[doc = concat!("[`", stringify!($module), "::", stringify!($Question), "`].")]
                $Question(crate::$module::$Question),
            )*
        )*}

        impl Need {
            pub(crate) fn is_known(&self, set: &WorkingSet, now: Time) -> bool {
                match self {$(
                    Self::$Kind(id) => <crate::$module::$Type as Listed>::table(&set.rows).contains_key(id),
                    $(Self::$Question(question) => question.is_known(set, now),)*
                )*}
            }

            /// What a decision reads together with the answer, beside the resources that it names.
            pub fn along(&self, set: &WorkingSet) -> Vec<Self> {
                match self {$(
                    Self::$Kind(_) => Vec::new(),
                    $(Self::$Question(question) => question.along(set),)*
                )*}
            }

            pub(crate) fn copy(&self, from: &WorkingSet, to: &mut WorkingSet) {
                match self {$(
                    Self::$Kind(id) => from.copy_row(*id, to),
                    $(Self::$Question(question) => from.copy_answer(question, to),)*
                )*}
            }
        }

        /// The rows of every kind.
        #[derive(Clone, Debug, Default)]
        #[expect(non_snake_case, reason = "each field is named after the kind that it holds")]
        pub struct Rows {$(
            $Kind: Table<crate::$module::$Type>,
        )*}

        impl Rows {
            pub(crate) fn len(&self) -> usize {
                [$(self.$Kind.len()),*].iter().sum()
            }

            pub(crate) fn memory(&self) -> usize {
                fn of<R: Resource>(table: &Table<R>) -> usize {
                    table.values().flatten().map(R::memory).sum()
                }
                [$(of(&self.$Kind)),*].iter().sum()
            }
        }

        /// The answers to every question.
        #[derive(Clone, Debug, Default)]
        #[expect(non_snake_case, reason = "each field is named after the question of its answers")]
        pub struct Answers {$($(
            $Question: HashMap<crate::$module::$Question, <crate::$module::$Question as Question>::Answer>,
        )*)*}

        impl Answers {
            pub(crate) fn len(&self) -> usize {
                [$($(self.$Question.len(),)*)*].iter().sum()
            }

            pub(crate) fn listed(&self) -> usize {
                fn of<Q: Question>(known: &HashMap<Q, Q::Answer>) -> usize {
                    known.values().map(Answer::listed).sum()
                }
                [$($(of(&self.$Question),)*)*].iter().sum()
            }
        }

        $(
            #[doc = concat!("The id of one resource of the kind `", $name, "`: it cannot stand in the place of another.")]
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            )]
            #[serde(transparent)]
            pub struct $Id(pub Uuid);

            impl fmt::Display for $Id {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl Id for $Id {
                type Of = crate::$module::$Type;

                fn new(id: Uuid) -> Self {
                    Self(id)
                }

                fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl Identified for crate::$module::$Type {
                type Id = $Id;
                const KIND: ResourceKind = ResourceKind::$Kind;

                fn id(&self) -> $Id {
                    self.id
                }

                fn version(&self) -> i64 {
                    self.version
                }
            }

            impl Listed for crate::$module::$Type {
                fn table(rows: &Rows) -> &Table<Self> {
                    &rows.$Kind
                }

                fn table_mut(rows: &mut Rows) -> &mut Table<Self> {
                    &mut rows.$Kind
                }

                fn follow(_set: &mut WorkingSet, _before: Option<&Self>, _after: Option<&Self>) {
                    $(_set.follow::<crate::$module::$Question>(_before, _after);)*
                }

                fn learn(_set: &mut WorkingSet, _row: &Self) {
                    $(_set.learn::<crate::$module::$Question>(_row);)*
                }

                fn unique_values(&self) -> usize {
                    let all: &[bool] = &[$(crate::$module::$Question::is_answered_by(self)),*];
                    all.iter().filter(|is_one| **is_one).count()
                }

                fn need(id: Self::Id) -> Need {
                    Need::$Kind(id)
                }
            }

            $(
                impl Asked for crate::$module::$Question {
                    fn answers(answers: &Answers) -> &HashMap<Self, Self::Answer> {
                        &answers.$Question
                    }

                    fn answers_mut(answers: &mut Answers) -> &mut HashMap<Self, Self::Answer> {
                        &mut answers.$Question
                    }
                }

                impl From<crate::$module::$Question> for Need {
                    fn from(question: crate::$module::$Question) -> Self {
                        Self::$Question(question)
                    }
                }
            )*
        )*

        impl WorkingSet {
            /// Lets a fact happen, and gives the version that the resource has with it.
            ///
            /// # Errors
            /// The fact cannot follow the state.
            pub fn apply(&mut self, fact: &Fact, at: Time) -> Result<i64, Impossible> {
                let ResourceId { kind, id } = fact.resource();
                let version = match kind {
                    $(ResourceKind::$Kind => {
                        self.apply_to::<crate::$module::$Type>($Id(id), &fact.event, at)
                    })*
                };
                version.ok_or(Impossible { kind, id })
            }

            /// Whose log the events of a resource are in, when the resource is known and there.
            pub fn realm_of(&self, ResourceId { kind, id }: ResourceId) -> Option<Realm> {
                match kind {
                    $(ResourceKind::$Kind => Some(self.get($Id(id))?.realm()),)*
                }
            }

            /// The organization that a resource is about, when the resource is known and there.
            pub fn organization_of(&self, ResourceId { kind, id }: ResourceId) -> Realm {
                match kind {
                    $(ResourceKind::$Kind => self.get($Id(id))?.organization(),)*
                }
            }

            /// The station that a resource is, belongs to or is held by, when the resource is known and
            /// there.
            pub fn station_of(&self, ResourceId { kind, id }: ResourceId) -> Option<StationId> {
                match kind {
                    $(ResourceKind::$Kind => self.get($Id(id))?.station(),)*
                }
            }
        }
    };
}

crate::each_resource!(declare!());

impl ResourceKind {
    /// The kind that an event type like `user.created` is about.
    pub fn of_event_type(event_type: &str) -> Option<Self> {
        let kind = event_type.split('.').next()?;
        let mut all = Self::ALL.iter().copied();
        all.find(|known| known.as_str() == kind)
    }
}

/// One resource: the stream that its events form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// What it is.
    pub kind: ResourceKind,
    /// Which one.
    pub id: Uuid,
}
