//! Seats that people hold. Every door to a seat goes through [`take_seat`].

use crate::{
    AssignmentId, Event, Fact, Invalid, OrganizationId, ProductId, Refusal, Time, UserId,
    VariantId, World, event::ResourceKind, policy::Target, user, user::User, variant,
    variant::Variant,
};
use serde::{Deserialize, Serialize};

/// Whether an assignment holds a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentStatus {
    /// Holds a seat.
    Active,
    /// Holds none; kept as history.
    Revoked,
}

impl AssignmentStatus {
    /// The name in the contract and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Revoked => "REVOKED",
        }
    }

    /// The status with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Revoked]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// A seat that a user holds or held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Who holds the seat.
    pub user_id: UserId,
    /// The product of the variant.
    pub product_id: ProductId,
    /// The variant whose seat it is.
    pub variant_id: VariantId,
    /// The organization of the holder.
    pub organization_id: Option<OrganizationId>,
    /// Whether it holds the seat.
    pub status: AssignmentStatus,
    /// When it takes effect; `None` is at once.
    pub starts_at: Option<Time>,
    /// When the seat frees itself; `None` is never.
    pub ends_at: Option<Time>,
    /// A note for people.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Assignment {
    /// Where it stands, for the policy.
    pub fn target(&self) -> Target {
        Target {
            organization: self.organization_id,
            station: None,
            owner: Some(self.user_id),
            catalogue: false,
        }
    }

    /// L4: whether it is ACTIVE and `now` lies in [startsAt, endsAt).
    pub fn is_effective(&self, now: Time) -> bool {
        self.status == AssignmentStatus::Active
            && self.starts_at.is_none_or(|start| start <= now)
            && self.ends_at.is_none_or(|end| now < end)
    }

    /// L5: whether it is ACTIVE although its end has passed.
    pub fn is_due(&self, now: Time) -> bool {
        self.status == AssignmentStatus::Active && self.ends_at.is_some_and(|end| end <= now)
    }
}

/// A seat was assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Who holds the seat.
    pub user_id: UserId,
    /// The product of the variant.
    pub product_id: ProductId,
    /// The variant whose seat it is.
    pub variant_id: VariantId,
    /// The organization of the holder.
    pub organization_id: Option<OrganizationId>,
    /// When it takes effect.
    pub starts_at: Option<Time>,
    /// When the seat frees itself.
    pub ends_at: Option<Time>,
    /// A note for people.
    pub note: Option<String>,
}

/// The times or the note of an assignment changed, with or without a seat taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// When it takes effect, from now on.
    pub starts_at: Option<Time>,
    /// When the seat frees itself, from now on.
    pub ends_at: Option<Time>,
    /// The note from now on.
    pub note: Option<String>,
}

/// A seat was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// When the seat ended.
    pub ends_at: Time,
}

/// A seat to assign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssignment {
    /// Who gets the seat.
    pub user_id: UserId,
    /// The variant whose seat it is.
    pub variant_id: VariantId,
    /// When it takes effect.
    pub starts_at: Option<Time>,
    /// When the seat frees itself.
    pub ends_at: Option<Time>,
    /// A note for people.
    pub note: Option<String>,
}

/// A merge patch: `None` leaves, `Some(None)` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignmentPatch {
    /// The status to have.
    pub status: Option<AssignmentStatus>,
    /// When it takes effect.
    pub starts_at: Option<Option<Time>>,
    /// When the seat frees itself.
    pub ends_at: Option<Option<Time>>,
    /// A note for people.
    pub note: Option<Option<String>>,
}

/// Assigns a seat.
pub fn assign(
    world: &World,
    id: AssignmentId,
    new: NewAssignment,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let user = world
        .user(new.user_id)
        .ok_or_else(|| user::not_found(new.user_id))?;
    let variant = world
        .variant(new.variant_id)
        .ok_or_else(|| variant::not_found(new.variant_id))?;
    check_times(new.starts_at.unwrap_or(now), new.ends_at)?;
    let mut facts = take_seat(world, user, variant, now)?;
    let created = Created {
        user_id: user.id,
        product_id: variant.product_id,
        variant_id: variant.id,
        organization_id: user.organization_id,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        note: new.note,
    };
    facts.push(Event::AssignmentCreated(created).of(id.0));
    Ok(facts)
}

/// Changes an assignment, frees its seat or takes one again (L3). Unless the patch asks for REVOKED,
/// it may come to taking a seat, and then looks at all that [`assign`] looks at.
pub fn patch(
    world: &World,
    seat: &Assignment,
    patch: AssignmentPatch,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let takes_again = patch.takes_again(seat, now);
    let moves = patch.starts_at.is_some() || patch.ends_at.is_some();
    let mut change = Updated {
        starts_at: patch.starts_at.unwrap_or(seat.starts_at),
        ends_at: patch.ends_at.unwrap_or(seat.ends_at),
        note: patch.note.unwrap_or_else(|| seat.note.clone()),
    };
    if takes_again {
        if patch.ends_at.is_none() {
            change.ends_at = change.ends_at.filter(|end| *end > now);
        }
        return reactivate(world, seat, change, now);
    }
    // A seat that was revoked before it began ends before its start, and stays open for a note.
    if moves {
        check_times(change.starts_at.unwrap_or(seat.created_at), change.ends_at)?;
    }
    let mut facts = Vec::new();
    let mut changed = seat.clone();
    if change != seat.terms() {
        changed.ends_at = change.ends_at;
        facts.push(Event::AssignmentUpdated(change).of(seat.id.0));
    }
    if patch.status == Some(AssignmentStatus::Revoked) {
        facts.extend(revoke(&changed, now));
    }
    Ok(facts)
}

