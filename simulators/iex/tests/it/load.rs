//! A first load of 100,000 agents: quick, and in order afterwards.

use std::time::{Duration, Instant};

use simulator_iex::Options;

use crate::caller::{ACD, Caller, agents};

#[tokio::test]
async fn a_hundred_thousand_agents_come_in_two_hundred_batches() {
    let caller = Caller::start(Options::default()).await;
    let start = Instant::now();
    for batch in 0..200 {
        let answer =
            caller.batch(&batch.to_string(), &agents(batch * 500..(batch + 1) * 500)).await;
        assert_eq!(answer.status, 200);
    }
    // Generous: an unoptimised build on a busy machine. Optimised it takes about a second.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(caller.simulator.stats().agents, 100_000);
    assert_eq!(caller.simulator.agents(ACD).len(), 100_000);
    let page = caller.http.get(caller.url("/?q=agent.10099999")).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("1 of 100000 agents match"));
}
