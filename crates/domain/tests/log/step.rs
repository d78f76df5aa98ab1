//! What people do, drawn at random.

use crate::{
    command::Command,
    given::{Given, email, key, name, organization},
};
use domain::{
    AssignmentId, OrganizationId, ProductId, Time, UserId, VariantId, World,
    assignment::{AssignmentPatch, AssignmentStatus, NewAssignment},
    product,
    user::{self, Role, UserStatus},
    variant,
};
use proptest::{prelude::*, sample::Index};

/// One thing that somebody does; times in seconds from now.
#[derive(Clone, Debug)]
pub enum Step {
    CreateUser(Role, u8, u8),
    Readdress(Index, u8),
    Activate(Index),
    Deactivate(Index),
    DeleteUser(Index),
    CreateProduct(u8, u8),
    DeleteProduct(Index),
    CreateVariant(Index, u8, Option<i32>),
    UpdateVariant(Index, u8, Option<i32>),
    DeleteVariant(Index),
    Assign(Index, Index, Option<i64>, Option<i64>),
    Patch(Index, Wish),
    Revoke(Index),
    Sweep(Index),
    Wait(i64),
}

/// What a patch asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    status: Option<AssignmentStatus>,
    starts: Option<Option<i64>>,
    ends: Option<Option<i64>>,
    note: Option<Option<String>>,
}

/// Any step; those about seats more often.
pub fn a_step() -> impl Strategy<Value = Step> {
    let index = || any::<Index>();
    let capacity = || prop::option::of(0..4);
    let role = prop_oneof![4 => Just(Role::Member), 1 => Just(Role::SuperAdmin)];
    let seats = prop_oneof![
        8 => (index(), index(), times(), times()).prop_map(|(u, v, s, e)| Step::Assign(u, v, s, e)),
        8 => (index(), wish()).prop_map(|(seat, wish)| Step::Patch(seat, wish)),
        2 => index().prop_map(Step::Revoke),
        1 => index().prop_map(Step::Sweep),
        3 => (0..60_i64).prop_map(Step::Wait),
    ];
    let people = prop_oneof![
        2 => (role, 0..3_u8, 0..6_u8).prop_map(|(role, at, n)| Step::CreateUser(role, at, n)),
        1 => (index(), 0..6_u8).prop_map(|(user, n)| Step::Readdress(user, n)),
        2 => index().prop_map(Step::Activate),
        1 => index().prop_map(Step::Deactivate),
        1 => index().prop_map(Step::DeleteUser),
    ];
    let catalogue = prop_oneof![
        1 => (0..3_u8, 0..3_u8).prop_map(|(owner, n)| Step::CreateProduct(owner, n)),
        1 => index().prop_map(Step::DeleteProduct),
        2 => (index(), 0..3_u8, capacity()).prop_map(|(p, n, c)| Step::CreateVariant(p, n, c)),
        3 => (index(), 0..3_u8, capacity()).prop_map(|(v, n, c)| Step::UpdateVariant(v, n, c)),
        1 => index().prop_map(Step::DeleteVariant),
    ];
    prop_oneof![4 => seats, 1 => people, 1 => catalogue]
}

fn times() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(-20..100_i64)
}

fn wish() -> impl Strategy<Value = Wish> {
    let status = prop_oneof![
        2 => Just(Some(AssignmentStatus::Active)),
        1 => Just(Some(AssignmentStatus::Revoked)),
        2 => Just(None),
    ];
    let rarely = || prop::option::weighted(0.3, times());
    let note = prop::option::of(prop::option::of("[ab]"));
    (status, rarely(), rarely(), note).prop_map(|(status, starts, ends, note)| Wish {
        status,
        starts,
        ends,
        note,
    })
}

/// Everything that ever was, what is gone among it.
#[derive(Default)]
pub struct Cast {
    users: Vec<UserId>,
    products: Vec<ProductId>,
    variants: Vec<VariantId>,
    seats: Vec<AssignmentId>,
}

fn realm(number: u8) -> Option<OrganizationId> {
    (number > 0).then(|| organization(u128::from(number)))
}

fn pick<T: Copy>(index: &Index, among: &[T]) -> Option<T> {
    (!among.is_empty()).then(|| *index.get(among))
}

fn sku(number: u8, capacity: Option<i32>) -> variant::Updated {
    variant::Updated {
        key: key(&format!("v{number}")),
        name: name("Pro"),
        capacity,
        attributes: serde_json::Map::new(),
    }
}

