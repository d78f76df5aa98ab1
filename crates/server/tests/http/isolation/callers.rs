//! Those who are not of the first tenant, or see little of it.

use super::{
    keys::{self, Keys},
    tenant::Tenant,
};
use crate::given::{self, plain};
use client::NewUser;
use contract::Operation;
use domain::{
    Actor as PolicyActor, Caller as PolicyCaller, OrganizationId, Permission, Permissions,
    StationId, UserId, permission::KEY_MAKING, role, user::Role,
};
use server::api_key::ApiKey;
use testkit::{
    TestApp,
    app::{Actor, SignedIn},
};
use uuid::Uuid;

/// What somebody may call whose one-time password has to be changed first.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Someone who asks.
pub struct Caller {
    pub name: &'static str,
    /// What it sends as `Authorization`.
    pub authorization: Option<String>,
    /// Who the policy takes it for; nobody for one who is not let in.
    pub actor: Option<PolicyActor>,
    must_change_password: bool,
}

/// Where somebody belongs.
pub type Place = (Role, Option<Uuid>, Option<Uuid>);

fn person(id: Option<Uuid>, (role, organization, station): Place) -> PolicyCaller {
    PolicyCaller {
        user: id.map(UserId),
        key: None,
        role,
        organization: organization.map(OrganizationId),
        station: station.map(StationId),
        fixed: role.permissions(),
        granted: Permissions::NONE,
    }
}

impl Caller {
    /// One who is not let in.
    pub fn stranger(name: &'static str, key: Option<&str>) -> Self {
        Self {
            name,
            authorization: key.map(|key| format!("Bearer {key}")),
            actor: None,
            must_change_password: false,
        }
    }

    /// One who is let in with a key, in this role.
    pub fn known(
        name: &'static str,
        actor: &Actor,
        role: Role,
        organization: Option<Uuid>,
        station: Option<Uuid>,
    ) -> Self {
        let person = person(Some(actor.id), (role, organization, station));
        Self::stranger(name, Some(&actor.key))
            .is(person)
            .with_a_key()
    }

    /// One who is let in with an access token.
    fn signed_in(name: &'static str, (id, session): &(Uuid, SignedIn), place: Place) -> Self {
        let token = &session.tokens.access_token;
        Self::stranger(name, Some(token)).is(person(Some(*id), place))
    }

    /// The key of an organization: it acts as a partner without a self.
    pub fn organization(name: &'static str, key: &str, organization: Uuid) -> Self {
        let partner = PolicyCaller {
            fixed: role::grantable(),
            ..person(None, (Role::Partner, Some(organization), None))
        };
        Self::stranger(name, Some(key)).is(partner).with_a_key()
    }

    fn is(self, caller: PolicyCaller) -> Self {
        Self {
            actor: Some(PolicyActor::Caller(caller)),
            ..self
        }
    }

    fn changed(self, change: impl FnOnce(&mut PolicyCaller)) -> Self {
        let Some(PolicyActor::Caller(mut caller)) = self.actor.clone() else {
            panic!("{} is not let in", self.name);
        };
        change(&mut caller);
        self.is(caller)
    }

    /// A key makes no keys.
    fn with_a_key(self) -> Self {
        self.changed(|caller| caller.fixed = caller.fixed.without(KEY_MAKING))
    }

    /// What a custom role gives on top.
    fn granted(self, permissions: &[Permission]) -> Self {
        self.changed(|caller| caller.granted = Permissions::of(permissions))
    }

    /// What a key may of what its owner may.
    pub fn no_more_than(self, permissions: &[Permission]) -> Self {
        let only = Permissions::of(permissions);
        self.changed(|caller| caller.fixed = caller.fixed.intersection(only))
    }

    /// Whether an operation is open to it before it has changed its password, if it has to.
    pub fn may_call(&self, operation: &Operation) -> bool {
        !self.must_change_password || BEFORE_PASSWORD_CHANGE.contains(&operation.id)
    }
}

