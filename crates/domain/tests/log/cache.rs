//! A working set that is filled as a store fills it: with what is asked for, when it is asked for.

use crate::{given::tenant::outside_pool, truth};
use domain::{
    AssignmentId, Need, OrganizationId, Time, UserId, VariantId, WorkingSet,
    allocation::AllocationTo,
    assignment::{
        CountedAt, DueSeats, Ending, FirstEnd, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization,
        SeatsOutsidePool,
    },
    organization::OrganizationBySlug,
    pool::{PoolOf, PoolsOf},
    product::ProductByKey,
    role::RoleByName,
    session::SessionsOf,
    station::StationByCode,
    user::{SuperAdmins, UserByEmail},
    variant::{VariantByKey, VariantsOf},
    webhook::WebhooksOf,
};
use std::collections::BTreeSet;

/// Puts what the cache does not know yet, read off the rows.
pub fn load(cache: &mut WorkingSet, rows: &WorkingSet, needs: &[Need], now: Time) {
    for need in needs {
        if !cache.knows(need, now) {
            put(cache, rows, need, now);
            assert!(cache.knows(need, now), "{need:?}");
        }
    }
}

/// The working set for one decision. How many seats are outside a pool is counted for the decision alone:
/// with time seats come to their end.
pub fn for_a_decision(
    set: &WorkingSet,
    rows: &WorkingSet,
    needs: &[Need],
    now: Time,
) -> WorkingSet {
    let mut set = set.clone();
    for need in needs {
        if let Need::SeatsOutsidePool(..) = need {
            put(&mut set, rows, need, now);
        }
    }
    set
}

/// The needs whose answers can be kept.
pub fn lasting(needs: &[Need]) -> Vec<Need> {
    let lasts = |need: &&Need| !matches!(need, Need::SeatsOutsidePool(..));
    needs.iter().filter(lasts).cloned().collect()
}

fn put(cache: &mut WorkingSet, rows: &WorkingSet, need: &Need, now: Time) {
    match need {
        Need::AllocationTo(AllocationTo(to, variant)) => put_allocation(cache, rows, *to, *variant),
        Need::PoolOf(PoolOf(of, variant)) => put_pool(cache, rows, *of, *variant),
        Need::PoolsOf(PoolsOf(of)) => {
            let pools = truth::pools_of(rows, *of);
            for pool in &pools {
                put_pool(cache, rows, *of, pool.variant_id);
                put_allocation(cache, rows, *of, pool.variant_id);
            }
            cache.put_answer(PoolsOf(*of), pools.iter().map(|pool| pool.id).collect());
        }
        Need::SeatsOutsidePool(SeatsOutsidePool(of, variant)) => {
            let count = outside_pool(rows, *of, *variant, now);
            cache.put_answer(SeatsOutsidePool(*of, *variant), CountedAt::new(count, now));
        }
        Need::VariantsOf(VariantsOf(product)) => {
            let variants = rows.list(&VariantsOf(*product));
            for id in &variants {
                cache.put(*id, rows.get(*id).cloned());
            }
            cache.put_answer(VariantsOf(*product), variants.into_iter().collect());
        }
        Need::RoleByName(RoleByName(of, name)) => {
            cache.put_answer(
                RoleByName(*of, name.clone()),
                rows.find(&RoleByName(*of, name.to_owned())),
            );
        }
        Need::WebhooksOf(WebhooksOf(realm)) => {
            cache.put_answer(WebhooksOf(*realm), truth::webhooks_of(rows, *realm));
        }
        Need::SessionsOf(SessionsOf(user)) => put_sessions(cache, rows, *user),
        Need::SuperAdmins(_) => cache.put_answer(SuperAdmins, truth::super_admins(rows)),
        _ if put_row(cache, rows, need) || put_name(cache, rows, need) => {}
        _ => put_seats(cache, rows, need, now),
    }
}

macro_rules! put_rows {
    (($cache:ident, $rows:ident, $need:ident) $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $_module:ident::$_Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        match $need {
            $(Need::$Kind(id) => $cache.put(*id, $rows.get(*id).cloned()),)*
            _ => return false,
        }
    };
}

