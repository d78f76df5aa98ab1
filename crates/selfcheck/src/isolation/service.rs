//! The service that is tried, and what it takes to fill it with people.

use super::{
    MovableClock,
    client::{Client, Reply, Request},
};
use crate::Failure;
use app::App;
use credentials::secret::Secret;
use domain::{Permission, user::Role};
use identity::{ActiveUser, Auth, create_api_key, create_user};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// The password of everybody who signs in here.
const PASSWORD: &str = "plover quartz 81 hinge";

/// The media type of what is sent.
const JSON: &str = "application/json";

/// A role, an organization and a station.
pub(super) type Place = (Role, Option<Uuid>, Option<Uuid>);

/// An organization, by its id and by the name that people sign in with.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    pub(super) id: Uuid,
    pub(super) slug: &'a str,
}

/// A running service with nobody in it but its first super admin.
pub struct Service<'a> {
    /// The way to it.
    pub client: &'a dyn Client,
    /// The application behind it.
    pub app: &'a App,
    /// Who is who behind it.
    pub auth: &'a Auth,
    /// Its clock.
    pub clock: &'a dyn MovableClock,
    /// The API key of the super admin.
    pub admin_key: &'a str,
    /// The email of the super admin.
    pub admin_email: &'a str,
    /// The one-time password of the super admin.
    pub admin_password: &'a str,
    /// How many requests were sent to see what comes of them.
    pub asked: AtomicUsize,
}

/// A user and an API key of theirs.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub id: Uuid,
    pub key: String,
}

/// A user and the access token of a session of theirs.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub user: Uuid,
    pub token: String,
}

/// An API key as its making told it.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub id: Uuid,
    pub secret: String,
}

/// The id in an answer.
pub(super) fn id(answer: &Value) -> Result<Uuid, Failure> {
    let id = answer["id"].as_str().ok_or("an answer lacks its id")?;
    Ok(id.parse()?)
}

/// Of things that are only made, with an id.
impl Service<'_> {
    pub(super) async fn organization(&self, slug: &str) -> Result<Uuid, Failure> {
        let new = json!({"name": slug, "slug": slug});
        id(&self.post("/organizations", new).await?)
    }

    pub(super) async fn station(&self, organization: Uuid, code: &str) -> Result<Uuid, Failure> {
        let new = json!({"code": code, "name": code, "timeZone": "Europe/Berlin", "country": "DE"});
        let target = format!("/organizations/{organization}/stations");
        id(&self.post(&target, new).await?)
    }

    /// Of an organization, or of the catalogue.
    pub(super) async fn product(&self, key: &str, of: Option<Uuid>) -> Result<Uuid, Failure> {
        let new = json!({"key": key, "name": key, "organizationId": of});
        id(&self.post("/products", new).await?)
    }

    /// With nine seats.
    pub(super) async fn variant(&self, product: Uuid) -> Result<Uuid, Failure> {
        let new = json!({"key": "variant", "name": "Variant", "capacity": 9});
        let target = format!("/products/{product}/variants");
        id(&self.post(&target, new).await?)
    }

    /// A custom role.
    pub(super) async fn role(
        &self,
        of: Uuid,
        name: &str,
        permissions: &[Permission],
    ) -> Result<Uuid, Failure> {
        let names: Vec<_> = permissions.iter().map(|one| one.as_str()).collect();
        let new = json!({"organizationId": of, "name": name, "permissions": names});
        id(&self.post("/roles", new).await?)
    }

    pub(super) async fn grant(&self, user: Uuid, role: Uuid) -> Result<(), Failure> {
        let target = format!("/users/{user}/roles");
        self.post(&target, json!({"roleId": role})).await?;
        Ok(())
    }

    pub(super) async fn user_key(&self, user: Uuid, new: Value) -> Result<Key, Failure> {
        self.key(&format!("/users/{user}/api-keys"), new).await
    }

    /// A key of an organization; without permissions it may all that its owner may.
    pub(super) async fn organization_key(
        &self,
        of: Uuid,
        name: &str,
        permissions: Option<&[&str]>,
    ) -> Result<Key, Failure> {
        let new = json!({"name": name, "organizationId": of, "permissions": permissions});
        self.key("/api-keys", new).await
    }

    async fn key(&self, target: &str, new: Value) -> Result<Key, Failure> {
        let made = self.post(target, new).await?;
        let secret = made["key"].as_str().ok_or("a new key lacks its secret")?;
        Ok(Key {
            id: id(&made)?,
            secret: secret.to_owned(),
        })
    }
}

/// People, who are active at once: over HTTP they would have to be invited by mail.
impl Service<'_> {
    /// With an API key.
    pub(super) async fn actor(&self, name: &str, place: Place) -> Result<Actor, Failure> {
        let email = format!("{name}@example.com");
        let (role, organization, station) = place;
        let new = ActiveUser {
            email: &email,
            name,
            role,
            organization,
            station,
            phc: None,
        };
        let id = create_user(self.app, new).await?;
        let key = create_api_key(self.app, self.auth.secret(), id, "test").await?;
        Ok(Actor {
            id,
            key: key.reveal().to_owned(),
        })
    }

    /// Signed in with a password.
    pub(super) async fn session(
        &self,
        name: &str,
        home: Home<'_>,
        role: Role,
    ) -> Result<Session, Failure> {
        let email = format!("{name}@example.com");
        let phc = self.auth.hash(Secret::new(PASSWORD.to_owned())).await?;
        let new = ActiveUser {
            email: &email,
            name,
            role,
            organization: Some(home.id),
            station: None,
            phc: Some(phc),
        };
        let user = create_user(self.app, new).await?;
        let token = self.sign_in(&email, PASSWORD, Some(home.slug)).await?;
        Ok(Session { user, token })
    }

    /// Gives the access token.
    pub(super) async fn sign_in(
        &self,
        email: &str,
        password: &str,
        organization: Option<&str>,
    ) -> Result<String, Failure> {
        let login = json!({"email": email, "password": password, "organization": organization});
        let tokens = self.call("POST", "/auth/login", None, Some(login)).await?;
        let token = tokens["accessToken"].as_str();
        Ok(token.ok_or("a login lacks its token")?.to_owned())
    }
}

/// Requests.
impl Service<'_> {
    /// Something new, by the super admin.
    pub(super) async fn post(&self, target: &str, new: Value) -> Result<Value, Failure> {
        self.by_admin("POST", target, Some(new)).await
    }

    /// A request of the super admin that has to succeed.
    pub(super) async fn by_admin(
        &self,
        method: &str,
        target: &str,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        self.call(method, target, Some(self.admin_key), body).await
    }

    /// A request that has to succeed. Fields that are null are left out.
    pub(super) async fn call(
        &self,
        method: &str,
        target: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let bearer = key.map(|key| format!("Bearer {key}"));
        let body = body.map(|mut body| {
            if let Some(fields) = body.as_object_mut() {
                fields.retain(|_, value| !value.is_null());
            }
            (JSON, body.to_string())
        });
        let request = Request {
            method,
            target: &format!("/api/v1{target}"),
            authorization: bearer.as_deref(),
            body,
        };
        let reply = self.client.send(request).await?;
        match reply.status {
            200..300 => Ok(reply.json()),
            status => Err(format!("{method} {target}: {status} {}", reply.text).into()),
        }
    }

    /// A request of which is seen what comes of it.
    pub(super) async fn ask(&self, request: Request<'_>) -> Result<Reply, Failure> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.client.send(request).await
    }

    /// An id that nothing has.
    pub(super) fn new_id(&self) -> Uuid {
        self.app.clock().new_id()
    }
}