/// Everybody that the tenant is to be kept from. One more is one more line here.
pub async fn others(app: &TestApp, tenant: &Tenant) -> Vec<Caller> {
    let keys = Keys::new(app, tenant).await;
    let mut callers = strangers(app).await;
    callers.extend(keys.dead(app).await);
    callers.extend(locked_out(app, tenant).await);
    callers.extend(neighbours(app, tenant).await);
    callers.extend(keys::with_less(app, tenant).await);
    callers.extend(foreigners(app).await);
    callers.push(newcomer(app).await);
    callers
}

async fn strangers(app: &TestApp) -> Vec<Caller> {
    let unknown = ApiKey::generate(app.new_id()).unwrap();
    vec![
        Caller::stranger("no key", None),
        Caller::stranger("an unknown key", Some(unknown.reveal())),
        Caller::stranger("a key that is none", Some("qm_v1_hunter2")),
        Caller::stranger("a token that is none", Some("e30.e30.e30")),
    ]
}

/// The first super admin, who has not changed its one-time password yet.
async fn newcomer(app: &TestApp) -> Caller {
    let (email, password) = app.bootstrap_login();
    let login = client::LoginRequest::new(email, password);
    let session = app.sign_in(&login).await;
    let place = (Role::SuperAdmin, None, None);
    let id = app.super_admin().id;
    let name = "a super admin with a one-time password";
    Caller {
        must_change_password: true,
        ..Caller::signed_in(name, &(id, session), place)
    }
}

/// Somebody in a session.
async fn session(app: &TestApp, name: &str, home: (Uuid, &str), role: Role) -> (Uuid, SignedIn) {
    let person = app.person(name, role, Some(home), None).await;
    (person.id, app.sign_in(&person.login()).await)
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
    let home = (tenant.organization, "first");
    let (back, token_of_old) = session(app, "back", home, Role::Partner).await;
    admin.deactivate_user(back, &plain()).await.unwrap();
    admin.activate_user(back, &plain()).await.unwrap();
    let (_, left) = session(app, "left", home, Role::Partner).await;
    left.logout(&plain()).await.unwrap();
    vec![
        Caller::stranger(
            "a token from before its partner was locked out",
            Some(&token_of_old.tokens.access_token),
        ),
        Caller::stranger(
            "a token of a session that ended",
            Some(&left.tokens.access_token),
        ),
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
    let reader = app.member_of("reader", of).await;
    grant(app, of, reader.id, &READING).await;
    let (home, at) = (Some(of), Some(station));
    let colleague = session(app, "second-colleague", (of, "first"), Role::Member).await;
    vec![
        Caller::known(
            "a member of the tenant with a role that reads",
            &reader,
            Role::Member,
            home,
            None,
        )
        .granted(&READING),
        Caller::signed_in(
            "another member of the tenant by token",
            &colleague,
            (Role::Member, home, None),
        ),
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
    let reader = app.member_of("second-reader", of).await;
    grant(app, of, reader.id, &ROLE).await;
    let by_token = session(app, "second-token", (of, "second"), Role::Partner).await;
    let member_token = session(app, "second-mary", (of, "second"), Role::Member).await;
    let key = keys::of_organization(app, of, "second-key").await;
    let (home, at) = (Some(of), Some(station));
    vec![
        Caller::signed_in(
            "a foreign partner by token",
            &by_token,
            (Role::Partner, home, None),
        ),
        Caller::signed_in(
            "a foreign member by token",
            &member_token,
            (Role::Member, home, None),
        ),
        Caller::organization("a key of a foreign organization", &key, of),
        Caller::known(
            "a foreign member with a role of its own organization",
            &reader,
            Role::Member,
            home,
            None,
        )
        .granted(&ROLE),
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

/// What the custom role of a neighbour grants: it changes nothing.
const READING: [Permission; 2] = [Permission::UsersRead, Permission::RolesRead];

/// What the custom role of a foreigner grants, in its own organization.
const ROLE: [Permission; 5] = [
    Permission::UsersRead,
    Permission::UsersUpdate,
    Permission::RolesGrant,
    Permission::StationsDelete,
    Permission::AssignmentsCreate,
];

/// Makes a custom role of the organization and grants it.
async fn grant(app: &TestApp, organization: Uuid, user: Uuid, permissions: &[Permission]) {
    let names: Vec<&str> = permissions.iter().map(|one| one.as_str()).collect();
    let role = given::role(app, organization, "Granted", &names).await;
    given::grant(app, user, role.id).await;
}
