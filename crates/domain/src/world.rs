//! The states that decisions look at, and what follows from a fact.

use crate::{
    ApiKeyId, AssignmentId, Event, Fact, OrganizationId, ProductId, Resource, ResourceKind, Time,
    UserId, VariantId,
    api_key::ApiKey,
    assignment::{self, Assignment, AssignmentStatus},
    product::{self, Product},
    tally::Tally,
    text::Key,
    user::{self, Role, User, UserStatus},
    variant::{self, Variant},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Something that a decision has to know before it can be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The user with this id.
    User(UserId),
    /// The product with this id.
    Product(ProductId),
    /// The variant with this id.
    Variant(VariantId),
    /// The assignment with this id.
    Assignment(AssignmentId),
    /// Who in the realm has this email (compared form).
    Email(Option<OrganizationId>, String),
    /// Which product of the owner has this key.
    ProductKey(Option<OrganizationId>, String),
    /// Which variant of the product has this key.
    VariantKey(ProductId, String),
    /// The active seat that the user holds of the variant.
    Seat(UserId, VariantId),
    /// The active seats of the variant whose end has passed.
    Due(VariantId),
    /// When the next seat of the variant comes free.
    NextEnd(VariantId),
    /// The active seats of the user.
    SeatsOf(UserId),
    /// The variants of the product.
    VariantsOf(ProductId),
    /// How many super admins are active.
    SuperAdmins,
}

/// Rows by id; a known absence is `None`.
type Rows<K, V> = HashMap<K, Option<V>>;

/// The active seats of a variant that end no later than a horizon.
#[derive(Clone, Debug)]
struct Ending {
    horizon: Time,
    seats: BTreeSet<(Time, AssignmentId)>,
}

impl Ending {
    /// The horizon behind which nothing can lie.
    const ENDLESS: Time = Time::from_micros(i64::MAX);

    /// Whether the first end is among these, or there is none at all.
    fn tells_the_first(&self) -> bool {
        !self.seats.is_empty() || self.horizon == Self::ENDLESS
    }
}

/// What a batch of facts did to the rows: each touched resource, and whether it was there before.
#[derive(Debug, Default)]
pub struct Changes {
    /// The touched resources; `true` when there was a row before the first fact.
    pub touched: BTreeMap<Resource, bool>,
    /// What is to be added to the kept totals.
    pub tallies: BTreeMap<Tally, i64>,
}

/// A fact that cannot follow the state it meets: the log, or a decision, is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot happen to {} {id} in its state", .kind.as_str(), .kind.as_str())]
pub struct Impossible {
    /// The kind of the resource.
    pub kind: ResourceKind,
    /// Its id.
    pub id: Uuid,
}

/// The known part of one log's state. What is not known is not guessed: [`World::knows`] tells, and
/// the caller loads it.
#[derive(Clone, Debug, Default)]
pub struct World {
    users: Rows<UserId, User>,
    products: Rows<ProductId, Product>,
    variants: Rows<VariantId, Variant>,
    assignments: Rows<AssignmentId, Assignment>,
    api_keys: Rows<ApiKeyId, ApiKey>,
    emails: HashMap<(Option<OrganizationId>, String), Option<UserId>>,
    product_keys: HashMap<(Option<OrganizationId>, String), Option<ProductId>>,
    variant_keys: HashMap<(ProductId, String), Option<VariantId>>,
    seats: HashMap<(UserId, VariantId), Option<AssignmentId>>,
    ending: HashMap<VariantId, Ending>,
    next_ends: HashMap<VariantId, Option<Time>>,
    seats_of: HashMap<UserId, BTreeSet<AssignmentId>>,
    variants_of: HashMap<ProductId, BTreeSet<VariantId>>,
    super_admins: Option<i64>,
    changes: BTreeMap<Resource, bool>,
    tallies: BTreeMap<Tally, i64>,
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

    /// Who in the realm has the email (compared form).
    pub fn user_with_email(&self, realm: Option<OrganizationId>, email: &str) -> Option<UserId> {
        *self.emails.get(&(realm, email.to_owned()))?
    }

    /// Which product of the owner has the key.
    pub fn product_with_key(&self, owner: Option<OrganizationId>, key: &Key) -> Option<ProductId> {
        *self.product_keys.get(&(owner, key.as_str().to_owned()))?
    }

