//! `cargo xtask bench states`: agent states that change all the time over the API, and readers of the stream.
//!
//! Every change is asked for on a schedule that does not wait for the hub. A change is late for a reader from
//! the moment at which its request was sent until the reader has the event; every reader has to get every change.

use super::pace::Pace;
use super::table::{self, Row};
use super::{Build, fill, machine, peak};
use crate::hub::Door;
use crate::postgres::Postgres;
use crate::site::{Database, Site};
use crate::{block, workspace};
use anyhow::{Result, anyhow, ensure};
use reader::Reader;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use writer::Writer;

mod reader;
mod writer;

/// How long changes go on before they are measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long readers may take for the last changes.
const CATCH_UP: Duration = Duration::from_secs(10);
/// Changes of one person that may be under way at a time.
const SLOTS: usize = 16;

/// What `cargo xtask bench states` can be told.
#[derive(clap::Args)]
pub(super) struct Options {
    /// How many people are logged in.
    #[arg(long, default_value_t = 5_000)]
    people: usize,
    /// How many changes a second.
    #[arg(long, default_value_t = 5_000)]
    rate: u64,
    /// How many connections ask for them.
    #[arg(long, default_value_t = 32)]
    writers: usize,
    /// How many readers of the stream there are.
    #[arg(long, default_value_t = 20)]
    readers: usize,
    /// How long it is measured.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Measure on PostgreSQL, too.
    #[arg(long)]
    postgres: bool,
    /// Use the debug build, to try the bench itself.
    #[arg(long)]
    debug: bool,
    /// Write the table into docs/performance.md.
    #[arg(long)]
    update_docs: bool,
}

/// Builds, measures, prints.
pub(super) fn run(options: &Options) -> Result<()> {
    let binary = super::build(if options.debug { Build::Debug } else { Build::Release })?;
    let mut rows = measure(&binary, &Database::Sqlite, options)?.rows("SQLite", options);
    if options.postgres {
        let postgres = Postgres::start()?;
        let figures = measure(&binary, &Database::Postgres(&postgres), options)?;
        rows.extend(figures.rows("PostgreSQL", options));
    }
    let head = format!(
        "{}, shared with the load generator. {} people, {} connections that change states, {} readers, {} s.",
        machine::name(),
        options.people,
        options.writers,
        options.readers,
        options.seconds
    );
    let text = table::markdown(&head, &rows);
    println!("\n{text}");
    if options.update_docs {
        block::update(&workspace::root().join("docs/performance.md"), "bench-states", &text)?;
    }
    Ok(())
}

/// What writers and readers share: when each change of each person was asked for.
struct Board {
    begun: Instant,
    /// Microseconds since `begun`, by person and the last digits of the sequence.
    sent_us: Vec<AtomicU64>,
    /// Whether it counts now.
    measuring: AtomicBool,
    stop: AtomicBool,
    /// How many changes were made, once no more are: so many each reader has to get.
    made: AtomicU64,
}

impl Board {
    fn new(people: usize) -> Self {
        let sent_us = (0..people * SLOTS).map(|_| AtomicU64::new(0)).collect();
        let (measuring, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let made = AtomicU64::new(0);
        Self { begun: Instant::now(), sent_us, measuring, stop, made }
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn slot(&self, person: usize, sequence: u64) -> Option<&AtomicU64> {
        let slot = usize::try_from(sequence).unwrap_or(0) % SLOTS;
        self.sent_us.get(person * SLOTS + slot)
    }
}

struct Figures {
    per_second: f64,
    /// From sending a request to its answer.
    answered_p50_ms: f64,
    answered_p99_ms: f64,
    /// From sending a request to the event, of the middle reader.
    read_p50_ms: f64,
    /// The same, of the worst reader.
    read_p99_ms: f64,
    peak_mib: f64,
}

fn measure(binary: &Path, database: &Database<'_>, options: &Options) -> Result<Figures> {
    let mut site = Site::prepare("bench-states", binary, database)?;
    let token = site.command(&["api-token", "create", "bench", "--scope", "agent-sessions"])?;
    fill::agents(&site, u64::try_from(options.people)?)?;
    site.start_hub()?;
    let base_url = site.door.base_url.trim_end_matches("/scim/v2").to_owned();
    let door = Door { base_url, token: token.trim().to_owned() };
    println!("{}: logging {} people in", database.name(), options.people);
    let board = Board::new(options.people);
    let (figures, peak_mib) = peak::during(site.hub_pid()?, || drive(&door, &board, options))?;
    Ok(Figures { peak_mib, ..figures })
}

fn drive(door: &Door, board: &Board, options: &Options) -> Result<Figures> {
    std::thread::scope(|scope| {
        // Whatever goes wrong, nobody goes on for ever.
        let _stop = Stop(board);
        let mut writers = Vec::new();
        for index in 0..options.writers {
            let people: Vec<usize> = (index..options.people).step_by(options.writers).collect();
            let pace = Pace::share(options.rate, options.writers, index);
            writers.push(scope.spawn(move || Writer::log_in(door, &people, pace)));
        }
        let writers = join(writers)?;
        let readers: Result<Vec<Reader>> =
            (0..options.readers).map(|_| Reader::open(door, options.people)).collect();
        let reading: Vec<_> =
            readers?.into_iter().map(|reader| scope.spawn(move || reader.run(board))).collect();
        let writing: Vec<_> =
            writers.into_iter().map(|it| scope.spawn(move || it.run(board))).collect();
        std::thread::sleep(WARM_UP);
        board.measuring.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        std::thread::sleep(Duration::from_secs(options.seconds));
        board.measuring.store(false, Ordering::SeqCst);
        let seconds = begun.elapsed().as_secs_f64();
        board.stop.store(true, Ordering::SeqCst);
        let written = join(writing)?;
        let made: u64 = written.iter().map(|written| written.changes).sum();
        board.made.store(made, Ordering::SeqCst);
        let read = join(reading)?;
        let answered: Vec<u32> = written.into_iter().flat_map(|it| it.answered_us).collect();
        Ok(figures(answered, read, seconds))
    })
}

struct Stop<'a>(&'a Board);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::SeqCst);
    }
}

