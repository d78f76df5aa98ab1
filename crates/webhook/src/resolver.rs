//! From names to addresses.
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, ToSocketAddrs},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use tokio::{
    sync::{Semaphore, watch},
    task::spawn_blocking,
};

/// How many names are looked up at once. A name server that does not answer holds a thread for as
/// long as the system waits for it, whatever the time limit of the attempt; the other threads are
/// needed elsewhere.
const AT_ONCE: usize = 64;

/// Finds the addresses of a name.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// The addresses of this name, the best first.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// What was found, once it is known. Errors cannot be given to several who wait, their kinds can.
type Answer = Option<Result<Vec<IpAddr>, io::ErrorKind>>;

type LookUp = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// Asks the operating system, for each name once at a time, however many wait for it: who has many
/// messages for one name whose name server is silent gets one thread and not all. Nothing is kept
/// once it was told.
pub struct SystemResolver {
    look_up: Arc<LookUp>,
    turns: Arc<Semaphore>,
    asked: Arc<Mutex<HashMap<String, watch::Receiver<Answer>>>>,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self::of(|name| {
            let found = (name, 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

impl SystemResolver {
    fn of(look_up: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self {
            look_up: Arc::new(look_up),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Answer>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the answer for the name comes.
    fn ask(&self, name: &str) -> watch::Receiver<Answer> {
        let mut asked = self.asked();
        if let Some(answer) = asked.get(name) {
            return answer.clone();
        }
        let (tell, answer) = watch::channel(None);
        asked.insert(name.to_owned(), answer.clone());
        drop(asked);
        let (name, look_up) = (name.to_owned(), Arc::clone(&self.look_up));
        let (turns, asked) = (Arc::clone(&self.turns), Arc::clone(&self.asked));
        // Goes on when nobody waits any more: the thread does too.
        tokio::spawn(async move {
            let looked_up = {
                let _turn = turns.acquire().await;
                let name = name.clone();
                spawn_blocking(move || look_up(&name)).await
            };
            let found = looked_up.map_err(io::Error::other).and_then(|found| found);
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.remove(&name);
            tell.send_replace(Some(found.map_err(|error| error.kind())));
        });
        answer
    }
}

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut answer = self.ask(name);
        let found = answer.wait_for(Option::is_some).await;
        let found = found.map_err(io::Error::other)?.clone();
        found
            .unwrap_or(Err(io::ErrorKind::Other))
            .map_err(io::Error::from)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{net::Ipv4Addr, sync::mpsc, time::Duration};

    use tokio::{task::JoinSet, time::timeout};

    use super::*;

    #[tokio::test]
    async fn the_system_knows_its_own_name() {
        let found = SystemResolver::default()
            .resolve("localhost")
            .await
            .unwrap();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback));
    }

    /// A resolver whose look-ups of `slow` end when they are let go, and say that they began.
    fn slow() -> (Arc<SystemResolver>, mpsc::Receiver<()>, mpsc::Sender<u8>) {
        let (begin, begun) = mpsc::channel();
        let (go, let_go) = mpsc::channel::<u8>();
        let let_go = Mutex::new(let_go);
        let resolver = SystemResolver::of(move |name| {
            if name == "slow" {
                begin.send(()).unwrap();
                let last = let_go.lock().unwrap().recv().unwrap();
                return Ok(vec![Ipv4Addr::new(192, 0, 2, last).into()]);
            }
            Err(io::ErrorKind::NotFound.into())
        });
        (Arc::new(resolver), begun, go)
    }

    #[tokio::test]
    async fn many_that_wait_for_a_name_have_one_thread() {
        let (resolver, begun, go) = slow();
        let mut waiting = JoinSet::new();
        for _ in 0..AT_ONCE * 2 {
            let resolver = Arc::clone(&resolver);
            waiting.spawn(async move { resolver.resolve("slow").await.unwrap() });
        }
        // Somebody who waits no longer takes nothing from the others.
        let gone = timeout(Duration::from_millis(1), resolver.resolve("slow"));
        assert!(gone.await.is_err());
        let other = resolver.resolve("other").await.unwrap_err();
        assert_eq!(other.kind(), io::ErrorKind::NotFound);
        go.send(7).unwrap();
        let all = waiting.join_all().await;
        let expected = vec![IpAddr::from(Ipv4Addr::new(192, 0, 2, 7))];
        assert!(all.iter().all(|found| *found == expected));
        assert_eq!(begun.try_iter().count(), 1);
    }

    #[tokio::test]
    async fn what_was_found_is_not_kept() {
        let (resolver, begun, go) = slow();
        for last in [1, 2] {
            go.send(last).unwrap();
            let found = resolver.resolve("slow").await.unwrap();
            assert_eq!(found, [IpAddr::from(Ipv4Addr::new(192, 0, 2, last))]);
        }
        assert_eq!(begun.try_iter().count(), 2);
        assert!(resolver.asked().is_empty());
    }
}
