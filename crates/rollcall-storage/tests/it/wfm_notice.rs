//! What was told of a link by mail.

use rollcall_storage::wfm::wfm_notice::{self, Told, WfmNotice};

use crate::database::on_each_database;
use crate::site::{Site, at};

#[test]
fn what_was_told_is_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        assert_eq!(site.read(|tx| wfm_notice::get(tx, Site::LINK)).await, None);
        let link = Site::LINK;
        let first = WfmNotice {
            link,
            told: Told::Held,
            told_at: Some(at(1)),
            next_at: at(2),
            problem: None,
        };
        let refused = Some("the mail server answered 550".to_owned());
        let second =
            WfmNotice { told: Told::Failing, told_at: None, problem: refused, ..first.clone() };
        for notice in [first, second] {
            let kept = notice.clone();
            site.write(move |tx| wfm_notice::save(tx, &kept)).await;
            assert_eq!(site.read(|tx| wfm_notice::get(tx, Site::LINK)).await, Some(notice));
        }
    });
}
