//! What poem-openapi leaves out of its documentation and of its promises, all in one place.
//!
//! `poem_openapi::registry` is hidden, yet the signatures of the public traits `Type`, `Payload`,
//! `ApiExtractor`, `ApiResponse` and `OpenApi` name its types, so whoever implements one of them has no
//! other way. Look here first when a new version of poem-openapi does not build.

pub(crate) use poem_openapi::registry::{
    MetaApi, MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef,
    Registry,
};
