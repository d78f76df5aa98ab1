//! Bytes that are no HTTP, or that two parsers could read differently.

/// A request to make a product, with these lines in its head and these bytes after it.
fn product(key: &str, lines: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /api/v1/products HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\n{lines}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub fn rows(key: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut rows = heads();
    let body = r#"{"key": "a", "name": "A"}"#;
    let framed = |lines: &str| product(key, lines, body);
    rows.extend([
        ("a length that is a word", framed("Content-Length: many")),
        ("a negative length", framed("Content-Length: -1")),
        ("a length with a sign", framed("Content-Length: +25")),
        (
            "two lengths",
            framed("Content-Length: 25\r\nContent-Length: 2"),
        ),
        (
            "a length and chunks",
            framed("Content-Length: 25\r\nTransfer-Encoding: chunked"),
        ),
        (
            "a coding that nobody knows",
            framed("Transfer-Encoding: hunter2"),
        ),
        (
            "chunks that are not last",
            framed("Transfer-Encoding: chunked, gzip"),
        ),
        (
            "chunks twice",
            framed("Transfer-Encoding: chunked, chunked"),
        ),
        (
            "a body after no length",
            framed("Transfer-Encoding: identity"),
        ),
        (
            "chunks in HTTP/1.0",
            String::from_utf8_lossy(&framed("Transfer-Encoding: chunked"))
                .replace("HTTP/1.1", "HTTP/1.0")
                .into_bytes(),
        ),
    ]);
    rows
}

fn heads() -> Vec<(&'static str, Vec<u8>)> {
    let get = |line: &str, more: &str| {
        format!("{line}\r\nHost: here\r\nConnection: close\r\n{more}\r\n").into_bytes()
    };
    let health = "GET /health HTTP/1.1";
    let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(200_000));
    vec![
        ("no HTTP", b"HELLO\r\n\r\n".to_vec()),
        (
            "TLS",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
        ),
        ("a version that is none", get("GET /health HTTP/9.9", "")),
        ("a blank in the path", get("GET /health now HTTP/1.1", "")),
        ("a method with a slash", get("GE/T /health HTTP/1.1", "")),
        (
            "a control character in the path",
            get("GET /hea\u{1}lth HTTP/1.1", ""),
        ),
        ("NUL in a header", get(health, "X-A: a\0b\r\n")),
        (
            "a control character in a key",
            get(health, "Idempotency-Key: a\u{1}b\r\n"),
        ),
        ("two hosts", get(health, "Host: there\r\n")),
        (
            "no host",
            b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec(),
        ),
        ("a name with a blank", get(health, "X A: b\r\n")),
        ("a blank before the colon", get(health, "X-A : b\r\n")),
        ("a header without a colon", get(health, "hunter2\r\n")),
        ("a header that goes on", get(health, "X-A: a\r\n b\r\n")),
        ("a header without a name", get(health, ": hunter2\r\n")),
        ("200 headers", get(health, &many)),
        ("a header of 200 000", get(health, &long)),
        (
            "a target of 70 000",
            get(&format!("GET /{} HTTP/1.1", "x".repeat(70_000)), ""),
        ),
    ]
}
