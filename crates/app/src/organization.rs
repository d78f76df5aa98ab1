//! Use cases of organizations.

use crate::{
    App, Context, Expected, Outcome, Result, UseCase, assignment::freeing, home::Subject,
    use_case::Decision,
};
use domain::{
    Need, OrganizationId, Permission, Scope, Target, Time, WorkingSet,
    assignment::SeatsOfOrganization,
    not_found,
    organization::{self, Created, Organization, OrganizationBySlug, OrganizationStatus, Updated},
    pool::PoolsOf,
    settings::Settings,
    text::{Name, Slug},
};
use persistence::{OrganizationFilter, Page, PageRequest};

impl App {
    /// The organization, when it is there for the actor.
    pub async fn organization(
        &self,
        context: &Context,
        id: OrganizationId,
    ) -> Result<Organization> {
        let scope = context.actor.scope(Permission::OrganizationsRead);
        self.find(id, scope).await
    }

    /// The organization, for an actor who may read its settings.
    pub async fn organization_settings(
        &self,
        context: &Context,
        id: OrganizationId,
    ) -> Result<Organization> {
        let scope = context.actor.scope(Permission::SettingsRead);
        self.find(id, scope).await
    }

    /// Refuses an organization that is not there for the actor, who asks for something that belongs
    /// to it.
    pub(crate) async fn must_see_organization(
        &self,
        context: &Context,
        permission: Permission,
        id: OrganizationId,
    ) -> Result<()> {
        self.must_see_organization_of(context, permission, id, None)
            .await
    }

    /// The same of an organization that was there at a moment.
    pub(crate) async fn must_see_organization_of(
        &self,
        context: &Context,
        permission: Permission,
        id: OrganizationId,
        as_of: Option<Time>,
    ) -> Result<()> {
        let missing = || not_found(id);
        context.must_see(permission, &Target::of(Some(id)), missing())?;
        let found = self
            .store
            .find::<Organization>(id, Scope::Everything)
            .await?;
        let found = found.filter(|one| as_of.is_none_or(|at| one.created_at <= at));
        found.ok_or_else(missing)?;
        Ok(())
    }

    /// A page of organizations.
    pub async fn organizations(
        &self,
        context: &Context,
        filter: &OrganizationFilter,
        page: &PageRequest<Organization>,
    ) -> Result<Page<Organization>> {
        let scope = context.actor.scope(Permission::OrganizationsRead);
        Ok(self.store.list(filter, page, scope).await?)
    }
}

/// Makes an organization.
#[derive(Clone, Debug)]
pub struct CreateOrganization {
    /// The id that it gets.
    pub id: OrganizationId,
    /// What it is.
    pub new: Created,
}

impl UseCase for CreateOrganization {
    type Answer = Organization;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(None), self.id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![
            Need::Organization(self.id),
            Need::from(OrganizationBySlug(self.new.slug.clone())),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Organization> {
        let permit = context.permit_new(Permission::OrganizationsCreate, &Target::PLATFORM)?;
        let facts = organization::create(set, self.id, self.new.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes name and slug of an organization.
#[derive(Clone, Debug)]
pub struct UpdateOrganization {
    /// Which organization.
    pub id: OrganizationId,
    /// The version that it should have.
    pub expected: Expected,
    /// The name that it gets.
    pub name: Name,
    /// The slug that it gets; without one it keeps its own.
    pub slug: Option<Slug>,
}

impl UseCase for UpdateOrganization {
    type Answer = Organization;

    fn subjects(&self) -> Vec<Subject> {
        vec![self.id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let slug = self
            .slug
            .clone()
            .map(|slug| OrganizationBySlug(slug).into());
        [Need::Organization(self.id)]
            .into_iter()
            .chain(slug)
            .collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Organization> {
        let organization = set.existing(self.id)?;
        let permit = context.permit_to(Permission::OrganizationsUpdate, organization)?;
        self.expected.check(organization.version)?;
        let slug = self.slug.clone();
        let change = Updated {
            name: self.name.clone(),
            slug: slug.unwrap_or_else(|| organization.slug.clone()),
        };
        let facts = organization::update(set, organization, change)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Suspends or activates an organization.
#[derive(Clone, Debug)]
pub struct SetOrganizationActive {
    /// Which organization.
    pub id: OrganizationId,
    /// Whether it becomes ACTIVE or SUSPENDED.
    pub active: bool,
}

impl UseCase for SetOrganizationActive {
    type Answer = Organization;

    fn subjects(&self) -> Vec<Subject> {
        vec![self.id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Organization(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Organization> {
        let organization = set.existing(self.id)?;
        let permit = context.permit_to(Permission::OrganizationsSuspend, organization)?;
        let facts = match self.active {
            true => organization::activate(organization)?,
            false => organization::suspend(organization)?,
        };
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes the settings of an organization.
#[derive(Clone, Debug)]
pub struct UpdateSettings {
    /// Which organization.
    pub id: OrganizationId,
    /// The version that it should have.
    pub expected: Expected,
    /// What they become.
    pub settings: Settings,
}

impl UseCase for UpdateSettings {
    type Answer = Organization;

    fn subjects(&self) -> Vec<Subject> {
        vec![self.id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Organization(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Organization> {
        let organization = set.existing(self.id)?;
        let permit = context.permit_to(Permission::SettingsUpdate, organization)?;
        self.expected.check(organization.version)?;
        let facts = organization::set(organization, self.settings.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Deletes an organization, frees its seats and gives its pools back.
#[derive(Clone, Debug)]
pub struct DeleteOrganization {
    /// Which organization.
    pub id: OrganizationId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteOrganization {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(None), self.id.into()]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![
            Need::Organization(self.id),
            Need::from(PoolsOf(self.id)),
            Need::from(SeatsOfOrganization(self.id)),
        ];
        needs.extend(freeing(set, set.list(&SeatsOfOrganization(self.id))));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let organization = set.existing(self.id)?;
        let permit = context.permit_to(Permission::OrganizationsDelete, organization)?;
        if organization.status != OrganizationStatus::Deleted {
            self.expected.check(organization.version)?;
        }
        let facts = organization::delete(set, organization, now)?;
        Ok(Outcome::done(permit, facts))
    }
}
