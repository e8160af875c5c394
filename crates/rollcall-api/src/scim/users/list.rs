//! `GET /Users` with filter, order and paging (RFC 7644 §3.4.2, RFC 9865), where nothing is sorted by in the
//! order of ids, which is the order of creation.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;

use rollcall_app::scim_person::{Narrowing, Next, PROBE_MAX, Scanned, ScimPerson, Selection};
use rollcall_domain::EmployeeId;
use rollcall_scim::{BoundFilter, ErrorKind, ListQuery, Projection, Sort};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::page::{PIECE, Place, Ranking, Room, Shown, Window};
use crate::scim::selection::{self, Chosen};
use crate::scim::service::Scim;
use crate::scim::{answer, request, user};

/// What cursors of this list belong to.
const ENDPOINT: &str = "/Users";

/// The people of a page, and where the next one begins.
pub(crate) struct Page {
    pub(crate) total: usize,
    pub(crate) people: Vec<Arc<ScimPerson>>,
    /// How much of what was asked for that is.
    pub(crate) shown: Shown<EmployeeId>,
    next: Option<Place>,
}

/// What a user takes in an answer beside the resource as it is kept.
const BESIDE_BYTES: usize = 400;

/// People for an answer, as far as they fit.
#[derive(Default)]
struct Pile {
    people: Vec<Arc<ScimPerson>>,
    room: Room,
    full: bool,
}

impl Pile {
    fn take(&mut self, more: Vec<Arc<ScimPerson>>) {
        for person in more {
            self.full = self.full || !self.room.take(person.resource.len() + BESIDE_BYTES);
            if self.full {
                return;
            }
            self.people.push(person);
        }
    }

    fn shown(&self) -> Shown<EmployeeId> {
        let last = self.people.last().filter(|_| self.full);
        last.map_or(Shown::All, |person| Shown::UpTo(person.id))
    }
}

/// One page of users.
pub(crate) async fn list(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    serve(&scim, caller, &request::query(query.as_deref())?).await
}

