//! Answers that are read off the rows, the slow way that cannot be wrong.

use domain::{
    AssignmentId, Holder, Need, OrganizationId, Pot, Realm, Resource, ResourceKind, Time, UserId,
    VariantId, World,
    assignment::{Assignment, AssignmentStatus},
    pool::Pool,
    session::Session,
    tally::Tally,
    user::{Role, UserStatus},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};
use uuid::Uuid;

/// Every row, as text, by what it is.
pub fn rows(world: &World) -> BTreeMap<Resource, String> {
    fn put<'a, K: 'a, V: Debug + 'a>(
        rows: &mut BTreeMap<Resource, String>,
        kind: ResourceKind,
        of_kind: BTreeMap<K, V>,
        uuid: fn(&K) -> Uuid,
    ) {
        rows.extend(of_kind.into_iter().map(|(id, row)| {
            let resource = Resource {
                kind,
                id: uuid(&id),
            };
            (resource, format!("{row:?}"))
        }));
    }
    let mut rows = BTreeMap::new();
    let all = &mut rows;
    put(
        all,
        ResourceKind::Organization,
        world.organizations(),
        |id| id.0,
    );
    put(all, ResourceKind::Station, world.stations(), |id| id.0);
    put(all, ResourceKind::User, world.users(), |id| id.0);
    put(all, ResourceKind::Session, world.sessions(), |id| id.0);
    put(all, ResourceKind::Product, world.products(), |id| id.0);
    put(all, ResourceKind::Variant, world.variants(), |id| id.0);
    put(all, ResourceKind::Allocation, world.allocations(), |id| {
        id.0
    });
    put(all, ResourceKind::Pool, world.pools(), |id| id.0);
    put(all, ResourceKind::Assignment, world.assignments(), |id| {
        id.0
    });
    rows
}

/// The totals of each realm, counted.
pub fn counts(world: &World) -> BTreeMap<(Realm, Tally), i64> {
    let users = world.users().into_values();
    let users = users.map(|user| (user.organization_id, Tally::Users(user.status)));
    let products = world.products().into_values();
    let products = products.map(|product| (product.organization_id, Tally::Products));
    let seats = world.assignments().into_values();
    let seats = seats.map(|seat| (seat.realm, Tally::Assignments(seat.status)));
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
        needs.extend([Need::User(id), Need::SessionsOf(id)]);
        // What stands in the place of an erased email was never anybody's.
        if !user.is_erased() {
            needs.push(Need::Email(user.organization_id, user.email.key()));
        }
        needs.extend(needs_of(world, Holder::User(id)));
    }
    for (id, station) in world.stations() {
        let code = Need::StationCode(station.organization_id, station.code.clone());
        needs.extend([Need::Station(id), code]);
        needs.extend(needs_of(world, Holder::Station(id)));
    }
    for (id, organization) in world.organizations() {
        let slug = Need::Slug(organization.slug.clone());
        let lists = [Need::PoolsOf(id), Need::SeatsOfOrganization(id)];
        needs.extend([Need::Organization(id), slug].into_iter().chain(lists));
        for variant in world.variants().into_keys() {
            needs.extend([Need::Pool(id, variant), Need::Allocation(id, variant)]);
        }
    }
    for (id, product) in world.products() {
        let key = Need::ProductKey(product.organization_id, product.key.as_str().to_owned());
        needs.extend([Need::Product(id), Need::VariantsOf(id), key]);
    }
    for (id, variant) in world.variants() {
        let key = Need::VariantKey(variant.product_id, variant.key.as_str().to_owned());
        needs.extend([Need::Variant(id), key]);
    }
    for pot in pots(world) {
        needs.extend([Need::Due(pot), Need::NextEnd(pot)]);
    }
    needs.extend(world.assignments().into_keys().map(Need::Assignment));
    needs.extend(world.sessions().into_keys().map(Need::Session));
    needs
}

fn needs_of(world: &World, holder: Holder) -> Vec<Need> {
    let variants = world.variants().into_keys();
    let mut needs: Vec<Need> = variants.map(|id| Need::Seat(holder, id)).collect();
    needs.push(Need::SeatsOf(holder));
    needs
}

/// All seats that are given out together.
pub fn pots(world: &World) -> Vec<Pot> {
    let variants = world.variants().into_values().map(|variant| variant.pot());
    let pools = world.pools().into_values().map(Pool::pot);
    variants.chain(pools).collect()
}

/// Who in the realm has the email, the deleted left out.
pub fn holder(rows: &World, (realm, email): (Realm, &str)) -> Option<UserId> {
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

/// The active seat that the holder has of the variant.
pub fn seat(rows: &World, holder: Holder, variant: VariantId) -> Option<AssignmentId> {
    let mut seats = active(rows).filter(|seat| seat.holder == holder);
    let held = seats.find(|seat| seat.variant_id == variant);
    held.map(|seat| seat.id)
}

/// The active seats of the pot that end up to the horizon.
pub fn ends(rows: &World, pot: Pot, horizon: Time) -> impl Iterator<Item = (Time, AssignmentId)> {
    let seats = active(rows).filter(|seat| seat.pot() == pot);
    let ends = seats.filter_map(|seat| Some((seat.ends_at?, seat.id)));
    let ends: BTreeSet<_> = ends.filter(|(end, _)| *end <= horizon).collect();
    ends.into_iter()
}

/// The first end to come of an active seat of the pot.
pub fn next_end(rows: &World, pot: Pot, now: Time) -> Option<Time> {
    let ends = ends(rows, pot, Time::from_micros(i64::MAX));
    ends.map(|(end, _)| end).find(|end| *end > now)
}

/// The active seats of the holder.
pub fn seats_of(rows: &World, holder: Holder) -> BTreeSet<AssignmentId> {
    let seats = active(rows).filter(|seat| seat.holder == holder);
    seats.map(|seat| seat.id).collect()
}

/// The active seats that the users and stations of the organization hold.
pub fn seats_of_organization(rows: &World, of: OrganizationId) -> BTreeSet<AssignmentId> {
    let seats = active(rows).filter(|seat| crate::need::home(rows, seat.holder) == Some(of));
    seats.map(|seat| seat.id).collect()
}

/// The pools of the organization.
pub fn pools_of(rows: &World, of: OrganizationId) -> Vec<&Pool> {
    let pools = rows.pools().into_values();
    pools.filter(|pool| pool.organization_id == of).collect()
}

/// The sessions of the user that nobody ended, those first that began first.
pub fn sessions_of(rows: &World, user: UserId) -> Vec<&Session> {
    let sessions = rows.sessions().into_values();
    let lasting = sessions.filter(|session| session.user_id == user && session.ended.is_none());
    let mut lasting: Vec<_> = lasting.collect();
    lasting.sort_by_key(|session| (session.started_at, session.id));
    lasting
}

/// The active super admins.
pub fn super_admins(rows: &World) -> i64 {
    let users = rows.users().into_values();
    let active = users.filter(|u| u.role == Role::SuperAdmin && u.status == UserStatus::Active);
    active.count() as i64
}

/// How many webhooks the realm has.
pub fn webhooks_of(rows: &World, realm: domain::Realm) -> i64 {
    let all = rows.webhooks().into_values();
    all.filter(|one| one.realm == realm).count() as i64
}
