//! Holders that go while they are given seats: no seat stays with who is gone (L9).

use crate::{
    arena::{Arena, FREE, assign, at_once, counted, ending, only, times},
    tenants::put_pool,
};
use client::NewAssignment;
use testkit::database::Database;
use uuid::Uuid;

const USER_GONE: &str = "409 USER_NOT_ACTIVE";
const STATION_GONE: &str = "409 STATION_REMOVED";
const ORGANIZATION_GONE: &str = "409 ORGANIZATION_DELETED";
const STRANGER: &str = "401 UNAUTHENTICATED";

/// Who goes.
#[derive(Clone, Copy)]
enum Goes {
    User,
    Station,
}

testkit::on_every_database! {
    async fn a_deleted_user_of_an_organization_holds_no_seat(database: Database) {
        leaving(&database, Goes::User, USER_GONE).await;
    }

    async fn a_removed_station_holds_no_seat(database: Database) {
        leaving(&database, Goes::Station, STATION_GONE).await;
    }

    async fn nobody_in_a_deleted_organization_holds_a_seat(database: Database) {
        let arena = Arena::open(&database).await;
        for round in 0..4 {
            let organization = arena.organization().await;
            let key = arena.partner(&database, organization).await;
            let variants = variants(&arena, organization).await;
            let users = arena.members(organization, 6).await;
            let stations = arena.stations(organization, 6).await;
            let end = arena.client(round);
            let end = async move { ending(&end.delete_organization(organization, FREE).await) };
            let seats = users.iter().map(|user| testkit::seat(*user, variants[0]));
            let seats = seats.chain(users.iter().map(|user| testkit::seat(*user, variants[1])));
            let seats = seats.chain(users.iter().map(|user| testkit::seat(*user, variants[2])));
            let seats = seats.chain(stations.iter().map(|id| testkit::station_seat(*id, variants[1])));
            let tries = seats.enumerate().map(|(number, seat)| {
                let client = arena.client(number);
                let client = match seat.product_variant_id == variants[2] {
                    true => client,
                    false => client.with_api_key(Some(&key)),
                };
                async move { ending(&client.create_assignment(&seat, FREE).await) }
            });
            let (ended, ends) = tokio::join!(end, at_once(tries.collect::<Vec<_>>()));
            assert_eq!(ended, "204");
            only(&counted(ends), &["201", ORGANIZATION_GONE, STRANGER]);
            for variant in variants {
                assert_eq!(arena.seats_in(organization, variant).await.len(), 0);
                let late = assign(&arena.client(0), users[0], variant).await;
                assert_eq!(ending(&late), ORGANIZATION_GONE);
                assert_eq!(arena.listed(variant).await, 0);
            }
            let pools = arena.client(0);
            let pool = pools.get_allocation(organization, variants[1], FREE).await;
            assert_eq!(ending(&pool), "404 NOT_FOUND");
        }
        arena.verify().await;
    }
}

/// A variant of the organization's own, one that it has a pool of, and one that the platform gives
/// it straight.
async fn variants(arena: &Arena, organization: Uuid) -> [Uuid; 3] {
    let own = arena.own_variant(organization, Some(50)).await;
    let pooled = arena.variant(Some(50)).await.id;
    let pool = put_pool(&arena.client(0), organization, pooled, 40).await;
    pool.unwrap();
    [own, pooled, arena.variant(Some(50)).await.id]
}

async fn leaving(database: &Database, goes: Goes, gone: &str) {
    let arena = Arena::open(database).await;
    let organization = arena.organization().await;
    let key = arena.partner(database, organization).await;
    let variants = variants(&arena, organization).await;
    let holders = match goes {
        Goes::User => arena.members(organization, 12).await,
        Goes::Station => arena.stations(organization, 12).await,
    };
    let seat = |holder, variant| -> NewAssignment {
        match goes {
            Goes::User => testkit::seat(holder, variant),
            Goes::Station => testkit::station_seat(holder, variant),
        }
    };
    let mut acts = Vec::new();
    for (number, holder) in holders.iter().copied().enumerate() {
        for act in 0..4 {
            let client = arena.client(number + act);
            let partner = client.with_api_key(Some(&key));
            let taken = variants.get(act).map(|variant| seat(holder, *variant));
            acts.push(async move {
                match (taken, goes) {
                    // The platform gives what it gives straight.
                    (Some(seat), _) if act == 2 => {
                        ending(&client.create_assignment(&seat, FREE).await)
                    }
                    (Some(seat), _) => ending(&partner.create_assignment(&seat, FREE).await),
                    (None, Goes::User) => ending(&partner.delete_user(holder, FREE).await),
                    (None, Goes::Station) => ending(&partner.delete_station(holder, FREE).await),
                }
            });
        }
    }
    let ends = counted(at_once(acts).await);
    only(&ends, &["201", "204", gone]);
    assert_eq!(times(&ends, "204"), 12);
    for variant in variants {
        assert_eq!(arena.seats_in(organization, variant).await.len(), 0);
        let late = seat(holders[0], variant);
        let late = arena.client(1).create_assignment(&late, FREE).await;
        assert_eq!(ending(&late), gone);
    }
    arena.verify().await;
}
