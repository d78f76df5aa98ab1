//! Those who are not of the first tenant, or see little of it.

use super::tenant::Tenant;
use crate::given::plain;
use client::NewUser;
use domain::{
    Actor as PolicyActor, Caller as PolicyCaller, OrganizationId, Permissions, StationId, UserId,
    user::Role,
};
use server::api_key::ApiKey;
use testkit::{TestApp, app::Actor};
use uuid::Uuid;

/// Someone who asks.
pub struct Caller {
    pub name: &'static str,
    /// What it sends as `Authorization`.
    pub authorization: Option<String>,
    /// Who the policy takes it for; nobody for one who is not let in.
    pub actor: Option<PolicyActor>,
}

impl Caller {
    /// One who is not let in.
    pub fn stranger(name: &'static str, key: Option<&str>) -> Self {
        Self {
            name,
            authorization: key.map(|key| format!("Bearer {key}")),
            actor: None,
        }
    }

    /// One who is let in, in this role.
    pub fn known(
        name: &'static str,
        actor: &Actor,
        role: Role,
        organization: Option<Uuid>,
        station: Option<Uuid>,
    ) -> Self {
        let caller = PolicyCaller {
            user: Some(UserId(actor.id)),
            key: None,
            role,
            organization: organization.map(OrganizationId),
            station: station.map(StationId),
            fixed: role.permissions(),
            granted: Permissions::NONE,
        };
        Self {
            actor: Some(PolicyActor::Caller(caller)),
            ..Self::stranger(name, Some(&actor.key))
        }
    }
}

/// Everybody that the tenant is to be kept from. One more is one more line here.
pub async fn others(app: &TestApp, tenant: &Tenant) -> Vec<Caller> {
    let mut callers = strangers(app).await;
    callers.extend(locked_out(app, tenant).await);
    callers.extend(neighbours(app, tenant).await);
    callers.extend(foreigners(app).await);
    callers
}

async fn strangers(app: &TestApp) -> Vec<Caller> {
    let unknown = ApiKey::generate(app.new_id()).unwrap();
    vec![
        Caller::stranger("no key", None),
        Caller::stranger("an unknown key", Some(unknown.reveal())),
        Caller::stranger("a key that is none", Some("qm_v1_hunter2")),
    ]
}

/// Their keys were good until now, some of them in the tenant itself.
async fn locked_out(app: &TestApp, tenant: &Tenant) -> Vec<Caller> {
    let admin = app.super_admin();
    let suspended = app.organization("suspended").await.id;
    let deleted = app.organization("deleted").await.id;
    let of_suspended = app.partner("suspended-partner", suspended).await;
    let of_deleted = app.partner("deleted-partner", deleted).await;
    admin
        .suspend_organization(suspended, &plain())
        .await
        .unwrap();
    admin.delete_organization(deleted, &plain()).await.unwrap();
    let inactive = app.partner("inactive", tenant.organization).await;
    let gone = app.partner("gone", tenant.organization).await;
    admin.deactivate_user(inactive.id, &plain()).await.unwrap();
    admin.delete_user(gone.id, &plain()).await.unwrap();
    let new = NewUser {
        role: Some(client::UserRole::SuperAdmin),
        ..NewUser::new("former@example.com", "Former")
    };
    let former = admin.create_user(&new, &plain()).await.unwrap().body;
    let former = app.with_key(former.id).await;
    admin.deactivate_user(former.id, &plain()).await.unwrap();
    vec![
        Caller::stranger(
            "a partner of a suspended organization",
            Some(&of_suspended.key),
        ),
        Caller::stranger("a partner of a deleted organization", Some(&of_deleted.key)),
        Caller::stranger("a deactivated partner of the tenant", Some(&inactive.key)),
        Caller::stranger("a deleted partner of the tenant", Some(&gone.key)),
        Caller::stranger("a deactivated super admin", Some(&former.key)),
    ]
}

/// Those of the tenant whose role sees little of it.
async fn neighbours(app: &TestApp, tenant: &Tenant) -> Vec<Caller> {
    let of = tenant.organization;
    let station = app.station(of, "first-2").await.id;
    let operator = app.operator("neighbour", of, station).await;
    let member = app.member_of("colleague", of).await;
    let (home, at) = (Some(of), Some(station));
    vec![
        Caller::known(
            "an operator of another station",
            &operator,
            Role::Operator,
            home,
            at,
        ),
        Caller::known(
            "another member of the tenant",
            &member,
            Role::Member,
            home,
            None,
        ),
    ]
}

async fn foreigners(app: &TestApp) -> Vec<Caller> {
    let of = app.organization("second").await.id;
    let station = app.station(of, "second-1").await.id;
    let partner = app.partner("second-partner", of).await;
    let operator = app.operator("second-operator", of, station).await;
    let member = app.member_of("second-member", of).await;
    let platform = app.member("platform-member").await;
    let (home, at) = (Some(of), Some(station));
    vec![
        Caller::known("a foreign partner", &partner, Role::Partner, home, None),
        Caller::known("a foreign operator", &operator, Role::Operator, home, at),
        Caller::known("a foreign member", &member, Role::Member, home, None),
        Caller::known(
            "a member of the platform",
            &platform,
            Role::Member,
            None,
            None,
        ),
    ]
}
