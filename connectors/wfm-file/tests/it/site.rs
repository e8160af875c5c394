//! A folder, a WFM that reads it, a connector to it, and agents.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rollcall_connector::wfm::{WfmReceipt, WfmTarget as _, WfmWrite};
use rollcall_connector::{ConnectorError, Http, HttpLimits, OutboundPolicy};
use rollcall_connector_wfm_file::{WfmFile, WfmFileSettings};
use rollcall_domain::Clock;
use rollcall_domain::wfm::{FilePlace, ManagementUnit, ManagementUnits, WfmAgent};
use rollcall_test_database::Folder;
use simulator_wfm_file::Simulator;

pub(crate) const ACD: &str = "4471";
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// The longest that anything in these tests may take.
const BOUND: Duration = Duration::from_secs(20);

pub(crate) struct Site {
    pub(crate) wfm: Option<Simulator>,
    pub(crate) connector: WfmFile,
    pub(crate) folder: Folder,
}

impl Site {
    /// With a WFM that looks into the folder.
    pub(crate) fn start() -> Self {
        let mut site = Self::alone();
        site.begin();
        site
    }

    /// Without one.
    pub(crate) fn alone() -> Self {
        let folder = Folder::new();
        let connector = connector(&folder, ACD);
        Self { wfm: None, connector, folder }
    }

    /// The WFM begins to look.
    pub(crate) fn begin(&mut self) {
        self.wfm = Some(Simulator::start(self.folder.path(), LOOK_EVERY));
    }

    pub(crate) fn wfm(&self) -> &Simulator {
        self.wfm.as_ref().unwrap()
    }

    /// What whoever calls the connector does: asks again until there is an answer.
    pub(crate) async fn write(
        &self,
        batch: &[WfmWrite],
        key: &str,
    ) -> Result<Vec<WfmReceipt>, ConnectorError> {
        let begun = Instant::now();
        loop {
            match self.connector.write(batch, key).await {
                Err(ConnectorError::Pending { ask_after, .. }) if begun.elapsed() < BOUND => {
                    tokio::time::sleep(ask_after).await;
                }
                answer => return answer,
            }
        }
    }

    /// The names in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

pub(crate) fn connector(folder: &Folder, acd_id: &str) -> WfmFile {
    let path = folder.path().to_str().unwrap().to_owned();
    at(FilePlace::Folder { path }, "", acd_id).unwrap()
}

/// The kit, to this machine only.
pub(crate) fn http() -> Http {
    let policy = OutboundPolicy { allow_loopback: true, allow_private: false };
    Http::new(policy, HttpLimits::default()).unwrap()
}

/// A connector to a place that a secret opens.
pub(crate) fn at(place: FilePlace, secret: &str, acd_id: &str) -> Result<WfmFile, ConnectorError> {
    let http = http();
    let settings = WfmFileSettings {
        place,
        secret: secret.into(),
        acd_id: acd_id.to_owned(),
        units: ManagementUnits::default(),
        acknowledged_within: Duration::from_secs(60),
        ask_after: Duration::from_millis(5),
    };
    WfmFile::new(&http, settings, Arc::new(StandingClock))
}

struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_219_200).unwrap()
    }
}

pub(crate) fn agent(number: i64) -> WfmAgent {
    WfmAgent {
        agent_number: number,
        first_name: "Zoë".into(),
        last_name: "O'Brien & <Sons>".into(),
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
