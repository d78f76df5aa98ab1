//! Use cases of assignments.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Actor, AssignmentId, Holder, Need, Permission, Permit, Realm, Refusal, Time, UserId, VariantId,
    WorkingSet,
    assignment::{self, Assignment, AssignmentPatch, DueSeats, NewAssignment, NextEnd, SeatOf},
    kernel::Resource,
    not_found,
    policy::Target,
    pool::PoolOf,
    user::User,
};
use persistence::{AssignmentFilter, Page, PageRequest};

impl App {
    /// The assignment, when it is there for the actor; now, or as it was.
    pub async fn assignment(
        &self,
        context: &Context,
        id: AssignmentId,
        as_of: Option<Time>,
    ) -> Result<Assignment> {
        let scope = context.actor.scope(Permission::AssignmentsRead);
        self.find_as_of(id, scope, as_of).await
    }

    /// A page of assignments, now or as they were.
    pub async fn assignments(
        &self,
        context: &Context,
        filter: &AssignmentFilter,
        page: &PageRequest<Assignment>,
        as_of: Option<Time>,
    ) -> Result<Page<Assignment>> {
        let scope = context.actor.scope(Permission::AssignmentsRead);
        self.list_as_of(filter, page, scope, as_of).await
    }

    /// A page of the assignments of a user, when that is there for the actor.
    pub async fn user_assignments(
        &self,
        context: &Context,
        user: UserId,
        active_only: bool,
        page: &PageRequest<Assignment>,
        as_of: Option<Time>,
    ) -> Result<Page<Assignment>> {
        let scope = context.actor.scope(Permission::AssignmentsRead);
        let seen = self.store.find::<User>(user, scope).await?;
        let seen = seen.filter(|user| as_of.is_none_or(|at| user.created_at <= at));
        seen.ok_or_else(|| not_found(user))?;
        let moment = as_of.unwrap_or_else(|| self.clock.now());
        let filter = AssignmentFilter {
            user: Some(user),
            held_at: active_only.then_some(moment),
            ..AssignmentFilter::default()
        };
        self.assignments(context, &filter, page, as_of).await
    }
}

/// What a command about the holder is about.
pub(crate) fn holder(holder: Holder) -> Subject {
    match holder {
        Holder::User(id) => Subject::of(id),
        Holder::Station(id) => Subject::of(id),
    }
}

/// What taking a seat of the variant for the holder needs to know.
pub(crate) fn seat_needs(
    set: &WorkingSet,
    holder: Holder,
    variant: VariantId,
    now: Time,
) -> Vec<Need> {
    let mut needs = vec![
        match holder {
            Holder::User(id) => Need::User(id),
            Holder::Station(id) => Need::Station(id),
        },
        Need::Variant(variant),
        Need::from(SeatOf(holder, variant)),
    ];
    needs.extend(realm_of(set, holder).map(Need::Organization));
    let Some(variant) = set.get(variant) else {
        return needs;
    };
    let home = realm_of(set, holder).filter(|_| variant.organization_id.is_none());
    needs.extend(home.map(|home| Need::PoolOf(PoolOf(home, variant.id))));
    let pool = home.and_then(|home| set.found(&PoolOf(home, variant.id)));
    let (seat_pool, full) = match pool {
        Some(pool) => (pool.seat_pool(), pool.is_full()),
        None => (variant.seat_pool(), variant.is_full()),
    };
    needs.push(Need::from(DueSeats(seat_pool)));
    if full && set.due_seats(seat_pool, now).next().is_none() {
        needs.push(Need::from(NextEnd(seat_pool)));
    }
    needs
}

/// Where the holder belongs, when it is known.
pub(crate) fn realm_of(set: &WorkingSet, holder: Holder) -> Realm {
    match holder {
        Holder::User(id) => set.get(id)?.organization_id,
        Holder::Station(id) => Some(set.get(id)?.organization_id),
    }
}

/// What freeing these seats needs to know: each is counted where it was given out.
pub(crate) fn freeing(
    set: &WorkingSet,
    seats: impl IntoIterator<Item = AssignmentId>,
) -> impl Iterator<Item = Need> {
    seats.into_iter().flat_map(|id| {
        let seat = set.get(id);
        let pool = seat.and_then(|seat| Some(Need::from(PoolOf(seat.realm?, seat.variant_id))));
        let variant = seat.map(|seat| Need::Variant(seat.variant_id));
        [Some(Need::Assignment(id)), variant, pool]
            .into_iter()
            .flatten()
    })
}

