//! `POST /.search` (RFC 7644 §3.4.3): one list of all resources, users first. A type whose schemas lack what
//! the filter names has nothing that fulfils it.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use rollcall_scim::{ErrorKind, ListQuery, ListWriter, Paging};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::page::Window;
use crate::scim::service::{PAGE_SIZE, Scim};
use crate::scim::{answer, body, groups, request, users};

/// One page of everything.
pub(crate) async fn search(
    State(scim): State<Scim>,
    caller: Caller,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let body = body::read((&headers, &caller.note), sent, &scim.limits).await?;
    let query = ListQuery::from_search(body, &caller.dialect)?;
    if query.cursor.is_some() {
        let detail =
            "A search over all types is paged by index; search /Users or /Groups by cursor.";
        return Err(Failure::new(ErrorKind::InvalidCursor, detail));
    }
    let projection = request::projection(&query)?;
    let paging = Paging::parse(query.start_index.as_deref(), query.count.as_deref(), PAGE_SIZE)?;
    let (offset, count) = (paging.offset(), paging.count);

    let people = users::list::read(&scim, &caller, &query, &Window::Index(paging)).await;
    let users_total = people.as_ref().map_or(0, |page| page.total) as u64;
    let left = count.saturating_sub(shown(people.as_ref().map_or(0, |page| page.people.len())));
    let rest = Paging { start_index: offset.saturating_sub(users_total) + 1, count: left };
    let found = groups::list::read(&scim, &caller, &query, &Window::Index(rest)).await;
    // What neither type can answer is refused as the users refuse it.
    let (people, found) = match (people, found) {
        (Err(refusal), Err(_)) => return Err(refusal),
        (Err(refusal), Ok(_)) | (Ok(_), Err(refusal)) if !refusal.is_about_names() => {
            return Err(refusal);
        }
        (people, found) => (people.ok(), found.ok()),
    };
    let total = users_total + found.as_ref().map_or(0, |page| page.total) as u64;
    let mut bytes = Vec::with_capacity(16 * 1_024);
    let mut writer = ListWriter::start(&mut bytes, total, paging.start_index);
    let mut resource = Vec::with_capacity(1_024);
    for person in people.iter().flat_map(|page| &page.people) {
        resource.clear();
        users::list::write(&mut resource, person, &caller, &projection);
        writer.push(&resource);
    }
    for group in found.iter().flat_map(|page| &page.groups) {
        writer.push(&groups::list::written(&scim, &caller, group, &projection).await?);
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type, bytes))
}

fn shown(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}
