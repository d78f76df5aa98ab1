//! The tenants.

use crate::{
    Event, Fact, OrganizationId, Refusal, Time, WorkingSet, assignment,
    assignment::SeatsOfOrganization,
    kernel::{Question, Resource},
    named::named,
    policy::Target,
    pool,
    pool::PoolsOf,
    settings::Settings,
    text::{Name, Slug},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose log, emails and keys: an organization's, or the platform's. Everything belongs to exactly
/// one realm for ever.
pub type Realm = Option<OrganizationId>;

named! {
    /// Where an organization is in its life: ACTIVE ↔ SUSPENDED → DELETED.
    OrganizationStatus {
        /// Its users and keys work.
        Active = "ACTIVE",
        /// Its users and keys are refused (D6).
        Suspended = "SUSPENDED",
        /// Gone for good; kept for history.
        Deleted = "DELETED",
    }
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The name for people.
    pub name: Name,
    /// Unique on the platform, also among those that are deleted.
    pub slug: Slug,
    /// Where it is in its life.
    pub status: OrganizationStatus,
    /// What it set for itself.
    pub settings: Settings,
    /// Rises when every access token that its users were issued before is to be refused.
    pub authz_epoch: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for Organization {
    fn realm(&self) -> Realm {
        Some(self.id)
    }

    fn target(&self) -> Target {
        Target::of(Some(self.id))
    }

    fn evolve(state: Option<Self>, id: OrganizationId, event: &Event, at: Time) -> Option<Self> {
        if let Event::OrganizationCreated(new) = event {
            return state.is_none().then(|| Organization {
                id,
                name: new.name.clone(),
                slug: new.slug.clone(),
                status: OrganizationStatus::Active,
                settings: Settings::default(),
                authz_epoch: 0,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut organization = state.filter(|known| known.status != OrganizationStatus::Deleted)?;
        match event {
            Event::OrganizationUpdated(change) => {
                organization.name = change.name.clone();
                organization.slug = change.slug.clone();
            }
            Event::OrganizationSettingsChanged(settings) => {
                organization.settings = settings.clone()
            }
            Event::OrganizationSuspended {} => {
                organization.status = OrganizationStatus::Suspended;
                organization.authz_epoch += 1;
            }
            Event::OrganizationActivated {} => organization.status = OrganizationStatus::Active,
            Event::OrganizationDeleted {} => {
                organization.status = OrganizationStatus::Deleted;
                organization.authz_epoch += 1;
            }
            _ => return None,
        }
        organization.updated_at = at;
        organization.version += 1;
        Some(organization)
    }

    fn begin(&self, set: &mut WorkingSet) {
        set.put_answer(PoolsOf(self.id), BTreeSet::new());
        set.put_answer(SeatsOfOrganization(self.id), BTreeSet::new());
    }
}

/// Which organization has this slug, or had it: the slug of a deleted one is never used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationBySlug(pub Slug);

impl Question for OrganizationBySlug {
    type Of = Organization;
    type Answer = Option<OrganizationId>;

    fn about(organization: &Organization) -> Option<Self> {
        Some(Self(organization.slug.clone()))
    }
}

impl Organization {
    /// Whether anything can still be made in it.
    pub fn not_deleted(&self) -> Result<(), Refusal> {
        match self.status {
            OrganizationStatus::Deleted => Err(Refusal::OrganizationDeleted),
            _ => Ok(()),
        }
    }
}

/// An organization was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its name.
    pub name: Name,
    /// Its slug.
    pub slug: Slug,
}

/// An organization's name or slug changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// The name from now on.
    pub name: Name,
    /// The slug from now on.
    pub slug: Slug,
}

/// The organization of a realm, when something is to be made there; `None` is the platform.
pub fn open_realm(set: &WorkingSet, realm: Realm) -> Result<(), Refusal> {
    let Some(id) = realm else { return Ok(()) };
    let organization = set.existing(id)?;
    organization.not_deleted()
}

/// Refuses facts that would make something of what is left in a deleted organization: there, things
/// only end. What is new there is refused by [`open_realm`].
pub fn nothing_follows_deletion(set: &WorkingSet, facts: &[Fact]) -> Result<(), Refusal> {
    let changes = facts.iter().filter(|fact| !fact.event.is_an_end());
    let mut homes = changes.filter_map(|fact| set.organization_of(fact.resource()));
    homes.try_for_each(|id| match set.get(id) {
        Some(home) => home.not_deleted(),
        None => Ok(()),
    })
}

/// Makes an organization.
pub fn create(set: &WorkingSet, id: OrganizationId, new: Created) -> Result<Vec<Fact>, Refusal> {
    slug_is_free(set, id, &new.slug)?;
    Ok(vec![Event::OrganizationCreated(new).of(id.0)])
}

/// Changes name and slug. Gives no fact when nothing changes.
pub fn update(
    set: &WorkingSet,
    organization: &Organization,
    change: Updated,
) -> Result<Vec<Fact>, Refusal> {
    organization.not_deleted()?;
    if organization.slug != change.slug {
        slug_is_free(set, organization.id, &change.slug)?;
    }
    if organization.name == change.name && organization.slug == change.slug {
        return Ok(Vec::new());
    }
    Ok(vec![
        Event::OrganizationUpdated(change).of(organization.id.0),
    ])
}

/// Changes the settings. Gives no fact when nothing changes.
pub fn set(organization: &Organization, settings: Settings) -> Result<Vec<Fact>, Refusal> {
    organization.not_deleted()?;
    settings.check()?;
    if organization.settings == settings {
        return Ok(Vec::new());
    }
    let changed = Event::OrganizationSettingsChanged(settings);
    Ok(vec![changed.of(organization.id.0)])
}

/// D6: its users and keys are refused from now on. What it has stays as it is.
pub fn suspend(organization: &Organization) -> Result<Vec<Fact>, Refusal> {
    organization.not_deleted()?;
    Ok(match organization.status {
        OrganizationStatus::Suspended => Vec::new(),
        _ => vec![Event::OrganizationSuspended {}.of(organization.id.0)],
    })
}

/// Its users and keys work again.
pub fn activate(organization: &Organization) -> Result<Vec<Fact>, Refusal> {
    organization.not_deleted()?;
    Ok(match organization.status {
        OrganizationStatus::Active => Vec::new(),
        _ => vec![Event::OrganizationActivated {}.of(organization.id.0)],
    })
}

/// Marks it deleted, frees every seat that its users and stations hold, and gives its pools back to
/// the platform. A deleted organization stays as it is.
pub fn delete(
    set: &WorkingSet,
    organization: &Organization,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    if organization.status == OrganizationStatus::Deleted {
        return Ok(Vec::new());
    }
    set.must_hold(None)?;
    set.must_hold(Some(organization.id))?;
    let seats = set.list(&SeatsOfOrganization(organization.id));
    let mut facts: Vec<Fact> = seats
        .iter()
        .filter_map(|id| set.get(*id))
        .filter_map(|seat| assignment::revoke(seat, now))
        .collect();
    for pool in set.listed(&PoolsOf(organization.id)) {
        facts.extend(pool::close(set, pool)?);
    }
    facts.push(Event::OrganizationDeleted {}.of(organization.id.0));
    Ok(facts)
}

fn slug_is_free(set: &WorkingSet, id: OrganizationId, slug: &Slug) -> Result<(), Refusal> {
    set.must_hold(None)?;
    match set.find(&OrganizationBySlug(slug.clone())) {
        Some(holder) if holder != id => Err(Refusal::DuplicateKey),
        _ => Ok(()),
    }
}

#[cfg(test)]
impl crate::event::Samples for Organization {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{email, name, slug};
        vec![
            Event::OrganizationCreated(Created {
                name: name("Volt"),
                slug: slug("volt"),
            }),
            Event::OrganizationUpdated(Updated {
                name: name("Volt & Söhne"),
                slug: slug("volt-24-7"),
            }),
            Event::OrganizationSuspended {},
            Event::OrganizationActivated {},
            Event::OrganizationDeleted {},
            Event::OrganizationSettingsChanged(Settings {
                access_token_seconds: Some(300),
                allowed_origins: vec!["https://volt.example".to_owned()],
                mail_sender_name: Some(name("Volt")),
                mail_reply_to: Some(email("help@volt.example")),
                ..Settings::default()
            }),
        ]
    }
}
