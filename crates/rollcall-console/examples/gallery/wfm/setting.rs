//! Settings of a link that were refused or overtaken, and the switches of its optional fields.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::shell::Section;
use rollcall_console::view::wfm::field::FieldPage;
use rollcall_console::view::wfm::setting::{Overtaken, SettingsFields, SettingsPage};

use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

/// What is set.
pub(crate) fn fields() -> SettingsFields {
    SettingsFields {
        seen: String::new(),
        stop_share_percent: "10".into(),
        stop_floor: "5".into(),
        notice_to: "wfm@northwind.example\nops@northwind.example".into(),
        departed_unit: "2".into(),
        may_change: true,
    }
}

pub(crate) async fn settings(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/settings", &query, &headers);
    let mut fields = fields();
    let refused = wish.is("refused").then(|| {
        fields.notice_to += "\nnobody";
        "\"nobody\" is not an e-mail address, such as name@example.com.".to_owned()
    });
    let mut overtaken = Vec::new();
    if wish.is("overtaken") {
        fields.stop_share_percent = "30".into();
        let (now, typed) = ("15 %".into(), "30 %".into());
        overtaken.push(Overtaken { name: "Stop above", now, typed });
    }
    let settings = SettingsPage {
        link_href: "/wfm/1".into(),
        link: "IEX WFM 7".into(),
        action: "/wfm/1/settings".into(),
        fields,
        refused,
        overtaken,
        shell: wish.shell,
    };
    page(settings.render())
}

pub(crate) async fn field(
    Path((_, name)): Path<(String, String)>,
    Query(query): Asked,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/field/personal-id", &query, &headers);
    let is_personal = name == "personal-id";
    let field = FieldPage {
        link_href: "/wfm/1".into(),
        link: "IEX WFM 7".into(),
        business_unit: "Northwind Oslo".into(),
        field: if is_personal { "Personal ID" } else { "External ID" },
        source: if is_personal { "the user GUID" } else { "the identity provider’s external id" },
        purpose: "EEM (Employee Engagement Manager) knows people by it, and no longer does then.",
        is_sent: is_personal,
        present: 198,
        holding: 197,
        when: "within a second",
        shell: wish.shell,
    };
    page(field.render())
}
