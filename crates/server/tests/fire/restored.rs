//! Credentials and cursors from before a restore, and those that must not work after it.

use crate::{
    cluster::{FREE, ending, unique},
    power_cut::{Acknowledged, Desk, one_turn},
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
use testkit::process::{CommandOutput, Installation};
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

const WRITERS: usize = 8;

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(120);

/// A folder that is removed with the test.
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

/// Writers that share the writes that were acknowledged.
pub struct Writers {
    tasks: JoinSet<()>,
    acknowledged: Arc<Mutex<Acknowledged>>,
    turns: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Writers {
    pub fn start(house: &House, desks: &[Desk]) -> Self {
        let mut writers = Self {
            tasks: JoinSet::new(),
            acknowledged: Arc::default(),
            turns: Arc::default(),
            is_over: Arc::default(),
        };
        for number in 0..WRITERS {
            let (client, desk) = (
                house.cluster.client(number),
                desks[number % desks.len()].clone(),
            );
            let (acknowledged, turns) = (
                Arc::clone(&writers.acknowledged),
                Arc::clone(&writers.turns),
            );
            let is_over = Arc::clone(&writers.is_over);
            writers.tasks.spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let mut own = Acknowledged::default();
                    one_turn(&client, &desk, &mut own, &turns).await.unwrap();
                    acknowledged.lock().unwrap().take(own);
                }
            });
        }
        writers
    }

    /// Waits for this many more answers.
    pub async fn turn(&self, answers: usize) {
        let (since, due) = (Instant::now(), self.turns.load(Ordering::Relaxed) + answers);
        while self.turns.load(Ordering::Relaxed) < due {
            assert!(since.elapsed() < SOON, "the writers get no answers");
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// The writes that were answered so far.
    pub fn acknowledged(&self) -> Acknowledged {
        self.acknowledged.lock().unwrap().clone()
    }

    pub async fn stop(mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
    }
}

/// The tokens and the cursor of a user, which must not work after a restore.
pub struct Holder {
    pair: TokenPair,
    after: String,
}

/// A user who signed in before the backup and has read the feed to its end.
pub async fn holder(house: &House, pair: TokenPair) -> Holder {
    let mut params = ListEventsParams::default();
    loop {
        let page = house
            .cluster
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

/// The restored installation serves: the key works; tokens, links and cursors from before the restore
/// are refused.
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
    let acceptance = client::InvitationAcceptance {
        token: link.to_owned(),
        password: crate::signed_in::PASSWORD.to_owned(),
    };
    let accepted = anybody.accept_invitation(&acceptance, FREE).await;
    assert_eq!(ending(&accepted), "401 INVALID_CREDENTIALS");
    let after = ListEventsParams {
        after: Some(holder.after.clone()),
        ..ListEventsParams::default()
    };
    let fault = admin.list_events(&after, FREE).await.unwrap_err();
    assert_eq!(fault.code(), Some(ProblemCode::CursorReset));
}

/// Invites a user; returns the token of the link.
pub async fn invited(house: &House) -> String {
    let new = client::NewUser::new(format!("{}@fire.test", unique("late")), "Late");
    house
        .cluster
        .client(0)
        .create_user(&new, FREE)
        .await
        .unwrap();
    house.mails.token(&new.email, 1).await
}

/// A key, a user to erase and a user to deactivate after a backup.
pub struct Revocations {
    pub key_id: Uuid,
    pub key: String,
    person: Uuid,
    away: Uuid,
}

pub async fn planned_revocations(house: &House) -> Revocations {
    let admin = house.cluster.client(0);
    let new = NewOrganizationApiKey::new("Soon revoked");
    let made = admin.create_api_key(&new, FREE).await.unwrap().body;
    Revocations {
        key_id: made.id,
        key: made.key.unwrap(),
        person: house.member().await.id,
        away: house.member().await.id,
    }
}

pub async fn revoke(house: &House, revocations: &Revocations) {
    let admin = house.cluster.client(0);
    admin
        .revoke_api_key(revocations.key_id, FREE)
        .await
        .unwrap();
    admin.delete_user(revocations.person, FREE).await.unwrap();
    admin.erase_user(revocations.person, FREE).await.unwrap();
    admin.deactivate_user(revocations.away, FREE).await.unwrap();
}

pub fn reports(output: &CommandOutput, revocations: &Revocations) {
    for (about, id) in [
        (
            "1 API keys were revoked since and work again",
            revocations.key_id,
        ),
        (
            "1 people were erased since and are back",
            revocations.person,
        ),
        (
            "1 people were deactivated or deleted since",
            revocations.away,
        ),
    ] {
        let mut lines = output
            .out
            .lines()
            .skip_while(|line| !line.starts_with(about));
        assert!(lines.next().is_some(), "no {about:?} in {}", output.out);
        assert_eq!(
            lines.next().unwrap().trim(),
            id.to_string(),
            "{}",
            output.out
        );
    }
}

pub fn succeeded(output: &CommandOutput) {
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
}
