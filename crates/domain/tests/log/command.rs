//! What a step comes to in its world: a command.

use domain::{
    AssignmentId, Fact, OrganizationId, Pot, ProductId, Realm, Refusal, StationId, Time, UserId,
    VariantId, World,
    allocation::{self, NewIds},
    assignment::{self, AssignmentPatch, NewAssignment},
    organization, pool,
    pool::PoolOf,
    product, station, user, variant,
};

/// A step that met its world. Who asks for a seat speaks for the platform or not.
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
    Sweep(Pot),
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
    pub fn home(&self, world: &World) -> Realm {
        let user = |id: UserId| world.get(id).unwrap().organization_id;
        let variant = |id: VariantId| world.get(id).unwrap().organization_id;
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
                Some(world.get(*id).unwrap().organization_id)
            }
            Self::CreateUser(_, new) => new.organization_id,
            Self::Readdress(id, _)
            | Self::Activate(id)
            | Self::Deactivate(id)
            | Self::DeleteUser(id)
            | Self::EraseUser(id) => user(*id),
            Self::CreateProduct(_, new) => new.organization_id,
            Self::DeleteProduct(id) | Self::CreateVariant(_, id, _) => {
                world.get(*id).unwrap().organization_id
            }
            Self::UpdateVariant(id, _) | Self::DeleteVariant(id) => variant(*id),
            Self::Assign(_, new, _) => crate::need::home(world, new.holder),
            Self::Patch(id, ..) => world.get(*id).unwrap().organization_id,
            Self::Revoke(id) => world.get(*id).unwrap().realm,
            Self::Sweep(pot) => pot.realm,
        }
    }

    /// Decides it over a world that knows what it needs.
    pub fn decide(&self, world: &World, now: Time) -> Result<Vec<Fact>, Refusal> {
        let user = |id: UserId| world.get(id).unwrap();
        match self {
            Self::CreateUser(id, new) => user::create(world, *id, new.clone()),
            Self::Readdress(id, change) => user::update(world, user(*id), change.clone()),
            Self::Activate(id) => user::activate(user(*id)),
            Self::Deactivate(id) => user::deactivate(world, None, user(*id)),
            Self::DeleteUser(id) => user::delete(world, None, user(*id), now),
            Self::EraseUser(id) => user::erase(user(*id)),
            _ => self.decide_of_tenants(world, now),
        }
    }

    fn decide_of_tenants(&self, world: &World, now: Time) -> Result<Vec<Fact>, Refusal> {
        let tenant = |id: OrganizationId| world.get(id).unwrap();
        let site = |id: StationId| world.get(id).unwrap();
        match self {
            Self::CreateOrganization(id, new) => organization::create(world, *id, new.clone()),
            Self::UpdateOrganization(id, change) => {
                organization::update(world, tenant(*id), change.clone())
            }
            Self::Suspend(id) => organization::suspend(tenant(*id)),
            Self::Resume(id) => organization::activate(tenant(*id)),
            Self::DeleteOrganization(id) => organization::delete(world, tenant(*id), now),
            Self::CreateStation(id, new) => station::create(world, *id, new.clone()),
            Self::UpdateStation(id, change, operational_only) => {
                station::update(site(*id), change.clone(), *operational_only)
            }
            Self::RemoveStation(id) => station::remove(world, site(*id), now),
            _ => self.decide_of_the_catalogue(world, now),
        }
    }

    fn decide_of_the_catalogue(&self, world: &World, now: Time) -> Result<Vec<Fact>, Refusal> {
        let product = |id: ProductId| world.get(id).unwrap();
        let variant = |id: VariantId| world.get(id).unwrap();
        match self {
            Self::CreateProduct(id, new) => product::create(world, *id, new.clone()),
            Self::DeleteProduct(id) => product::delete(world, product(*id)),
            Self::CreateVariant(id, of, new) => {
                variant::create(world, *id, product(*of), new.clone())
            }
            Self::UpdateVariant(id, change) => {
                variant::update(world, variant(*id), change.clone(), now)
            }
            Self::DeleteVariant(id) => variant::delete(variant(*id)),
            Self::Give(to, id, seats, new) => {
                allocation::put(world, *to, variant(*id), *seats, *new, now)
            }
            Self::GiveBack(of, id) => match world.found(&PoolOf(*of, *id)) {
                Some(pool) => pool::give_back(world, pool, now),
                None => Err(pool::not_found(*id)),
            },
            _ => self.decide_of_seats(world, now),
        }
    }

    fn decide_of_seats(&self, world: &World, now: Time) -> Result<Vec<Fact>, Refusal> {
        let seat = |id: AssignmentId| world.get(id).unwrap();
        match self {
            Self::Assign(id, new, for_platform) => {
                assignment::assign(world, *id, new.clone(), *for_platform, now)
            }
            Self::Patch(id, patch, for_platform) => {
                assignment::patch(world, seat(*id), patch.clone(), *for_platform, now)
            }
            Self::Revoke(id) => Ok(assignment::revoke(seat(*id), now).into_iter().collect()),
            Self::Sweep(pot) => Ok(assignment::expire_due(world, *pot, now)),
            _ => unreachable!("it is decided with others of its kind: {self:?}"),
        }
    }
}
