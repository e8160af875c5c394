//! `GET /Groups` with filter and index paging (RFC 7644 §3.4.2), by id.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use rollcall_app::scim_group::{Membered, ScimGroup};
use rollcall_scim::{ErrorKind, ListQuery, ListWriter, Paging, Projection};

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;
use crate::scim::groups::selection::{self, Chosen};
use crate::scim::schema::GROUP_SCHEMAS;
use crate::scim::{PAGE_SIZE, Scim, answer, group, groups, request};

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
    if query.cursor.is_some() {
        let detail = "Paging by cursor is not supported here; use startIndex.";
        return Err(Failure::new(ErrorKind::InvalidCursor, detail));
    }
    let projection = request::projection(query)?;
    let paging = Paging::parse(query.start_index.as_deref(), query.count.as_deref(), PAGE_SIZE)?;
    let (total, page) = read(scim, &caller, query, paging).await?;
    let mut body = Vec::with_capacity(256 + page.len() * 400);
    let mut writer = ListWriter::start(&mut body, total as u64, paging.start_index);
    for found in &page {
        writer.push(&written(scim, &caller, found, &projection).await?);
    }
    writer.finish();
    Ok(answer::json(StatusCode::OK, caller.media_type, body))
}

async fn read(
    scim: &Scim,
    caller: &Caller,
    query: &ListQuery<'_>,
    paging: Paging,
) -> Result<(usize, Vec<ScimGroup>), Failure> {
    let offset = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let count = usize::try_from(paging.count).unwrap_or(usize::MAX);
    let found: Vec<ScimGroup> = match selection::choose(query.filter.as_deref(), &scim.limits)? {
        Chosen::All => return Ok(scim.app.scim_groups(&caller.access, offset, count).await?),
        Chosen::Named(name) => {
            scim.app.find_group(&caller.access, name).await?.into_iter().collect()
        }
        Chosen::Matching(filter, seen) => {
            let fulfils = |found: &Membered| {
                filter.matches(&group::resource(
                    &found.group,
                    Some(&found.members),
                    &caller.base_url,
                ))
            };
            let all = scim.app.membered_groups(&caller.access, seen).await?;
            all.into_iter().filter(fulfils).map(|found| found.group).collect()
        }
    };
    let total = found.len();
    Ok((total, found.into_iter().skip(offset).take(count).collect()))
}

async fn written(
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
