//! What the server says about itself: the contract as it was written, Swagger UI
//! over it, and a page for every problem. Everything is inside the binary.
mod asset;
mod pages;

use std::collections::HashMap;

use contract::{OPENAPI_JSON, OPENAPI_YAML, ProblemCode};
use poem::{
    Endpoint, Request, Response, Result, Route, RouteMethod,
    error::NotFoundError,
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

const BUNDLE: Packed = swagger_ui!("swagger-ui-bundle.js");
const STYLES: Packed = swagger_ui!("swagger-ui.css");
const ICON: Packed = swagger_ui!("favicon-32x32.png");
const LICENSE: Packed = swagger_ui!("LICENSE");
const START: &[u8] = include_bytes!("../../assets/start.js");
const PAGE_STYLES: &[u8] = include_bytes!("../../assets/pages.css");
const PAGE: &[u8] = include_bytes!("../../assets/docs.html");

/// Adds `/api/docs`, `/v3/api-docs`, `/openapi.yaml` and `/problems` to the routes.
pub fn mount(route: Route) -> Route {
    let asset = |name, media, packed| Asset::new(name, media, packed, Freshness::Day);
    let page = |name, media, text: &'static [u8]| {
        Asset::new(
            name,
            media,
            Packed {
                plain: text,
                gzip: None,
            },
            Freshness::Revalidate,
        )
    };
    route
        .at("/api/docs", only_get(page("docs", HTML, PAGE)))
        .at("/api/docs/", only_get(Moved("../docs")))
        .at(
            "/api/docs/swagger-ui-bundle.js",
            only_get(asset("docs", SCRIPT, BUNDLE)),
        )
        .at(
            "/api/docs/swagger-ui.css",
            only_get(asset("docs", CSS, STYLES)),
        )
        .at(
            "/api/docs/favicon-32x32.png",
            only_get(asset("docs", "image/png", ICON)),
        )
        .at(
            "/api/docs/LICENSE",
            only_get(asset("docs", "text/plain; charset=utf-8", LICENSE)),
        )
        .at("/api/docs/start.js", only_get(page("docs", SCRIPT, START)))
        .at(
            "/api/docs/pages.css",
            only_get(page("docs", CSS, PAGE_STYLES)),
        )
        .at(
            "/v3/api-docs",
            only_get(page(
                "contractJson",
                "application/json",
                OPENAPI_JSON.as_bytes(),
            )),
        )
        .at(
            "/openapi.yaml",
            only_get(page(
                "contractYaml",
                "application/yaml",
                OPENAPI_YAML.as_bytes(),
            )),
        )
        .at("/problems", only_get(html("problems", pages::index())))
        .at("/problems/:slug", only_get(ProblemPages::new()))
}

fn only_get<E: Endpoint + 'static>(endpoint: E) -> RouteMethod {
    poem::get(endpoint)
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
