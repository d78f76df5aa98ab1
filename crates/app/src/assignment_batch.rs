//! Assigning many seats in one command.

use crate::{
    Context, Outcome, UseCase,
    assignment::{holder, permit_seat, seat_needs},
    home::Subject,
    use_case::{Decision, Rejected},
};
use domain::{
    AssignmentId, Fact, Need, Permission, Refusal, Time, WorkingSet,
    assignment::{self, Assignment, DueSeats, NewAssignment, NextEnd},
    policy::Target,
};
use serde::{Deserialize, Serialize};

/// Whether a refused item stops the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchMode {
    /// All or none.
    Atomic,
    /// Those that succeed.
    Partial,
}

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemResult {
    /// It was assigned.
    Created(Assignment),
    /// A rule refused it.
    Refused(Refusal),
    /// It would have been assigned, but another item of an ATOMIC batch was refused.
    NotApplied,
}

/// Assigns many seats, each as [`crate::assignment::CreateAssignment`] would.
#[derive(Clone, Debug)]
pub struct CreateAssignmentBatch {
    /// Whether a refused item stops the others.
    pub mode: BatchMode,
    /// The ids and the seats asked for, in order.
    pub items: Vec<(AssignmentId, NewAssignment)>,
}

/// An item that is decided.
enum Decided {
    Created(AssignmentId),
    Refused(Refusal),
}

impl UseCase for CreateAssignmentBatch {
    type Answer = Vec<ItemResult>;

    fn weight(&self) -> usize {
        self.items.len()
    }

    fn subjects(&self) -> Vec<Subject> {
        self.items
            .iter()
            .map(|(_, new)| holder(new.holder))
            .collect()
    }

    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need> {
        let mut needs = Vec::with_capacity(self.items.len() * 5);
        for (id, new) in &self.items {
            let own = seat_needs(set, new.holder, new.variant_id, now);
            // Items before this one may fill the seat pool, which a part of the working set cannot
            // look up.
            let ends = own.iter().filter_map(|need| match need {
                Need::DueSeats(DueSeats(seat_pool)) => Some(Need::from(NextEnd(*seat_pool))),
                _ => None,
            });
            needs.extend(ends.collect::<Vec<_>>());
            needs.extend(own);
            needs.push(Need::Assignment(*id));
        }
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Self::Answer> {
        // A caller who may assign nowhere is refused as a whole; each item is authorized by itself.
        let Some((_, first)) = self.items.first() else {
            return Err(Refusal::Invalid(Vec::new()).into());
        };
        let permit = match permit_seat(set, context, first) {
            Ok(permit) => permit,
            Err(_) => {
                let home = Target::of(context.actor.organization());
                context.permit_new(Permission::AssignmentsCreate, &home)?
            }
        };
        let (facts, decided) = self.decide_items(set, context, now)?;
        let first_refusal = decided.iter().find_map(|item| match item {
            Decided::Refused(refusal) => Some(refusal.clone()),
            Decided::Created(_) => None,
        });
        if let (BatchMode::Atomic, Some(first)) = (self.mode, first_refusal) {
            let items = decided.into_iter().map(|item| match item {
                Decided::Refused(refusal) => ItemResult::Refused(refusal),
                Decided::Created(_) => ItemResult::NotApplied,
            });
            return Err(Rejected::Batch {
                first,
                items: items.collect(),
            });
        }
        Ok(Outcome::new(permit, facts, move |set| {
            decided.into_iter().map(|item| result(set, item)).collect()
        }))
    }
}

impl CreateAssignmentBatch {
    /// Each item sees what the ones before it did, in a part of the working set that is thrown away.
    fn decide_items(
        &self,
        set: &WorkingSet,
        context: &Context,
        now: Time,
    ) -> Result<(Vec<Fact>, Vec<Decided>), Refusal> {
        let for_platform = context.is_for_platform(Permission::AssignmentsCreate);
        let mut part = set.part(&self.reads(set, now));
        let mut facts = Vec::new();
        let mut decided = Vec::with_capacity(self.items.len());
        for (index, (id, new)) in self.items.iter().enumerate() {
            let made = permit_seat(&part, context, new)
                .and_then(|_| assignment::assign(&part, *id, new.clone(), for_platform, now))
                .and_then(|made| try_on(&mut part, made, now));
            match made {
                Ok(made) => {
                    facts.extend(made);
                    decided.push(Decided::Created(*id));
                }
                Err(needs @ Refusal::NotHeld(_)) => return Err(needs),
                Err(refusal) => decided.push(Decided::Refused(placed(refusal, index))),
            }
        }
        Ok((facts, decided))
    }
}

/// Makes the pointers to wrong values relative to the whole request.
fn placed(refusal: Refusal, index: usize) -> Refusal {
    let Refusal::Invalid(mut wrong) = refusal else {
        return refusal;
    };
    for invalid in &mut wrong {
        invalid.pointer = format!("/items/{index}{}", invalid.pointer);
    }
    Refusal::Invalid(wrong)
}

fn try_on(part: &mut WorkingSet, made: Vec<Fact>, now: Time) -> Result<Vec<Fact>, Refusal> {
    for fact in &made {
        if part.apply(fact, now).is_err() {
            return Err(Refusal::forbidden("the item contradicts another one"));
        }
    }
    Ok(made)
}

fn result(set: &WorkingSet, item: Decided) -> Option<ItemResult> {
    Some(match item {
        Decided::Created(id) => ItemResult::Created(set.get(id)?.clone()),
        Decided::Refused(refusal) => ItemResult::Refused(refusal),
    })
}
