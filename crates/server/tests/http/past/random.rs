//! A read as of a past moment gives the answer of that moment, whatever happened since.

use super::{Uuid, mark, pool, product_of, variant, variant_of, written};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Value, json};
use testkit::{TestApp, app::Actor};

/// The number of commands.
const STEPS: usize = 120;

/// Answers that are recorded after each command.
const ANSWERS: usize = 6;

/// Pseudorandom numbers that are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// The resources that commands and reads choose from.
struct Resources {
    readers: Vec<Actor>,
    organizations: [Uuid; 2],
    users: Vec<Uuid>,
    stations: Vec<Uuid>,
    products: Vec<Uuid>,
    variants: Vec<Uuid>,
    seats: Vec<Uuid>,
}

/// A recorded answer: the caller's key, the target, the moment and the answer.
struct Recorded {
    key: String,
    target: String,
    moment: DateTime<Utc>,
    answer: (u16, Option<Value>),
}

pub async fn a_read_of_the_past_repeats_the_former_answer(app: &mut TestApp) {
    let mut random = Random(26);
    let mut resources = Resources::new(app).await;
    let mut recorded = Vec::new();
    for _ in 0..STEPS {
        resources.act(app, &mut random).await;
        for _ in 0..ANSWERS {
            let (key, target) = resources.read(&mut random);
            let answer = ask(app, &key, &target).await;
            let moment = app.clock().time();
            recorded.push(Recorded {
                key,
                target,
                moment,
                answer,
            });
        }
        // At least a microsecond, so that later events are after this moment.
        let pause = random.one_of(&[1, 999, 60_000_000, 1_500_000_000]);
        app.clock().advance(Duration::microseconds(pause));
    }
    let good = recorded
        .iter()
        .filter(|recorded| recorded.answer.0 == 200)
        .count();
    assert!(good > recorded.len() / 3, "{good} of {}", recorded.len());
    for recorded in recorded {
        let joint = if recorded.target.contains('?') {
            '&'
        } else {
            '?'
        };
        let target = format!("{}{joint}{}", recorded.target, written(recorded.moment));
        assert_eq!(
            ask(app, &recorded.key, &target).await,
            recorded.answer,
            "{target}"
        );
    }
}

/// The answer; of a refusal only the status, as the body names the request.
async fn ask(app: &TestApp, key: &str, target: &str) -> (u16, Option<Value>) {
    let reply = app.raw("GET", target).key(key).send().await;
    (reply.status, (reply.status == 200).then(|| reply.json()))
}

impl Resources {
    async fn new(app: &TestApp) -> Self {
        let volt = app.organization("volt").await.id;
        let amp = app.organization("amp").await.id;
        let station = app.station(volt, "first").await.id;
        let readers = vec![
            app.super_admin(),
            app.partner("paul", volt).await,
            app.partner("amy", amp).await,
            app.operator("otto", volt, station).await,
            app.member("mary").await,
        ];
        let product = product_of(app, "own", volt).await;
        let mut variants = vec![variant_of(app, product, Some(3)).await.id];
        for capacity in [Some(2), Some(6), None] {
            variants.push(variant(app, capacity).await.id);
        }
        pool(app, amp, variants[2], 2).await;
        mark(app);
        Self {
            users: readers[1..].iter().map(|reader| reader.id).collect(),
            readers,
            organizations: [volt, amp],
            stations: vec![station],
            products: vec![product],
            variants,
            seats: Vec::new(),
        }
    }

    /// A random read.
    fn read(&self, random: &mut Random) -> (String, String) {
        let reader = &self.readers[random.below(self.readers.len())];
        let (organization, user) = (
            random.one_of(&self.organizations),
            random.one_of(&self.users),
        );
        let (station, variant) = (random.one_of(&self.stations), random.one_of(&self.variants));
        let seat = random.one_of(&[&self.seats[..], &[user]].concat());
        let (page, status) = (random.below(3), random.one_of(&["ACTIVE", "REVOKED"]));
        let size = 1 + random.below(4);
        let frame = format!("page={page}&size={size}");
        let people = random.one_of(&[
            "",
            "&status=INACTIVE",
            "&status=DELETED",
            "&q=b",
            "&role=MEMBER",
        ]);
        let by = random.one_of(&["email", "email,desc", "displayName", "createdAt,desc"]);
        let place = random.one_of(&["", "&q=n", "&operationalStatus=REMOVED", "&country=DE"]);
        let at = random.one_of(&["name", "code,desc", "createdAt"]);
        let path = match random.below(14) {
            0 | 1 => format!("users?{frame}&sort={by}{people}"),
            2 => format!("users/{user}"),
            3 => format!("users/{user}/assignments?activeOnly=true"),
            4 => format!("users/{user}/assignments?{frame}"),
            5 => format!("organizations/{organization}/users/members?{frame}&sort={by}"),
            6 => format!("stations?{frame}&sort={at}{place}"),
            7 => format!("stations/{station}"),
            8 => format!("organizations/{organization}/stations?{frame}&sort={at}"),
            9 => format!("assignments?{frame}&variantId={variant}&status={status}"),
            10 => format!("assignments?{frame}&sort=createdAt,desc"),
            11 => format!("assignments/{seat}"),
            _ => format!("variants/{variant}/availability"),
        };
        (reader.key.clone(), format!("/api/v1/{path}"))
    }

