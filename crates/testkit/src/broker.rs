//! Message brokers started from the programs on this machine: one of each kind for a test run, and
//! others for tests that need one of their own.
//!
//! The files of a broker are in a temporary folder. It ends, and its folder is removed, when it is dropped and
//! when the process of the tests ends, however that ends.
// A failure to control a broker fails the test.
#![allow(clippy::unwrap_used)]

mod plan;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{OnceCell, RwLock},
};
use uuid::Uuid;

use crate::port;
use plan::Plan;

/// Name of the variable that, set to `all`, turns a missing broker into a failure.
const REQUIRE: &str = "QUARTERMASTER_TEST_REQUIRE";

/// How long a broker may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(90);

/// Executes commands from standard input, one a line, and answers each. The end of the input
/// is the end of the tests. `$0` is the folder; `$BESIDE` is run beside the broker.
const KEEPER: &str = r#"
start() { "$@" </dev/null >>"$0/log" 2>&1 & broker=$!; }
end() { kill -CONT $1; kill -KILL $1; wait $1; } 2>/dev/null
if [ -n "$BESIDE" ]; then "$BESIDE" </dev/null >>"$0/log" 2>&1 & beside=$!; fi
start "$@"
while read -r word; do
    case $word in
        start) start "$@" ;;
        stop) kill -TERM $broker; wait $broker ;;
        kill) end $broker ;;
        pause) kill -STOP $broker ;;
        resume) kill -CONT $broker ;;
    esac
    echo done
done
end $broker
if [ -n "$beside" ]; then end $beside; fi
rm -rf "$0"
"#;

/// A running broker with the user `qm`, whose password is `right`.
pub struct Broker {
    /// Where its data, its log and, with TLS, its certificate `cert.pem` are.
    pub folder: PathBuf,
    /// The port without TLS.
    pub port: u16,
    /// The port with TLS, where this machine can make a certificate.
    pub tls_port: Option<u16>,
    /// Held for writing by a test that stops the broker, and for reading by the others.
    pub turn: RwLock<()>,
    question: Option<&'static str>,
    keeper: Mutex<Keeper>,
}

/// A broker, or `None` where it is not installed; the error is why it did not start.
type Started = Result<Option<Broker>, String>;

struct Keeper {
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    _child: Child,
}

impl Broker {
    /// The RabbitMQ of this test run, or `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn rabbit() -> Option<&'static Self> {
        static RABBIT: OnceCell<Started> = OnceCell::const_new();
        let started = RABBIT.get_or_init(|| start(Plan::rabbit)).await;
        started.as_ref().unwrap().as_ref()
    }

    /// The Redis of this test run, or `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn redis() -> Option<&'static Self> {
        static REDIS: OnceCell<Started> = OnceCell::const_new();
        let started = REDIS.get_or_init(|| start(Plan::redis)).await;
        started.as_ref().unwrap().as_ref()
    }

    /// A RabbitMQ for one test, or `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn own_rabbit() -> Option<Self> {
        start(Plan::rabbit).await.unwrap()
    }

    /// A Redis for one test, or `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn own_redis() -> Option<Self> {
        start(Plan::redis).await.unwrap()
    }

    /// Stops the broker gracefully.
    ///
    /// # Panics
    /// When the keeper of the broker is gone; so do the others.
    pub fn stop(&self) {
        self.send("stop");
    }

    /// Ends the broker at once, as a crash would.
    ///
    /// # Panics
    /// When the keeper of the broker is gone.
    pub fn kill(&self) {
        self.send("kill");
    }

    /// Starts the broker again, with what it has on the disk.
    pub async fn start_again(&self) {
        self.send("start");
        self.listens().await.unwrap();
    }

    /// Suspends the broker; the system still accepts connections for it.
    pub fn pause(&self) {
        self.send("pause");
    }

    /// Resumes the broker.
    pub fn resume(&self) {
        self.send("resume");
    }

    /// The log of the broker.
    ///
    /// # Panics
    /// When there is no log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }

    fn send(&self, command: &str) {
        let mut keeper = self.keeper.lock().unwrap();
        writeln!(keeper.commands, "{command}").unwrap();
        let mut answer = String::new();
        keeper.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, "done\n", "the keeper of the broker is gone");
    }

    async fn listens(&self) -> Result<(), String> {
        let since = Instant::now();
        while let Err(fault) = self.answers().await {
            if since.elapsed() > START_LIMIT {
                let log = self.log();
                let from = log.len().saturating_sub(2000);
                let tail = log.get(from..).unwrap_or_default();
                return Err(format!("the broker did not start: {fault}; {tail}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Broker {
    async fn answers(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let Some(question) = self.question else {
            return Ok(());
        };
        stream.write_all(question.as_bytes()).await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        match answer.contains("PONG") {
            true => Ok(()),
            false => Err(std::io::Error::other(answer)),
        }
    }
}

async fn start(plan: fn(&Path, u16, Option<u16>) -> Result<Plan, String>) -> Started {
    let name = format!("qm_broker_{}", Uuid::now_v7().simple());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir(&folder).unwrap();
    let port = port::free();
    let tls_port = certify(&folder).then(port::free);
    let plan = match plan(&folder, port, tls_port) {
        Ok(plan) => plan,
        Err(missing) => {
            fs::remove_dir_all(&folder).unwrap();
            leave_out(&missing);
            return Ok(None);
        }
    };
    let server = Broker {
        question: plan.question,
        keeper: Mutex::new(keep(&folder, plan)),
        folder,
        port,
        tls_port,
        turn: RwLock::new(()),
    };
    server.listens().await?;
    Ok(Some(server))
}

fn keep(folder: &Path, plan: Plan) -> Keeper {
    let mut child = Command::new("sh")
        .args(["-c", KEEPER])
        .arg(folder)
        .arg(plan.program)
        .args(plan.arguments)
        .envs(plan.variables)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C in a terminal reaches the foreground group; the keeper must live to tidy up.
        .process_group(0)
        .spawn()
        .unwrap();
    Keeper {
        commands: child.stdin.take().unwrap(),
        answers: BufReader::new(child.stdout.take().unwrap()),
        _child: child,
    }
}

/// Makes `cert.pem`, for this machine's names and its own authority, and `key.pem`.
fn certify(folder: &Path) -> bool {
    let arguments = [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2",
        "-keyout key.pem -out cert.pem -subj /CN=localhost",
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-addext basicConstraints=critical,CA:FALSE",
    ];
    let made = Command::new("openssl")
        .args(arguments.iter().flat_map(|line| line.split(' ')))
        .current_dir(folder)
        .output();
    let made = made.is_ok_and(|output| output.status.success());
    if !made {
        leave_out("TLS of the brokers (no openssl on this machine)");
    }
    made
}

pub(crate) fn leave_out(what: &str) {
    let required = std::env::var(REQUIRE).as_deref() == Ok("all");
    assert!(!required, "{REQUIRE}=all, and yet LEFT OUT: {what}");
    // Written to the stream itself: the harness captures eprintln! and hides it on success.
    let line = format!("\nLEFT OUT: {what}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
