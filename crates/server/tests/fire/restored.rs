//! What stands before a backup and after a restore, and what must not work any more then.

use crate::{
    arena::{FREE, ending, unique},
    power_cut::{Desk, Told, one_turn},
    signed_in::{House, refresh},
};
use client::{ListEventsParams, NewOrganizationApiKey, ProblemCode, TokenPair};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::process::{Installation, Said};
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

const WRITERS: usize = 8;

/// By when something has to happen.
const SOON: Duration = Duration::from_secs(120);

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(unique("qm_backup"));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writers that keep what they were told where others see it.
pub struct Writers {
    tasks: JoinSet<()>,
    told: Arc<Mutex<Told>>,
    turns: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Writers {
    pub fn start(house: &House, desks: &[Desk]) -> Self {
        let mut writers = Self {
            tasks: JoinSet::new(),
            told: Arc::default(),
            turns: Arc::default(),
            is_over: Arc::default(),
        };
        for number in 0..WRITERS {
            let (client, desk) = (
                house.arena.client(number),
                desks[number % desks.len()].clone(),
            );
            let (told, turns) = (Arc::clone(&writers.told), Arc::clone(&writers.turns));
            let is_over = Arc::clone(&writers.is_over);
            writers.tasks.spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let mut own = Told::default();
                    one_turn(&client, &desk, &mut own, &turns).await.unwrap();
                    told.lock().unwrap().take(own);
                }
            });
        }
        writers
    }

    /// Waits for so many answers more.
    pub async fn turn(&self, answers: usize) {
        let (since, due) = (Instant::now(), self.turns.load(Ordering::Relaxed) + answers);
        while self.turns.load(Ordering::Relaxed) < due {
            assert!(since.elapsed() < SOON, "the writers get no answers");
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// What was answered so far.
    pub fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }

    pub async fn stop(mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
    }
}

/// What somebody holds from before, and what of it must not work after a restore.
pub struct Holder {
    pair: TokenPair,
    after: String,
}

/// Who signed in before the backup, and has read the feed to its end now.
pub async fn holder(house: &House, pair: TokenPair) -> Holder {
    let mut params = ListEventsParams::default();
    loop {
        let page = house
            .arena
            .client(0)
            .list_events(&params, FREE)
            .await
            .unwrap()
            .body;
        if page.content.is_empty() {
            return Holder {
                pair,
                after: page.next,
            };
        }
        params.after = Some(page.next);
    }
}

/// The restored installation serves: the key works, what came after the backup does not, and what was
/// held from before is not taken.
pub async fn serves_without(restored: &Installation, key: &str, holder: &Holder, link: &str) {
    let server = restored.start().await;
    let admin = server.client(key);
    admin.get_current_user(FREE).await.unwrap();
    let token = admin.with_api_key(Some(&holder.pair.access_token));
    assert_eq!(
        ending(&token.get_current_user(FREE).await),
        "401 UNAUTHENTICATED"
    );
    let anybody = admin.with_api_key(None);
    let again = refresh(&anybody, &holder.pair.refresh_token).await;
    assert_eq!(ending(&again), "401 INVALID_CREDENTIALS");
    let taken = client::InvitationAcceptance {
        token: link.to_owned(),
        password: crate::signed_in::PASSWORD.to_owned(),
    };
    let taken = anybody.accept_invitation(&taken, FREE).await;
    assert_eq!(ending(&taken), "401 INVALID_CREDENTIALS");
    let after = ListEventsParams {
        after: Some(holder.after.clone()),
        ..ListEventsParams::default()
    };
    let fault = admin.list_events(&after, FREE).await.unwrap_err();
    assert_eq!(fault.code(), Some(ProblemCode::CursorReset));
}

/// Somebody who was invited and has not come yet: the token of the link.
pub async fn invited(house: &House) -> String {
    let new = client::NewUser::new(format!("{}@fire.test", unique("late")), "Late");
    house.arena.client(0).create_user(&new, FREE).await.unwrap();
    house.mails.token(&new.email, 1).await
}

/// What is taken from somebody after a backup.
pub struct Taken {
    pub key_id: Uuid,
    pub key: String,
    person: Uuid,
    away: Uuid,
}

pub async fn taken_away(house: &House) -> Taken {
    let admin = house.arena.client(0);
    let new = NewOrganizationApiKey::new("Soon revoked");
    let made = admin.create_api_key(&new, FREE).await.unwrap().body;
    Taken {
        key_id: made.id,
        key: made.key.unwrap(),
        person: house.member().await.id,
        away: house.member().await.id,
    }
}

pub async fn take_away(house: &House, taken: &Taken) {
    let admin = house.arena.client(0);
    admin.revoke_api_key(taken.key_id, FREE).await.unwrap();
    admin.delete_user(taken.person, FREE).await.unwrap();
    admin.erase_user(taken.person, FREE).await.unwrap();
    admin.deactivate_user(taken.away, FREE).await.unwrap();
}

pub fn tells(said: &Said, taken: &Taken) {
    for (about, id) in [
        ("1 API keys were revoked since and work again", taken.key_id),
        ("1 people were erased since and are back", taken.person),
        ("1 people were deactivated or deleted since", taken.away),
    ] {
        let mut lines = said.out.lines().skip_while(|line| !line.starts_with(about));
        assert!(lines.next().is_some(), "no {about:?} in {}", said.out);
        assert_eq!(lines.next().unwrap().trim(), id.to_string(), "{}", said.out);
    }
}

pub fn done(said: &Said) {
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}
