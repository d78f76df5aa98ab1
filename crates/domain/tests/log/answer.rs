//! What working sets answer, and whether that is right.

use crate::truth;
use domain::{
    Need, Time, WorkingSet,
    allocation::{Allocation, AllocationTo},
    assignment::{DueSeats, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization, SeatsOutsidePool},
    organization::{Organization, OrganizationBySlug},
    pool::{Pool, PoolOf, PoolsOf},
    product::{Product, ProductByKey},
    role::RoleByName,
    session::SessionsOf,
    station::{Station, StationByCode},
    user::{SuperAdmins, UserByEmail},
    variant::{Variant, VariantByKey, VariantsOf},
    webhook::WebhooksOf,
};

/// What the working set answers.
pub fn answer(set: &WorkingSet, need: &Need, now: Time) -> String {
    match need {
        Need::OrganizationBySlug(OrganizationBySlug(slug)) => {
            format!("{:?}", set.find(&OrganizationBySlug(slug.clone())))
        }
        Need::StationByCode(StationByCode(of, code)) => {
            format!("{:?}", set.find(&StationByCode(*of, code.clone())))
        }
        Need::UserByEmail(UserByEmail(realm, email)) => {
            format!("{:?}", set.find(&UserByEmail(*realm, email.to_owned())))
        }
        Need::ProductByKey(ProductByKey(owner, key)) => {
            format!("{:?}", set.find(&ProductByKey(*owner, key.clone())))
        }
        Need::VariantByKey(VariantByKey(product, key)) => {
            format!("{:?}", set.find(&VariantByKey(*product, key.clone())))
        }
        Need::AllocationTo(AllocationTo(to, variant)) => {
            format!("{:?}", set.found(&AllocationTo(*to, *variant)))
        }
        Need::PoolOf(PoolOf(of, variant)) => format!("{:?}", set.found(&PoolOf(*of, *variant))),
        Need::PoolsOf(PoolsOf(of)) => format!("{:?}", set.listed(&PoolsOf(*of))),
        Need::SeatsOutsidePool(SeatsOutsidePool(of, variant)) => {
            format!("{}", set.seats_outside_pool(*of, *variant))
        }
        Need::SeatOf(SeatOf(holder, variant)) => {
            format!("{:?}", set.find(&SeatOf(*holder, *variant)))
        }
        Need::DueSeats(DueSeats(seat_pool)) => {
            format!("{:?}", Vec::from_iter(set.due_seats(*seat_pool, now)))
        }
        Need::NextEnd(NextEnd(seat_pool)) => format!("{:?}", set.next_end(*seat_pool, now)),
        Need::SeatsOf(SeatsOf(holder)) => format!("{:?}", set.list(&SeatsOf(*holder))),
        Need::SeatsOfOrganization(SeatsOfOrganization(of)) => {
            format!("{:?}", set.list(&SeatsOfOrganization(*of)))
        }
        Need::VariantsOf(VariantsOf(product)) => format!("{:?}", set.list(&VariantsOf(*product))),
        Need::SuperAdmins(_) => format!("{:?}", set.number(&SuperAdmins)),
        Need::RoleByName(RoleByName(of, name)) => {
            format!("{:?}", set.find(&RoleByName(*of, name.to_owned())))
        }
        Need::WebhooksOf(WebhooksOf(realm)) => format!("{:?}", set.number(&WebhooksOf(*realm))),
        Need::SessionsOf(SessionsOf(user)) => format!("{:?}", set.sessions_of(*user)),
        _ => row(set, need),
    }
}

macro_rules! row {
    (($set:ident, $need:ident) $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $_module:ident::$_Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        match $need {
            $(Need::$Kind(id) => format!("{:?}", $set.get(*id)),)*
            _ => panic!("say here what the answer to {:?} is", $need),
        }
    };
}

/// The row of the resource that is asked for.
fn row(set: &WorkingSet, need: &Need) -> String {
    domain::each_resource!(row!(set, need))
}

