//! Employees: what goes in comes out, and user names are unique.

use rollcall_domain::employee::{AgentNumber, Status};
use rollcall_domain::source::Source;
use rollcall_domain::user_name::UserName;
use rollcall_storage::directory::employee::UserNameState;
use rollcall_storage::{
    StorageError, directory::employee, directory::identity_link, directory::roster,
};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person};

#[test]
fn a_person_comes_out_as_they_went_in() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut ana = person(1);
        site.insert(vec![ana.clone()]).await;
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(1))).await, Some(ana.clone()));

        ana.team = Site::OTHER_TEAM;
        ana.profile.user_name = UserName::parse("Änne@Example.com").unwrap();
        ana.profile.first_name = "Änne \u{1f600} 'x' \"y\" \\ $1 ?".into();
        ana.profile.last_name = "O'Neil".into();
        ana.profile.email = "other@example.com".into();
        ana.status = Status::Inactive;
        ana.activated_at = at(60);
        ana.external_id = None;
        ana.managed_by = rollcall_domain::source::Source::Local;
        ana.origins = rollcall_domain::origin::Origins::default();
        ana.version = 2;
        ana.updated_at = at(60);
        let saved = ana.clone();
        site.write(move |tx| employee::save(tx, &saved)).await;
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(1))).await, Some(ana));
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(2))).await, None);
    });
}

#[test]
fn a_change_is_kept_whole_whether_or_not_it_touches_what_is_indexed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let before = person(1);
        site.insert(vec![before.clone(), person(2)]).await;
        let mut off = before.clone();
        off.status = Status::Inactive;
        off.activated_at = at(60);
        off.external_id = Some("another".into());
        off.managed_by = rollcall_domain::source::Source::Local;
        off.origins = rollcall_domain::origin::Origins::default();
        off.version = 2;
        off.updated_at = at(60);
        let mut renamed = off.clone();
        renamed.profile.last_name = "Berg".into();
        renamed.team = Site::OTHER_TEAM;
        for (old, new) in [(before, off.clone()), (off, renamed)] {
            let saved = new.clone();
            site.write(move |tx| employee::save_change(tx, &old, &saved)).await;
            assert_eq!(site.read(|tx| employee::get(tx, employee_id(1))).await, Some(new));
        }
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(2))).await, Some(person(2)));
    });
}

#[test]
fn a_user_name_is_found_whatever_its_letter_case() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut ana = person(1);
        ana.profile.user_name = UserName::parse("ÉLISE@Example.com").unwrap();
        site.insert(vec![ana]).await;
        for (name, found) in [
            ("élise@example.com", Some(employee_id(1))),
            ("Élise@EXAMPLE.com", Some(employee_id(1))),
            ("elise@example.com", None),
        ] {
            let name = UserName::parse(name).unwrap();
            assert_eq!(site.read(move |tx| employee::find_by_user_name(tx, &name)).await, found);
        }
    });
}

#[test]
fn what_is_unique_cannot_be_taken_twice() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;

        let mut same_name = person(3);
        same_name.profile.user_name = UserName::parse("PERSON1@example.COM").unwrap();
        let mut same_number = person(4);
        same_number.agent_number = AgentNumber(1_001);
        for twin in [same_name, same_number, person(1)] {
            let refusal = site.try_write(move |tx| employee::insert(tx, &twin)).await.unwrap_err();
            assert!(matches!(refusal, StorageError::Duplicate), "{refusal:?}");
        }
        let mut renamed = person(2);
        renamed.profile.user_name = UserName::parse("Person1@example.com").unwrap();
        let refusal = site.try_write(move |tx| employee::save(tx, &renamed)).await.unwrap_err();
        assert!(matches!(refusal, StorageError::Duplicate), "{refusal:?}");

        // The same agent number in another business unit is another agent.
        let mut elsewhere = person(5);
        elsewhere.business_unit = Site::OTHER_UNIT;
        elsewhere.agent_number = AgentNumber(1_001);
        site.insert(vec![elsewhere]).await;
        assert_eq!(site.read(roster::totals).await, (3, 3));
    });
}

#[test]
fn of_sixty_who_want_one_user_name_one_gets_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let wishes: Vec<_> = (0..60)
            .map(|number| {
                let site = site.clone();
                tokio::spawn(async move {
                    let mut twin = person(number);
                    twin.profile.user_name = UserName::parse("wanted@example.com").unwrap();
                    site.try_write(move |tx| employee::insert(tx, &twin)).await
                })
            })
            .collect();
        let mut taken = 0;
        for wish in wishes {
            match wish.await.unwrap() {
                Ok(()) => taken += 1,
                Err(error) => assert!(matches!(error, StorageError::Duplicate), "{error:?}"),
            }
        }
        assert_eq!(taken, 1);
        assert_eq!(site.read(roster::totals).await, (1, 1));
    });
}

#[test]
fn names_of_any_length_can_be_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut ana = person(1);
        // Letters that compress badly, and are of two bytes where a key may be cut.
        let long: String = (0..4_000_u32)
            .map(|n| char::from_u32(0xe0 + n.wrapping_mul(2_654_435_761) % 300).unwrap())
            .collect();
        ana.profile.first_name = format!("x{long}");
        ana.profile.last_name = long;
        site.insert(vec![ana.clone()]).await;
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(1))).await, Some(ana));
    });
}

