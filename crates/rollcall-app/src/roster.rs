//! Searching and paging through all people.

use rollcall_domain::TenantId;
use rollcall_storage::directory::roster as rows;

use crate::app::App;
use crate::error::ChangeError;

pub use rollcall_storage::directory::roster::{From, Listed, Place, RosterQuery};

/// People are counted exactly up to here; beyond, a page says "more than".
pub const COUNT_MAX: i64 = 10_000;

/// One page of people.
#[derive(Clone, Debug)]
pub struct RosterPage {
    /// The people, by family name.
    pub people: Vec<Listed>,
    /// How many there are, counted up to [`COUNT_MAX`] + 1.
    pub found: i64,
    /// Whether there are people before these.
    pub has_previous: bool,
    /// Whether there are people behind these.
    pub has_next: bool,
}

impl App {
    /// One page of the people that a query finds.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn roster(
        &self,
        tenant: TenantId,
        query: RosterQuery,
        page_size: usize,
    ) -> Result<RosterPage, ChangeError> {
        let limit = i64::try_from(page_size).unwrap_or(i64::MAX).saturating_add(1);
        self.storage
            .scan(tenant, move |tx| {
                let mut people = rows::list(tx, &query, limit)?;
                let more = people.len() > page_size;
                let backward = matches!(query.from, From::Before(_));
                if more {
                    // The surplus one only tells that there is another page.
                    if backward { drop(people.remove(0)) } else { people.truncate(page_size) }
                }
                let found = rows::count(tx, &query, COUNT_MAX + 1)?;
                Ok(RosterPage {
                    has_previous: if backward { more } else { query.from != From::Start },
                    has_next: if backward { true } else { more },
                    people,
                    found,
                })
            })
            .await
    }
}
