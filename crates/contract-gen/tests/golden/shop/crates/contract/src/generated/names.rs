// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What the generated modules use of other crates and of this one.
#![allow(unused_imports, reason = "not every contract needs each of them")]

pub(super) use crate::answer::Answer;
pub(super) use crate::answer::Reply;
pub(super) use crate::call::Call;
pub(super) use crate::free_object::FreeObject;
pub(super) use crate::guard::Guarded;
pub(super) use crate::operation::Operation;
pub(super) use crate::operation::operations;
pub(super) use crate::payload::CsvReply;
pub(super) use crate::payload::EventsReply;
pub(super) use crate::payload::JsonBody;
pub(super) use crate::payload::JsonReply;
pub(super) use crate::payload::MergePatchBody;
pub(super) use crate::payload::NdjsonReply;
pub(super) use crate::timestamp::Timestamp;
pub(super) use async_trait::async_trait;
pub(super) use poem_openapi::ApiResponse;
pub(super) use poem_openapi::Enum;
pub(super) use poem_openapi::Object;
pub(super) use poem_openapi::OpenApi;
pub(super) use poem_openapi::param::Header;
pub(super) use poem_openapi::param::Path;
pub(super) use poem_openapi::param::Query;
pub(super) use poem_openapi::types::MaybeUndefined;
pub(super) use serde::Serialize;
pub(super) use std::sync::Arc;
pub(super) use uuid::Uuid;
