//! A person we keep: never deleted, only deactivated.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authority::{self, Attribute, NotYours};
use crate::detail::Details;
use crate::id::{BusinessUnitId, EmployeeId, RoleId, TeamId};
use crate::optional::OptionalAttributes;
use crate::origin::Origins;
use crate::source::Source;
use crate::user_name::UserName;

/// Whether a person works here now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Works here.
    Active,
    /// Does not, or not now. Number, GUID, role and history stay.
    Inactive,
}

impl Status {
    /// From a SCIM `active` value.
    #[must_use]
    pub fn from_active(active: bool) -> Self {
        if active { Self::Active } else { Self::Inactive }
    }

    /// As a SCIM `active` value.
    #[must_use]
    pub fn is_active(self) -> bool {
        self == Self::Active
    }
}

/// The number by which ACD and WFM know a person: unique in the business unit, given by us once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentNumber(pub i64);

/// The four fields that everyone has (NICE help, "SCIM").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Unique in the tenant.
    pub user_name: UserName,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// May be shared by several people.
    pub email: String,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// The User GUID, for ever.
    pub id: EmployeeId,
    /// The ACD that the person works in.
    pub business_unit: BusinessUnitId,
    /// The person's team.
    pub team: TeamId,
    /// The person's primary role.
    pub primary_role: RoleId,
    /// Given at creation, never changed.
    pub agent_number: AgentNumber,
    /// The four required fields.
    pub profile: Profile,
    /// The fields that nobody has to have.
    pub details: Details,
    /// Active or not.
    pub status: Status,
    /// When the person became active last.
    pub activated_at: Timestamp,
    /// The id by which the managing source knows the person.
    pub external_id: Option<String>,
    /// Who may write the managed attributes.
    pub managed_by: Source,
    /// Who set each value, and when.
    pub origins: Origins,
    /// Counts the changes, from 1.
    pub version: i64,
    /// When the person was made.
    pub created_at: Timestamp,
    /// When the person was changed last.
    pub updated_at: Timestamp,
}

/// What a source says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The four required fields.
    pub profile: Profile,
    /// Active or not.
    pub status: Status,
    /// The source's own id of the person.
    pub external_id: Option<String>,
}

impl Employee {
    /// Applies what `source` says at `now`; tells which attributes changed (none: nothing to write).
    /// The version is counted up when anything changed.
    ///
    /// # Errors
    /// [`NotYours`] when an attribute that would change belongs to another source.
    pub fn apply(
        &mut self,
        claim: Claim,
        source: Source,
        now: Timestamp,
    ) -> Result<Vec<Attribute>, NotYours> {
        let changed = self.differences(&claim);
        for attribute in &changed {
            authority::check(self.managed_by, source, *attribute, OptionalAttributes::NONE)?;
        }
        if changed.contains(&Attribute::Status) && claim.status.is_active() {
            self.activated_at = now;
        }
        self.profile = claim.profile;
        self.status = claim.status;
        self.external_id = claim.external_id;
        self.note(&changed, source, now);
        Ok(changed)
    }

    /// Makes a person active again as if the deactivation had not been: the moment of activation stays. The
    /// source that manages the person may still say otherwise.
    pub fn put_back(&mut self, now: Timestamp) {
        self.status = Status::Active;
        self.note(&[Attribute::Status], Source::Local, now);
    }

    /// Notes that `source` changed `attributes` at `now`: origins, version and date of change.
    pub fn note(&mut self, attributes: &[Attribute], source: Source, now: Timestamp) {
        if attributes.is_empty() {
            return;
        }
        self.origins.set(attributes, source, now);
        self.version += 1;
        self.date(now);
    }

    /// Notes that something of the person changed at a moment. Where the clock was set back meanwhile the date stays:
    /// whoever reads what changed since would miss it otherwise.
    pub fn date(&mut self, now: Timestamp) {
        self.updated_at = self.updated_at.max(now);
    }

    fn differences(&self, claim: &Claim) -> Vec<Attribute> {
        let (own, new) = (&self.profile, &claim.profile);
        [
            (Attribute::UserName, own.user_name != new.user_name),
            (Attribute::FirstName, own.first_name != new.first_name),
            (Attribute::LastName, own.last_name != new.last_name),
            (Attribute::Email, own.email != new.email),
            (Attribute::Status, self.status != claim.status),
            (Attribute::ExternalId, self.external_id != claim.external_id),
        ]
        .into_iter()
        .filter_map(|(attribute, differs)| differs.then_some(attribute))
        .collect()
    }
}
