//! Nobody creates a user who may do more than they may, nor redirects the invitation of one.

use super::{by_token, home, plain, role};
use crate::given::{code, grant, person, user_key};
use client::{Client, NewApiKey, NewOperator, NewUser, ProblemCode, UserRole, UserUpdate};
use domain::{Permission, permission::OF_SELF, user::Role as FixedRole};
use testkit::{TestApp, app::SignedIn};
use uuid::Uuid;

const FORBIDDEN: ProblemCode = ProblemCode::Forbidden;

fn key(permissions: &[&str]) -> NewApiKey {
    NewApiKey {
        permissions: Some(permissions.iter().map(|&one| one.to_owned()).collect()),
        ..NewApiKey::new("narrow")
    }
}

fn new_user(name: &str, role: UserRole, of: Option<Uuid>, station: Option<Uuid>) -> NewUser {
    NewUser {
        role: Some(role),
        organization_id: of,
        station_id: station,
        ..NewUser::new(format!("{name}@example.com"), name)
    }
}

/// A super admin in person.
async fn root(app: &TestApp) -> (Uuid, SignedIn) {
    let root = app.person("root", FixedRole::SuperAdmin, None, None).await;
    (root.id, app.sign_in(&root.login()).await)
}

async fn with_key(app: &TestApp, owner: Uuid, new: &NewApiKey) -> Client {
    app.bearer(&user_key(app, owner, new).await.key.unwrap())
}

pub async fn a_narrow_key_makes_no_super_admin_and_no_partner(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let (owner, admin) = root(app).await;
    let wide = with_key(app, owner, &NewApiKey::new("all of its owner")).await;
    let both = with_key(app, owner, &key(&["users.create", "partners.create"])).await;
    let partners = with_key(app, owner, &key(&["partners.create"])).await;
    let before = app.position().await;
    for client in [&wide, &both, &partners] {
        let top = new_user("top", UserRole::SuperAdmin, None, None);
        assert_eq!(code(client.create_user(&top, &plain()).await), FORBIDDEN);
    }
    for client in [&both, &partners] {
        let partner = new_user("paul", UserRole::Partner, Some(of), None);
        assert_eq!(
            code(client.create_user(&partner, &plain()).await),
            FORBIDDEN
        );
        let paul = person("paul");
        let made = client
            .create_organization_partner(of, &paul, &plain())
            .await;
        assert_eq!(code(made), FORBIDDEN);
    }
    assert_eq!(app.position().await, before);
    let paul = person("paul");
    let made = wide.create_organization_partner(of, &paul, &plain()).await;
    assert_eq!(made.unwrap().status, 201, "its owner may do all of it");
    let top = new_user("top", UserRole::SuperAdmin, None, None);
    assert_eq!(admin.create_user(&top, &plain()).await.unwrap().status, 201);
}

pub async fn permission_to_create_users_creates_no_operator(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let station = app.station(of, "one").await.id;
    let makes = role(app, of, "Makes people", &["users.create"]).await;
    let (mary, session) = by_token(app, "mary", FixedRole::Member, (of, "volt")).await;
    grant(app, mary, makes.id).await;
    let operator = new_user("olga", UserRole::Operator, Some(of), Some(station));
    let before = app.position().await;
    assert_eq!(
        code(session.create_user(&operator, &plain()).await),
        FORBIDDEN
    );
    let olga = NewOperator {
        email: "olga@example.com".to_owned(),
        display_name: "olga".to_owned(),
        station_id: station,
    };
    let made = session
        .create_organization_operator(of, &olga, &plain())
        .await;
    assert_eq!(code(made), FORBIDDEN);
    assert_eq!(app.position().await, before);
    let member = new_user("bob", UserRole::Member, Some(of), None);
    let made = session.create_user(&member, &plain()).await;
    assert_eq!(made.unwrap().status, 201);
    // With the permissions of an operator throughout the organization, she may create one.
    let names = FixedRole::Operator.permissions().without(OF_SELF);
    let names: Vec<_> = names.iter().map(Permission::as_str).collect();
    let runs = role(app, of, "Runs stations", &names).await;
    grant(app, mary, runs.id).await;
    let made = session.create_user(&operator, &plain()).await;
    assert_eq!(made.unwrap().status, 201);
}

pub async fn nobody_redirects_the_invitation_of_a_user_who_may_do_more(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let station = app.station(of, "one").await.id;
    let admin = app.super_admin();
    let changes = role(app, of, "Changes people", &["users.read", "users.update"]).await;
    let (mary, session) = by_token(app, "mary", FixedRole::Member, (of, "volt")).await;
    grant(app, mary, changes.id).await;
    let waits = new_user("olga", UserRole::Operator, Some(of), Some(station));
    let waits = admin.create_user(&waits, &plain()).await.unwrap().body.id;
    let taken = |name: &str| UserUpdate {
        email: format!("{name}-taken@example.com"),
        display_name: name.to_owned(),
    };
    let before = app.position().await;
    let refused = session.update_user(waits, &taken("olga"), &plain()).await;
    assert_eq!(code(refused), FORBIDDEN);
    assert_eq!(code(session.invite_user(waits, &plain()).await), FORBIDDEN);
    assert_eq!(app.position().await, before);

    let top = new_user("top", UserRole::SuperAdmin, None, None);
    let (owner, root) = root(app).await;
    let top = root.create_user(&top, &plain()).await.unwrap().body.id;
    let wide = with_key(app, owner, &NewApiKey::new("all of its owner")).await;
    let refused = wide.update_user(top, &taken("top"), &plain()).await;
    assert_eq!(code(refused), FORBIDDEN, "a key makes no super admin");
    let pia = new_user("pia", UserRole::Partner, Some(of), None);
    let pia = admin.create_user(&pia, &plain()).await.unwrap().body.id;
    let refused = wide.update_user(pia, &taken("pia"), &plain()).await;
    assert_eq!(
        code(refused),
        FORBIDDEN,
        "a key becomes nobody who makes keys"
    );
    let renamed = UserUpdate {
        email: "top@example.com".to_owned(),
        display_name: "Top".to_owned(),
    };
    let renamed = wide.update_user(top, &renamed, &plain()).await;
    assert_eq!(renamed.unwrap().status, 200);
}
