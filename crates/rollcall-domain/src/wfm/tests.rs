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
fn nothing_is_taken_for_done_while_something_was_sent_and_not_confirmed() {
    use ManagementUnit::{Arrived, Departed};
    let (ana, gone) = (|| agent("Ana", Arrived), || agent("Ana", Departed));
    let (anna, bea) = (|| agent("Anna", Arrived), || agent("Bea", Arrived));
    let check = |desired: Option<WfmAgent>, known: Option<WfmAgent>, sent: &[WfmAgent], step| {
        let last = sent.last().expect("something was sent");
        assert_eq!(
            plan_in_doubt(desired, known.as_ref(), (sent, last)),
            step,
            "{known:?} {sent:?}"
        );
    };
    // Changed and changed back: the WFM may hold what was in between.
    check(Some(ana()), Some(ana()), &[anna()], Step::Update(ana()));
    // Left and came back: it may have been told of the leaving.
    check(Some(ana()), Some(ana()), &[gone()], Step::Arrive(ana()));
    // An arrival is repeated word for word, or asked about by an update that carries no mu.
    check(Some(ana()), None, &[ana()], Step::Arrive(ana()));
    check(Some(anna()), None, &[ana()], Step::Update(anna()));
    check(Some(ana()), None, &[ana(), anna()], Step::Update(ana()));
    // Came and left: whether they arrived is asked before they depart.
    check(None, None, &[ana()], Step::Ask(ana()));
    // Back and gone again.
    check(None, Some(gone()), &[bea()], Step::Depart(gone()));
    check(None, Some(ana()), &[bea(), gone()], Step::Depart(gone()));
    check(None, Some(gone()), &[gone()], Step::Nothing);
}

#[test]
fn the_brake_holds_above_floor_and_share_only() {
    let brake = Brake { share_percent: 10, floor: 5 };
    assert!(!brake.holds(5, 6), "five may always go");
    assert!(brake.holds(6, 6));
    assert!(!brake.holds(100, 1_000), "exactly the share may go");
    assert!(brake.holds(101, 1_000));
}