    /// Which variant of the product has the key.
    pub fn variant_with_key(&self, product: ProductId, key: &Key) -> Option<VariantId> {
        *self.variant_keys.get(&(product, key.as_str().to_owned()))?
    }

    /// The active seat that the user holds of the variant.
    pub fn active_seat(&self, user: UserId, variant: VariantId) -> Option<AssignmentId> {
        *self.seats.get(&(user, variant))?
    }

    /// The active seats of the variant whose end has passed, those first that ended first.
    pub fn due_seats(&self, variant: VariantId, now: Time) -> impl Iterator<Item = AssignmentId> {
        let ending = self.ending.get(&variant).into_iter();
        ending
            .flat_map(|ending| &ending.seats)
            .take_while(move |(end, _)| *end <= now)
            .map(|(_, id)| *id)
    }

    /// The earliest known end of an active seat of the variant.
    pub fn next_end(&self, variant: VariantId) -> Option<Time> {
        match self.next_ends.get(&variant) {
            Some(known) => *known,
            None => Some(self.ending.get(&variant)?.seats.first()?.0),
        }
    }

    fn knows_next_end(&self, variant: VariantId) -> bool {
        let ending = self.ending.get(&variant);
        self.next_ends.contains_key(&variant) || ending.is_some_and(Ending::tells_the_first)
    }

