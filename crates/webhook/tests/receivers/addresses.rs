//! Which address is called in the end, whatever the name server says.
use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};
use webhook::{DestinationError, Outcome, Policy, Reason, Resolve, Sender, Timeouts};

use crate::{
    HASTY, PATIENT, failed, message,
    names::{Names, Silence},
    policy,
    receiver::{Does, Receiver},
    send_with, sender,
};

/// Stands for an address that everybody can reach; 127.0.0.1 stands for one inside.
const PUBLIC: &str = "127.0.0.2";
const INSIDE: &str = "127.0.0.1";

const OK: Does = Does::Answer("HTTP/1.1 200 OK\r\n\r\n");

fn sender_with(resolver: Arc<dyn Resolve>, timeouts: Timeouts) -> Sender {
    Sender::new(policy(&[PUBLIC]), timeouts).with_resolver(resolver)
}

/// Two receivers on one port: the public one, and the one inside.
async fn both() -> (Receiver, Receiver, String) {
    loop {
        let public = Receiver::start_at(Ipv4Addr::new(127, 0, 0, 2), 0, OK).await;
        let port = public.address.port();
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if free {
            let inside = Receiver::start_at(Ipv4Addr::LOCALHOST, port, OK).await;
            return (public, inside, format!("http://rebind.test:{port}/"));
        }
    }
}

#[tokio::test]
async fn a_name_that_changes_is_looked_up_once_an_attempt() {
    let (public, inside, url) = both().await;
    let names = Names::new(&[&[PUBLIC], &[INSIDE], &[PUBLIC]]);
    let sender = sender_with(names.clone(), PATIENT);
    let outcomes = [
        Outcome::Delivered,
        failed(Reason::Address),
        Outcome::Delivered,
    ];
    for (left, outcome) in [2, 1, 0].into_iter().zip(outcomes) {
        assert_eq!(send_with(&sender, &url).await.outcome, outcome);
        assert_eq!(names.left(), left);
    }
    assert_eq!((public.connections(), inside.connections()), (2, 0));
    let host = format!("host: rebind.test:{}", public.address.port());
    assert!(public.requests()[0].lines().any(|line| line == host));
}

#[tokio::test]
async fn of_many_addresses_only_those_in_reach_are_called() {
    let (public, inside, url) = both().await;
    let answer: &[&str] = &[
        INSIDE,
        "::1",
        "10.0.0.1",
        "169.254.169.254",
        "::ffff:127.0.0.1",
    ];
    let mixed = [answer, &[PUBLIC]].concat();
    let names = Names::new(&[&mixed, answer]);
    let sender = sender_with(names, PATIENT);
    assert_eq!(send_with(&sender, &url).await.outcome, Outcome::Delivered);
    assert_eq!(
        send_with(&sender, &url).await.outcome,
        failed(Reason::Address)
    );
    assert_eq!((public.connections(), inside.connections()), (1, 0));
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let (public, _inside, url) = both().await;
    let names = Names::new(&[&["127.0.0.3", PUBLIC]]);
    let sender = Sender::new(policy(&["127.0.0.2/31"]), PATIENT).with_resolver(names);
    assert_eq!(send_with(&sender, &url).await.outcome, Outcome::Delivered);
    assert_eq!(public.connections(), 1);
}

#[tokio::test]
async fn an_address_that_is_silent_leaves_time_for_the_next() {
    let (public, _inside, url) = both().await;
    let (_queue, _waiting) = silent(public.address.port()).await;
    let names = Names::new(&[&["127.0.0.3", PUBLIC], &["127.0.0.3"]]);
    let timeouts = Timeouts {
        connect: Duration::from_millis(600),
        ..PATIENT
    };
    let sender = Sender::new(policy(&["127.0.0.2/31"]), timeouts).with_resolver(names);
    let attempt = send_with(&sender, &url).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert!(attempt.took >= timeouts.connect / 2, "{attempt:?}");
    let attempt = send_with(&sender, &url).await;
    assert_eq!(attempt.outcome, failed(Reason::ConnectTimeout));
}

/// Makes 127.0.0.3 silent at this port: the queue for connections is full and nobody takes any.
async fn silent(port: u16) -> (TcpListener, Vec<TcpStream>) {
    let address = (Ipv4Addr::new(127, 0, 0, 3), port).into();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(1).unwrap();
    let brief = Duration::from_millis(100);
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = timeout(brief, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    (listener, waiting)
}

#[tokio::test]
async fn only_a_few_of_many_addresses_are_tried() {
    let (public, _inside, url) = both().await;
    let mut answer = vec!["127.0.0.3"; 4];
    answer.push(PUBLIC);
    let names = Names::new(&[&answer]);
    let sender = Sender::new(policy(&["127.0.0.2/31"]), PATIENT).with_resolver(names);
    assert_eq!(
        send_with(&sender, &url).await.outcome,
        failed(Reason::Connect)
    );
    assert_eq!(public.connections(), 0);
}

#[tokio::test]
async fn a_name_without_addresses_is_not_found() {
    let sender = sender_with(Names::new(&[&[]]), PATIENT);
    // The second time the name server itself fails.
    for _ in 0..2 {
        let attempt = send_with(&sender, "http://nowhere.test/").await;
        assert_eq!(attempt.outcome, failed(Reason::Dns));
    }
}

#[tokio::test]
async fn a_name_server_that_hangs_is_left_in_time() {
    let sender = sender_with(Arc::new(Silence), HASTY);
    let attempt = send_with(&sender, "http://silent.test/").await;
    assert_eq!(attempt.outcome, failed(Reason::ConnectTimeout));
    assert!(attempt.took >= HASTY.connect);
}

#[tokio::test]
async fn the_system_is_asked_for_names_and_its_answers_are_judged() {
    let receiver = Receiver::start(OK).await;
    let url = format!("http://localhost:{}/", receiver.address.port());
    let public_only = Sender::new(policy(&[]), PATIENT);
    let attempt = send_with(&public_only, &url).await;
    assert_eq!(attempt.outcome, failed(Reason::Address));
    assert_eq!(receiver.connections(), 0);
    let attempt = send_with(&sender(PATIENT), &url).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
}

#[tokio::test]
async fn a_destination_made_under_another_policy_is_judged_again() {
    let receiver = Receiver::start(OK).await;
    let destination = policy(&["127.0.0.0/8"])
        .destination(&receiver.url())
        .unwrap();
    let refused = |error: DestinationError| failed(Reason::Destination(error));
    let ip = receiver.address.ip();
    for (stricter, outcome) in [
        (policy(&[]), refused(DestinationError::Address(ip))),
        (Policy::default(), refused(DestinationError::PlainHttp)),
    ] {
        let sender = Sender::new(stricter, PATIENT);
        let attempt = sender.send(&destination, &message()).await;
        assert_eq!(attempt.outcome, outcome);
    }
    assert_eq!(receiver.connections(), 0);
}
