//! Answers that are read off the rows, the slow way that cannot be wrong.

use domain::{
    AssignmentId, Holder, Need, OrganizationId, Realm, ResourceId, ResourceKind, SeatPool, Time,
    UserId, VariantId, WorkingSet,
    allocation::{Allocation, AllocationTo},
    assignment::{
        Assignment, AssignmentStatus, DueSeats, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization,
    },
    organization::{Organization, OrganizationBySlug},
    pool::{Pool, PoolOf, PoolsOf},
    product::{Product, ProductByKey},
    session::{Session, SessionsOf},
    station::{Station, StationByCode},
    tally::Tally,
    user::{Role, SuperAdmins, User, UserByEmail, UserStatus},
    variant::{Variant, VariantByKey, VariantsOf},
    webhook::Webhook,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};
use uuid::Uuid;

/// Every row, as text, by what it is.
pub fn rows(set: &WorkingSet) -> BTreeMap<ResourceId, String> {
    fn put<'a, K: 'a, V: Debug + 'a>(
        rows: &mut BTreeMap<ResourceId, String>,
        kind: ResourceKind,
        of_kind: BTreeMap<K, V>,
        uuid: fn(&K) -> Uuid,
    ) {
        rows.extend(of_kind.into_iter().map(|(id, row)| {
            let resource = ResourceId {
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
        set.all::<Organization>(),
        |id| id.0,
    );
    put(all, ResourceKind::Station, set.all::<Station>(), |id| id.0);
    put(all, ResourceKind::User, set.all::<User>(), |id| id.0);
    put(all, ResourceKind::Session, set.all::<Session>(), |id| id.0);
    put(all, ResourceKind::Product, set.all::<Product>(), |id| id.0);
    put(all, ResourceKind::Variant, set.all::<Variant>(), |id| id.0);
    put(
        all,
        ResourceKind::Allocation,
        set.all::<Allocation>(),
        |id| id.0,
    );
    put(all, ResourceKind::Pool, set.all::<Pool>(), |id| id.0);
    put(
        all,
        ResourceKind::Assignment,
        set.all::<Assignment>(),
        |id| id.0,
    );
    rows
}

/// The totals of each realm, counted.
pub fn counts(set: &WorkingSet) -> BTreeMap<(Realm, Tally), i64> {
    let users = set.all::<User>().into_values();
    let users = users.map(|user| (user.organization_id, Tally::Users(user.status)));
    let products = set.all::<Product>().into_values();
    let products = products.map(|product| (product.organization_id, Tally::Products));
    let seats = set.all::<Assignment>().into_values();
    let seats = seats.map(|seat| (seat.realm, Tally::Assignments(seat.status)));
    let mut counts = BTreeMap::new();
    for tally in users.chain(products).chain(seats) {
        *counts.entry(tally).or_insert(0) += 1;
    }
    counts
}

/// Everything that could be asked about these rows.
pub fn every_need(set: &WorkingSet) -> Vec<Need> {
    let mut needs = vec![Need::from(SuperAdmins)];
    for (id, user) in set.all::<User>() {
        needs.extend([Need::User(id), Need::from(SessionsOf(id))]);
        // What stands in the place of an erased email was never anybody's.
        if !user.is_erased() {
            needs.push(Need::from(UserByEmail(
                user.organization_id,
                user.email.key(),
            )));
        }
        needs.extend(needs_of(set, Holder::User(id)));
    }
    for (id, station) in set.all::<Station>() {
        let code = Need::from(StationByCode(station.organization_id, station.code.clone()));
        needs.extend([Need::Station(id), code]);
        needs.extend(needs_of(set, Holder::Station(id)));
    }
    for (id, organization) in set.all::<Organization>() {
        let slug = Need::from(OrganizationBySlug(organization.slug.clone()));
        let lists = [Need::from(PoolsOf(id)), Need::from(SeatsOfOrganization(id))];
        needs.extend([Need::Organization(id), slug].into_iter().chain(lists));
        for variant in set.all::<Variant>().into_keys() {
            needs.extend([
                Need::from(PoolOf(id, variant)),
                Need::from(AllocationTo(id, variant)),
            ]);
        }
    }
    for (id, product) in set.all::<Product>() {
        let key = Need::from(ProductByKey(product.organization_id, product.key.clone()));
        needs.extend([Need::Product(id), Need::from(VariantsOf(id)), key]);
    }
    for (id, variant) in set.all::<Variant>() {
        let key = Need::from(VariantByKey(variant.product_id, variant.key.clone()));
        needs.extend([Need::Variant(id), key]);
    }
    for seat_pool in seat_pools(set) {
        needs.extend([
            Need::from(DueSeats(seat_pool)),
            Need::from(NextEnd(seat_pool)),
        ]);
    }
    needs.extend(set.all::<Assignment>().into_keys().map(Need::Assignment));
    needs.extend(set.all::<Session>().into_keys().map(Need::Session));
    let given = set.all::<Allocation>().into_keys();
    needs.extend(given.map(Need::Allocation));
    needs.extend(set.all::<Pool>().into_keys().map(Need::Pool));
    needs
}

fn needs_of(set: &WorkingSet, holder: Holder) -> Vec<Need> {
    let variants = set.all::<Variant>().into_keys();
    let mut needs: Vec<Need> = variants
        .map(|id| Need::SeatOf(SeatOf(holder, id)))
        .collect();
    needs.push(Need::from(SeatsOf(holder)));
    needs
}

/// All seats that are given out together.
pub fn seat_pools(set: &WorkingSet) -> Vec<SeatPool> {
    let variants = set
        .all::<Variant>()
        .into_values()
        .map(|variant| variant.seat_pool());
    let pools = set.all::<Pool>().into_values().map(Pool::seat_pool);
    variants.chain(pools).collect()
}

/// Who in the realm has the email, the deleted left out.
pub fn holder(rows: &WorkingSet, (realm, email): (Realm, &str)) -> Option<UserId> {
    let mut users = rows.all::<User>().into_iter();
    let found = users.find(|(_, user)| {
        let there = user.status != UserStatus::Deleted;
        there && user.organization_id == realm && user.email.key() == email
    });
    found.map(|(id, _)| id)
}

/// The active seats.
pub fn active(rows: &WorkingSet) -> impl Iterator<Item = &Assignment> {
    let seats = rows.all::<Assignment>().into_values();
    seats.filter(|seat| seat.status == AssignmentStatus::Active)
}

/// The active seat that the holder has of the variant.
pub fn seat(rows: &WorkingSet, holder: Holder, variant: VariantId) -> Option<AssignmentId> {
    let mut seats = active(rows).filter(|seat| seat.holder == holder);
    let held = seats.find(|seat| seat.variant_id == variant);
    held.map(|seat| seat.id)
}

/// The active seats of the seat pool that end up to the horizon.
pub fn ends(
    rows: &WorkingSet,
    seat_pool: SeatPool,
    horizon: Time,
) -> impl Iterator<Item = (Time, AssignmentId)> {
    let seats = active(rows).filter(|seat| seat.seat_pool() == seat_pool);
    let ends = seats.filter_map(|seat| Some((seat.ends_at?, seat.id)));
    let ends: BTreeSet<_> = ends.filter(|(end, _)| *end <= horizon).collect();
    ends.into_iter()
}

/// The first end to come of an active seat of the seat pool.
pub fn next_end(rows: &WorkingSet, seat_pool: SeatPool, now: Time) -> Option<Time> {
    let ends = ends(rows, seat_pool, Time::from_micros(i64::MAX));
    ends.map(|(end, _)| end).find(|end| *end > now)
}

/// The active seats of the holder.
pub fn seats_of(rows: &WorkingSet, holder: Holder) -> BTreeSet<AssignmentId> {
    let seats = active(rows).filter(|seat| seat.holder == holder);
    seats.map(|seat| seat.id).collect()
}

/// The active seats that the users and stations of the organization hold.
pub fn seats_of_organization(rows: &WorkingSet, of: OrganizationId) -> BTreeSet<AssignmentId> {
    let seats = active(rows).filter(|seat| crate::need::home(rows, seat.holder) == Some(of));
    seats.map(|seat| seat.id).collect()
}

/// The pools of the organization.
pub fn pools_of(rows: &WorkingSet, of: OrganizationId) -> Vec<&Pool> {
    let pools = rows.all::<Pool>().into_values();
    pools.filter(|pool| pool.organization_id == of).collect()
}

/// The sessions of the user that nobody ended, those first that began first.
pub fn sessions_of(rows: &WorkingSet, user: UserId) -> Vec<&Session> {
    let sessions = rows.all::<Session>().into_values();
    let lasting = sessions.filter(|session| session.user_id == user && session.ended.is_none());
    let mut lasting: Vec<_> = lasting.collect();
    lasting.sort_by_key(|session| (session.started_at, session.id));
    lasting
}

/// The active super admins.
pub fn super_admins(rows: &WorkingSet) -> i64 {
    let users = rows.all::<User>().into_values();
    let active = users.filter(|u| u.role == Role::SuperAdmin && u.status == UserStatus::Active);
    active.count() as i64
}

/// How many webhooks the realm has.
pub fn webhooks_of(rows: &WorkingSet, realm: domain::Realm) -> i64 {
    let all = rows.all::<Webhook>().into_values();
    all.filter(|one| one.realm == realm).count() as i64
}
