//! Takes Swagger UI out of its vendored archive, plain and gzipped, so that the
//! binary carries it and nothing is fetched at build or run time.
use std::{
    env,
    error::Error,
    fs,
    io::{Cursor, Read, Write},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const WANTED: [&str; 4] = [
    "dist/swagger-ui-bundle.js",
    "dist/swagger-ui.css",
    "dist/favicon-32x32.png",
    "LICENSE",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for wanted in WANTED {
        let path = archive
            .file_names()
            .filter_map(Result::ok)
            .find(|path| {
                path.split_once('/')
                    .is_some_and(|(_, inner)| inner == wanted)
            })
            .ok_or_else(|| format!("the Swagger UI archive has no {wanted}"))?
            .into_owned();
        let mut content = Vec::new();
        archive.by_name(&path)?.read_to_end(&mut content)?;
        let name = wanted.rsplit('/').next().unwrap_or(wanted);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&content)?;
        fs::write(out.join(format!("{name}.gz")), gzip.finish()?)?;
        fs::write(out.join(name), content)?;
    }
    Ok(())
}
