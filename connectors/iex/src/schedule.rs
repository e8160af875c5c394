//! Schedules as IEX tells them, and how they become ours. An entry that cannot be understood is left out and
//! counted; it does not hinder the others.

use rollcall_connector::schedule::{
    AgentActivity, ScheduleChange, ScheduleChanges, SchedulePage, ScheduleSource,
};
use rollcall_connector::wfm::Answer;
use rollcall_domain::wfm::schedule::{Activity, Window};

use crate::Iex;
use crate::mapping::agent_number;
use crate::wire;

impl ScheduleSource for Iex {
    fn window<'a>(&'a self, window: Window, cursor: Option<&'a str>) -> Answer<'a, SchedulePage> {
        Box::pin(async move {
            Ok(page(self.client.schedules((window.from, window.until), cursor).await?))
        })
    }

    fn changes<'a>(&'a self, cursor: &'a str) -> Answer<'a, ScheduleChanges> {
        Box::pin(async move { Ok(changes(self.client.schedule_changes(cursor).await?)) })
    }
}

fn page(page: wire::Schedules) -> SchedulePage {
    let (count, activities) = (page.activities.len(), page.activities.into_iter());
    let activities: Vec<_> = activities.filter_map(activity).collect();
    SchedulePage {
        unreadable: missing(count, activities.len()),
        activities,
        next_cursor: page.next_cursor,
        changes_cursor: page.changes_cursor,
    }
}

fn changes(page: wire::ScheduleChanges) -> ScheduleChanges {
    let mut unreadable = 0;
    let change = |change| match change {
        wire::Change::Deleted { activity_id } => ScheduleChange::Deleted(activity_id),
        wire::Change::Put { activity: put } => {
            let id = put.activity_id.clone();
            activity(put).map_or_else(
                || {
                    unreadable += 1;
                    // What it was before, it is no more.
                    ScheduleChange::Deleted(id)
                },
                ScheduleChange::Put,
            )
        }
    };
    let changes = page.changes.into_iter().map(change).collect();
    ScheduleChanges { changes, unreadable, next_cursor: page.next_cursor, more: page.more }
}

fn activity(wire: wire::Activity) -> Option<AgentActivity> {
    let activity = Activity {
        external_id: wire.activity_id,
        name: wire.activity_name,
        code: wire.activity_code.filter(|code| !code.is_empty()),
        starts_at: wire.start_time_utc.parse().ok()?,
        ends_at: wire.end_time_utc.parse().ok()?,
    };
    let agent_number = agent_number(&wire.uuid)?;
    Some(AgentActivity { agent_number, activity: activity.parse().ok()? })
}

fn missing(came: usize, taken: usize) -> u64 {
    u64::try_from(came.saturating_sub(taken)).unwrap_or(u64::MAX)
}
