//! The way from a link to its WFM as a form: made with a new link, or changed later; and what a try of it showed.

use askama::Template;

use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// The fields of a way. Secrets are typed each time and shown never.
#[derive(Clone, Debug, Default)]
pub struct WayFields {
    /// `http`, `sftp` or `s3`.
    pub transport: String,
    /// HTTP: the address of the WFM.
    pub url: String,
    /// HTTP: the client id.
    pub client_id: String,
    /// SFTP: the server.
    pub host: String,
    /// SFTP: its port.
    pub port: String,
    /// SFTP: the folder.
    pub path: String,
    /// SFTP: the user.
    pub user: String,
    /// SFTP: the fingerprint of the server's key.
    pub host_key: String,
    /// S3: the address of the storage.
    pub endpoint: String,
    /// S3: the region.
    pub region: String,
    /// S3: the bucket.
    pub bucket: String,
    /// S3: what names begin with.
    pub prefix: String,
    /// S3: the id of the access key.
    pub key_id: String,
    /// Whether an empty secret stands for the one that is kept.
    pub keeps_secret: bool,
}

impl WayFields {
    /// Whether this is the chosen transport.
    #[must_use]
    pub fn goes_by(&self, transport: &str) -> bool {
        self.transport == transport
    }
}

/// Why a way was refused.
#[derive(Clone, Debug)]
pub struct WayRefusal {
    /// What was refused and why, as a sentence.
    pub what: String,
    /// The way on, in sentences.
    pub way_on: String,
    /// The fingerprint of the key that an SFTP server showed.
    pub host_key: Option<String>,
}

/// People of one kind: how many, and some of them.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// All of them.
    pub count: u64,
    /// Some, as people say them.
    pub names: Vec<String>,
}

impl Counted {
    /// How many are not named.
    #[must_use]
    pub fn more(&self) -> u64 {
        self.count.saturating_sub(u64::try_from(self.names.len()).unwrap_or(u64::MAX))
    }
}

/// What a try showed.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// The way in words, before the address.
    pub way: String,
    /// The address.
    pub address: String,
    /// How many agents the acd has; absent where this way shows none.
    pub total: Option<u64>,
    /// How many of them were not looked at, because they are too many.
    pub unseen: u64,
    /// Records whose key is no agent number.
    pub strangers: u64,
    /// What the link or the change is made from.
    pub ticket: String,
}

/// What the first run would do.
#[derive(Clone, Debug, Default)]
pub struct FirstRun {
    /// New there.
    pub arriving: Counted,
    /// There already.
    pub matching: Counted,
    /// There under another name.
    pub overwritten: Counted,
    /// There, and nobody who belongs there.
    pub departing: Counted,
    /// People of the business unit who are not sent.
    pub unsent: u64,
    /// Whether the brake would stop the departures.
    pub stops: bool,
    /// The share that goes without asking, in percent.
    pub share_percent: u64,
    /// The management units of those who are new and of those who depart.
    pub units: (String, String),
}

impl FirstRun {
    /// Whether the business unit has nobody at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sent() == 0 && self.unsent == 0
    }

    /// How many people would be sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.arriving.count + self.matching.count + self.overwritten.count
    }
}

/// The page on which a business unit is linked.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/link_new.html")]
pub struct LinkNewPage {
    /// The frame.
    pub shell: Shell,
    /// The business units without a link.
    pub units: Vec<Choice>,
    /// The chosen one.
    pub unit: String,
    /// The chosen one's name.
    pub unit_name: String,
    /// The ACD ID.
    pub acd_id: String,
    /// The way.
    pub fields: WayFields,
    /// Why it was refused.
    pub refusal: Option<WayRefusal>,
    /// What the try showed, and what would happen.
    pub trial: Option<(Tried, FirstRun)>,
}

/// The page on which the way of a link is changed.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/way.html")]
pub struct WayPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// Its business unit.
    pub business_unit: String,
    /// The way.
    pub fields: WayFields,
    /// Why it was refused.
    pub refusal: Option<WayRefusal>,
    /// What the try showed.
    pub tried: Option<Tried>,
}
