//! What is exchanged when nothing goes wrong, and when a hub dies in between.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{OptionalField, WfmReceipt, WfmTarget as _, WfmWrite};
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use simulator_wfm_file::Outcome;

use crate::site::{ACD, Site, agent, arrival, connector};

const TWO: [WfmReceipt; 2] = [WfmReceipt::Accepted, WfmReceipt::Accepted];

#[tokio::test]
async fn what_is_written_is_exported_and_listed() {
    let site = Site::start();
    assert_eq!(site.connector.list(None).await, Ok(None), "there is no export");
    assert_eq!(site.write(&[arrival(10_000_001), arrival(10_000_002)], "k1").await.unwrap(), TWO);
    let gone = WfmAgent { management_unit: ManagementUnit::Departed, ..agent(10_000_002) };
    let cleared = WfmAgent { external_id: None, ..agent(10_000_001) };
    let writes = [
        WfmWrite { agent: cleared.clone(), unit: None, cleared: vec![OptionalField::ExternalId] },
        WfmWrite { agent: gone.clone(), unit: Some(ManagementUnit::Departed), cleared: vec![] },
    ];
    assert_eq!(site.write(&writes, "k2").await.unwrap(), TWO);
    site.put("exportAgent_111926_2300.xml", "<exportAgent/>");
    site.wfm().export("exportAgent_112026_0200.xml").unwrap();
    let page = site.connector.list(None).await.unwrap().unwrap();
    assert_eq!((page.agents, page.total, page.next_cursor), (vec![cleared, gone], 2, None));
}

#[tokio::test]
async fn new_and_changed_agents_of_a_batch_come_back_in_its_order() {
    let site = Site::start();
    site.write(&[arrival(1)], "k1").await.unwrap();
    let change = |number| WfmWrite { unit: None, ..arrival(number) };
    let mut bad = arrival(4);
    bad.agent.email = "nobody".into();
    let mut bare = arrival(5);
    bare.agent.email = String::new();
    let batch = [change(9), arrival(3), bare, change(1), bad];
    let receipts = site.write(&batch, "k2").await.unwrap();
    let refused = |reason: &str| WfmReceipt::Refused { reason: reason.into() };
    let expected = [
        WfmReceipt::Unknown,
        WfmReceipt::Accepted,
        refused("The WFM's files need an e-mail address, and this person has none."),
        WfmReceipt::Accepted,
        refused("The emailAddress has no @."),
    ];
    assert_eq!(receipts, expected);
    let journal = site.wfm().journal().into_iter();
    let mut files: Vec<String> = journal.map(|entry| entry.name).collect();
    files.sort();
    let names = [
        "importAgent_4471_k1_new.xml",
        "importAgent_4471_k2_changed.xml",
        "importAgent_4471_k2_new.xml",
    ];
    assert_eq!(files, names);
}

#[tokio::test]
async fn a_repeat_finds_its_file_and_its_acknowledgement() {
    let mut site = Site::alone();
    let pending = site.connector.write(&[arrival(1), arrival(2)], "k1").await;
    let Err(ConnectorError::Pending { reason, .. }) = pending else { panic!("{pending:?}") };
    assert_eq!(reason, "it has not acknowledged importAgent_4471_k1_new.xml");
    let (names, text) = (site.names(), site.read("importAgent_4471_k1_new.xml"));
    // The hub dies here, and another one goes on.
    site.connector = connector(&site.folder, ACD);
    let again = site.connector.write(&[arrival(1), arrival(2)], "k1").await;
    assert!(matches!(again, Err(ConnectorError::Pending { .. })), "{again:?}");
    assert_eq!((site.names(), site.read("importAgent_4471_k1_new.xml")), (names, text));
    site.begin();
    assert_eq!(site.write(&[arrival(1), arrival(2)], "k1").await.unwrap(), TWO);
    // It dies again, before it has put down what it read.
    site.connector = connector(&site.folder, ACD);
    assert_eq!(site.write(&[arrival(1), arrival(2)], "k1").await.unwrap(), TWO);
    let journal = site.wfm().journal();
    assert_eq!((journal.len(), journal[0].applied), (1, 2));
    assert_eq!(journal[0].outcome, Outcome::Processed);
}

#[tokio::test]
async fn a_newer_batch_waits_until_the_older_one_was_read() {
    let mut site = Site::alone();
    let first = site.connector.write(&[arrival(1)], "k1").await;
    assert!(matches!(first, Err(ConnectorError::Pending { .. })), "{first:?}");
    let mut newer = arrival(1);
    newer.agent.last_name = "Ruiz".into();
    let second = site.connector.write(std::slice::from_ref(&newer), "k2").await;
    let Err(ConnectorError::Pending { reason, .. }) = second else { panic!("{second:?}") };
    assert_eq!(reason, "it has not acknowledged importAgent_4471_k1_new.xml");
    assert_eq!(site.names(), ["importAgent_4471_k1_new.xml"], "nothing else was put");
    site.begin();
    site.write(&[newer], "k2").await.unwrap();
    assert_eq!(site.wfm().agents(ACD)[0].last_name, "Ruiz");
    let left = ["importAgent_4471_k2_new.ack.xml", "importAgent_4471_k2_new.xml"];
    assert_eq!(site.names(), left, "what is settled is removed");
}

#[tokio::test]
async fn what_a_hub_was_writing_when_it_died_is_removed() {
    let site = Site::start();
    site.put(".importAgent_4471_k0_changed.xml.part", "<importAg");
    site.put(".importAgent_9999_k0_changed.xml.part", "of another acd");
    assert_eq!(site.write(&[arrival(1), arrival(2)], "k1").await.unwrap(), TWO);
    let mut names = site.names();
    names.retain(|name| name.starts_with('.'));
    assert_eq!(names, [".importAgent_9999_k0_changed.xml.part"]);
}

#[tokio::test]
async fn files_of_others_stay_as_they_are() {
    let mut site = Site::alone();
    let other = connector(&site.folder, "9_4471");
    let pending = other.write(&[arrival(1)], "k0").await;
    assert!(matches!(pending, Err(ConnectorError::Pending { .. })));
    site.begin();
    site.put("notes.txt", "by hand");
    site.put("importAgent_4471_gone_new.ack.xml", "an acknowledgement without its file");
    site.write(&[arrival(1)], "k1").await.unwrap();
    site.write(&[arrival(2)], "k2").await.unwrap();
    let names = site.names();
    assert!(names.contains(&"notes.txt".to_owned()));
    assert!(names.contains(&"importAgent_9_4471_k0_new.xml".to_owned()));
    assert!(!names.iter().any(|name| name.contains("gone") || name.contains("k1")), "{names:?}");
}

#[tokio::test]
async fn a_batch_is_bounded_and_an_empty_one_puts_nothing() {
    let site = Site::alone();
    assert_eq!(site.connector.write(&[], "k1").await, Ok(Vec::new()));
    let many: Vec<WfmWrite> = (0..501).map(arrival).collect();
    for (batch, key) in [(many.as_slice(), "k2"), (&many[..1], "../k2"), (&many[..1], "")] {
        let refused = site.connector.write(batch, key).await;
        assert!(matches!(refused, Err(ConnectorError::Unsupported { .. })), "{refused:?}");
    }
    assert!(site.names().is_empty());
    assert_eq!(site.connector.mend(1).await, Ok(0));
}