impl Cast {
    /// A few people and two variants, so that every history has something to do.
    pub fn first(given: &mut Given) -> Self {
        given.super_admin();
        for _ in 0..3 {
            given.member();
        }
        given.member_of(realm(1));
        given.seats(Some(2));
        let product = given.product_of(realm(1));
        given.variant_of(product, Some(1));
        let mut cast = Self::default();
        cast.came(&given.world);
        cast
    }

    /// Takes note of what is new.
    pub fn came(&mut self, world: &World) {
        fn add<T: PartialEq>(known: &mut Vec<T>, there: impl Iterator<Item = T>) {
            for id in there {
                if !known.contains(&id) {
                    known.push(id);
                }
            }
        }
        add(&mut self.users, world.users().into_keys());
        add(&mut self.products, world.products().into_keys());
        add(&mut self.variants, world.variants().into_keys());
        add(&mut self.seats, world.assignments().into_keys());
    }

    /// The command, or nothing when what it is about is not there.
    pub fn command(&self, step: &Step, given: &mut Given) -> Option<Command> {
        self.of_people(step, given)
            .or_else(|| self.of_the_catalogue(step, given))
            .or_else(|| self.of_seats(step, given))
    }

    fn of_people(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let user = |index| pick(index, &self.users);
        Some(match step {
            Step::CreateUser(role, at, number) => {
                let new = user::Created {
                    email: email(&format!("p{number}@example.com")),
                    display_name: name("Ada"),
                    role: *role,
                    status: UserStatus::Pending,
                    organization_id: realm(*at).filter(|_| *role != Role::SuperAdmin),
                    station_id: None,
                };
                Command::CreateUser(UserId(given.id()), new)
            }
            Step::Readdress(index, number) => {
                let change = user::Updated {
                    email: email(&format!("P{number}@example.com")),
                    display_name: name("Bob"),
                };
                Command::Readdress(user(index)?, change)
            }
            Step::Activate(index) => Command::Activate(user(index)?),
            Step::Deactivate(index) => Command::Deactivate(user(index)?),
            Step::DeleteUser(index) => Command::DeleteUser(user(index)?),
            _ => return None,
        })
    }

    fn of_the_catalogue(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let world = &given.world;
        let product = |index| pick(index, &self.products).filter(|id| world.product(*id).is_some());
        let variant = |index| pick(index, &self.variants).filter(|id| world.variant(*id).is_some());
        Some(match step {
            Step::CreateProduct(owner, number) => {
                let new = product::Created {
                    organization_id: realm(*owner),
                    key: key(&format!("p{number}")),
                    name: name("School"),
                    description: None,
                };
                Command::CreateProduct(ProductId(given.id()), new)
            }
            Step::DeleteProduct(index) => Command::DeleteProduct(product(index)?),
            Step::CreateVariant(index, number, capacity) => {
                let product = product(index)?;
                Command::CreateVariant(VariantId(given.id()), product, sku(*number, *capacity))
            }
            Step::UpdateVariant(index, number, capacity) => {
                Command::UpdateVariant(variant(index)?, sku(*number, *capacity))
            }
            Step::DeleteVariant(index) => Command::DeleteVariant(variant(index)?),
            Step::Sweep(index) => Command::Sweep(variant(index)?),
            _ => return None,
        })
    }

    fn of_seats(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let seat = |index| pick(index, &self.seats);
        Some(match step {
            Step::Assign(who, what, starts, ends) => {
                let new = NewAssignment {
                    user_id: pick(who, &self.users)?,
                    variant_id: pick(what, &self.variants)?,
                    starts_at: starts.map(|after| given.now.plus_seconds(after)),
                    ends_at: ends.map(|after| given.now.plus_seconds(after)),
                    note: None,
                };
                Command::Assign(AssignmentId(given.id()), new)
            }
            Step::Patch(index, wish) => Command::Patch(seat(index)?, wish.at(given.now)),
            Step::Revoke(index) => Command::Revoke(seat(index)?),
            _ => return None,
        })
    }
}

impl Wish {
    fn at(&self, now: Time) -> AssignmentPatch {
        let moved = |to: Option<Option<i64>>| to.map(|to| to.map(|after| now.plus_seconds(after)));
        AssignmentPatch {
            status: self.status,
            starts_at: moved(self.starts),
            ends_at: moved(self.ends),
            note: self.note.clone(),
        }
    }
}
