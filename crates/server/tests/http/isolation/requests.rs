//! A request for each operation of the contract that names what the first tenant has: in the path,
//! in the filters, and in the example of the body.

use std::collections::BTreeMap;

use super::tenant::{Kind, Tenant, Thing};
use crate::sweep;
use contract::{Operation, Place};
use serde_json::{Map, Value, json};
use testkit::{
    TestApp,
    app::{RawReply, RawRequest},
};
use uuid::Uuid;

/// Something named in a request.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub thing: Thing,
    /// Whether the request is about it: in the path, or as the place or holder of something new.
    pub is_subject: bool,
}

/// A request, and what it names. Without a name it is about the caller's own.
#[derive(Clone, Debug)]
pub struct Ask {
    pub operation: &'static Operation,
    pub target: String,
    pub body: Option<(&'static str, Value)>,
    pub named: Vec<Named>,
    /// What the filters name: it narrows what is answered and is no reason to refuse.
    pub filtered_by: Vec<Thing>,
}

impl Ask {
    /// Every request for the operation.
    pub fn all(tenant: &Tenant, operation: &'static Operation) -> Vec<Self> {
        let turns = placeholders(operation.path).map(|kind| tenant.all(kind).len());
        let turns = turns.max().unwrap_or(1);
        let mut asks = Vec::new();
        for turn in 0..turns {
            let ask = Self::by_path(tenant, operation, turn);
            match sweep::example(operation) {
                Some((media, example)) => {
                    let schema = sweep::body_schema(operation);
                    let bodies = bodies(tenant, schema, example).into_iter();
                    asks.extend(bodies.map(|body| ask.clone().with_body(tenant, media, body)));
                }
                None => asks.push(ask),
            }
        }
        let filters = operation.parameters.iter();
        for filter in filters.filter(|parameter| parameter.place == Place::Query) {
            let kind = Kind::of_field(filter.name);
            let things = kind.map(|kind| tenant.all(kind)).unwrap_or_default();
            for thing in things {
                let mut ask = Self::by_path(tenant, operation, 0);
                ask.target = format!("{}?{}={}", ask.target, filter.name, thing.id);
                ask.filtered_by.push(thing);
                asks.push(ask);
            }
        }
        asks
    }

    fn by_path(tenant: &Tenant, operation: &'static Operation, turn: usize) -> Self {
        let mut kinds = placeholders(operation.path);
        let mut named = Vec::new();
        let parts = operation.path.split('/').map(|part| {
            let Some(kind) = part.starts_with('{').then(|| kinds.next()).flatten() else {
                return part.to_owned();
            };
            let things = tenant.all(kind);
            let thing = match kind {
                // The key of the user before it, when that has one.
                Kind::ApiKey => owned_by(&named, &things).unwrap_or(things[turn % things.len()]),
                _ => things[turn % things.len()],
            };
            named.push(Named {
                thing,
                is_subject: true,
            });
            thing.id.to_string()
        });
        let target = parts.collect::<Vec<_>>().join("/");
        Self {
            operation,
            target,
            body: None,
            named,
            filtered_by: Vec::new(),
        }
    }

    fn with_body(mut self, tenant: &Tenant, media: &'static str, body: Value) -> Self {
        let text = body.to_string();
        for thing in tenant.things() {
            if text.contains(&thing.id.to_string()) {
                let is_subject = !matches!(thing.kind, Kind::Product | Kind::Variant | Kind::Pool);
                let thing = *thing;
                self.named.push(Named { thing, is_subject });
            }
        }
        self.body = Some((media, body));
        self
    }

