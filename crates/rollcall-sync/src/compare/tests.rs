//! Each kind of difference, and what is none.

use super::*;

const ON: FieldSwitches =
    FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
const OFF: FieldSwitches =
    FieldSwitches { personal_id: FieldSwitch::Off, external_id: FieldSwitch::Off };

fn agent(number: i64) -> WfmAgent {
    WfmAgent {
        agent_number: number,
        first_name: "Ana".into(),
        last_name: "Ruiz".into(),
        email: "ana@example.com".into(),
        activation_date: "2026-11-20".into(),
        personal_id: None,
        external_id: None,
        management_unit: ManagementUnit::Arrived,
    }
}

fn person(number: i64) -> EmployeeId {
    EmployeeId::new(uuid::Uuid::from_u128(number.unsigned_abs().into()))
}

/// Our people 1 and 2, known to be held, and 3, who is not.
fn ours() -> HashMap<i64, Ours> {
    let known = |number| (number < 3).then(|| agent(number));
    (1..=3).map(|n| (n, Ours { employee: person(n), known: known(n) })).collect()
}

fn compared(held: Vec<WfmAgent>, switches: &FieldSwitches) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.page(held, &ours(), switches);
    comparison
}

fn drift(number: i64, held: Option<WfmAgent>) -> Drift {
    Drift { employee: person(number), number, held, fields: Vec::new() }
}

#[test]
fn doubles_that_tell_of_different_people_are_not_alike() {
    let named = |name: &str| WfmAgent { first_name: name.into(), ..agent(2) };
    let mut comparison = compared(vec![agent(1), agent(1), agent(2), named("Eva")], &ON);
    let double = |number, alike| Double { number, alike };
    assert_eq!(comparison.doubles(), [double(1, true), double(2, false)]);
    let guid = |name| WfmAgent { personal_id: Some("0193".into()), ..named(name) };
    let mut comparison = compared(vec![guid("Ana"), guid("Eva")], &ON);
    assert_eq!(comparison.doubles(), [double(2, true)], "the user GUID is one person's");
}

#[test]
fn what_is_held_as_known_is_no_difference() {
    let comparison = compared(vec![agent(1), agent(2)], &ON);
    assert!(comparison.drifts.is_empty() && comparison.strays.is_empty());
    assert_eq!(comparison.listed(), 2);
}

#[test]
fn other_values_and_unexpected_people_are() {
    let renamed = WfmAgent { first_name: "Anna".into(), ..agent(2) };
    let comparison = compared(vec![agent(1), renamed.clone(), agent(3)], &ON);
    let expected =
        [Drift { fields: vec!["First Name"], ..drift(2, Some(renamed)) }, drift(3, Some(agent(3)))];
    assert_eq!(comparison.drifts, expected);
}

#[test]
fn strangers_are_strays_until_they_have_departed() {
    let departed = WfmAgent { management_unit: ManagementUnit::Departed, ..agent(8) };
    let comparison = compared(vec![agent(7), departed], &ON);
    assert_eq!(comparison.strays, [agent(7)]);
}

#[test]
fn a_field_that_is_switched_off_is_not_ours() {
    let held = WfmAgent { personal_id: Some("theirs".into()), ..agent(1) };
    assert_eq!(compared(vec![held.clone()], &ON).drifts.len(), 1);
    assert!(compared(vec![held], &OFF).drifts.is_empty());
}

#[test]
fn the_absent_and_the_doubled_are_found_in_the_whole_list() {
    let mut comparison = compared(vec![agent(2), agent(9)], &ON);
    comparison.page(vec![agent(2), agent(2)], &ours(), &ON);
    assert_eq!(comparison.doubles(), [Double { number: 2, alike: true }]);
    comparison.absent(&[(1, person(1)), (2, person(2))]);
    assert_eq!(comparison.drifts, [drift(1, None)]);
}

#[test]
fn no_more_is_kept_than_memory_should_hold() {
    let many = i64::try_from(KEPT_MAX).unwrap();
    let mut comparison = compared((100..100 + many).map(agent).collect(), &ON);
    assert!(!comparison.overflowed);
    comparison.page(vec![agent(99)], &ours(), &ON);
    assert!(comparison.overflowed);
    assert_eq!(comparison.strays.len(), KEPT_MAX);
}

#[test]
fn numbers_are_read_in_ranges() {
    let found = ranges([10_000_002, 1, 10_000_001, 10_000_060, 3, i64::MAX].into_iter());
    assert_eq!(found, [(1, 3), (10_000_001, 10_000_060), (i64::MAX, i64::MAX)]);
}
