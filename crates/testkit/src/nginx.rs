//! nginx in front of a server, with its default configuration.
//!
//! It ends, and its folder is removed, when it is dropped.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, time::sleep};
use uuid::Uuid;

use crate::{broker::leave_out, port};

/// How long it may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Only file locations and proxying are configured. One server uses HTTP/1.0 to
/// the upstream and closes each connection, which is the default of nginx; the other keeps connections
/// and forwards the client address, as its documentation shows.
const CONFIGURATION: &str = "
daemon off;
master_process off;
pid FOLDER/pid;
error_log FOLDER/error.log;
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
    server {
        listen 127.0.0.1:PLAIN;
        location / {
            proxy_pass http://SERVER;
        }
        location /api/v1/ws {
            proxy_pass http://SERVER;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection \"upgrade\";
        }
    }
    upstream kept {
        server SERVER;
        keepalive 4;
    }
    server {
        listen 127.0.0.1:KEEPING;
        location / {
            proxy_pass http://kept;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
    }
}
";

/// A running nginx.
pub struct Nginx {
    child: Child,
    folder: PathBuf,
    plain: u16,
    keeping: u16,
}

impl Nginx {
    /// Starts one in front of the server of this URL, or returns `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn before(url: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("qm_nginx_{}", Uuid::now_v7().simple()));
        fs::create_dir(&folder).unwrap();
        let (plain, keeping) = (port::free(), port::free());
        let configuration = CONFIGURATION
            .replace("FOLDER", &folder.to_string_lossy())
            .replace("SERVER", url.trim_start_matches("http://"))
            .replace("PLAIN", &plain.to_string())
            .replace("KEEPING", &keeping.to_string());
        fs::write(folder.join("nginx.conf"), configuration).unwrap();
        let started = Command::new("nginx")
            .arg("-p")
            .arg(&folder)
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            let _ = fs::remove_dir_all(&folder);
            leave_out("nginx (`apt-get install nginx-light` brings it)");
            return None;
        };
        let mut nginx = Self {
            child,
            folder,
            plain,
            keeping,
        };
        nginx.listens().await;
        Some(nginx)
    }

    /// The URL where it uses HTTP/1.0 to the server and keeps no connection: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn plain(&self) -> String {
        format!("http://127.0.0.1:{}", self.plain)
    }

    /// The URL where it keeps connections to the server and forwards the client address.
    #[must_use]
    pub fn keeping(&self) -> String {
        format!("http://127.0.0.1:{}", self.keeping)
    }

    async fn listens(&mut self) {
        let since = Instant::now();
        for port in [self.plain, self.keeping] {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                let ended = self.child.try_wait().unwrap();
                let is_late = since.elapsed() > START_LIMIT;
                assert!(ended.is_none() && !is_late, "nginx: {}", self.errors());
                sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Its error log.
    fn errors(&self) -> String {
        fs::read_to_string(self.folder.join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("nginx wrote:\n{}", self.errors());
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
