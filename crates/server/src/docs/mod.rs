//! What the server says about itself: the contract as it was written, Swagger UI
//! over it, a page for every problem, and the page of an invitation. Everything is inside the binary.
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

/// A document at a path of its own, under this name in log and metrics.
struct Document {
    path: &'static str,
    name: &'static str,
    media: &'static str,
    content: Packed,
    freshness: Freshness,
}

/// A file of Swagger UI, which changes with a release only.
const fn theirs(path: &'static str, media: &'static str, content: Packed) -> Document {
    let (name, freshness) = ("docs", Freshness::Day);
    Document {
        path,
        name,
        media,
        content,
        freshness,
    }
}

const fn ours(
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
    ours(
        "/api/docs",
        "docs",
        HTML,
        include_bytes!("../../assets/docs.html"),
    ),
    ours(
        "/api/docs/start.js",
        "docs",
        SCRIPT,
        include_bytes!("../../assets/start.js"),
    ),
    ours(
        "/api/docs/pages.css",
        "docs",
        CSS,
        include_bytes!("../../assets/pages.css"),
    ),
    theirs(
        "/api/docs/swagger-ui-bundle.js",
        SCRIPT,
        swagger_ui!("swagger-ui-bundle.js"),
    ),
    theirs(
        "/api/docs/swagger-ui.css",
        CSS,
        swagger_ui!("swagger-ui.css"),
    ),
    theirs(
        "/api/docs/favicon-32x32.png",
        "image/png",
        swagger_ui!("favicon-32x32.png"),
    ),
    theirs("/api/docs/LICENSE", TEXT, swagger_ui!("LICENSE")),
    ours(
        "/invitation",
        "invitation",
        HTML,
        include_bytes!("../../assets/invitation.html"),
    ),
    ours(
        "/invitation.js",
        "invitation",
        SCRIPT,
        include_bytes!("../../assets/invitation.js"),
    ),
    ours(
        "/v3/api-docs",
        "contractJson",
        "application/json",
        OPENAPI_JSON.as_bytes(),
    ),
    ours(
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

/// The page has one address, relative to the one asked for.
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
