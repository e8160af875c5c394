//! By what a WFM link is reached.

use rollcall_domain::wfm::{FilePlace, Transport};

use crate::view::count::noun;

/// In words before the address.
pub(crate) fn way(transport: &Transport) -> &'static str {
    match transport {
        Transport::Http => "HTTP, at",
        Transport::File(file) => match file.place {
            FilePlace::Folder { .. } => "files, in the folder",
            FilePlace::Sftp { .. } => "files, on the SFTP server",
            FilePlace::S3 { .. } => "files, in the S3 bucket",
        },
    }
}

/// What follows from files.
pub(crate) fn hint(transport: &Transport) -> String {
    let Transport::File(file) = transport else { return String::new() };
    let within = match file.acknowledged_within_s {
        s if s % 3_600 == 0 => noun(s / 3_600, "hour", "hours"),
        s if s % 60 == 0 => noun(s / 60, "minute", "minutes"),
        s => noun(s, "second", "seconds"),
    };
    format!(
        "The WFM reads a file when it looks, and acknowledges it within {within}; until then the run waits, and \
         nothing is wrong. It is compared with what it holds only while an export of its agents lies there. Schedules come \
         back over HTTP only."
    )
}

#[cfg(test)]
mod tests {
    use rollcall_domain::wfm::FileTransport;

    use super::*;

    #[test]
    fn a_transport_is_told_in_words() {
        assert_eq!((way(&Transport::Http), hint(&Transport::Http)), ("HTTP, at", String::new()));
        let place = FilePlace::Folder { path: "/srv/wfm".into() };
        let file = Transport::File(FileTransport { place, acknowledged_within_s: 1_800 });
        assert_eq!(way(&file), "files, in the folder");
        assert!(hint(&file).contains("within 30 minutes"), "{}", hint(&file));
    }
}
