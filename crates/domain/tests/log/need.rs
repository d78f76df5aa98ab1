//! All that a command has to know, to be decided and for its facts to happen.

use crate::command::Command;
use domain::{
    AssignmentId, Holder, Need, OrganizationId, Realm, SeatPool, VariantId, WorkingSet,
    allocation::AllocationTo,
    assignment::{
        Assignment, DueSeats, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization, SeatsOutsidePool,
    },
    organization::OrganizationBySlug,
    pool::{PoolOf, PoolsOf},
    product::ProductByKey,
    session::SessionsOf,
    station::StationByCode,
    text::Key,
    user::{SuperAdmins, UserByEmail},
    variant::{VariantByKey, VariantsOf},
};

/// The organization of the holder.
pub fn home(set: &WorkingSet, holder: Holder) -> Realm {
    match holder {
        Holder::User(id) => set.get(id).unwrap().organization_id,
        Holder::Station(id) => Some(set.get(id).unwrap().organization_id),
    }
}

fn row(holder: Holder) -> Need {
    match holder {
        Holder::User(id) => Need::User(id),
        Holder::Station(id) => Need::Station(id),
    }
}

/// Where the seats of the seat pool are counted.
fn pool_owner(set: &WorkingSet, seat_pool: SeatPool) -> Need {
    match (set.get(seat_pool.variant), seat_pool.realm) {
        (Some(variant), Some(realm)) if variant.organization_id.is_none() => {
            Need::from(PoolOf(realm, seat_pool.variant))
        }
        _ => Need::Variant(seat_pool.variant),
    }
}

fn seat(set: &WorkingSet, id: AssignmentId) -> &Assignment {
    set.get(id).unwrap()
}

/// What frees every seat of the holder.
fn freeing(set: &WorkingSet, holder: Holder) -> Vec<Need> {
    let held = set.list(&SeatsOf(holder)).into_iter();
    let mut needs: Vec<Need> = held
        .map(|id| pool_owner(set, seat(set, id).seat_pool()))
        .collect();
    needs.extend([row(holder), Need::from(SeatsOf(holder))]);
    needs
}

/// The needs of taking a seat, whichever realm gives it out.
fn taking(set: &WorkingSet, holder: Holder, variant: VariantId) -> Vec<Need> {
    let home = home(set, holder);
    let mut needs = vec![
        row(holder),
        Need::Variant(variant),
        Need::from(SeatOf(holder, variant)),
    ];
    for realm in [None, home] {
        let seat_pool = SeatPool { variant, realm };
        needs.extend([
            Need::from(DueSeats(seat_pool)),
            Need::from(NextEnd(seat_pool)),
        ]);
    }
    let of_home = |home| [Need::Organization(home), Need::from(PoolOf(home, variant))];
    needs.extend(home.into_iter().flat_map(of_home));
    needs
}

fn giving(of: OrganizationId, variant: VariantId) -> Vec<Need> {
    let due = |realm| Need::from(DueSeats(SeatPool { variant, realm }));
    vec![
        Need::Organization(of),
        Need::Variant(variant),
        Need::from(PoolOf(of, variant)),
        Need::from(AllocationTo(of, variant)),
        Need::from(SeatsOutsidePool(of, variant)),
        due(None),
        due(Some(of)),
    ]
}

fn deleting(set: &WorkingSet, id: OrganizationId) -> Vec<Need> {
    let mut needs = vec![
        Need::Organization(id),
        Need::from(PoolsOf(id)),
        Need::from(SeatsOfOrganization(id)),
    ];
    let seats = set.list(&SeatsOfOrganization(id)).into_iter();
    needs.extend(seats.map(|id| pool_owner(set, seat(set, id).seat_pool())));
    let pools = set.listed(&PoolsOf(id)).into_iter();
    needs.extend(pools.map(|pool| Need::Variant(pool.variant_id)));
    needs
}

