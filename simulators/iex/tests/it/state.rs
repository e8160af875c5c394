//! What the WFM remembers over a restart (`CONTRACT.md` §7), and how it stops.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;
use simulator_iex::{Fault, FaultOrder, Options, Simulator};
use tokio::net::TcpListener;

use crate::caller::{ACD, Caller, agent, agents, with};

/// A file of its own for a test, removed at the end.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str) -> Self {
        let name = format!("simulator-iex-{}-{name}.jsonl", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn options(&self) -> Options {
        Options { state_file: Some(self.0.clone()), ..Options::default() }
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

#[tokio::test]
async fn agents_survive_a_restart() {
    let file = TempFile::new("restart");
    let caller = Caller::start(file.options()).await;
    caller.batch("1", &agents(0..300)).await;
    let kept = with(agent("1"), &json!({"externalId": "00u1", "mu": "2"}));
    caller.batch("2", &[kept]).await;
    let before = caller.simulator.agents(ACD);
    caller.simulator.stop().await.unwrap();

    let caller = Caller::start(file.options()).await;
    assert_eq!(caller.simulator.agents(ACD), before);
    assert_eq!(caller.batch("1", &[agent("1")]).await.statuses(), ["updated"]);
}

#[tokio::test]
async fn changes_are_written_without_a_stop() {
    let file = TempFile::new("running");
    let caller = Caller::start(file.options()).await;
    caller.batch("1", &agents(0..3)).await;
    let end = Instant::now() + Duration::from_secs(20);
    while !file.0.exists() {
        assert!(Instant::now() < end, "the state file was never written");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(std::fs::read_to_string(&file.0).unwrap().lines().count(), 3);
}

#[tokio::test]
async fn a_broken_state_file_is_refused_with_its_line() {
    let file = TempFile::new("broken");
    std::fs::write(&file.0, "{}\n").unwrap();
    let error = Simulator::start(file.options()).await.err().unwrap().to_string();
    assert!(error.contains("line 1 of the state file"), "{error}");
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_held_answer() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.arm([FaultOrder::once(Fault::TimeoutAfterApplying { hold_ms: 600_000 })]);
    let held = tokio::spawn(caller.batch_request("k", &[agent("1")]).send());
    let end = Instant::now() + Duration::from_secs(20);
    while caller.simulator.agents(ACD).is_empty() {
        assert!(Instant::now() < end, "the batch was never applied");
        tokio::task::yield_now().await;
    }
    tokio::time::timeout(Duration::from_secs(20), caller.simulator.stop()).await.unwrap().unwrap();
    assert!(held.await.unwrap().is_err());
}

#[tokio::test]
async fn serve_ends_with_its_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(simulator_iex::serve(listener, Options::default(), async {
        drop(stopped.await);
    }));
    drop(tokio::net::TcpStream::connect(address).await.unwrap());
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
