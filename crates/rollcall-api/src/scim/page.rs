//! Which part of a list an answer shows: by index (RFC 7644 §3.4.2.4) or by cursor (RFC 9865).

use rollcall_scim::{Cursor, ErrorKind, ListQuery, ListWriter, Paging, Sort, SortKey};
use serde_json::{Value, json};

use rollcall_app::secret;

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::service::{PAGE_SIZE, Scim};

/// How long a cursor leads on, in seconds.
pub(crate) const CURSOR_LIFETIME_S: u32 = 3_600;
/// A page of a ranking that is larger than this could not be kept in memory for everyone who asks.
const RANKING_MAX_BYTES: usize = 64 << 20;
/// The resources of an answer may be so large together; what does not fit any more comes with the next page (RFC 7644
/// §3.4.2.4: a page may have fewer than were asked for). A thousand users of ordinary size have two.
const ANSWER_MAX_BYTES: usize = 8 << 20;
/// As many resources are read at once, so that no more than these are read in vain.
pub(crate) const PIECE: usize = 250;
/// What an entry takes beside its text.
const ENTRY_BYTES: usize = 64;

/// The part that is asked for.
#[derive(Debug)]
pub(crate) enum Window {
    /// By index.
    Index(Paging),
    /// What comes behind a place in the order; `None` for the beginning.
    Cursor { after: Option<Place>, count: usize },
}

/// A place in the order of a list: behind this resource.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    key: SortKey,
    id: String,
}

impl Window {
    /// Reads the parameters. A cursor works for the query that it came from, and for its connection.
    pub(crate) fn read(
        scim: &Scim,
        caller: &Caller,
        query: &ListQuery<'_>,
        endpoint: &str,
    ) -> Result<Self, Failure> {
        let Some(cursor) = &query.cursor else {
            let (start, count) = (query.start_index.as_deref(), query.count.as_deref());
            return Ok(Self::Index(Paging::parse(start, count, PAGE_SIZE)?));
        };
        // RFC 9865 §2.3: with a cursor, a count that is no number above zero has an error of its own.
        let count = match query.count.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => PAGE_SIZE.default,
            Some(text) => match text.parse::<u32>() {
                Ok(count) if count > 0 => count.min(PAGE_SIZE.most),
                _ => {
                    let detail = format!("count is {text:?}; with a cursor it is 1 or more.");
                    return Err(Failure::new(ErrorKind::InvalidCount, detail));
                }
            },
        };
        let after = match cursor.trim() {
            "" => None,
            text => Some(open(scim, caller, query, endpoint, text)?),
        };
        Ok(Self::Cursor { after, count: usize::try_from(count).unwrap_or(usize::MAX) })
    }

    /// The id of the resource behind which the part begins.
    pub(crate) fn after(&self) -> Option<&str> {
        match self {
            Self::Cursor { after: Some(place), .. } => Some(&place.id),
            _ => None,
        }
    }

    /// Begins the answer.
    pub(crate) fn start<'a>(
        &self,
        buffer: &'a mut Vec<u8>,
        total: usize,
        next_cursor: Option<&str>,
    ) -> ListWriter<'a> {
        match self {
            Self::Index(paging) => ListWriter::start(buffer, total as u64, paging.start_index),
            Self::Cursor { .. } => ListWriter::start_at_cursor(buffer, total as u64, next_cursor),
        }
    }
}

impl Place {
    /// Behind a resource of a list that is in the order of ids.
    pub(crate) fn behind(id: &impl ToString) -> Self {
        Self { key: SortKey::Missing, id: id.to_string() }
    }

    /// The cursor that leads on from here. Only characters that a URL does not escape.
    pub(crate) fn cursor(
        &self,
        scim: &Scim,
        caller: &Caller,
        query: &ListQuery<'_>,
        endpoint: &str,
    ) -> Result<String, Failure> {
        let cursor = Cursor {
            query: fingerprint(query, endpoint),
            ends_at_s: scim.app.now().as_second() + i64::from(CURSOR_LIFETIME_S),
            key: self.key.clone(),
            id: self.id.clone(),
        };
        let sealed = scim.app.sealer().seal(&cursor.to_text(), &bound_to(caller));
        let sealed = sealed.map_err(|_| {
            Failure::new(ErrorKind::Internal, "The server has no random bytes for a cursor.")
        })?;
        Ok(sealed.replace(':', "."))
    }
}

