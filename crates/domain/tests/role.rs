//! D7 under every sequence of changes: nobody ever has a permission through a custom role that is
//! not from somebody who held it, at home.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Actor, ApiKeyId, Permission as P, Permissions, Realm, RoleId, Scope, Target, UserId,
    api_key::ApiKey,
    policy::authorize,
    role::Profile,
    user::{Role, UserStatus},
};
use given::{
    Given, START, name, organization,
    role::{grantable, profile},
};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use uuid::Uuid;

/// A step of somebody who may or may not.
#[derive(Clone, Debug)]
struct Step {
    actor: usize,
    /// Through a key that may no more than this.
    key: Option<Permissions>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Make(u128, usize, Permissions),
    Change(usize, Permissions),
    Delete(usize),
    Set(usize, usize, bool),
}

/// Few enough that people share them, so that permissions are passed on.
const SHARED: [P; 7] = [
    P::RolesCreate,
    P::RolesUpdate,
    P::RolesDelete,
    P::RolesGrant,
    P::UsersRead,
    P::ApiKeysCreate,
    // Members have it over their own.
    P::AssignmentsRead,
];

fn some() -> impl Strategy<Value = Permissions> {
    let one = prop_oneof![20 => select(&SHARED[..]), 1 => select(P::ALL)];
    let some = prop::collection::vec(one, 1..4);
    some.prop_map(|list| list.into_iter().collect())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let role = 0..12_usize;
    let person = 0..PEOPLE;
    let busy = select(&BUSY[..]);
    let actor = prop_oneof![3 => busy.clone(), 1 => person.clone()];
    let user = prop_oneof![4 => busy, 1 => person];
    let of = prop::bool::weighted(0.8).prop_map(|first| if first { 1 } else { 2 });
    let what = prop_oneof![
        3 => (of, 0..20_usize, some()).prop_map(|(of, text, set)| What::Make(of, text, set)),
        2 => (role.clone(), some()).prop_map(|(role, set)| What::Change(role, set)),
        1 => role.clone().prop_map(What::Delete),
        5 => (user, role, prop::bool::weighted(0.8))
            .prop_map(|(user, role, granted)| What::Set(user, role, granted)),
    ];
    let key = prop::option::weighted(0.1, some());
    let step = (actor, key, what).prop_map(|(actor, key, what)| Step { actor, key, what });
    prop::collection::vec(step, 1..100)
}

/// Two of the platform, and in each of two organizations a partner, an operator and three members.
const PEOPLE: usize = 12;

/// The partner and the members of the first organization, among whom most of it happens.
const BUSY: [usize; 4] = [2, 4, 5, 6];

#[derive(Clone)]
struct Town {
    given: Given,
    people: Vec<UserId>,
    roles: Vec<RoleId>,
}

impl Town {
    fn new() -> Self {
        let mut given = Given::empty();
        let mut people = vec![given.super_admin(), given.member()];
        for of in [organization(1), organization(2)] {
            let station = given.station_of(of);
            let home = Some(of);
            people.push(given.person(Role::Partner, UserStatus::Active, home, None));
            people.push(given.person(Role::Operator, UserStatus::Active, home, Some(station)));
            people.extend((0..3).map(|_| given.member_of(home)));
        }
        assert_eq!(people.len(), PEOPLE);
        Self {
            given,
            people,
            roles: Vec::new(),
        }
    }

    /// What the custom roles of the user carry, read off the state.
    fn custom(&self, id: UserId) -> Permissions {
        let roles = self.given.user(id).roles.iter();
        let alive = roles.filter_map(|id| self.given.set.get(*id));
        alive.fold(Permissions::NONE, |all, role| {
            all.union(role.profile.permissions)
        })
    }

    /// What the user may throughout the organization, computed independently.
    fn holds(&self, id: UserId, of: Realm, key: Option<Permissions>, permission: P) -> bool {
        let user = self.given.user(id);
        let at_home = of.is_some() && user.organization_id == of;
        let makes_keys = matches!(
            permission,
            P::ApiKeysCreate | P::ApiKeysRotate | P::ApiKeysDelete
        );
        let through_key = key.is_none_or(|may| may.contains(permission) && !makes_keys);
        let itself = match user.role {
            Role::SuperAdmin => true,
            Role::Partner => at_home && grantable(permission),
            Role::Operator | Role::Member => false,
        };
        through_key && (itself || (at_home && self.custom(id).contains(permission)))
    }

