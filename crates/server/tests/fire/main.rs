//! The service as real processes under real concurrency, on every database.
#![allow(clippy::unwrap_used)]
// The futures of tests nest deeply.
#![recursion_limit = "256"]

mod access_everywhere;
mod backup;
mod behind_nginx;
mod bounded;
mod bus;
mod capacity;
mod chain;
mod clocks;
mod cluster;
mod consumers;
mod cut;
mod cut_off;
mod damage;
mod deadline;
mod deliveries;
mod departures;
mod dumps;
mod expiry;
mod exports;
mod faked;
mod followed;
mod followers;
mod frozen;
mod full_disk;
mod handover;
mod history;
mod hooked;
mod hostile;
mod interrupted;
mod io_error;
mod late_bodies;
mod lockout_everywhere;
mod memory;
mod migrating;
mod names;
mod newer_version;
mod one_moment;
mod one_organization;
mod outage;
mod past;
mod pooler;
mod pools;
mod power_cut;
mod proxy;
mod races;
mod raw_http;
mod reactor;
mod rebuild;
#[path = "../../../webhook/tests/receivers/receiver.rs"]
#[allow(dead_code, reason = "the tests of the webhooks need more of it")]
mod receivers;
mod refresh;
mod restored;
mod retention;
mod schema;
mod secrets;
mod signed_in;
mod silent_write;
mod slow_reads;
mod start;
mod stop;
mod suspension;
mod tables;
mod tenants;
mod timing;
mod under_load;
mod unreachable;
mod upgrade;
mod writers;
