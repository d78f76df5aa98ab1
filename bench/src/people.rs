//! One organization with its people, who sign in, and the requests that are measured on them.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    Fault,
    http::{Connection, delete, get, post, put},
    load::{self, Done, Limit, Maker, Measurement, Requests, Work},
    making::{Making, ids, text},
    scenario::Scenario,
};

const SLUG: &str = "bench";
const PARTNER: &str = "partner@example.com";
const PASSWORD: &str = "seven blue kites over Delft";
const LOGIN: &str = "/api/v1/auth/login";

/// How long the mails with the links may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The organization of one service.
pub struct People {
    address: SocketAddr,
    organization: String,
    /// The partner's key.
    key: String,
    /// The members, all of whom have a password.
    members: Vec<String>,
    /// Users that were made to be deleted again.
    made: Arc<AtomicU64>,
}

impl People {
    /// Makes the organization. Its people take their links out of the folder of mails, where
    /// nothing else has been put yet.
    pub async fn build(
        count: u64,
        address: SocketAddr,
        key: &str,
        mails: &Path,
    ) -> Result<Self, Fault> {
        let maker = Making { address, key };
        let body = json!({"name": "Bench", "slug": SLUG});
        let organization = text(&maker.one("/api/v1/organizations", body).await?, "id")?;
        let users = format!("/api/v1/organizations/{organization}/users");
        let body = json!({"email": PARTNER, "displayName": "Partner"});
        let partner = maker.one(&format!("{users}/partners"), body).await?;
        let path = format!("{users}/members");
        let member = |n| json!({"email": member(n), "displayName": format!("Member {n}")});
        let members = maker.make(count, move |n| (path.clone(), member(n)));
        let members = ids(&members.await?)?;
        let links = links(mails, count as usize + 1).await?;
        let accept = move |n: u64| {
            let body = json!({"token": links[n as usize], "password": PASSWORD});
            ("/api/v1/auth/accept-invitation".to_owned(), body)
        };
        maker.post(204, count + 1, accept).await?;
        let path = format!("/api/v1/users/{}/api-keys", text(&partner, "id")?);
        let key = maker.one(&path, json!({"name": "Bench"})).await?;
        Ok(Self {
            address,
            organization,
            key: text(&key, "key")?,
            members,
            made: Arc::default(),
        })
    }

    /// The work of a scenario, with whoever has to be signed in for it.
    pub async fn prepare(&self, scenario: Scenario, connections: u64) -> Result<Prepared, Fault> {
        Ok(match scenario {
            Scenario::ReadByToken => {
                let pairs = self.sign_in(connections, |_| PARTNER.to_owned()).await?;
                let tokens = pairs.iter().map(|pair| text(pair, "accessToken"));
                Prepared::Requests(self.reads(tokens.collect::<Result<_, _>>()?))
            }
            Scenario::ReadByKey => Prepared::Requests(self.reads(vec![self.key.clone()])),
            Scenario::Refresh => {
                let pairs = self.sign_in(connections, member).await?;
                let tokens = pairs.iter().map(|pair| text(pair, "refreshToken"));
                let tokens = Mutex::new(tokens.collect::<Result<_, _>>()?);
                Prepared::Refreshes(Refreshes { tokens })
            }
            Scenario::Login => Prepared::Requests(self.logins()),
            Scenario::Cycle => Prepared::Cycles(self.cycles()),
            other => return Err(format!("{other:?} is not about people").into()),
        })
    }

    /// Measures prepared work for so long.
    pub async fn measure(
        &self,
        prepared: Prepared,
        connections: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let count = 2_000_000;
        load::run(self.address, connections, Limit { time, count }, prepared).await
    }

    /// Signs in so often.
    async fn sign_in(
        &self,
        count: u64,
        who: impl Fn(u64) -> String + Send + Sync + 'static,
    ) -> Result<Vec<Value>, Fault> {
        let address = self.address;
        let maker = Making { address, key: "" };
        let login = move |n| (LOGIN.to_owned(), credentials(&who(n)));
        maker.post(200, count, login).await
    }

    fn reads(&self, keys: Vec<String>) -> Requests {
        let members = self.members.clone();
        let make: Maker = Arc::new(move |n| {
            let id = &members[(n * 7919) as usize % members.len()];
            let key = &keys[n as usize % keys.len()];
            Some(get(&format!("/api/v1/users/{id}"), key))
        });
        plain(200, make)
    }