    /// Whether it was allowed.
    fn take(&mut self, step: &Step) -> bool {
        let id = self.people[step.actor];
        let actor = match (self.given.actor(id), step.key) {
            (Actor::Caller(caller), Some(may)) => Actor::Caller(caller.with_key(&key(id, may))),
            (actor, _) => actor,
        };
        let nobody = RoleId(Uuid::nil());
        let role = |at: usize| match self.roles.len() {
            0 => nobody,
            made => self.roles[at % made],
        };
        match &step.what {
            What::Make(of, text, permissions) => {
                let of = organization(*of);
                let new = profile_of(*text, *permissions);
                let made = self.given.make_role(&actor, of, new);
                self.roles.extend(made.iter().copied());
                made.is_ok()
            }
            What::Change(at, permissions) => {
                let change = profile_of(20 + at, *permissions);
                self.given.change_role(&actor, role(*at), change).is_ok()
            }
            What::Delete(at) => self.given.delete_role(&actor, role(*at)).is_ok(),
            What::Set(user, at, granted) => {
                let (user, role) = (self.people[*user], role(*at));
                self.given.set_role(&actor, user, role, *granted).is_ok()
            }
        }
    }
}

fn profile_of(text: usize, permissions: Permissions) -> Profile {
    Profile {
        permissions,
        ..profile(&format!("Role {text}"), &[])
    }
}

/// A key of the user that may so much.
fn key(user: UserId, permissions: Permissions) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::from_u128(1)),
        user_id: Some(user),
        realm: None,
        name: name("key"),
        digest: String::new(),
        previous: None,
        permissions: Some(permissions),
        expires_at: None,
        revoked_at: None,
        bootstrap: false,
        created_at: START,
        updated_at: START,
        version: 1,
    }
}

/// D7 after a step: who got something got it from who held it, at home, and nothing that no custom
/// role can carry.
fn check(before: &Town, after: &Town, step: &Step) -> Result<(), TestCaseError> {
    let granter = before.people[step.actor];
    for id in &after.people {
        let home = after.given.user(*id).organization_id;
        let gained = after.custom(*id).without(before.custom(*id));
        for permission in gained.iter() {
            prop_assert!(grantable(permission), "{permission:?} is not grantable");
            prop_assert!(
                before.holds(granter, home, step.key, permission),
                "{id:?} got {permission:?} from who did not hold it: {step:?}"
            );
        }
        if after.custom(*id) != Permissions::NONE {
            prop_assert!(home.is_some(), "a role on the platform");
        }
        stays_at_home(after, *id, home)?;
    }
    for role in after.roles.iter().filter_map(|id| after.given.set.get(*id)) {
        let carried = role.profile.permissions;
        prop_assert!(carried.iter().all(grantable), "{carried:?}");
        let same = before.given.set.get(role.id);
        if same.is_none_or(|same| same.profile != role.profile) {
            let home = Some(role.organization_id);
            let backed = carried
                .iter()
                .all(|one| before.holds(granter, home, step.key, one));
            prop_assert!(backed, "the maker does not hold {carried:?}: {step:?}");
        }
    }
    Ok(())
}

/// Nobody but a super admin may do anything elsewhere.
fn stays_at_home(town: &Town, id: UserId, home: Realm) -> Result<(), TestCaseError> {
    let user = town.given.user(id);
    if user.role == Role::SuperAdmin {
        return Ok(());
    }
    let actor = town.given.actor(id);
    let elsewhere = [organization(1), organization(2)].map(Some);
    for of in elsewhere.into_iter().filter(|of| *of != home) {
        for permission in P::ALL.iter().copied() {
            let target = Target {
                owner: Some(UserId(Uuid::nil())),
                ..Target::of(of)
            };
            prop_assert!(authorize(&actor, permission, &target).is_err());
            prop_assert!(actor.scope(permission) != Scope::Everything);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn permissions_come_only_from_users_who_hold_them(steps in steps()) {
        let mut town = Town::new();
        for step in &steps {
            let before = town.clone();
            town.take(step);
            check(&before, &town, step)?;
        }
    }
}

/// Without it, the property above would hold of people who are refused everything.
#[test]
fn many_of_the_steps_are_allowed() {
    let mut runner = TestRunner::deterministic();
    let (mut tried, mut allowed, mut by_members) = (0, 0, 0);
    for _ in 0..64 {
        let mut town = Town::new();
        for step in steps().new_tree(&mut runner).unwrap().current() {
            let role = town.given.user(town.people[step.actor]).role;
            tried += 1;
            if town.take(&step) {
                allowed += 1;
                by_members += usize::from(role == Role::Member);
            }
        }
    }
    assert!(allowed * 10 > tried, "{allowed} of {tried}");
    assert!(by_members > 10, "{by_members} of {allowed}");
}
