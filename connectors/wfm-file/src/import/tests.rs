//! The files, letter by letter.

use rollcall_domain::wfm::WfmAgent;

use super::*;

fn write(number: i64, unit: Option<ManagementUnit>) -> WfmWrite {
    let agent = WfmAgent {
        agent_number: number,
        first_name: "Zoë".into(),
        last_name: "O'Brien & <Sons>".into(),
        email: "zoe@example.com".into(),
        activation_date: "2026-11-20".into(),
        personal_id: Some("0193".into()),
        external_id: None,
        management_unit: ManagementUnit::Arrived,
    };
    WfmWrite { agent, unit, cleared: Vec::new() }
}

fn heading(units: &ManagementUnits) -> Heading<'_> {
    Heading { acd_id: "4471", key: "0f3", units }
}

#[test]
fn new_and_changed_agents_stand_in_two_files_as_they_always_do() {
    let units = ManagementUnits::default();
    let cleared = WfmWrite { cleared: vec![OptionalField::PersonalId], ..write(18, None) };
    let arrival = write(17, Some(ManagementUnit::Arrived));
    let batch = [cleared, arrival, write(19, Some(ManagementUnit::Departed))];
    let Files { files, refused } = files(&batch, heading(&units));
    assert!(refused.is_empty());
    let [new, changed] = <[File; 2]>::try_from(files).unwrap();
    assert_eq!(new.name, "importAgent_4471_0f3_new.xml");
    assert_eq!(new.agents, [(1, "17".to_owned())]);
    assert_eq!(new.text, include_str!("new.golden.xml"));
    assert_eq!(changed.name, "importAgent_4471_0f3_changed.xml");
    assert_eq!(changed.agents, [(0, "18".to_owned()), (2, "19".to_owned())]);
    assert_eq!(changed.text, include_str!("changed.golden.xml"));
    let again = super::files(&batch, heading(&units)).files;
    assert_eq!(again, [new, changed], "the same bytes again");
}

#[test]
fn whoever_cannot_stand_in_a_file_does_not_hinder_the_others() {
    let (mut odd, mut bare) = (write(1, None), write(2, None));
    odd.agent.last_name = "bell\u{7}".into();
    bare.agent.email = " ".into();
    let units = ManagementUnits::default();
    let Files { files, refused } = files(&[odd, write(3, None), bare], heading(&units));
    assert_eq!(files.len(), 1);
    assert_eq!(files.first().unwrap().agents, [(1, "3".to_owned())]);
    let places: Vec<usize> = refused.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [0, 2]);
}
