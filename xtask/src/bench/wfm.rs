//! `cargo xtask bench wfm`: the engine at the scale of a large installation, on both databases.
//!
//! People are loaded straight into the database; what is measured afterwards is the product: it hands everybody
//! over, then one in a hundred who changed, then looks and finds nothing, then compares everything.

use super::fill::{self, Sql};
use super::table::{self, Row};
use super::{Build, machine, peak};
use crate::postgres::Postgres;
use crate::site::{AgentKey, Database, Site};
use crate::{block, http, process, workspace};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a phase may take before the bench gives up.
const LIMIT: Duration = Duration::from_secs(1_800);
/// How long a hub is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// From one question to the database to the next.
const PAUSE: Duration = Duration::from_millis(100);

const SWEPT: &str = "scheduled runs found nothing to do";

/// What `cargo xtask bench wfm` can be told.
#[derive(clap::Args)]
pub(super) struct Options {
    /// How many people there are.
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
    /// Into how many business units they are shared out, each with a link to the simulated WFM.
    #[arg(long, default_value_t = 500)]
    units: u64,
    /// Leave PostgreSQL out.
    #[arg(long)]
    sqlite_only: bool,
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
    if !options.sqlite_only {
        let postgres = Postgres::start()?;
        let figures = measure(&binary, &Database::Postgres(&postgres), options)?;
        rows.extend(figures.rows("PostgreSQL", options));
    }
    let head = format!(
        "{}, shared with the simulated WFM and the database. {} people in {} business units, each with a link.",
        machine::name(),
        table::thousands(count(options.people)),
        options.units
    );
    let text = table::markdown(&head, &rows);
    println!("\n{text}");
    if options.update_docs {
        block::update(&workspace::root().join("docs/performance.md"), "bench-wfm", &text)?;
    }
    Ok(())
}

/// What was measured on one database.
struct Figures {
    first_load_s: f64,
    first_load_mib: f64,
    /// After everybody was handed over and the hub was started again.
    idle_mib: f64,
    changed: u64,
    changed_s: f64,
    changed_mib: f64,
    /// The same as the next, while the rows of everybody's marks still lie about as dead ones.
    fresh_sweep_ms: f64,
    /// From the look that finds the scheduled runs due to the commit that records all of them.
    sweep_ms: f64,
    compared_s: f64,
    compared_mib: f64,
}

fn measure(binary: &Path, database: &Database<'_>, options: &Options) -> Result<Figures> {
    let mut site = Site::prepare("bench-wfm-scale", binary, database)?;
    println!("{}: making {} business units", database.name(), options.units);
    site.start_wfm(AgentKey::Unique)?;
    for number in 0..options.units {
        let (name, acd_id) = (format!("Unit {number:04}"), format!("acd-{number:04}"));
        site.command(&["business-unit", "create", &name])?;
        site.link_unit(&acd_id, Some(&name))?;
    }
    println!("{}: loading {} people", database.name(), options.people);
    fill::people(&site, options.people)?;
    let (first_load_s, first_load_mib) = first_load(&mut site, options.people)?;
    println!("{}: everybody was handed over in {first_load_s:.1} s", database.name());
    site.stop_hub()?;
    site.start_hub()?;
    std::thread::sleep(IDLE);
    let idle_mib = machine::anonymous_mib(site.hub_pid()?)?;
    let (changed, changed_s, changed_mib) = change(&site)?;
    println!("{}: {changed} who changed, in {changed_s:.1} s", database.name());
    let fresh_sweep_ms = sweep(&site, options.units)?;
    vacuum(&site)?;
    let sweep_ms = sweep(&site, options.units)?;
    println!("{}: found nothing to do in {sweep_ms:.1} ms", database.name());
    let (compared_s, compared_mib) = compare(&site, options)?;
    println!("{}: compared everything in {compared_s:.1} s", database.name());
    Ok(Figures {
        first_load_s,
        first_load_mib,
        idle_mib,
        changed,
        changed_s,
        changed_mib,
        fresh_sweep_ms,
        sweep_ms,
        compared_s,
        compared_mib,
    })
}

/// From the start of the hub until nobody is due.
fn first_load(site: &mut Site, people: u64) -> Result<(f64, f64)> {
    let start = Instant::now();
    site.start_hub()?;
    let ((), peak_mib) = peak::during(site.hub_pid()?, || {
        wait("everybody is in the simulated WFM", || Ok(stats(site, "agents")? == people))?;
        wait("nobody is due", || Ok(site.ask("select count(*) from due_mark")? == 0))
    })?;
    let took_s = start.elapsed().as_secs_f64();
    idle(site)?;
    Ok((took_s, peak_mib))
}

/// From the commit of the changes until the WFM has confirmed the last and nobody is due.
fn change(site: &Site) -> Result<(u64, f64, f64)> {
    let before = stats(site, "updated")?;
    let ((changed, took_s), peak_mib) = peak::during(site.hub_pid()?, || {
        let changed = fill::change_one_percent(site)?;
        let start = Instant::now();
        wait("all changes are in the simulated WFM", || {
            Ok(stats(site, "updated")? == before + changed)
        })?;
        wait("nobody is due", || Ok(site.ask("select count(*) from due_mark")? == 0))?;
        Ok((changed, start.elapsed().as_secs_f64()))
    })?;
    idle(site)?;
    Ok((changed, took_s, peak_mib))
}