fn resizing(set: &WorkingSet, id: VariantId, key: &Key) -> Vec<Need> {
    let variant = set.get(id).unwrap();
    let key = Need::from(VariantByKey(variant.product_id, key.clone()));
    vec![
        Need::Variant(id),
        Need::from(DueSeats(variant.seat_pool())),
        key,
    ]
}

/// What is made in a realm needs the realm and a name that is free.
fn in_realm(realm: Realm, name: Need) -> impl Iterator<Item = Need> {
    realm.map(Need::Organization).into_iter().chain([name])
}

impl Command {
    /// What has to be known.
    pub fn needs(&self, set: &WorkingSet) -> Vec<Need> {
        match self {
            Self::Suspend(id) | Self::Resume(id) => vec![Need::Organization(*id)],
            Self::DeleteOrganization(id) => deleting(set, *id),
            Self::UpdateStation(id, ..) => vec![Need::Station(*id)],
            Self::RemoveStation(id) => freeing(set, Holder::Station(*id)),
            Self::Activate(id) | Self::Deactivate(id) => {
                vec![
                    Need::User(*id),
                    Need::from(SuperAdmins),
                    Need::from(SessionsOf(*id)),
                ]
            }
            Self::DeleteUser(id) => {
                let mut needs = freeing(set, Holder::User(*id));
                needs.extend([Need::from(SuperAdmins), Need::from(SessionsOf(*id))]);
                needs
            }
            Self::EraseUser(id) => vec![Need::User(*id)],
            Self::DeleteProduct(id) => vec![Need::Product(*id), Need::from(VariantsOf(*id))],
            Self::DeleteVariant(id) => vec![Need::Variant(*id)],
            Self::Give(of, variant, ..) | Self::GiveBack(of, variant) => giving(*of, *variant),
            Self::Assign(_, new, _) => taking(set, new.holder, new.variant_id),
            Self::Patch(id, ..) => {
                let row = seat(set, *id);
                let mut needs = taking(set, row.holder, row.variant_id);
                needs.push(Need::Assignment(*id));
                needs
            }
            Self::Revoke(id) => {
                vec![
                    Need::Assignment(*id),
                    pool_owner(set, seat(set, *id).seat_pool()),
                ]
            }
            Self::Sweep(seat_pool) => vec![
                pool_owner(set, *seat_pool),
                Need::from(DueSeats(*seat_pool)),
            ],
            _ => self.needs_of_names(set),
        }
    }

    /// The same for those that give a name which another may have.
    fn needs_of_names(&self, set: &WorkingSet) -> Vec<Need> {
        match self {
            Self::CreateOrganization(_, new) => {
                vec![Need::from(OrganizationBySlug(new.slug.clone()))]
            }
            Self::UpdateOrganization(id, change) => {
                vec![
                    Need::Organization(*id),
                    Need::from(OrganizationBySlug(change.slug.clone())),
                ]
            }
            Self::CreateStation(_, new) => {
                let of = new.organization_id;
                vec![
                    Need::Organization(of),
                    Need::from(StationByCode(of, new.code.clone())),
                ]
            }
            Self::CreateUser(_, new) => {
                let email = Need::from(UserByEmail(new.organization_id, new.email.key()));
                let station = new.station_id.map(Need::Station);
                in_realm(new.organization_id, email)
                    .chain(station)
                    .collect()
            }
            Self::Readdress(id, change) => {
                let realm = set.get(*id).unwrap().organization_id;
                vec![
                    Need::User(*id),
                    Need::from(UserByEmail(realm, change.email.key())),
                ]
            }
            Self::CreateProduct(_, new) => {
                let key = Need::from(ProductByKey(new.organization_id, new.key.clone()));
                in_realm(new.organization_id, key).collect()
            }
            Self::CreateVariant(_, product, new) => {
                let owner = set.get(*product).unwrap().organization_id;
                let key = Need::from(VariantByKey(*product, new.key.clone()));
                in_realm(owner, key)
                    .chain([Need::Product(*product)])
                    .collect()
            }
            Self::UpdateVariant(id, change) => resizing(set, *id, &change.key),
            _ => unreachable!("it gives no name: {self:?}"),
        }
    }
}
