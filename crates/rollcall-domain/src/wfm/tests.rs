//! The table of what happens at the WFM, case by case.

use super::*;

fn agent(first_name: &str, management_unit: ManagementUnit) -> WfmAgent {
    WfmAgent {
        agent_number: 7,
        first_name: first_name.into(),
        last_name: "Ruiz".into(),
        email: "ana@example.com".into(),
        activation_date: "2026-11-21".into(),
        personal_id: None,
        external_id: None,
        management_unit,
    }
}

#[test]
fn each_pair_of_desired_and_known_has_its_step() {
    use ManagementUnit::{Arrived, Departed};
    let ana = || agent("Ana", Arrived);
    assert_eq!(plan(None, None), Step::Nothing);
    assert_eq!(plan(Some(ana()), None), Step::Arrive(ana()));
    assert_eq!(plan(Some(ana()), Some(&ana())), Step::Nothing);
    assert_eq!(plan(Some(ana()), Some(&agent("Anna", Arrived))), Step::Update(ana()));
    assert_eq!(plan(Some(ana()), Some(&agent("Ana", Departed))), Step::Arrive(ana()));
    assert_eq!(plan(None, Some(&ana())), Step::Depart(agent("Ana", Departed)));
    assert_eq!(plan(None, Some(&agent("Ana", Departed))), Step::Nothing);
}

#[test]
fn the_brake_holds_above_floor_and_share_only() {
    let brake = Brake { share_percent: 10, floor: 5 };
    assert!(!brake.holds(5, 6), "five may always go");
    assert!(brake.holds(6, 6));
    assert!(!brake.holds(100, 1_000), "exactly the share may go");
    assert!(brake.holds(101, 1_000));
}
