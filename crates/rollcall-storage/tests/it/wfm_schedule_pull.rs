//! The reading of schedules: one node at a time, from where the last one was.

use rollcall_storage::schedule::wfm_schedule_pull::{self, Pull, PullLease, Stage};
use rollcall_storage::{StorageError, Tx, wfm::wfm_link};

use crate::database::on_each_database;
use crate::site::{Site, at, link};

type Taken = Option<(PullLease, Pull)>;

async fn take(site: &Site, holder: &'static str, now: i64, until: i64) -> Taken {
    site.write(move |tx| wfm_schedule_pull::take(tx, Site::LINK, holder, (at(now), at(until))))
        .await
}

async fn save(site: &Site, lease: &PullLease, pull: &Pull, until: i64) -> bool {
    let (lease, pull) = (lease.clone(), pull.clone());
    site.write(move |tx| wfm_schedule_pull::save(tx, &lease, &pull, at(until))).await
}

async fn due(site: &Site, now: i64) -> usize {
    let found: Result<Vec<_>, StorageError> = site
        .storage
        .read_installation(move |session| wfm_schedule_pull::list_due(session, at(now), 9))
        .await;
    found.expect("the database can be read").len()
}

fn following() -> Pull {
    Pull {
        link: Site::LINK,
        origin: "https://wfm.example.com 7".into(),
        stage: Stage::Following,
        changes_cursor: Some("c1".into()),
        read_number: 1,
        read_at: Some(at(5)),
        pulled_at: Some(at(6)),
        next_at: at(900),
        failures: 2,
        problem: Some("it answered 500".into()),
        problem_at: Some(at(4)),
        unknown_agents: 3,
    }
}

pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let taken = wfm_schedule_pull::take(tx, Site::LINK, "one", (at(0), at(9)))?;
    let (lease, _) = taken.expect("nobody else has it");
    assert!(wfm_schedule_pull::save(tx, &lease, &following(), at(9))?);
    Ok(())
}

pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    Ok(format!("{:?}", wfm_schedule_pull::get(tx, Site::LINK)?))
}

pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    wfm_schedule_pull::hurry(tx, Site::LINK, at(7))?;
    wfm_schedule_pull::lapse(tx, Site::LINK, at(8))?;
    let taken = wfm_schedule_pull::take(tx, Site::LINK, "two", (at(10), at(20)))?;
    assert!(taken.is_some(), "its time is over");
    Ok(())
}

#[test]
fn a_reading_goes_on_where_it_was() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        assert_eq!(site.read(|tx| wfm_schedule_pull::get(tx, Site::LINK)).await, None);
        let (lease, first) = take(&site, "one", 0, 60).await.unwrap();
        assert_eq!((first.stage, first.changes_cursor), (Stage::Reading(None), None));
        for stage in
            [Stage::Reading(Some("page 2".into())), Stage::Sweeping("a7".into()), Stage::Following]
        {
            let pull = Pull { stage, ..following() };
            assert!(save(&site, &lease, &pull, 60).await);
            assert_eq!(site.read(|tx| wfm_schedule_pull::get(tx, Site::LINK)).await, Some(pull));
        }
    });
}

#[test]
fn one_node_reads_at_a_time_and_a_late_one_writes_nothing() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (old, _) = take(&site, "one", 0, 60).await.unwrap();
        assert_eq!(take(&site, "two", 59, 99).await, None);
        let (new, _) = take(&site, "two", 60, 99).await.expect("its time is over");
        assert!(!save(&site, &old, &following(), 99).await);
        assert_eq!(
            site.read(|tx| wfm_schedule_pull::get(tx, Site::LINK)).await.unwrap().failures,
            0
        );
        assert!(save(&site, &new, &following(), 61).await);
        let (third, _) = take(&site, "one", 61, 99).await.expect("it was given back");
        site.write(|tx| wfm_schedule_pull::lapse(tx, Site::LINK, at(62))).await;
        let (_, _) = take(&site, "two", 62, 99).await.expect("its holder is dead");
        assert!(!save(&site, &third, &following(), 99).await, "or was thought to be");
    });
}

#[test]
fn a_link_is_due_when_it_is_on_and_its_time_has_come() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        assert_eq!(due(&site, 0).await, 1, "it never began");
        let (lease, _) = take(&site, "one", 0, 60).await.unwrap();
        assert_eq!(due(&site, 1).await, 0, "somebody is at it");
        assert!(save(&site, &lease, &following(), 1).await);
        assert_eq!((due(&site, 899).await, due(&site, 900).await), (0, 1));
        site.write(|tx| wfm_schedule_pull::hurry(tx, Site::LINK, at(7))).await;
        assert_eq!((due(&site, 6).await, due(&site, 7).await), (0, 1));
        let off = wfm_link::WfmLink { enabled: false, ..link() };
        site.write(move |tx| wfm_link::save_settings(tx, &off)).await;
        assert_eq!(due(&site, 900).await, 0, "it is off");
    });
}

#[test]
fn when_each_link_was_up_to_date_is_told_of_all_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let pulled = async || {
            let found: Result<_, StorageError> =
                storage.read_installation(wfm_schedule_pull::list_pulled).await;
            found.unwrap()
        };
        assert_eq!(pulled().await, [], "none ever began");
        let (lease, pull) = take(&site, "one", 0, 9).await.unwrap();
        assert_eq!(pulled().await, [(Site::LINK, None)]);
        assert!(save(&site, &lease, &Pull { pulled_at: Some(at(6)), ..pull }, 9).await);
        assert_eq!(pulled().await, [(Site::LINK, Some(at(6)))]);
    });
}
