//! The steps at each identity provider, in the words of its own pages.
//!
//! Sources: Okta, "Create SCIM provisioning integrations"; Microsoft, "Use SCIM to provision users and
//! groups"; Google Workspace Admin Help, "Automated user provisioning"; OneLogin, "SCIM Provisioner with
//! SAML"; JumpCloud, "SCIM Identity Management Connectors"; PingOne, "SCIM outbound".

/// What to do in a place.
pub(super) enum Act {
    /// This.
    Tell(&'static str),
    /// Enter this value.
    Copy(&'static str),
    /// Enter the address of SCIM here, followed by this.
    BaseUrl(&'static str),
    /// Enter the address of this part of OAuth here.
    Oauth(&'static str),
}

use Act::{BaseUrl, Copy, Oauth, Tell};

/// A place at the provider, or the name of a field, and what to do there.
pub(super) type Instruction = (&'static str, Act);

/// Okta.
pub(super) const OKTA: &[Instruction] = &[
    (
        "Applications",
        Tell(
            "Open your app integration, or make one with Create App Integration. On General, edit App Settings and set Provisioning to SCIM.",
        ),
    ),
    ("Provisioning › Integration", Tell("Choose Edit, and fill in the fields that follow.")),
    ("SCIM connector base URL", BaseUrl("")),
    ("Unique identifier field for users", Copy("userName")),
    (
        "Supported provisioning actions",
        Tell("Push New Users, Push Profile Updates; Push Groups, if groups are taken."),
    ),
    ("Authentication Mode", Tell("HTTP Header, with a token of this connection as Authorization.")),
    (
        "Or OAuth 2",
        Tell(
            "Register an application on the connection's page, and enter its client ID and secret with the two addresses that follow. Its redirect address is https://system-admin.okta.com/admin/app/cpc/APP/oauth/callback, where APP is what stands between /app/ and /instance/ in the address of your app in Okta. Okta asks without PKCE: tick that it may.",
        ),
    ),
    ("Access token endpoint URI", Oauth("/oauth/token")),
    ("Authorization endpoint URI", Oauth("/oauth/authorize")),
    ("Test Connector Configuration", Tell("Save when it says that the connector is configured.")),
    (
        "Provisioning › To App",
        Tell("Enable Create Users, Update User Attributes and Deactivate Users."),
    ),
    (
        "Directory › Profile Editor",
        Tell(
            "To send a template or another attribute of the agent extension, add it to the app's profile, with the external name and namespace that stand below, and map it.",
        ),
    ),
    ("Assignments", Tell("Assign people or groups. Whom you assign is made here at once.")),
    (
        "Push Groups",
        Tell(
            "Where groups are taken here, push those that are to be teams or roles; assign their people as well.",
        ),
    ),
];

/// Microsoft Entra ID. The flag makes it send PATCH requests by the RFC.
pub(super) const ENTRA: &[Instruction] = &[
    (
        "Enterprise applications",
        Tell("Choose New application, then Create your own application, not in the gallery."),
    ),
    ("Provisioning", Tell("Set the mode to Automatic and open Admin Credentials.")),
    ("Tenant URL", BaseUrl("?aadOptscim062020")),
    ("Secret Token", Tell("A token of this connection.")),
    (
        "Or OAuth2 client credentials",
        Tell(
            "Register an application on the connection's page, and enter its client ID and secret with the address that follows.",
        ),
    ),
    ("Token Endpoint", Oauth("/oauth/token")),
    ("Test Connection", Tell("Save when it says that the credentials are authorised.")),
    (
        "Mappings › Users",
        Tell(
            "Map objectId to externalId, so that a person stays the same when their names change, and see that emails[type eq \"work\"].value is filled: people without an e-mail address are refused.",
        ),
    ),
    ("Mappings › Groups", Tell("Leave it on only if groups are taken here.")),
    ("Settings › Scope", Tell("Sync only assigned users and groups, then assign them.")),
    (
        "Overview",
        Tell(
            "Try one person with Provision on demand, then Start provisioning. Entra goes round every 40 minutes.",
        ),
    ),
];

/// Google Workspace.
pub(super) const GOOGLE: &[Instruction] = &[
    (
        "Apps › Web and mobile apps",
        Tell("Open the SAML app of your contact centre and choose Autoprovisioning."),
    ),
    ("Access token", Tell("A token of this connection.")),
    ("Endpoint URL", BaseUrl("")),
    (
        "Attribute mapping",
        Tell(
            "Map the primary e-mail address to userName and to the work e-mail; first and last name to name.givenName and name.familyName.",
        ),
    ),
    ("Provisioning scope", Tell("Choose the groups whose members are sent.")),
    (
        "Deprovisioning",
        Tell("Choose after how many days people are suspended here who were taken off the app."),
    ),
];

/// OneLogin.
pub(super) const ONELOGIN: &[Instruction] = &[
    ("Applications", Tell("Add the app SCIM Provisioner with SAML (SCIM v2 Core).")),
    ("Configuration › SCIM Base URL", BaseUrl("")),
    ("SCIM Bearer Token", Tell("A token of this connection.")),
    (
        "SCIM JSON Template",
        Tell("It must name userName, name.givenName, name.familyName, emails and active."),
    ),
    ("API Status", Tell("Choose Enable.")),
    ("Provisioning", Tell("Enable it. When users are deleted in OneLogin: Suspend.")),
];

/// JumpCloud.
pub(super) const JUMPCLOUD: &[Instruction] = &[
    ("SSO Applications", Tell("Open the app, then Identity Management.")),
    ("SCIM version", Tell("2.0.")),
    ("Base URL", BaseUrl("")),
    ("Token key", Tell("A token of this connection.")),
    (
        "Test user e-mail",
        Tell("Any address. JumpCloud makes a person and a group for the test and deletes them."),
    ),
    ("Activate", Tell("Then bind the user groups whose members are sent.")),
];

/// PingOne.
pub(super) const PING: &[Instruction] = &[
    ("Provisioning", Tell("Add a connection of type SCIM outbound.")),
    ("SCIM base URL", BaseUrl("")),
    ("Users resource", Copy("/Users")),
    ("Authentication", Tell("OAuth 2 bearer token: a token of this connection.")),
    ("User filter", Copy("userName eq \"%s\"")),
    ("Remove action", Tell("Disable.")),
    ("Rules", Tell("Make a rule with the people who are sent, and enable it.")),
];

/// Any other.
pub(super) const ANY: &[Instruction] = &[
    ("SCIM base URL", BaseUrl("")),
    ("Unique identifier for users", Copy("userName")),
    ("Authentication", Tell("HTTP header, bearer token: a token of this connection.")),
    (
        "Attributes",
        Tell(
            "userName, name.givenName, name.familyName, an e-mail address, active; externalId with an id that never changes.",
        ),
    ),
    (
        "Switch on",
        Tell(
            "Create users, update user attributes, deactivate users; push groups, if they are taken.",
        ),
    ),
];
