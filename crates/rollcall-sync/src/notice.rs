//! Mail to those who care for a link: when a run is held or the WFM does not answer, and when all is well
//! again. The links of a tenant that concern the same people go into one mail, and a link has one mail in a
//! quarter of an hour at the most.
//!
//! What was told is kept, and a mail that is under way is claimed, so that several nodes do not send it each.
//! A process that dies between sending and keeping sends it again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::mail::Mailer;
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::wfm::wfm_notice::{self, Told, WfmNotice};
use rollcall_storage::{Storage, StorageError, Tx, directory::tenant};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

mod letter;

use letter::News;

use crate::meter;

/// How often it is looked whether there is something to tell.
const TICK: Duration = Duration::from_secs(1);
/// A WFM that does not answer is told of after so long: most outages are over by then.
const FAILING_FOR: SignedDuration = SignedDuration::from_mins(5);
/// From one mail about a link to the next.
const APART: SignedDuration = SignedDuration::from_mins(15);
/// What is not well yet is told again after so long.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A mail that is under way is nobody else's for so long.
const CLAIM: SignedDuration = SignedDuration::from_mins(2);
/// A mail that did not go out is tried again after so long.
const RETRY_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// What notices are sent with.
pub struct NoticeOptions {
    /// Where links and what was told of them are.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The mail server.
    pub mailer: Arc<dyn Mailer>,
    /// The address of the console, which the mails point to.
    pub public_url: String,
}

/// The task that sends notices. Dropped, it ends.
pub struct Notices {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Notices {
    /// Starts looking after all links.
    #[must_use]
    pub fn start(options: NoticeOptions) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(options, stop.clone()));
        Self { stop, task: Some(task) }
    }

    /// Ends after the mail that is under way.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the notices broke off");
        }
    }
}

impl Drop for Notices {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn run(options: NoticeOptions, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(error) = look(&options).await {
            tracing::warn!(%error, "notices cannot be read; they are looked at again in a second");
        }
    }
}

/// Tells what is to be told of all links.
async fn look(options: &NoticeOptions) -> Result<(), StorageError> {
    let links = options.storage.read_installation(wfm_link::list_all).await?;
    let mut tenants: BTreeMap<TenantId, Vec<WfmLink>> = BTreeMap::new();
    for (tenant, link) in links {
        if !link.notice_to.is_empty() {
            tenants.entry(tenant).or_default().push(link);
        }
    }
    for (tenant, links) in tenants {
        let now = options.clock.now();
        let ids: Vec<_> = links.iter().map(|link| link.id).collect();
        let told = options.storage.read(tenant, move |tx| {
            ids.iter().map(|id| wfm_notice::get(tx, *id)).collect::<Result<Vec<_>, StorageError>>()
        });
        let told = told.await?;
        if links.iter().zip(&told).any(|(link, told)| due(link, told.as_ref(), now).is_some()) {
            tell(options, tenant, now).await?;
        }
    }
    Ok(())
}

/// What is to be told of a link now, if anything.
fn due(link: &WfmLink, notice: Option<&WfmNotice>, now: Timestamp) -> Option<Told> {
    if notice.is_some_and(|notice| now < notice.next_at) {
        return None;
    }
    let told = notice.map(|notice| notice.told).unwrap_or_default();
    let is_old = |since: Timestamp, age| since.checked_add(age).is_ok_and(|end| end <= now);
    let state = match link.health {
        // Whoever switched it off knows that it is.
        _ if !link.enabled => Told::Well,
        Health::Held => Told::Held,
        Health::Failing if is_old(link.health_since, FAILING_FOR) => Told::Failing,
        // It may be over soon.
        Health::Failing => told,
        Health::Well => Told::Well,
    };
    let told_at = notice.and_then(|notice| notice.told_at);
    let again = state != Told::Well && told_at.is_some_and(|at| is_old(at, AGAIN_AFTER));
    (state != told || again).then_some(state)
}

/// Claims what is to be told of a tenant's links, sends it, and keeps what came of it.
async fn tell(
    options: &NoticeOptions,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let (name, news) = options.storage.write(tenant, move |tx| claim(tx, now)).await?;
    let mut mails: BTreeMap<Vec<String>, Vec<News>> = BTreeMap::new();
    for news in news {
        mails.entry(news.link.notice_to.clone()).or_default().push(news);
    }
    for (to, news) in mails {
        let mail = letter::write(to, &name, &news, &options.public_url);
        let span = meter::mail_span(tenant, news.len());
        let sent = options.mailer.send(&mail).instrument(span.clone()).await;
        meter::mailed(&span, &sent);
        let problem = match sent {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(tenant.id = %tenant, %error, "a notice did not go out");
                Some(error.to_string())
            }
        };
        let sent_at = options.clock.now();
        let keep = move |tx: &mut Tx<'_>| {
            news.iter().try_for_each(|news| wfm_notice::save(tx, &kept(news, &problem, sent_at)))
        };
        options.storage.write(tenant, keep).await?;
    }
    Ok(())
}

/// The tenant's name, and what is to be told; nobody else tells it meanwhile.
fn claim(tx: &mut Tx<'_>, now: Timestamp) -> Result<(String, Vec<News>), StorageError> {
    let mut all = Vec::new();
    for link in wfm_link::list(tx)? {
        let notice = wfm_notice::get(tx, link.id)?;
        if link.notice_to.is_empty() {
            continue;
        }
        let Some(told) = due(&link, notice.as_ref(), now) else { continue };
        let before = notice.unwrap_or(WfmNotice {
            link: link.id,
            told: Told::Well,
            told_at: None,
            next_at: now,
            problem: None,
        });
        let next_at = later(now, CLAIM);
        wfm_notice::save(tx, &WfmNotice { next_at, ..before.clone() })?;
        all.push(News { link, told, before });
    }
    let name = tenant::get(tx)?.map(|tenant| tenant.name).unwrap_or_default();
    Ok((name, all))
}

fn kept(news: &News, problem: &Option<String>, now: Timestamp) -> WfmNotice {
    match problem {
        None => WfmNotice {
            told: news.told,
            told_at: Some(now),
            next_at: later(now, APART),
            problem: None,
            ..news.before
        },
        Some(problem) => WfmNotice {
            next_at: later(now, RETRY_AFTER),
            problem: Some(problem.clone()),
            ..news.before.clone()
        },
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(now)
}

#[cfg(test)]
mod tests;
