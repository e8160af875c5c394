//! Random histories: people come, leave, move and change, links are switched, the WFM fails in every way that it can,
//! the brake is decided on, the engine dies, and time passes. After each, the WFM was told what it should have been
//! told, and nothing else.
//!
//! `ROLLCALL_HISTORIES` says how many, `ROLLCALL_HISTORIES_SEED` from which seed.

#[cfg(test)]
mod course;
#[cfg(test)]
mod expectation;
#[cfg(test)]
mod hand;
#[cfg(test)]
mod http_wfm;
#[cfg(test)]
mod memory_wfm;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod place;
#[cfg(test)]
mod verdict;

use std::fmt::Write as _;
use std::time::Instant;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rollcall_testing::DatabaseKind;

use operation::Operation;
use place::Ground;

/// As many when nobody says otherwise.
const COUNT: u32 = 200;
const POSTGRES_COUNT: u32 = 4;
const HTTP_COUNT: u32 = 8;

#[test]
fn the_wfm_is_told_what_random_histories_say() {
    many(Ground::Memory, number("ROLLCALL_HISTORIES").unwrap_or(COUNT));
}

#[test]
fn the_wfm_is_told_what_random_histories_say_on_postgres() {
    if DatabaseKind::present().contains(&DatabaseKind::Postgres) {
        many(Ground::Postgres, number("ROLLCALL_HISTORIES_POSTGRES").unwrap_or(POSTGRES_COUNT));
    }
}

#[test]
fn the_wfm_is_told_what_random_histories_say_over_http() {
    many(Ground::Http, number("ROLLCALL_HISTORIES_HTTP").unwrap_or(HTTP_COUNT));
}

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// How many histories run at a time, and as many attempts are made to find a shorter one that fails. Where time is real,
/// most of it is waiting.
fn pace(ground: Ground) -> (u32, u32) {
    if ground == Ground::Memory { (2, 600) } else { (16, 20) }
}

fn many(ground: Ground, count: u32) {
    let seed = number("ROLLCALL_HISTORIES_SEED").unwrap_or(1);
    let (begun, (threads, _)) = (Instant::now(), pace(ground));
    let failures: Vec<String> = std::thread::scope(|scope| {
        let share = |thread| count / threads + u32::from(thread < count % threads);
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || some(ground, share(thread), (seed, thread))))
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().err()).collect()
    });
    eprintln!("{count} histories on {ground:?} from seed {seed} in {:?}", begun.elapsed());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Runs some histories; the shortest that fails is told.
fn some(ground: Ground, count: u32, (seed, thread): (u32, u32)) -> Result<(), String> {
    let config = Config {
        cases: count,
        failure_persistence: None,
        max_shrink_iters: pace(ground).1,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_be_bytes());
    bytes[4..8].copy_from_slice(&thread.to_be_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    let outcome = runner.run(&operation::history(), |history| {
        course::run(ground, &history).map_err(|error| TestCaseError::fail(format!("{error:#}")))
    });
    outcome.map_err(|error| match error {
        TestError::Fail(reason, history) => told(&history, reason.message()),
        TestError::Abort(reason) => reason.message().to_owned(),
    })
}

fn told(history: &[Operation], reason: &str) -> String {
    let mut text = "after\n".to_owned();
    for operation in history {
        let _ = writeln!(text, "    {operation:?},");
    }
    text + reason
}
