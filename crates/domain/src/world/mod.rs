//! The states that decisions look at, and what follows from a fact.
//!
//! Whoever decides asks for the [`Need`]s that are not known yet, puts the answers in, decides over
//! the world, and applies the facts to it, so that the next decision sees them.

mod apply;
mod directory;
mod gone;
mod need;
mod part;
mod put;
mod seats;

pub use apply::{Changes, Impossible};
pub use need::Need;

use crate::{
    AllocationId, ApiKeyId, AssignmentId, Holder, OrganizationId, PoolId, Pot, ProductId, Realm,
    Refusal, Resource, ResourceKind, RoleId, SessionId, StationId, Time, UserId, VariantId,
    WebhookId,
    allocation::Allocation,
    api_key::ApiKey,
    assignment::Assignment,
    attributes,
    organization::Organization,
    pool::Pool,
    product::Product,
    role::CustomRole,
    session::Session,
    station::Station,
    tally::Tally,
    text::{Key, Slug},
    user::User,
    variant::Variant,
    webhook::Webhook,
};
use seats::Ending;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// About what a row or an answer takes in memory without free JSON, in bytes: the largest rows are a
/// little over it, most answers far below.
const ROW: usize = 512;

/// About what an id in a list takes, with a time beside it, in bytes.
const LISTED: usize = 48;

/// Rows by id; a known absence is `None`.
type Rows<K, V> = HashMap<K, Option<V>>;

/// The known part of the state of the logs that are held. What is not known is not guessed:
/// [`World::knows`] tells, and the caller loads it.
#[derive(Clone, Debug, Default)]
pub struct World {
    held: BTreeSet<Realm>,
    organizations: Rows<OrganizationId, Organization>,
    stations: Rows<StationId, Station>,
    users: Rows<UserId, User>,
    sessions: Rows<SessionId, Session>,
    roles: Rows<RoleId, CustomRole>,
    role_names: HashMap<(OrganizationId, String), Option<RoleId>>,
    products: Rows<ProductId, Product>,
    variants: Rows<VariantId, Variant>,
    allocations: Rows<AllocationId, Allocation>,
    pools: Rows<PoolId, Pool>,
    assignments: Rows<AssignmentId, Assignment>,
    api_keys: Rows<ApiKeyId, ApiKey>,
    webhooks: Rows<WebhookId, Webhook>,
    webhooks_of: HashMap<Realm, i64>,
    slugs: HashMap<Slug, Option<OrganizationId>>,
    codes: HashMap<(OrganizationId, Key), Option<StationId>>,
    emails: HashMap<(Realm, String), Option<UserId>>,
    product_keys: HashMap<(Realm, String), Option<ProductId>>,
    variant_keys: HashMap<(ProductId, String), Option<VariantId>>,
    allocations_to: HashMap<(OrganizationId, VariantId), Option<AllocationId>>,
    pools_by: HashMap<(OrganizationId, VariantId), Option<PoolId>>,
    pools_of: HashMap<OrganizationId, BTreeSet<PoolId>>,
    outside_pool: HashMap<(OrganizationId, VariantId), (Time, i64)>,
    seats: HashMap<(Holder, VariantId), Option<AssignmentId>>,
    ending: HashMap<Pot, Ending>,
    next_ends: HashMap<Pot, Option<Time>>,
    sessions_of: HashMap<UserId, BTreeSet<(Time, SessionId)>>,
    seats_of: HashMap<Holder, BTreeSet<AssignmentId>>,
    seats_of_organization: HashMap<OrganizationId, BTreeSet<AssignmentId>>,
    variants_of: HashMap<ProductId, BTreeSet<VariantId>>,
    super_admins: Option<i64>,
    changes: BTreeMap<Resource, bool>,
    tallies: BTreeMap<(Realm, Tally), i64>,
}