    /// The active seats of the user.
    pub fn seats_of(&self, user: UserId) -> Vec<AssignmentId> {
        self.seats_of
            .get(&user)
            .into_iter()
            .flatten()
            .copied()
            .collect()
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

    /// Whether the answer to a need is known, an absence among them.
    pub fn knows(&self, need: &Need, now: Time) -> bool {
        match need {
            Need::User(id) => self.users.contains_key(id),
            Need::Product(id) => self.products.contains_key(id),
            Need::Variant(id) => self.variants.contains_key(id),
            Need::Assignment(id) => self.assignments.contains_key(id),
            Need::Email(realm, email) => self.emails.contains_key(&(*realm, email.clone())),
            Need::ProductKey(owner, key) => self.product_keys.contains_key(&(*owner, key.clone())),
            Need::VariantKey(product, key) => {
                self.variant_keys.contains_key(&(*product, key.clone()))
            }
            Need::Seat(user, variant) => self.seats.contains_key(&(*user, *variant)),
            Need::Due(variant) => self.ending.get(variant).is_some_and(|e| now <= e.horizon),
            Need::NextEnd(variant) => self.knows_next_end(*variant),
            Need::SeatsOf(user) => self.seats_of.contains_key(user),
            Need::VariantsOf(product) => self.variants_of.contains_key(product),
            Need::SuperAdmins => self.super_admins.is_some(),
        }
    }

    /// The organization that a resource belongs to, when the resource is known and there.
    pub fn organization_of(&self, resource: Resource) -> Option<OrganizationId> {
        let id = resource.id;
        match resource.kind {
            ResourceKind::User => self.user(UserId(id))?.organization_id,
            ResourceKind::Product => self.product(ProductId(id))?.organization_id,
            ResourceKind::Variant => self.variant(VariantId(id))?.organization_id,
            ResourceKind::Assignment => self.assignment(AssignmentId(id))?.organization_id,
            ResourceKind::ApiKey => {
                self.user(self.api_key(ApiKeyId(id))?.user_id)?
                    .organization_id
            }
        }
    }

    /// How many rows and answers are held, to bound memory.
    pub fn len(&self) -> usize {
        self.users.len()
            + self.products.len()
            + self.variants.len()
            + self.assignments.len()
            + self.api_keys.len()
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

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every user that is there, by id.
    pub fn users(&self) -> BTreeMap<UserId, &User> {
        present(&self.users)
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

    /// Takes what was changed since the last time.
    pub fn take_changes(&mut self) -> Changes {
        Changes {
            touched: std::mem::take(&mut self.changes),
            tallies: std::mem::take(&mut self.tallies),
        }
    }
}

fn present<K: Ord + Copy, V>(rows: &Rows<K, V>) -> BTreeMap<K, &V> {
    rows.iter()
        .filter_map(|(id, row)| Some((*id, row.as_ref()?)))
        .collect()
}

/// What was loaded goes in here. An answer that is known already stays: it may be newer.
impl World {
    /// The user with this id, or that there is none.
    pub fn put_user(&mut self, id: UserId, user: Option<User>) {
        self.users.entry(id).or_insert(user);
    }

    /// The product with this id, or that there is none.
    pub fn put_product(&mut self, id: ProductId, product: Option<Product>) {
        self.products.entry(id).or_insert(product);
    }

    /// The variant with this id, or that there is none.
    pub fn put_variant(&mut self, id: VariantId, variant: Option<Variant>) {
        self.variants.entry(id).or_insert(variant);
    }

    /// The assignment with this id, or that there is none.
    pub fn put_assignment(&mut self, id: AssignmentId, assignment: Option<Assignment>) {
        self.assignments.entry(id).or_insert(assignment);
    }

    /// Who in the realm has the email.
    pub fn put_email(
        &mut self,
        realm: Option<OrganizationId>,
        email: String,
        user: Option<UserId>,
    ) {
        self.emails.entry((realm, email)).or_insert(user);
    }

    /// Which product of the owner has the key.
    pub fn put_product_key(
        &mut self,
        owner: Option<OrganizationId>,
        key: String,
        product: Option<ProductId>,
    ) {
        self.product_keys.entry((owner, key)).or_insert(product);
    }

    /// Which variant of the product has the key.
    pub fn put_variant_key(&mut self, product: ProductId, key: String, id: Option<VariantId>) {
        self.variant_keys.entry((product, key)).or_insert(id);
    }

    /// The active seat that the user holds of the variant.
    pub fn put_seat(&mut self, user: UserId, variant: VariantId, seat: Option<AssignmentId>) {
        self.seats.entry((user, variant)).or_insert(seat);
    }

    /// The active seats of the variant that end up to a horizon.
    pub fn put_ending(
        &mut self,
        variant: VariantId,
        horizon: Time,
        seats: BTreeSet<(Time, AssignmentId)>,
    ) {
        self.ending.insert(variant, Ending { horizon, seats });
    }

    /// The earliest end of an active seat of the variant.
    pub fn put_next_end(&mut self, variant: VariantId, end: Option<Time>) {
        self.next_ends.insert(variant, end);
    }

    /// The active seats of the user.
    pub fn put_seats_of(&mut self, user: UserId, seats: BTreeSet<AssignmentId>) {
        self.seats_of.entry(user).or_insert(seats);
    }

    /// The variants of the product.
    pub fn put_variants_of(&mut self, product: ProductId, variants: BTreeSet<VariantId>) {
        self.variants_of.entry(product).or_insert(variants);
    }

    /// How many super admins are active.
    pub fn put_super_admins(&mut self, count: i64) {
        self.super_admins.get_or_insert(count);
    }
}

impl World {
    /// Lets a fact happen, and gives the version that the resource has with it.
    pub fn apply(&mut self, fact: &Fact, at: Time) -> Result<i64, Impossible> {
        let resource = fact.resource();
        let version = match resource.kind {
            ResourceKind::User => self.apply_to_user(UserId(fact.id), &fact.event, at),
            ResourceKind::Product => self.apply_to_product(ProductId(fact.id), &fact.event, at),
            ResourceKind::Variant => self.apply_to_variant(VariantId(fact.id), &fact.event, at),
            ResourceKind::Assignment => {
                self.apply_to_assignment(AssignmentId(fact.id), &fact.event, at)
            }
            ResourceKind::ApiKey => self.apply_to_api_key(ApiKeyId(fact.id), &fact.event, at),
        };
        version.ok_or(Impossible {
            kind: resource.kind,
            id: fact.id,
        })
    }

    fn touch(&mut self, kind: ResourceKind, id: Uuid, was_there: bool) {
        self.changes
            .entry(Resource { kind, id })
            .or_insert(was_there);
    }

    fn tally(&mut self, tally: Tally, by: i64) {
        *self.tallies.entry(tally).or_insert(0) += by;
    }

    fn apply_to_user(&mut self, id: UserId, event: &Event, at: Time) -> Option<i64> {
        let before = self.users.get(&id).cloned().flatten();
        let after = user::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::User, id.0, before.is_some());
        if let Some(before) = &before {
            self.tally(Tally::Users(before.status), -1);
            self.emails
                .insert((before.organization_id, before.email.key()), None);
        }
        self.tally(Tally::Users(after.status), 1);
        if after.status != UserStatus::Deleted {
            self.emails
                .insert((after.organization_id, after.email.key()), Some(id));
        }
        let rules = |user: &User| {
            i64::from(user.role == Role::SuperAdmin && user.status == UserStatus::Active)
        };
        if let Some(count) = &mut self.super_admins {
            *count += rules(&after) - before.as_ref().map_or(0, rules);
        }
        if before.is_none() {
            self.seats_of.insert(id, BTreeSet::new());
        }
        let version = after.version;
        self.users.insert(id, Some(after));
        Some(version)
    }

    fn apply_to_product(&mut self, id: ProductId, event: &Event, at: Time) -> Option<i64> {
        let before = self.products.get(&id).cloned().flatten();
        let after = product::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::ProductDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Product, id.0, before.is_some());
        if let Some(before) = &before {
            let key = before.key.as_str().to_owned();
            self.product_keys
                .insert((before.organization_id, key), None);
        } else {
            self.variants_of.insert(id, BTreeSet::new());
        }
        if let Some(after) = &after {
            let key = after.key.as_str().to_owned();
            self.product_keys
                .insert((after.organization_id, key), Some(id));
        }
        let by = i64::from(after.is_some()) - i64::from(before.is_some());
        self.tally(Tally::Products, by);
        self.products.insert(id, after);
        Some(version)
    }

    fn apply_to_variant(&mut self, id: VariantId, event: &Event, at: Time) -> Option<i64> {
        let before = self.variants.get(&id).cloned().flatten();
        let after = variant::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::VariantDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Variant, id.0, before.is_some());
        if let Some(before) = &before {
            let key = before.key.as_str().to_owned();
            self.variant_keys.insert((before.product_id, key), None);
            if let Some(siblings) = self.variants_of.get_mut(&before.product_id) {
                siblings.remove(&id);
            }
        } else {
            self.ending.insert(
                id,
                Ending {
                    horizon: Ending::ENDLESS,
                    seats: BTreeSet::new(),
                },
            );
        }
        if let Some(after) = &after {
            let key = after.key.as_str().to_owned();
            self.variant_keys.insert((after.product_id, key), Some(id));
            if let Some(siblings) = self.variants_of.get_mut(&after.product_id) {
                siblings.insert(id);
            }
        }
        self.variants.insert(id, after);
        Some(version)
    }

