//! A connection's claim on a person who is there and is not its own: what becomes of it.
//!
//! Neither an external id nor an e-mail address is an identity by itself: addresses are shared and handed on, and
//! an external id is one client's word. A wrong silent merge would hand one person's work to another.

use serde::{Deserialize, Serialize};

use crate::employee::{Employee, Profile};
use crate::source::Source;
use crate::user_name::fold;

/// What a connection may do about people who are there and not its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TakeOver {
    /// Nothing: the claim is refused.
    #[default]
    Refuse,
    /// The person becomes the connection's own if they are local, and user name and e-mail address both match.
    Link,
    /// An administrator decides.
    Ask,
}

/// What an administrator decided about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    Waiting,
    /// The person is the connection's: its next push takes them over.
    Approved,
    /// They are not.
    Rejected,
}

/// A claim that was made before, as far as it counts for the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precedent {
    /// What was decided.
    pub decision: Decision,
    /// The external id that it was made with.
    pub external_id: Option<String>,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same employee becomes managed by the connection.
    Link(Evidence),
    /// It waits for an administrator.
    Wait,
    /// It is refused, because an administrator said so.
    Rejected,
    /// It is refused.
    Refuse,
}

/// By what a person was known to be the one who is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// User name and e-mail address both matched, and the connection may link then.
    BothMatch,
    /// An administrator approved it.
    Approved,
}

impl Evidence {
    /// The evidence as a text of an identity link, for people to read.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::BothMatch => "user name and e-mail address both matched",
            Self::Approved => "approved by an administrator in the take-over queue",
        }
    }
}

/// Judges the claim of a connection on a person who has the user name that it claims.
#[must_use]
pub fn judge(
    policy: TakeOver,
    precedent: Option<&Precedent>,
    person: &Employee,
    claimed: (&Profile, Option<&str>),
) -> Verdict {
    let (profile, external_id) = claimed;
    match precedent {
        // What was approved is the claim that was looked at. Another external id is another claim.
        Some(known)
            if known.decision == Decision::Approved
                && known.external_id.as_deref() == external_id =>
        {
            return Verdict::Link(Evidence::Approved);
        }
        Some(Precedent { decision: Decision::Rejected, .. }) => return Verdict::Rejected,
        _ => {}
    }
    match policy {
        TakeOver::Refuse => Verdict::Refuse,
        TakeOver::Ask => Verdict::Wait,
        TakeOver::Link => {
            let own = &person.profile;
            let both = own.user_name.key() == profile.user_name.key()
                && fold(&own.email) == fold(&profile.email);
            if both && person.managed_by == Source::Local {
                Verdict::Link(Evidence::BothMatch)
            } else {
                Verdict::Refuse
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::detail::Details;
    use crate::employee::{AgentNumber, Status};
    use crate::id::{BusinessUnitId, EmployeeId, RoleId, ScimConnectionId, TeamId};
    use crate::origin::Origins;
    use crate::user_name::UserName;

    fn profile(user_name: &str, email: &str) -> Profile {
        Profile {
            user_name: UserName::parse(user_name).unwrap(),
            first_name: "Ana".into(),
            last_name: "Novak".into(),
            email: email.into(),
        }
    }

    fn ana(managed_by: Source) -> Employee {
        Employee {
            id: EmployeeId::new(Uuid::nil()),
            business_unit: BusinessUnitId::new(Uuid::nil()),
            team: TeamId::new(Uuid::nil()),
            primary_role: RoleId::new(Uuid::nil()),
            agent_number: AgentNumber(1),
            profile: profile("ana@example.com", "ana@example.com"),
            details: Details::default(),
            status: Status::Active,
            activated_at: Timestamp::UNIX_EPOCH,
            external_id: None,
            managed_by,
            origins: Origins::default(),
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_person_is_linked_silently_only_where_both_match_and_nobody_manages_them() {
        let entra = Source::Scim(ScimConnectionId::new(Uuid::from_u128(1)));
        let (same, other) = ("ANA@example.com", "other@example.com");
        let both = Verdict::Link(Evidence::BothMatch);
        for (policy, manager, email, expected) in [
            (TakeOver::Link, Source::Local, same, both),
            (TakeOver::Link, Source::Local, other, Verdict::Refuse),
            (TakeOver::Link, entra, same, Verdict::Refuse),
            (TakeOver::Refuse, Source::Local, same, Verdict::Refuse),
            (TakeOver::Ask, Source::Local, same, Verdict::Wait),
            (TakeOver::Ask, entra, other, Verdict::Wait),
        ] {
            let claimed = profile("Ana@Example.com", email);
            let verdict = judge(policy, None, &ana(manager), (&claimed, Some("00u1")));
            assert_eq!(verdict, expected, "{policy:?} {manager} {email}");
        }
    }

    #[test]
    fn what_was_decided_counts_before_the_policy_and_for_the_same_external_id() {
        let claimed = profile("ana@example.com", "other@example.com");
        for (decision, external_id, expected) in [
            (Decision::Waiting, Some("00u1"), Verdict::Wait),
            (Decision::Approved, Some("00u1"), Verdict::Link(Evidence::Approved)),
            (Decision::Approved, Some("00u2"), Verdict::Wait),
            (Decision::Approved, None, Verdict::Wait),
            (Decision::Rejected, Some("00u2"), Verdict::Rejected),
        ] {
            let precedent = Precedent { decision, external_id: Some("00u1".into()) };
            let person = ana(Source::Local);
            let verdict = judge(TakeOver::Ask, Some(&precedent), &person, (&claimed, external_id));
            assert_eq!(verdict, expected, "{decision:?} {external_id:?}");
        }
    }
}