    fn logins(&self) -> Requests {
        let count = self.members.len() as u64;
        let requests: Vec<_> = (0..count)
            .map(|n| post(LOGIN, "", &credentials(&member(n)).to_string()))
            .collect();
        let make: Maker = Arc::new(move |n| Some(requests[(n % count) as usize].clone()));
        plain(200, make)
    }

    fn cycles(&self) -> Cycles {
        Cycles {
            members: format!("/api/v1/organizations/{}/users/members", self.organization),
            key: self.key.clone(),
            made: self.made.clone(),
        }
    }
}

fn plain(wanted: u16, make: Maker) -> Requests {
    let take = None;
    Requests { wanted, make, take }
}

fn member(n: u64) -> String {
    format!("member{n}@example.com")
}

fn credentials(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "organization": SLUG})
}

/// The tokens of so many links, once their mails are there.
async fn links(folder: &Path, count: usize) -> Result<Vec<String>, Fault> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "eml") {
                found.extend(link_in(&std::fs::read_to_string(path)?));
            }
        }
        if found.len() >= count {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("no {count} mails in {}", folder.display()).into())
}

/// What stands behind the # of the link.
fn link_in(mail: &str) -> Option<String> {
    let (_, after) = mail.split_once("/invitation#")?;
    Some(after.lines().next()?.trim_end().to_owned())
}

/// Work that can begin.
pub enum Prepared {
    /// Requests that have nothing to do with each other.
    Requests(Requests),
    /// Exchanges of refresh tokens.
    Refreshes(Refreshes),
    /// The lives of users.
    Cycles(Cycles),
}

impl Work for Prepared {
    async fn work(&self, n: u64, connection: &mut Connection) -> Result<Done, Fault> {
        match self {
            Self::Requests(requests) => requests.work(n, connection).await,
            Self::Refreshes(refreshes) => refreshes.work(n, connection).await,
            Self::Cycles(cycles) => cycles.work(n, connection).await,
        }
    }
}

/// Exchanges of refresh tokens, each of which gives the token of a later one.
pub struct Refreshes {
    tokens: Mutex<Vec<String>>,
}

impl Work for Refreshes {
    async fn work(&self, _: u64, connection: &mut Connection) -> Result<Done, Fault> {
        let token = self.tokens.lock().map_err(|_| "a caller panicked")?.pop();
        let Some(token) = token else {
            return Ok(Done::Nothing);
        };
        let body = json!({ "refreshToken": token }).to_string();
        let request = post("/api/v1/auth/refresh", "", &body);
        let answer = connection.send(&request).await?;
        if answer.status != 200 {
            return Ok(Done::Wrong(answer.to_string()));
        }
        let next = text(&serde_json::from_slice(answer.body)?, "refreshToken")?;
        let mut tokens = self.tokens.lock().map_err(|_| "a caller panicked")?;
        tokens.push(next);
        Ok(Done::Right)
    }
}

/// The lives of users, from the first request to the last.
pub struct Cycles {
    members: String,
    key: String,
    made: Arc<AtomicU64>,
}

impl Work for Cycles {
    async fn work(&self, _: u64, connection: &mut Connection) -> Result<Done, Fault> {
        let (key, number) = (&self.key, self.made.fetch_add(1, Ordering::Relaxed));
        let email = format!("passing{number}@example.com");
        let body = json!({"email": email, "displayName": "Passing"}).to_string();
        let answer = connection.send(&post(&self.members, key, &body)).await?;
        if answer.status != 201 {
            return Ok(Done::Wrong(answer.to_string()));
        }
        let id = text(&serde_json::from_slice(answer.body)?, "id")?;
        let user = format!("/api/v1/users/{id}");
        let body = json!({"email": email, "displayName": "Passing by"}).to_string();
        let steps = [
            (put(&user, key, &body), 200),
            (post(&format!("{user}/deactivate"), key, ""), 200),
            (delete(&user, key), 204),
        ];
        for (request, wanted) in steps {
            let answer = connection.send(&request).await?;
            if answer.status != wanted {
                return Ok(Done::Wrong(answer.to_string()));
            }
        }
        Ok(Done::Right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_mail_is_found() {
        let mail = "Subject: x\r\n\r\nOpen it:\r\n\r\nhttp://h/invitation#qmi_a-b_c\r\n\r\nBye\r\n";
        assert_eq!(link_in(mail).as_deref(), Some("qmi_a-b_c"));
        assert_eq!(link_in("Subject: x\r\n\r\nNothing\r\n"), None);
    }
}