    fn apply_to_api_key(&mut self, id: ApiKeyId, event: &Event, at: Time) -> Option<i64> {
        let Event::ApiKeyCreated(new) = event else {
            return None;
        };
        if self.api_key(id).is_some() {
            return None;
        }
        let key = ApiKey {
            id,
            user_id: new.user_id,
            name: new.name.clone(),
            digest: new.digest.clone(),
            created_at: at,
            version: 1,
        };
        self.touch(ResourceKind::ApiKey, id.0, false);
        self.api_keys.insert(id, Some(key));
        Some(1)
    }
}

/// Seats: the assignment itself, the counts of its variant, and every answer about seats.
impl World {
    fn apply_to_assignment(&mut self, id: AssignmentId, event: &Event, at: Time) -> Option<i64> {
        let before = self.assignments.get(&id).cloned().flatten();
        let after = assignment::evolve(before.clone(), id, event, at)?;
        let holds = |seat: &Assignment| i64::from(seat.status == AssignmentStatus::Active);
        let active = holds(&after) - before.as_ref().map_or(0, holds);
        let made = i64::from(before.is_none());
        if active != 0 || made != 0 {
            let variant = self.variants.get_mut(&after.variant_id)?.as_mut()?;
            variant.active_count += active;
            variant.assignment_count += made;
            self.touch(ResourceKind::Variant, after.variant_id.0, true);
        }
        self.touch(ResourceKind::Assignment, id.0, before.is_some());
        if let Some(before) = &before {
            self.tally(Tally::Assignments(before.status), -1);
            self.forget_seat(before);
        }
        self.tally(Tally::Assignments(after.status), 1);
        if after.status == AssignmentStatus::Active {
            self.remember_seat(&after);
        }
        let version = after.version;
        self.assignments.insert(id, Some(after));
        Some(version)
    }

