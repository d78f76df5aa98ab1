//! Seats that people and stations hold. Every way to take a seat goes through [`seat::take`].

mod question;
#[cfg(test)]
mod samples;

pub use question::{
    CountedAt, DueSeats, Ending, FirstEnd, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization,
    SeatsOutsidePool,
};

use crate::{
    AssignmentId, Event, Fact, Holder, Invalid, OrganizationId, ProductId, Realm, Refusal,
    SeatPool, StationId, Time, VariantId, WorkingSet, kernel::Resource, named::named,
    policy::Target, seat, tally::Tally,
};
use serde::{Deserialize, Serialize};

named! {
    /// Whether an assignment holds a seat.
    AssignmentStatus {
        /// Holds a seat.
        Active = "ACTIVE",
        /// Holds none; kept as history.
        Revoked = "REVOKED",
    }
}

/// A seat that somebody holds or held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Who holds the seat.
    #[serde(flatten)]
    pub holder: Holder,
    /// Who gives the seat out, for ever: the owner of the variant, or the organization that has a
    /// pool of it.
    #[serde(default)]
    pub realm: Realm,
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

impl Resource for Assignment {
    fn realm(&self) -> Realm {
        self.realm
    }

    fn target(&self) -> Target {
        Target {
            organization: self.organization_id,
            station: self.holder.station(),
            owner: self.holder.user(),
            catalogue: false,
        }
    }

    fn evolve(state: Option<Self>, id: AssignmentId, event: &Event, at: Time) -> Option<Self> {
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

    fn organization(&self) -> Realm {
        self.organization_id
    }

    fn station(&self) -> Option<StationId> {
        self.holder.station()
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally::Assignments(self.status))
    }

    /// Seats are counted where they are given out: at the variant, or at the pool of it.
    fn count(
        set: &mut WorkingSet,
        before: Option<&Self>,
        after: Option<&Self>,
        _: &Event,
    ) -> Option<()> {
        let holds = |seat: Option<&Self>| i64::from(seat.is_some_and(Self::is_active));
        let (active, made) = (holds(after) - holds(before), i64::from(before.is_none()));
        if active == 0 && made == 0 {
            return Some(());
        }
        seat::count_at_pool_owner(set, after?.seat_pool(), active, made)
    }
}

impl Assignment {
    /// Whether it holds its seat.
    pub fn is_active(&self) -> bool {
        self.status == AssignmentStatus::Active
    }

    /// The seats that it is one of.
    pub const fn seat_pool(&self) -> SeatPool {
        SeatPool {
            variant: self.variant_id,
            realm: self.realm,
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
    #[serde(flatten)]
    pub holder: Holder,
    /// Who gives the seat out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Realm,
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
    pub holder: Holder,
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

/// Assigns a seat. An actor for the platform may give the platform's seats to an organization that
/// has no pool of them.
pub fn assign(
    set: &WorkingSet,
    id: AssignmentId,
    new: NewAssignment,
    for_platform: bool,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let to = seat::holder_state(set, new.holder)?;
    let variant = set.existing(new.variant_id)?;
    check_times(new.starts_at.unwrap_or(now), new.ends_at)?;
    to.may_take()?;
    let realm = seat::pool_owner(set, &to, variant, for_platform)?;
    let mut facts = seat::take(set, &to, variant, realm, now)?;
    let created = Created {
        holder: new.holder,
        realm,
        product_id: variant.product_id,
        variant_id: variant.id,
        organization_id: to.organization,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        note: new.note,
    };
    facts.push(Event::AssignmentCreated(created).of(id.0));
    Ok(facts)
}

/// Changes an assignment, frees its seat or takes one again (L3). Unless the patch asks for REVOKED,
/// it may take a seat, and then checks all that [`assign`] checks.
pub fn patch(
    set: &WorkingSet,
    seat: &Assignment,
    patch: AssignmentPatch,
    for_platform: bool,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    set.must_hold(seat.realm)?;
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
        return reactivate(set, seat, change, for_platform, now);
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
    /// whether it was swept or not: keeping it is taking it again.
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
    set: &WorkingSet,
    seat: &Assignment,
    change: Updated,
    for_platform: bool,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let to = seat::holder_state(set, seat.holder)?;
    let variant = set.existing(seat.variant_id)?;
    check_times(change.starts_at.unwrap_or(now), change.ends_at)?;
    to.may_take()?;
    match (
        seat.realm,
        seat::pool_owner(set, &to, variant, for_platform)?,
    ) {
        (before, pool_owner) if before == pool_owner => {}
        (None, Some(_)) => return Err(Refusal::SeatsOutsidePool(1)),
        _ => return Err(seat::NO_POOL),
    }
    let mut facts = seat::take(set, &to, variant, seat.realm, now)?;
    facts.push(Event::AssignmentReactivated(change).of(seat.id.0));
    Ok(facts)
}

/// Frees every seat of the holder, which is about to go.
pub(crate) fn free(set: &WorkingSet, holder: Holder, now: Time) -> Result<Vec<Fact>, Refusal> {
    let mut facts = Vec::new();
    for id in set.list(&SeatsOf(holder)) {
        let Some(seat) = set.get(id) else {
            continue;
        };
        set.must_hold(seat.realm)?;
        facts.extend(revoke(seat, now));
    }
    Ok(facts)
}

/// Frees every seat of the seat pool whose end has passed.
pub fn expire_due(set: &WorkingSet, seat_pool: SeatPool, now: Time) -> Vec<Fact> {
    set.due_seats(seat_pool, now)
        .map(|id| Event::AssignmentExpired {}.of(id.0))
        .collect()
}

/// Frees the seat when its end has passed.
pub fn expire(seat: &Assignment, now: Time) -> Option<Fact> {
    seat.is_due(now)
        .then(|| Event::AssignmentExpired {}.of(seat.id.0))
}

/// L3, L8: gives the seat back; ends it now unless it ended earlier. Nothing when it was given back.
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

impl Assignment {
    fn created(id: AssignmentId, new: &Created, at: Time) -> Self {
        Self {
            id,
            holder: new.holder,
            realm: new.realm,
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
