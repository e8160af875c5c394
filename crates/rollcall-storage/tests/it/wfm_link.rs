//! WFM links: settings and state are written apart.

use rollcall_domain::WfmLinkId;
use rollcall_domain::wfm::{
    Brake, FieldSwitch, FieldSwitches, FilePlace, FileTransport, ManagementUnits, Transport,
};
use rollcall_storage::wfm::wfm_link::{self, Asked, Health, Off};
use rollcall_storage::{StorageError, effect, wfm::outbox};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, link, person, uuid};

#[test]
fn settings_and_state_are_written_apart() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        assert_eq!(site.read(|tx| wfm_link::get(tx, Site::LINK)).await, Some(link()));
        let mut settings = link();
        settings.acd_id = "8".into();
        let place = FilePlace::Folder { path: "/srv/wfm".into() };
        settings.transport = Transport::File(FileTransport { place, acknowledged_within_s: 900 });
        settings.base_url = "https://other.example.com".into();
        settings.client_id = "other".into();
        settings.client_secret_sealed = "sealed again".into();
        settings.switches =
            FieldSwitches { personal_id: FieldSwitch::Off, external_id: FieldSwitch::On };
        settings.interval_s = 60;
        settings.brake = Brake { share_percent: 10, floor: 1 };
        settings.enabled = false;
        settings.off = Some(Off { reason: "The WFM moves house.".into(), since: at(3) });
        settings.units = ManagementUnits { arrived: "17".into(), departed: "left".into() };
        settings.run_now_permitted = true;
        settings.immediate = false;
        settings.notice_to = vec!["ops@example.com".into()];
        let mut state = link();
        state.health = Health::Held;
        state.health_reason = Some("too many".into());
        state.health_since = at(5);
        state.held_departures = 12;
        state.approved_departures = 3;
        state.swept_at = Some(at(6));
        state.compared_at = Some(at(7));
        state.asked = Some(Asked::Preview);
        // Each is written from an older reading of the other: neither may undo the other.
        let (first, second) = (settings.clone(), state.clone());
        site.write(move |tx| wfm_link::save_settings(tx, &first)).await;
        site.write(move |tx| wfm_link::save_state(tx, &second)).await;
        let both = wfm_link::WfmLink {
            health: state.health,
            health_reason: state.health_reason,
            health_since: state.health_since,
            held_departures: state.held_departures,
            approved_departures: state.approved_departures,
            swept_at: state.swept_at,
            compared_at: state.compared_at,
            asked: state.asked,
            ..settings
        };
        assert_eq!(site.read(wfm_link::list).await, vec![both.clone()]);
        let all: Result<_, StorageError> = storage.read_installation(wfm_link::list_all).await;
        assert_eq!(all.unwrap(), vec![(site.tenant, both)]);
    });
}

#[test]
fn a_place_of_files_is_one_tenants_only() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let other = Site::numbered(storage, 2).await;
        let folder = |path: &str| FilePlace::Folder { path: path.to_owned() };
        let mut theirs = link();
        theirs.transport = Transport::File(FileTransport {
            place: folder("/srv/wfm"),
            acknowledged_within_s: 900,
        });
        other.write(move |tx| wfm_link::save_settings(tx, &theirs)).await;
        let taken = async |site: &Site, acd: &'static str, path: &'static str| {
            site.read(move |tx| wfm_link::is_place_taken(tx, acd, &folder(path))).await
        };
        assert!(taken(&site, "7", "/srv/wfm/").await);
        assert!(!taken(&site, "8", "/srv/wfm").await, "another acd has files of other names");
        assert!(!taken(&site, "7", "/srv/other").await);
        assert!(!taken(&other, "7", "/srv/wfm").await, "it is their own");
    });
}

#[test]
fn what_is_due_is_told_of_all_links_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1), person(2)]).await;
        let other = Site::numbered(storage.clone(), 2).await;
        site.write(|tx| {
            outbox::mark(tx, Site::LINK, employee_id(1), at(9))?;
            outbox::mark(tx, Site::LINK, employee_id(2), at(7))
        })
        .await;
        let all: Result<_, StorageError> = storage.scan_installation(wfm_link::list_all_due).await;
        let expected = vec![(site.tenant, link(), Some(at(7))), (other.tenant, link(), None)];
        assert_eq!(all.unwrap(), expected);
        let counted: Result<_, StorageError> = storage.scan_installation(outbox::count_all).await;
        assert_eq!(counted.unwrap(), [(Site::LINK, 2)]);
    });
}

#[test]
fn the_scheduled_runs_of_links_are_noted_together() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let other = Site::numbered(storage, 2).await;
        let mut second = link();
        (second.id, second.business_unit) = (WfmLinkId::new(uuid(9)), Site::OTHER_UNIT);
        second.acd_id = "8".into();
        let added = second.clone();
        site.write(move |tx| wfm_link::insert(tx, &added)).await;
        let gone = (100..200).map(|number| WfmLinkId::new(uuid(number)));
        let links: Vec<_> = [Site::LINK].into_iter().chain(gone).chain([second.id]).collect();
        site.write(move |tx| wfm_link::save_swept(tx, &links, at(6))).await;
        let swept = async |site: &Site| -> Vec<_> {
            site.read(wfm_link::list).await.into_iter().map(|link| link.swept_at).collect()
        };
        assert_eq!(swept(&site).await, [Some(at(6)), Some(at(6))]);
        assert_eq!(swept(&other).await, [None], "another tenant's link of the same id");
    });
}

#[test]
fn a_business_unit_has_one_link() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut second = link();
        second.id = WfmLinkId::new(uuid(9));
        let twin = second.clone();
        let refusal = site.try_write(move |tx| wfm_link::insert(tx, &twin)).await;
        assert!(matches!(refusal, Err(StorageError::Duplicate)), "{refusal:?}");
        assert_eq!(site.read(|tx| wfm_link::find(tx, Site::OTHER_UNIT)).await, None);
        second.business_unit = Site::OTHER_UNIT;
        let twin = second.clone();
        let refusal = site.try_write(move |tx| wfm_link::insert(tx, &twin)).await;
        assert!(matches!(refusal, Err(StorageError::Duplicate)), "one acd, one unit: {refusal:?}");
        second.acd_id = "8".into();
        let added = second.clone();
        site.write(move |tx| wfm_link::insert(tx, &added)).await;
        assert_eq!(site.read(|tx| wfm_link::find(tx, Site::UNIT)).await, Some(Site::LINK));
        assert_eq!(site.read(|tx| wfm_link::find(tx, Site::OTHER_UNIT)).await, Some(second.id));
    });
}

#[test]
fn who_watches_hears_of_a_changed_health() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let mut watch = storage.signals().watch();
        site.write(|tx| wfm_link::save_state(tx, &link())).await;
        let news = effect::News { tenant: Some(site.tenant), change: effect::Change::Health };
        assert_eq!(watch.try_recv().unwrap(), news);
        assert!(watch.try_recv().is_err(), "one commit, one word");
    });
}
