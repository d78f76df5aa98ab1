//! Settings of organizations: what goes together, and how they change.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{Event, Refusal, organization, settings::Settings};
use given::Given;

fn sessions(idle: Option<i32>, absolute: Option<i32>) -> Settings {
    Settings {
        refresh_idle_seconds: idle,
        refresh_absolute_seconds: absolute,
        ..Settings::default()
    }
}

#[test]
fn a_session_lasts_at_least_as_long_as_it_may_be_idle() {
    for (idle, absolute, fits) in [
        (None, None, true),
        (Some(7200), None, true),
        (None, Some(3600), true),
        (Some(3600), Some(3600), true),
        (Some(3601), Some(3600), false),
    ] {
        let found = sessions(idle, absolute).check();
        assert_eq!(found.is_ok(), fits, "{idle:?} {absolute:?}");
        if let Err(wrong) = found {
            assert_eq!(
                (wrong.pointer.as_str(), wrong.code.as_ref()),
                ("/refreshAbsoluteSeconds", "BELOW_IDLE")
            );
        }
    }
}

#[test]
fn settings_are_replaced_and_the_same_again_is_no_change() {
    let mut given = Given::empty();
    let id = given.tenant(1);
    let begun = given.set.get(id).unwrap().clone();
    assert_eq!(begun.settings, Settings::default());
    let set = Settings {
        password_min_length: Some(12),
        allowed_origins: vec!["https://console.example.com".to_owned()],
        ..sessions(Some(3600), Some(7200))
    };
    let decided = organization::set(&begun, set.clone());
    let events = given.happen(decided).unwrap();
    assert_eq!(events, [Event::OrganizationSettingsChanged(set.clone())]);
    let now = given.set.get(id).unwrap().clone();
    assert_eq!((&now.settings, now.version), (&set, begun.version + 1));
    assert_eq!(now.authz_epoch, begun.authz_epoch, "nobody is signed out");
    assert_eq!(organization::set(&now, set), Ok(vec![]));
    let crossed = organization::set(&now, sessions(Some(7201), Some(7200)));
    assert!(matches!(crossed, Err(Refusal::Invalid(_))), "{crossed:?}");
    let less = sessions(None, None);
    given.happen(organization::set(&now, less)).unwrap();
    let now = given.set.get(id).unwrap();
    assert_eq!(now.settings, Settings::default());
}

#[test]
fn nothing_is_set_in_a_deleted_organization() {
    let mut given = Given::empty();
    let id = given.tenant(1);
    let suspended = organization::suspend(given.set.get(id).unwrap());
    given.happen(suspended).unwrap();
    let set = sessions(Some(3600), None);
    let decided = organization::set(given.set.get(id).unwrap(), set);
    given.happen(decided).unwrap();
    let known = given.set.get(id).unwrap();
    let deleted = organization::delete(&given.set, known, given.now);
    given.happen(deleted).unwrap();
    let known = given.set.get(id).unwrap();
    let refused = organization::set(known, Settings::default());
    assert_eq!(refused, Err(Refusal::OrganizationDeleted));
}
