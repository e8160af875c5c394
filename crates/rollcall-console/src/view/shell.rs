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
    /// The page's place in the navigation.
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

    /// Marks the entry of the current page among the tabs, for style and for screen readers alike.
    #[must_use]
    pub fn current(&self, section: Section) -> &'static str {
        if self.section == section { r#"aria-current="page""# } else { "" }
    }

    /// The same in the rail, whose entries lead to several pages each.
    #[must_use]
    pub fn current_group(&self, group: &Group) -> &'static str {
        match group.pages {
            [only] => self.current(only.section),
            _ if group.has(self.section) => r#"aria-current="true""#,
            _ => "",
        }
    }

    /// The group whose pages stand as tabs above this page; none where there is nothing to choose from.
    #[must_use]
    pub fn tabs(&self) -> Option<&'static Group> {
        Group::ALL.iter().find(|group| group.has(self.section) && group.pages.len() > 1)
    }
}

/// A page that the navigation leads to, with those that are reached from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// How all is, at one glance.
    #[default]
    Overview,
    /// The people.
    Employees,
    /// Their teams.
    Teams,
    /// What they may do.
    Roles,
    /// Presets for them.
    Templates,
    /// Who does what at the ACD.
    Agents,
    /// Who does not do what is scheduled.
    Adherence,
    /// What the states there stand for in the WFM.
    StatusMapping,
    /// Reasons for being unavailable there.
    Codes,
    /// Where people come from.
    Connections,
    /// Claims on people who are here already.
    TakeOvers,
    /// Who is told what happens there.
    Receivers,
    /// Where people go to.
    Wfm,
    /// What holds for the whole tenant.
    Account,
    /// Who changed what.
    Audit,
}

/// Pages that belong together: one entry of the rail, and the tabs at the top of each of them. A new page goes
/// into a group; the rail has as many entries as fit on a phone.
#[derive(Debug)]
pub struct Group {
    /// What it is called in the rail.
    pub name: &'static str,
    /// The same for narrow screens: eight letters at the most.
    pub short: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its pages in the order of the tabs. The rail leads to the first.
    pub pages: &'static [Entry],
}

/// A page in the navigation.
#[derive(Debug)]
pub struct Entry {
    /// Which one.
    pub section: Section,
    /// Where it is.
    pub href: &'static str,
    /// What its tab says.
    pub name: &'static str,
}

impl Group {
    /// All of them in the rail's order.
    pub const ALL: [Group; 6] = [
        Self::new(("Overview", "Home", "overview"), &[entry(Section::Overview, "/", "Overview")]),
        Self::new(
            ("People", "People", "people"),
            &[
                entry(Section::Employees, "/employees", "Employees"),
                entry(Section::Teams, "/teams", "Teams"),
                entry(Section::Roles, "/roles", "Roles"),
                entry(Section::Templates, "/templates", "Templates"),
            ],
        ),
        Self::new(
            ("Agents", "Agents", "headset"),
            &[
                entry(Section::Agents, "/agents", "Now"),
                entry(Section::Adherence, "/adherence", "Adherence"),
                entry(Section::StatusMapping, "/adherence/mapping", "Status mapping"),
                entry(Section::Codes, "/codes", "Unavailable codes"),
            ],
        ),
        Self::new(
            ("Connections", "SCIM", "plug"),
            &[
                entry(Section::Connections, "/connections", "SCIM connections"),
                entry(Section::TakeOvers, "/take-overs", "Take-over queue"),
                entry(Section::Receivers, "/receivers", "Event receivers"),
            ],
        ),
        Self::new(("WFM", "WFM", "calendar"), &[entry(Section::Wfm, "/wfm", "WFM")]),
        Self::new(
            ("Settings", "Settings", "settings"),
            &[
                entry(Section::Account, "/account", "Account settings"),
                entry(Section::Audit, "/audit", "Audit"),
            ],
        ),
    ];

    const fn new(
        (name, short, icon): (&'static str, &'static str, &'static str),
        pages: &'static [Entry],
    ) -> Self {
        Self { name, short, icon, pages }
    }

    /// Whether a page is one of its own.
    #[must_use]
    pub fn has(&self, section: Section) -> bool {
        self.pages.iter().any(|page| page.section == section)
    }

    /// Where its entry in the rail leads.
    #[must_use]
    pub fn href(&self) -> &'static str {
        self.pages.first().map_or("/", |page| page.href)
    }
}

const fn entry(section: Section, href: &'static str, name: &'static str) -> Entry {
    Entry { section, href, name }
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
