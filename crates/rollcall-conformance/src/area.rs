//! The areas, one file each: what is asked of a server, as rows of checks.

mod access;
mod bulk;
pub(crate) mod crowd;
mod cursor;
mod discovery;
mod entra;
mod error;
mod etag;
mod filter;
mod group;
mod me;
mod media;
mod member;
mod okta;
mod page;
mod patch;
mod projection;
mod provider;
mod race;
mod replace;
mod schema;
mod search;
mod sort;
mod text;
mod uniqueness;
mod user;

use crate::check::Area;

/// All of them, in the order in which they run: the checks of later areas stand on earlier ones.
pub(crate) const AREAS: &[Area] = &[
    access::AREA,
    discovery::AREA,
    schema::AREA,
    media::AREA,
    error::AREA,
    user::AREA,
    uniqueness::AREA,
    replace::AREA,
    patch::AREA,
    etag::AREA,
    projection::AREA,
    filter::AREA,
    sort::AREA,
    page::AREA,
    cursor::AREA,
    search::AREA,
    group::AREA,
    member::AREA,
    bulk::AREA,
    race::AREA,
    me::AREA,
    text::AREA,
    okta::AREA,
    entra::AREA,
    provider::AREA,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::AREAS;

    #[test]
    fn each_check_has_an_id_of_its_own_below_its_area() {
        let mut seen = BTreeSet::new();
        for area in AREAS {
            for check in area.checks.iter().flat_map(|part| part.iter()) {
                assert!(seen.insert(check.id), "{} is there twice", check.id);
                assert!(check.id.starts_with(&format!("{}.", area.name)), "{}", check.id);
                assert!(!check.expected.ends_with('.') && !check.source.is_empty(), "{}", check.id);
            }
        }
        assert!(seen.len() > 200, "{}", seen.len());
    }
}
