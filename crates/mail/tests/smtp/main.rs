//! Mail over SMTP, against a server on loopback that accepts, refuses, hangs or goes away.
#![allow(clippy::unwrap_used)]

mod server;

use std::time::{Duration, Instant};

use base64::{Engine, prelude::BASE64_STANDARD};
use mail::{MailError, Mailbox, Mailer, Message, Timeouts};
use mail_parser::MessageParser;
use server::{Does, Server};
use tokio::net::{TcpSocket, TcpStream};

const LONG: Duration = Duration::from_secs(20);

/// Generous enough that only what hangs for ever runs into it.
const PATIENT: Timeouts = Timeouts {
    connect: LONG,
    all: LONG,
};

fn mailer(url: &str, timeouts: Timeouts) -> Mailer {
    Mailer::new(&url.parse().unwrap(), timeouts).unwrap()
}

fn to_server(server: &Server) -> Mailer {
    mailer(&format!("smtp://{}", server.address), PATIENT)
}

fn message(to: &str, text: &str) -> Message {
    let from = Mailbox::new("Kranich, Ladenetz", "noreply@kranich.test").unwrap();
    let to = Mailbox::new("Zoë \"Z\" Ørsted", to).unwrap();
    Message::new(from, to, "Einladung für Zoë", text).unwrap()
}

fn hello() -> Message {
    message("zoe@example.test", "Hello")
}

