//! What people do, drawn at random.

use domain::{
    Time,
    assignment::{AssignmentPatch, AssignmentStatus},
    station::OperationalStatus,
    user::Role,
};
use proptest::{prelude::*, sample::Index};

/// One thing that somebody does; times in seconds from now. Small numbers stand for organizations
/// and names, so that they meet; 0 is the platform where there can be one. The last flag of what is
/// given is whether it may go astray, to somebody for whom it is not.
#[derive(Clone, Debug)]
pub enum Step {
    CreateOrganization(u8, u8),
    RenameOrganization(Index, u8),
    Suspend(Index),
    Resume(Index),
    DeleteOrganization(Index),
    CreateStation(u8, u8),
    UpdateStation(Index, OperationalStatus, bool),
    RemoveStation(Index),
    CreateUser(Role, u8, u8),
    CreateOperator(Index, u8, u8),
    Readdress(Index, u8),
    Activate(Index),
    Deactivate(Index),
    DeleteUser(Index),
    EraseUser(Index),
    CreateProduct(u8, u8),
    DeleteProduct(Index),
    CreateVariant(Index, u8, Option<i32>),
    UpdateVariant(Index, u8, Option<i32>),
    DeleteVariant(Index),
    Give(Index, Index, i32, bool),
    GiveBack(Index, Index),
    GiveBackAny(Index),
    Assign(Index, Index, Wish, bool, bool),
    Patch(Index, Wish, bool),
    Revoke(Index),
    Sweep(Index),
    Wait(i64),
}

/// What somebody wishes of an assignment.
#[derive(Clone, Debug)]
pub struct Wish {
    status: Option<AssignmentStatus>,
    starts: Option<Option<i64>>,
    ends: Option<Option<i64>>,
    note: Option<Option<String>>,
}

impl Wish {
    /// The patch that it comes to now.
    pub fn at(&self, now: Time) -> AssignmentPatch {
        let moved = |to: Option<Option<i64>>| to.map(|to| to.map(|after| now.plus_seconds(after)));
        AssignmentPatch {
            status: self.status,
            starts_at: moved(self.starts),
            ends_at: moved(self.ends),
            note: self.note.clone(),
        }
    }
}

/// Any step; those about seats and pools more often.
pub fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => a_step_of_seats(),
        2 => a_step_of_pools(),
        2 => a_step_of_people(),
        2 => a_step_of_the_catalogue(),
        1 => a_step_of_tenants(),
    ]
}

fn index() -> impl Strategy<Value = Index> {
    any::<Index>()
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.1)
}

fn a_step_of_seats() -> impl Strategy<Value = Step> {
    let mostly = || prop::bool::weighted(0.7);
    let to_assign = (index(), index(), new_terms(), mostly(), rarely());
    prop_oneof![
        10 => to_assign.prop_map(|(who, what, wish, by, to)| Step::Assign(who, what, wish, by, to)),
        8 => (index(), wish(), mostly()).prop_map(|(seat, wish, by)| Step::Patch(seat, wish, by)),
        2 => index().prop_map(Step::Revoke),
        1 => index().prop_map(Step::Sweep),
        5 => (0..60_i64).prop_map(Step::Wait),
    ]
}

fn a_step_of_pools() -> impl Strategy<Value = Step> {
    let to_give = (index(), index(), 0..4, rarely());
    prop_oneof![
        4 => to_give.prop_map(|(to, what, seats, astray)| Step::Give(to, what, seats, astray)),
        1 => (index(), index()).prop_map(|(of, what)| Step::GiveBack(of, what)),
        2 => index().prop_map(Step::GiveBackAny),
    ]
}

fn a_step_of_people() -> impl Strategy<Value = Step> {
    let role = prop_oneof![
        4 => Just(Role::Member),
        1 => Just(Role::Partner),
        1 => Just(Role::SuperAdmin),
    ];
    prop_oneof![
        3 => (role, 0..4_u8, 0..6_u8).prop_map(|(role, at, n)| Step::CreateUser(role, at, n)),
        1 => (index(), 0..4_u8, 0..6_u8).prop_map(|(at, of, n)| Step::CreateOperator(at, of, n)),
        1 => (index(), 0..6_u8).prop_map(|(user, n)| Step::Readdress(user, n)),
        2 => index().prop_map(Step::Activate),
        1 => index().prop_map(Step::Deactivate),
        1 => index().prop_map(Step::DeleteUser),
        1 => index().prop_map(Step::EraseUser),
    ]
}

fn a_step_of_the_catalogue() -> impl Strategy<Value = Step> {
    let capacity = || prop::option::of(0..6);
    prop_oneof![
        1 => (0..4_u8, 0..3_u8).prop_map(|(owner, n)| Step::CreateProduct(owner, n)),
        1 => index().prop_map(Step::DeleteProduct),
        2 => (index(), 0..3_u8, capacity()).prop_map(|(p, n, c)| Step::CreateVariant(p, n, c)),
        3 => (index(), 0..3_u8, capacity()).prop_map(|(v, n, c)| Step::UpdateVariant(v, n, c)),
        1 => index().prop_map(Step::DeleteVariant),
    ]
}

fn a_step_of_tenants() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(OperationalStatus::ALL.to_vec());
    let change = (index(), status, any::<bool>());
    prop_oneof![
        1 => (3..5_u8, 0..5_u8).prop_map(|(id, n)| Step::CreateOrganization(id, n)),
        1 => (index(), 0..5_u8).prop_map(|(of, n)| Step::RenameOrganization(of, n)),
        1 => index().prop_map(Step::Suspend),
        1 => index().prop_map(Step::Resume),
        1 => index().prop_map(Step::DeleteOrganization),
        3 => (1..4_u8, 0..4_u8).prop_map(|(of, n)| Step::CreateStation(of, n)),
        2 => change.prop_map(|(at, status, by)| Step::UpdateStation(at, status, by)),
        1 => index().prop_map(Step::RemoveStation),
    ]
}

fn times() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(-20..100_i64)
}

fn new_terms() -> impl Strategy<Value = Wish> {
    let starts = prop::option::weighted(0.2, -20..100_i64);
    let ends = prop::option::weighted(0.8, -2..60_i64);
    (starts, ends).prop_map(|(starts, ends)| Wish {
        status: None,
        starts: Some(starts),
        ends: Some(ends),
        note: None,
    })
}

fn wish() -> impl Strategy<Value = Wish> {
    let status = prop_oneof![
        2 => Just(Some(AssignmentStatus::Active)),
        1 => Just(Some(AssignmentStatus::Revoked)),
        2 => Just(None),
    ];
    let rarely = || prop::option::weighted(0.3, times());
    let note = prop::option::of(prop::option::of("[ab]"));
    (status, rarely(), rarely(), note).prop_map(|(status, starts, ends, note)| Wish {
        status,
        starts,
        ends,
        note,
    })
}
