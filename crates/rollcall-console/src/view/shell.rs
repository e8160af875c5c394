//! The frame around every signed-in page: who is here, where they are, how they like to see it.
//!
//! It must stay cheap to fill: every page carries one.

use super::caution::Caution;

/// What the frame shows.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The tenant's name, as the operator wrote it.
    pub tenant_name: String,
    /// The signed-in person's username.
    pub username: String,
    /// The page's place in the rail.
    pub section: Section,
    /// The token that every form of the page carries back.
    pub csrf: String,
    /// Colours.
    pub theme: Theme,
    /// Height of table rows.
    pub density: Density,
    /// Runs that wait for an approval; marks "WFM" in the rail when not zero.
    pub held_runs: u64,
    /// What changes had been told when the page was made; the live stream begins after them.
    pub seen: String,
    /// The page's own path with its query, where small forms such as the theme's come back to.
    pub path: String,
    /// What came of the form that led here, said once.
    pub notice: Option<Notice>,
    /// What a reader must know before trusting the page: parts that are down or old.
    pub cautions: Vec<Caution>,
}

impl Shell {
    /// The page's own path without its query.
    #[must_use]
    pub fn path_alone(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// Marks the rail's entry of the current page, for style and for screen readers alike.
    #[must_use]
    pub fn current(&self, section: Section) -> &'static str {
        if self.section == section { r#"aria-current="page""# } else { "" }
    }
}

/// A place in the rail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// How all is, at one glance.
    #[default]
    Overview,
    /// The people.
    Employees,
    /// Who does what at the ACD.
    Agents,
    /// Their teams.
    Teams,
    /// Where people come from.
    Connections,
    /// Where people go to.
    Wfm,
    /// What holds for the whole tenant.
    Account,
    /// Who changed what.
    Audit,
}

impl Section {
    /// All of them in the rail's order: section, address, name, short name for narrow screens, icon.
    pub const RAIL: [(Section, &'static str, &'static str, &'static str, &'static str); 8] = [
        (Section::Overview, "/", "Overview", "Home", "overview"),
        (Section::Employees, "/employees", "Employees", "People", "people"),
        (Section::Agents, "/agents", "Agents", "Agents", "headset"),
        (Section::Teams, "/teams", "Teams", "Teams", "team"),
        (Section::Connections, "/connections", "SCIM connections", "SCIM", "plug"),
        (Section::Wfm, "/wfm", "WFM", "WFM", "calendar"),
        (Section::Account, "/account", "Account settings", "Account", "rows"),
        (Section::Audit, "/audit", "Audit", "Audit", "audit"),
    ];
}

/// Which colours a person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    #[default]
    Auto,
    /// Dark on any device.
    Dark,
    /// Light on any device.
    Light,
}

impl Theme {
    /// All of them in the toggle's order: theme, name, icon.
    pub const CHOICES: [(Theme, &'static str, &'static str); 3] = [
        (Theme::Auto, "Colours as the device is set", "auto"),
        (Theme::Light, "Light colours", "sun"),
        (Theme::Dark, "Dark colours", "moon"),
    ];

    /// The word used in the cookie, the form and the style sheet.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Dark => "dark",
            Theme::Light => "light",
        }
    }

    /// Reads the word back; anything unknown means no preference.
    #[must_use]
    pub fn from_word(word: &str) -> Theme {
        match word {
            "dark" => Theme::Dark,
            "light" => Theme::Light,
            _ => Theme::Auto,
        }
    }
}

/// How tall table rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// 40 pixels.
    #[default]
    Comfortable,
    /// 32 pixels.
    Compact,
}

impl Density {
    /// What the toggle leads to.
    #[must_use]
    pub fn other(self) -> Density {
        match self {
            Density::Comfortable => Density::Compact,
            Density::Compact => Density::Comfortable,
        }
    }

    /// The word used in the cookie, the form and the style sheet.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Density::Comfortable => "comfortable",
            Density::Compact => "compact",
        }
    }

    /// Reads the word back; anything unknown means comfortable.
    #[must_use]
    pub fn from_word(word: &str) -> Density {
        if word == "compact" { Density::Compact } else { Density::Comfortable }
    }
}

/// A sentence about what just happened.
#[derive(Clone, Debug)]
pub enum Notice {
    /// It was done.
    Done(String),
    /// It was refused; the sentence says what, by which rule, and the way on.
    Refused(String),
}
