//! All that a command has to know, to be decided and for its facts to happen.

use crate::command::Command;
use domain::{
    AssignmentId, Holder, Need, OrganizationId, Pot, Realm, VariantId, World,
    assignment::Assignment, text::Key,
};

/// The organization of the holder.
pub fn home(world: &World, holder: Holder) -> Realm {
    match holder {
        Holder::User(id) => world.user(id).unwrap().organization_id,
        Holder::Station(id) => Some(world.station(id).unwrap().organization_id),
    }
}

fn row(holder: Holder) -> Need {
    match holder {
        Holder::User(id) => Need::User(id),
        Holder::Station(id) => Need::Station(id),
    }
}

fn text(key: &Key) -> String {
    key.as_str().to_owned()
}

/// Where the seats of the pot are counted.
fn giver(world: &World, pot: Pot) -> Need {
    match (world.variant(pot.variant), pot.realm) {
        (Some(variant), Some(realm)) if variant.organization_id.is_none() => {
            Need::Pool(realm, pot.variant)
        }
        _ => Need::Variant(pot.variant),
    }
}

fn seat(world: &World, id: AssignmentId) -> &Assignment {
    world.assignment(id).unwrap()
}

/// What frees every seat of the holder.
fn freeing(world: &World, holder: Holder) -> Vec<Need> {
    let held = world.seats_of(holder).into_iter();
    let mut needs: Vec<Need> = held.map(|id| giver(world, seat(world, id).pot())).collect();
    needs.extend([row(holder), Need::SeatsOf(holder)]);
    needs
}

/// What taking a seat comes to, whoever gives it.
fn taking(world: &World, holder: Holder, variant: VariantId) -> Vec<Need> {
    let home = home(world, holder);
    let mut needs = vec![
        row(holder),
        Need::Variant(variant),
        Need::Seat(holder, variant),
    ];
    for realm in [None, home] {
        let pot = Pot { variant, realm };
        needs.extend([Need::Due(pot), Need::NextEnd(pot)]);
    }
    let of_home = |home| [Need::Organization(home), Need::Pool(home, variant)];
    needs.extend(home.into_iter().flat_map(of_home));
    needs
}

fn giving(of: OrganizationId, variant: VariantId) -> Vec<Need> {
    let due = |realm| Need::Due(Pot { variant, realm });
    vec![
        Need::Organization(of),
        Need::Variant(variant),
        Need::Pool(of, variant),
        Need::Allocation(of, variant),
        Need::OutsidePool(of, variant),
        due(None),
        due(Some(of)),
    ]
}

fn deleting(world: &World, id: OrganizationId) -> Vec<Need> {
    let mut needs = vec![
        Need::Organization(id),
        Need::PoolsOf(id),
        Need::SeatsOfOrganization(id),
    ];
    let seats = world.seats_of_organization(id).into_iter();
    needs.extend(seats.map(|id| giver(world, seat(world, id).pot())));
    let pools = world.pools_of(id).into_iter();
    needs.extend(pools.map(|pool| Need::Variant(pool.variant_id)));
    needs
}

fn resizing(world: &World, id: VariantId, key: &Key) -> Vec<Need> {
    let variant = world.variant(id).unwrap();
    let key = Need::VariantKey(variant.product_id, text(key));
    vec![Need::Variant(id), Need::Due(variant.pot()), key]
}

/// What is made in a realm needs the realm and a name that is free.
fn in_realm(realm: Realm, name: Need) -> impl Iterator<Item = Need> {
    realm.map(Need::Organization).into_iter().chain([name])
}

impl Command {
    /// What has to be known.
    pub fn needs(&self, world: &World) -> Vec<Need> {
        match self {
            Self::Suspend(id) | Self::Resume(id) => vec![Need::Organization(*id)],
            Self::DeleteOrganization(id) => deleting(world, *id),
            Self::UpdateStation(id, ..) => vec![Need::Station(*id)],
            Self::RemoveStation(id) => freeing(world, Holder::Station(*id)),
            Self::Activate(id) | Self::Deactivate(id) => {
                vec![Need::User(*id), Need::SuperAdmins, Need::SessionsOf(*id)]
            }
            Self::DeleteUser(id) => {
                let mut needs = freeing(world, Holder::User(*id));
                needs.extend([Need::SuperAdmins, Need::SessionsOf(*id)]);
                needs
            }
            Self::EraseUser(id) => vec![Need::User(*id)],
            Self::DeleteProduct(id) => vec![Need::Product(*id), Need::VariantsOf(*id)],
            Self::DeleteVariant(id) => vec![Need::Variant(*id)],
            Self::Give(of, variant, ..) | Self::GiveBack(of, variant) => giving(*of, *variant),
            Self::Assign(_, new, _) => taking(world, new.holder, new.variant_id),
            Self::Patch(id, ..) => {
                let row = seat(world, *id);
                let mut needs = taking(world, row.holder, row.variant_id);
                needs.push(Need::Assignment(*id));
                needs
            }
            Self::Revoke(id) => {
                vec![Need::Assignment(*id), giver(world, seat(world, *id).pot())]
            }
            Self::Sweep(pot) => vec![giver(world, *pot), Need::Due(*pot)],
            _ => self.needs_of_names(world),
        }
    }

    /// The same for those that give a name which another may have.
    fn needs_of_names(&self, world: &World) -> Vec<Need> {
        match self {
            Self::CreateOrganization(_, new) => vec![Need::Slug(new.slug.clone())],
            Self::UpdateOrganization(id, change) => {
                vec![Need::Organization(*id), Need::Slug(change.slug.clone())]
            }
            Self::CreateStation(_, new) => {
                let of = new.organization_id;
                vec![
                    Need::Organization(of),
                    Need::StationCode(of, new.code.clone()),
                ]
            }
            Self::CreateUser(_, new) => {
                let email = Need::Email(new.organization_id, new.email.key());
                let station = new.station_id.map(Need::Station);
                in_realm(new.organization_id, email)
                    .chain(station)
                    .collect()
            }
            Self::Readdress(id, change) => {
                let realm = world.user(*id).unwrap().organization_id;
                vec![Need::User(*id), Need::Email(realm, change.email.key())]
            }
            Self::CreateProduct(_, new) => {
                let key = Need::ProductKey(new.organization_id, text(&new.key));
                in_realm(new.organization_id, key).collect()
            }
            Self::CreateVariant(_, product, new) => {
                let owner = world.product(*product).unwrap().organization_id;
                let key = Need::VariantKey(*product, text(&new.key));
                in_realm(owner, key)
                    .chain([Need::Product(*product)])
                    .collect()
            }
            Self::UpdateVariant(id, change) => resizing(world, *id, &change.key),
            _ => unreachable!("it gives no name: {self:?}"),
        }
    }
}
