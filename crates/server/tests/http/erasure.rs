//! Erasure of personal data.

use crate::{
    given::{code, plain, seat, variant},
    harness::cases,
    login::member,
};
use app::{
    Context, LogId,
    home::Subject,
    live::Following,
    use_case::{Decision, Outcome, UseCase},
};
use client::{
    AssignmentBatch, BatchMode, ListEventsParams, ProblemCode, User, UserStatus, UserUpdate,
};
use domain::{
    Event, Need, Permission, Scope, Time, UserId, WorkingSet,
    kernel::Resource,
    text::{Email, Name},
    user::{Updated, UserByEmail},
};
use testkit::{TestApp, app::PASSWORD};
use uuid::Uuid;

cases![
    personal_data_of_an_erased_user_is_nowhere,
    only_a_deleted_user_can_be_erased,
    the_email_of_an_erased_user_stays_with_its_new_owner,
    the_placeholder_address_of_erased_users_is_refused,
    a_user_with_a_placeholder_address_can_be_erased,
    only_permitted_callers_erase_a_user,
    a_later_follower_gets_no_data_of_an_erased_user,
    a_follower_from_far_behind_gets_no_data_of_an_erased_user,
];

const EMAIL: &str = "lovelace@example.com";
const NAME: &str = "Augusta Ada King";

/// The placeholder for the address of an erased user.
fn address(user: Uuid) -> String {
    format!("erased-{}@erased.invalid", user.simple())
}

