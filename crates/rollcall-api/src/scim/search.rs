//! `POST /.search` (RFC 7644 §3.4.3) and `GET` of the base (§3.4.2.1): one list of all resources, users first. An
//! attribute that a type does not have is one without a value.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use rollcall_scim::{ErrorKind, Filter, ListQuery, ListWriter, Paging, Restricted, Schemas, Sort};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::page::{Room, Shown, Window};
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::{PAGE_SIZE, Scim};
use crate::scim::{answer, body, groups, request, users};

/// One page of everything, asked for by the address of the base.
pub(crate) async fn list(
    State(scim): State<Scim>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    serve(&scim, &caller, &request::query(query.as_deref())?).await
}

/// One page of everything.
pub(crate) async fn search(
    State(scim): State<Scim>,
    caller: Caller,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    let body = body::read((&headers, &caller.note), sent, &scim.limits).await?;
    serve(&scim, &caller, &ListQuery::from_search(body, &caller.dialect)?).await
}

async fn serve(scim: &Scim, caller: &Caller, query: &ListQuery<'_>) -> Result<Response, Failure> {
    if query.cursor.is_some() {
        let detail =
            "A search over all types is paged by index; search /Users or /Groups by cursor.";
        return Err(Failure::new(ErrorKind::InvalidCursor, detail));
    }
    let projection = request::projection(query)?;
    let paging = Paging::parse(query.start_index.as_deref(), query.count.as_deref(), PAGE_SIZE)?;
    let (offset, count) = (paging.offset(), paging.count);

    let (of_users, of_groups) = parted(scim, caller, query)?;
    let people = match &of_users {
        Some(query) => Some(users::list::read(scim, caller, query, &Window::Index(paging)).await?),
        None => None,
    };
    let users_total = people.as_ref().map_or(0, |page| page.total) as u64;
    let users = people.as_ref().map_or(0, |page| page.people.len());
    // Where users had to be left out, groups would stand in their places.
    let whole = people.as_ref().is_none_or(|page| page.shown == Shown::All);
    let left = if whole { count.saturating_sub(shown(users)) } else { 0 };
    let rest = Paging { start_index: offset.saturating_sub(users_total) + 1, count: left };
    let found = match &of_groups {
        Some(query) => Some(groups::list::read(scim, caller, query, &Window::Index(rest)).await?),
        None => None,
    };
    let total = users_total + found.as_ref().map_or(0, |page| page.cut.total) as u64;
    caller.note.effect(format!("found {total}"));
    let mut bytes = Vec::with_capacity(16 * 1_024);
    let mut writer = ListWriter::start(&mut bytes, total, paging.start_index);
    let mut resource = Vec::with_capacity(1_024);
    let mut room = Room::default();
    for person in people.iter().flat_map(|page| &page.people) {
        resource.clear();
        users::list::write(&mut resource, person, caller, &projection);
        // They fit, or would not be there.
        let _ = room.take(resource.len());
        writer.push(&resource);
    }
    if let Some(page) = &found {
        let written = groups::list::write(scim, caller, &page.groups, (&projection, room)).await?;
        written.groups.iter().for_each(|group| writer.push(group));
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type.clone(), bytes))
}

/// The query as it concerns users and as it concerns groups; `None` where nothing of the type can be meant.
fn parted<'a>(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'a>,
) -> Result<(Option<ListQuery<'a>>, Option<ListQuery<'a>>), Failure> {
    let types = [caller.schemas(), &GROUP_SCHEMAS];
    let filter = query.filter.as_deref();
    let filter = filter.map(|text| Filter::parse(text, &scim.limits)).transpose()?;
    if let Some(filter) = &filter {
        filter.check_names(&types)?;
    }
    let order = |schemas| {
        Sort::parse(query.sort_by.as_deref(), query.sort_order.as_deref(), schemas).map(|_| ())
    };
    let [users, groups] = types.map(order);
    if let (Err(refusal), Err(_)) = (&users, &groups) {
        return Err(refusal.clone().into());
    }
    let part = |schemas: &Schemas, sorted: bool| {
        let mut own = query.clone();
        if !sorted {
            own.sort_by = None;
        }
        match filter.as_ref().map(|filter| filter.restricted(schemas)) {
            None => Some(own),
            Some(Restricted::Nothing) => None,
            Some(Restricted::Everything) => Some(ListQuery { filter: None, ..own }),
            Some(Restricted::To(rest)) => {
                Some(ListQuery { filter: Some(rest.to_string().into()), ..own })
            }
        }
    };
    let [own, other] = types;
    Ok((part(own, users.is_ok()), part(other, groups.is_ok())))
}

fn shown(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}