impl AssignmentPatch {
    /// Whether it asks for a seat that is not held now. A seat whose end has passed is not (L5),
    /// whether the sweep came by or not: keeping it is taking it again.
    fn takes_again(&self, seat: &Assignment, now: Time) -> bool {
        let due = seat.is_due(now);
        match self.status {
            Some(AssignmentStatus::Active) => due || seat.status == AssignmentStatus::Revoked,
            Some(AssignmentStatus::Revoked) => false,
            None => {
                due && self
                    .ends_at
                    .is_some_and(|end| end.is_none_or(|end| end > now))
            }
        }
    }
}

fn reactivate(
    world: &World,
    seat: &Assignment,
    change: Updated,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let user = world
        .user(seat.user_id)
        .ok_or_else(|| user::not_found(seat.user_id))?;
    let variant = world
        .variant(seat.variant_id)
        .ok_or_else(|| variant::not_found(seat.variant_id))?;
    check_times(change.starts_at.unwrap_or(now), change.ends_at)?;
    let mut facts = take_seat(world, user, variant, now)?;
    facts.push(Event::AssignmentReactivated(change).of(seat.id.0));
    Ok(facts)
}

/// The one decision behind every door to a seat: L9, L10, L2 and L1, in this order. Seats whose
/// end has passed do not count (L5): those that stand in the way are freed by the facts it gives.
fn take_seat(
    world: &World,
    user: &User,
    variant: &Variant,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    user.may_take_seat()?;
    if variant.organization_id.is_some() && variant.organization_id != user.organization_id {
        return Err(Refusal::OrganizationMismatch);
    }
    let mut facts = Vec::new();
    if let Some(held) = world.active_seat(user.id, variant.id) {
        let due = world.assignment(held).is_some_and(|seat| seat.is_due(now));
        if !due {
            return Err(Refusal::DuplicateActiveAssignment);
        }
        facts.push(Event::AssignmentExpired {}.of(held.0));
    } else if let Some(capacity) = variant.capacity
        && variant.is_full()
    {
        let Some(due) = world.due_seats(variant.id, now).next() else {
            let next_free_at = world.next_end(variant.id, now);
            let active = variant.active_count;
            return Err(Refusal::CapacityExceeded {
                capacity,
                active,
                next_free_at,
            });
        };
        facts.push(Event::AssignmentExpired {}.of(due.0));
    }
    Ok(facts)
}

/// Frees every seat of the variant whose end has passed.
pub fn expire_due(world: &World, variant: VariantId, now: Time) -> Vec<Fact> {
    world
        .due_seats(variant, now)
        .map(|id| Event::AssignmentExpired {}.of(id.0))
        .collect()
}

/// Frees the seat when its end has passed.
pub fn expire(seat: &Assignment, now: Time) -> Option<Fact> {
    seat.is_due(now)
        .then(|| Event::AssignmentExpired {}.of(seat.id.0))
}

/// L3, L8: gives the seat back; ends it now unless it ended earlier. Nothing when it is given back already.
pub fn revoke(seat: &Assignment, now: Time) -> Option<Fact> {
    if seat.status == AssignmentStatus::Revoked {
        return None;
    }
    let ends_at = seat.ends_at.map_or(now, |end| end.min(now));
    Some(Event::AssignmentRevoked(Revoked { ends_at }).of(seat.id.0))
}

/// L5: an end lies after its start.
fn check_times(start: Time, end: Option<Time>) -> Result<(), Refusal> {
    match end {
        Some(end) if end <= start => {
            Err(Invalid::new("/endsAt", "AFTER_START", "must be after startsAt").into())
        }
        _ => Ok(()),
    }
}

/// The state after an event, or `None` when the event cannot follow the state.
pub fn evolve(
    state: Option<Assignment>,
    id: AssignmentId,
    event: &Event,
    at: Time,
) -> Option<Assignment> {
    if let Event::AssignmentCreated(new) = event {
        return state.is_none().then(|| Assignment::created(id, new, at));
    }
    let mut seat = state?;
    match (seat.status, event) {
        (_, Event::AssignmentUpdated(change)) => seat.set_terms(change),
        (AssignmentStatus::Revoked, Event::AssignmentReactivated(change)) => {
            seat.set_terms(change);
            seat.status = AssignmentStatus::Active;
        }
        (AssignmentStatus::Active, Event::AssignmentRevoked(revoked)) => {
            seat.status = AssignmentStatus::Revoked;
            seat.ends_at = Some(revoked.ends_at);
        }
        (AssignmentStatus::Active, Event::AssignmentExpired {}) => {
            seat.status = AssignmentStatus::Revoked;
        }
        _ => return None,
    }
    seat.updated_at = at;
    seat.version += 1;
    Some(seat)
}

impl Assignment {
    fn created(id: AssignmentId, new: &Created, at: Time) -> Self {
        Self {
            id,
            user_id: new.user_id,
            product_id: new.product_id,
            variant_id: new.variant_id,
            organization_id: new.organization_id,
            status: AssignmentStatus::Active,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            note: new.note.clone(),
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }

    fn terms(&self) -> Updated {
        Updated {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            note: self.note.clone(),
        }
    }

    fn set_terms(&mut self, terms: &Updated) {
        self.starts_at = terms.starts_at;
        self.ends_at = terms.ends_at;
        self.note = terms.note.clone();
    }
}

/// The refusal for an assignment that is not there.
pub fn not_found(id: AssignmentId) -> Refusal {
    Refusal::NotFound {
        kind: ResourceKind::Assignment,
        id: id.0,
    }
}
