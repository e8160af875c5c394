//! Files of history (`CONTRACT.md` §8): each interval a file, each file with an acknowledgement of one line.

use jiff::tz::TimeZone;
use rollcall_connector::ConnectorError;
use rollcall_connector::history::{HistoryFile, HistoryReceipt, HistoryTarget};
use rollcall_connector::wfm::Answer;

use crate::meter::{self, Matter, Outcome};
use crate::place::Put;
use crate::{WfmFile, name};

/// As large is an acknowledgement at the most.
const BYTES_MAX: usize = 4 * 1024;
/// As much of a refusal's words is kept.
const REASON_MAX_CHARS: usize = 200;

impl HistoryTarget for WfmFile {
    fn put<'a>(&'a self, file: &'a HistoryFile) -> Answer<'a, HistoryReceipt> {
        Box::pin(self.put_history(file))
    }
}

impl WfmFile {
    /// Puts a file, unless it stands there, and reads its acknowledgement; then both are removed.
    async fn put_history(&self, file: &HistoryFile) -> Result<HistoryReceipt, ConnectorError> {
        let place = self.exchange.place();
        let own = self.history_name(file, file.revision);
        let answer = name::history_acknowledgement(&own);
        if let Some(bytes) = place.get(&answer, BYTES_MAX).await? {
            let receipt = receipt(&bytes);
            // First the file: without its acknowledgement the WFM would read it again.
            if receipt.is_some() {
                place.remove(&own).await?;
            }
            place.remove(&answer).await?;
            let outcome = match &receipt {
                Some(HistoryReceipt::Refused { .. }) => Outcome::Refused,
                Some(_) => Outcome::Acknowledged,
                None => Outcome::Unusable,
            };
            meter::files(Matter::History, outcome, 1);
            return receipt.ok_or_else(|| ConnectorError::Malformed {
                reason: format!("the acknowledgement of {own} cannot be used"),
            });
        }
        // Of a content that is outdated nothing need be known any more.
        let earlier = self.history_name(file, file.revision.saturating_sub(1));
        place.remove(&earlier).await?;
        place.remove(&name::history_acknowledgement(&earlier)).await?;
        // One that stands there was put before, and says the same of this interval under this revision.
        if place.put(&own, file.text.as_bytes()).await? == Put::Made {
            meter::files(Matter::History, Outcome::Written, 1);
        }
        Err(self.exchange.pending(&own))
    }

    fn history_name(&self, file: &HistoryFile, revision: i64) -> String {
        let start = TimeZone::UTC.to_datetime(file.quarter.start());
        let start = start.strftime("%Y%m%dT%H%MZ").to_string();
        name::history(self.exchange.acd_id(), file.kind.name(), &start, revision)
    }
}

/// What an acknowledgement says; `None` where it says nothing that is known.
fn receipt(bytes: &[u8]) -> Option<HistoryReceipt> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "taken" if rest.is_empty() => Some(HistoryReceipt::Taken),
        "stale" => Some(HistoryReceipt::Overtaken { revision: rest.trim().parse().ok()? }),
        "refused" => {
            let plain = |c: char| if c.is_control() { ' ' } else { c };
            let reason: String = rest.chars().map(plain).take(REASON_MAX_CHARS).collect();
            Some(HistoryReceipt::Refused { reason: reason.trim().to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_is_one_line() {
        let check = |text: &str, expected: Option<HistoryReceipt>| {
            assert_eq!(receipt(text.as_bytes()), expected, "{text:?}");
        };
        check("taken\n", Some(HistoryReceipt::Taken));
        check("stale 7\r\n", Some(HistoryReceipt::Overtaken { revision: 7 }));
        let reason = "Row 3: no number.".to_owned();
        check("refused Row 3: no\u{7}number.", Some(HistoryReceipt::Refused { reason }));
        for nonsense in ["", "taken it", "stale", "stale x", "perhaps", "<taken/>"] {
            check(nonsense, None);
        }
        assert_eq!(receipt(&[0xff, 0xfe]), None);
    }
}