/// The page that a query asks for, however it came.
pub(crate) async fn serve(
    scim: &Scim,
    caller: Caller,
    query: &ListQuery<'_>,
) -> Result<Response, Failure> {
    let projection = request::projection(query)?;
    let window = Window::read(scim, &caller, query, ENDPOINT)?;
    let page = read(scim, &caller, query, &window).await?;
    let next = match &page.next {
        Some(place) => Some(place.cursor(scim, &caller, query, ENDPOINT)?),
        None => None,
    };
    let mut body = Vec::with_capacity(
        256 + page.people.iter().map(|person| person.resource.len() + BESIDE_BYTES).sum::<usize>(),
    );
    caller.note.effect(format!("found {}", page.total));
    let mut writer = window.start(&mut body, page.total, next.as_deref());
    let mut resource = Vec::with_capacity(1_024);
    for person in &page.people {
        resource.clear();
        write(&mut resource, person, &caller, &projection);
        writer.push(&resource);
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

/// Writes one user of a page.
pub(crate) fn write(
    buffer: &mut Vec<u8>,
    person: &ScimPerson,
    caller: &Caller,
    projection: &Projection,
) {
    user::write_projected(buffer, person, &caller.base_url, projection, caller.schemas());
}

/// The part of a list that a window shows.
pub(crate) async fn read(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    window: &Window,
) -> Result<Page, Failure> {
    let schemas = caller.schemas();
    let sort = Sort::parse(query.sort_by.as_deref(), query.sort_order.as_deref(), schemas)?;
    let chosen = selection::choose(query.filter.as_deref(), schemas, &scim.limits)?;
    match (chosen, window) {
        (Chosen::Exactly(selection), Window::Index(paging)) if sort.is_none() => {
            let offset = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
            let count = usize::try_from(paging.count).unwrap_or(usize::MAX);
            by_index(scim, caller, selection, (offset, count)).await
        }
        (Chosen::Exactly(Selection::All(narrowing)), Window::Cursor { count, .. })
            if sort.is_none() && narrowing == Narrowing::default() =>
        {
            walk(scim, caller, window, *count).await
        }
        (chosen, _) => {
            let ranking = rank(scim, caller, query, chosen, sort).await?;
            let cut = ranking.cut(window);
            let mut pile = Pile::default();
            for ids in cut.ids().chunks(PIECE) {
                let people = scim.app.people_of(&caller.access, ids).await;
                pile.take(people.map_err(|error| Failure::storage(&error))?);
                if pile.full {
                    break;
                }
            }
            let shown = pile.shown();
            Ok(Page { total: cut.total, next: cut.next(shown), shown, people: pile.people })
        }
    }
}

/// A part of a list in the order of ids, read in pieces.
async fn by_index(
    scim: &Scim,
    caller: &Caller,
    selection: Selection,
    (offset, count): (usize, usize),
) -> Result<Page, Failure> {
    let mut pile = Pile::default();
    loop {
        let (taken, last) = (pile.people.len(), pile.people.last().map(|person| person.id));
        let piece = PIECE.min(count - taken);
        let place = (offset.saturating_add(taken), piece);
        let page = match last {
            None => fetch(scim, caller, selection.clone(), place.0, piece).await?,
            Some(last) => behind(scim, caller, &selection, place, last).await?,
        };
        let came = page.people.len();
        pile.take(page.people);
        if came < piece || pile.full || pile.people.len() >= count {
            let shown = pile.shown();
            return Ok(Page { total: page.total, people: pile.people, shown, next: None });
        }
    }
}

/// The piece behind somebody, who stood before the place when they were read. Whoever left since then moved the others
/// up, so it is looked back until they, or somebody before them, are met: nobody who stays is passed over.
async fn behind(
    scim: &Scim,
    caller: &Caller,
    selection: &Selection,
    (place, piece): (usize, usize),
    last: EmployeeId,
) -> Result<rollcall_app::scim_person::Page, Failure> {
    let mut from = place.saturating_sub(1);
    loop {
        let count = piece.saturating_add(place - from);
        let mut page = fetch(scim, caller, selection.clone(), from, count).await?;
        if from == 0 || page.people.first().is_some_and(|person| person.id <= last) {
            page.people.retain(|person| person.id > last);
            page.people.truncate(piece);
            return Ok(page);
        }
        from = from.saturating_sub(PIECE);
    }
}

/// The next part of everyone, for a client that reads all by cursor.
async fn walk(
    scim: &Scim,
    caller: &Caller,
    window: &Window,
    count: usize,
) -> Result<Page, Failure> {
    let all = Selection::All(Narrowing::default());
    let total = fetch(scim, caller, all, 0, 0).await?.total;
    let mut pile = Pile::default();
    let mut after = window.after().and_then(user::id);
    loop {
        let piece = PIECE.min(count - pile.people.len());
        let people = scim.app.people_after(&caller.access, after, piece.saturating_add(1)).await;
        let mut people = people.map_err(|error| Failure::storage(&error))?;
        let more = people.len() > piece;
        people.truncate(piece);
        pile.take(people);
        let last = pile.people.last().map(|person| person.id);
        if !more || pile.full || pile.people.len() >= count {
            let next = last.filter(|_| more || pile.full).map(|id| Place::behind(&id));
            return Ok(Page { total, shown: pile.shown(), people: pile.people, next });
        }
        after = last;
    }
}

/// Everyone whom a query asks for, in its order.
async fn rank(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    chosen: Chosen,
    sort: Option<Sort>,
) -> Result<Ranking<EmployeeId>, Failure> {
    let mut ranking = Ranking::new(sort);
    match chosen {
        Chosen::Nobody => Ok(ranking),
        Chosen::Exactly(probe @ Selection::Probe(_)) => {
            for person in fetch(scim, caller, probe, 0, usize::MAX).await?.people {
                ranking.take(person.id, &user::parse(&person, &caller.base_url));
            }
            Ok(ranking)
        }
        Chosen::Matching(probe, filter) => {
            let found = fetch(scim, caller, probe, 0, usize::MAX).await?;
            if found.total >= PROBE_MAX {
                let detail =
                    format!("{PROBE_MAX} users or more share this value; ask for another one.");
                return Err(Failure::new(ErrorKind::TooMany, detail));
            }
            for person in &found.people {
                let resource = user::parse(person, &caller.base_url);
                if filter.matches(&resource) {
                    ranking.take(person.id, &resource);
                }
            }
            Ok(ranking)
        }
        Chosen::Exactly(Selection::All(_)) => {
            let filter = selection::bind(query.filter.as_deref(), caller.schemas(), &scim.limits)?;
            look(scim, caller, filter, ranking).await
        }
        Chosen::Scan(filter) => look(scim, caller, Some(filter), ranking).await,
    }
}

/// Looks at everyone.
async fn look(
    scim: &Scim,
    caller: &Caller,
    filter: Option<BoundFilter>,
    ranking: Ranking<EmployeeId>,
) -> Result<Ranking<EmployeeId>, Failure> {
    let base_url = caller.base_url.clone();
    let scanned = scim.app.scan_people(&caller.access, ranking, move |ranking, person| {
        let resource = user::parse(person, &base_url);
        let counts = filter.as_ref().is_none_or(|filter| filter.matches(&resource));
        if !counts || ranking.take(person.id, &resource) { Next::On } else { Next::Stop }
    });
    match scanned.await.map_err(|error| Failure::storage(&error))? {
        Scanned::Whole(ranking) => Ok(ranking),
        Scanned::BrokenOff => Err(Failure::new(
            ErrorKind::TooMany,
            "No index serves this filter or order, and there are too many users to look at all of them. Filter by userName, externalId, id or an e-mail address too.",
        )),
    }
}

async fn fetch(
    scim: &Scim,
    caller: &Caller,
    selection: Selection,
    offset: usize,
    count: usize,
) -> Result<rollcall_app::scim_person::Page, Failure> {
    let page = scim.app.scim_people(&caller.access, selection, offset, count).await;
    page.map_err(|error| Failure::storage(&error))
}
