//! A request for each operation of the contract that names what the first tenant has: in the path,
//! in the filters, and in the example of the body.

use std::collections::BTreeMap;

use super::{
    client::{Reply, Request},
    operations,
    service::Service,
    tenant::{Kind, Tenant, Thing},
};
use crate::Failure;
use contract::{Operation, Place};
use domain::ResourceKind;
use serde_json::{Map, Value, json};

/// Something named in a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub thing: Thing,
    /// Whether the request is about it: in the path, or as the place or holder of something new.
    pub is_subject: bool,
}

/// A request, and what it names. Without a name it is about the caller's own.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub operation: &'static Operation,
    pub target: String,
    pub body: Option<(&'static str, Value)>,
    pub named: Vec<Named>,
    /// What the filters name: it narrows what is answered and is no reason to refuse.
    pub filtered_by: Vec<Thing>,
}

impl Ask {
    /// Every request for the operation.
    pub fn all(tenant: &Tenant, operation: &'static Operation) -> Result<Vec<Self>, Failure> {
        let kinds = placeholders(operation.path)?.into_iter();
        let turns = kinds.map(|kind| tenant.all(kind).len()).max().unwrap_or(1);
        let mut asks = Vec::new();
        for turn in 0..turns {
            let ask = Self::by_path(tenant, operation, turn)?;
            match operations::example(operation) {
                Some((media, example)) => {
                    let schema = operations::body_schema(operation);
                    let bodies = bodies(tenant, schema, example)?.into_iter();
                    asks.extend(bodies.map(|body| ask.clone().with_body(tenant, media, body)));
                }
                None => asks.push(ask),
            }
        }
        let filters = operation.parameters.iter();
        for filter in filters.filter(|parameter| parameter.place == Place::Query) {
            let kind = Kind::of_field(filter.name)?;
            let things = kind.map(|kind| tenant.all(kind)).unwrap_or_default();
            for thing in things {
                let mut ask = Self::by_path(tenant, operation, 0)?;
                ask.target = format!("{}?{}={}", ask.target, filter.name, thing.id);
                ask.filtered_by.push(thing);
                asks.push(ask);
            }
        }
        Ok(asks)
    }

    fn by_path(
        tenant: &Tenant,
        operation: &'static Operation,
        turn: usize,
    ) -> Result<Self, Failure> {
        let mut kinds = placeholders(operation.path)?.into_iter();
        let mut named = Vec::new();
        let mut target = Vec::new();
        for part in operation.path.split('/') {
            let Some(kind) = part.starts_with('{').then(|| kinds.next()).flatten() else {
                target.push(part.to_owned());
                continue;
            };
            let things = tenant.all(kind);
            let own = match kind {
                // The key of the user before it, when that has one.
                Kind::Of(ResourceKind::ApiKey) => owned_by(&named, &things),
                _ => None,
            };
            let in_turn = || things.iter().cycle().nth(turn).copied();
            let lacks = || format!("the tenant has no {kind:?}");
            let thing = own.or_else(in_turn).ok_or_else(lacks)?;
            target.push(thing.id.to_string());
            let is_subject = true;
            named.push(Named { thing, is_subject });
        }
        Ok(Self {
            operation,
            target: target.join("/"),
            body: None,
            named,
            filtered_by: Vec::new(),
        })
    }

    fn with_body(mut self, tenant: &Tenant, media: &'static str, body: Value) -> Self {
        let text = body.to_string();
        for thing in tenant.things() {
            if text.contains(&thing.id.to_string()) {
                let is_subject = !is_of_the_catalogue(thing.kind);
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
                Kind::Of(ResourceKind::User | ResourceKind::ApiKey) => {
                    Some(named.thing.target.owner)
                }
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
    pub async fn send(
        &self,
        service: &Service<'_>,
        authorization: Option<&str>,
    ) -> Result<Reply, Failure> {
        self.sent(service, authorization, str::to_owned).await
    }

    /// Sends it with ids that nothing has in place of the tenant's. Gives the answer as if it had been
    /// about these.
    pub async fn send_twin(
        &self,
        service: &Service<'_>,
        tenant: &Tenant,
        authorization: Option<&str>,
    ) -> Result<(u16, String), Failure> {
        let things = tenant.things().iter();
        let unknown: BTreeMap<String, String> = things
            .map(|thing| (thing.id.to_string(), service.new_id().to_string()))
            .collect();
        let swapped = |text: &str| {
            let swap =
                |text: String, (known, unknown): (&String, &String)| text.replace(known, unknown);
            unknown.iter().fold(text.to_owned(), swap)
        };
        let reply = self.sent(service, authorization, swapped).await?;
        let back =
            |text: String, (known, unknown): (&String, &String)| text.replace(unknown, known);
        Ok((reply.status, unknown.iter().fold(told(&reply), back)))
    }

    /// Sends it with another text for its target and body.
    async fn sent(
        &self,
        service: &Service<'_>,
        authorization: Option<&str>,
        text: impl Fn(&str) -> String,
    ) -> Result<Reply, Failure> {
        let body = self.body.as_ref();
        let request = Request {
            method: self.operation.method,
            target: &text(&self.target),
            authorization,
            body: body.map(|(media, body)| (*media, text(&body.to_string()))),
        };
        service.ask(request).await
    }
}

/// Whether everybody may name it who draws on the catalogue.
fn is_of_the_catalogue(kind: Kind) -> bool {
    use ResourceKind::{Pool, Product, Variant};
    matches!(kind, Kind::Of(Product | Variant | Pool))
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
pub(super) fn told(reply: &Reply) -> String {
    let mut body = reply.json();
    if let Some(problem) = body.as_object_mut() {
        problem.remove("requestId");
    }
    body.to_string()
}

/// What the ids in a path name, in order.
fn placeholders(path: &str) -> Result<Vec<Kind>, Failure> {
    let parts = path.split('/').zip(path.split('/').skip(1));
    let placeholders = parts.filter(|(_, part)| part.starts_with('{'));
    placeholders
        .map(|(before, _)| Kind::after(before))
        .collect()
}

/// The example with the tenant's ids in it; then with each id more that the schema has a field for;
/// then with all of them.
fn bodies(tenant: &Tenant, schema: &'static Value, example: &Value) -> Result<Vec<Value>, Failure> {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(vec![example.clone()]);
    };
    let mut base = example.as_object().cloned().unwrap_or_default();
    let mut bodies = Vec::new();
    for (name, property) in properties {
        let items = operations::resolved(&property["items"]);
        if let Some(first) = base.get(name).and_then(|list| list.get(0)).cloned() {
            for item in self::bodies(tenant, items, &first)? {
                let body = with(base.clone(), name, json!([item]));
                bodies.push(Value::Object(body));
            }
        }
    }
    let mut ties = Vec::new();
    for name in properties.keys() {
        let things = Kind::of_field(name)?.map(|kind| tenant.all(kind));
        if let Some(first) = things.unwrap_or_default().first() {
            ties.push((name, json!(first.id)));
        }
    }
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
    Ok(bodies)
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
