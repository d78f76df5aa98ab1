//! Those who are not of the first tenant, or see little of it.

use super::{
    keys::{self, Keys},
    service::{self, Actor, Home, Place, Service, Session},
    tenant::{SLUG, Tenant},
};
use crate::Failure;
use contract::Operation;
use credentials::api_key::ApiKey;
use domain::{
    Actor as PolicyActor, Caller as PolicyCaller, OrganizationId, Permission, Permissions,
    StationId, UserId, permission::KEY_MAKING, role, user::Role,
};
use uuid::Uuid;

/// What somebody may call whose one-time password has to be changed first. The gate has a list of
/// its own: it is what is tried here.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Someone who asks.
pub struct Caller {
    pub(super) name: &'static str,
    /// What it sends as `Authorization`.
    pub(super) authorization: Option<String>,
    /// Who the policy takes it for; nobody for one who is not let in.
    pub(super) actor: Option<PolicyActor>,
    must_change_password: bool,
}

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
    pub(super) fn stranger(name: &'static str, key: Option<&str>) -> Self {
        Self {
            name,
            authorization: key.map(|key| format!("Bearer {key}")),
            actor: None,
            must_change_password: false,
        }
    }

    /// One who is let in with a key, in this role.
    pub(super) fn known(name: &'static str, actor: &Actor, place: Place) -> Self {
        let person = person(Some(actor.id), place);
        Self::stranger(name, Some(&actor.key))
            .is(person)
            .with_a_key()
    }

    /// One who is let in with an access token.
    fn signed_in(name: &'static str, session: &Session, place: Place) -> Self {
        let person = person(Some(session.user), place);
        Self::stranger(name, Some(&session.token)).is(person)
    }

    /// The key of an organization: it acts as a partner without a self.
    pub(super) fn organization(name: &'static str, key: &str, organization: Uuid) -> Self {
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

    /// Nothing, for one who is not let in.
    fn changed(mut self, change: impl FnOnce(&mut PolicyCaller)) -> Self {
        if let Some(PolicyActor::Caller(caller)) = &mut self.actor {
            change(caller);
        }
        self
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
    pub(super) fn no_more_than(self, permissions: &[Permission]) -> Self {
        let only = Permissions::of(permissions);
        self.changed(|caller| caller.fixed = caller.fixed.intersection(only))
    }

    /// Whether an operation is open to it before it has changed its password, if it has to.
    pub(super) fn may_call(&self, operation: &Operation) -> bool {
        !self.must_change_password || BEFORE_PASSWORD_CHANGE.contains(&operation.id)
    }
}

/// Everybody that the tenant is to be kept from. One more is one more line here.
pub(super) async fn others(service: &Service<'_>, tenant: &Tenant) -> Result<Vec<Caller>, Failure> {
    let keys = Keys::new(service, tenant).await?;
    let mut callers = strangers(service)?;
    callers.extend(keys.dead(service).await?);
    callers.extend(former(service, tenant).await?);
    callers.extend(locked_out(service, tenant).await?);
    callers.extend(neighbours(service, tenant).await?);
    callers.extend(keys::with_less(service, tenant).await?);
    callers.extend(foreigners(service).await?);
    callers.push(newcomer(service).await?);
    Ok(callers)
}

fn strangers(service: &Service<'_>) -> Result<Vec<Caller>, Failure> {
    let unknown = ApiKey::generate(service.new_id())?;
    Ok(vec![
        Caller::stranger("no key", None),
        Caller::stranger("an unknown key", Some(unknown.reveal())),
        Caller::stranger("a key that is none", Some("qm_v1_hunter2")),
        Caller::stranger("a token that is none", Some("e30.e30.e30")),
    ])
}

/// The first super admin, who has not changed its one-time password yet.
async fn newcomer(service: &Service<'_>) -> Result<Caller, Failure> {
    let (email, password) = (service.admin_email, service.admin_password);
    let session = Session {
        user: service::id(&service.by_admin("GET", "/users/me", None).await?)?,
        token: service.sign_in(email, password, None).await?,
    };
    let name = "a super admin with a one-time password";
    Ok(Caller {
        must_change_password: true,
        ..Caller::signed_in(name, &session, (Role::SuperAdmin, None, None))
    })
}

/// Their organizations are closed, which is not what the tenant is.
async fn locked_out(service: &Service<'_>, tenant: &Tenant) -> Result<Vec<Caller>, Failure> {
    let suspended = service.organization("suspended").await?;
    let deleted = service.organization("deleted").await?;
    let partner = |of| (Role::Partner, Some(of), None);
    let of_suspended = service
        .actor("suspended-partner", partner(suspended))
        .await?;
    let of_deleted = service.actor("deleted-partner", partner(deleted)).await?;
    let suspend = format!("/organizations/{suspended}/suspend");
    service.by_admin("POST", &suspend, None).await?;
    let delete = format!("/organizations/{deleted}");
    service.by_admin("DELETE", &delete, None).await?;
    let home = Home {
        id: tenant.organization,
        slug: SLUG,
    };
    let back = service.session("back", home, Role::Partner).await?;
    for act in ["deactivate", "activate"] {
        let act = format!("/users/{}/{act}", back.user);
        service.by_admin("POST", &act, None).await?;
    }
    let left = service.session("left", home, Role::Partner).await?;
    let token = Some(left.token.as_str());
    service.call("POST", "/auth/logout", token, None).await?;
    let stranger = |name, key: &str| Caller::stranger(name, Some(key));
    Ok(vec![
        stranger(
            "a token from before its partner was locked out",
            &back.token,
        ),
        stranger("a token of a session that ended", &left.token),
        stranger("a partner of a suspended organization", &of_suspended.key),
        stranger("a partner of a deleted organization", &of_deleted.key),
    ])
}

/// Their keys were good until now, some of them in the tenant itself.
async fn former(service: &Service<'_>, tenant: &Tenant) -> Result<Vec<Caller>, Failure> {
    let partner = (Role::Partner, Some(tenant.organization), None);
    let inactive = service.actor("inactive", partner).await?;
    let gone = service.actor("gone", partner).await?;
    let admin = service
        .actor("former", (Role::SuperAdmin, None, None))
        .await?;
    for user in [inactive.id, admin.id] {
        let deactivate = format!("/users/{user}/deactivate");
        service.by_admin("POST", &deactivate, None).await?;
    }
    let delete = format!("/users/{}", gone.id);
    service.by_admin("DELETE", &delete, None).await?;
    let stranger = |name, actor: &Actor| Caller::stranger(name, Some(&actor.key));
    Ok(vec![
        stranger("a deactivated partner of the tenant", &inactive),
        stranger("a deleted partner of the tenant", &gone),
        stranger("a deactivated super admin", &admin),
    ])
}

/// Those of the tenant whose role sees little of it.
async fn neighbours(service: &Service<'_>, tenant: &Tenant) -> Result<Vec<Caller>, Failure> {
    let of = tenant.organization;
    let at = Some(service.station(of, "first-2").await?);
    let (operating, member) = (
        (Role::Operator, Some(of), at),
        (Role::Member, Some(of), None),
    );
    let operator = service.actor("neighbour", operating).await?;
    let other = service.actor("colleague", member).await?;
    let reader = service.actor("reader", member).await?;
    grant(service, of, reader.id, &READING).await?;
    let colleague = service.session(
        "second-colleague",
        Home { id: of, slug: SLUG },
        Role::Member,
    );
    let colleague = colleague.await?;
    Ok(vec![
        Caller::known(
            "a member of the tenant with a role that reads",
            &reader,
            member,
        )
        .granted(&READING),
        Caller::signed_in("another member of the tenant by token", &colleague, member),
        Caller::known("an operator of another station", &operator, operating),
        Caller::known("another member of the tenant", &other, member),
    ])
}

/// Those of another organization, and of none.
///
/// # Errors
/// When the service refuses to make them.
pub async fn foreigners(service: &Service<'_>) -> Result<Vec<Caller>, Failure> {
    let slug = "second";
    let of = service.organization(slug).await?;
    let at = Some(service.station(of, "second-1").await?);
    let partner = (Role::Partner, Some(of), None);
    let operator = (Role::Operator, Some(of), at);
    let member = (Role::Member, Some(of), None);
    let nowhere = (Role::Member, None, None);
    let of_partner = service.actor("second-partner", partner).await?;
    let of_operator = service.actor("second-operator", operator).await?;
    let of_member = service.actor("second-member", member).await?;
    let of_platform = service.actor("platform-member", nowhere).await?;
    let reader = service.actor("second-reader", member).await?;
    grant(service, of, reader.id, &ROLE).await?;
    let home = Home { id: of, slug };
    let token = service.session("second-token", home, Role::Partner).await?;
    let of_mary = service.session("second-mary", home, Role::Member).await?;
    let key = keys::of_organization(service, of, "second-key").await?;
    Ok(vec![
        Caller::signed_in("a foreign partner by token", &token, partner),
        Caller::signed_in("a foreign member by token", &of_mary, member),
        Caller::organization("a key of a foreign organization", &key, of),
        Caller::known(
            "a foreign member with a role of its own organization",
            &reader,
            member,
        )
        .granted(&ROLE),
        Caller::known("a foreign partner", &of_partner, partner),
        Caller::known("a foreign operator", &of_operator, operator),
        Caller::known("a foreign member", &of_member, member),
        Caller::known("a member of the platform", &of_platform, nowhere),
    ])
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
async fn grant(
    service: &Service<'_>,
    organization: Uuid,
    user: Uuid,
    permissions: &[Permission],
) -> Result<(), Failure> {
    let role = service.role(organization, "Granted", permissions).await?;
    service.grant(user, role).await
}
