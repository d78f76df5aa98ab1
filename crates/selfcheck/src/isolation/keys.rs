//! API keys and access tokens that let nobody in any more, or to less than their owners.

use super::{
    callers::Caller,
    service::{Home, Key, Service},
    tenant::{SLUG, Tenant},
};
use crate::Failure;
use chrono::Duration;
use domain::{Permission, user::Role};
use identity::LONGEST_TOKEN;
use serde_json::json;
use uuid::Uuid;

/// What was good a while ago.
pub(super) struct Keys {
    token: String,
    revoked: Key,
    expiring: Key,
    former: Key,
}

impl Keys {
    /// Keys and a token of a partner of the tenant.
    pub async fn new(service: &Service<'_>, tenant: &Tenant) -> Result<Self, Failure> {
        let home = Home {
            id: tenant.organization,
            slug: SLUG,
        };
        let session = service.session("first-former", home, Role::Partner).await?;
        let soon = chrono::DateTime::from(service.clock.now()) + Duration::minutes(30);
        let soon = json!({"name": "expires", "expiresAt": soon});
        let of = session.user;
        Ok(Self {
            token: session.token,
            revoked: service.user_key(of, json!({"name": "revoked"})).await?,
            expiring: service.user_key(of, soon).await?,
            former: service.user_key(of, json!({"name": "rotated"})).await?,
        })
    }

    /// The same some time later, when they are good no more.
    pub async fn dead(self, service: &Service<'_>) -> Result<Vec<Caller>, Failure> {
        let rotate = format!("/api-keys/{}/rotate", self.former.id);
        let overlap = json!({"overlapSeconds": 60});
        service.post(&rotate, overlap).await?;
        let revoke = format!("/api-keys/{}", self.revoked.id);
        service.by_admin("DELETE", &revoke, None).await?;
        let long = Duration::from_std(LONGEST_TOKEN)? + Duration::minutes(1);
        service.clock.advance(long);
        let stranger = |name, key: &str| Caller::stranger(name, Some(key));
        Ok(vec![
            stranger("an expired token of a partner", &self.token),
            stranger("a revoked key of a partner", &self.revoked.secret),
            stranger("an expired key of a partner", &self.expiring.secret),
            stranger(
                "a key of a partner before its rotation",
                &self.former.secret,
            ),
        ])
    }
}

/// The secret of a new key of an organization.
pub(super) async fn of_organization(
    service: &Service<'_>,
    organization: Uuid,
    name: &str,
) -> Result<String, Failure> {
    let made = service.organization_key(organization, name, None).await?;
    Ok(made.secret)
}

/// What a key of the tenant may that may less than its owner.
const LESS: [Permission; 2] = [Permission::StationsRead, Permission::SettingsRead];

/// Keys of the tenant that may less than their owners.
pub(super) async fn with_less(
    service: &Service<'_>,
    tenant: &Tenant,
) -> Result<Vec<Caller>, Failure> {
    let of = tenant.organization;
    let names = LESS.map(|one| one.as_str());
    let new = json!({"name": "less", "permissions": names});
    let mut partner = tenant.partner.clone();
    partner.key = service.user_key(partner.id, new).await?.secret;
    let own = service.organization_key(of, "less", Some(&names)).await?;
    let place = (Role::Partner, Some(of), None);
    Ok(vec![
        Caller::known(
            "a key of a partner of the tenant that may less",
            &partner,
            place,
        )
        .no_more_than(&LESS),
        Caller::organization("a key of the tenant that may less", &own.secret, of)
            .no_more_than(&LESS),
    ])
}
