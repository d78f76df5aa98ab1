//! What a step comes to in its world: a command, with all that it has to know.

use domain::{
    AssignmentId, Fact, Need, ProductId, Refusal, Time, UserId, VariantId, World,
    assignment::{self, AssignmentPatch, NewAssignment},
    product, user, variant,
};

/// A step that met its world.
#[derive(Debug)]
pub enum Command {
    CreateUser(UserId, user::Created),
    Readdress(UserId, user::Updated),
    Activate(UserId),
    Deactivate(UserId),
    DeleteUser(UserId),
    CreateProduct(ProductId, product::Created),
    DeleteProduct(ProductId),
    CreateVariant(VariantId, ProductId, variant::Updated),
    UpdateVariant(VariantId, variant::Updated),
    DeleteVariant(VariantId),
    Assign(AssignmentId, NewAssignment),
    Patch(AssignmentId, AssignmentPatch),
    Revoke(AssignmentId),
    Sweep(VariantId),
}

impl Command {
    /// Whether a lapsed seat could stand in its way.
    pub fn asks_for_a_seat_or_a_size(&self) -> bool {
        match self {
            Self::Assign(..) | Self::UpdateVariant(..) => true,
            Self::Patch(_, patch) => patch.status.is_some(),
            _ => false,
        }
    }

    /// What has to be known to decide it and to apply its facts.
    pub fn needs(&self, world: &World) -> Vec<Need> {
        let seat = |id: AssignmentId| world.assignment(id).unwrap();
        let variant = |id: AssignmentId| Need::Variant(seat(id).variant_id);
        match self {
            Self::Activate(id) | Self::Deactivate(id) => vec![Need::User(*id), Need::SuperAdmins],
            Self::DeleteUser(id) => {
                let held = world.seats_of(*id).into_iter().map(variant);
                let own = [Need::User(*id), Need::SuperAdmins, Need::SeatsOf(*id)];
                own.into_iter().chain(held).collect()
            }
            Self::DeleteProduct(id) => vec![Need::Product(*id), Need::VariantsOf(*id)],
            Self::DeleteVariant(id) => vec![Need::Variant(*id)],
            Self::Assign(_, new) => a_seat(new.user_id, new.variant_id),
            Self::Patch(id, _) => {
                let mut needs = a_seat(seat(*id).user_id, seat(*id).variant_id);
                needs.push(Need::Assignment(*id));
                needs
            }
            Self::Revoke(id) => vec![Need::Assignment(*id), variant(*id)],
            Self::Sweep(id) => vec![Need::Variant(*id), Need::Due(*id)],
            _ => self.needs_of_names(world),
        }
    }

    /// The same for those that give a name which another may have.
    fn needs_of_names(&self, world: &World) -> Vec<Need> {
        match self {
            Self::CreateUser(_, new) => vec![Need::Email(new.organization_id, new.email.key())],
            Self::Readdress(id, change) => {
                let realm = world.user(*id).unwrap().organization_id;
                vec![Need::User(*id), Need::Email(realm, change.email.key())]
            }
            Self::CreateProduct(_, new) => {
                vec![Need::ProductKey(
                    new.organization_id,
                    new.key.as_str().to_owned(),
                )]
            }
            Self::CreateVariant(_, product, new) => {
                let key = Need::VariantKey(*product, new.key.as_str().to_owned());
                vec![Need::Product(*product), key]
            }
            Self::UpdateVariant(id, change) => {
                let product = world.variant(*id).unwrap().product_id;
                let key = Need::VariantKey(product, change.key.as_str().to_owned());
                vec![Need::Variant(*id), Need::Due(*id), key]
            }
            _ => unreachable!("it gives no name: {self:?}"),
        }
    }

    /// Decides it over a world that knows what it needs.
    pub fn decide(&self, world: &World, now: Time) -> Result<Vec<Fact>, Refusal> {
        let user = |id: UserId| world.user(id).unwrap();
        let variant = |id: VariantId| world.variant(id).unwrap();
        let seat = |id: AssignmentId| world.assignment(id).unwrap();
        match self {
            Self::CreateUser(id, new) => user::create(world, *id, new.clone()),
            Self::Readdress(id, change) => user::update(world, user(*id), change.clone()),
            Self::Activate(id) => user::activate(user(*id)),
            Self::Deactivate(id) => user::deactivate(world, None, user(*id)),
            Self::DeleteUser(id) => user::delete(world, None, user(*id), now),
            Self::CreateProduct(id, new) => product::create(world, *id, new.clone()),
            Self::DeleteProduct(id) => product::delete(world, world.product(*id).unwrap()),
            Self::CreateVariant(id, product, new) => {
                variant::create(world, *id, world.product(*product).unwrap(), new.clone())
            }
            Self::UpdateVariant(id, change) => {
                variant::update(world, variant(*id), change.clone(), now)
            }
            Self::DeleteVariant(id) => variant::delete(variant(*id)),
            Self::Assign(id, new) => assignment::assign(world, *id, new.clone(), now),
            Self::Patch(id, patch) => assignment::patch(world, seat(*id), patch.clone(), now),
            Self::Revoke(id) => Ok(assignment::revoke(seat(*id), now).into_iter().collect()),
            Self::Sweep(id) => Ok(assignment::expire_due(world, *id, now)),
        }
    }
}

fn a_seat(user: UserId, variant: VariantId) -> Vec<Need> {
    vec![
        Need::User(user),
        Need::Variant(variant),
        Need::Seat(user, variant),
        Need::Due(variant),
        Need::NextEnd(variant),
    ]
}
