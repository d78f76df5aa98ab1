//! Erasing who a user was.

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
    Event, Need, Permission, Scope, Time, UserId, World,
    kernel::Resource,
    text::{Email, Name},
    user::{Updated, UserByEmail},
};
use testkit::{TestApp, app::PASSWORD};
use uuid::Uuid;

cases![
    an_erased_user_is_told_nowhere,
    only_who_is_deleted_is_erased,
    the_email_of_an_erased_user_stays_with_who_has_it_now,
    nobody_takes_an_address_of_the_erased,
    who_has_an_address_of_the_erased_is_erased,
    who_erases,
    a_follower_who_comes_later_is_not_told_of_who_was_erased,
    nor_is_one_who_comes_when_much_has_happened_since,
];

const EMAIL: &str = "lovelace@example.com";
const NAME: &str = "Augusta Ada King";

/// What stands in the place of the address of an erased user.
fn address(user: Uuid) -> String {
    format!("erased-{}@erased.invalid", user.simple())
}

async fn told(app: &TestApp, resource: Uuid) -> Vec<(String, serde_json::Value)> {
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

async fn an_erased_user_is_told_nowhere(app: &mut TestApp) {
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
    let before = told(app, ada.id).await;
    assert_eq!(before[0].1["email"], ada.email.as_str());
    assert_eq!(
        (&before[1].1["email"], &before[1].1["displayName"]),
        (&EMAIL.into(), &NAME.into())
    );
    // The log itself never said it in the clear; the table does as long as it is needed.
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
    let after = told(app, ada.id).await;
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
    assert_eq!(told(app, ada.id).await, after);
}

async fn only_who_is_deleted_is_erased(app: &mut TestApp) {
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

async fn the_email_of_an_erased_user_stays_with_who_has_it_now(app: &mut TestApp) {
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

async fn nobody_takes_an_address_of_the_erased(app: &mut TestApp) {
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

/// What became of a user before the addresses of the erased were refused.
struct Readdressed {
    id: UserId,
    to: Updated,
}

impl UseCase for Readdressed {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &World, _: Time) -> Vec<Need> {
        vec![
            Need::User(self.id),
            Need::from(UserByEmail(None, self.to.email.key())),
        ]
    }

    fn decide(&self, world: &World, context: &Context, _: Time) -> Decision<()> {
        let target = world.get(self.id).unwrap().target();
        let permit = context.permit_new(Permission::UsersUpdate, &target)?;
        let fact = Event::UserUpdated(self.to.clone()).of(self.id.0);
        Ok(Outcome::new(permit, vec![fact], |_| Some(())))
    }
}

async fn who_has_an_address_of_the_erased_is_erased(app: &mut TestApp) {
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
    let now = told(app, ada.id).await;
    assert_eq!(now.last().unwrap().0, "user.erased");
    // Of whom nothing can be erased any more, the log does not forget anything without saying so.
    admin.delete_user(eve.id, &plain()).await.unwrap();
    let before = told(app, eve.id).await;
    admin.erase_user(eve.id, &plain()).await.unwrap();
    assert_eq!(told(app, eve.id).await, before);
    app.verify().await;
}

async fn who_erases(app: &mut TestApp) {
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
    // Also when the organization is no more.
    admin.suspend_organization(volt, &plain()).await.unwrap();
    admin.activate_organization(volt, &plain()).await.unwrap();
    paul.erase_user(gone.id, &plain()).await.unwrap();
    admin.delete_user(mary.id, &plain()).await.unwrap();
    admin.delete_organization(volt, &plain()).await.unwrap();
    admin.erase_user(mary.id, &plain()).await.unwrap();
    app.verify().await;
}

/// Follows the log of the platform, as whoever comes now.
async fn follow(app: &TestApp, after: i64) -> Following {
    let (log, all) = (LogId::PLATFORM, Scope::Everything);
    let head = app.app().store().head(log).await.unwrap();
    app.app().live().follow(log, after, head, all, &[])
}

/// Where the log of the platform ends.
async fn end(app: &TestApp) -> i64 {
    let head = app.app().store().head(LogId::PLATFORM).await;
    head.unwrap().position
}

/// What a follower is told of a user until where the log ends.
async fn heard(app: &TestApp, mut following: Following, of: Uuid) -> Vec<serde_json::Value> {
    let mut heard = Vec::new();
    let (mut last, end) = (0, end(app).await);
    while last < end {
        let (events, _) = following.read().await.unwrap().unwrap();
        last = events.last().unwrap().position;
        let events = events.iter().filter(|event| event.resource_id == of);
        heard.extend(events.map(|event| event.data.clone()));
    }
    heard
}

/// A user whom somebody who follows closely has heard of.
async fn heard_of(app: &TestApp, near: &mut Following) -> User {
    let ada = app.user("ada").await;
    near.behind().await;
    let (events, _) = near.read().await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().data["email"], ada.email.as_str());
    ada
}

/// Who comes now hears of the erased user what the log tells.
async fn is_not_told(app: &TestApp, user: &User, after: i64) {
    let admin = app.super_admin();
    admin.delete_user(user.id, &plain()).await.unwrap();
    admin.erase_user(user.id, &plain()).await.unwrap();
    let late = follow(app, after).await;
    let heard = heard(app, late, user.id).await;
    let told = told(app, user.id).await.into_iter();
    assert_eq!(heard, told.map(|(_, data)| data).collect::<Vec<_>>());
    let email = format!("erased-{}@erased.invalid", user.id.simple());
    assert_eq!(heard[0]["email"], email.as_str());
}

async fn a_follower_who_comes_later_is_not_told_of_who_was_erased(app: &mut TestApp) {
    let before = end(app).await;
    let mut near = follow(app, before).await;
    let ada = heard_of(app, &mut near).await;
    let between = end(app).await;
    let bob = app.user("bob").await;
    near.behind().await;
    assert!(near.read().await.unwrap().is_some());
    is_not_told(app, &ada, before).await;
    // What came after is still there for who is near.
    let heard = heard(app, follow(app, between).await, bob.id).await;
    assert_eq!(heard[0]["email"], bob.email.as_str());
}

async fn nor_is_one_who_comes_when_much_has_happened_since(app: &mut TestApp) {
    let before = end(app).await;
    let mut near = follow(app, before).await;
    let ada = heard_of(app, &mut near).await;
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
    is_not_told(app, &ada, before).await;
}
