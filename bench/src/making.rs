//! Making what is measured, through the API.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;

use crate::{
    Fault,
    http::post,
    load::{self, Limit, Maker, Measurement, Requests, Taker},
};

/// Connections while things are made.
const BUILDERS: u64 = 16;

/// Who makes, and where.
#[derive(Clone, Copy)]
pub struct Making<'a> {
    /// The service.
    pub address: SocketAddr,
    /// The key of the caller; empty for what needs none.
    pub key: &'a str,
}

impl Making<'_> {
    /// Posts so many bodies and gives the answers, in their order; an empty one is null.
    pub async fn post(
        &self,
        wanted: u16,
        count: u64,
        body: impl Fn(u64) -> (String, Value) + Send + Sync + 'static,
    ) -> Result<Vec<Value>, Fault> {
        let key = self.key.to_owned();
        let make: Maker = Arc::new(move |n| {
            let (path, body) = body(n);
            Some(post(&path, &key, &body.to_string()))
        });
        let answers = Arc::new(Mutex::new(vec![Value::Null; count as usize]));
        let kept = answers.clone();
        let take: Taker = Arc::new(move |n, body| {
            if !body.is_empty() {
                let answer = serde_json::from_slice(body)?;
                kept.lock().map_err(|_| "a caller panicked")?[n as usize] = answer;
            }
            Ok(())
        });
        let limit = Limit {
            time: Duration::from_secs(600),
            count,
        };
        let work = Requests {
            wanted,
            make,
            take: Some(take),
        };
        let made = load::run(self.address, BUILDERS, limit, work).await?;
        whole(&made, count)?;
        let answers = std::mem::take(&mut *answers.lock().map_err(|_| "a caller panicked")?);
        Ok(answers)
    }

    /// Makes so many things.
    pub async fn make(
        &self,
        count: u64,
        body: impl Fn(u64) -> (String, Value) + Send + Sync + 'static,
    ) -> Result<Vec<Value>, Fault> {
        self.post(201, count, body).await
    }

    /// Makes one thing.
    pub async fn one(&self, path: &str, body: Value) -> Result<Value, Fault> {
        let path = path.to_owned();
        let made = self.make(1, move |_| (path.clone(), body.clone())).await?;
        Ok(made.into_iter().next().unwrap_or_default())
    }
}

/// A text of an answer.
pub fn text(answer: &Value, name: &str) -> Result<String, Fault> {
    let text = answer[name].as_str();
    let text = text.ok_or_else(|| format!("an answer without {name}"))?;
    Ok(text.to_owned())
}

/// The ids of what was made.
pub fn ids(answers: &[Value]) -> Result<Vec<String>, Fault> {
    answers.iter().map(|answer| text(answer, "id")).collect()
}

/// Refuses a preparation in which anything failed.
pub fn whole(made: &Measurement, count: u64) -> Result<(), Fault> {
    match &made.first_failure {
        Some(failure) => Err(format!("{} requests failed, first {failure}", made.failures).into()),
        None if made.requests < count => Err("the preparation took too long".into()),
        None => Ok(()),
    }
}
