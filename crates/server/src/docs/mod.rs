//! The documents that the server serves: the contract as it was written, Swagger UI,
//! a page for every problem, and the page of an invitation. All are embedded in the binary.
mod asset;
mod pages;

use std::collections::HashMap;

use contract::{OPENAPI_JSON, OPENAPI_YAML, ProblemCode};
use poem::{
    Endpoint, Request, Response, Result, Route,
    error::NotFoundError,
    get,
    http::{StatusCode, header},
};

use self::asset::{Asset, Freshness, Packed};

macro_rules! swagger_ui {
    ($name:literal) => {
        Packed {
            plain: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
            gzip: Some(include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz"))),
        }
    };
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// A document at a path of its own. `name` is its operation in log and metrics.
struct Document {
    path: &'static str,
    name: &'static str,
    media: &'static str,
    content: Packed,
    freshness: Freshness,
}

/// A file of Swagger UI, which only changes with a release.
const fn swagger_file(path: &'static str, media: &'static str, content: Packed) -> Document {
    let (name, freshness) = ("docs", Freshness::Day);
    Document {
        path,
        name,
        media,
        content,
        freshness,
    }
}

const fn own_file(
    path: &'static str,
    name: &'static str,
    media: &'static str,
    plain: &'static [u8],
) -> Document {
    let (content, freshness) = (Packed { plain, gzip: None }, Freshness::Revalidate);
    Document {
        path,
        name,
        media,
        content,
        freshness,
    }
}

static DOCUMENTS: [Document; 11] = [
    own_file(
        "/api/docs",
        "docs",
        HTML,
        include_bytes!("../../assets/docs.html"),
    ),
    own_file(
        "/api/docs/start.js",
        "docs",
        SCRIPT,
        include_bytes!("../../assets/start.js"),
    ),
    own_file(
        "/api/docs/pages.css",
        "docs",
        CSS,
        include_bytes!("../../assets/pages.css"),
    ),
    swagger_file(
        "/api/docs/swagger-ui-bundle.js",
        SCRIPT,
        swagger_ui!("swagger-ui-bundle.js"),
    ),
    swagger_file(
        "/api/docs/swagger-ui.css",
        CSS,
        swagger_ui!("swagger-ui.css"),
    ),
    swagger_file(
        "/api/docs/favicon-32x32.png",
        "image/png",
        swagger_ui!("favicon-32x32.png"),
    ),
    swagger_file("/api/docs/LICENSE", TEXT, swagger_ui!("LICENSE")),
    own_file(
        "/invitation",
        "invitation",
        HTML,
        include_bytes!("../../assets/invitation.html"),
    ),
    own_file(
        "/invitation.js",
        "invitation",
        SCRIPT,
        include_bytes!("../../assets/invitation.js"),
    ),
    own_file(
        "/v3/api-docs",
        "contractJson",
        "application/json",
        OPENAPI_JSON.as_bytes(),
    ),
    own_file(
        "/openapi.yaml",
        "contractYaml",
        "application/yaml",
        OPENAPI_YAML.as_bytes(),
    ),
];

/// Adds `/api/docs`, `/invitation`, `/v3/api-docs`, `/openapi.yaml` and `/problems` to the routes.
pub fn mount(route: Route) -> Route {
    let documents = DOCUMENTS.iter().fold(route, |route, document| {
        let content = document.content.clone();
        let asset = Asset::new(document.name, document.media, content, document.freshness);
        route.at(document.path, get(asset))
    });
    documents
        .at("/api/docs/", get(Moved("../docs")))
        .at("/problems", get(html("problems", pages::index())))
        .at("/problems/:slug", get(ProblemPages::new()))
}

fn html(name: &'static str, text: String) -> Asset {
    Asset::new(name, HTML, text, Freshness::Revalidate)
}

/// The page of every problem, by slug.
struct ProblemPages(HashMap<&'static str, Asset>);

impl ProblemPages {
    fn new() -> Self {
        let page = |code: &ProblemCode| (code.slug(), html("problem", pages::problem(*code)));
        Self(ProblemCode::ALL.iter().map(page).collect())
    }
}

impl Endpoint for ProblemPages {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let slug = request.raw_path_param("slug").unwrap_or_default();
        match self.0.get(slug) {
            Some(page) => page.call(request).await,
            None => Err(NotFoundError.into()),
        }
    }
}

/// A permanent redirect to a relative address.
struct Moved(&'static str);

impl Endpoint for Moved {
    type Output = Response;

    async fn call(&self, _request: Request) -> Result<Response> {
        Ok(Response::builder()
            .status(StatusCode::PERMANENT_REDIRECT)
            .header(header::LOCATION, self.0)
            .finish())
    }
}

#[cfg(test)]
mod tests;