/// The row of a resource, when that is asked.
fn put_row(cache: &mut WorkingSet, rows: &WorkingSet, need: &Need) -> bool {
    domain::each_resource!(put_rows!(cache, rows, need));
    true
}

/// Which resource has a name, when that is asked.
fn put_name(cache: &mut WorkingSet, rows: &WorkingSet, need: &Need) -> bool {
    match need {
        Need::OrganizationBySlug(OrganizationBySlug(slug)) => cache.put_answer(
            OrganizationBySlug(slug.clone()),
            rows.find(&OrganizationBySlug(slug.clone())),
        ),
        Need::StationByCode(StationByCode(of, code)) => {
            let holder = rows.find(&StationByCode(*of, code.clone()));
            cache.put_answer(StationByCode(*of, code.clone()), holder);
        }
        Need::UserByEmail(UserByEmail(realm, email)) => {
            let holder = truth::holder(rows, (*realm, email));
            cache.put_answer(UserByEmail(*realm, email.clone()), holder);
        }
        Need::ProductByKey(ProductByKey(owner, key)) => {
            let id = rows.find(&ProductByKey(*owner, key.clone()));
            cache.put_answer(ProductByKey(*owner, key.clone()), id);
        }
        Need::VariantByKey(VariantByKey(product, key)) => {
            let id = rows.find(&VariantByKey(*product, key.clone()));
            cache.put_answer(VariantByKey(*product, key.clone()), id);
        }
        _ => return false,
    }
    true
}

fn put_seats(cache: &mut WorkingSet, rows: &WorkingSet, need: &Need, now: Time) {
    let seat = |cache: &mut WorkingSet, id: AssignmentId| {
        cache.put(id, rows.get(id).cloned());
    };
    match need {
        Need::SeatOf(SeatOf(holder, variant)) => {
            let held = truth::seat(rows, *holder, *variant);
            held.into_iter().for_each(|id| seat(cache, id));
            cache.put_answer(SeatOf(*holder, *variant), held);
        }
        Need::DueSeats(DueSeats(seat_pool)) => {
            let horizon = now.plus_seconds(30);
            let ends: BTreeSet<_> = truth::ends(rows, *seat_pool, horizon).collect();
            ends.iter().for_each(|(_, id)| seat(cache, *id));
            cache.put_answer(DueSeats(*seat_pool), Ending::new(horizon, ends));
        }
        Need::NextEnd(NextEnd(seat_pool)) => cache.put_answer(
            NextEnd(*seat_pool),
            FirstEnd::Known(truth::next_end(rows, *seat_pool, now)),
        ),
        Need::SeatsOf(SeatsOf(holder)) => {
            let seats = truth::seats_of(rows, *holder);
            seats.iter().for_each(|id| seat(cache, *id));
            cache.put_answer(SeatsOf(*holder), seats);
        }
        Need::SeatsOfOrganization(SeatsOfOrganization(of)) => {
            let seats = truth::seats_of_organization(rows, *of);
            seats.iter().for_each(|id| seat(cache, *id));
            cache.put_answer(SeatsOfOrganization(*of), seats);
        }
        _ => panic!("say here how the answer to {need:?} is read off the rows"),
    }
}

fn put_pool(cache: &mut WorkingSet, rows: &WorkingSet, of: OrganizationId, variant: VariantId) {
    cache.put_found(
        PoolOf(of, variant),
        rows.found(&PoolOf(of, variant)).cloned(),
    );
}

fn put_allocation(
    cache: &mut WorkingSet,
    rows: &WorkingSet,
    to: OrganizationId,
    variant: VariantId,
) {
    cache.put_found(
        AllocationTo(to, variant),
        rows.found(&AllocationTo(to, variant)).cloned(),
    );
}

fn put_sessions(cache: &mut WorkingSet, rows: &WorkingSet, user: UserId) {
    let lasting = truth::sessions_of(rows, user);
    for session in &lasting {
        cache.put(session.id, Some((*session).clone()));
    }
    let ids = lasting.into_iter().map(|session| session.id).collect();
    cache.put_answer(SessionsOf(user), ids);
}
