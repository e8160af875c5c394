//! The files that this WFM writes: acknowledgements and exports, each whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

use quick_xml::escape::escape;

use crate::agent::Agent;

/// What became of one agent: its key, the status and a reason.
pub(crate) type Told = (String, &'static str, Option<String>);

/// An acknowledgement of a file that was processed (`CONTRACT.md` §4).
pub(crate) fn processed(key: &str, agents: &[Told]) -> String {
    let mut body = "  <status>processed</status>\n".to_owned();
    for (uuid, status, reason) in agents {
        let reason = reason.as_ref().map(|reason| format!("<reason>{}</reason>", escape(reason)));
        body.push_str(&format!(
            "  <agent><uuid>{}</uuid><status>{status}</status>{}</agent>\n",
            escape(uuid),
            reason.unwrap_or_default()
        ));
    }
    result(key, &body)
}

/// One of a file that was refused.
pub(crate) fn refused(key: &str, reason: &str) -> String {
    let reason = escape(reason);
    result(key, &format!("  <status>refused</status>\n  <reason>{reason}</reason>\n"))
}

fn result(key: &str, body: &str) -> String {
    let key = escape(key);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<importAgentResult>\n  <key>{key}</key>\n{body}</importAgentResult>\n"
    )
}

/// An export (`CONTRACT.md` §5).
pub(crate) fn export<'a>(agents: impl Iterator<Item = (&'a str, &'a Agent)>) -> String {
    let (mut body, mut total) = (String::new(), 0);
    for (acd_id, agent) in agents {
        total += 1;
        let members =
            agent.told(acd_id).map(|(name, value)| format!("<{name}>{}</{name}>", escape(value)));
        body.push_str(&format!("  <newAgent>{}</newAgent>\n", members.concat()));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<exportAgent>\n  <total>{total}</total>\n{body}</exportAgent>\n"
    )
}

/// Puts a file at once and whole.
pub(crate) fn put(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> io::Result<()> {
    let part = folder.join(format!(".{name}.part"));
    fs::write(&part, text)?;
    fs::rename(part, folder.join(name))
}
