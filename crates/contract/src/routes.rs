//! All operations as one endpoint.

use std::{collections::HashMap, marker::PhantomData, sync::Arc};

use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, endpoint::BoxEndpoint, http::Method};
use poem_openapi::{OpenApi, OpenApiService};

use crate::{
    Adapters, Apis, Gate, TITLE, VERSION,
    guard::GateHandle,
    registry::{MetaApi, Registry},
};

/// Serves every operation of the contract, each behind its guard.
pub fn routes(apis: Apis, gate: Arc<dyn Gate>) -> impl Endpoint<Output = Response> + use<> {
    OpenApiService::new(apis.adapters(), TITLE, VERSION)
        .into_endpoint()
        .data(GateHandle(gate))
}

/// The document that poem-openapi derives from the adapters, to compare with the contract.
pub fn derived_document() -> String {
    OpenApiService::new(Described::<Adapters>(PhantomData), TITLE, VERSION).spec()
}

/// Describes an API without serving it.
struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}
