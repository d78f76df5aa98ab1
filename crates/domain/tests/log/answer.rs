//! What worlds answer, and whether that is the truth.

use crate::truth;
use domain::{Need, Time, World, pool::Pool};

/// What the world answers.
pub fn answer(world: &World, need: &Need, now: Time) -> String {
    match need {
        Need::Organization(id) => format!("{:?}", world.organization(*id)),
        Need::Station(id) => format!("{:?}", world.station(*id)),
        Need::User(id) => format!("{:?}", world.user(*id)),
        Need::Product(id) => format!("{:?}", world.product(*id)),
        Need::Variant(id) => format!("{:?}", world.variant(*id)),
        Need::Assignment(id) => format!("{:?}", world.assignment(*id)),
        Need::Slug(slug) => format!("{:?}", world.organization_with_slug(slug)),
        Need::StationCode(of, code) => format!("{:?}", world.station_with_code(*of, code)),
        Need::Email(realm, email) => format!("{:?}", world.user_with_email(*realm, email)),
        Need::ProductKey(owner, key) => {
            let key = crate::given::key(key);
            format!("{:?}", world.product_with_key(*owner, &key))
        }
        Need::VariantKey(product, key) => {
            let key = crate::given::key(key);
            format!("{:?}", world.variant_with_key(*product, &key))
        }
        Need::Allocation(to, variant) => format!("{:?}", world.allocation(*to, *variant)),
        Need::Pool(of, variant) => format!("{:?}", world.pool(*of, *variant)),
        Need::PoolsOf(of) => format!("{:?}", world.pools_of(*of)),
        Need::OutsidePool(of, variant) => format!("{}", world.seats_outside_pool(*of, *variant)),
        Need::Seat(holder, variant) => format!("{:?}", world.active_seat(*holder, *variant)),
        Need::Due(pot) => format!("{:?}", Vec::from_iter(world.due_seats(*pot, now))),
        Need::NextEnd(pot) => format!("{:?}", world.next_end(*pot, now)),
        Need::SeatsOf(holder) => format!("{:?}", world.seats_of(*holder)),
        Need::SeatsOfOrganization(of) => format!("{:?}", world.seats_of_organization(*of)),
        Need::VariantsOf(product) => format!("{:?}", world.variants_of(*product)),
        Need::SuperAdmins => format!("{:?}", world.active_super_admins()),
        Need::Role(id) => format!("{:?}", world.role(*id)),
        Need::RoleName(of, name) => format!("{:?}", world.role_with_name(*of, name)),
        Need::ApiKey(id) => format!("{:?}", world.api_key(*id)),
        Need::Webhook(id) => format!("{:?}", world.webhook(*id)),
        Need::WebhooksOf(realm) => format!("{:?}", world.webhooks_of(*realm)),
        Need::Session(id) => format!("{:?}", world.session(*id)),
        Need::SessionsOf(user) => format!("{:?}", world.sessions_of(*user)),
    }
}

/// What the rows of the world say, whatever it remembers besides them.
fn told_by_rows(rows: &World, need: &Need, now: Time) -> String {
    match need {
        Need::Email(realm, email) => format!("{:?}", truth::holder(rows, (*realm, email))),
        Need::Allocation(to, variant) => {
            let mut all = rows.allocations().into_values();
            let found = all.find(|a| (a.organization_id, a.variant_id) == (*to, *variant));
            format!("{found:?}")
        }
        Need::Pool(of, variant) => {
            let mut all = rows.pools().into_values();
            let found = all.find(|pool| (pool.organization_id, pool.variant_id) == (*of, *variant));
            format!("{found:?}")
        }
        Need::PoolsOf(of) => {
            let pools: Vec<&Pool> = truth::pools_of(rows, *of);
            format!("{pools:?}")
        }
        Need::Seat(holder, variant) => format!("{:?}", truth::seat(rows, *holder, *variant)),
        Need::Due(pot) => {
            let due = truth::ends(rows, *pot, now).map(|(_, id)| id);
            format!("{:?}", Vec::from_iter(due))
        }
        Need::NextEnd(pot) => format!("{:?}", truth::next_end(rows, *pot, now)),
        Need::SeatsOf(holder) => {
            format!("{:?}", Vec::from_iter(truth::seats_of(rows, *holder)))
        }
        Need::SeatsOfOrganization(of) => {
            let seats = truth::seats_of_organization(rows, *of);
            format!("{:?}", Vec::from_iter(seats))
        }
        Need::VariantsOf(product) => {
            let variants = rows.variants().into_iter();
            let of_it = variants.filter(|(_, variant)| variant.product_id == *product);
            format!("{:?}", Vec::from_iter(of_it.map(|(id, _)| id)))
        }
        Need::WebhooksOf(realm) => format!("{:?}", Some(truth::webhooks_of(rows, *realm))),
        Need::SuperAdmins => format!("{:?}", truth::super_admins(rows)),
        Need::SessionsOf(user) => format!("{:?}", truth::sessions_of(rows, *user)),
        _ => name_told_by_rows(rows, need, now),
    }
}

/// The same for which resource has a name.
fn name_told_by_rows(rows: &World, need: &Need, now: Time) -> String {
    match need {
        Need::Slug(slug) => {
            let mut all = rows.organizations().into_values();
            let found = all.find(|organization| organization.slug == *slug);
            format!("{:?}", found.map(|organization| organization.id))
        }
        Need::StationCode(of, code) => {
            let mut all = rows.stations().into_values();
            let found = all.find(|station| station.organization_id == *of && station.code == *code);
            format!("{:?}", found.map(|station| station.id))
        }
        Need::ProductKey(owner, key) => {
            let mut all = rows.products().into_values();
            let found = all.find(|p| p.organization_id == *owner && p.key.as_str() == key);
            format!("{:?}", found.map(|product| product.id))
        }
        Need::VariantKey(product, key) => {
            let mut all = rows.variants().into_values();
            let found = all.find(|v| v.product_id == *product && v.key.as_str() == key);
            format!("{:?}", found.map(|variant| variant.id))
        }
        _ => answer(rows, need, now),
    }
}

/// Every answer of a world that knows all is the truth.
pub fn is_complete(world: &World, now: Time) {
    for need in truth::every_need(world) {
        let (said, told) = (answer(world, &need, now), told_by_rows(world, &need, now));
        assert_eq!(said, told, "{need:?}");
        // A seat or a pool that nobody ever had is in no fact.
        let never_was = matches!(need, Need::Seat(..) | Need::Pool(..) | Need::Allocation(..));
        assert!(never_was || world.knows(&need, now), "{need:?}");
    }
}

/// What a world says that it knows is the truth.
pub fn agrees(partial: &World, whole: &World, now: Time) {
    for need in truth::every_need(whole) {
        if partial.knows(&need, now) {
            let (said, told) = (answer(partial, &need, now), told_by_rows(whole, &need, now));
            assert_eq!(said, told, "{need:?}");
        }
    }
}
