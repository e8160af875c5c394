//! When something is told, and in which words.

use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches, ManagementUnits, Transport};
use rollcall_domain::{BusinessUnitId, WfmLinkId};

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + 60 * minutes).unwrap()
}

fn link(health: Health) -> WfmLink {
    let nil = Default::default;
    WfmLink {
        id: WfmLinkId::new(nil()),
        business_unit: BusinessUnitId::new(nil()),
        acd_id: "4471".into(),
        transport: Transport::Http,
        base_url: String::new(),
        client_id: String::new(),
        client_secret_sealed: String::new(),
        switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
        interval_s: 900,
        brake: Brake { share_percent: 10, floor: 5 },
        enabled: true,
        off: None,
        units: ManagementUnits::default(),
        run_now_permitted: false,
        immediate: true,
        notice_to: vec!["ops@example.com".into()],
        health,
        health_reason: Some("20 of 40 people would move to mu 2. Nothing was applied.".into()),
        health_since: at(0),
        held_departures: 20,
        approved_departures: 0,
        swept_at: None,
        compared_at: None,
        asked: None,
        created_at: at(0),
    }
}

fn told(told: Told, minutes: i64) -> WfmNotice {
    let link = link(Health::Well).id;
    let (told_at, next_at) = (Some(at(minutes)), at(minutes + 15));
    WfmNotice { link, told, told_at, next_at, problem: None }
}

#[test]
fn a_held_run_is_told_at_once_and_an_outage_when_it_lasts() {
    assert_eq!(due(&link(Health::Held), None, at(0)), Some(Told::Held));
    assert_eq!(due(&link(Health::Failing), None, at(4)), None);
    assert_eq!(due(&link(Health::Failing), None, at(5)), Some(Told::Failing));
    assert_eq!(due(&link(Health::Well), None, at(60)), None);
}

#[test]
fn what_was_told_is_not_told_again_before_a_day_and_then_cleared() {
    let held = told(Told::Held, 0);
    assert_eq!(due(&link(Health::Held), Some(&held), at(16)), None);
    assert_eq!(due(&link(Health::Held), Some(&held), at(24 * 60)), Some(Told::Held));
    assert_eq!(due(&link(Health::Well), Some(&held), at(14)), None, "not so soon");
    assert_eq!(due(&link(Health::Well), Some(&held), at(15)), Some(Told::Well));
    let well = told(Told::Well, 15);
    assert_eq!(due(&link(Health::Well), Some(&well), at(60)), None);
    assert_eq!(due(&link(Health::Held), Some(&well), at(29)), None, "not so soon");
    let off = WfmLink { enabled: false, ..link(Health::Held) };
    assert_eq!(due(&off, Some(&held), at(15)), Some(Told::Well));
}

#[test]
fn a_mail_says_what_is_wrong_and_where_to_go() {
    let news =
        |told| News { link: link(Health::Held), told, before: super::tests::told(Told::Well, 0) };
    let to = vec!["ops@example.com".to_owned()];
    let mail =
        letter::write(to.clone(), "Northwind", &[news(Told::Held)], "https://people.example.com/");
    assert_eq!(
        mail.subject,
        "[Rollcall] Northwind: IEX WFM 4471 waits for a decision: nothing was applied"
    );
    assert!(mail.text.contains("Nothing was applied."), "{}", mail.text);
    assert!(mail.text.contains("https://people.example.com/wfm/0000"), "{}", mail.text);
    let both = [news(Told::Held), news(Told::Failing)];
    let mail = letter::write(to, "Northwind", &both, "https://people.example.com");
    assert_eq!(mail.subject, "[Rollcall] Northwind: news of 2 WFM links");
}
