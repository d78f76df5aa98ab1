//! A world that is filled as a store fills it: with what is asked for, when it is asked for.

use crate::{given::tenant::outside_pool, truth};
use domain::{AssignmentId, Need, OrganizationId, Time, UserId, VariantId, World};
use std::collections::BTreeSet;

/// Puts what the cache does not know yet, read off the rows.
pub fn load(cache: &mut World, rows: &World, needs: &[Need], now: Time) {
    for need in needs {
        if !cache.knows(need, now) {
            put(cache, rows, need, now);
            assert!(cache.knows(need, now), "{need:?}");
        }
    }
}

/// The world for one decision. How many seats are outside a pool is counted for the decision alone:
/// with time seats come to their end.
pub fn for_a_decision(world: &World, rows: &World, needs: &[Need], now: Time) -> World {
    let mut world = world.clone();
    for need in needs {
        if let Need::OutsidePool(..) = need {
            put(&mut world, rows, need, now);
        }
    }
    world
}

/// The needs whose answers can be kept.
pub fn lasting(needs: &[Need]) -> Vec<Need> {
    let lasts = |need: &&Need| !matches!(need, Need::OutsidePool(..));
    needs.iter().filter(lasts).cloned().collect()
}

fn put(cache: &mut World, rows: &World, need: &Need, now: Time) {
    match need {
        Need::Organization(id) => cache.put_organization(*id, rows.organization(*id).cloned()),
        Need::Station(id) => cache.put_station(*id, rows.station(*id).cloned()),
        Need::User(id) => cache.put_user(*id, rows.user(*id).cloned()),
        Need::Product(id) => cache.put_product(*id, rows.product(*id).cloned()),
        Need::Variant(id) => cache.put_variant(*id, rows.variant(*id).cloned()),
        Need::Allocation(to, variant) => put_allocation(cache, rows, *to, *variant),
        Need::Pool(of, variant) => put_pool(cache, rows, *of, *variant),
        Need::PoolsOf(of) => {
            let pools = truth::pools_of(rows, *of);
            for pool in &pools {
                put_pool(cache, rows, *of, pool.variant_id);
                put_allocation(cache, rows, *of, pool.variant_id);
            }
            cache.put_pools_of(*of, pools.iter().map(|pool| pool.id).collect());
        }
        Need::OutsidePool(of, variant) => {
            let count = outside_pool(rows, *of, *variant, now);
            cache.put_outside_pool(*of, *variant, now, count);
        }
        Need::VariantsOf(product) => {
            let variants = rows.variants_of(*product);
            for id in &variants {
                cache.put_variant(*id, rows.variant(*id).cloned());
            }
            cache.put_variants_of(*product, variants.into_iter().collect());
        }
        Need::Role(id) => cache.put_role(*id, rows.role(*id).cloned()),
        Need::RoleName(of, name) => {
            cache.put_role_name(*of, name.clone(), rows.role_with_name(*of, name));
        }
        Need::Webhook(id) => cache.put_webhook(*id, rows.webhook(*id).cloned()),
        Need::WebhooksOf(realm) => {
            cache.put_webhooks_of(*realm, truth::webhooks_of(rows, *realm));
        }
        Need::ApiKey(id) => cache.put_api_key(*id, rows.api_key(*id).cloned()),
        Need::Session(id) => cache.put_session(*id, rows.session(*id).cloned()),
        Need::SessionsOf(user) => put_sessions(cache, rows, *user),
        Need::SuperAdmins => cache.put_super_admins(truth::super_admins(rows)),
        _ if put_name(cache, rows, need) => {}
        _ => put_seats(cache, rows, need, now),
    }
}

/// Which resource has a name, when that is asked.
fn put_name(cache: &mut World, rows: &World, need: &Need) -> bool {
    match need {
        Need::Slug(slug) => cache.put_slug(slug.clone(), rows.organization_with_slug(slug)),
        Need::StationCode(of, code) => {
            let holder = rows.station_with_code(*of, code);
            cache.put_code(*of, code.clone(), holder);
        }
        Need::Email(realm, email) => {
            let holder = truth::holder(rows, (*realm, email));
            cache.put_email(*realm, email.clone(), holder);
        }
        Need::ProductKey(owner, key) => {
            let id = rows.product_with_key(*owner, &crate::given::key(key));
            cache.put_product_key(*owner, key.clone(), id);
        }
        Need::VariantKey(product, key) => {
            let id = rows.variant_with_key(*product, &crate::given::key(key));
            cache.put_variant_key(*product, key.clone(), id);
        }
        _ => return false,
    }
    true
}

fn put_seats(cache: &mut World, rows: &World, need: &Need, now: Time) {
    let seat = |cache: &mut World, id: AssignmentId| {
        cache.put_assignment(id, rows.assignment(id).cloned());
    };
    match need {
        Need::Assignment(id) => seat(cache, *id),
        Need::Seat(holder, variant) => {
            let held = truth::seat(rows, *holder, *variant);
            held.into_iter().for_each(|id| seat(cache, id));
            cache.put_seat(*holder, *variant, held);
        }
        Need::Due(pot) => {
            let horizon = now.plus_seconds(30);
            let ends: BTreeSet<_> = truth::ends(rows, *pot, horizon).collect();
            ends.iter().for_each(|(_, id)| seat(cache, *id));
            cache.put_ending(*pot, horizon, ends);
        }
        Need::NextEnd(pot) => cache.put_next_end(*pot, truth::next_end(rows, *pot, now)),
        Need::SeatsOf(holder) => {
            let seats = truth::seats_of(rows, *holder);
            seats.iter().for_each(|id| seat(cache, *id));
            cache.put_seats_of(*holder, seats);
        }
        Need::SeatsOfOrganization(of) => {
            let seats = truth::seats_of_organization(rows, *of);
            seats.iter().for_each(|id| seat(cache, *id));
            cache.put_seats_of_organization(*of, seats);
        }
        _ => unreachable!("it is not about seats: {need:?}"),
    }
}

fn put_pool(cache: &mut World, rows: &World, of: OrganizationId, variant: VariantId) {
    cache.put_pool(of, variant, rows.pool(of, variant).cloned());
}

fn put_allocation(cache: &mut World, rows: &World, to: OrganizationId, variant: VariantId) {
    cache.put_allocation(to, variant, rows.allocation(to, variant).cloned());
}

fn put_sessions(cache: &mut World, rows: &World, user: UserId) {
    let mut places = BTreeSet::new();
    for session in truth::sessions_of(rows, user) {
        cache.put_session(session.id, Some(session.clone()));
        places.insert((session.started_at, session.id));
    }
    cache.put_sessions_of(user, places);
}
