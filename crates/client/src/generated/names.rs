// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What the generated modules use of other crates and of this one.
#![allow(unused_imports, reason = "not every contract needs each of them")]

pub(super) use crate::Client;
pub(super) use crate::Download;
pub(super) use crate::Error;
pub(super) use crate::Options;
pub(super) use crate::Reply;
pub(super) use crate::wire::Exchange;
pub(super) use chrono::DateTime;
pub(super) use chrono::Utc;
pub(super) use serde::Deserialize;
pub(super) use serde::Serialize;
pub(super) use uuid::Uuid;
