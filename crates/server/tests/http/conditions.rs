//! ETag, If-Match and If-None-Match.

use crate::{
    given::{code, plain, pool, problem, product, role, seat, user_key, variant},
    harness::cases,
};
use client::{
    AllocationUpdate, AssignmentPatch, Client, Error, NewApiKey, OperationalStatus, Options,
    OrganizationSettingsUpdate, OrganizationUpdate, ProblemCode, ProductUpdate,
    ProductVariantUpdate, Reply, RoleUpdate, StationUpdate, UserUpdate,
};
use testkit::TestApp;
use uuid::Uuid;

cases![
    a_stale_if_match_changes_nothing,
    the_present_version_and_the_star_match,
    a_foreign_tag_matches_nothing,
    a_known_answer_is_not_sent_again,
    a_changed_answer_is_sent_again,
];

fn user_update() -> UserUpdate {
    UserUpdate {
        email: "renamed@example.com".into(),
        display_name: "Renamed".into(),
    }
}

fn patch() -> AssignmentPatch {
    AssignmentPatch {
        note: Some(Some("Renamed".into())),
        ..AssignmentPatch::default()
    }
}

/// One resource of each kind.
struct Ids {
    organization: Uuid,
    station: Uuid,
    /// A catalogue variant of which the organization has a pool.
    pooled: Uuid,
    user: Uuid,
    product: Uuid,
    variant: Uuid,
    seat: Uuid,
    role: Uuid,
    /// An organization of which only the settings change.
    set: Uuid,
    keyed: Uuid,
    keys: [Uuid; 2],
}

async fn ids(app: &TestApp) -> Ids {
    let user = app.user("ada").await.id;
    let variant = variant(app, None).await;
    let organization = app.organization("ours").await.id;
    let pooled = pool(app, organization, variant.id, 1).await;
    let (keyed, key) = (app.user("keyed").await.id, NewApiKey::new("key"));
    Ids {
        role: role(app, organization, "Present", &["users.read"]).await.id,
        set: app.organization("set").await.id,
        keyed,
        keys: [
            user_key(app, keyed, &key).await.id,
            user_key(app, keyed, &key).await.id,
        ],
        organization,
        station: app.station(organization, "one").await.id,
        pooled: pooled.product_variant_id,
        user,
        product: product(app, "unused").await.id,
        variant: variant.id,
        seat: seat(app, user, variant.id).await.id,
    }
}

/// The statuses of every operation that takes If-Match.
async fn writes(client: &Client, ids: &Ids, with: &Options) -> Vec<Result<u16, Error>> {
    fn status<T>(answer: Result<Reply<T>, Error>) -> Result<u16, Error> {
        answer.map(|reply| reply.status)
    }
    let product = ProductUpdate::new("Renamed");
    let variant = ProductVariantUpdate::new("Renamed", None);
    let organization = OrganizationUpdate::new("Renamed");
    let station = StationUpdate::new("Renamed", OperationalStatus::Planned);
    let seats = AllocationUpdate { seats: 2 };
    let role = RoleUpdate::new("Renamed", vec!["users.read".into()]);
    let settings = OrganizationSettingsUpdate {
        password_min_length: Some(9),
        ..OrganizationSettingsUpdate::default()
    };
    let me = UserUpdate {
        email: "me@example.com".into(),
        display_name: "Me".into(),
    };
    vec![
        status(client.update_current_user(&me, with).await),
        status(client.update_user(ids.user, &user_update(), with).await),
        status(client.update_product(ids.product, &product, with).await),
        status(client.update_variant(ids.variant, &variant, with).await),
        status(client.patch_assignment(ids.seat, &patch(), with).await),
        status(
            client
                .update_organization(ids.organization, &organization, with)
                .await,
        ),
        status(client.update_station(ids.station, &station, with).await),
        status(client.update_role(ids.role, &role, with).await),
        status(
            client
                .update_organization_settings(ids.set, &settings, with)
                .await,
        ),
        status(
            client
                .put_allocation(ids.organization, ids.pooled, &seats, with)
                .await,
        ),
    ]
}

async fn deletes(client: &Client, ids: &Ids, with: &Options) -> Vec<Result<u16, Error>> {
    vec![
        client
            .revoke_assignment(ids.seat, with)
            .await
            .map(|r| r.status),
        client.delete_role(ids.role, with).await.map(|r| r.status),
        client
            .revoke_api_key(ids.keys[0], with)
            .await
            .map(|r| r.status),
        client
            .revoke_user_api_key(ids.keyed, ids.keys[1], with)
            .await
            .map(|r| r.status),
        client.delete_user(ids.user, with).await.map(|r| r.status),
        client
            .delete_product(ids.product, with)
            .await
            .map(|r| r.status),
        client
            .delete_allocation(ids.organization, ids.pooled, with)
            .await
            .map(|r| r.status),
        client
            .delete_station(ids.station, with)
            .await
            .map(|r| r.status),
        client
            .delete_organization(ids.organization, with)
            .await
            .map(|r| r.status),
    ]
}