impl World {
    /// A world over the logs of these realms, of which nothing is known yet.
    pub fn over(held: impl IntoIterator<Item = Realm>) -> Self {
        Self {
            held: held.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether the log of the realm is held, so that nobody else changes what is in it.
    pub fn holds(&self, realm: Realm) -> bool {
        self.held.contains(&realm)
    }

    /// The organizations whose logs are held.
    pub fn held_organizations(&self) -> impl Iterator<Item = OrganizationId> {
        self.held.iter().copied().flatten()
    }

    /// Refuses a decision that the log of this realm is needed for.
    pub fn must_hold(&self, realm: Realm) -> Result<(), Refusal> {
        match self.holds(realm) {
            true => Ok(()),
            false => Err(Refusal::NotHeld(realm)),
        }
    }

    /// The organization, when it is known and there.
    pub fn organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.get(&id)?.as_ref()
    }

    /// The station, when it is known and there.
    pub fn station(&self, id: StationId) -> Option<&Station> {
        self.stations.get(&id)?.as_ref()
    }

    /// The custom role, when it is known and there.
    pub fn role(&self, id: RoleId) -> Option<&CustomRole> {
        self.roles.get(&id)?.as_ref()
    }

    /// Which custom role of the organization has the name (compared form).
    pub fn role_with_name(&self, of: OrganizationId, name: &str) -> Option<RoleId> {
        *self.role_names.get(&(of, name.to_owned()))?
    }

    /// The session, when it is known and there.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)?.as_ref()
    }

    /// The sessions of the user that last, those first that began first.
    pub fn sessions_of(&self, user: UserId) -> Vec<&Session> {
        let ids = self.sessions_of.get(&user).into_iter().flatten();
        ids.filter_map(|(_, id)| self.session(*id)).collect()
    }

    /// What the platform gave the organization of the variant.
    pub fn allocation(&self, to: OrganizationId, variant: VariantId) -> Option<&Allocation> {
        let id = (*self.allocations_to.get(&(to, variant))?)?;
        self.allocations.get(&id)?.as_ref()
    }

    /// The allocation, when it is known and there.
    pub fn allocation_by_id(&self, id: AllocationId) -> Option<&Allocation> {
        self.allocations.get(&id)?.as_ref()
    }

    /// The pool, when it is known and there.
    pub fn pool_by_id(&self, id: PoolId) -> Option<&Pool> {
        self.pools.get(&id)?.as_ref()
    }

    /// The pool that the organization has of the variant.
    pub fn pool(&self, of: OrganizationId, variant: VariantId) -> Option<&Pool> {
        let id = (*self.pools_by.get(&(of, variant))?)?;
        self.pools.get(&id)?.as_ref()
    }

    /// The pools of the organization.
    pub fn pools_of(&self, organization: OrganizationId) -> Vec<&Pool> {
        let ids = self.pools_of.get(&organization).into_iter().flatten();
        ids.filter_map(|id| self.pools.get(id)?.as_ref()).collect()
    }

    /// The active seats that the organization holds of a catalogue variant and that no pool counts.
    pub fn seats_outside_pool(&self, organization: OrganizationId, variant: VariantId) -> i64 {
        let known = self.outside_pool.get(&(organization, variant));
        known.map_or(0, |(_, seats)| *seats)
    }

    /// Which organization has the slug.
    pub fn organization_with_slug(&self, slug: &Slug) -> Option<OrganizationId> {
        *self.slugs.get(slug)?
    }

    /// Which station of the organization has the code, or had it.
    pub fn station_with_code(&self, of: OrganizationId, code: &Key) -> Option<StationId> {
        *self.codes.get(&(of, code.clone()))?
    }
}

