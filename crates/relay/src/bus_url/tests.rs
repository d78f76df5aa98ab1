#![allow(clippy::unwrap_used)]
use super::*;

fn parsed(text: &str) -> BusUrl {
    text.parse().unwrap()
}

fn rabbit(vhost: &str, exchange: &str) -> Target {
    Target::Rabbit {
        vhost: vhost.to_owned(),
        exchange: exchange.to_owned(),
    }
}

fn redis(database: u16, prefix: &str, maxlen: u64) -> Target {
    Target::Redis {
        database,
        prefix: prefix.to_owned(),
        maxlen: maxlen.try_into().unwrap(),
    }
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let url = parsed("amqp://mq.test");
    assert_eq!(url.target, rabbit("/", "quartermaster.events"));
    assert_eq!(
        (url.server.host.as_str(), url.server.port),
        ("mq.test", 5672)
    );
    assert_eq!(url.server.user, "guest");
    assert_eq!(url.server.password.as_str(), "guest");
    assert_eq!(parsed("amqps://mq.test/").server.port, 5671);
    assert_eq!(parsed("amqp://mq.test/").target, url.target);

    let url = parsed("redis://127.0.0.1");
    assert_eq!(url.target, redis(0, "quartermaster", 1_000_000));
    assert_eq!((url.server.user.as_str(), url.server.port), ("", 6379));
    assert_eq!(url.server.password.as_str(), "");
    assert_eq!(parsed("rediss://[::1]").server.host, "::1");
}

#[test]
fn every_part_is_read_and_percent_decoded() {
    let url = parsed("amqp://a%40b:p%2Fw%3A@mq.test:1/%2fqm%20x?exchange=my%20events");
    assert_eq!(url.target, rabbit("/qm x", "my events"));
    assert_eq!(url.server.user, "a@b");
    assert_eq!(url.server.password.as_str(), "p/w:");
    assert_eq!(url.server.port, 1);

    let url = parsed("redis://:pw@r.test/3?maxlen=5&prefix={qm}:x");
    assert_eq!(url.target, redis(3, "{qm}:x", 5));
    assert_eq!(url.server.password.as_str(), "pw");
    assert!(url.server.tls.is_none());

    let url = parsed("rediss://ann:pw@r.test?ca=/etc/ca.pem");
    assert_eq!(url.server.tls, Some(Some(PathBuf::from("/etc/ca.pem"))));
    assert_eq!(parsed("amqps://r.test").server.tls, Some(None));
}

#[test]
fn what_is_no_bus_is_refused_with_its_reason() {
    let long = "x".repeat(256);
    let cases = [
        ("", BusUrlError::Scheme),
        ("mq.test:5672", BusUrlError::Scheme),
        ("http://mq.test", BusUrlError::Scheme),
        ("amqp://", BusUrlError::Host),
        ("redis:///0", BusUrlError::Host),
        ("amqp://ann:pw@", BusUrlError::Host),
        ("amqp://mq.test:port", BusUrlError::Malformed),
        ("amqp://mq.test#x", BusUrlError::Malformed),
        ("amqp://a%ff:pw@mq.test", BusUrlError::Malformed),
        ("amqp://ann@mq.test", BusUrlError::Login),
        ("amqp://:pw@mq.test", BusUrlError::Login),
        ("redis://ann@r.test", BusUrlError::Login),
        ("amqp://mq.test/a/b", BusUrlError::Path),
        ("redis://r.test/zero", BusUrlError::Path),
        ("redis://r.test/-1", BusUrlError::Path),
        ("amqp://mq.test?prefix=x", BusUrlError::Option),
        ("redis://r.test?exchange=x", BusUrlError::Option),
        ("redis://r.test?prefix=x&prefix=y", BusUrlError::Option),
        ("redis://r.test?ca=x", BusUrlError::Option),
        ("amqp://mq.test?exchange=", BusUrlError::Name),
        ("redis://r.test?prefix=", BusUrlError::Name),
        ("redis://r.test?maxlen=0", BusUrlError::Maxlen),
        ("redis://r.test?maxlen=~5", BusUrlError::Maxlen),
    ];
    for (text, why) in cases {
        assert_eq!(text.parse::<BusUrl>().unwrap_err(), why, "{text}");
    }
    let cases = [
        (format!("amqp://mq.test?exchange={long}"), BusUrlError::Name),
        (format!("amqp://mq.test/{long}"), BusUrlError::Path),
    ];
    for (text, why) in cases {
        assert_eq!(text.parse::<BusUrl>().unwrap_err(), why);
    }
}

#[test]
fn nothing_shows_the_password() {
    for (text, printed) in [
        (
            "amqp://ann:hunter2@mq.test/qm",
            "amqp://ann:…@mq.test:5672/qm",
        ),
        (
            "redis://:hunter2@[::1]:1/2?prefix=x",
            "redis://:…@[::1]:1/2",
        ),
        ("rediss://r.test", "rediss://r.test:6379"),
    ] {
        let url = parsed(text);
        assert_eq!(url.to_string(), printed);
        assert_eq!(format!("{url:?}"), format!("BusUrl({printed})"));
    }
    for text in [
        "hunter2://x",
        "amqp://a:hunter2@",
        "amqp://a:hunter2@m:x",
        "amqp://a:hunter2@m?hunter2",
        "amqp://hunter2@m",
    ] {
        let refused = text.parse::<BusUrl>().unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("hunter2"));
    }
}

#[test]
fn authorities_must_be_there_and_hold_a_certificate() {
    let refused = |text: &str| parsed(text).open(Timeouts::default()).err();
    let missing = refused("amqps://mq.test?ca=/nowhere/ca.pem");
    assert_eq!(missing, Some(BusUrlError::Authorities));
    let empty = refused("rediss://r.test?ca=/dev/null");
    assert_eq!(empty, Some(BusUrlError::Authorities));
    assert_eq!(refused("amqps://mq.test"), None);
    assert_eq!(refused("redis://r.test"), None);
}
