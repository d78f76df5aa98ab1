//! Invalid messages on a socket.

use crate::harness::cases;
use serde_json::{Value, json};
use testkit::{
    TestApp,
    socket::{Message, Socket},
};

cases![
    an_invalid_handshake_is_refused on Sqlite,
    only_authentication_is_accepted_first on Sqlite,
    a_client_that_does_not_authenticate_is_disconnected on Sqlite,
    an_invalid_message_is_answered_and_the_connection_stays on Sqlite,
    a_protocol_violation_ends_the_connection on Sqlite,
    a_connection_has_sixteen_subscriptions on Sqlite,
];

async fn open(app: &TestApp) -> Socket {
    let key = app.super_admin().key;
    let mut socket = Socket::open(&app.url(), Some(&key)).await.unwrap();
    socket.expect("authenticated").await;
    socket
}

/// The code of the problem that ends the connection, and of the close.
async fn ended(socket: &mut Socket) -> (String, u16) {
    let message = socket.expect("error").await;
    assert_eq!(socket.hear().await, None);
    let problem = &message["problem"];
    let code = problem["code"].as_str().unwrap();
    assert_eq!(problem["instance"], "/api/v1/ws");
    assert!(problem["requestId"].as_str().unwrap().len() > 8);
    let closed = socket.closed.clone().unwrap();
    (code.to_owned(), closed.0)
}

async fn an_invalid_handshake_is_refused(app: &mut TestApp) {
    let handshake = [
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    for left_out in 0..=handshake.len() {
        let mut request = app.raw("GET", "/api/v1/ws");
        for (number, (name, value)) in handshake.iter().enumerate() {
            if number != left_out {
                request = request.header(name, *value);
            }
        }
        // This client sends `Connection: close` with every request.
        let reply = request.send().await;
        assert_eq!(reply.status, 400, "{}", reply.text());
        assert_eq!(reply.json()["code"], "MALFORMED_REQUEST");
    }
    for method in ["POST", "PUT", "DELETE"] {
        let reply = app.raw(method, "/api/v1/ws").send().await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD"))
        );
    }
    let reply = app.raw("GET", "/api/v1/wss").send().await;
    assert_eq!(reply.status, 404);
}

async fn only_authentication_is_accepted_first(app: &mut TestApp) {
    for (message, code, close) in [
        (Message::text("{"), "MALFORMED_REQUEST", 1008),
        (Message::text(""), "MALFORMED_REQUEST", 1008),
        (
            Message::text(json!({"type": "ping"}).to_string()),
            "UNAUTHENTICATED",
            1008,
        ),
        (
            Message::text(json!({"type": "subscribe", "id": "a"}).to_string()),
            "UNAUTHENTICATED",
            1008,
        ),
        (
            Message::text(json!({"type": "x"}).to_string()),
            "VALIDATION_ERROR",
            1008,
        ),
        (
            Message::binary(vec![0, 159, 146, 150]),
            "MALFORMED_REQUEST",
            1003,
        ),
        (
            Message::text("x".repeat(16 * 1024 + 1)),
            "PAYLOAD_TOO_LARGE",
            1009,
        ),
        (
            Message::text("x".repeat(200 * 1024)),
            "MALFORMED_REQUEST",
            1002,
        ),
    ] {
        let mut socket = Socket::open(&app.url(), None).await.unwrap();
        socket.send(message).await;
        assert_eq!(ended(&mut socket).await, (code.to_owned(), close));
    }
}

async fn a_client_that_does_not_authenticate_is_disconnected(app: &mut TestApp) {
    let mut socket = Socket::open(&app.url(), None).await.unwrap();
    // A ping does not authenticate.
    socket.send(Message::Ping("x".into())).await;
    assert_eq!(
        ended(&mut socket).await,
        ("UNAUTHENTICATED".to_owned(), 1008)
    );
}

async fn an_invalid_message_is_answered_and_the_connection_stays(app: &mut TestApp) {
    let mut socket = open(app).await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    for (text, code) in [
        ("".to_owned(), "MALFORMED_REQUEST"),
        ("[1]".to_owned(), "MALFORMED_REQUEST"),
        ("\u{0}\u{fffd}".to_owned(), "MALFORMED_REQUEST"),
        ("[".repeat(10_000), "MALFORMED_REQUEST"),
        (json!({"type": "shout"}).to_string(), "VALIDATION_ERROR"),
        (
            json!({"type": "subscribe", "id": "all"}).to_string(),
            "VALIDATION_ERROR",
        ),
        (
            json!({"type": "subscribe", "id": "b", "after": "x"}).to_string(),
            "VALIDATION_ERROR",
        ),
        (
            json!({"type": "unsubscribe", "id": "b"}).to_string(),
            "NOT_FOUND",
        ),
        (
            json!({"type": "authenticate", "token": "b"}).to_string(),
            "UNAUTHENTICATED",
        ),
    ] {
        socket.send(Message::text(text.clone())).await;
        let message = socket.expect("error").await;
        assert_eq!(message["problem"]["code"], code, "{text}");
        assert!(!message.to_string().contains("shout"));
        // The error names the subscription that the message was about.
        let about = match text.contains("subscribe") {
            true => serde_json::from_str::<Value>(&text).unwrap()["id"].clone(),
            false => Value::Null,
        };
        assert_eq!(message["id"], about, "{text}");
    }
    app.user("ada").await;
    socket.expect("event").await;
}

async fn a_protocol_violation_ends_the_connection(app: &mut TestApp) {
    for (message, code, close) in [
        (Message::binary(vec![7; 10]), "MALFORMED_REQUEST", 1003),
        (
            Message::text("x".repeat(16 * 1024 + 1)),
            "PAYLOAD_TOO_LARGE",
            1009,
        ),
        (
            Message::text("x".repeat(200 * 1024)),
            "MALFORMED_REQUEST",
            1002,
        ),
    ] {
        let mut socket = open(app).await;
        socket.send(message).await;
        assert_eq!(ended(&mut socket).await, (code.to_owned(), close));
    }
    let mut socket = open(app).await;
    for _ in 0..60 {
        socket.send(Message::Ping("x".into())).await;
    }
    assert_eq!(ended(&mut socket).await, ("RATE_LIMITED".to_owned(), 1008));
}

async fn a_connection_has_sixteen_subscriptions(app: &mut TestApp) {
    let mut socket = open(app).await;
    let quiet =
        |id: usize| json!({"type": "subscribe", "id": id.to_string(), "types": ["role.created"]});
    for number in 0..16 {
        socket.say(&quiet(number)).await;
        socket.expect("subscribed").await;
        socket.expect("replayed").await;
        socket.expect("live").await;
    }
    socket.say(&quiet(16)).await;
    let message = socket.expect("error").await;
    assert_eq!(
        (&message["id"], &message["problem"]["code"]),
        (&json!("16"), &json!("VALIDATION_ERROR"))
    );
    socket.say(&json!({"type": "unsubscribe", "id": "3"})).await;
    socket.expect("unsubscribed").await;
    socket.say(&quiet(16)).await;
    socket.expect("subscribed").await;
}