    /// A random command of the super admin; a refused one changes nothing.
    async fn act(&mut self, app: &TestApp, random: &mut Random) {
        let (organization, user) = (
            random.one_of(&self.organizations),
            random.one_of(&self.users),
        );
        let (station, variant) = (random.one_of(&self.stations), random.one_of(&self.variants));
        let name = format!("n{}", random.below(1_000_000));
        let email = format!("{}{name}@example.com", random.one_of(&["a", "B", "ü"]));
        let work = random.one_of(&["AVAILABLE", "OUT_OF_SERVICE"]);
        let is_reader = self.readers.iter().any(|reader| reader.id == user);
        match random.below(19) {
            0 => self
                .users
                .extend(made(app, "users", json!({"email": email, "displayName": name})).await),
            1 => {
                let path = format!("organizations/{organization}/users/members");
                let body = json!({"email": email, "displayName": name});
                self.users.extend(made(app, &path, body).await);
            }
            2 | 3 => {
                let body = json!({"email": email, "displayName": name});
                send(app, "PUT", &format!("users/{user}"), Some(body)).await;
            }
            4 if !is_reader => {
                let way = random.one_of(&["activate", "deactivate"]);
                send(app, "POST", &format!("users/{user}/{way}"), None).await;
            }
            5 if !is_reader && random.below(3) == 0 => {
                send(app, "DELETE", &format!("users/{user}"), None).await;
            }
            6 => {
                let body = json!({"code": name, "name": email, "timeZone": "Europe/Berlin", "country": "DE"});
                let path = format!("organizations/{organization}/stations");
                self.stations.extend(made(app, &path, body).await);
            }
            7 | 8 => {
                let body = json!({"name": name, "operationalStatus": work, "address": email});
                send(app, "PUT", &format!("stations/{station}"), Some(body)).await;
            }
            9 if random.below(3) == 0 => {
                send(app, "DELETE", &format!("stations/{station}"), None).await;
            }
            10 => {
                let body = json!({"name": name, "capacity": random.below(9)});
                send(app, "PUT", &format!("variants/{variant}"), Some(body)).await;
            }
            11 => {
                let path = format!("organizations/{organization}/allocations/{variant}");
                match random.below(3) {
                    0 => send(app, "DELETE", &path, None).await,
                    seats => send(app, "PUT", &path, Some(json!({"seats": seats}))).await,
                };
            }
            12 => self.drop_or_make_a_variant(app, random).await,
            13 => assert!(app.app().sweep().await.is_ok()),
            14 if !self.seats.is_empty() => self.change_a_seat(app, random).await,
            _ => self.take_a_seat(app, random, variant).await,
        }
    }

    async fn drop_or_make_a_variant(&mut self, app: &TestApp, random: &mut Random) {
        let variant = random.one_of(&self.variants);
        if send(app, "DELETE", &format!("variants/{variant}"), None)
            .await
            .0
            != 204
        {
            let product = random.one_of(&self.products);
            let made = variant_of(app, product, Some(2)).await;
            self.variants.push(made.id);
        }
    }

    async fn take_a_seat(&mut self, app: &TestApp, random: &mut Random, variant: Uuid) {
        let holder = match random.below(3) {
            0 => ("stationId", random.one_of(&self.stations)),
            _ => ("userId", random.one_of(&self.users)),
        };
        let mut body = json!({"productVariantId": variant});
        body[holder.0] = json!(holder.1);
        if random.below(2) == 0 {
            body["endsAt"] = json!(later(app, random));
        }
        self.seats.extend(made(app, "assignments", body).await);
    }

    async fn change_a_seat(&mut self, app: &TestApp, random: &mut Random) {
        let path = format!("assignments/{}", random.one_of(&self.seats));
        let patch = match random.below(4) {
            0 => json!({"status": "ACTIVE"}),
            1 => json!({"status": "REVOKED"}),
            2 => json!({"endsAt": later(app, random)}),
            _ => json!({"note": "n", "endsAt": null}),
        };
        let admin = app.super_admin();
        let sent = app.raw("PATCH", &format!("/api/v1/{path}")).key(&admin.key);
        let media = "application/merge-patch+json";
        sent.body(media, patch.to_string()).send().await;
    }
}

fn later(app: &TestApp, random: &mut Random) -> String {
    let end = app.clock().time() + Duration::minutes(random.one_of(&[1, 20, 200]));
    end.to_rfc3339_opts(SecondsFormat::Micros, true)
}

async fn send(app: &TestApp, method: &str, path: &str, body: Option<Value>) -> (u16, Option<Uuid>) {
    let admin = app.super_admin();
    let mut request = app.raw(method, &format!("/api/v1/{path}")).key(&admin.key);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let reply = request.send().await;
    let id = match reply.status {
        201 => reply.json()["id"].as_str().and_then(|id| id.parse().ok()),
        _ => None,
    };
    (reply.status, id)
}

async fn made(app: &TestApp, path: &str, body: Value) -> Option<Uuid> {
    send(app, "POST", path, Some(body)).await.1
}
