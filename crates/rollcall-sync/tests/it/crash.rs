//! A process that dies in the middle of a run: its runtime is thrown away, with everything on it.

use std::time::Duration;

use jiff::SignedDuration;
use rollcall_storage::{Database, Storage};
use rollcall_sync::{Engine, EngineOptions};
use rollcall_test_database::runtime;
use simulator_iex::{Mu, Options};

use crate::database::on_each_address;
use crate::site::Site;

#[test]
fn an_interrupted_run_is_ended_and_its_people_are_written_once() {
    on_each_address(async |database| {
        let storage = Storage::open(&database).await.unwrap();
        let options = Options { answer_delay: Duration::from_millis(300), ..Options::default() };
        let site = Site::with(storage, options).await;
        site.hire(1..701).await;
        let dying = site.engine_on_its_own(&database);
        site.until("a batch arrived", async || site.agent(1).is_some()).await;
        dying.die();
        assert_eq!(site.last_run().await.state, "running");

        // On a server with several nodes, the lease of the dead has to run out first.
        let engine = site.engine().await;
        if !site.storage.is_sole_writer() {
            site.advance(SignedDuration::from_secs(16));
        }
        site.ended().await;
        let runs = site.runs().await;
        assert_eq!(runs[0].state, "failed");
        assert!(runs[0].reason.as_ref().unwrap().starts_with("The run was interrupted."));
        assert_eq!(site.agents_in(Mu::New), 700);
        let stats = site.simulator.stats();
        assert_eq!((stats.created, stats.updated, stats.duplicates), (700, 0, 0));
        engine.stop().await;
    });
}

/// An engine on a runtime of its own.
struct Process(tokio::runtime::Runtime);

impl Process {
    fn die(self) {
        self.0.shutdown_background();
    }
}

impl Site {
    fn engine_on_its_own(&self, database: &Database) -> Process {
        let own = runtime();
        let (clock, ids, database) = (self.clock.clone(), self.ids.clone(), database.clone());
        let targets = self.targets();
        own.spawn(async move {
            let storage = Storage::open(&database).await.unwrap();
            let options =
                EngineOptions { storage, clock, ids, targets: std::sync::Arc::new(targets) };
            let engine = Engine::start(options).await;
            std::future::pending::<()>().await;
            drop(engine);
        });
        Process(own)
    }
}
