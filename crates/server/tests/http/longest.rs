//! The longest values of the contract fit on every database, in the widest characters.

use crate::{
    given::{code, grant, new_role, person, plain, role},
    harness::cases,
};
use client::{ProblemCode, RoleGrant, RoleUpdate};
use testkit::TestApp;

cases![
    many_deleted_roles_do_not_prevent_a_new_grant,
    names_that_grow_in_lower_case_are_refused_when_too_long,
];

/// One character that becomes two in lower case.
const GROWS: &str = "\u{130}";

pub async fn many_deleted_roles_do_not_prevent_a_new_grant(app: &mut TestApp) {
    let of = app.organization("volt").await.id;
    let mary = app.member_of("mary", of).await.id;
    let admin = app.super_admin();
    let kept = role(app, of, "Kept", &["users.read"]).await.id;
    grant(app, mary, kept).await;
    for number in 0..30 {
        let gone = role(app, of, &format!("Role {number}"), &["stations.read"]).await;
        grant(app, mary, gone.id).await;
        admin.delete_role(gone.id, &plain()).await.unwrap();
    }
    let last = role(app, of, "Last", &["settings.read"]).await.id;
    let last = RoleGrant { role_id: last };
    let has = admin.grant_role(mary, &last, &plain()).await.unwrap().body;
    let mut has: Vec<_> = has.content.iter().map(|role| role.id).collect();
    has.sort();
    assert_eq!(has, [kept, last.role_id]);
}

pub async fn names_that_grow_in_lower_case_are_refused_when_too_long(app: &mut TestApp) {
    let of = app.organization("volt").await.id;
    let admin = app.super_admin();
    let before = app.position().await;
    let long = new_role(of, &GROWS.repeat(101), &["users.read"]);
    let refused = admin.create_role(&long, &plain()).await;
    assert_eq!(code(refused), ProblemCode::ValidationError);
    assert_eq!(app.position().await, before);
    let made = role(app, of, &GROWS.repeat(100), &["users.read"]).await;
    let change = RoleUpdate::new(GROWS.repeat(101), vec!["users.read".to_owned()]);
    let refused = admin.update_role(made.id, &change, &plain()).await;
    assert_eq!(code(refused), ProblemCode::ValidationError);
    let wide = "\u{1D4B3}".repeat(200);
    let mut somebody = person("wide");
    somebody.display_name = wide.clone();
    let made = admin
        .create_organization_member(of, &somebody, &plain())
        .await;
    assert_eq!(made.unwrap().body.display_name, wide);
}