/// The answer from the rows of the working set alone, whatever it remembers besides them.
fn from_rows(rows: &WorkingSet, need: &Need, now: Time) -> String {
    match need {
        Need::UserByEmail(UserByEmail(realm, email)) => {
            format!("{:?}", truth::holder(rows, (*realm, email)))
        }
        Need::AllocationTo(AllocationTo(to, variant)) => {
            let mut all = rows.all::<Allocation>().into_values();
            let found = all.find(|a| (a.organization_id, a.variant_id) == (*to, *variant));
            format!("{found:?}")
        }
        Need::PoolOf(PoolOf(of, variant)) => {
            let mut all = rows.all::<Pool>().into_values();
            let found = all.find(|pool| (pool.organization_id, pool.variant_id) == (*of, *variant));
            format!("{found:?}")
        }
        Need::PoolsOf(PoolsOf(of)) => {
            let pools: Vec<&Pool> = truth::pools_of(rows, *of);
            format!("{pools:?}")
        }
        Need::SeatOf(SeatOf(holder, variant)) => {
            format!("{:?}", truth::seat(rows, *holder, *variant))
        }
        Need::DueSeats(DueSeats(seat_pool)) => {
            let due = truth::ends(rows, *seat_pool, now).map(|(_, id)| id);
            format!("{:?}", Vec::from_iter(due))
        }
        Need::NextEnd(NextEnd(seat_pool)) => {
            format!("{:?}", truth::next_end(rows, *seat_pool, now))
        }
        Need::SeatsOf(SeatsOf(holder)) => {
            format!("{:?}", Vec::from_iter(truth::seats_of(rows, *holder)))
        }
        Need::SeatsOfOrganization(SeatsOfOrganization(of)) => {
            let seats = truth::seats_of_organization(rows, *of);
            format!("{:?}", Vec::from_iter(seats))
        }
        Need::VariantsOf(VariantsOf(product)) => {
            let variants = rows.all::<Variant>().into_iter();
            let of_it = variants.filter(|(_, variant)| variant.product_id == *product);
            format!("{:?}", Vec::from_iter(of_it.map(|(id, _)| id)))
        }
        Need::WebhooksOf(WebhooksOf(realm)) => {
            format!("{:?}", Some(truth::webhooks_of(rows, *realm)))
        }
        Need::SuperAdmins(_) => format!("{:?}", truth::super_admins(rows)),
        Need::SessionsOf(SessionsOf(user)) => format!("{:?}", truth::sessions_of(rows, *user)),
        _ => name_from_rows(rows, need, now),
    }
}

/// The same for the questions which resource has a name.
fn name_from_rows(rows: &WorkingSet, need: &Need, now: Time) -> String {
    match need {
        Need::OrganizationBySlug(OrganizationBySlug(slug)) => {
            let mut all = rows.all::<Organization>().into_values();
            let found = all.find(|organization| organization.slug == *slug);
            format!("{:?}", found.map(|organization| organization.id))
        }
        Need::StationByCode(StationByCode(of, code)) => {
            let mut all = rows.all::<Station>().into_values();
            let found = all.find(|station| station.organization_id == *of && station.code == *code);
            format!("{:?}", found.map(|station| station.id))
        }
        Need::ProductByKey(ProductByKey(owner, key)) => {
            let mut all = rows.all::<Product>().into_values();
            let found = all.find(|p| p.organization_id == *owner && p.key == *key);
            format!("{:?}", found.map(|product| product.id))
        }
        Need::VariantByKey(VariantByKey(product, key)) => {
            let mut all = rows.all::<Variant>().into_values();
            let found = all.find(|v| v.product_id == *product && v.key == *key);
            format!("{:?}", found.map(|variant| variant.id))
        }
        _ => answer(rows, need, now),
    }
}

/// Every answer of a working set that knows everything is right.
pub fn is_complete(set: &WorkingSet, now: Time) {
    for need in truth::every_need(set) {
        let (actual, expected) = (answer(set, &need, now), from_rows(set, &need, now));
        assert_eq!(actual, expected, "{need:?}");
        // A seat or a pool that nobody ever had is in no fact.
        let never_was = matches!(
            need,
            Need::SeatOf(..) | Need::PoolOf(..) | Need::AllocationTo(..)
        );
        assert!(never_was || set.knows(&need, now), "{need:?}");
    }
}

/// Every answer that a working set knows is right.
pub fn agrees(partial: &WorkingSet, whole: &WorkingSet, now: Time) {
    for need in truth::every_need(whole) {
        if partial.knows(&need, now) {
            let (actual, expected) = (answer(partial, &need, now), from_rows(whole, &need, now));
            assert_eq!(actual, expected, "{need:?}");
        }
    }
}