fn open(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    endpoint: &str,
    cursor: &str,
) -> Result<Place, Failure> {
    let invalid = || {
        let detail = "The cursor is none that this connection was given for this query.";
        Failure::new(ErrorKind::InvalidCursor, detail)
    };
    let opened = scim.app.sealer().open(&cursor.replace('.', ":"), &bound_to(caller));
    let opened = opened.map_err(|_| invalid())?;
    let cursor =
        Cursor::parse(secrecy::ExposeSecret::expose_secret(&opened)).ok_or_else(invalid)?;
    if cursor.query != fingerprint(query, endpoint) {
        return Err(invalid());
    }
    if scim.app.now().as_second() >= cursor.ends_at_s {
        let detail = "The cursor is older than an hour; begin again without one.";
        return Err(Failure::new(ErrorKind::ExpiredCursor, detail));
    }
    Ok(Place { key: cursor.key, id: cursor.id })
}

/// A cursor of one connection is worth nothing at another.
fn bound_to(caller: &Caller) -> String {
    format!("scim_cursor/{}", caller.access.connection)
}

/// What a cursor's query asked for, cut short: another query has another one.
fn fingerprint(query: &ListQuery<'_>, endpoint: &str) -> String {
    let asked = json!([endpoint, query.filter, query.sort_by, query.sort_order]);
    let mut hash = secret::hash(&asked.to_string());
    hash.truncate(32);
    hash
}

/// Everything that a query asks for, by sort key and id.
#[derive(Debug)]
pub(crate) struct Ranking<Id> {
    sort: Option<Sort>,
    entries: Vec<(SortKey, Id)>,
    bytes: usize,
}

/// The part of a ranking that a window shows.
#[derive(Debug)]
pub(crate) struct Cut<Id> {
    pub(crate) total: usize,
    entries: Vec<(SortKey, Id)>,
    /// Whether there are more behind it.
    more: bool,
}

impl<Id: Copy + PartialEq + ToString> Cut<Id> {
    /// What is to be shown, in order.
    pub(crate) fn ids(&self) -> Vec<Id> {
        self.entries.iter().map(|(_, id)| *id).collect()
    }

    /// Where the next page begins: behind the last one, or behind the last that was `shown` where not all were.
    pub(crate) fn next(&self, shown: Shown<Id>) -> Option<Place> {
        let last = match shown {
            Shown::All => self.entries.last().filter(|_| self.more),
            Shown::UpTo(id) => self.entries.iter().find(|(_, one)| *one == id),
        };
        last.map(|(key, id)| Place { key: key.clone(), id: id.to_string() })
    }
}

/// How much of a part went into the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown<Id> {
    /// All of it.
    All,
    /// What did not fit was left for the next page; this is the last that did.
    UpTo(Id),
}

/// What an answer has room for. The first resource fits, however large it is: each page leads on.
#[derive(Debug, Default)]
pub(crate) struct Room {
    bytes: usize,
}

impl Room {
    /// Takes so many bytes more, if they fit.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let all = self.bytes.saturating_add(bytes);
        if self.bytes > 0 && all > ANSWER_MAX_BYTES {
            return false;
        }
        self.bytes = all;
        true
    }
}

impl<Id: Copy + Ord + ToString> Ranking<Id> {
    pub(crate) fn new(sort: Option<Sort>) -> Self {
        Self { sort, entries: Vec::new(), bytes: 0 }
    }

    /// Takes a resource in. Tells whether there is room for more.
    pub(crate) fn take(&mut self, id: Id, resource: &serde_json::Map<String, Value>) -> bool {
        let key = self.sort.map_or(SortKey::Missing, |sort| sort.key(resource));
        self.take_keyed(id, key)
    }

    /// The same where nothing is sorted by.
    pub(crate) fn take_keyed(&mut self, id: Id, key: SortKey) -> bool {
        self.bytes += key.weight() + ENTRY_BYTES;
        self.entries.push((key, id));
        self.bytes <= RANKING_MAX_BYTES
    }

    /// Puts all in order and cuts the window out of it.
    pub(crate) fn cut(mut self, window: &Window) -> Cut<Id> {
        let sort = self.sort;
        let compare = |left: &SortKey, right: &SortKey| {
            sort.map_or(std::cmp::Ordering::Equal, |sort| sort.compare(left, right))
        };
        self.entries
            .sort_by(|left, right| compare(&left.0, &right.0).then_with(|| left.1.cmp(&right.1)));
        let total = self.entries.len();
        let (from, count) = match window {
            Window::Index(paging) => (
                usize::try_from(paging.offset()).unwrap_or(usize::MAX),
                usize::try_from(paging.count).unwrap_or(usize::MAX),
            ),
            Window::Cursor { after: None, count } => (0, *count),
            Window::Cursor { after: Some(place), count } => {
                let stands_before = |entry: &(SortKey, Id)| {
                    compare(&entry.0, &place.key)
                        .then_with(|| entry.1.to_string().as_str().cmp(&place.id))
                        .is_le()
                };
                (self.entries.partition_point(stands_before), *count)
            }
        };
        let entries: Vec<_> = self.entries.into_iter().skip(from).take(count).collect();
        let more = from.saturating_add(entries.len()) < total;
        Cut { total, entries, more }
    }
}
