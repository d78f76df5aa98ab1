//! Callers of tests, with API keys.

use std::ops::Deref;

use client::{
    Client, NewAssignment, NewOrganization, NewStation, NewUser, Options, Organization, Station,
    User,
};
use domain::user::Role;
use identity::{ActiveUser, create_api_key, create_user};
use uuid::Uuid;

use super::TestApp;

/// A user with an API key, and a client that uses it.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The id of the user.
    pub id: Uuid,
    /// The API key.
    pub key: String,
    /// The client.
    pub client: Client,
}

impl Deref for Actor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A seat of the variant for the user, at once and for ever.
pub fn seat(user: Uuid, variant: Uuid) -> NewAssignment {
    NewAssignment {
        user_id: Some(user),
        ..NewAssignment::new(variant)
    }
}

/// A seat of the variant for the station, at once and for ever.
pub fn station_seat(station: Uuid, variant: Uuid) -> NewAssignment {
    NewAssignment {
        station_id: Some(station),
        ..NewAssignment::new(variant)
    }
}

impl TestApp {
    /// A client without a key.
    pub fn anonymous(&self) -> Client {
        Client::with_http(self.http.clone(), self.url(), None)
    }

    /// The super admin created at the first start.
    pub fn super_admin(&self) -> Actor {
        self.actor(self.bootstrap_user, self.bootstrap_key.clone())
    }

    /// The email and the one-time password of that super admin.
    pub fn bootstrap_login(&self) -> (&'static str, &str) {
        ("admin@quartermaster.invalid", &self.bootstrap_password)
    }

    /// A user of the platform realm, made over HTTP: PENDING, without a key.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn user(&self, name: &str) -> User {
        let new = NewUser::new(format!("{name}@example.com"), name);
        let made = self
            .super_admin()
            .create_user(&new, &Options::default())
            .await;
        match made {
            Ok(made) => made.body,
            Err(fault) => panic!("the user {name} was not made: {fault}"),
        }
    }

    /// An ordinary user of the platform realm, with a key.
    pub async fn member(&self, name: &str) -> Actor {
        let user = self.user(name).await;
        self.with_key(user.id).await
    }

    /// An organization with this slug.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn organization(&self, slug: &str) -> Organization {
        let new = NewOrganization {
            name: slug.to_owned(),
            slug: slug.to_owned(),
        };
        let made = self
            .super_admin()
            .create_organization(&new, &Options::default())
            .await;
        match made {
            Ok(made) => made.body,
            Err(fault) => panic!("the organization {slug} was not made: {fault}"),
        }
    }

    /// A station of the organization with this code.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn station(&self, organization: Uuid, code: &str) -> Station {
        let new = NewStation::new(code, code, "Europe/Berlin", "DE");
        let made = self
            .super_admin()
            .create_station(organization, &new, &Options::default())
            .await;
        match made {
            Ok(made) => made.body,
            Err(fault) => panic!("the station {code} was not made: {fault}"),
        }
    }

    /// A partner of an organization, with a key.
    pub async fn partner(&self, name: &str, organization: Uuid) -> Actor {
        self.tied(name, Role::Partner, organization, None).await
    }

    /// An operator of a station, with a key.
    pub async fn operator(&self, name: &str, organization: Uuid, station: Uuid) -> Actor {
        self.tied(name, Role::Operator, organization, Some(station))
            .await
    }

    /// An ordinary user of an organization, with a key.
    pub async fn member_of(&self, name: &str, organization: Uuid) -> Actor {
        self.tied(name, Role::Member, organization, None).await
    }

    /// Gives a user a key.
    ///
    /// # Panics
    /// When the application refuses.
    pub async fn with_key(&self, user: Uuid) -> Actor {
        let made = create_api_key(self.app(), &self.secret, user, "test").await;
        match made {
            Ok(key) => self.actor(user, key.reveal().to_owned()),
            Err(fault) => panic!("no key for {user}: {fault}"),
        }
    }

    fn actor(&self, id: Uuid, key: String) -> Actor {
        let client = self.anonymous().with_api_key(Some(&key));
        Actor { id, key, client }
    }

    /// Made ACTIVE by a use case: over HTTP a user is made PENDING.
    async fn tied(
        &self,
        name: &str,
        role: Role,
        organization: Uuid,
        station: Option<Uuid>,
    ) -> Actor {
        let email = format!("{name}@example.com");
        let new = ActiveUser {
            email: &email,
            name,
            role,
            organization: Some(organization),
            station,
            phc: None,
        };
        match create_user(self.app(), new).await {
            Ok(id) => self.with_key(id).await,
            Err(fault) => panic!("the user {name} was not made: {fault}"),
        }
    }
}
