//! What a template does to people: each of its three words, and what it leaves alone.

use uuid::Uuid;

use super::*;
use crate::detail::Details;
use crate::employee::{AgentNumber, Profile, Status};
use crate::id::{EmployeeId, ScimConnectionId};
use crate::origin::Origins;
use crate::user_name::UserName;

const OKTA: Source = Source::Scim(ScimConnectionId::new(Uuid::from_u128(1)));
const UNIT: BusinessUnitId = BusinessUnitId::new(Uuid::from_u128(2));
const TEAM: TeamId = TeamId::new(Uuid::from_u128(3));
const OTHER_TEAM: TeamId = TeamId::new(Uuid::from_u128(4));

fn role(number: u128) -> RoleId {
    RoleId::new(Uuid::from_u128(number))
}

/// Managed by Okta, which wrote the display name; the time zone was set here.
fn ana() -> Employee {
    let mut origins = Origins::default();
    origins.set(&[Attribute::UserName, Attribute::DisplayName], OKTA, Timestamp::UNIX_EPOCH);
    origins.set(&[Attribute::TimeZone, Attribute::Team], Source::Local, Timestamp::UNIX_EPOCH);
    Employee {
        id: EmployeeId::new(Uuid::from_u128(9)),
        business_unit: UNIT,
        team: TEAM,
        primary_role: role(1),
        agent_number: AgentNumber(1),
        profile: Profile {
            user_name: UserName::parse("ana@example.com").unwrap(),
            first_name: "Ana".into(),
            last_name: "Novak".into(),
            email: "ana@example.com".into(),
        },
        details: Details {
            display_name: Some("Ana N.".into()),
            time_zone: Some("Europe/Berlin".into()),
            ..Details::default()
        },
        status: Status::Active,
        activated_at: Timestamp::UNIX_EPOCH,
        external_id: None,
        managed_by: OKTA,
        origins,
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn set(text: &str) -> TemplateField<String> {
    TemplateField::Set(text.into())
}

#[test]
fn what_is_ignored_stays_what_is_cleared_goes_and_what_is_set_comes() {
    let fields = TemplateFields {
        team: TemplateField::Set(OTHER_TEAM),
        primary_role: TemplateField::Set(role(1)),
        time_zone: TemplateField::Clear,
        employee_type: set("Employee"),
        mobile_number: TemplateField::Clear,
        ..TemplateFields::default()
    };
    let mut after = ana();
    let applied = fields.apply(&mut after, Surroundings::default());
    assert_eq!(applied.changed, [Attribute::TimeZone, Attribute::Type, Attribute::Team]);
    assert_eq!(applied.kept, []);
    assert_eq!((after.team, after.details.time_zone.as_deref()), (OTHER_TEAM, None));
    assert_eq!(after.details.employee_type.as_deref(), Some("Employee"));
    assert_eq!(after.details.display_name.as_deref(), Some("Ana N."));
    let again = fields.apply(&mut after, Surroundings::default());
    assert_eq!(again, Applied::default(), "a second time changes nothing");
}

#[test]
fn what_the_identity_provider_wrote_and_would_write_again_is_kept() {
    let fields = TemplateFields {
        display_name: set("Agent"),
        time_zone: set("Europe/Athens"),
        ..TemplateFields::default()
    };
    let on = OptionalAttributes::ALL;
    let mut after = ana();
    let around = Surroundings { written_by_manager: on, team_unit: None };
    let applied = fields.apply(&mut after, around);
    assert_eq!(applied.kept, [(Attribute::DisplayName, Kept::WrittenBy(OKTA))]);
    assert_eq!(applied.changed, [Attribute::TimeZone], "that one was set here");
    // Switched off, the value is nobody's but ours.
    let mut after = ana();
    let applied = fields.apply(&mut after, Surroundings::default());
    assert_eq!(applied.changed, [Attribute::DisplayName, Attribute::TimeZone]);
    // A person who is local by now belongs to us with all that was ever written.
    let mut after = Employee { managed_by: Source::Local, ..ana() };
    assert_eq!(fields.apply(&mut after, around).kept, []);
}

#[test]
fn a_team_of_another_business_unit_moves_nobody() {
    let fields =
        TemplateFields { team: TemplateField::Set(OTHER_TEAM), ..TemplateFields::default() };
    let other = BusinessUnitId::new(Uuid::from_u128(7));
    let mut after = ana();
    let around = Surroundings { team_unit: Some(other), ..Surroundings::default() };
    let applied = fields.apply(&mut after, around);
    assert_eq!(applied.kept, [(Attribute::Team, Kept::OtherUnit)]);
    assert_eq!(after.team, TEAM);
}

#[test]
fn secondary_roles_become_those_of_the_template_but_for_those_that_others_gave() {
    let present = [(role(2), Source::Local), (role(3), OKTA), (role(4), Source::Local)];
    let with = |secondary_roles| TemplateFields { secondary_roles, ..TemplateFields::default() };
    let check = |field, expected: (Vec<RoleId>, Vec<RoleId>)| {
        assert_eq!(with(field).roles(&present, role(1)), expected);
    };
    check(TemplateField::Ignore, (vec![], vec![]));
    check(TemplateField::Clear, (vec![], vec![role(2), role(4)]));
    let wanted = vec![role(1), role(3), role(4), role(5)];
    check(TemplateField::Set(wanted), (vec![role(5)], vec![role(2)]));
    let many: Vec<RoleId> = (10..30).map(role).collect();
    let (new, gone) = with(TemplateField::Set(many)).roles(&present, role(1));
    assert_eq!((new.len(), gone.len()), (SECONDARY_ROLES_MAX - 1, 2), "one was given by Okta");
}

#[test]
fn it_is_written_without_what_it_ignores() {
    let fields = TemplateFields {
        time_zone: TemplateField::Clear,
        employee_type: set("Employee"),
        ..TemplateFields::default()
    };
    let text = serde_json::to_string(&fields).unwrap();
    assert_eq!(text, r#"{"timeZone":"clear","type":{"set":"Employee"}}"#);
    assert_eq!(serde_json::from_str::<TemplateFields>(&text).unwrap(), fields);
}