    /// Whether what it names belongs together: the key of a user is asked for at that user.
    pub fn fits(&self) -> bool {
        let owners = self
            .named
            .iter()
            .filter_map(|named| match named.thing.kind {
                Kind::User | Kind::ApiKey => Some(named.thing.target.owner),
                _ => None,
            });
        let owners: Vec<_> = owners.collect();
        owners.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Whether it names something of the kind.
    pub fn names(&self, kind: Kind) -> bool {
        self.named.iter().any(|named| named.thing.kind == kind)
    }

    /// Whether it only reads.
    pub fn reads(&self) -> bool {
        self.operation.method == "GET"
    }

    /// Sends it.
    pub async fn send(&self, app: &TestApp, authorization: Option<&str>) -> RawReply {
        let body = self.body.as_ref();
        let body = body.map(|(media, body)| (*media, body.to_string()));
        sent(
            app,
            self.operation.method,
            &self.target,
            body,
            authorization,
        )
        .await
    }

    /// Sends it with ids that nothing has in place of the tenant's. Gives the answer as if it had been
    /// about these.
    pub async fn send_twin(
        &self,
        app: &TestApp,
        tenant: &Tenant,
        authorization: Option<&str>,
    ) -> (u16, String) {
        let unknown: BTreeMap<Uuid, Uuid> = tenant
            .things()
            .iter()
            .map(|thing| (thing.id, app.new_id()))
            .collect();
        let swapped = |text: &str| {
            let swap = |text: String, (known, unknown): (&Uuid, &Uuid)| {
                text.replace(&known.to_string(), &unknown.to_string())
            };
            unknown.iter().fold(text.to_owned(), swap)
        };
        let body = self.body.as_ref();
        let body = body.map(|(media, body)| (*media, swapped(&body.to_string())));
        let target = swapped(&self.target);
        let reply = sent(app, self.operation.method, &target, body, authorization).await;
        let back = |text: String, (known, unknown): (&Uuid, &Uuid)| {
            text.replace(&unknown.to_string(), &known.to_string())
        };
        (reply.status, unknown.iter().fold(told(&reply), back))
    }
}

/// The one of the user that is named.
fn owned_by(named: &[Named], things: &[Thing]) -> Option<Thing> {
    let user = named.last()?.thing.target.owner?;
    let mut own = things
        .iter()
        .filter(|thing| thing.target.owner == Some(user));
    own.next().copied()
}

/// What an answer tells: all but the id of the request.
pub fn told(reply: &RawReply) -> String {
    let mut body = reply.json();
    if let Some(problem) = body.as_object_mut() {
        problem.remove("requestId");
    }
    body.to_string()
}

async fn sent(
    app: &TestApp,
    method: &str,
    target: &str,
    body: Option<(&str, String)>,
    authorization: Option<&str>,
) -> RawReply {
    let mut request: RawRequest = app.raw(method, target);
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    match body {
        Some((media, body)) => request.body(media, body).send().await,
        None => request.send().await,
    }
}

fn placeholders(path: &'static str) -> impl Iterator<Item = Kind> {
    let parts = path.split('/').zip(path.split('/').skip(1));
    let placeholders = parts.filter(|(_, part)| part.starts_with('{'));
    placeholders.map(|(before, _)| Kind::after(before))
}

/// The example with the tenant's ids in it; then with each id more that the schema has a field for;
/// then with all of them.
fn bodies(tenant: &Tenant, schema: &'static Value, example: &Value) -> Vec<Value> {
    let Some(properties) = schema["properties"].as_object() else {
        return vec![example.clone()];
    };
    let mut base = example.as_object().cloned().unwrap_or_default();
    let mut bodies = Vec::new();
    for (name, property) in properties {
        let items = sweep::resolved(&property["items"]);
        if let Some(first) = base.get(name).and_then(|list| list.get(0)).cloned() {
            for item in self::bodies(tenant, items, &first) {
                let body = with(base.clone(), name, json!([item]));
                bodies.push(Value::Object(body));
            }
        }
    }
    let ties: Vec<(&String, Value)> = properties
        .keys()
        .filter_map(|name| {
            let things = tenant.all(Kind::of_field(name)?);
            Some((name, json!(things.first()?.id)))
        })
        .collect();
    for (name, id) in &ties {
        if base.contains_key(*name) {
            base.insert((*name).clone(), id.clone());
        }
    }
    if bodies.is_empty() {
        bodies.push(Value::Object(base.clone()));
    }
    let mut all = base.clone();
    for (name, id) in ties.iter().filter(|(name, _)| !base.contains_key(*name)) {
        all = with(all, name, id.clone());
        bodies.push(Value::Object(with(base.clone(), name, id.clone())));
        bodies.push(Value::Object(all.clone()));
    }
    bodies.dedup();
    bodies
}

/// The body with one field more, and what that asks of the others: a seat has one holder, and a
/// person at a station is an operator.
fn with(mut body: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    body.insert(name.to_owned(), value);
    if name == "stationId" {
        body.remove("userId");
        if let Some(role) = body.get_mut("role") {
            *role = json!("OPERATOR");
        }
    }
    body
}
