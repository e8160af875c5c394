//! `GET /Users` with filter and index paging (RFC 7644 §3.4.2), in a stable order: by id, which is the
//! order of creation.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;

use rollcall_app::scim_person::{PROBE_MAX, Page, ScimPerson, Selection};
use rollcall_scim::{BoundFilter, ErrorKind, ListQuery, ListWriter, Paging, Projection};

use crate::scim::answer;
use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::selection::{self, Chosen};
use crate::scim::{PAGE_SIZE, Scim, request, user};

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
    if query.cursor.is_some() {
        return Err(Failure::new(
            ErrorKind::InvalidCursor,
            "Paging by cursor is not supported here; use startIndex.",
        ));
    }
    let projection = request::projection(query)?;
    let paging = Paging::parse(query.start_index.as_deref(), query.count.as_deref(), PAGE_SIZE)?;
    let page = read(scim, &caller, query, paging).await?;
    let mut body = Vec::with_capacity(
        256 + page.people.iter().map(|person| person.resource.len() + 400).sum::<usize>(),
    );
    write(&mut body, &page, paging, &caller, &projection);
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

async fn read(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    paging: Paging,
) -> Result<Page, Failure> {
    let offset = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let count = usize::try_from(paging.count).unwrap_or(usize::MAX);
    match selection::choose(query.filter.as_deref(), caller.schemas(), &scim.limits)? {
        Chosen::Nobody => Ok(Page::default()),
        Chosen::Exactly(selection) => fetch(scim, caller, selection, offset, count).await,
        Chosen::Matching(selection, filter) => {
            let found = fetch(scim, caller, selection, 0, usize::MAX).await?;
            if found.total >= PROBE_MAX {
                return Err(Failure::new(
                    ErrorKind::TooMany,
                    format!("{PROBE_MAX} users or more share this value; ask for another one."),
                ));
            }
            let matching: Vec<_> = found
                .people
                .into_iter()
                .filter(|person| fulfils(person, &filter, &caller.base_url))
                .collect();
            let total = matching.len();
            Ok(Page { total, people: matching.into_iter().skip(offset).take(count).collect() })
        }
    }
}

async fn fetch(
    scim: &Scim,
    caller: &Caller,
    selection: Selection,
    offset: usize,
    count: usize,
) -> Result<Page, Failure> {
    let page = scim.app.scim_people(&caller.access, selection, offset, count).await;
    page.map_err(|error| Failure::storage(&error))
}

fn fulfils(person: &Arc<ScimPerson>, filter: &BoundFilter, base_url: &str) -> bool {
    filter.matches(&user::parse(person, base_url))
}

fn write(
    body: &mut Vec<u8>,
    page: &Page,
    paging: Paging,
    caller: &Caller,
    projection: &Projection,
) {
    let mut resource = Vec::with_capacity(1_024);
    let mut writer = ListWriter::start(body, page.total as u64, paging.start_index);
    for person in &page.people {
        resource.clear();
        user::write_projected(
            &mut resource,
            person,
            &caller.base_url,
            projection,
            caller.schemas(),
        );
        writer.push(&resource);
    }
    writer.finish();
}
