//! Use cases of users.

use crate::{
    App, Context, Expected, Outcome, Result, UseCase, assignment::freeing, home::Subject,
    use_case::Decision,
};
use domain::{
    Holder, Need, OrganizationId, Permission, Refusal, Time, UserId, WorkingSet,
    assignment::SeatsOf,
    kernel::Resource,
    organization,
    policy::Target,
    role,
    session::SessionsOf,
    user::{self, Created, Role, SuperAdmins, Updated, User, UserByEmail, UserStatus},
};
use persistence::{Page, PageRequest, SideRecord, UserFilter};

impl App {
    /// The user, when it is there for the actor; now, or as it was.
    pub async fn user(&self, context: &Context, id: UserId, as_of: Option<Time>) -> Result<User> {
        let scope = context.actor.scope(Permission::UsersRead);
        self.find_as_of(id, scope, as_of).await
    }

    /// A page of users, now or as they were.
    pub async fn users(
        &self,
        context: &Context,
        filter: &UserFilter,
        page: &PageRequest<User>,
        as_of: Option<Time>,
    ) -> Result<Page<User>> {
        let scope = context.actor.scope(Permission::UsersRead);
        self.list_as_of(filter, page, scope, as_of).await
    }

    /// A page of the users of an organization, when that is there for the actor.
    pub async fn organization_users(
        &self,
        context: &Context,
        organization: OrganizationId,
        filter: UserFilter,
        page: &PageRequest<User>,
        as_of: Option<Time>,
    ) -> Result<Page<User>> {
        self.must_see_organization_of(context, Permission::UsersRead, organization, as_of)
            .await?;
        let filter = UserFilter {
            organization: Some(organization),
            ..filter
        };
        self.users(context, &filter, page, as_of).await
    }

    /// The user that asks.
    pub async fn caller(&self, context: &Context) -> Result<User> {
        let id = caller(context)?;
        let scope = context.actor.scope(Permission::UsersReadSelf);
        self.find(id, scope).await
    }
}

/// Makes a user.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// The id that it gets.
    pub id: UserId,
    /// What it is.
    pub new: Created,
    /// Its invitation, and the mail with it.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for CreateUser {
    type Answer = User;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(self.new.organization_id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![
            Need::User(self.id),
            Need::from(UserByEmail(self.new.organization_id, self.new.email.key())),
        ]
        .into_iter()
        .chain(self.new.organization_id.map(Need::Organization))
        .chain(self.new.station_id.map(Need::Station))
        .collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<User> {
        let target = Target {
            organization: self.new.organization_id,
            station: self.new.station_id,
            owner: None,
            catalogue: false,
        };
        let permission = match self.new.role {
            Role::SuperAdmin | Role::Partner => Permission::PartnersCreate,
            Role::Operator | Role::Member => Permission::UsersCreate,
        };
        let permit = context.permit_in(permission, &target)?;
        role::may_make(&context.actor, self.new.role, target)?;
        let facts = user::create(set, self.id, self.new.clone())?;
        let outcome = Outcome::showing(permit, facts, self.id);
        Ok(outcome.beside(self.side_records.iter().cloned()))
    }
}

/// Changes email and name of a user.
#[derive(Clone, Debug)]
pub struct UpdateUser {
    /// Which user.
    pub id: UserId,
    /// The permission under which it is asked: to change users, or oneself.
    pub permission: Permission,
    /// The version that it should have.
    pub expected: Expected,
    /// What it becomes.
    pub change: Updated,
}

