//! Use cases of custom roles.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Need, Permission, RoleId, Target, Time, UserId, WorkingSet,
    kernel::Resource,
    not_found,
    role::{self, Created, CustomRole, Profile, RoleByName},
    user::User,
};
use persistence::{Page, PageRequest, RoleFilter};

impl App {
    /// The custom role, when it is there for the actor.
    pub async fn role(&self, context: &Context, id: RoleId) -> Result<CustomRole> {
        let scope = context.actor.scope(Permission::RolesRead);
        self.find(id, scope).await
    }

    /// A page of custom roles.
    pub async fn roles(
        &self,
        context: &Context,
        filter: &RoleFilter,
        page: &PageRequest<CustomRole>,
    ) -> Result<Page<CustomRole>> {
        let scope = context.actor.scope(Permission::RolesRead);
        Ok(self.store.list(filter, page, scope).await?)
    }

    /// The custom roles of a user, when that is there for the actor.
    pub async fn user_roles(&self, context: &Context, id: UserId) -> Result<Vec<CustomRole>> {
        let scope = context.actor.scope(Permission::RolesRead);
        let user = self.find::<User>(id, scope).await?;
        Ok(self.store.roles_with(user.roles, scope).await?)
    }
}

/// Makes a custom role.
#[derive(Clone, Debug)]
pub struct CreateRole {
    /// The id that it gets.
    pub id: RoleId,
    /// What it is.
    pub new: Created,
}

impl UseCase for CreateRole {
    type Answer = CustomRole;

    fn subjects(&self) -> Vec<Subject> {
        vec![self.new.organization_id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let of = self.new.organization_id;
        vec![
            Need::Role(self.id),
            Need::Organization(of),
            Need::from(RoleByName(of, self.new.profile.key())),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<CustomRole> {
        let target = Target::of(Some(self.new.organization_id));
        let permit = context.permit_in(Permission::RolesCreate, &target)?;
        let facts = role::create(set, &context.actor, self.id, self.new.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes a custom role.
#[derive(Clone, Debug)]
pub struct UpdateRole {
    /// Which role.
    pub id: RoleId,
    /// The version that it should have.
    pub expected: Expected,
    /// What it becomes.
    pub change: Profile,
}

impl UseCase for UpdateRole {
    type Answer = CustomRole;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Role(self.id)];
        if let Some(role) = set.get(self.id) {
            needs.push(Need::from(RoleByName(
                role.organization_id,
                self.change.key(),
            )));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<CustomRole> {
        let known = set.existing(self.id)?;
        let permit = context.permit_to(Permission::RolesUpdate, known)?;
        self.expected.check(known.version)?;
        let facts = role::update(set, &context.actor, known, self.change.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Deletes a custom role.
#[derive(Clone, Debug)]
pub struct DeleteRole {
    /// Which role.
    pub id: RoleId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteRole {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Role(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let known = set.existing(self.id)?;
        let permit = context.permit_to(Permission::RolesDelete, known)?;
        self.expected.check(known.version)?;
        Ok(Outcome::done(permit, role::delete(known)))
    }
}

/// Grants a custom role to a user, or takes it back.
#[derive(Clone, Debug)]
pub struct SetUserRole {
    /// Which user.
    pub user: UserId,
    /// Which role.
    pub role: RoleId,
    /// Whether the user has it from now on.
    pub granted: bool,
}

impl UseCase for SetUserRole {
    /// The custom roles that the user has then, by name.
    type Answer = Vec<CustomRole>;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.user)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::User(self.user), Need::Role(self.role)];
        let user = set.get(self.user);
        let roles = user.into_iter().flat_map(|user| &user.roles);
        needs.extend(roles.copied().map(Need::Role));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Self::Answer> {
        let user = set.existing(self.user)?;
        let permit = context.permit_to(Permission::RolesGrant, user)?;
        let missing = || not_found(self.role);
        let role = set.get(self.role).ok_or_else(missing)?;
        context.must_see(Permission::RolesGrant, &role.target(), missing())?;
        let facts = match self.granted {
            true => role::grant(set, &context.actor, user, role)?,
            false => role::revoke(&context.actor, user, role)?,
        };
        let id = self.user;
        Ok(Outcome::new(permit, facts, move |set| {
            let roles = set.get(id)?.roles.iter();
            let mut roles: Vec<_> = roles.filter_map(|id| set.get(*id).cloned()).collect();
            roles.sort_by_key(|role| role.profile.key());
            Some(roles)
        }))
    }
}