/// What comes of a mail to a server that does this.
async fn sent(does: &[(&'static str, Does)]) -> Result<(), MailError> {
    to_server(&Server::start(&[], does).await)
        .send(&hello())
        .await
}

fn cause(result: Result<(), MailError>) -> String {
    match result.unwrap_err() {
        MailError::Temporary(cause) => format!("temporary: {cause}"),
        MailError::Permanent(cause) => format!("permanent: {cause}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = Server::start(&[], &[]).await;
    let text = "Grüße,\n.\n..\n.QUIT\nhttps://qm.example.test/invitation#t=a.b\n";
    let answers = Mailbox::new("", "help@kranich.test").unwrap();
    let message = message("zoe@example.test", text).reply_to(answers);
    to_server(&server).send(&message).await.unwrap();

    let heard = server.heard();
    assert!(heard.contains(&"MAIL FROM:<noreply@kranich.test>".to_owned()));
    assert!(heard.contains(&"RCPT TO:<zoe@example.test>".to_owned()));
    let mail = server.mail();
    assert!(mail.is_ascii(), "any server can take it");
    let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let one = |address: Option<&mail_parser::Address<'_>>| {
        let first = address.unwrap().first().unwrap();
        let name = first.name.as_deref().unwrap_or_default().to_owned();
        (name, first.address.as_deref().unwrap().to_owned())
    };
    let pair = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    assert_eq!(
        one(mail.from()),
        pair("Kranich, Ladenetz", "noreply@kranich.test")
    );
    assert_eq!(one(mail.to()), pair("Zoë \"Z\" Ørsted", "zoe@example.test"));
    assert_eq!(one(mail.reply_to()), pair("", "help@kranich.test"));
    assert_eq!(mail.subject(), Some("Einladung für Zoë"));
    assert_eq!(
        mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
        text.trim_end()
    );
    assert!(mail.date().is_some());
    assert!(mail.message_id().unwrap().ends_with("@kranich.test"));
    let automatic = mail.header_raw("Auto-Submitted").unwrap();
    assert_eq!(automatic.trim(), "auto-generated");
}

#[tokio::test]
async fn every_mail_has_an_id_of_its_own() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let server = Server::start(&[], &[]).await;
        to_server(&server).send(&hello()).await.unwrap();
        let mail = server.mail();
        let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
        ids.push(mail.message_id().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_refusal_is_permanent() {
    for moment in ["connect", "MAIL", "RCPT", "DATA", "text"] {
        let refused = cause(sent(&[(moment, Does::Reply("550 no such mailbox"))]).await);
        assert!(refused.starts_with("permanent: "), "{moment}: {refused}");
        assert!(
            refused.contains("550") && refused.contains("no such mailbox"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_temporary() {
    for moment in ["connect", "MAIL", "RCPT", "DATA", "text"] {
        let busy = cause(sent(&[(moment, Does::Reply("451 try later"))]).await);
        assert!(busy.starts_with("temporary: "), "{moment}: {busy}");
        assert!(busy.contains("451") && busy.contains("try later"), "{busy}");
    }
}

#[tokio::test]
async fn a_server_that_closes_early_is_temporary() {
    for moment in ["connect", "EHLO", "MAIL", "RCPT", "DATA", "text"] {
        let closed = cause(sent(&[(moment, Does::Close)]).await);
        assert!(closed.starts_with("temporary: "), "{moment}: {closed}");
    }
}

#[tokio::test]
async fn a_server_that_talks_nonsense_is_temporary() {
    let nonsense = cause(sent(&[("connect", Does::Reply("SSH-2.0-OpenSSH"))]).await);
    assert!(nonsense.starts_with("temporary: "), "{nonsense}");
}

#[tokio::test]
async fn a_mail_that_was_taken_is_sent_even_if_the_goodbye_fails() {
    for goodbye in [Does::Close, Does::Reply("421 tired")] {
        sent(&[("QUIT", goodbye)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_as_temporary() {
    for moment in ["connect", "RCPT", "text"] {
        let server = Server::start(&[], &[(moment, Does::Hang)]).await;
        let short = Timeouts {
            connect: LONG,
            all: Duration::from_millis(150),
        };
        let begun = Instant::now();
        let url = format!("smtp://{}", server.address);
        let given_up = cause(mailer(&url, short).send(&hello()).await);
        assert!(begun.elapsed() < LONG);
        assert!(given_up.starts_with("temporary: "), "{given_up}");
        assert!(
            given_up.ends_with("did not take the mail within 150ms"),
            "{given_up}"
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_accept_the_connection_is_given_up_sooner() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let brief = Duration::from_millis(150);
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(brief, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let timeouts = Timeouts {
        connect: brief,
        all: LONG,
    };
    let begun = Instant::now();
    let url = format!("smtp://{address}");
    let given_up = cause(mailer(&url, timeouts).send(&hello()).await);
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    assert!(given_up.starts_with("temporary: "), "{given_up}");
}

#[tokio::test]
async fn nobody_at_the_address_is_temporary() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("smtp://{}", socket.local_addr().unwrap());
    let nobody = cause(mailer(&url, PATIENT).send(&hello()).await);
    assert!(nobody.starts_with("temporary: "), "{nobody}");
}

#[tokio::test]
async fn the_login_is_the_decoded_one() {
    let server = Server::start(&["AUTH PLAIN"], &[]).await;
    let url = format!("smtp://a%40b.test:p%3Ass%2Fw@{}", server.address);
    mailer(&url, PATIENT).send(&hello()).await.unwrap();
    let login = BASE64_STANDARD.encode("\0a@b.test\0p:ss/w");
    assert!(server.heard().contains(&format!("AUTH PLAIN {login}")));
}

#[tokio::test]
async fn a_refused_login_is_temporary_since_the_mail_is_not_at_fault() {
    for reply in ["535 wrong", "534 too weak", "538 encrypt", "530 log in"] {
        let does = [("AUTH", Does::Reply(reply))];
        let server = Server::start(&["AUTH PLAIN"], &does).await;
        let url = format!("smtp://ada:hunter2@{}", server.address);
        let refused = cause(mailer(&url, PATIENT).send(&hello()).await);
        assert!(refused.starts_with("temporary: "), "{refused}");
        assert!(!refused.contains("hunter2"));
    }
}

#[tokio::test]
async fn without_the_encryption_that_is_required_nothing_is_said() {
    let server = Server::start(&["AUTH PLAIN"], &[]).await;
    let url = format!("smtp://ada:hunter2@{}?tls=required", server.address);
    let refused = cause(mailer(&url, PATIENT).send(&hello()).await);
    assert!(refused.starts_with("temporary: "), "{refused}");
    let told = |word: &str| server.heard().iter().any(|line| line.starts_with(word));
    assert!(!told("AUTH") && !told("MAIL"), "{:?}", server.heard());
}

#[tokio::test]
async fn a_server_whose_encryption_fails_is_temporary() {
    let server = Server::start(&["STARTTLS"], &[("STARTTLS", Does::Reply("220 go"))]).await;
    for scheme in ["smtp://", "smtps://"] {
        let query = if scheme == "smtp://" {
            "?tls=required"
        } else {
            ""
        };
        let url = format!("{scheme}{}{query}", server.address);
        let short = Timeouts {
            connect: LONG,
            all: Duration::from_millis(500),
        };
        let failed = cause(mailer(&url, short).send(&hello()).await);
        assert!(failed.starts_with("temporary: "), "{failed}");
    }
}

#[tokio::test]
async fn an_address_that_the_server_cannot_write_is_permanent() {
    let server = Server::start(&[], &[]).await;
    let message = message("zoë@example.test", "Hello");
    let refused = cause(to_server(&server).send(&message).await);
    assert!(refused.starts_with("permanent: "), "{refused}");

    let server = Server::start(&["SMTPUTF8", "8BITMIME"], &[]).await;
    to_server(&server).send(&message).await.unwrap();
}

#[tokio::test]
async fn a_servers_words_stay_on_one_line() {
    let does = [("RCPT", Does::Reply("550-first\r\n550 second \u{1b}[2J"))];
    let refused = cause(sent(&does).await);
    assert!(
        refused.contains("first") && refused.contains("second"),
        "{refused}"
    );
    assert!(!refused.chars().any(char::is_control), "{refused:?}");
}

#[test]
fn debug_of_a_mailer_shows_no_password() {
    let shown = format!("{:?}", mailer("smtp://ada:hunter2@mail.test:25", PATIENT));
    assert_eq!(shown, "Mailer(smtp://mail.test:25)");
}
