//! Use cases of assignments.

use crate::{App, Context, Expected, Outcome, Result, UseCase, use_case::Rejected};
use domain::{
    Actor, AssignmentId, Need, Permission, Permit, Refusal, Time, UserId, VariantId, World,
    assignment::{self, Assignment, AssignmentPatch, NewAssignment},
    policy::Target,
    user,
};
use persistence::{AssignmentFilter, Page, PageRequest};

impl App {
    /// The assignment, when it is there for the actor.
    pub async fn assignment(&self, context: &Context, id: AssignmentId) -> Result<Assignment> {
        let seat = self.store.assignment(id, context.actor.scope()).await?;
        Ok(seat.ok_or_else(|| assignment::not_found(id))?)
    }

    /// A page of assignments.
    pub async fn assignments(
        &self,
        context: &Context,
        filter: &AssignmentFilter,
        page: &PageRequest,
    ) -> Result<Page<Assignment>> {
        Ok(self
            .store
            .assignments(filter, page, context.actor.scope())
            .await?)
    }

    /// A page of the assignments of a user, when that is there for the actor.
    pub async fn user_assignments(
        &self,
        context: &Context,
        user: UserId,
        active_only: bool,
        page: &PageRequest,
    ) -> Result<Page<Assignment>> {
        self.user(context, user).await?;
        let filter = AssignmentFilter {
            user: Some(user),
            held_at: active_only.then(|| self.clock.now()),
            ..AssignmentFilter::default()
        };
        self.assignments(context, &filter, page).await
    }
}

/// What taking a seat of the variant for the user needs to know.
pub(crate) fn seat_needs(world: &World, user: UserId, variant: VariantId, now: Time) -> Vec<Need> {
    let mut needs = vec![
        Need::User(user),
        Need::Variant(variant),
        Need::Seat(user, variant),
        Need::Due(variant),
    ];
    let full = world
        .variant(variant)
        .is_some_and(domain::variant::Variant::is_full);
    if full && world.due_seats(variant, now).next().is_none() {
        needs.push(Need::NextEnd(variant));
    }
    needs
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

    fn reads(&self, world: &World, now: Time) -> Vec<Need> {
        let mut needs = seat_needs(world, self.new.user_id, self.new.variant_id, now);
        needs.push(Need::Assignment(self.id));
        needs
    }

    fn decide(
        &self,
        world: &World,
        context: &Context,
        now: Time,
    ) -> std::result::Result<Outcome<Assignment>, Rejected> {
        let permit = permit_seat(world, context, self.new.user_id)?;
        let facts = assignment::assign(world, self.id, self.new.clone(), now)?;
        let id = self.id;
        Ok(Outcome::new(permit, facts, move |world| {
            world.assignment(id).cloned()
        }))
    }
}

/// Asks the policy whether the actor may give the user seats.
pub(crate) fn permit_seat(
    world: &World,
    context: &Context,
    id: UserId,
) -> std::result::Result<Permit, Refusal> {
    let user = world.user(id).ok_or_else(|| user::not_found(id))?;
    context.permit(
        Permission::AssignmentsCreate,
        &user.target(),
        user::not_found(id),
    )
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

    fn reads(&self, world: &World, now: Time) -> Vec<Need> {
        let mut needs = vec![Need::Assignment(self.id)];
        if let Some(seat) = world.assignment(self.id) {
            needs.extend(seat_needs(world, seat.user_id, seat.variant_id, now));
        }
        needs
    }

    fn decide(
        &self,
        world: &World,
        context: &Context,
        now: Time,
    ) -> std::result::Result<Outcome<Assignment>, Rejected> {
        let missing = || assignment::not_found(self.id);
        let seat = world.assignment(self.id).ok_or_else(missing)?;
        let permit = context.permit(Permission::AssignmentsUpdate, &seat.target(), missing())?;
        self.expected.check(seat.version)?;
        let facts = assignment::patch(world, seat, self.patch.clone(), now)?;
        let id = self.id;
        Ok(Outcome::new(permit, facts, move |world| {
            world.assignment(id).cloned()
        }))
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

    fn reads(&self, world: &World, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Assignment(self.id)];
        needs.extend(
            world
                .assignment(self.id)
                .map(|seat| Need::Variant(seat.variant_id)),
        );
        needs
    }

    fn decide(
        &self,
        world: &World,
        context: &Context,
        now: Time,
    ) -> std::result::Result<Outcome<()>, Rejected> {
        let missing = || assignment::not_found(self.id);
        let seat = world.assignment(self.id).ok_or_else(missing)?;
        let permit = context.permit(Permission::AssignmentsDelete, &seat.target(), missing())?;
        self.expected.check(seat.version)?;
        let facts = assignment::revoke(seat, now).into_iter().collect();
        Ok(Outcome::new(permit, facts, |_| Some(())))
    }
}

/// Frees the seats among these whose end has passed. Only the service itself asks for it.
#[derive(Clone, Debug)]
pub struct ExpireAssignments {
    /// Which assignments.
    pub ids: Vec<AssignmentId>,
}

impl UseCase for ExpireAssignments {
    type Answer = usize;

    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn reads(&self, world: &World, _: Time) -> Vec<Need> {
        let mut needs: Vec<Need> = self.ids.iter().copied().map(Need::Assignment).collect();
        let seats = self.ids.iter().filter_map(|id| world.assignment(*id));
        needs.extend(seats.map(|seat| Need::Variant(seat.variant_id)));
        needs
    }

    fn decide(
        &self,
        world: &World,
        context: &Context,
        now: Time,
    ) -> std::result::Result<Outcome<usize>, Rejected> {
        if context.actor != Actor::System {
            return Err(Refusal::forbidden("only the service itself sweeps").into());
        }
        let permit = context.permit_new(Permission::AssignmentsUpdate, &Target::PLATFORM)?;
        let seats = self.ids.iter().filter_map(|id| world.assignment(*id));
        let facts: Vec<_> = seats
            .filter_map(|seat| assignment::expire(seat, now))
            .collect();
        let count = facts.len();
        Ok(Outcome::new(permit, facts, move |_| Some(count)))
    }
}
