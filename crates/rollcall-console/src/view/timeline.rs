//! Days as pictures: bars below an hour scale. Each kind of time has a colour and a pattern of its own, and a long bar
//! bears its name, so that no colour speaks alone (WCAG 2.2, 1.4.1).

/// As many pixels wide a picture is at least where names stand in bars.
const NARROW_PX: i64 = 300;
/// And in a wide window.
const WIDE_PX: i64 = 760;
/// A letter in a bar, and what is left free beside a name.
const LETTER_PX: i64 = 7;
const BESIDE_PX: i64 = 10;

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// To be there for contacts, and to be there.
    Work,
    /// With a contact.
    Contact,
    /// Work after a contact.
    After,
    /// A break, a lunch.
    Break,
    /// A meeting, a training.
    Meeting,
    /// Other work that is no contacts.
    Other,
    /// Unavailable, and nobody said for what of the above.
    Unavailable,
    /// Not to be at work.
    Off,
    /// Out of adherence.
    Out,
}

impl Look {
    /// The class of its colour.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Work => "k-work",
            Self::Contact => "k-contact",
            Self::After => "k-after",
            Self::Break => "k-break",
            Self::Meeting => "k-meeting",
            Self::Other => "k-other",
            Self::Unavailable => "k-unavailable",
            Self::Off => "k-off",
            Self::Out => "k-out",
        }
    }

    /// The pattern on it.
    #[must_use]
    pub fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Work | Self::Contact | Self::Off => None,
            Self::After => Some("url(#p-after)"),
            Self::Break => Some("url(#p-break)"),
            Self::Meeting => Some("url(#p-meeting)"),
            Self::Other => Some("url(#p-other)"),
            Self::Unavailable => Some("url(#p-unavailable)"),
            Self::Out => Some("url(#p-out)"),
        }
    }

    /// What the legend says of it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Work => "available, open",
            Self::Contact => "with a contact",
            Self::After => "work after a contact",
            Self::Break => "break, lunch",
            Self::Meeting => "meeting, training",
            Self::Other => "other work",
            Self::Unavailable => "unavailable",
            Self::Off => "off",
            Self::Out => "out of adherence",
        }
    }
}

/// What all lines of a picture have in common, in minutes since midnight went by.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The left and the right edge.
    pub shown_min: (i64, i64),
    /// The hours of the scale.
    pub hours: Vec<Hour>,
    /// Now, and what the clock says; on today's picture only.
    pub now: Option<(i64, String)>,
    /// Whose hours they are, by the IANA name of the time zone.
    pub zone: String,
}

/// A mark of the scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The minutes that went by since midnight.
    pub minute: i64,
    /// What the clock says.
    pub label: String,
    /// Every so many hours it comes: the fewer, the sooner it gives way on a narrow page.
    pub every: &'static str,
}

impl Axis {
    /// A place on the picture.
    #[must_use]
    pub fn x(&self, minute: &i64) -> String {
        self.share(minute - self.shown_min.0)
    }

    /// A bar's width.
    #[must_use]
    pub fn width(&self, bar: &Bar) -> String {
        self.share(bar.length)
    }

    /// How a label stands at its place: within the picture.
    #[must_use]
    pub fn anchor(&self, minute: &i64) -> &'static str {
        match *minute {
            at if at <= self.shown_min.0 => "start",
            at if at >= self.shown_min.1 => "end",
            _ => "middle",
        }
    }

    /// Whether the picture shows more than half a day: fewer hours have their label then.
    #[must_use]
    pub fn reach(&self) -> &'static str {
        if self.span() > 12 * 60 { "long" } else { "short" }
    }

    /// In which pictures a bar has room for its name: in all, or in wide ones.
    #[must_use]
    pub fn room(&self, bar: &Bar) -> Option<&'static str> {
        let letters = i64::try_from(bar.name.chars().count()).unwrap_or(i64::MAX);
        let wanted = letters.saturating_mul(LETTER_PX).saturating_add(BESIDE_PX);
        let fits = |px: i64| bar.length * px / self.span() >= wanted;
        match (fits(NARROW_PX), fits(WIDE_PX)) {
            (true, _) => Some("name"),
            (false, true) => Some("name roomy"),
            (false, false) => None,
        }
    }

    /// Whether a bar is long enough to be kept apart from the one before it by a line.
    #[must_use]
    pub fn is_apart(&self, bar: &Bar) -> bool {
        bar.length * 150 > self.span()
    }

    fn span(&self) -> i64 {
        (self.shown_min.1 - self.shown_min.0).max(1)
    }

    fn share(&self, minutes: i64) -> String {
        let thousandths = (minutes * 100_000 / self.span()).clamp(0, 100_000);
        format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
    }
}

/// A bar, in minutes since midnight went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins.
    pub from: i64,
    /// How long it is.
    pub length: i64,
    /// What it stands for.
    pub look: Look,
    /// What is scheduled or done.
    pub name: String,
    /// From when to when, by the clock.
    pub times: String,
}

/// The looks of some bars, each once, in the order of the legend.
#[must_use]
pub fn looks<'a>(bars: impl Iterator<Item = &'a Bar>) -> Vec<Look> {
    let mut looks: Vec<Look> = bars.map(|bar| bar.look).collect();
    looks.sort_unstable();
    looks.dedup();
    looks
}
