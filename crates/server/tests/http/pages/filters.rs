//! The results of each filter, and their totals.

use super::users;
use crate::given::{plain, product, seat, variant};
use chrono::Duration;
use client::{
    AssignmentStatus, ListAssignmentsParams, ListProductsParams, ListUsersParams, UserRole,
    UserStatus,
};
use testkit::TestApp;

pub async fn users_are_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    let made = users(app, &["ada", "bob", "eve_100%"]).await;
    admin.activate_user(made[0].id, &plain()).await.unwrap();
    admin.delete_user(made[1].id, &plain()).await.unwrap();
    let organization = app.organization("ours").await.id;
    let station = app.station(organization, "one").await.id;
    let tied = app.operator("olga", organization, station).await;
    let none = ListUsersParams::default;
    let cases = [
        (
            ListUsersParams {
                email: Some("ADA@example.com".into()),
                ..none()
            },
            vec![made[0].id],
        ),
        (
            ListUsersParams {
                email: Some("nobody@example.com".into()),
                ..none()
            },
            vec![],
        ),
        (
            ListUsersParams {
                role: Some(UserRole::SuperAdmin),
                ..none()
            },
            vec![admin.id],
        ),
        (
            ListUsersParams {
                status: Some(UserStatus::Deleted),
                ..none()
            },
            vec![made[1].id],
        ),
        (
            ListUsersParams {
                status: Some(UserStatus::Pending),
                ..none()
            },
            vec![made[2].id],
        ),
        (
            ListUsersParams {
                organization_id: Some(organization),
                ..none()
            },
            vec![tied.id],
        ),
        (
            ListUsersParams {
                station_id: Some(station),
                ..none()
            },
            vec![tied.id],
        ),
        (
            ListUsersParams {
                q: Some("AD".into()),
                ..none()
            },
            vec![admin.id, made[0].id],
        ),
        (
            ListUsersParams {
                q: Some("_100%".into()),
                ..none()
            },
            vec![made[2].id],
        ),
        (
            ListUsersParams {
                q: Some("%".into()),
                ..none()
            },
            vec![made[2].id],
        ),
        (
            ListUsersParams {
                q: Some("bob".into()),
                ..none()
            },
            vec![],
        ),
        (none(), vec![admin.id, made[0].id, made[2].id, tied.id]),
    ];
    for (params, due) in cases {
        let page = admin.list_users(&params, &plain()).await.unwrap().body;
        let found: Vec<_> = page.content.iter().map(|user| user.id).collect();
        assert_eq!(found, due, "{params:?}");
        assert_eq!(page.total_elements, due.len() as i64, "{params:?}");
    }
}

pub async fn products_are_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    let (one, two) = (product(app, "charge").await, product(app, "fleet").await);
    let organization = app.new_id();
    let none = ListProductsParams::default;
    for (params, due) in [
        (
            ListProductsParams {
                key: Some("fleet".into()),
                ..none()
            },
            vec![two.id],
        ),
        (
            ListProductsParams {
                q: Some("CHAR".into()),
                ..none()
            },
            vec![one.id],
        ),
        (
            ListProductsParams {
                q: Some("product".into()),
                ..none()
            },
            vec![one.id, two.id],
        ),
        (
            ListProductsParams {
                organization_id: Some(organization),
                ..none()
            },
            vec![],
        ),
    ] {
        let page = admin.list_products(&params, &plain()).await.unwrap().body;
        let found: Vec<_> = page.content.iter().map(|product| product.id).collect();
        assert_eq!(found, due, "{params:?}");
        assert_eq!(page.total_elements, due.len() as i64);
    }
}

pub async fn assignments_are_filtered_and_counted(app: &mut TestApp) {
    let admin = app.super_admin();
    let (one, two) = (variant(app, None).await, variant(app, None).await);
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut seats = Vec::new();
    for (user, variant) in [(ada.id, one.id), (bob.id, one.id), (ada.id, two.id)] {
        app.clock().advance(Duration::seconds(1));
        seats.push(seat(app, user, variant).await.id);
    }
    admin.revoke_assignment(seats[0], &plain()).await.unwrap();
    let none = ListAssignmentsParams::default;
    let revoked = Some(AssignmentStatus::Revoked);
    let active = Some(AssignmentStatus::Active);
    for (params, due) in [
        (none(), vec![0, 1, 2]),
        (
            ListAssignmentsParams {
                sort: vec!["createdAt,desc".into()],
                ..none()
            },
            vec![2, 1, 0],
        ),
        (
            ListAssignmentsParams {
                user_id: Some(ada.id),
                ..none()
            },
            vec![0, 2],
        ),
        (
            ListAssignmentsParams {
                variant_id: Some(one.id),
                ..none()
            },
            vec![0, 1],
        ),
        (
            ListAssignmentsParams {
                product_id: Some(two.product_id),
                ..none()
            },
            vec![2],
        ),
        (
            ListAssignmentsParams {
                status: revoked,
                ..none()
            },
            vec![0],
        ),
        (
            ListAssignmentsParams {
                status: active,
                ..none()
            },
            vec![1, 2],
        ),
        (
            ListAssignmentsParams {
                status: active,
                user_id: Some(ada.id),
                ..none()
            },
            vec![2],
        ),
        (
            ListAssignmentsParams {
                status: active,
                variant_id: Some(one.id),
                ..none()
            },
            vec![1],
        ),
        (
            ListAssignmentsParams {
                status: revoked,
                variant_id: Some(two.id),
                ..none()
            },
            vec![],
        ),
        (
            ListAssignmentsParams {
                organization_id: Some(app.new_id()),
                ..none()
            },
            vec![],
        ),
    ] {
        let page = admin
            .list_assignments(&params, &plain())
            .await
            .unwrap()
            .body;
        let found: Vec<_> = page.content.iter().map(|seat| seat.id).collect();
        let due: Vec<_> = due.into_iter().map(|index: usize| seats[index]).collect();
        assert_eq!(found, due, "{params:?}");
        assert_eq!(page.total_elements, due.len() as i64, "{params:?}");
    }
}