#[test]
fn a_text_with_a_nul_character_is_refused_on_both() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut ana = person(1);
        ana.profile.first_name = "A\0na".into();
        let refusal = site.try_write(move |tx| employee::insert(tx, &ana)).await.unwrap_err();
        assert!(matches!(refusal, StorageError::NulCharacter), "{refusal:?}");
        assert_eq!(site.read(roster::totals).await, (0, 0));
    });
}

#[test]
fn everyone_of_a_source_is_handed_over_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1), person(2)]).await;
        let named = site.read(|tx| employee::list_managed_by(tx, Site::SOURCE)).await;
        assert_eq!(named.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2].map(employee_id));
        let local = Source::Local;
        let people = site.write(move |tx| employee::reassign(tx, Site::SOURCE, local, at(9))).await;
        assert_eq!(people, 2);
        let one = site.read(|tx| employee::get(tx, employee_id(1))).await.unwrap();
        assert_eq!((one.managed_by, one.version, one.updated_at), (local, 2, at(9)));
        // The clock was set back meanwhile.
        site.write(move |tx| employee::reassign(tx, local, local, at(8))).await;
        let one = site.read(|tx| employee::get(tx, employee_id(1))).await.unwrap();
        assert_eq!((one.version, one.updated_at), (3, at(9)));
        assert_eq!(site.read(|tx| employee::list_managed_by(tx, Site::SOURCE)).await, []);
    });
}

#[test]
fn a_user_name_is_given_free_and_taken_back_unless_somebody_has_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        let name = person(1).profile.user_name;
        let (held, released) = (name.clone(), name.clone());
        let hide = |number: u32, second: i64| {
            let site = site.clone();
            async move {
                site.write(move |tx| {
                    let mut link = identity(&person(number));
                    link.hidden_at = Some(at(second));
                    identity_link::save(tx, &link)?;
                    let mut hidden = person(number);
                    hidden.profile.user_name = person(1).profile.user_name;
                    employee::release_user_name(tx, &hidden)
                })
                .await;
            }
        };
        hide(1, 5).await;
        let holder = async || {
            let name = held.clone();
            site.read(move |tx| employee::find_by_user_name(tx, &name)).await
        };
        let last = async || {
            let name = released.clone();
            site.read(move |tx| employee::find_released(tx, Site::SOURCE, &name)).await
        };
        assert_eq!((holder().await, last().await), (None, Some(employee_id(1))));
        let state = async |text: &str| {
            let name = UserName::parse(text).expect("a user name");
            site.read(move |tx| employee::ask_user_name(tx, &name)).await
        };
        assert_eq!(state(name.as_str()).await, UserNameState::Released);
        assert_eq!(state("PERSON2@example.com").await, UserNameState::Held(employee_id(2)));
        for free in ["person1@example.co", "person1@example.com.", "person1@example.com~"] {
            assert_eq!(state(free).await, UserNameState::Free, "{free}");
        }
        // A change of something else does not take it back.
        let mut moved = person(1);
        moved.team = Site::OTHER_TEAM;
        site.write(move |tx| employee::save_change(tx, &person(1), &moved)).await;
        assert_eq!(holder().await, None);
        let mut taker = person(2);
        taker.profile.user_name = name.clone();
        site.write(move |tx| employee::save_change(tx, &person(2), &taker)).await;
        assert_eq!(holder().await, Some(employee_id(2)));
        assert!(!site.write(|tx| employee::hold_user_name(tx, &person(1))).await);
        // Of two who had it, the one who was deleted last.
        hide(2, 9).await;
        assert_eq!((holder().await, last().await), (None, Some(employee_id(2))));
        assert!(site.write(|tx| employee::hold_user_name(tx, &person(1))).await);
        assert_eq!(holder().await, Some(employee_id(1)));
        let row = site.read(|tx| employee::get(tx, employee_id(1))).await.expect("a row");
        assert_eq!(row.profile.user_name, name, "the name itself stays in the row");
    });
}

#[test]
fn the_people_of_a_unit_come_by_number_and_say_whether_they_belong_into_its_wfm() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (mut gone, mut elsewhere) = (person(2), person(3));
        gone.status = Status::Inactive;
        elsewhere.team = Site::OTHER_TEAM;
        let mut abroad = person(4);
        abroad.business_unit = Site::OTHER_UNIT;
        site.insert(vec![person(1), gone, elsewhere, abroad]).await;
        let list = |after, limit| {
            site.read(move |tx| employee::list_members(tx, Site::UNIT, after, limit))
        };
        let all = list(0, 9).await;
        let belongs: Vec<bool> = all.iter().map(|member| member.belongs).collect();
        assert_eq!(belongs, [true, false, false]);
        assert!(all.windows(2).all(|two| two[0].agent_number < two[1].agent_number));
        assert_eq!(list(all[0].agent_number, 1).await, [all[1].clone()]);
    });
}