    fn forget_seat(&mut self, seat: &Assignment) {
        if seat.status != AssignmentStatus::Active {
            return;
        }
        self.seats.insert((seat.user_id, seat.variant_id), None);
        if let Some(seats) = self.seats_of.get_mut(&seat.user_id) {
            seats.remove(&seat.id);
        }
        let Some(end) = seat.ends_at else { return };
        if let Some(ending) = self.ending.get_mut(&seat.variant_id) {
            ending.seats.remove(&(end, seat.id));
        }
        if self.next_ends.get(&seat.variant_id) == Some(&Some(end)) {
            self.next_ends.remove(&seat.variant_id);
        }
    }

    fn remember_seat(&mut self, seat: &Assignment) {
        self.seats
            .insert((seat.user_id, seat.variant_id), Some(seat.id));
        if let Some(seats) = self.seats_of.get_mut(&seat.user_id) {
            seats.insert(seat.id);
        }
        let Some(end) = seat.ends_at else { return };
        if let Some(ending) = self.ending.get_mut(&seat.variant_id)
            && end <= ending.horizon
        {
            ending.seats.insert((end, seat.id));
        }
        if let Some(next) = self.next_ends.get_mut(&seat.variant_id) {
            *next = Some(next.map_or(end, |known| known.min(end)));
        }
    }
}

/// A part of a world, to try facts on without touching the whole.
impl World {
    /// The answers to these needs, copied. Its changes are its own.
    pub fn part(&self, needs: &[Need]) -> Self {
        let mut part = Self::default();
        for need in needs {
            self.copy(need, &mut part);
        }
        part
    }

    fn copy(&self, need: &Need, part: &mut Self) {
        match need {
            Need::User(id) => copy_entry(&self.users, &mut part.users, id),
            Need::Product(id) => copy_entry(&self.products, &mut part.products, id),
            Need::Variant(id) => copy_entry(&self.variants, &mut part.variants, id),
            Need::Assignment(id) => copy_entry(&self.assignments, &mut part.assignments, id),
            Need::Email(realm, key) => {
                copy_entry(&self.emails, &mut part.emails, &(*realm, key.clone()));
            }
            Need::ProductKey(owner, key) => {
                copy_entry(
                    &self.product_keys,
                    &mut part.product_keys,
                    &(*owner, key.clone()),
                );
            }
            Need::VariantKey(product, key) => {
                copy_entry(
                    &self.variant_keys,
                    &mut part.variant_keys,
                    &(*product, key.clone()),
                );
            }
            Need::Seat(user, variant) => {
                copy_entry(&self.seats, &mut part.seats, &(*user, *variant));
                if let Some(held) = self.active_seat(*user, *variant) {
                    copy_entry(&self.assignments, &mut part.assignments, &held);
                }
            }
            Need::Due(variant) => {
                copy_entry(&self.ending, &mut part.ending, variant);
                for (_, id) in self.ending.get(variant).into_iter().flat_map(|e| &e.seats) {
                    copy_entry(&self.assignments, &mut part.assignments, id);
                }
            }
            Need::NextEnd(variant) => {
                if self.knows_next_end(*variant) {
                    part.put_next_end(*variant, self.next_end(*variant));
                }
            }
            Need::SeatsOf(user) => {
                copy_entry(&self.seats_of, &mut part.seats_of, user);
                for id in self.seats_of(*user) {
                    copy_entry(&self.assignments, &mut part.assignments, &id);
                }
            }
            Need::VariantsOf(product) => {
                copy_entry(&self.variants_of, &mut part.variants_of, product);
                for id in self.variants_of(*product) {
                    copy_entry(&self.variants, &mut part.variants, &id);
                }
            }
            Need::SuperAdmins => part.super_admins = self.super_admins,
        }
    }
}

fn copy_entry<K: Eq + std::hash::Hash + Clone, V: Clone>(
    from: &HashMap<K, V>,
    to: &mut HashMap<K, V>,
    key: &K,
) {
    if let Some(value) = from.get(key) {
        to.entry(key.clone()).or_insert_with(|| value.clone());
    }
}