async fn events_of(app: &TestApp, resource: Uuid) -> Vec<(String, serde_json::Value)> {
    let params = ListEventsParams {
        resource: Some(format!("user/{resource}")),
        ..ListEventsParams::default()
    };
    let found = app.super_admin().list_events(&params, &plain()).await;
    let events = found.unwrap().body.content.into_iter();
    events
        .map(|event| (event.r#type, event.data.into()))
        .collect()
}

async fn personal_data_of_an_erased_user_is_nowhere(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = member(app, "ada").await;
    let held = seat(app, ada.id, variant(app, None).await.id).await;
    let update = UserUpdate {
        email: EMAIL.to_owned(),
        display_name: NAME.to_owned(),
    };
    admin.update_user(ada.id, &update, &plain()).await.unwrap();
    let login = client::LoginRequest::new(EMAIL, PASSWORD);
    app.sign_in(&login).await;
    let before = events_of(app, ada.id).await;
    assert_eq!(before[0].1["email"], ada.email.as_str());
    assert_eq!(
        (&before[1].1["email"], &before[1].1["displayName"]),
        (&EMAIL.into(), &NAME.into())
    );
    // The log holds the name sealed only; the table holds it in the clear until the erasure.
    assert_eq!(app.tables().await.holding(NAME), ["users"]);
    admin.delete_user(ada.id, &plain()).await.unwrap();
    let erased = admin.erase_user(ada.id, &plain()).await.unwrap();
    let email = address(ada.id);
    let user = erased.body;
    assert_eq!(
        (&user.email, user.display_name.as_str()),
        (&email, "Erased")
    );
    assert_eq!(
        (user.status, user.version),
        (UserStatus::Deleted, before.len() as i64 + 2)
    );
    for text in [EMAIL, NAME, ada.email.as_str()] {
        assert_eq!(app.tables().await.holding(text), [""; 0], "{text}");
    }
    let after = events_of(app, ada.id).await;
    for (_, data) in &after[..2] {
        assert_eq!(
            (&data["email"], &data["displayName"]),
            (&email.clone().into(), &"Erased".into())
        );
    }
    assert_eq!(after.last().unwrap().0, "user.erased");
    let seat = admin.get_assignment(held.id, &plain()).await.unwrap();
    assert_eq!(seat.body.unwrap().user_id, Some(ada.id), "history stays");
    let again = admin.erase_user(ada.id, &plain()).await.unwrap();
    assert_eq!(again.body, user, "once is enough");
    app.verify().await;
    app.restart().await;
    assert_eq!(events_of(app, ada.id).await, after);
}

async fn only_a_deleted_user_can_be_erased(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    let before = app.tables().await;
    let refused = admin.erase_user(ada.id, &plain()).await;
    assert_eq!(code(refused), ProblemCode::UserNotDeleted);
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    let refused = admin.erase_user(ada.id, &plain()).await;
    assert_eq!(code(refused), ProblemCode::UserNotDeleted);
    let nobody = admin.erase_user(app.new_id(), &plain()).await;
    assert_eq!(code(nobody), ProblemCode::NotFound);
    assert!(before.rows("subject_keys") > 0);
    assert_eq!(
        before.rows("subject_keys"),
        app.tables().await.rows("subject_keys")
    );
}

async fn the_email_of_an_erased_user_stays_with_its_new_owner(app: &mut TestApp) {
    let admin = app.super_admin();
    let first = app.user("ada").await;
    admin.delete_user(first.id, &plain()).await.unwrap();
    let second = app.user("ada").await;
    assert_eq!(second.email, first.email);
    admin.erase_user(first.id, &plain()).await.unwrap();
    let new = client::NewUser::new(first.email.clone(), "Ada");
    let twin = admin.create_user(&new, &plain()).await;
    assert_eq!(code(twin), ProblemCode::DuplicateEmail);
    app.verify().await;
}

async fn the_placeholder_address_of_erased_users_is_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    for email in [&address(ada.id), "Ada@Erased.Invalid"] {
        let update = UserUpdate {
            email: email.to_owned(),
            display_name: NAME.to_owned(),
        };
        let refused = admin.update_user(ada.id, &update, &plain()).await;
        assert_eq!(code(refused), ProblemCode::ValidationError, "{email}");
        let new = client::NewUser::new(email, NAME);
        let refused = admin.create_user(&new, &plain()).await;
        assert_eq!(code(refused), ProblemCode::ValidationError, "{email}");
    }
}

/// An update from before placeholder addresses were refused.
struct Readdressed {
    id: UserId,
    to: Updated,
}

impl UseCase for Readdressed {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![
            Need::User(self.id),
            Need::from(UserByEmail(None, self.to.email.key())),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let target = set.get(self.id).unwrap().target();
        let permit = context.permit_new(Permission::UsersUpdate, &target)?;
        let fact = Event::UserUpdated(self.to.clone()).of(self.id.0);
        Ok(Outcome::new(permit, vec![fact], |_| Some(())))
    }
}

async fn a_user_with_a_placeholder_address_can_be_erased(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    let eve = app.user("eve").await;
    for (user, name) in [(&ada, NAME), (&eve, "Erased")] {
        let case = Readdressed {
            id: UserId(user.id),
            to: Updated {
                email: Email::parse(&address(user.id), "").unwrap(),
                display_name: Name::parse(name, "").unwrap(),
            },
        };
        app.app().run(Context::system(), case).await.unwrap();
    }
    admin.delete_user(ada.id, &plain()).await.unwrap();
    let erased = admin.erase_user(ada.id, &plain()).await.unwrap().body;
    assert_eq!(erased.display_name, "Erased");
    assert_eq!(app.tables().await.holding(NAME), [""; 0]);
    let now = events_of(app, ada.id).await;
    assert_eq!(now.last().unwrap().0, "user.erased");
    // A user with a placeholder already has nothing to erase, so no event is appended.
    admin.delete_user(eve.id, &plain()).await.unwrap();
    let before = events_of(app, eve.id).await;
    admin.erase_user(eve.id, &plain()).await.unwrap();
    assert_eq!(events_of(app, eve.id).await, before);
    app.verify().await;
}

async fn only_permitted_callers_erase_a_user(app: &mut TestApp) {
    let admin = app.super_admin();
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let (paul, amy) = (
        app.partner("paul", volt).await,
        app.partner("amy", amp).await,
    );
    let mary = app.member_of("mary", volt).await;
    let gone = app.member_of("gone", volt).await;
    admin.delete_user(gone.id, &plain()).await.unwrap();
    assert_eq!(
        code(amy.erase_user(gone.id, &plain()).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        code(mary.erase_user(gone.id, &plain()).await),
        ProblemCode::Forbidden
    );
    // Also after the organization is deleted.
    admin.suspend_organization(volt, &plain()).await.unwrap();
    admin.activate_organization(volt, &plain()).await.unwrap();
    paul.erase_user(gone.id, &plain()).await.unwrap();
    admin.delete_user(mary.id, &plain()).await.unwrap();
    admin.delete_organization(volt, &plain()).await.unwrap();
    admin.erase_user(mary.id, &plain()).await.unwrap();
    app.verify().await;
}

/// A new follower of the log of the platform.
async fn follow(app: &TestApp, after: i64) -> Following {
    let (log, all) = (LogId::PLATFORM, Scope::Everything);
    let head = app.app().store().head(log).await.unwrap();
    app.app().live().follow(log, after, head, all, &[])
}

/// The last position of the log of the platform.
async fn end(app: &TestApp) -> i64 {
    let head = app.app().store().head(LogId::PLATFORM).await;
    head.unwrap().position
}

/// The events of a user that a follower receives up to the end of the log.
async fn received(app: &TestApp, mut following: Following, of: Uuid) -> Vec<serde_json::Value> {
    let mut received = Vec::new();
    let (mut last, end) = (0, end(app).await);
    while last < end {
        let (events, _) = following.read().await.unwrap().unwrap();
        last = events.last().unwrap().position;
        let events = events.iter().filter(|event| event.resource_id == of);
        received.extend(events.map(|event| event.data.clone()));
    }
    received
}

/// A user whose event a follower at the head has received.
async fn received_user(app: &TestApp, near: &mut Following) -> User {
    let ada = app.user("ada").await;
    near.behind().await;
    let (events, _) = near.read().await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().data["email"], ada.email.as_str());
    ada
}

/// A new follower receives the events of the erased user as the log has them now.
async fn gets_no_data(app: &TestApp, user: &User, after: i64) {
    let admin = app.super_admin();
    admin.delete_user(user.id, &plain()).await.unwrap();
    admin.erase_user(user.id, &plain()).await.unwrap();
    let late = follow(app, after).await;
    let received = received(app, late, user.id).await;
    let recorded = events_of(app, user.id).await.into_iter();
    assert_eq!(received, recorded.map(|(_, data)| data).collect::<Vec<_>>());
    let email = format!("erased-{}@erased.invalid", user.id.simple());
    assert_eq!(received[0]["email"], email.as_str());
}

async fn a_later_follower_gets_no_data_of_an_erased_user(app: &mut TestApp) {
    let before = end(app).await;
    let mut near = follow(app, before).await;
    let ada = received_user(app, &mut near).await;
    let between = end(app).await;
    let bob = app.user("bob").await;
    near.behind().await;
    assert!(near.read().await.unwrap().is_some());
    gets_no_data(app, &ada, before).await;
    // Later events are still served from memory to a follower near the head.
    let received = received(app, follow(app, between).await, bob.id).await;
    assert_eq!(received[0]["email"], bob.email.as_str());
}

async fn a_follower_from_far_behind_gets_no_data_of_an_erased_user(app: &mut TestApp) {
    let before = end(app).await;
    let mut near = follow(app, before).await;
    let ada = received_user(app, &mut near).await;
    let mut variants = Vec::new();
    for _ in 0..25 {
        variants.push(variant(app, None).await.id);
    }
    let mut items = Vec::new();
    for number in 0..20 {
        let user = app.user(&format!("m{number}")).await.id;
        items.extend(variants.iter().map(|variant| testkit::seat(user, *variant)));
    }
    let mode = BatchMode::Atomic;
    let batch = AssignmentBatch { mode, items };
    let admin = app.super_admin();
    let done = admin.create_assignment_batch(&batch, &plain()).await;
    assert_eq!(done.unwrap().body.created, 500);
    gets_no_data(app, &ada, before).await;
}