/// Assigns a seat.
#[derive(Clone, Debug)]
pub struct CreateAssignment {
    /// The id that it gets.
    pub id: AssignmentId,
    /// What is asked for.
    pub new: NewAssignment,
}

impl UseCase for CreateAssignment {
    type Answer = Assignment;

    fn subjects(&self) -> Vec<Subject> {
        vec![holder(self.new.holder)]
    }

    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need> {
        let mut needs = seat_needs(set, self.new.holder, self.new.variant_id, now);
        needs.push(Need::Assignment(self.id));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Assignment> {
        let permit = permit_seat(set, context, &self.new)?;
        let for_platform = context.is_for_platform(Permission::AssignmentsCreate);
        let facts = assignment::assign(set, self.id, self.new.clone(), for_platform, now)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Asks the policy whether the actor may give the holder seats, of a variant that it sees.
pub(crate) fn permit_seat(
    set: &WorkingSet,
    context: &Context,
    new: &NewAssignment,
) -> std::result::Result<Permit, Refusal> {
    let (target, hidden) = match new.holder {
        Holder::User(id) => {
            let user = set.existing(id)?;
            (user.target(), not_found(id))
        }
        Holder::Station(id) => {
            let station = set.existing(id)?;
            (station.target(), not_found(id))
        }
    };
    let permit = context.permit(Permission::AssignmentsCreate, &target, hidden)?;
    let missing = || not_found(new.variant_id);
    let variant = set.get(new.variant_id).ok_or_else(missing)?;
    context.must_see(Permission::ProductsRead, &variant.target(), missing())?;
    Ok(permit)
}

/// Changes an assignment, frees its seat or takes one again.
#[derive(Clone, Debug)]
pub struct PatchAssignment {
    /// Which assignment.
    pub id: AssignmentId,
    /// The version that it should have.
    pub expected: Expected,
    /// What changes.
    pub patch: AssignmentPatch,
}

impl UseCase for PatchAssignment {
    type Answer = Assignment;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need> {
        let mut needs = vec![Need::Assignment(self.id)];
        if let Some(seat) = set.get(self.id) {
            needs.extend(seat_needs(set, seat.holder, seat.variant_id, now));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Assignment> {
        let seat = set.existing(self.id)?;
        let permit = context.permit_to(Permission::AssignmentsUpdate, seat)?;
        set.must_hold(seat.realm)?;
        self.expected.check(seat.version)?;
        let for_platform = context.is_for_platform(Permission::AssignmentsCreate);
        let facts = assignment::patch(set, seat, self.patch.clone(), for_platform, now)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Frees the seat of an assignment.
#[derive(Clone, Debug)]
pub struct RevokeAssignment {
    /// Which assignment.
    pub id: AssignmentId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for RevokeAssignment {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        freeing(set, [self.id]).collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let seat = set.existing(self.id)?;
        let permit = context.permit_to(Permission::AssignmentsDelete, seat)?;
        set.must_hold(seat.realm)?;
        self.expected.check(seat.version)?;
        let facts = assignment::revoke(seat, now).into_iter().collect();
        Ok(Outcome::done(permit, facts))
    }
}

/// Frees the seats among these whose end has passed. Only the service itself asks for it.
#[derive(Clone, Debug)]
pub struct ExpireAssignments {
    /// Which assignments.
    pub ids: Vec<AssignmentId>,
    /// Who gave them out.
    pub realm: Realm,
}

impl UseCase for ExpireAssignments {
    type Answer = usize;

    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(self.realm)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        freeing(set, self.ids.iter().copied()).collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<usize> {
        if context.actor != Actor::System {
            return Err(Refusal::forbidden("only the service itself sweeps").into());
        }
        let permit = context.permit_new(Permission::AssignmentsUpdate, &Target::of(self.realm))?;
        let seats = self.ids.iter().filter_map(|id| set.get(*id));
        let facts: Vec<_> = seats
            .filter_map(|seat| assignment::expire(seat, now))
            .collect();
        let count = facts.len();
        Ok(Outcome::new(permit, facts, move |_| Some(count)))
    }
}