/// Clears PostgreSQL's dead rows, as its autovacuum does within a minute of a first load: scheduled runs come a
/// quarter of an hour later.
fn vacuum(site: &Site) -> Result<()> {
    if site.is_sqlite() { Ok(()) } else { site.alter(&["vacuum analyze"]) }
}

/// Makes every scheduled run due; reads how long they took out of the hub's own words.
fn sweep(site: &Site, units: u64) -> Result<f64> {
    let (requests, logged) = (stats(site, "requests")?, site.log_since(0).len());
    let runs = site.ask("select count(*) from sync_run")?;
    site.alter(&["update wfm_link set swept_at = null"])?;
    let mut took_us = 0_u64;
    wait("all links were swept", || {
        let text = site.log_since(logged);
        let (mut links, mut us) = (0, 0);
        for line in text.lines().filter(|line| line.contains(SWEPT)) {
            links += field(line, "links=")?;
            us = us.max(field(line, "duration_us=")?);
        }
        took_us = us;
        Ok(links == units)
    })?;
    ensure!(stats(site, "requests")? == requests, "a run that finds nothing called the WFM");
    let recorded = site.ask("select count(*) from sync_run")? - runs;
    ensure!(recorded == units, "{recorded} of {units} runs were recorded");
    Ok(count(took_us) / 1_000.0)
}

/// Makes every full comparison due; until all are over, and found nothing.
fn compare(site: &Site, options: &Options) -> Result<(f64, f64)> {
    let old = "'2020-01-01T00:00:00.000Z'";
    let now = Sql::of(site).now;
    let (took_s, peak_mib) = peak::during(site.hub_pid()?, || {
        site.alter(&[&format!("update wfm_link set compared_at = {old}, swept_at = {now}")])?;
        let start = Instant::now();
        let left = format!("select count(*) from wfm_link where compared_at = {old}");
        wait("everything was compared", || Ok(site.ask(&left)? == 0))?;
        Ok(start.elapsed().as_secs_f64())
    })?;
    let found = site.ask("select count(*) from sync_drift")?;
    ensure!(found == 0, "{found} differences were found where there are none");
    let compared = site.ask("select count(*) from sync_run where cause = 'comparison'")?;
    ensure!(compared == options.units, "{compared} of {} comparisons ran", options.units);
    Ok((took_s, peak_mib))
}

/// Waits until no run goes on: those that events began wait a little for more.
fn idle(site: &Site) -> Result<()> {
    let running = "select count(*) from sync_run where state = 'running'";
    wait("all runs are over", || Ok(site.ask(running)? == 0))
}

fn wait(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    process::wait_for(what, LIMIT, || {
        if holds()? {
            return Ok(Some(()));
        }
        std::thread::sleep(PAUSE);
        Ok(None)
    })
}

/// One of the simulated WFM's counters.
fn stats(site: &Site, name: &str) -> Result<u64> {
    let answer = http::send("GET", &format!("{}/_control/stats", site.iex_url), "", None)?;
    answer.json.get(name).and_then(serde_json::Value::as_u64).context("no such counter")
}

/// The number after `name` in a line of the log.
fn field(line: &str, name: &str) -> Result<u64> {
    let (_, rest) = line.split_once(name).with_context(|| format!("no {name} in {line}"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().with_context(|| line.to_owned())
}

fn count(number: u64) -> f64 {
    // Below 2^53 nothing is lost.
    number as f64
}

impl Figures {
    fn rows(&self, database: &str, options: &Options) -> Vec<Row> {
        let people = count(options.people) / self.first_load_s;
        let first = format!(
            "{:.1} s ({}/s), at most {:.1} MiB",
            self.first_load_s,
            table::thousands(people),
            self.first_load_mib
        );
        let changed = table::thousands(count(self.changed));
        let at_most = |what: String, goal, reached, unit| Row::at_most(what, goal, reached, unit);
        vec![
            Row::note(format!("{database}: first load of everybody"), first),
            at_most(
                format!("{database}: {changed} people changed, until the WFM has confirmed all"),
                60.0,
                Some(self.changed_s),
                "s",
            ),
            Row::note(
                format!("{database}: memory (RssAnon) before that, and at most during it"),
                format!("{:.1} MiB, {:.1} MiB", self.idle_mib, self.changed_mib),
            ),
            Row::note(
                format!("{database}: nothing changed, seconds after the first load"),
                format!("{:.1} ms", self.fresh_sweep_ms),
            ),
            at_most(
                format!("{database}: nothing changed, all links, no remote call"),
                50.0,
                Some(self.sweep_ms),
                "ms",
            ),
            at_most(
                format!("{database}: full comparison of everybody"),
                180.0,
                Some(self.compared_s),
                "s",
            ),
            at_most(
                format!("{database}: memory (RssAnon) at most, during that"),
                200.0,
                Some(self.compared_mib),
                "MiB",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn figures_are_read_out_of_the_log() {
        let line = "INFO scheduled runs found nothing to do tenant.id=a links=500 duration_us=4711";
        assert_eq!(field(line, "links=").unwrap(), 500);
        assert_eq!(field(line, "duration_us=").unwrap(), 4_711);
        assert!(field(line, "people=").is_err());
    }
}
