//! A simulator, a connector to it, and a clock that stands until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rollcall_connector::wfm::WfmWrite;
use rollcall_connector::{Http, HttpLimits, OutboundPolicy};
use rollcall_connector_iex::{Iex, IexSettings};
use rollcall_domain::Clock;
use rollcall_domain::wfm::{ManagementUnit, ManagementUnits, WfmAgent};
use simulator_iex::{Options, Simulator};

pub(crate) const ACD: &str = "4471";

pub(crate) struct Site {
    pub(crate) simulator: Simulator,
    pub(crate) iex: Iex,
    pub(crate) clock: Arc<StandingClock>,
}

pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl Site {
    pub(crate) async fn start(options: Options) -> Self {
        Self::with(options, "demo-secret", ACD).await
    }

    pub(crate) async fn with(options: Options, secret: &str, acd_id: &str) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let clock = Arc::new(StandingClock(AtomicI64::new(1_795_219_200_000)));
        let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
        let limits =
            HttpLimits { total_timeout: Duration::from_millis(500), ..HttpLimits::default() };
        let settings = IexSettings {
            base_url: simulator.url().to_owned(),
            acd_id: acd_id.to_owned(),
            client_id: "demo-client".to_owned(),
            client_secret: secret.into(),
            units: ManagementUnits::default(),
        };
        let http = Http::new(policy, limits).unwrap();
        let iex = Iex::new(&http, settings, clock.clone()).unwrap();
        Self { simulator, iex, clock }
    }

    /// How often a token was asked for.
    pub(crate) fn grants(&self) -> usize {
        self.requests("token")
    }

    pub(crate) fn requests(&self, route: &str) -> usize {
        let entries = self.simulator.journal(0);
        let of_route = |entry: &&simulator_iex::Entry| {
            serde_json::to_value(entry.route).unwrap().as_str() == Some(route)
        };
        entries.iter().filter(of_route).count()
    }
}

pub(crate) fn agent(number: i64) -> WfmAgent {
    WfmAgent {
        agent_number: number,
        first_name: "Zoë".into(),
        last_name: "O'Brien".into(),
        email: format!("zoe.{number}@example.com"),
        activation_date: "2026-11-20".into(),
        personal_id: Some("0193".into()),
        external_id: Some("00u1".into()),
        management_unit: ManagementUnit::Arrived,
    }
}

pub(crate) fn arrival(number: i64) -> WfmWrite {
    let unit = Some(ManagementUnit::Arrived);
    WfmWrite { agent: agent(number), unit, cleared: Vec::new() }
}
