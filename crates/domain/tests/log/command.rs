//! The command that a step comes to.

use domain::{
    AssignmentId, Fact, OrganizationId, ProductId, Realm, Refusal, SeatPool, StationId, Time,
    UserId, VariantId, WorkingSet,
    allocation::{self, NewIds},
    assignment::{self, AssignmentPatch, NewAssignment},
    organization, pool,
    pool::PoolOf,
    product, station, user, variant,
};

/// A step whose resources were found. The flag of a seat is whether the platform asks for it.
#[derive(Debug)]
pub enum Command {
    CreateOrganization(OrganizationId, organization::Created),
    UpdateOrganization(OrganizationId, organization::Updated),
    Suspend(OrganizationId),
    Resume(OrganizationId),
    DeleteOrganization(OrganizationId),
    CreateStation(StationId, station::Created),
    UpdateStation(StationId, station::Profile, bool),
    RemoveStation(StationId),
    CreateUser(UserId, user::Created),
    Readdress(UserId, user::Updated),
    Activate(UserId),
    Deactivate(UserId),
    DeleteUser(UserId),
    EraseUser(UserId),
    CreateProduct(ProductId, product::Created),
    DeleteProduct(ProductId),
    CreateVariant(VariantId, ProductId, variant::Updated),
    UpdateVariant(VariantId, variant::Updated),
    DeleteVariant(VariantId),
    Give(OrganizationId, VariantId, i32, NewIds),
    GiveBack(OrganizationId, VariantId),
    Assign(AssignmentId, NewAssignment, bool),
    Patch(AssignmentId, AssignmentPatch, bool),
    Revoke(AssignmentId),
    Sweep(SeatPool),
}

impl Command {
    /// Whether a lapsed seat could stand in its way.
    pub fn asks_for_a_seat_or_a_size(&self) -> bool {
        match self {
            Self::Assign(..) | Self::UpdateVariant(..) | Self::Give(..) | Self::GiveBack(..) => {
                true
            }
            Self::Patch(_, patch, _) => patch.status.is_some(),
            _ => false,
        }
    }

    /// Whose log it begins with. The decision itself asks for what it needs besides.
    pub fn home(&self, set: &WorkingSet) -> Realm {
        let user = |id: UserId| set.get(id).unwrap().organization_id;
        let variant = |id: VariantId| set.get(id).unwrap().organization_id;
        match self {
            Self::CreateOrganization(id, _)
            | Self::UpdateOrganization(id, _)
            | Self::Suspend(id)
            | Self::Resume(id)
            | Self::DeleteOrganization(id)
            | Self::Give(id, ..)
            | Self::GiveBack(id, _) => Some(*id),
            Self::CreateStation(_, new) => Some(new.organization_id),
            Self::UpdateStation(id, ..) | Self::RemoveStation(id) => {
                Some(set.get(*id).unwrap().organization_id)
            }
            Self::CreateUser(_, new) => new.organization_id,
            Self::Readdress(id, _)
            | Self::Activate(id)
            | Self::Deactivate(id)
            | Self::DeleteUser(id)
            | Self::EraseUser(id) => user(*id),
            Self::CreateProduct(_, new) => new.organization_id,
            Self::DeleteProduct(id) | Self::CreateVariant(_, id, _) => {
                set.get(*id).unwrap().organization_id
            }
            Self::UpdateVariant(id, _) | Self::DeleteVariant(id) => variant(*id),
            Self::Assign(_, new, _) => crate::need::home(set, new.holder),
            Self::Patch(id, ..) => set.get(*id).unwrap().organization_id,
            Self::Revoke(id) => set.get(*id).unwrap().realm,
            Self::Sweep(seat_pool) => seat_pool.realm,
        }
    }

    /// Decides it over a working set that knows what it needs.
    pub fn decide(&self, set: &WorkingSet, now: Time) -> Result<Vec<Fact>, Refusal> {
        let user = |id: UserId| set.get(id).unwrap();
        match self {
            Self::CreateUser(id, new) => user::create(set, *id, new.clone()),
            Self::Readdress(id, change) => user::update(set, user(*id), change.clone()),
            Self::Activate(id) => user::activate(user(*id)),
            Self::Deactivate(id) => user::deactivate(set, None, user(*id)),
            Self::DeleteUser(id) => user::delete(set, None, user(*id), now),
            Self::EraseUser(id) => user::erase(user(*id)),
            _ => self.decide_of_tenants(set, now),
        }
    }

    fn decide_of_tenants(&self, set: &WorkingSet, now: Time) -> Result<Vec<Fact>, Refusal> {
        let tenant = |id: OrganizationId| set.get(id).unwrap();
        let site = |id: StationId| set.get(id).unwrap();
        match self {
            Self::CreateOrganization(id, new) => organization::create(set, *id, new.clone()),
            Self::UpdateOrganization(id, change) => {
                organization::update(set, tenant(*id), change.clone())
            }
            Self::Suspend(id) => organization::suspend(tenant(*id)),
            Self::Resume(id) => organization::activate(tenant(*id)),
            Self::DeleteOrganization(id) => organization::delete(set, tenant(*id), now),
            Self::CreateStation(id, new) => station::create(set, *id, new.clone()),
            Self::UpdateStation(id, change, operational_only) => {
                station::update(site(*id), change.clone(), *operational_only)
            }
            Self::RemoveStation(id) => station::remove(set, site(*id), now),
            _ => self.decide_of_the_catalogue(set, now),
        }
    }

    fn decide_of_the_catalogue(&self, set: &WorkingSet, now: Time) -> Result<Vec<Fact>, Refusal> {
        let product = |id: ProductId| set.get(id).unwrap();
        let variant = |id: VariantId| set.get(id).unwrap();
        match self {
            Self::CreateProduct(id, new) => product::create(set, *id, new.clone()),
            Self::DeleteProduct(id) => product::delete(set, product(*id)),
            Self::CreateVariant(id, of, new) => {
                variant::create(set, *id, product(*of), new.clone())
            }
            Self::UpdateVariant(id, change) => {
                variant::update(set, variant(*id), change.clone(), now)
            }
            Self::DeleteVariant(id) => variant::delete(variant(*id)),
            Self::Give(to, id, seats, new) => {
                allocation::put(set, *to, variant(*id), *seats, *new, now)
            }
            Self::GiveBack(of, id) => match set.found(&PoolOf(*of, *id)) {
                Some(pool) => pool::give_back(set, pool, now),
                None => Err(pool::not_found(*id)),
            },
            _ => self.decide_of_seats(set, now),
        }
    }

    fn decide_of_seats(&self, set: &WorkingSet, now: Time) -> Result<Vec<Fact>, Refusal> {
        let seat = |id: AssignmentId| set.get(id).unwrap();
        match self {
            Self::Assign(id, new, for_platform) => {
                assignment::assign(set, *id, new.clone(), *for_platform, now)
            }
            Self::Patch(id, patch, for_platform) => {
                assignment::patch(set, seat(*id), patch.clone(), *for_platform, now)
            }
            Self::Revoke(id) => Ok(assignment::revoke(seat(*id), now).into_iter().collect()),
            Self::Sweep(seat_pool) => Ok(assignment::expire_due(set, *seat_pool, now)),
            _ => unreachable!("it is decided with others of its kind: {self:?}"),
        }
    }
}
