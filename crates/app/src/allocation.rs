//! Use cases of allocations: the pools of seats that organizations get of the platform's catalogue.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Need, OrganizationId, Permission, SeatPool, Target, Time, VariantId, WorkingSet,
    allocation::{self, AllocationTo, NewIds},
    assignment::{DueSeats, SeatsOutsidePool},
    not_found,
    pool::{self, Pool, PoolOf},
};
use persistence::{Page, PageRequest};

impl App {
    /// The pool that the organization has of the variant, when it is there for the actor.
    pub async fn allocation(
        &self,
        context: &Context,
        organization: OrganizationId,
        variant: VariantId,
    ) -> Result<Pool> {
        let scope = context.actor.scope(Permission::AllocationsRead);
        let now = self.clock.now();
        let found = self.store.pool(organization, variant, scope, now).await?;
        Ok(found.ok_or_else(|| pool::not_found(variant))?)
    }

    /// A page of the pools of an organization, when that is there for the actor.
    pub async fn allocations(
        &self,
        context: &Context,
        organization: OrganizationId,
        page: &PageRequest<Pool>,
    ) -> Result<Page<Pool>> {
        let permission = Permission::AllocationsRead;
        self.must_see_organization(context, permission, organization)
            .await?;
        let scope = context.actor.scope(permission);
        let now = self.clock.now();
        Ok(self.store.pools(organization, page, scope, now).await?)
    }
}

/// What a change of a pool needs to know.
fn needs(of: OrganizationId, variant: VariantId) -> Vec<Need> {
    let realm = Some(of);
    vec![
        Need::Organization(of),
        Need::Variant(variant),
        Need::from(PoolOf(of, variant)),
        Need::from(AllocationTo(of, variant)),
        Need::from(SeatsOutsidePool(of, variant)),
        Need::from(DueSeats(SeatPool { variant, realm })),
        Need::from(DueSeats(SeatPool {
            variant,
            realm: None,
        })),
    ]
}

/// Gives an organization a pool of this many seats, or changes the one it has.
#[derive(Clone, Debug)]
pub struct PutAllocation {
    /// Which organization.
    pub organization: OrganizationId,
    /// Seats of which variant.
    pub variant: VariantId,
    /// The version that the pool should have.
    pub expected: Expected,
    /// How many seats.
    pub seats: i32,
    /// The ids that it gets when it is new.
    pub new: NewIds,
}

impl UseCase for PutAllocation {
    type Answer = Pool;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(None), self.organization.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        needs(self.organization, self.variant)
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Pool> {
        let (of, id) = (self.organization, self.variant);
        let target = Target::of(Some(of));
        let hidden = not_found(of);
        let permit = context.permit(Permission::AllocationsUpdate, &target, hidden)?;
        set.existing(of)?;
        let variant = set.existing(id)?;
        let version = set.found(&PoolOf(of, id)).map_or(0, |pool| pool.version);
        self.expected.check(version)?;
        let facts = allocation::put(set, of, variant, self.seats, self.new, now)?;
        Ok(Outcome::new(permit, facts, move |set| {
            let mut pool = set.found(&PoolOf(of, id))?.clone();
            pool.active_count -= set.due_seats(pool.seat_pool(), now).count() as i64;
            Some(pool)
        }))
    }
}

/// Takes a pool back that nobody holds a seat of.
#[derive(Clone, Debug)]
pub struct DeleteAllocation {
    /// Which organization.
    pub organization: OrganizationId,
    /// Seats of which variant.
    pub variant: VariantId,
    /// The version that the pool should have.
    pub expected: Expected,
}

impl UseCase for DeleteAllocation {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(None), self.organization.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        needs(self.organization, self.variant)
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let target = Target::of(Some(self.organization));
        let missing = || pool::not_found(self.variant);
        let permit = context.permit(Permission::AllocationsUpdate, &target, missing())?;
        let pool = set
            .found(&PoolOf(self.organization, self.variant))
            .ok_or_else(missing)?;
        self.expected.check(pool.version)?;
        let facts = pool::give_back(set, pool, now)?;
        Ok(Outcome::done(permit, facts))
    }
}