impl World {
    /// The user, when it is known and there.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)?.as_ref()
    }

    /// The product, when it is known and there.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)?.as_ref()
    }

    /// The variant, when it is known and there.
    pub fn variant(&self, id: VariantId) -> Option<&Variant> {
        self.variants.get(&id)?.as_ref()
    }

    /// The assignment, when it is known and there.
    pub fn assignment(&self, id: AssignmentId) -> Option<&Assignment> {
        self.assignments.get(&id)?.as_ref()
    }

    /// The API key, when it is known and there.
    pub fn api_key(&self, id: ApiKeyId) -> Option<&ApiKey> {
        self.api_keys.get(&id)?.as_ref()
    }

    /// The webhook, when it is known and there.
    pub fn webhook(&self, id: WebhookId) -> Option<&Webhook> {
        self.webhooks.get(&id)?.as_ref()
    }

    /// How many webhooks the realm has.
    pub fn webhooks_of(&self, realm: Realm) -> Option<i64> {
        self.webhooks_of.get(&realm).copied()
    }

    /// Who in the realm has the email (compared form).
    pub fn user_with_email(&self, realm: Realm, email: &str) -> Option<UserId> {
        *self.emails.get(&(realm, email.to_owned()))?
    }

    /// Which product of the owner has the key.
    pub fn product_with_key(&self, owner: Realm, key: &Key) -> Option<ProductId> {
        *self.product_keys.get(&(owner, key.as_str().to_owned()))?
    }

    /// Which variant of the product has the key.
    pub fn variant_with_key(&self, product: ProductId, key: &Key) -> Option<VariantId> {
        *self.variant_keys.get(&(product, key.as_str().to_owned()))?
    }

    /// The variants of the product.
    pub fn variants_of(&self, product: ProductId) -> Vec<VariantId> {
        self.variants_of
            .get(&product)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    /// How many super admins are active.
    pub fn active_super_admins(&self) -> i64 {
        self.super_admins.unwrap_or(0)
    }

    /// Whose log the facts of a resource are in, when the resource is known and there.
    pub fn realm_of(&self, resource: Resource) -> Option<Realm> {
        let id = resource.id;
        Some(match resource.kind {
            ResourceKind::Organization => Some(self.organization(OrganizationId(id))?.id),
            ResourceKind::Station => Some(self.station(StationId(id))?.organization_id),
            ResourceKind::User => self.user(UserId(id))?.organization_id,
            ResourceKind::Role => Some(self.role(RoleId(id))?.organization_id),
            ResourceKind::Session => self.session(SessionId(id))?.realm,
            ResourceKind::Product => self.product(ProductId(id))?.organization_id,
            ResourceKind::Variant => self.variant(VariantId(id))?.organization_id,
            ResourceKind::Allocation => None,
            ResourceKind::Pool => {
                let pool = self.pools.get(&PoolId(id))?.as_ref()?;
                Some(pool.organization_id)
            }
            ResourceKind::Assignment => self.assignment(AssignmentId(id))?.realm,
            ResourceKind::ApiKey => self.api_key(ApiKeyId(id))?.realm,
            ResourceKind::Webhook => self.webhook(WebhookId(id))?.realm,
        })
    }

    /// The organization that a resource is about, when the resource is known and there. It may be in
    /// the log of the platform all the same, as a seat that the platform gave out itself.
    pub fn organization_of(&self, resource: Resource) -> Realm {
        match resource.kind {
            ResourceKind::Assignment => self.assignment(AssignmentId(resource.id))?.organization_id,
            ResourceKind::Allocation => {
                let allocation = self.allocations.get(&AllocationId(resource.id))?.as_ref()?;
                Some(allocation.organization_id)
            }
            _ => self.realm_of(resource)?,
        }
    }

    /// The station that a resource is, belongs to or is held by, when the resource is known and there.
    pub fn station_of(&self, resource: Resource) -> Option<StationId> {
        match resource.kind {
            ResourceKind::Station => Some(self.station(StationId(resource.id))?.id),
            ResourceKind::User => self.user(UserId(resource.id))?.station_id,
            ResourceKind::Assignment => match self.assignment(AssignmentId(resource.id))?.holder {
                Holder::Station(station) => Some(station),
                Holder::User(_) => None,
            },
            _ => None,
        }
    }

    /// How many rows and answers are held, to bound memory.
    pub fn len(&self) -> usize {
        self.organizations.len()
            + self.stations.len()
            + self.allocations.len()
            + self.pools.len()
            + self.slugs.len()
            + self.codes.len()
            + self.allocations_to.len()
            + self.pools_by.len()
            + self.pools_of.len()
            + self.outside_pool.len()
            + self.seats_of_organization.len()
            + self.sessions.len()
            + self.roles.len()
            + self.role_names.len()
            + self.sessions_of.len()
            + self.users.len()
            + self.products.len()
            + self.variants.len()
            + self.assignments.len()
            + self.api_keys.len()
            + self.webhooks.len()
            + self.webhooks_of.len()
            + self.emails.len()
            + self.product_keys.len()
            + self.variant_keys.len()
            + self.seats.len()
            + self.ending.len()
            + self.next_ends.len()
            + self.seats_of.len()
            + self.variants_of.len()
            + usize::from(self.super_admins.is_some())
    }

    /// About the memory that all of it takes, in bytes. It looks at each row that holds free JSON, and
    /// at each list of ids.
    pub fn bytes(&self) -> usize {
        let stations = self.stations.values().flatten();
        let stations = stations.map(|station| attributes::memory(&station.profile.attributes));
        let variants = self.variants.values().flatten();
        let variants = variants.map(|variant| attributes::memory(&variant.attributes));
        let free: usize = stations.chain(variants).sum();
        self.len() * ROW + free + self.listed() * LISTED
    }

    /// The ids in all lists.
    fn listed(&self) -> usize {
        fn sum<K, V>(lists: &HashMap<K, BTreeSet<V>>) -> usize {
            lists.values().map(BTreeSet::len).sum()
        }
        sum(&self.pools_of)
            + sum(&self.sessions_of)
            + sum(&self.seats_of)
            + sum(&self.seats_of_organization)
            + sum(&self.variants_of)
            + self.ending.values().map(Ending::len).sum::<usize>()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every organization that is there, by id.
    pub fn organizations(&self) -> BTreeMap<OrganizationId, &Organization> {
        present(&self.organizations)
    }

    /// Every station that is there, by id.
    pub fn stations(&self) -> BTreeMap<StationId, &Station> {
        present(&self.stations)
    }

    /// Every allocation that is there, by id.
    pub fn allocations(&self) -> BTreeMap<AllocationId, &Allocation> {
        present(&self.allocations)
    }

    /// Every pool that is there, by id.
    pub fn pools(&self) -> BTreeMap<PoolId, &Pool> {
        present(&self.pools)
    }

    /// Every user that is there, by id.
    pub fn users(&self) -> BTreeMap<UserId, &User> {
        present(&self.users)
    }

    /// Every custom role that is there, by id.
    pub fn roles(&self) -> BTreeMap<RoleId, &CustomRole> {
        present(&self.roles)
    }

    /// Every session that is there, by id.
    pub fn sessions(&self) -> BTreeMap<SessionId, &Session> {
        present(&self.sessions)
    }

    /// Every product that is there, by id.
    pub fn products(&self) -> BTreeMap<ProductId, &Product> {
        present(&self.products)
    }

    /// Every variant that is there, by id.
    pub fn variants(&self) -> BTreeMap<VariantId, &Variant> {
        present(&self.variants)
    }

    /// Every assignment that is there, by id.
    pub fn assignments(&self) -> BTreeMap<AssignmentId, &Assignment> {
        present(&self.assignments)
    }

    /// Every API key that is there, by id.
    pub fn api_keys(&self) -> BTreeMap<ApiKeyId, &ApiKey> {
        present(&self.api_keys)
    }

    /// Every webhook that is there, by id.
    pub fn webhooks(&self) -> BTreeMap<WebhookId, &Webhook> {
        present(&self.webhooks)
    }
}

fn present<K: Ord + Copy, V>(rows: &Rows<K, V>) -> BTreeMap<K, &V> {
    rows.iter()
        .filter_map(|(id, row)| Some((*id, row.as_ref()?)))
        .collect()
}
