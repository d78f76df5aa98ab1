//! Bodies that are no JSON, no object, too large, too deep, or of another media type.

use super::row::{Bad, Body, MALFORMED, bare, patch, post};

const TOO_LARGE: (u16, &str) = (413, "PAYLOAD_TOO_LARGE");
const MEDIA: (u16, &str) = (415, "UNSUPPORTED_MEDIA_TYPE");
const GOOD: &str = r#"{"key": "a", "name": "A"}"#;

fn product(name: &'static str, body: impl Into<Vec<u8>>) -> Bad {
    post(name, "products", body)
}

/// A chunked body, given with its chunk headers.
fn chunked(name: &'static str, chunks: impl Into<Vec<u8>>) -> Bad {
    let row = bare(name, "POST", "products").unannounced(chunks);
    row.header("Content-Type", "application/json")
        .header("Transfer-Encoding", "chunked")
}

pub fn rows() -> Vec<Bad> {
    let mut rows = broken();
    rows.extend(encodings());
    rows.extend(other_shapes());
    rows.extend(sizes());
    rows.extend(media_types());
    rows
}

fn broken() -> Vec<Bad> {
    let rows = [
        product("an empty body", ""),
        product("a blank body", " \n "),
        product("a body that breaks off", r#"{"key": "a", "name": "hunt"#),
        product("something after the body", format!("{GOOD}{GOOD}")),
        product("a comma at the end", r#"{"key": "a", "name": "A",}"#),
        product("single quotes", "{'key': 'a', 'name': 'A'}"),
        product(
            "a comment",
            "{\"key\": \"a\", \"name\": \"A\" /* hunter2 */}",
        ),
        product("NaN", r#"{"key": "a", "name": NaN}"#),
        product("a number beyond all", r#"{"key": "a", "name": 1e999}"#),
        product(
            "a number with a zero before it",
            r#"{"key": "a", "name": 007}"#,
        ),
        product("a form", "key=a&name=A"),
        product("XML", "<product><key>a</key></product>"),
        product(
            "a raw line break in a text",
            "{\"key\": \"a\", \"name\": \"A\nB\"}",
        ),
    ];
    rows.into_iter().map(|row| row.is(MALFORMED)).collect()
}

fn encodings() -> Vec<Bad> {
    let utf16: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = [
        product(
            "a raw NUL in a text",
            b"{\"key\": \"a\", \"name\": \"A\0\"}".to_vec(),
        ),
        product("a raw NUL at the end", format!("{GOOD}\0")),
        product(
            "bytes that are no UTF-8",
            b"{\"key\": \"a\", \"name\": \"\xff\xfe\"}".to_vec(),
        ),
        product(
            "an overlong form",
            b"{\"key\": \"a\", \"name\": \"\xc0\x80\"}".to_vec(),
        ),
        product(
            "half a surrogate in bytes",
            b"{\"key\": \"a\", \"name\": \"\xed\xa0\x80\"}".to_vec(),
        ),
        product(
            "half a surrogate in an escape",
            r#"{"key": "a", "name": "\ud800"}"#,
        ),
        product(
            "surrogates the wrong way round",
            r#"{"key": "a", "name": "\udc00\ud800"}"#,
        ),
        product("an escape that is none", r#"{"key": "a", "name": "\x41"}"#),
        product("UTF-16", utf16),
        product("a byte order mark", format!("\u{feff}{GOOD}")),
        product("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec())
            .header("Content-Encoding", "gzip"),
    ];
    rows.into_iter().map(|row| row.is(MALFORMED)).collect()
}

fn other_shapes() -> Vec<Bad> {
    let rows = [
        product("a list", format!("[{GOOD}]")),
        product("null", "null"),
        product("a text", r#""hunter2""#),
        product("a number", "7"),
        product("true", "true"),
        patch("a patch that is null", "null"),
    ];
    rows.into_iter().map(|row| row.names(&[" TYPE"])).collect()
}

fn sizes() -> Vec<Bad> {
    let large = vec![b' '; 10 << 20];
    let mut chunks = format!("{:x}\r\n", large.len()).into_bytes();
    chunks.extend_from_slice(&large);
    chunks.extend_from_slice(b"\r\n0\r\n\r\n");
    let deep = "[".repeat(100_000);
    let nested = format!(
        r#"{{"key": "a", "name": "A", "attributes": {{"a": {deep}{}}}}}"#,
        "]".repeat(100_000)
    );
    let objects = r#"{"a":"#.repeat(100_000);
    let just_too_deep = format!(
        r#"{{"key": "a", "name": "A", "attributes": {{"a": {}1{}}}}}"#,
        "[".repeat(63),
        "]".repeat(63)
    );
    vec![
        product("10 MB", large).is(TOO_LARGE),
        chunked("10 MB in chunks", chunks).is(TOO_LARGE),
        product("one byte too many", vec![b'['; (1 << 20) + 1]).is(TOO_LARGE),
        product("100 000 brackets", deep).is(MALFORMED),
        product("100 000 objects in each other", objects).is(MALFORMED),
        post("deep attributes", "products/$product/variants", nested).is(MALFORMED),
        post(
            "attributes a little too deep",
            "products/$product/variants",
            just_too_deep,
        )
        .is(MALFORMED),
        chunked("a chunk without a length", "hunter2\r\n").is(MALFORMED),
        chunked("a chunk longer than any", "ffffffffffffffffff\r\n").is(MALFORMED),
        chunked("an empty body in chunks", "0\r\n\r\n").is(MALFORMED),
    ]
}

fn media_types() -> Vec<Bad> {
    let of = |name, media| bare(name, "POST", "products").of(media, GOOD);
    let untyped = Body::Unannounced(GOOD.into());
    let untyped = Bad {
        body: untyped,
        ..bare("no content type", "POST", "products")
    };
    let rows = [
        of("a plain text", "text/plain"),
        of("a form by its type", "application/x-www-form-urlencoded"),
        of("another charset", "application/json; charset=utf-16"),
        of(
            "a merge patch where there is none",
            "application/merge-patch+json",
        ),
        of("a type that goes on", "application/json-seq"),
        of("a type that is none", "json"),
        of("an empty type", ""),
        untyped.header("Content-Length", GOOD.len().to_string()),
        bare("no body at all", "POST", "products"),
        bare("a patch as JSON", "PATCH", "assignments/$seat").of("application/json", "{}"),
    ];
    rows.into_iter().map(|row| row.is(MEDIA)).collect()
}