fn join<T>(threads: Vec<std::thread::ScopedJoinHandle<'_, Result<T>>>) -> Result<Vec<T>> {
    let join = |thread: std::thread::ScopedJoinHandle<'_, Result<T>>| {
        thread.join().map_err(|_| anyhow!("a part of the load generator panicked"))?
    };
    threads.into_iter().map(join).collect()
}

fn figures(mut answered: Vec<u32>, read: Vec<Vec<u32>>, seconds: f64) -> Figures {
    let per_second = answered.len() as f64 / seconds;
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for mut late_us in read {
        p50.push(share_ms(&mut late_us, 50));
        p99.push(share_ms(&mut late_us, 99));
    }
    p50.sort_by(f64::total_cmp);
    Figures {
        per_second,
        answered_p50_ms: share_ms(&mut answered, 50),
        answered_p99_ms: share_ms(&mut answered, 99),
        read_p50_ms: p50.get(p50.len() / 2).copied().unwrap_or(0.0),
        read_p99_ms: p99.into_iter().fold(0.0, f64::max),
        peak_mib: 0.0,
    }
}

/// The value that so many percent do not exceed.
fn share_ms(values_us: &mut [u32], percent: usize) -> f64 {
    values_us.sort_unstable();
    let place = (values_us.len() * percent / 100).min(values_us.len().saturating_sub(1));
    values_us.get(place).map_or(0.0, |us| f64::from(*us) / 1_000.0)
}

impl Figures {
    fn rows(&self, database: &str, options: &Options) -> Vec<Row> {
        let answered = format!(
            " (answered: p50 {:.1} ms, p99 {:.1} ms)",
            self.answered_p50_ms, self.answered_p99_ms
        );
        // A schedule is kept to within a hundredth: the first and the last change are cut off somewhere.
        let goal = options.rate as f64 * 0.99;
        let changes = format!("{database}: changes of state, durable, each told to every reader");
        let worst = format!(
            "{database}: p99 to the worst of the readers (p50 to the middle one: {:.1} ms)",
            self.read_p50_ms
        );
        vec![
            Row::speed(changes, goal, self.per_second, &answered),
            Row::at_most(worst, 20.0, Some(self.read_p99_ms), "ms"),
            Row::note(
                format!("{database}: memory (RssAnon) at most, meanwhile"),
                format!("{:.1} MiB", self.peak_mib),
            ),
        ]
    }
}

/// Fails unless every reader has every change, in time.
fn check_all(got: u64, made: u64, since: Instant) -> Result<bool> {
    ensure!(got <= made, "{got} events of {made} changes");
    ensure!(got == made || since.elapsed() < CATCH_UP, "a reader got {got} of {made} changes");
    Ok(got == made)
}

#[cfg(test)]
mod tests {
    use super::share_ms;

    #[test]
    fn the_last_of_a_hundred_is_beyond_the_share() {
        let mut values: Vec<u32> = (1..=100).map(|ms| ms * 1_000).collect();
        assert_eq!((share_ms(&mut values, 50), share_ms(&mut values, 99)), (51.0, 100.0));
        assert_eq!(share_ms(&mut [], 99), 0.0);
    }
}
