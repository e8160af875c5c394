//! A made-up person's own page.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::calendar::CalendarAddress;
use rollcall_console::view::my_day::day::{MyDayPage, StateChoice};
use rollcall_console::view::shell::Section;

use super::schedule;
use crate::sample::{ago, at_acd};
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

pub(crate) async fn show(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Agents, "/my-day", &query, &headers);
    let logged_in = !wish.is("out");
    let at_acd = at_acd(logged_in);
    let choice = |label: &str| StateChoice {
        value: label.to_lowercase(),
        label: label.into(),
        is_present: label == "Lunch",
    };
    let labels: &[&str] = &["Available", "Unavailable", "Break", "Lunch", "Meeting", "Training"];
    let day = MyDayPage {
        theme: wish.shell.theme,
        name: "Ingrid Berg-Hansen".into(),
        tenant_name: "Northwind Contact Centre".into(),
        zone: "Europe/Berlin".into(),
        csrf: "made-up".into(),
        refusal: wish
            .is("refused")
            .then(|| "The code \"Coaching\" is retired; choose another.".into()),
        state: at_acd.state,
        since: at_acd.since,
        due: at_acd.due.map(|(at, _)| (at, "you are logged out at".into())),
        next: at_acd.next,
        choices: if logged_in {
            labels.iter().map(|label| choice(label)).collect()
        } else {
            Vec::new()
        },
        can_log_out: true,
        past: at_acd.past,
        schedule: schedule::part(&wish),
        calendar: (!wish.is("out"))
            .then(|| CalendarAddress { made_at: ago(400_000), last_used_at: Some(ago(700)) }),
    };
    page(if wish.part == "day" { day.as_day().render() } else { day.render() })
}
