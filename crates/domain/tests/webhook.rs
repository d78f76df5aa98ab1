//! Webhooks: how many there are, and which events they receive.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, Refusal, WebhookId,
    webhook::{self, Created, DisabledReason, Profile, SecretRotated, Webhook, WebhooksOf},
};
use given::{Given, after, organization};
use std::collections::BTreeSet;

fn profile(types: &[&str]) -> Profile {
    let names: BTreeSet<String> = types.iter().map(|&name| name.to_owned()).collect();
    Profile {
        url: "https://billing.example/".to_owned(),
        description: None,
        event_types: Some(names).filter(|names| !names.is_empty()),
        ordered: false,
    }
}

fn create(given: &mut Given, number: u128) -> Result<WebhookId, Refusal> {
    let (id, realm) = (WebhookId(given.id()), Some(organization(number)));
    let count = given.set.all::<Webhook>();
    let count = count.values().filter(|one| one.realm == realm).count();
    given.set.put_answer(WebhooksOf(realm), count as i64);
    let new = Created {
        realm,
        profile: profile(&[]),
        created_by: None,
    };
    let decided = webhook::create(&given.set, id, new);
    given.happen(decided)?;
    Ok(id)
}

#[test]
fn fifty_are_enough_for_a_realm() {
    let mut given = Given::empty();
    for _ in 0..50 {
        create(&mut given, 1).unwrap();
    }
    assert!(matches!(create(&mut given, 1), Err(Refusal::Invalid(_))));
    let first = create(&mut given, 2).unwrap();
    let gone = vec![Event::WebhookDeleted {}.of(first.0)];
    given.happen(Ok(gone)).unwrap();
    assert_eq!(
        given.set.answer(&WebhooksOf(Some(organization(2)))),
        Some(&0)
    );
    assert!(given.set.get(first).is_none());
}

#[test]
fn the_number_of_webhooks_has_to_be_known() {
    let given = Given::empty();
    let new = Created {
        realm: None,
        profile: profile(&[]),
        created_by: None,
    };
    let refused = webhook::create(&given.set, WebhookId(uuid::Uuid::nil()), new);
    assert!(refused.is_err());
}

#[test]
fn an_endpoint_wants_the_selected_types_or_all() {
    let all = profile(&[]);
    let some = profile(&["user.created"]);
    assert!(all.wants("user.created") && all.wants("anything.new"));
    assert!(some.wants("user.created") && !some.wants("user.updated"));
}

#[test]
fn only_types_that_there_are_can_be_wanted() {
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    webhook::must_be_event_types(&named(&["user.created", "webhook.disabled"])).unwrap();
    let wrong = webhook::must_be_event_types(&named(&["user.flown", "user.created", "x"]));
    let pointers = wrong.unwrap_err().into_iter().map(|one| one.pointer);
    assert_eq!(
        pointers.collect::<Vec<_>>(),
        ["/eventTypes/0", "/eventTypes/2"]
    );
}

#[test]
fn it_is_switched_off_once_and_on_once() {
    let mut given = Given::empty();
    let id = create(&mut given, 1).unwrap();
    let at = |given: &Given| given.set.get(id).unwrap().clone();
    assert_eq!(webhook::enable(&at(&given)), None);
    at(&given).must_be_enabled().unwrap();
    let off = webhook::disable(&at(&given), DisabledReason::Gone).unwrap();
    given.happen(Ok(vec![off])).unwrap();
    assert_eq!(at(&given).disabled, Some(DisabledReason::Gone));
    assert_eq!(at(&given).must_be_enabled(), Err(Refusal::WebhookDisabled));
    assert_eq!(webhook::disable(&at(&given), DisabledReason::Failing), None);
    let on = webhook::enable(&at(&given)).unwrap();
    given.happen(Ok(vec![on])).unwrap();
    assert_eq!((at(&given).disabled, at(&given).version), (None, 3));
}

#[test]
fn a_change_that_changes_nothing_is_none() {
    let mut given = Given::empty();
    let id = create(&mut given, 1).unwrap();
    let known = given.set.get(id).unwrap().clone();
    assert_eq!(webhook::update(&known, profile(&[])), []);
    let changed = webhook::update(&known, profile(&["user.created"]));
    given.happen(Ok(changed)).unwrap();
    let rotated = SecretRotated {
        previous_until: after(60),
    };
    let rotated = vec![Event::WebhookSecretRotated(rotated).of(id.0)];
    given.happen(Ok(rotated)).unwrap();
    let now = given.set.get(id).unwrap();
    assert_eq!(now.profile, profile(&["user.created"]));
    assert_eq!(
        (now.previous_secret_until, now.version),
        (Some(after(60)), 3)
    );
}
