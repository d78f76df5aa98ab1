//! The list of all resources, each with the questions that a decision may ask about its kind and the events
//! that may happen to it.
//!
//! What is in the list has rows and answers in every [`World`], a table in the database, and a place in
//! every walk over all kinds. The order is that in which rows are written.

use crate::{
    Fact, Realm, Time, World, allocation, api_key, assignment,
    kernel::{Answer, Asked, Id, Identified, Impossible, Listed, Question, Resource, Table},
    organization, pool, product, role, session, station, user, variant, webhook,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt};
use uuid::Uuid;

/// Gives the list to a macro: kind, name in event types, type of the id, type of the state, the questions,
/// and the events: each with its payload, the name of its type, and whether it `changes_access` of somebody
/// who is known already or `is_an_end`.
#[macro_export]
macro_rules! each_resource {
    ($then:ident!($($argument:tt)*)) => {
        $then! { ($($argument)*)
            /// A tenant.
            Organization = "organization", OrganizationId: organization::Organization
                [OrganizationBySlug] {
                OrganizationCreated (organization::Created) = "organization.created";
                OrganizationUpdated (organization::Updated) = "organization.updated";
                OrganizationSuspended {} = "organization.suspended": changes_access;
                OrganizationActivated {} = "organization.activated": changes_access;
                OrganizationDeleted {} = "organization.deleted": changes_access, is_an_end;
                OrganizationSettingsChanged (Settings) = "organization.settingsChanged": changes_access;
            },
            /// A site of an organization.
            Station = "station", StationId: station::Station
                [StationByCode] {
                StationCreated (station::Created) = "station.created";
                StationUpdated (station::Profile) = "station.updated";
                StationRemoved {} = "station.removed": is_an_end;
            },
            /// A person.
            User = "user", UserId: user::User
                [UserByEmail, SuperAdmins] {
                UserCreated (user::Created) = "user.created";
                UserUpdated (user::Updated) = "user.updated";
                UserActivated {} = "user.activated": changes_access;
                UserDeactivated {} = "user.deactivated": changes_access, is_an_end;
                UserDeleted {} = "user.deleted": changes_access, is_an_end;
                UserErased {} = "user.erased": is_an_end;
                UserPasswordSet (user::PasswordSet) = "user.passwordSet": changes_access;
                UserRoleGranted (role::Granted) = "user.roleGranted": changes_access;
                UserRoleRevoked (role::Granted) = "user.roleRevoked": changes_access, is_an_end;
            },
            /// A custom role.
            Role = "role", RoleId: role::CustomRole
                [RoleByName] {
                RoleCreated (role::Created) = "role.created";
                RoleUpdated (role::Profile) = "role.updated": changes_access;
                RoleDeleted {} = "role.deleted": changes_access, is_an_end;
            },
            /// A sign-in of a person.
            Session = "session", SessionId: session::Session
                [SessionsOf] {
                SessionStarted (session::Started) = "session.started";
                SessionEnded (session::Ended) = "session.ended": changes_access, is_an_end;
            },
            /// A key to the API.
            ApiKey = "apiKey", ApiKeyId: api_key::ApiKey
                [] {
                ApiKeyCreated (api_key::Created) = "apiKey.created";
                ApiKeyRotated (api_key::Rotated) = "apiKey.rotated": changes_access;
                ApiKeyRevoked {} = "apiKey.revoked": changes_access, is_an_end;
            },
            /// An endpoint that is told of events.
            Webhook = "webhook", WebhookId: webhook::Webhook
                [WebhooksOf] {
                WebhookCreated (webhook::Created) = "webhook.created";
                WebhookUpdated (webhook::Profile) = "webhook.updated";
                WebhookSecretRotated (webhook::SecretRotated) = "webhook.secretRotated";
                WebhookEnabled {} = "webhook.enabled";
                WebhookDisabled (webhook::Disabled) = "webhook.disabled": is_an_end;
                WebhookDeleted {} = "webhook.deleted": is_an_end;
            },
            /// Something that is licensed.
            Product = "product", ProductId: product::Product
                [ProductByKey] {
                ProductCreated (product::Created) = "product.created";
                ProductUpdated (product::Updated) = "product.updated";
                ProductDeleted {} = "product.deleted": is_an_end;
            },
            /// A product's SKU, which holds the seats.
            Variant = "variant", VariantId: variant::Variant
                [VariantByKey, VariantsOf] {
                VariantCreated (variant::Created) = "variant.created";
                VariantUpdated (variant::Updated) = "variant.updated";
                VariantDeleted {} = "variant.deleted": is_an_end;
                VariantCapacityWarning (limit::Reached) = "variant.capacityWarning";
                VariantCapacityExhausted (limit::Reached) = "variant.capacityExhausted";
            },
            /// What the platform gave away of a variant.
            Allocation = "allocation", AllocationId: allocation::Allocation
                [AllocationTo] {
                AllocationCreated (allocation::Created) = "allocation.created";
                AllocationChanged (allocation::Changed) = "allocation.changed";
                AllocationClosed (allocation::Closed) = "allocation.closed": is_an_end;
            },
            /// What an organization was given of a variant.
            Pool = "pool", PoolId: pool::Pool
                [PoolOf, PoolsOf] {
                PoolCreated (pool::Created) = "pool.created";
                PoolChanged (pool::Changed) = "pool.changed";
                PoolClosed {} = "pool.closed": is_an_end;
                PoolCapacityWarning (limit::Reached) = "pool.capacityWarning";
                PoolCapacityExhausted (limit::Reached) = "pool.capacityExhausted";
            },
            /// A seat that somebody holds or held.
            Assignment = "assignment", AssignmentId: assignment::Assignment
                [SeatOf, SeatsOf, SeatsOfOrganization, DueSeats, NextEnd, SeatsOutsidePool] {
                AssignmentCreated (assignment::Created) = "assignment.created";
                AssignmentUpdated (assignment::Updated) = "assignment.updated";
                AssignmentRevoked (assignment::Revoked) = "assignment.revoked": is_an_end;
                AssignmentExpired {} = "assignment.expired": is_an_end;
                AssignmentReactivated (assignment::Updated) = "assignment.reactivated";
            },
        }
    };
}

