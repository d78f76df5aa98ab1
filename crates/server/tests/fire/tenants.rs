//! Organizations with users, stations and pools.

use crate::cluster::{Cluster, FREE, SECRET, at_once, new_user, unique};
use app::{App, Context, Settings, Store, StoreOptions, SystemClock, runner::Unobserved};
use client::{
    Allocation, AllocationUpdate, AssignmentStatus, Client, Error, ListAssignmentsParams,
    NewOrganization, NewOrganizationUser, NewProduct, NewProductVariant, NewStation, Reply,
};
use domain::{
    OrganizationId, UserId,
    text::{Email, Name},
    user::{Created, Role, UserStatus},
};
use identity::create_api_key;
use server::api_key::KeySecret;
use std::{collections::BTreeSet, sync::Arc};
use testkit::database::Database;
use uuid::Uuid;

impl Cluster {
    /// An organization, made for this test.
    pub async fn organization(&self) -> Uuid {
        let made = new_organization(&self.client(0), &unique("o")).await;
        made.unwrap().body.id
    }

    /// Members of the organization.
    pub async fn members(&self, organization: Uuid, count: usize) -> Vec<Uuid> {
        let client = self.client(0);
        let made = (0..count).map(|_| {
            let client = client.clone();
            async move {
                let made = new_member(&client, organization).await;
                made.unwrap().body.id
            }
        });
        at_once(made).await
    }

    /// Stations of the organization.
    pub async fn stations(&self, organization: Uuid, count: usize) -> Vec<Uuid> {
        let client = self.client(0);
        let made = (0..count).map(|_| {
            let client = client.clone();
            async move {
                let made = new_station(&client, organization).await;
                made.unwrap().body.id
            }
        });
        at_once(made).await
    }

    /// A variant of a product that the organization has itself.
    pub async fn own_variant(&self, organization: Uuid, capacity: Option<i32>) -> Uuid {
        let client = self.client(0);
        let product = NewProduct {
            organization_id: Some(organization),
            ..NewProduct::new(unique("p"), "Its own")
        };
        let product = client.create_product(&product, FREE).await.unwrap().body;
        let mut new = NewProductVariant::new(unique("v"), "Seats");
        new.capacity = capacity;
        let made = client.create_product_variant(product.id, &new, FREE).await;
        made.unwrap().body.id
    }

    /// The pool with its present counts.
    pub async fn pool(&self, organization: Uuid, variant: Uuid) -> Allocation {
        let pool = self
            .client(0)
            .get_allocation(organization, variant, FREE)
            .await;
        pool.unwrap().body.unwrap()
    }

    /// The key of a partner of the organization, made ACTIVE by a use case
    /// in this process: over HTTP a user is made PENDING.
    pub async fn partner(&self, database: &Database, organization: Uuid) -> String {
        let store = Store::connect(database.url(), &StoreOptions::default()).await;
        let app = App::start(
            store.unwrap(),
            Arc::new(SystemClock),
            Settings::default(),
            Arc::new(Unobserved),
        );
        let id = UserId(app.clock().new_id());
        let new = Created {
            email: Email::parse(&format!("{}@fire.test", unique("partner")), "/email").unwrap(),
            display_name: Name::parse("Partner", "/displayName").unwrap(),
            role: Role::Partner,
            status: UserStatus::Active,
            organization_id: Some(OrganizationId(organization)),
            station_id: None,
            password: None,
        };
        let made = app::user::CreateUser {
            id,
            new,
            side_records: Vec::new(),
        };
        app.run(Context::system(), made).await.unwrap();
        let secret = KeySecret::from_hex(SECRET).unwrap();
        let key = create_api_key(&app, &secret, id.0, "fire").await;
        app.close().await;
        key.unwrap().reveal().to_owned()
    }

    /// The active seats of the variant that users and stations of the organization hold.
    pub async fn seats_in(&self, organization: Uuid, variant: Uuid) -> BTreeSet<Uuid> {
        let params = ListAssignmentsParams {
            organization_id: Some(organization),
            variant_id: Some(variant),
            status: Some(AssignmentStatus::Active),
            size: Some(200),
            ..ListAssignmentsParams::default()
        };
        let listed = self.client(0).list_assignments(&params, FREE).await;
        let listed = listed.unwrap().body;
        assert!(!listed.has_next);
        listed.content.into_iter().map(|seat| seat.id).collect()
    }

    /// The active seats are exactly the acknowledged ones; the pool counts them.
    pub async fn check_seats(&self, organization: Uuid, variant: Uuid, answered: &BTreeSet<Uuid>) {
        assert_eq!(&self.seats_in(organization, variant).await, answered);
        let pool = self.pool(organization, variant).await;
        let held = i64::try_from(answered.len()).unwrap();
        assert_eq!(pool.assigned_active_count, held);
        assert_eq!(pool.available, i64::from(pool.seats) - held);
        assert!(pool.available >= 0, "{pool:?}");
    }
}

/// Makes an organization with this slug.
pub async fn new_organization(
    client: &Client,
    slug: &str,
) -> Result<Reply<client::Organization>, Error> {
    let new = NewOrganization {
        name: "Organization".to_owned(),
        slug: slug.to_owned(),
    };
    client.create_organization(&new, FREE).await
}

/// Makes a member of the organization.
pub async fn new_member(client: &Client, organization: Uuid) -> Result<Reply<client::User>, Error> {
    let new = somebody();
    client
        .create_organization_member(organization, &new, FREE)
        .await
}

/// Makes a member of the organization, or of the platform without one.
pub async fn new_in(
    client: &Client,
    organization: Option<Uuid>,
) -> Result<Reply<client::User>, Error> {
    match organization {
        Some(organization) => new_member(client, organization).await,
        None => new_user(client).await,
    }
}

/// A user with a new email.
pub fn somebody() -> NewOrganizationUser {
    NewOrganizationUser {
        email: format!("{}@fire.test", unique("m")),
        display_name: "Member".to_owned(),
    }
}

/// Makes a station of the organization.
pub async fn new_station(
    client: &Client,
    organization: Uuid,
) -> Result<Reply<client::Station>, Error> {
    let new = NewStation::new(unique("s"), "Station", "Europe/Berlin", "DE");
    client.create_station(organization, &new, FREE).await
}

/// Gives the organization a pool of this many seats, or changes the one that it has.
pub async fn put_pool(
    client: &Client,
    organization: Uuid,
    variant: Uuid,
    seats: i32,
) -> Result<Reply<Allocation>, Error> {
    let update = AllocationUpdate { seats };
    client
        .put_allocation(organization, variant, &update, FREE)
        .await
}
