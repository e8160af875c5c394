//! Which source may write which attribute.

use crate::optional::OptionalAttributes;
use crate::source::Source;

pub use crate::attribute::Attribute;

/// A write that authority refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is managed by {owner} and can only be changed there", attribute.label())]
pub struct NotYours {
    /// What was to be written.
    pub attribute: Attribute,
    /// Who owns it.
    pub owner: Source,
}

/// Decides whether `writer` may set `attribute` of a person managed by `manager`, where `optional` are
/// the attributes that the tenant takes from its identity providers.
///
/// Managed attributes belong to the manager alone. The rest is local: a source's later pushes do not
/// undo what an administrator set, unless the tenant switched the attribute on.
///
/// # Errors
/// [`NotYours`], naming the owner.
pub fn check(
    manager: Source,
    writer: Source,
    attribute: Attribute,
    optional: OptionalAttributes,
) -> Result<(), NotYours> {
    let owner = if attribute.is_managed() { manager } else { Source::Local };
    let taken_from_manager = optional.contains(attribute) && writer == manager;
    if owner == writer || taken_from_manager { Ok(()) } else { Err(NotYours { attribute, owner }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ScimConnectionId;
    use uuid::Uuid;

    const OFF: OptionalAttributes = OptionalAttributes::NONE;

    #[test]
    fn a_managed_persons_five_fields_belong_to_the_provider_only() {
        let okta = Source::Scim(ScimConnectionId::new(Uuid::from_u128(1)));
        let entra = Source::Scim(ScimConnectionId::new(Uuid::from_u128(2)));
        for attribute in [
            Attribute::UserName,
            Attribute::FirstName,
            Attribute::LastName,
            Attribute::Email,
            Attribute::Status,
        ] {
            assert!(check(okta, okta, attribute, OFF).is_ok());
            assert_eq!(
                check(okta, Source::Local, attribute, OFF),
                Err(NotYours { attribute, owner: okta })
            );
            assert!(check(okta, entra, attribute, OFF).is_err());
            assert!(check(Source::Local, Source::Local, attribute, OFF).is_ok());
        }
        assert!(check(okta, Source::Local, Attribute::Team, OFF).is_ok());
        assert!(check(okta, okta, Attribute::PrimaryRole, OFF).is_err());
        let on = OFF.with(Attribute::PrimaryRole);
        assert!(check(okta, okta, Attribute::PrimaryRole, on).is_ok());
        assert!(check(okta, Source::Local, Attribute::PrimaryRole, on).is_ok());
        assert!(check(okta, entra, Attribute::PrimaryRole, on).is_err());
    }
}
