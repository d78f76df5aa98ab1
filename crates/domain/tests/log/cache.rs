//! A world that is filled as a store fills it: with what is asked for, when it is asked for.

use crate::truth;
use domain::{AssignmentId, Need, Time, World};
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

fn put(cache: &mut World, rows: &World, need: &Need, now: Time) {
    let seat = |cache: &mut World, id: AssignmentId| {
        cache.put_assignment(id, rows.assignment(id).cloned());
    };
    match need {
        Need::User(id) => cache.put_user(*id, rows.user(*id).cloned()),
        Need::Product(id) => cache.put_product(*id, rows.product(*id).cloned()),
        Need::Variant(id) => cache.put_variant(*id, rows.variant(*id).cloned()),
        Need::Assignment(id) => seat(cache, *id),
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
        Need::Seat(user, variant) => {
            let mut seats = truth::active(rows);
            let held = seats.find(|s| s.user_id == *user && s.variant_id == *variant);
            let held = held.map(|seat| seat.id);
            held.into_iter().for_each(|id| seat(cache, id));
            cache.put_seat(*user, *variant, held);
        }
        Need::Due(variant) => {
            let horizon = now.plus_seconds(30);
            let ends: BTreeSet<_> = truth::ends(rows, *variant, horizon).collect();
            ends.iter().for_each(|(_, id)| seat(cache, *id));
            cache.put_ending(*variant, horizon, ends);
        }
        Need::NextEnd(variant) => {
            cache.put_next_end(*variant, truth::next_end(rows, *variant, now))
        }
        Need::SeatsOf(user) => {
            let seats = truth::seats_of(rows, *user);
            seats.iter().for_each(|id| seat(cache, *id));
            cache.put_seats_of(*user, seats);
        }
        Need::VariantsOf(product) => {
            let variants = rows.variants_of(*product);
            for id in &variants {
                cache.put_variant(*id, rows.variant(*id).cloned());
            }
            cache.put_variants_of(*product, variants.into_iter().collect());
        }
        Need::SuperAdmins => cache.put_super_admins(truth::super_admins(rows)),
    }
}
