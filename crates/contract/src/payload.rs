//! Bodies of requests and replies.

use poem::{Body, IntoResponse, Request, RequestBody, Response, Result, http::StatusCode};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    error::ParseRequestPayloadError,
    payload::Payload,
    types::{ParseFromJSON, Type},
};
use serde::Serialize;

use crate::{
    call::{Admitted, not_guarded},
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
};

/// The body of a reply, written by serde straight into bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonReply<T>(pub T);

impl<T: Type> Payload for JsonReply<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Serialize + Send> IntoResponse for JsonReply<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => Response::builder()
                .content_type("application/json")
                .body(body),
            Err(error) => {
                tracing::error!(%error, "a reply cannot be written as JSON");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

macro_rules! stream {
    ($(#[$doc:meta])* $name:ident, $media:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(pub Body);

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $media;

            fn schema_ref() -> MetaSchemaRef {
                String::schema_ref()
            }
        }

        impl IntoResponse for $name {
            fn into_response(self) -> Response {
                Response::builder().content_type($media).body(self.0)
            }
        }
    };
}

stream!(
    /// Lines of comma-separated values, written while they are read.
    CsvReply,
    "text/csv"
);
stream!(
    /// A JSON document a line, written while they are read.
    NdjsonReply,
    "application/x-ndjson"
);

stream!(
    /// Server-sent events, as they happen.
    EventsReply,
    "text/event-stream"
);

macro_rules! body {
    ($(#[$doc:meta])* $name:ident, $media:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name<T>(pub T);

        impl<'a, T: ParseFromJSON> ApiExtractor<'a> for $name<T> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                T::register(registry);
            }

            fn request_meta() -> Option<MetaRequest> {
                Some(MetaRequest {
                    description: None,
                    content: vec![MetaMediaType {
                        content_type: $media,
                        schema: T::schema_ref(),
                    }],
                    required: true,
                })
            }

            async fn from_request(
                request: &'a Request,
                _body: &mut RequestBody,
                _options: ExtractParamOptions<Self::ParamType>,
            ) -> Result<Self> {
                let value = Admitted::take_body(request).ok_or_else(not_guarded)?;
                let parsed = T::parse_from_json(Some(value));
                let parsed = parsed.map_err(|error| ParseRequestPayloadError {
                    reason: error.into_message(),
                })?;
                Ok(Self(parsed))
            }
        }
    };
}

body!(
    /// A JSON body that the guard has read and validated.
    JsonBody,
    "application/json"
);
body!(
    /// A JSON merge patch that the guard has read and validated.
    MergePatchBody,
    "application/merge-patch+json"
);
