//! A server of one context with a gate that can be told to refuse.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use contract::*;
use poem::{EndpointExt, Request, endpoint::BoxEndpoint, http::Method, test::TestClient};
use serde_json::Value;
use uuid::Uuid;

pub const ID: &str = "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e3a";

/// What the stand-in saw, as text.
#[derive(Default)]
pub struct Seen {
    pub calls: Mutex<Vec<Call>>,
    pub inputs: Mutex<Vec<String>>,
    pub again: AtomicUsize,
    pub answered: Mutex<Vec<(&'static str, u16, Option<ProblemCode>)>>,
}

impl Seen {
    fn note(&self, call: Call, input: impl std::fmt::Debug) {
        self.inputs.lock().unwrap().push(format!("{input:?}"));
        self.calls.lock().unwrap().push(call);
    }

    pub fn inputs(&self) -> Vec<String> {
        self.inputs.lock().unwrap().clone()
    }

    pub fn last_call(&self) -> Call {
        self.calls.lock().unwrap().last().unwrap().clone()
    }
}

struct Assignments(Arc<Seen>);

/// Who calls, as the gate tells handlers.
#[derive(Clone, PartialEq, Debug)]
pub struct Caller(pub &'static str);

fn assignment() -> Assignment {
    let id: Uuid = ID.parse().unwrap();
    let now = Timestamp::parse("2026-03-01T09:30:00Z").unwrap();
    Assignment {
        id,
        user_id: Some(id),
        station_id: None,
        product_id: id,
        product_variant_id: id,
        organization_id: None,
        status: AssignmentStatus::Active,
        starts_at: None,
        ends_at: None,
        note: None,
        effective: true,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

#[async_trait]
impl AssignmentsApi for Assignments {
    async fn list_assignments(
        &self,
        call: Call,
        params: ListAssignmentsParams,
    ) -> Result<ListAssignmentsReply, Problem> {
        let size = params.size;
        self.0.note(call, params);
        let page = PageAssignment {
            content: vec![assignment()],
            total_elements: 1,
            total_pages: 1,
            size,
            number: 0,
            has_next: false,
            has_prev: false,
        };
        Ok(ListAssignmentsReply::ok(page, ""))
    }

    async fn create_assignment(
        &self,
        call: Call,
        body: NewAssignment,
    ) -> Result<CreateAssignmentReply, Problem> {
        let refusal = match body.note.as_deref() {
            Some("full") => Some(ProblemCode::LicenseCapacityExceeded),
            Some("undeclared") => Some(ProblemCode::LastSuperAdmin),
            _ => None,
        };
        self.0.note(call, body);
        match refusal {
            Some(code) => Err(Problem {
                capacity: Some(10),
                ..Problem::new(code, "All seats are held.")
            }),
            None => Ok(CreateAssignmentReply::created(
                assignment(),
                format!("/api/v1/assignments/{ID}"),
                "\"1\"",
            )),
        }
    }

    async fn create_assignment_batch(
        &self,
        call: Call,
        body: AssignmentBatch,
    ) -> Result<CreateAssignmentBatchReply, Problem> {
        self.0.note(call, body);
        Err(Problem::new(ProblemCode::NotFound, "No such variant."))
    }

    async fn get_assignment(
        &self,
        call: Call,
        params: GetAssignmentParams,
    ) -> Result<GetAssignmentReply, Problem> {
        let known = call.if_none_match.is_some();
        self.0.note(call, params);
        match known {
            true => Ok(GetAssignmentReply::not_modified("\"1\"")),
            false => Ok(GetAssignmentReply::ok(
                assignment(),
                Some("\"1\"".to_owned()),
            )),
        }
    }

    async fn patch_assignment(
        &self,
        call: Call,
        params: PatchAssignmentParams,
        body: AssignmentPatch,
    ) -> Result<PatchAssignmentReply, Problem> {
        self.0.note(call, (params, body));
        Ok(PatchAssignmentReply::ok(assignment(), "\"2\""))
    }

    async fn revoke_assignment(
        &self,
        call: Call,
        params: RevokeAssignmentParams,
    ) -> Result<RevokeAssignmentReply, Problem> {
        self.0.note(call, params);
        Ok(RevokeAssignmentReply::no_content())
    }
}

struct Door(Arc<Seen>);

#[async_trait]
impl Gate for Door {
    async fn admit(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem> {
        match request.header("Authorization") {
            None if operation.permission.is_some() => Err(Problem::new(
                ProblemCode::Unauthenticated,
                "There is no API key.",
            )),
            Some("Bearer weak") => Err(Problem::new(ProblemCode::Forbidden, "Not for you.")),
            _ => {
                request.extensions_mut().insert(Caller("ada"));
                Ok(())
            }
        }
    }

    async fn admit_again(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem> {
        self.0.again.fetch_add(1, Ordering::Relaxed);
        self.admit(operation, request).await
    }

    fn answered(
        &self,
        operation: &'static Operation,
        status: u16,
        problem: Option<ProblemCode>,
        _elapsed: Duration,
    ) {
        let mut answered = self.0.answered.lock().unwrap();
        answered.push((operation.id, status, problem));
    }
}

/// A client of the stand-in.
pub struct Http {
    client: TestClient<BoxEndpoint<'static>>,
    pub seen: Arc<Seen>,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: poem::http::HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// Each error as `where CODE`, sorted.
    pub fn errors(&self) -> Vec<String> {
        let list = self.json["errors"].as_array().cloned().unwrap_or_default();
        let mut errors: Vec<String> = list
            .iter()
            .map(|error| {
                let place = error["pointer"].as_str().or(error["parameter"].as_str());
                format!("{} {}", place.unwrap(), error["code"].as_str().unwrap())
            })
            .collect();
        errors.sort();
        errors
    }
}

pub fn http() -> Http {
    let seen = Arc::new(Seen::default());
    Http {
        client: TestClient::new(endpoint(&seen)),
        seen,
    }
}

/// The stand-in without a client.
pub fn served() -> BoxEndpoint<'static> {
    endpoint(&Arc::default())
}

fn endpoint(seen: &Arc<Seen>) -> BoxEndpoint<'static> {
    let mut apis = Apis::unserved();
    apis.assignments = Arc::new(Assignments(Arc::clone(seen)));
    routes(apis, Arc::new(Door(Arc::clone(seen))))
        .data(BodyLimit(4096))
        .boxed()
}

impl Http {
    /// Sends a request; the headers replace the usual ones of the same name.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<poem::Body>,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let mut request = self.client.request(method, path);
        let usual = [
            ("Authorization", "Bearer key"),
            ("Content-Type", "application/json"),
        ];
        for (name, value) in usual {
            if !headers.iter().any(|(given, _)| *given == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await.0;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.into_body().into_string().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer {
            status,
            headers,
            text,
            json,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], ()).await
    }

    pub async fn create(&self, body: impl Into<poem::Body>) -> Answer {
        self.send("POST", "/api/v1/assignments", &[], body).await
    }

    pub async fn patch(&self, body: &str) -> Answer {
        let path = format!("/api/v1/assignments/{ID}");
        let merge = [("Content-Type", "application/merge-patch+json")];
        self.send("PATCH", &path, &merge, body.to_owned()).await
    }
}

/// A valid body for `createAssignment`, with fields replaced or added.
pub fn new_assignment(changes: &[(&str, Value)]) -> String {
    let mut body = serde_json::json!({"userId": ID, "productVariantId": ID});
    for (name, value) in changes {
        body[name] = value.clone();
    }
    body.to_string()
}
