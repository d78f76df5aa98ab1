//! The resources that steps are about.

use crate::{
    command::Command,
    given::{
        Given, email, key, name, organization,
        tenant::{site, slug},
    },
    need,
    step::Step,
    truth,
};
use domain::{
    AllocationId, AssignmentId, Holder, OrganizationId, PoolId, ProductId, Realm, StationId,
    UserId, VariantId, WorkingSet,
    allocation::NewIds,
    assignment::{Assignment, NewAssignment},
    organization as tenant,
    organization::Organization,
    pool::Pool,
    product,
    product::Product,
    station::{self, Profile, Station},
    user::{self, Role, User, UserStatus},
    variant,
    variant::Variant,
};
use proptest::sample::Index;

/// Every resource that ever existed, removed ones among them.
#[derive(Default)]
pub struct Population {
    organizations: Vec<OrganizationId>,
    stations: Vec<StationId>,
    users: Vec<UserId>,
    products: Vec<ProductId>,
    variants: Vec<VariantId>,
    seats: Vec<AssignmentId>,
}

fn numbered(number: u8) -> OrganizationId {
    organization(u128::from(number))
}

fn realm(number: u8) -> Realm {
    (number > 0).then(|| numbered(number))
}

fn pick<T: Copy>(index: &Index, among: &[T]) -> Option<T> {
    (!among.is_empty()).then(|| *index.get(among))
}

fn sku(number: u8, capacity: Option<i32>) -> variant::Updated {
    variant::Updated {
        key: key(&format!("v{number}")),
        name: name("Pro"),
        capacity,
        attributes: serde_json::Map::new(),
    }
}

fn person(role: Role, at: Realm, station_id: Option<StationId>, number: u8) -> user::Created {
    user::Created {
        email: email(&format!("p{number}@example.com")),
        display_name: name("Ada"),
        role,
        status: UserStatus::Pending,
        organization_id: at,
        station_id,
        password: None,
    }
}

impl Population {
    /// A few people, stations, variants and a pool, so that every history has something to do.
    pub fn first(given: &mut Given) -> Self {
        given.super_admin();
        for _ in 0..2 {
            given.member();
        }
        let (one, two) = (given.tenant(1), given.tenant(2));
        for home in [one, one, two] {
            given.member_of(Some(home));
        }
        given.station_of(one);
        given.seats(Some(2));
        let pooled = given.seats(Some(5));
        given.give(one, pooled, 2).unwrap();
        let product = given.product_of(Some(one));
        given.variant_of(product, Some(1));
        let mut population = Self::default();
        population.add_new(&given.set);
        population
    }

    /// Adds the resources that are new.
    pub fn add_new(&mut self, set: &WorkingSet) {
        fn add<T: PartialEq>(known: &mut Vec<T>, there: impl Iterator<Item = T>) {
            for id in there {
                if !known.contains(&id) {
                    known.push(id);
                }
            }
        }
        add(
            &mut self.organizations,
            set.all::<Organization>().into_keys(),
        );
        add(&mut self.stations, set.all::<Station>().into_keys());
        add(&mut self.users, set.all::<User>().into_keys());
        add(&mut self.products, set.all::<Product>().into_keys());
        add(&mut self.variants, set.all::<Variant>().into_keys());
        add(&mut self.seats, set.all::<Assignment>().into_keys());
    }

    /// The command, or nothing when what it is about is not there.
    pub fn command(&self, step: &Step, given: &mut Given) -> Option<Command> {
        self.of_tenants(step, given)
            .or_else(|| self.of_stations(step, given))
            .or_else(|| self.of_people(step, given))
            .or_else(|| self.of_the_catalogue(step, given))
            .or_else(|| self.of_pools(step, given))
            .or_else(|| self.of_seats(step, given))
    }

    fn of_tenants(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let tenant = |index| pick(index, &self.organizations);
        Some(match step {
            Step::CreateOrganization(id, number) => {
                let id = numbered(*id);
                let new = tenant::Created {
                    name: name("Volt"),
                    slug: slug(&format!("s{number}")),
                };
                given.set.get(id).is_none().then_some(())?;
                Command::CreateOrganization(id, new)
            }
            Step::RenameOrganization(index, number) => {
                let change = tenant::Updated {
                    name: name("Watt"),
                    slug: slug(&format!("s{number}")),
                };
                Command::UpdateOrganization(tenant(index)?, change)
            }
            Step::Suspend(index) => Command::Suspend(tenant(index)?),
            Step::Resume(index) => Command::Resume(tenant(index)?),
            Step::DeleteOrganization(index) => Command::DeleteOrganization(tenant(index)?),
            _ => return None,
        })
    }

    fn of_stations(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let station = |index| pick(index, &self.stations);
        Some(match step {
            Step::CreateStation(of, number) => {
                let new = station::Created {
                    organization_id: numbered(*of),
                    code: key(&format!("S{number}")),
                    profile: site(station::OperationalStatus::Available),
                };
                Command::CreateStation(StationId(given.id()), new)
            }
            Step::UpdateStation(index, status, operational_only) => {
                let change = Profile {
                    coordinates: None,
                    ..site(*status)
                };
                Command::UpdateStation(station(index)?, change, *operational_only)
            }
            Step::RemoveStation(index) => Command::RemoveStation(station(index)?),
            _ => return None,
        })
    }