async fn a_stale_if_match_changes_nothing(app: &mut TestApp) {
    let admin = app.super_admin();
    let ids = ids(app).await;
    let position = app.position().await;
    let stale = Options::if_match("\"7\"");
    let mut answers = writes(&admin, &ids, &stale).await;
    answers.extend(deletes(&admin, &ids, &stale).await);
    let unused = variant(app, None).await.id;
    let before_delete = app.position().await;
    let deleted = admin.delete_variant(unused, &stale).await;
    answers.push(deleted.map(|reply| reply.status));
    for answer in answers {
        let refused = answer.unwrap_err();
        assert_eq!(refused.code(), Some(ProblemCode::PreconditionFailed));
        assert_eq!(refused.problem().unwrap().status, 412);
    }
    assert_eq!(app.position().await, before_delete);
    assert_eq!(before_delete, position + 2, "one product, one variant");
}

async fn the_present_version_and_the_star_match(app: &mut TestApp) {
    let admin = app.super_admin();
    let ids = ids(app).await;
    for tag in ["\"1\"", "*"] {
        for answer in writes(&admin, &ids, &Options::if_match(tag)).await {
            assert_eq!(answer.unwrap(), 200);
        }
    }
    let read = admin.get_assignment(ids.seat, &plain()).await.unwrap();
    let present = Options::if_match(read.etag.unwrap());
    let other = AssignmentPatch {
        note: Some(None),
        ..AssignmentPatch::default()
    };
    let done = admin.patch_assignment(ids.seat, &other, &present).await;
    assert_eq!(done.unwrap().body.note, None);
    let again = admin.patch_assignment(ids.seat, &patch(), &present).await;
    assert_eq!(code(again), ProblemCode::PreconditionFailed);
    let listed = Options::if_match("\"9\", \"3\"");
    for answer in deletes(&admin, &ids, &Options::if_match("*")).await {
        assert_eq!(answer.unwrap(), 204);
    }
    let gone = admin.update_user(ids.user, &user_update(), &listed).await;
    assert_eq!(problem(gone).code, ProblemCode::UserNotActive);
}

async fn a_foreign_tag_matches_nothing(app: &mut TestApp) {
    let admin = app.super_admin();
    let user = app.user("ada").await;
    for tag in ["1", "W/\"1\"", "\"one\"", "\"1", "\"\"", ","] {
        let with = Options::if_match(tag);
        let refused = admin.update_user(user.id, &user_update(), &with).await;
        assert_eq!(code(refused), ProblemCode::PreconditionFailed, "{tag}");
    }
}

/// Every operation that takes If-None-Match: status and ETag.
async fn reads(client: &Client, ids: &Ids, with: &Options) -> Vec<(u16, String, bool)> {
    fn seen<T>(answer: Result<Reply<Option<T>>, Error>) -> (u16, String, bool) {
        let reply = answer.unwrap();
        (reply.status, reply.etag.unwrap(), reply.body.is_some())
    }
    vec![
        seen(client.get_current_user(with).await),
        seen(client.get_user(ids.user, with).await),
        seen(client.get_product(ids.product, with).await),
        seen(client.get_variant(ids.variant, with).await),
        seen(client.get_assignment(ids.seat, with).await),
        seen(client.get_organization(ids.organization, with).await),
        seen(client.get_station(ids.station, with).await),
        seen(client.get_role(ids.role, with).await),
        seen(client.get_organization_settings(ids.set, with).await),
        seen(
            client
                .get_allocation(ids.organization, ids.pooled, with)
                .await,
        ),
    ]
}

async fn a_known_answer_is_not_sent_again(app: &mut TestApp) {
    let admin = app.super_admin();
    let ids = ids(app).await;
    for (place, (status, tag, has_body)) in
        reads(&admin, &ids, &plain()).await.into_iter().enumerate()
    {
        assert_eq!((status, has_body), (200, true));
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = reads(&admin, &ids, &Options::if_none_match(known)).await;
            assert_eq!(again[place], (304, tag.clone(), false));
        }
    }
}

async fn a_changed_answer_is_sent_again(app: &mut TestApp) {
    let admin = app.super_admin();
    let ids = ids(app).await;
    let tags = reads(&admin, &ids, &plain()).await;
    for answer in writes(&admin, &ids, &plain()).await {
        assert_eq!(answer.unwrap(), 200);
    }
    for (place, (_, tag, _)) in tags.into_iter().enumerate() {
        let again = reads(&admin, &ids, &Options::if_none_match(tag.clone())).await;
        assert_eq!(again[place].0, 200);
        assert_ne!(again[place].1, tag);
    }
}
