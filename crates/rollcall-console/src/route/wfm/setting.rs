//! The settings of a link that administrators change. Who saves what somebody else changed meanwhile is told so, and
//! keeps what they typed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::wfm::{Saved, SettingsChange, WfmLink};
use rollcall_domain::WfmLinkId;
use rollcall_domain::wfm::Brake;
use serde::Deserialize;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::shell::Section;
use crate::view::wfm::setting::{Overtaken, SettingsFields, SettingsPage};
use crate::visit::Visit;
use crate::wording::wfm::setting::fields;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    seen: String,
    stop_share_percent: String,
    stop_floor: String,
    notice_to: String,
}

impl Typed {
    fn change(&self) -> SettingsChange {
        let addresses = self.notice_to.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        SettingsChange {
            seen: self.seen.clone(),
            // What is no number is no percentage either, and is refused as one.
            brake: Brake {
                share_percent: self.stop_share_percent.trim().parse().unwrap_or(-1),
                floor: self.stop_floor.trim().parse().unwrap_or(-1),
            },
            notice_to: addresses.filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        }
    }

    fn fields(self, link: &WfmLink) -> SettingsFields {
        SettingsFields {
            seen: self.seen,
            stop_share_percent: self.stop_share_percent,
            stop_floor: self.stop_floor,
            notice_to: self.notice_to,
            ..fields(link)
        }
    }
}

pub(super) async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let link = load(&console, &visit, parse(&id)?).await?;
    Ok(Html(page(&visit, &link, fields(&link)).render()?))
}

pub(super) async fn save(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response, ConsoleError> {
    let (id, change) = (parse(&id)?, typed.change());
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    match console.app.change_link_settings(tenant, actor, id, change).await {
        Ok(Saved::Done) => said(Ok(()), id, "The settings are saved."),
        Ok(Saved::Overtaken(link)) => {
            let overtaken = overtaken(&typed, &link);
            // What they see now is what is there: saved once more, it is theirs to replace.
            let fields =
                SettingsFields { seen: SettingsChange::seen(&link), ..typed.fields(&link) };
            let page = SettingsPage { overtaken, ..page(&visit, &link, fields) };
            Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response())
        }
        Err(ChangeError::Invalid(why)) => {
            let link = load(&console, &visit, id).await?;
            let page = page(&visit, &link, typed.fields(&link));
            let page = SettingsPage { refused: Some(sentence(&why)), ..page };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
        Err(error) => said(Err(error), id, ""),
    }
}

async fn load(console: &Console, visit: &Visit, id: WfmLinkId) -> Result<WfmLink, ConsoleError> {
    Ok(console.app.link(visit.viewer.tenant, id).await?.link)
}

fn overtaken(typed: &Typed, link: &WfmLink) -> Vec<Overtaken> {
    let (wanted, now) = (typed.change(), fields(link));
    let listed = |addresses: &[String]| match addresses {
        [] => "nobody".to_owned(),
        some => some.join(", "),
    };
    let mut mails = wanted.notice_to;
    mails.sort();
    mails.dedup();
    let percent = |share: &str| format!("{} %", share.trim());
    let people = |floor: &str| format!("{} people", floor.trim());
    let all = [
        ("Stop above", percent(&now.stop_share_percent), percent(&typed.stop_share_percent)),
        ("and above", people(&now.stop_floor), people(&typed.stop_floor)),
        ("Mail to", listed(&link.notice_to), listed(&mails)),
    ];
    let differing = all.into_iter().filter(|(_, now, typed)| now != typed);
    differing.map(|(name, now, typed)| Overtaken { name, now, typed }).collect()
}

fn page(visit: &Visit, link: &WfmLink, fields: SettingsFields) -> SettingsPage {
    SettingsPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{}", link.id),
        link: format!("IEX WFM {}", link.acd_id),
        action: format!("/wfm/{}/settings", link.id),
        fields,
        refused: None,
        overtaken: Vec::new(),
    }
}
