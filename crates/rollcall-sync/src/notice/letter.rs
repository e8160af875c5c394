//! The words of a notice. Pure.

use jiff::Timestamp;
use rollcall_connector::mail::Mail;
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::wfm::wfm_notice::{Told, WfmNotice};

/// What is to be told of a link.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) link: WfmLink,
    pub(super) told: Told,
    /// What was told before.
    pub(super) before: WfmNotice,
}

/// One mail about some links of a tenant. It names no people: whoever may see them looks at the page.
pub(super) fn write(to: Vec<String>, tenant: &str, news: &[News], url: &str) -> Mail {
    let subject = match news {
        [one] => format!("[Rollcall] {tenant}: {}", headline(one)),
        all => format!("[Rollcall] {tenant}: news of {} WFM links", all.len()),
    };
    let mut text = String::new();
    for one in news {
        text += &format!("{}\n\n{}\n\n", headline(one), body(one));
        text += &format!("{}/wfm/{}\n\n", url.trim_end_matches('/'), one.link.id);
    }
    text += "You get this because your address stands on the page of the WFM link. There is one mail about a link in \
             a quarter of an hour at the most.\n";
    Mail { to, subject, text }
}

fn headline(news: &News) -> String {
    let link = format!("IEX WFM {}", news.link.acd_id);
    match news.told {
        Told::Held => format!("{link} waits for a decision: nothing was applied"),
        Told::Failing => format!("{link} does not do what it is asked"),
        Told::Well => format!("{link} is well again"),
    }
}

fn body(news: &News) -> String {
    let since = moment(news.link.health_since);
    let reason = news.link.health_reason.clone().unwrap_or_default();
    match news.told {
        Told::Held => format!(
            "A run has been held since {since}. {reason} It waits until somebody approves or rejects it on the page of \
             the link."
        ),
        Told::Failing => format!(
            "It has been so since {since}. {reason} What changes meanwhile waits, and goes out by itself when the \
             WFM answers."
        ),
        Told::Well if !news.link.enabled => {
            "Synchronization was switched off, so nothing waits for you.".to_owned()
        }
        Told::Well => format!("It has been well since {since}. What waited goes out."),
    }
}

/// A moment as people read it in a mail, wherever they are: `2026-11-21 09:14:02 UTC`.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
