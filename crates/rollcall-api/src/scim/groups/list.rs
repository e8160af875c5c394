//! `GET /Groups` with filter, order and paging (RFC 7644 §3.4.2, RFC 9865). There are thousands of groups at
//! the most; their members may be many more, and are read for the page only.

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use rollcall_app::scim_group::{Membered, ScimGroup, Seen};
use rollcall_domain::GroupId;
use rollcall_scim::{BoundFilter, ListQuery, Projection, Sort};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::groups::selection::{self, Chosen};
use crate::scim::page::{Cut, Ranking, Room, Shown, Window};
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::service::Scim;
use crate::scim::{answer, group, groups, request};

/// What cursors of this list belong to.
const ENDPOINT: &str = "/Groups";

/// The groups that a page may show.
pub(crate) struct Page {
    pub(crate) cut: Cut<GroupId>,
    pub(crate) groups: Vec<ScimGroup>,
}

/// What a page shows: groups as JSON, and how many of them fit.
pub(crate) struct Written {
    pub(crate) groups: Vec<Vec<u8>>,
    pub(crate) shown: Shown<GroupId>,
}

/// One page of groups.
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
    let written = write(scim, &caller, &page.groups, (&projection, Room::default())).await?;
    let next = match &page.cut.next(written.shown) {
        Some(place) => Some(place.cursor(scim, &caller, query, ENDPOINT)?),
        None => None,
    };
    caller.note.effect(format!("found {}", page.cut.total));
    let bytes = written.groups.iter().map(|group| group.len() + 1).sum::<usize>();
    let mut body = Vec::with_capacity(256 + bytes);
    let mut writer = window.start(&mut body, page.cut.total, next.as_deref());
    written.groups.iter().for_each(|group| writer.push(group));
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

/// The part of a list that a window shows.
pub(crate) async fn read(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    window: &Window,
) -> Result<Page, Failure> {
    let order = query.sort_order.as_deref();
    let sort = Sort::parse(query.sort_by.as_deref(), order, &GROUP_SCHEMAS)?;
    let found = match selection::choose(query.filter.as_deref(), &scim.limits)? {
        Chosen::All => bare(scim.app.membered_groups(&caller.access, Seen::Named(vec![])).await?),
        Chosen::Named(name) => Vec::from_iter(scim.app.find_group(&caller.access, name).await?),
        Chosen::Matching(filter, seen) => {
            let mut all = scim.app.membered_groups(&caller.access, seen).await?;
            all.retain(|found| fulfils(found, &filter, caller));
            bare(all)
        }
    };
    let mut ranking = Ranking::new(sort);
    for found in &found {
        ranking.take(found.id, &group::resource(found, None, &caller.base_url));
    }
    let cut = ranking.cut(window);
    let mut found: HashMap<GroupId, ScimGroup> =
        found.into_iter().map(|found| (found.id, found)).collect();
    let groups = cut.ids().iter().filter_map(|id| found.remove(id)).collect();
    Ok(Page { cut, groups })
}

fn bare(all: Vec<Membered>) -> Vec<ScimGroup> {
    all.into_iter().map(|found| found.group).collect()
}

fn fulfils(found: &Membered, filter: &BoundFilter, caller: &Caller) -> bool {
    filter.matches(&group::resource(&found.group, Some(&found.members), &caller.base_url))
}

/// Writes groups with their members, as far as there is room: a group has as many members as there are people.
pub(crate) async fn write(
    scim: &Scim,
    caller: &Caller,
    groups: &[ScimGroup],
    (projection, mut room): (&Projection, Room),
) -> Result<Written, Failure> {
    let mut written = Vec::with_capacity(groups.len());
    let mut last = None;
    for found in groups {
        let group = one(scim, caller, found, projection).await?;
        if !room.take(group.len()) {
            return Ok(Written { groups: written, shown: last.map_or(Shown::All, Shown::UpTo) });
        }
        written.push(group);
        last = Some(found.id);
    }
    Ok(Written { groups: written, shown: Shown::All })
}

async fn one(
    scim: &Scim,
    caller: &Caller,
    found: &ScimGroup,
    projection: &Projection,
) -> Result<Vec<u8>, Failure> {
    let members = if groups::shows_members(projection) {
        Some(scim.app.group_members(&caller.access, found.id, usize::MAX).await?)
    } else {
        None
    };
    let mut resource = group::resource(found, members.as_deref(), &caller.base_url);
    projection.apply(&mut resource, &GROUP_SCHEMAS);
    Ok(Value::Object(resource).to_string().into_bytes())
}
