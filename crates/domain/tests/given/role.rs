//! What people do with custom roles, as the use cases ask the policy first.

use super::{Given, name};
use domain::{
    Actor, Caller, Event, OrganizationId, Permission as P, Permissions, Refusal, RoleId, Target,
    UserId,
    kernel::Resource,
    not_found,
    policy::authorize,
    role::{self, Created, Profile},
};

/// What a custom role is.
pub fn profile(text: &str, permissions: &[P]) -> Profile {
    Profile {
        name: name(text),
        description: None,
        permissions: Permissions::of(permissions),
    }
}

impl Given {
    /// Who the user is to the policy.
    pub fn actor(&self, id: UserId) -> Actor {
        let user = self.user(id);
        let roles = user.roles.iter().filter_map(|id| self.set.get(*id));
        let granted = roles.fold(Permissions::NONE, |all, role| {
            all.union(role.profile.permissions)
        });
        Actor::Caller(Caller::of(user).with_roles(granted))
    }

    pub fn make_role(
        &mut self,
        actor: &Actor,
        organization_id: OrganizationId,
        profile: Profile,
    ) -> Result<RoleId, Refusal> {
        may(actor, P::RolesCreate, &Target::of(Some(organization_id)))?;
        let id = RoleId(self.id());
        let new = Created {
            organization_id,
            profile,
        };
        self.happen(role::create(&self.set, actor, id, new))?;
        Ok(id)
    }

    pub fn change_role(
        &mut self,
        actor: &Actor,
        id: RoleId,
        change: Profile,
    ) -> Result<Vec<Event>, Refusal> {
        let known = self.set.existing(id)?;
        may(actor, P::RolesUpdate, &known.target())?;
        self.happen(role::update(&self.set, actor, known, change))
    }

    pub fn delete_role(&mut self, actor: &Actor, id: RoleId) -> Result<Vec<Event>, Refusal> {
        let known = self.set.existing(id)?;
        may(actor, P::RolesDelete, &known.target())?;
        self.happen(Ok(role::delete(known)))
    }

    pub fn set_role(
        &mut self,
        actor: &Actor,
        user: UserId,
        id: RoleId,
        granted: bool,
    ) -> Result<Vec<Event>, Refusal> {
        let user = self.user(user);
        may(actor, P::RolesGrant, &user.target())?;
        let known = self.set.existing(id)?;
        if !actor.sees(P::RolesGrant, &known.target()) {
            return Err(not_found(id));
        }
        let decided = match granted {
            true => role::grant(&self.set, actor, user, known),
            false => role::revoke(actor, user, known),
        };
        self.happen(decided)
    }
}

pub fn may(actor: &Actor, permission: P, target: &Target) -> Result<(), Refusal> {
    let asked = authorize(actor, permission, target);
    asked
        .map(drop)
        .map_err(|_| Refusal::forbidden("the policy"))
}

/// What a custom role can carry, stated independently: everything of an organization but what founds,
/// ends, renames or feeds it, and nothing of the self.
pub fn grantable(permission: P) -> bool {
    !matches!(
        permission,
        P::UsersReadSelf
            | P::UsersUpdateSelf
            | P::SessionsReadSelf
            | P::SessionsDeleteSelf
            | P::PartnersCreate
            | P::OrganizationsCreate
            | P::OrganizationsUpdate
            | P::OrganizationsSuspend
            | P::OrganizationsDelete
            | P::AllocationsUpdate
    )
}
