//! Answers that are read off the rows, the slow way that cannot be wrong.

use domain::{
    AssignmentId, Need, Resource, ResourceKind, Time, UserId, VariantId, World,
    assignment::{Assignment, AssignmentStatus},
    tally::Tally,
    user::{Role, UserStatus},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Every row, as text, by what it is.
pub fn rows(world: &World) -> BTreeMap<Resource, String> {
    let mut rows = BTreeMap::new();
    let mut put = |kind, id: Uuid, row: String| rows.insert(Resource { kind, id }, row);
    for (id, row) in world.users() {
        put(ResourceKind::User, id.0, format!("{row:?}"));
    }
    for (id, row) in world.products() {
        put(ResourceKind::Product, id.0, format!("{row:?}"));
    }
    for (id, row) in world.variants() {
        put(ResourceKind::Variant, id.0, format!("{row:?}"));
    }
    for (id, row) in world.assignments() {
        put(ResourceKind::Assignment, id.0, format!("{row:?}"));
    }
    rows
}

/// The totals, counted.
pub fn counts(world: &World) -> BTreeMap<Tally, i64> {
    let users = world.users().into_values().map(|u| Tally::Users(u.status));
    let products = world.products().into_values().map(|_| Tally::Products);
    let seats = world.assignments().into_values();
    let seats = seats.map(|seat| Tally::Assignments(seat.status));
    let mut counts = BTreeMap::new();
    for tally in users.chain(products).chain(seats) {
        *counts.entry(tally).or_insert(0) += 1;
    }
    counts
}

/// Everything that could be asked about these rows.
pub fn every_need(world: &World) -> Vec<Need> {
    let mut needs = vec![Need::SuperAdmins];
    for (id, user) in world.users() {
        let email = Need::Email(user.organization_id, user.email.key());
        needs.extend([Need::User(id), Need::SeatsOf(id), email]);
        let seats = world.variants().into_keys().map(|v| Need::Seat(id, v));
        needs.extend(seats);
    }
    for (id, product) in world.products() {
        let key = Need::ProductKey(product.organization_id, product.key.as_str().to_owned());
        needs.extend([Need::Product(id), Need::VariantsOf(id), key]);
    }
    for (id, variant) in world.variants() {
        let key = Need::VariantKey(variant.product_id, variant.key.as_str().to_owned());
        needs.extend([Need::Variant(id), Need::Due(id), Need::NextEnd(id), key]);
    }
    needs.extend(world.assignments().into_keys().map(Need::Assignment));
    needs
}

/// What the world answers.
pub fn answer(world: &World, need: &Need, now: Time) -> String {
    match need {
        Need::User(id) => format!("{:?}", world.user(*id)),
        Need::Product(id) => format!("{:?}", world.product(*id)),
        Need::Variant(id) => format!("{:?}", world.variant(*id)),
        Need::Assignment(id) => format!("{:?}", world.assignment(*id)),
        Need::Email(realm, email) => format!("{:?}", world.user_with_email(*realm, email)),
        Need::ProductKey(owner, key) => {
            let key = crate::given::key(key);
            format!("{:?}", world.product_with_key(*owner, &key))
        }
        Need::VariantKey(product, key) => {
            let key = crate::given::key(key);
            format!("{:?}", world.variant_with_key(*product, &key))
        }
        Need::Seat(user, variant) => format!("{:?}", world.active_seat(*user, *variant)),
        Need::Due(variant) => {
            let due: Vec<AssignmentId> = world.due_seats(*variant, now).collect();
            format!("{due:?}")
        }
        Need::NextEnd(variant) => format!("{:?}", world.next_end(*variant, now)),
        Need::SeatsOf(user) => format!("{:?}", world.seats_of(*user)),
        Need::VariantsOf(product) => format!("{:?}", world.variants_of(*product)),
        Need::SuperAdmins => format!("{:?}", world.active_super_admins()),
    }
}

/// What the rows of the world say, whatever it remembers besides them.
pub fn truth(rows: &World, need: &Need, now: Time) -> String {
    match need {
        Need::User(_) | Need::Product(_) | Need::Variant(_) | Need::Assignment(_) => {
            answer(rows, need, now)
        }
        Need::Email(realm, email) => format!("{:?}", holder(rows, (*realm, email))),
        Need::ProductKey(owner, key) => {
            let mut products = rows.products().into_iter();
            let found =
                products.find(|(_, p)| p.organization_id == *owner && p.key.as_str() == key);
            format!("{:?}", found.map(|(id, _)| id))
        }
        Need::VariantKey(product, key) => {
            let mut variants = rows.variants().into_iter();
            let found = variants.find(|(_, v)| v.product_id == *product && v.key.as_str() == key);
            format!("{:?}", found.map(|(id, _)| id))
        }
        Need::Seat(user, variant) => {
            let held = active(rows).find(|s| s.user_id == *user && s.variant_id == *variant);
            format!("{:?}", held.map(|seat| seat.id))
        }
        Need::Due(variant) => {
            let due: Vec<AssignmentId> = ends(rows, *variant, now).map(|(_, id)| id).collect();
            format!("{due:?}")
        }
        Need::NextEnd(variant) => format!("{:?}", next_end(rows, *variant, now)),
        Need::SeatsOf(user) => format!("{:?}", Vec::from_iter(seats_of(rows, *user))),
        Need::VariantsOf(product) => {
            let variants = rows.variants().into_iter();
            let of_it = variants.filter(|(_, variant)| variant.product_id == *product);
            format!("{:?}", Vec::from_iter(of_it.map(|(id, _)| id)))
        }
        Need::SuperAdmins => format!("{:?}", super_admins(rows)),
    }
}

/// Who in the realm has the email, the deleted left out.
pub fn holder(
    rows: &World,
    (realm, email): (Option<domain::OrganizationId>, &str),
) -> Option<UserId> {
    let mut users = rows.users().into_iter();
    let found = users.find(|(_, user)| {
        let there = user.status != UserStatus::Deleted;
        there && user.organization_id == realm && user.email.key() == email
    });
    found.map(|(id, _)| id)
}

/// The active seats.
pub fn active(rows: &World) -> impl Iterator<Item = &Assignment> {
    let seats = rows.assignments().into_values();
    seats.filter(|seat| seat.status == AssignmentStatus::Active)
}

/// The active seats of the variant that end up to the horizon.
pub fn ends(
    rows: &World,
    variant: VariantId,
    horizon: Time,
) -> impl Iterator<Item = (Time, AssignmentId)> {
    let seats = active(rows).filter(|seat| seat.variant_id == variant);
    let ends = seats.filter_map(|seat| Some((seat.ends_at?, seat.id)));
    let ends: BTreeSet<_> = ends.filter(|(end, _)| *end <= horizon).collect();
    ends.into_iter()
}

/// The first end to come of an active seat of the variant.
pub fn next_end(rows: &World, variant: VariantId, now: Time) -> Option<Time> {
    let ends = ends(rows, variant, Time::from_micros(i64::MAX));
    ends.map(|(end, _)| end).find(|end| *end > now)
}

/// The active seats of the user.
pub fn seats_of(rows: &World, user: UserId) -> BTreeSet<AssignmentId> {
    let seats = active(rows).filter(|seat| seat.user_id == user);
    seats.map(|seat| seat.id).collect()
}

/// The active super admins.
pub fn super_admins(rows: &World) -> i64 {
    let users = rows.users().into_values();
    let active = users.filter(|u| u.role == Role::SuperAdmin && u.status == UserStatus::Active);
    active.count() as i64
}

/// Every answer of a world that knows all is the truth.
pub fn is_complete(world: &World, now: Time) {
    for need in every_need(world) {
        let (said, true_one) = (answer(world, &need, now), truth(world, &need, now));
        assert_eq!(said, true_one, "{need:?}");
        // A seat that nobody ever had is no one's fact.
        let seat = matches!(need, Need::Seat(..));
        assert!(seat || world.knows(&need, now), "{need:?}");
    }
}

/// What a world says that it knows is the truth.
pub fn agrees(partial: &World, whole: &World, now: Time) {
    for need in every_need(whole) {
        if partial.knows(&need, now) {
            let (said, true_one) = (answer(partial, &need, now), truth(whole, &need, now));
            assert_eq!(said, true_one, "{need:?}");
        }
    }
}
