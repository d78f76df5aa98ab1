//! A mail server for one connection that behaves as it is told.
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server does at the named moment: `connect`, a command such as `RCPT`, or `text` when
/// the mail has arrived. Otherwise it does what a friendly server does.
#[derive(Clone, Copy)]
pub enum Does {
    /// Answers with this line.
    Reply(&'static str),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
}

/// A running stand-in.
pub struct Server {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one that greets with these extensions.
    pub async fn start(extensions: &'static [&'static str], does: &[(&'static str, Does)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let visit = Visit {
            extensions,
            does: does.iter().copied().collect(),
            heard: heard.clone(),
        };
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            visit.serve(stream).await;
        });
        Self { address, heard }
    }

    /// All lines that the client sent, those of the mail included.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The mail as it was sent, without what SMTP adds to it.
    pub fn mail(&self) -> String {
        let heard = self.heard();
        let lines = heard.iter().skip_while(|line| *line != "DATA").skip(1);
        let lines = lines.take_while(|line| *line != ".");
        lines
            .map(|line| line.strip_prefix('.').unwrap_or(line).to_owned() + "\r\n")
            .collect()
    }
}

struct Visit {
    extensions: &'static [&'static str],
    does: HashMap<&'static str, Does>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Visit {
    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut moment = "connect".to_owned();
        loop {
            let reply = match self.does.get(moment.as_str()) {
                Some(Does::Reply(line)) => format!("{line}\r\n"),
                Some(Does::Hang) => std::future::pending().await,
                Some(Does::Close) => return,
                None => self.friendly(&moment),
            };
            // A client that has gone is noticed at the next read.
            let _ = stream.write_all(reply.as_bytes()).await;
            let into_mail = moment == "DATA" && reply.starts_with("354");
            match self.next(&mut stream, into_mail).await {
                Some(next) => moment = next,
                None => return,
            }
        }
    }

    fn friendly(&self, moment: &str) -> String {
        match moment {
            "connect" => "220 ready\r\n".to_owned(),
            "EHLO" => {
                let more = self.extensions.iter().map(|name| format!("250-{name}\r\n"));
                format!("250-stand-in\r\n{}250 SIZE\r\n", more.collect::<String>())
            }
            "AUTH" => "235 welcome\r\n".to_owned(),
            "DATA" => "354 go on\r\n".to_owned(),
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "250 ok\r\n".to_owned(),
        }
    }

    /// Hears one command, or a whole mail up to its final dot.
    async fn next(&self, stream: &mut BufReader<TcpStream>, mail: bool) -> Option<String> {
        loop {
            let mut line = String::new();
            let read = stream.read_line(&mut line).await.ok()?;
            if read == 0 {
                return None;
            }
            let line = line.trim_end_matches("\r\n").to_owned();
            let command = line.split(' ').next().unwrap_or_default().to_uppercase();
            let end = line == ".";
            self.heard.lock().unwrap().push(line);
            match (mail, end) {
                (false, _) => return Some(command),
                (true, true) => return Some("text".to_owned()),
                (true, false) => {}
            }
        }
    }
}