impl UseCase for UpdateUser {
    type Answer = User;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::User(self.id)];
        if let Some(user) = set.get(self.id) {
            needs.push(Need::from(UserByEmail(
                user.organization_id,
                self.change.email.key(),
            )));
            needs.extend(user.roles.iter().copied().map(Need::Role));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<User> {
        let user = set.existing(self.id)?;
        let permit = context.permit_to(self.permission, user)?;
        role::must_outrank(set, &context.actor, user)?;
        if user.status == UserStatus::Pending && self.change.email != user.email {
            role::may_address(&context.actor, user.role, user.target())?;
        }
        self.expected.check(user.version)?;
        let facts = user::update(set, user, self.change.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Activates or deactivates a user.
#[derive(Clone, Debug)]
pub struct SetUserActive {
    /// Which user.
    pub id: UserId,
    /// Whether it becomes ACTIVE or INACTIVE.
    pub active: bool,
}

impl UseCase for SetUserActive {
    type Answer = User;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![
            Need::User(self.id),
            Need::from(SuperAdmins),
            Need::from(SessionsOf(self.id)),
        ];
        needs.extend(roles(set, self.id));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<User> {
        let user = set.existing(self.id)?;
        let permit = context.permit_to(Permission::UsersUpdate, user)?;
        role::must_outrank(set, &context.actor, user)?;
        let facts = match self.active {
            true => user::activate(user)?,
            false => user::deactivate(set, context.actor.user_id(), user)?,
        };
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Deletes a user and frees its seats.
#[derive(Clone, Debug)]
pub struct DeleteUser {
    /// Which user.
    pub id: UserId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteUser {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let holder = Holder::User(self.id);
        let mut needs = vec![
            Need::User(self.id),
            Need::from(SuperAdmins),
            Need::from(SeatsOf(holder)),
            Need::from(SessionsOf(self.id)),
        ];
        needs.extend(freeing(set, set.list(&SeatsOf(holder))));
        needs.extend(roles(set, self.id));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let user = set.existing(self.id)?;
        let permit = context.permit_to(Permission::UsersDelete, user)?;
        role::must_outrank(set, &context.actor, user)?;
        if user.status != UserStatus::Deleted {
            self.expected.check(user.version)?;
        }
        let facts = user::delete(set, context.actor.user_id(), user, now)?;
        Ok(Outcome::done(permit, facts))
    }
}

/// Erases who a deleted user was.
#[derive(Clone, Debug)]
pub struct EraseUser {
    /// Which user.
    pub id: UserId,
}

impl UseCase for EraseUser {
    type Answer = User;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::User(self.id)];
        needs.extend(roles(set, self.id));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<User> {
        let user = set.existing(self.id)?;
        let permit = context.permit_to(Permission::UsersErase, user)?;
        role::must_outrank(set, &context.actor, user)?;
        let facts = user::erase(user)?;
        let id = self.id;
        // Only together: without the fact, the tables would keep what is erased in the log.
        let forget = (!facts.is_empty()).then_some(SideRecord::Erased { user: id });
        let outcome = Outcome::showing(permit, facts, id);
        Ok(outcome.beside(forget))
    }
}

/// Sends a PENDING user a new link, in place of the former.
#[derive(Clone, Debug)]
pub struct InviteUser {
    /// Which user.
    pub id: UserId,
    /// The invitation, and the mail with it.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for InviteUser {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let user = [Need::User(self.id)].into_iter();
        user.chain(roles(set, self.id)).collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let user = set.existing(self.id)?;
        let permit = context.permit_to(Permission::UsersUpdate, user)?;
        role::must_outrank(set, &context.actor, user)?;
        organization::open_realm(set, user.organization_id)?;
        if user.status != UserStatus::Pending {
            return Err(Refusal::UserNotActive(user.status).into());
        }
        let outcome = Outcome::done(permit, Vec::new());
        Ok(outcome.beside(self.side_records.iter().cloned()))
    }
}

/// The custom roles of the user, which determine what it may do.
fn roles(set: &WorkingSet, id: UserId) -> impl Iterator<Item = Need> {
    let roles = set.get(id).into_iter().flat_map(|user| &user.roles);
    roles.copied().map(Need::Role)
}

/// The user that asks.
pub fn caller(context: &Context) -> std::result::Result<UserId, Refusal> {
    context
        .actor
        .user_id()
        .ok_or(Refusal::forbidden("the service itself is no user"))
}
