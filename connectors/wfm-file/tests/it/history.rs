//! Files of history.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use rollcall_connector::ConnectorError;
use rollcall_connector::history::{HistoryFile, HistoryReceipt, HistoryTarget as _};
use rollcall_domain::interval::{Kind, Quarter};

use crate::site::{ACD, Site};

const START: &str = "20261121T0915Z";
const GOOD: &str = ";20261121;09:15;1001;Zoë;600;900;0;300;600;0;0;0;0;0;0;0;0\n";

fn file(revision: i64, text: &str) -> HistoryFile {
    let start: Timestamp = "2026-11-21T09:15:00Z".parse().unwrap();
    HistoryFile { kind: Kind::Agents, quarter: Quarter::of(start), revision, text: text.to_owned() }
}

/// What whoever calls the connector does: asks again until there is an answer.
async fn put(site: &Site, file: &HistoryFile) -> Result<HistoryReceipt, ConnectorError> {
    let begun = Instant::now();
    loop {
        match site.connector.put(file).await {
            Err(ConnectorError::Pending { ask_after, .. })
                if begun.elapsed() < Duration::from_secs(20) =>
            {
                tokio::time::sleep(ask_after).await;
            }
            answer => return answer,
        }
    }
}

#[tokio::test]
async fn a_file_is_taken_and_goes_with_its_acknowledgement() {
    let site = Site::start();
    assert_eq!(put(&site, &file(1, GOOD)).await, Ok(HistoryReceipt::Taken));
    let held = site.wfm().interval(ACD, "agents", START).unwrap();
    assert_eq!((held.revision, held.rows[0][3].as_str()), (1, "1001"));
    assert_eq!(site.names(), Vec::<String>::new());
    // A correction replaces it, and an older one does not.
    assert_eq!(put(&site, &file(3, "")).await, Ok(HistoryReceipt::Taken));
    assert!(site.wfm().interval(ACD, "agents", START).unwrap().rows.is_empty());
    let answer = put(&site, &file(2, GOOD)).await;
    assert_eq!(answer, Ok(HistoryReceipt::Overtaken { revision: 3 }));
    assert_eq!(site.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_breaks_a_rule_is_refused_with_its_row() {
    let site = Site::start();
    for (text, words) in [
        (GOOD.replace("900", "901"), "Row 1: avail_dur and pause_dur"),
        (GOOD.replace(";0\n", "\n"), "Row 1: it has 17 columns"),
        (GOOD.replace("09:15", "09:30"), "Row 1: date and time"),
        (format!("{GOOD}{GOOD}"), "Row 2: 1001 has a row already"),
        (GOOD.replace("600", "many"), "Row 1: \"many\" is no whole number"),
    ] {
        match put(&site, &file(1, &text)).await {
            Ok(HistoryReceipt::Refused { reason }) => {
                assert!(reason.starts_with(words), "{reason}");
            }
            answer => panic!("{words}: {answer:?}"),
        }
    }
    assert_eq!(site.wfm().interval(ACD, "agents", START), None);
    assert_eq!(site.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wfm_that_does_not_look_is_waited_for() {
    let mut site = Site::alone();
    let first = file(1, GOOD);
    for _ in 0..2 {
        let answer = site.connector.put(&first).await;
        assert!(matches!(answer, Err(ConnectorError::Pending { .. })), "{answer:?}");
        assert_eq!(site.names(), [format!("history_{ACD}_agents_{START}_1.csv")]);
    }
    // What came late takes the place of what nobody looked at.
    let answer = site.connector.put(&file(2, "")).await;
    assert!(matches!(answer, Err(ConnectorError::Pending { .. })), "{answer:?}");
    assert_eq!(site.names(), [format!("history_{ACD}_agents_{START}_2.csv")]);
    // An acknowledgement that says nothing is removed, and the WFM looks again.
    site.put(&format!("history_{ACD}_agents_{START}_2.ack.txt"), "perhaps");
    let answer = site.connector.put(&file(2, "")).await;
    assert!(matches!(answer, Err(ConnectorError::Malformed { .. })), "{answer:?}");
    site.begin();
    assert_eq!(put(&site, &file(2, "")).await, Ok(HistoryReceipt::Taken));
}
