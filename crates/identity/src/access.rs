//! What is remembered of callers, so that a request needs no database read.
//!
//! Everything here was read from the database and stays true until a fact says otherwise: the
//! runner tells of the facts of this process before it answers, and the watch reads those of other
//! replicas from the logs. When the watch has not looked for a while, nothing is remembered.

use app::{AccessChange, App, LogId, Observer, Result, Store, StoreError};
use domain::{
    ApiKeyId, Caller, Fact, OrganizationId, Permissions, ResourceKind, RoleId, Scope, SessionId,
    Time, UserId,
    api_key::ApiKey,
    organization::{Organization, OrganizationStatus},
    settings::Settings,
    user::User,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

/// What is remembered is not used when the logs were not looked at for so long: a change on another
/// replica has to be seen within a second.
const STALE_AFTER: Duration = Duration::from_millis(800);

/// Entries of each kind that are remembered at most.
const ROOM: usize = 50_000;

/// A user, and what follows from it, its organization and its custom roles.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The user.
    pub user: User,
    /// The user's organization.
    pub organization: Option<Arc<Organization>>,
    /// What its custom roles give.
    pub granted: Permissions,
}

impl Principal {
    /// Whether the user may act: it is not locked out, nor is its organization (D6).
    pub fn may_act(&self) -> bool {
        let works = match self.user.organization_id {
            Some(_) => {
                let home = self.organization.as_ref();
                home.is_some_and(|home| home.status == OrganizationStatus::Active)
            }
            None => true,
        };
        self.user.may_act() && works
    }

    /// Access tokens that were issued under another number are refused.
    pub fn authz_epoch(&self) -> i64 {
        let home = self.organization.as_ref();
        self.user.authz_epoch + home.map_or(0, |home| home.authz_epoch)
    }

    /// The caller that it is, without a key.
    pub fn caller(&self) -> Caller {
        Caller::of(&self.user).with_roles(self.granted)
    }

    /// What its organization set for itself.
    pub fn settings(&self) -> Option<&Settings> {
        self.organization.as_ref().map(|home| &home.settings)
    }
}

#[derive(Default)]
struct Known {
    principals: HashMap<UserId, Arc<Principal>>,
    organizations: HashMap<OrganizationId, Arc<Organization>>,
    keys: HashMap<ApiKeyId, Arc<ApiKey>>,
    /// Sessions that last, until when.
    sessions: HashMap<SessionId, i64>,
    /// Counts what was forgotten: what was read before is not remembered after.
    generation: u64,
    looked_at: Option<Instant>,
    /// Origins that organizations allow.
    origins: HashSet<String>,
    /// The generation at which they were read.
    origins_read_at: Option<u64>,
}

/// Remembers callers.
#[derive(Default)]
pub struct Access {
    known: Mutex<Known>,
    /// The generation that those who wait were told of.
    told: watch::Sender<u64>,
}

impl Access {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The logs were looked at, and what their facts until `began` changed is forgotten. What was
    /// written while they were read may not have been seen.
    pub fn looked(&self, began: Instant) {
        self.lock().looked_at = Some(began);
    }

    /// What changes whenever something about callers may have; none while that is not known.
    pub fn generation(&self) -> Option<u64> {
        let known = self.lock();
        known.is_fresh().then_some(known.generation)
    }

    /// Tells those who wait when something changed. Who follows a log waits for this and not for
    /// each change, or each login would wake everybody.
    pub(super) fn tell(&self) {
        let generation = self.lock().generation;
        self.told.send_if_modified(|told| {
            let is_new = *told != generation;
            *told = generation;
            is_new
        });
    }

    /// Whatever was found to be so has to be found again.
    pub(super) fn doubt(&self) {
        self.lock().generation += 1;
    }