    fn of_people(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let user = |index| pick(index, &self.users);
        Some(match step {
            Step::CreateUser(role, at, number) => {
                let at = realm(*at).filter(|_| *role != Role::SuperAdmin);
                Command::CreateUser(UserId(given.id()), person(*role, at, None, *number))
            }
            Step::CreateOperator(at, of, number) => {
                let at = pick(at, &self.stations)?;
                let new = person(Role::Operator, realm(*of), Some(at), *number);
                Command::CreateUser(UserId(given.id()), new)
            }
            Step::Readdress(index, number) => {
                let change = user::Updated {
                    email: email(&format!("P{number}@example.com")),
                    display_name: name("Bob"),
                };
                Command::Readdress(user(index)?, change)
            }
            Step::Activate(index) => Command::Activate(user(index)?),
            Step::Deactivate(index) => Command::Deactivate(user(index)?),
            Step::DeleteUser(index) => Command::DeleteUser(user(index)?),
            Step::EraseUser(index) => Command::EraseUser(user(index)?),
            _ => return None,
        })
    }

    fn of_the_catalogue(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let set = &given.set;
        let product = |index| pick(index, &self.products).filter(|id| set.get(*id).is_some());
        let variant = |index| pick(index, &self.variants).filter(|id| set.get(*id).is_some());
        Some(match step {
            Step::CreateProduct(owner, number) => {
                let new = product::Created {
                    organization_id: realm(*owner),
                    key: key(&format!("p{number}")),
                    name: name("School"),
                    description: None,
                };
                Command::CreateProduct(ProductId(given.id()), new)
            }
            Step::DeleteProduct(index) => Command::DeleteProduct(product(index)?),
            Step::CreateVariant(index, number, capacity) => {
                let product = product(index)?;
                Command::CreateVariant(VariantId(given.id()), product, sku(*number, *capacity))
            }
            Step::UpdateVariant(index, number, capacity) => {
                Command::UpdateVariant(variant(index)?, sku(*number, *capacity))
            }
            Step::DeleteVariant(index) => Command::DeleteVariant(variant(index)?),
            _ => return None,
        })
    }

    fn of_pools(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let variant = |index, astray, given: &Given| {
            let id = pick(index, &self.variants_for(None, astray, &given.set))?;
            given.set.get(id).map(|variant| variant.id)
        };
        Some(match step {
            Step::Give(to, what, seats, astray) => {
                let new = NewIds {
                    allocation: AllocationId(given.id()),
                    pool: PoolId(given.id()),
                };
                let what = variant(what, *astray, given)?;
                Command::Give(pick(to, &self.organizations)?, what, *seats, new)
            }
            Step::GiveBack(of, what) => {
                let what = variant(what, false, given)?;
                Command::GiveBack(pick(of, &self.organizations)?, what)
            }
            Step::GiveBackAny(index) => {
                let pools: Vec<_> = given.set.all::<Pool>().into_values().collect();
                let pool = pick(index, &pools)?;
                Command::GiveBack(pool.organization_id, pool.variant_id)
            }
            _ => return None,
        })
    }

    fn of_seats(&self, step: &Step, given: &mut Given) -> Option<Command> {
        let seat = |index| pick(index, &self.seats);
        Some(match step {
            Step::Assign(who, what, wish, for_platform, astray) => {
                let terms = wish.at(given.now);
                let holder = pick(who, &self.holders())?;
                let home = need::home(&given.set, holder);
                let new = NewAssignment {
                    holder,
                    variant_id: pick(what, &self.variants_for(home, *astray, &given.set))?,
                    starts_at: terms.starts_at?,
                    ends_at: terms.ends_at?,
                    note: None,
                };
                Command::Assign(AssignmentId(given.id()), new, *for_platform)
            }
            Step::Patch(index, wish, for_platform) => {
                Command::Patch(seat(index)?, wish.at(given.now), *for_platform)
            }
            Step::Revoke(index) => Command::Revoke(seat(index)?),
            Step::Sweep(index) => Command::Sweep(pick(index, &truth::seat_pools(&given.set))?),
            _ => return None,
        })
    }

    /// The variants that somebody of the realm may get a seat of; all when they may go astray.
    fn variants_for(&self, realm: Realm, astray: bool, set: &WorkingSet) -> Vec<VariantId> {
        let variants = self.variants.iter().copied();
        let suits = |id: &VariantId| {
            let owner = set.get(*id).map(|variant| variant.organization_id);
            owner.is_some_and(|owner| owner.is_none() || owner == realm)
        };
        variants.filter(|id| astray || suits(id)).collect()
    }

    fn holders(&self) -> Vec<Holder> {
        let users = self.users.iter().copied().map(Holder::User);
        let stations = self.stations.iter().copied().map(Holder::Station);
        users.chain(stations).collect()
    }
}
