//! The service as real processes under real concurrency, on every database.
#![allow(clippy::unwrap_used)]

mod access_everywhere;
mod arena;
mod bus;
mod capacity;
mod chain;
mod consumers;
mod cut_off;
mod damage;
mod deadline;
mod deliveries;
mod departures;
mod expiry;
mod exports;
mod followed;
mod followers;
mod frozen;
mod handover;
mod history;
mod hooked;
mod hostile;
mod interrupted;
mod lockout_everywhere;
mod memory;
mod names;
mod outage;
mod past;
mod pools;
mod power_cut;
mod proxy;
mod races;
mod reactor;
mod rebuild;
#[path = "../../../webhook/tests/receivers/receiver.rs"]
#[allow(dead_code, reason = "the tests of the webhooks need more of it")]
mod receivers;
mod refresh;
mod secrets;
mod signed_in;
mod start;
mod stop;
mod suspension;
mod tables;
mod tenants;
mod timing;
mod unreachable;
mod upgrade;