    /// Hears, a moment later, that something about callers may have changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Whether an organization lets pages of this origin call.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.lock().origins.contains(origin)
    }

    /// Reads the origins that organizations allow, when anything changed since the last time. Gives
    /// the organizations whose settings cannot be read, when they were looked at.
    pub(super) async fn read_origins(
        &self,
        store: &Store,
    ) -> std::result::Result<Option<BTreeSet<OrganizationId>>, StoreError> {
        let generation = {
            let known = self.lock();
            if known.origins_read_at == Some(known.generation) {
                return Ok(None);
            }
            known.generation
        };
        let allowed = store.allowed_origins().await?;
        let mut known = self.lock();
        known.origins = allowed.origins;
        known.origins_read_at = Some(generation);
        drop(known);
        Ok(Some(allowed.unreadable))
    }

    /// Reads anew whatever the fact may have changed.
    pub fn forget(&self, fact: &Fact) {
        let mut known = self.lock();
        known.generation += 1;
        known.forget(fact.event.kind(), fact.id);
    }

    /// Reads anew whatever may have changed by an event of a log. One of a type that is not known here
    /// may concern every caller of that log.
    pub(super) fn forget_change(&self, log: LogId, change: &AccessChange) {
        match change.known_kind() {
            Some(kind) => {
                let mut known = self.lock();
                known.generation += 1;
                known.forget(kind, change.resource);
            }
            None => self.forget_log(log),
        }
    }

    /// Reads every caller of a log anew; of that of the platform, every caller.
    pub(super) fn forget_log(&self, log: LogId) {
        let mut known = self.lock();
        known.generation += 1;
        known.sessions.clear();
        match log.realm() {
            None => {
                known.principals.clear();
                known.organizations.clear();
                known.keys.clear();
            }
            Some(home) => {
                known.forget(ResourceKind::Organization, home.0);
                known.keys.retain(|_, key| key.realm != Some(home));
            }
        }
    }

    /// How long ago the logs were looked at for the last time; none when they never were.
    pub fn age(&self) -> Option<Duration> {
        self.lock().looked_at.map(|at| at.elapsed())
    }

    /// The user, when there is one.
    pub async fn principal(&self, app: &App, id: UserId) -> Result<Option<Arc<Principal>>> {
        let generation = {
            let known = self.lock();
            if let Some(found) = known.principals.get(&id).filter(|_| known.is_fresh()) {
                return Ok(Some(found.clone()));
            }
            known.generation
        };
        let Some((user, organization, roles)) = app.principal(id).await? else {
            return Ok(None);
        };
        let granted = roles.iter().map(|role| role.profile.permissions);
        let principal = Arc::new(Principal {
            user,
            organization: organization.map(Arc::new),
            granted: granted.fold(Permissions::NONE, Permissions::union),
        });
        let mut known = self.lock();
        if known.generation == generation {
            make_room(&mut known.principals);
            known.principals.insert(id, principal.clone());
        }
        Ok(Some(principal))
    }

    /// Until when the session lasts; none when it does not.
    pub async fn session_lasts(&self, app: &App, id: SessionId) -> Result<Option<Time>> {
        let now = app.clock().now().micros();
        let generation = {
            let known = self.lock();
            if let Some(until) = known.sessions.get(&id).filter(|_| known.is_fresh()) {
                return Ok((now < *until).then(|| Time::from_micros(*until)));
            }
            known.generation
        };
        let found = app.store().session(id).await?;
        let Some(session) = found.filter(|session| session.lasts(app.clock().now())) else {
            return Ok(None);
        };
        let mut known = self.lock();
        if known.generation == generation {
            make_room(&mut known.sessions);
            known.sessions.insert(id, session.expires_at.micros());
        }
        Ok(Some(session.expires_at))
    }

    /// The API key, when there is one.
    pub async fn api_key(&self, app: &App, id: ApiKeyId) -> Result<Option<Arc<ApiKey>>> {
        let generation = {
            let known = self.lock();
            if let Some(key) = known.keys.get(&id).filter(|_| known.is_fresh()) {
                return Ok(Some(key.clone()));
            }
            known.generation
        };
        let Some(key) = app.store().find::<ApiKey>(id, Scope::Everything).await? else {
            return Ok(None);
        };
        let key = Arc::new(key);
        let mut known = self.lock();
        if known.generation == generation {
            make_room(&mut known.keys);
            known.keys.insert(id, key.clone());
        }
        Ok(Some(key))
    }

    /// The organization, when there is one.
    pub async fn organization(
        &self,
        app: &App,
        id: OrganizationId,
    ) -> Result<Option<Arc<Organization>>> {
        let generation = {
            let known = self.lock();
            if let Some(home) = known.organizations.get(&id).filter(|_| known.is_fresh()) {
                return Ok(Some(home.clone()));
            }
            known.generation
        };
        let Some(home) = app
            .store()
            .find::<Organization>(id, Scope::Everything)
            .await?
        else {
            return Ok(None);
        };
        let home = Arc::new(home);
        let mut known = self.lock();
        if known.generation == generation {
            make_room(&mut known.organizations);
            known.organizations.insert(id, home.clone());
        }
        Ok(Some(home))
    }
}

impl Known {
    fn forget(&mut self, kind: ResourceKind, id: Uuid) {
        match kind {
            ResourceKind::Session => drop(self.sessions.remove(&SessionId(id))),
            ResourceKind::ApiKey => drop(self.keys.remove(&ApiKeyId(id))),
            ResourceKind::User => drop(self.principals.remove(&UserId(id))),
            ResourceKind::Role => {
                let role = RoleId(id);
                let has = |principal: &Principal| principal.user.roles.contains(&role);
                self.principals.retain(|_, principal| !has(principal));
            }
            _ => {
                let home = OrganizationId(id);
                self.organizations.remove(&home);
                let of = |principal: &Principal| principal.user.organization_id == Some(home);
                self.principals.retain(|_, principal| !of(principal));
            }
        }
    }

    fn is_fresh(&self) -> bool {
        let looked_at = self.looked_at;
        looked_at.is_some_and(|at| at.elapsed() < STALE_AFTER)
    }
}

/// Starting over is rare and cheap; keeping an order of use would cost every request.
fn make_room<K, V>(known: &mut HashMap<K, V>) {
    if known.len() >= ROOM {
        known.clear();
    }
}

/// Tells what is remembered of what this process changed.
impl Observer for Access {
    fn access_changed(&self, facts: &[Fact]) {
        for fact in facts {
            self.forget(fact);
        }
    }
}
