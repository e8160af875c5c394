//! The conditions of a roster query: only those that were asked for, so that each finds its index.

use rollcall_domain::EmployeeId;
use rollcall_domain::user_name::fold;

use crate::directory::roster::query::{Place, RosterQuery};
use crate::directory::search;
use crate::row::Value;

/// People who are due or failed at a WFM. Few as a rule, so they are gathered first.
const OUT_OF_STEP: &str = " and e.id in (select d.employee_id from due_mark d where d.tenant_id = $1
       union all select p.employee_id from wfm_standing p where p.tenant_id = $1 and p.problem is not null)";

/// People who had a number in a business unit that they left: it is by this that its WFM knows them. The number and
/// the end follow.
const FORMER: &str = "(select f.employee_id from former_agent f where f.tenant_id = $1
       and f.business_unit_id in (select b.id from business_unit b where b.tenant_id = $1) and f.agent_number = ";

/// The text of the conditions and the values of its placeholders, which begin at `$2`.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    sql: String,
    values: Vec<Bound>,
}

#[derive(Debug)]
enum Bound {
    Text(String),
    Int(i64),
}

/// Which way leads to the people of a team. SQLite has no figures to choose by, so an expression keeps it from the
/// index that it should not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The team's index: they are few, and sorted by name.
    Team,
    /// The order of the names, in which they are met soon.
    Name,
}

impl Way {
    /// The name that people are in the order of.
    pub(crate) fn name_key(self) -> &'static str {
        match self {
            Self::Team => "(e.name_key || '')",
            Self::Name => "e.name_key",
        }
    }

    fn team(self) -> &'static str {
        match self {
            Self::Team => "e.team_id",
            Self::Name => "(e.team_id || '')",
        }
    }
}

impl Conditions {
    /// What a query asks for, but for the place where its page begins.
    pub(crate) fn of(query: &RosterQuery, way: Way) -> Self {
        let mut conditions = Self::default();
        conditions.search(query.text.trim());
        if let Some(active) = query.active {
            conditions.sql += if active { " and e.active = true" } else { " and e.active = false" };
        }
        conditions.equal(way.team(), &query.team);
        conditions.equal("e.managed_by", &query.managed_by);
        if query.out_of_step {
            conditions.sql += OUT_OF_STEP;
        }
        conditions
    }

    /// Adds the place behind (`>`) or before (`<`) which a page lies.
    pub(crate) fn seek(&mut self, way: Way, comparison: &str, place: &Place) {
        let name_key = self.bind(Bound::Text(place.name_key.clone()));
        let id = self.bind(Bound::Text(place.id.to_string()));
        self.sql += &format!(" and ({}, e.id) {comparison} ({name_key}, {id})", way.name_key());
    }

    /// Adds the person behind whom the rows lie, in the order of ids.
    pub(crate) fn seek_id(&mut self, after: EmployeeId) {
        let id = self.bind(Bound::Text(after.to_string()));
        self.sql += &format!(" and e.id > {id}");
    }

    /// Adds the number of rows at the most; answers its placeholder.
    pub(crate) fn limit(&mut self, limit: i64) -> String {
        self.bind(Bound::Int(limit))
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        self.values
            .iter()
            .map(|value| match value {
                Bound::Text(text) => text.into(),
                Bound::Int(number) => (*number).into(),
            })
            .collect()
    }

    fn search(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let (plain, spelled) = (search::plain(text), fold(text));
        // Who did not change since marks are left out of the key is found by their own spelling.
        let spelled = (plain != spelled).then(|| {
            let pattern = self.bind(Bound::Text(pattern(&spelled)));
            format!(" or e.search_key like {pattern} escape '!'")
        });
        let spelled = spelled.unwrap_or_default();
        let pattern = self.bind(Bound::Text(pattern(&plain)));
        let number = match text.parse() {
            Ok(number) => format!(
                " or e.agent_number = {0} or e.id in {FORMER}{0})",
                self.bind(Bound::Int(number))
            ),
            Err(_) => String::new(),
        };
        self.sql += &format!(" and (e.search_key like {pattern} escape '!'{spelled}{number})");
    }

    fn equal(&mut self, column: &str, text: &str) {
        if !text.is_empty() {
            let value = self.bind(Bound::Text(text.to_owned()));
            self.sql += &format!(" and {column} = {value}");
        }
    }

    fn bind(&mut self, value: Bound) -> String {
        self.values.push(value);
        format!("${}", self.values.len() + 1)
    }
}

/// A `like` pattern that finds a text anywhere, and takes its signs as they are.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_pattern_are_looked_for_as_they_are() {
        assert_eq!(pattern("50%_!é"), "%50!%!_!!é%");
    }

    #[test]
    fn marks_are_left_out_and_looked_for() {
        let query = RosterQuery { text: "Zoë".into(), ..Default::default() };
        let conditions = Conditions::of(&query, Way::Name);
        assert_eq!(
            conditions.sql(),
            " and (e.search_key like $3 escape '!' or e.search_key like $2 escape '!')"
        );
    }

    #[test]
    fn nothing_asked_for_is_no_condition() {
        let conditions =
            Conditions::of(&RosterQuery { text: "  ".into(), ..Default::default() }, Way::Name);
        assert_eq!(conditions.sql(), "");
        assert!(conditions.values().is_empty());
    }

    #[test]
    fn a_number_is_an_agent_number_too() {
        let conditions =
            Conditions::of(&RosterQuery { text: "1001".into(), ..Default::default() }, Way::Name);
        assert_eq!(
            conditions.sql(),
            format!(
                " and (e.search_key like $2 escape '!' or e.agent_number = $3 or e.id in {FORMER}$3))"
            )
        );
    }
}