macro_rules! declare {
    (() $(
        $(#[$doc:meta])* $Kind:ident = $name:literal, $Id:ident: $module:ident::$Type:ident
        [$($Question:ident),*] {$($_events:tt)*},
    )*) => {
        /// The kinds of resources that events are about.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "camelCase")]
        pub enum ResourceKind {$(
            $(#[$doc])*
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
        }

        /// Something that a decision has to know before it can be made.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Need {$(
            $(#[$doc])*
            $Kind($Id),
            $(
                #[doc = concat!("[`", stringify!($module), "::", stringify!($Question), "`].")]
                $Question($module::$Question),
            )*
        )*}

        impl Need {
            pub(crate) fn is_known(&self, world: &World, now: Time) -> bool {
                match self {$(
                    Self::$Kind(id) => <$module::$Type as Listed>::table(&world.rows).contains_key(id),
                    $(Self::$Question(question) => question.is_known(world, now),)*
                )*}
            }

            /// What a decision looks at together with the answer, beside the resources that it names.
            pub fn along(&self, world: &World) -> Vec<Self> {
                match self {$(
                    Self::$Kind(_) => Vec::new(),
                    $(Self::$Question(question) => question.along(world),)*
                )*}
            }

            pub(crate) fn copy(&self, from: &World, to: &mut World) {
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
            $Kind: Table<$module::$Type>,
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
            $Question: HashMap<$module::$Question, <$module::$Question as Question>::Answer>,
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
                type Of = $module::$Type;

                fn new(id: Uuid) -> Self {
                    Self(id)
                }

                fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl Identified for $module::$Type {
                type Id = $Id;
                const KIND: ResourceKind = ResourceKind::$Kind;

                fn id(&self) -> $Id {
                    self.id
                }

                fn version(&self) -> i64 {
                    self.version
                }
            }

            impl Listed for $module::$Type {
                fn table(rows: &Rows) -> &Table<Self> {
                    &rows.$Kind
                }

                fn table_mut(rows: &mut Rows) -> &mut Table<Self> {
                    &mut rows.$Kind
                }

                fn follow(_world: &mut World, _before: Option<&Self>, _after: Option<&Self>) {
                    $(_world.follow::<$module::$Question>(_before, _after);)*
                }

                fn learn(_world: &mut World, _row: &Self) {
                    $(_world.learn::<$module::$Question>(_row);)*
                }

                fn unique_values(&self) -> usize {
                    let all: &[bool] = &[$($module::$Question::is_answered_by(self)),*];
                    all.iter().filter(|is_one| **is_one).count()
                }

                fn need(id: Self::Id) -> Need {
                    Need::$Kind(id)
                }
            }

            $(
                impl Asked for $module::$Question {
                    fn answers(answers: &Answers) -> &HashMap<Self, Self::Answer> {
                        &answers.$Question
                    }

                    fn answers_mut(answers: &mut Answers) -> &mut HashMap<Self, Self::Answer> {
                        &mut answers.$Question
                    }
                }

                impl From<$module::$Question> for Need {
                    fn from(question: $module::$Question) -> Self {
                        Self::$Question(question)
                    }
                }
            )*
        )*

        impl World {
            /// Lets a fact happen, and gives the version that the resource has with it.
            ///
            /// # Errors
            /// The fact cannot follow the state.
            pub fn apply(&mut self, fact: &Fact, at: Time) -> Result<i64, Impossible> {
                let ResourceId { kind, id } = fact.resource();
                let version = match kind {
                    $(ResourceKind::$Kind => {
                        self.apply_to::<$module::$Type>($Id(id), &fact.event, at)
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

each_resource!(declare!());

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
