//! Users who sign in to running servers.

use crate::cluster::{Cluster, FREE, installation, unique};
use client::{
    Client, Error, InvitationAcceptance, LoginRequest, NewOrganization, NewOrganizationUser,
    NewUser, RefreshRequest, Reply, TokenPair,
};
use std::time::{Duration, Instant};
use testkit::{
    database::{Backend, Database},
    mail_folder::MailFolder,
};
use uuid::Uuid;

pub const PASSWORD: &str = "plover quartz 81 hinge";

/// How soon a change has to be in effect on every replica.
pub const EVERYWHERE: Duration = Duration::from_secs(1);

/// The longest wait for a condition.
pub const SOON: Duration = Duration::from_secs(20);

/// Servers on one database, and the folder of their mails.
pub struct House {
    pub cluster: Cluster,
    pub mails: MailFolder,
}

/// A user who can sign in.
#[derive(Clone, Debug)]
pub struct Guest {
    pub id: Uuid,
    pub email: String,
    pub organization: Option<String>,
}

impl Guest {
    pub fn login(&self, password: &str) -> LoginRequest {
        LoginRequest {
            organization: self.organization.clone(),
            ..LoginRequest::new(&self.email, password)
        }
    }
}

impl House {
    /// One server on SQLite, two elsewhere, with the cheapest password hash.
    pub async fn open(database: &Database) -> Self {
        Self::open_with(database, &[]).await
    }

    /// The same with these environment variables.
    pub async fn open_with(database: &Database, variables: &[(&str, &str)]) -> Self {
        let mails = MailFolder::new();
        let mut installation = installation(database)
            .with("QUARTERMASTER_MAIL_URL", &mails.url())
            .with("QUARTERMASTER_PASSWORD_COST", "m=64,t=1,p=1");
        for (name, value) in variables {
            installation = installation.with(name, value);
        }
        let servers = match database.backend() {
            Backend::Sqlite => 1,
            Backend::Postgres | Backend::MariaDb => 2,
        };
        let cluster = Cluster::of(installation, servers).await;
        Self { cluster, mails }
    }

    /// A member of the platform, by invitation.
    pub async fn member(&self) -> Guest {
        let email = format!("{}@fire.test", unique("g"));
        let admin = self.cluster.client(0);
        let new = NewUser::new(&email, "Guest");
        let id = admin.create_user(&new, FREE).await.unwrap().body.id;
        self.moved_in(id, email, None).await
    }

    /// An organization of its own and a member of it, by invitation.
    pub async fn member_of_one(&self) -> (Uuid, Guest) {
        let (slug, admin) = (unique("o"), self.cluster.client(0));
        let home = NewOrganization {
            name: slug.clone(),
            slug: slug.clone(),
        };
        let home = admin
            .create_organization(&home, FREE)
            .await
            .unwrap()
            .body
            .id;
        let new = NewOrganizationUser {
            email: format!("{}@fire.test", unique("g")),
            display_name: "Guest".to_owned(),
        };
        let made = admin.create_organization_member(home, &new, FREE).await;
        let guest = self.moved_in(made.unwrap().body.id, new.email, Some(slug));
        (home, guest.await)
    }

    async fn moved_in(&self, id: Uuid, email: String, organization: Option<String>) -> Guest {
        let acceptance = InvitationAcceptance {
            token: self.mails.token(&email, 1).await,
            password: PASSWORD.to_owned(),
        };
        let anybody = self.anybody(0);
        anybody.accept_invitation(&acceptance, FREE).await.unwrap();
        Guest {
            id,
            email,
            organization,
        }
    }

    /// A client without a key, to the server with this number modulo their count.
    pub fn anybody(&self, number: usize) -> Client {
        self.cluster.client(number).with_api_key(None)
    }

    /// A client with an access token, to the server with this number modulo their count.
    pub fn bearer(&self, number: usize, pair: &TokenPair) -> Client {
        let token = Some(pair.access_token.as_str());
        self.cluster.client(number).with_api_key(token)
    }

    /// Signs in at one of the servers.
    pub async fn sign_in(&self, number: usize, guest: &Guest) -> TokenPair {
        let request = guest.login(PASSWORD);
        let answer = self.anybody(number).login(&request, FREE).await;
        answer.unwrap().body
    }

    /// Every server accepts the token, and caches its caller.
    pub async fn knows(&self, pair: &TokenPair) {
        for number in 0..self.cluster.clients.len() {
            let caller = self.bearer(number, pair);
            caller.get_current_user(FREE).await.unwrap();
        }
    }

    /// The first server, which made the change, refuses the token at once; the others within `EVERYWHERE`.
    pub async fn forgets(&self, pair: &TokenPair, since: Instant) {
        let refused = self.bearer(0, pair).get_current_user(FREE).await;
        assert_eq!(crate::cluster::ending(&refused), "401 UNAUTHENTICATED");
        for number in 1..self.cluster.clients.len() {
            loop {
                let asked = since.elapsed();
                let answer = self.bearer(number, pair).get_current_user(FREE).await;
                match crate::cluster::ending(&answer).as_str() {
                    "401 UNAUTHENTICATED" => break,
                    "200" => assert!(asked < EVERYWHERE, "let in after {asked:?}"),
                    other => panic!("{other}"),
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// Exchanges a refresh token.
pub async fn refresh(client: &Client, token: &str) -> Result<Reply<TokenPair>, Error> {
    let request = RefreshRequest {
        refresh_token: token.to_owned(),
    };
    client.refresh_tokens(&request, FREE).await
}
