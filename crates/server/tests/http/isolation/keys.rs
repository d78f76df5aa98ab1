//! API keys and access tokens that let nobody in any more, or to less than their owners.

use super::{callers::Caller, tenant::Tenant};
use crate::given::{organization_key, plain, user_key};
use chrono::Duration;
use client::{ApiKeyRotation, ApiKeyWithSecret, NewApiKey, NewOrganizationApiKey};
use domain::{Permission, user::Role};
use testkit::TestApp;
use uuid::Uuid;

/// What was good a while ago.
pub struct Keys {
    token: String,
    revoked: ApiKeyWithSecret,
    expiring: ApiKeyWithSecret,
    former: ApiKeyWithSecret,
}

impl Keys {
    /// Keys and a token of a partner of the tenant.
    pub async fn new(app: &TestApp, tenant: &Tenant) -> Self {
        let home = Some((tenant.organization, "first"));
        let person = app.person("first-former", Role::Partner, home, None).await;
        let session = app.sign_in(&person.login()).await;
        let soon = NewApiKey {
            expires_at: Some(app.clock().time() + Duration::minutes(30)),
            ..NewApiKey::new("expires")
        };
        Self {
            token: session.tokens.access_token,
            revoked: user_key(app, person.id, &NewApiKey::new("revoked")).await,
            expiring: user_key(app, person.id, &soon).await,
            former: user_key(app, person.id, &NewApiKey::new("rotated")).await,
        }
    }

    /// The same an hour later, when they are good no more.
    pub async fn dead(self, app: &TestApp) -> Vec<Caller> {
        let admin = app.super_admin();
        let overlap = ApiKeyRotation {
            overlap_seconds: Some(60),
        };
        let none = plain();
        let rotated = admin.rotate_api_key(self.former.id, &overlap, &none);
        rotated.await.unwrap();
        let revoked = admin.revoke_api_key(self.revoked.id, &none);
        revoked.await.unwrap();
        app.clock().advance(Duration::hours(1));
        vec![
            Caller::stranger("an expired token of a partner", Some(&self.token)),
            Caller::stranger("a revoked key of a partner", self.revoked.key.as_deref()),
            Caller::stranger("an expired key of a partner", self.expiring.key.as_deref()),
            Caller::stranger(
                "a key of a partner before its rotation",
                self.former.key.as_deref(),
            ),
        ]
    }
}

/// The secret of a new key of an organization.
pub async fn of_organization(app: &TestApp, organization: Uuid, name: &str) -> String {
    let new = NewOrganizationApiKey::new(name);
    let made = organization_key(app, organization, &new).await;
    made.key.unwrap()
}

/// What a key of the tenant may that may less than its owner.
const LESS: [Permission; 2] = [Permission::StationsRead, Permission::SettingsRead];

/// Keys of the tenant that may less than their owners.
pub async fn with_less(app: &TestApp, tenant: &Tenant) -> Vec<Caller> {
    let of = tenant.organization;
    let names = || LESS.iter().map(|one| one.as_str().to_owned()).collect();
    let new = NewApiKey {
        permissions: Some(names()),
        ..NewApiKey::new("less")
    };
    let mut partner = tenant.partner.clone();
    partner.key = user_key(app, partner.id, &new).await.key.unwrap();
    let mut new = NewOrganizationApiKey::new("less");
    new.permissions = Some(names());
    let own = organization_key(app, of, &new).await.key.unwrap();
    vec![
        Caller::known(
            "a key of a partner of the tenant that may less",
            &partner,
            Role::Partner,
            Some(of),
            None,
        )
        .no_more_than(&LESS),
        Caller::organization("a key of the tenant that may less", &own, of).no_more_than(&LESS),
    ]
}
