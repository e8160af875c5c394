//! What checks work with: requests that are written down, resources with names of this run, and what the
//! server offers.

use std::collections::{BTreeMap, VecDeque};

use futures_util::future::join_all;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::answer::Answer;
use crate::client::{Client, NoAnswer};
use crate::crowd::Crowd;
use crate::exchange::Exchange;
use crate::json;
use crate::ledger::Ledger;
use crate::offer::{Feature, Offer};
use crate::outcome::{Outcome, Stop, require};
use crate::person::{LIST, group, person};
use crate::request::Request;
use crate::resource::Resource;
use crate::text::query;

/// As many exchanges of one check as are kept: the last ones, since they say why it failed.
const KEPT: usize = 30;

pub(crate) struct Probe {
    pub(crate) client: Client,
    pub(crate) offer: Offer,
    pub(crate) ledger: Ledger,
    /// The people of the areas that only read; made when they are first needed.
    pub(crate) crowd: Option<Result<Crowd, Stop>>,
    /// The checks that did not pass, with what kept them from it.
    pub(crate) missed: BTreeMap<&'static str, Stop>,
    log: VecDeque<Exchange>,
    stop: CancellationToken,
    run: String,
    count: u32,
}

/// The answer to a query (RFC 7644 §3.4.2).
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) body: Value,
    pub(crate) total: u64,
    pub(crate) resources: Vec<Value>,
}

impl Probe {
    pub(crate) fn new(client: Client, run: String, stop: CancellationToken) -> Self {
        Self {
            client,
            offer: Offer::default(),
            ledger: Ledger::default(),
            crowd: None,
            missed: BTreeMap::new(),
            log: VecDeque::new(),
            stop,
            run,
            count: 0,
        }
    }

    /// A name that nothing else has, and that tells whose it is.
    pub(crate) fn fresh(&mut self, label: &str) -> String {
        self.count += 1;
        format!("check-{}-{}-{label}", self.run, self.count)
    }

    /// Sends, and fails the check when no answer comes.
    pub(crate) async fn send(&mut self, request: Request) -> Result<Answer, Stop> {
        if self.stop.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        let answer = self.client.send(&request).await;
        self.note(&request, answer)
    }

    /// Sends all of them side by side; answers in their order.
    pub(crate) async fn send_all(&mut self, requests: &[Request]) -> Result<Vec<Answer>, Stop> {
        if self.stop.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        let sent = join_all(requests.iter().map(|request| self.client.send(request))).await;
        let mut answers = Vec::with_capacity(sent.len());
        for (request, answer) in requests.iter().zip(sent) {
            answers.push(self.note(request, answer));
        }
        answers.into_iter().collect()
    }

    /// Writes down what was sent and what came.
    fn note(
        &mut self,
        request: &Request,
        answer: Result<Answer, NoAnswer>,
    ) -> Result<Answer, Stop> {
        if self.log.len() >= KEPT {
            self.log.pop_front();
        }
        self.log.push_back(self.client.exchange(request, &answer));
        self.ledger.note(request, answer.as_ref().ok());
        answer.map_err(|error| {
            Stop::Failed(format!("{} {} had no answer: {error}", request.method, request.path))
        })
    }

    /// What was sent and received since the last call.
    pub(crate) fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.log).into()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer, Stop> {
        self.send(Request::get(path)).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Answer, Stop> {
        self.send(Request::post(path, body)).await
    }

    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> Result<Answer, Stop> {
        self.send(Request::put(path, body)).await
    }

    pub(crate) async fn patch(&mut self, path: &str, operations: Value) -> Result<Answer, Stop> {
        self.send(Request::patch(path, &operations)).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Result<Answer, Stop> {
        self.send(Request::delete(path)).await
    }

    /// A PATCH that has to succeed, by either of its answers (RFC 7644 §3.5.2); then the resource.
    pub(crate) async fn patched(&mut self, path: &str, operations: Value) -> Result<Value, Stop> {
        self.patch(path, operations).await?.one_of(&[200, 204])?;
        self.read(path).await
    }

    /// The resource at a path.
    pub(crate) async fn read(&mut self, path: &str) -> Result<Value, Stop> {
        self.get(path).await?.ok(200)
    }

    /// The list that some parameters ask for.
    pub(crate) async fn list(
        &mut self,
        endpoint: &str,
        parameters: &[(&str, &str)],
    ) -> Result<List, Stop> {
        let path = match parameters {
            [] => endpoint.to_owned(),
            some => format!("{endpoint}?{}", query(some)),
        };
        List::read(&self.get(&path).await?)
    }

    /// The users that a filter finds.
    pub(crate) async fn find(&mut self, filter: &str) -> Result<List, Stop> {
        self.list("/Users", &[("filter", filter)]).await
    }

    /// A user to work on. Where none can be made, the check is skipped: `user.create` tells why.
    pub(crate) async fn user(&mut self, label: &str) -> Result<Resource, Stop> {
        self.user_with(label, |_| {}).await
    }

    /// The same, with a body that is changed before it is sent.
    pub(crate) async fn user_with(
        &mut self,
        label: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Resource, Stop> {
        self.created(label, change).await.map_err(because("a user for it"))
    }

    /// A user whose creation is what is checked.
    pub(crate) async fn created(
        &mut self,
        label: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Resource, Stop> {
        let name = self.fresh(label);
        let mut body = person(&name);
        change(&mut body);
        let answer = self.post("/Users", &body).await?;
        Resource::made("/Users", name, &answer)
    }

    /// A group to work on.
    pub(crate) async fn group(
        &mut self,
        label: &str,
        members: &[&Resource],
    ) -> Result<Resource, Stop> {
        let name = self.fresh(label);
        let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let answer = self.post("/Groups", &group(&name, &ids)).await?;
        Resource::made("/Groups", name, &answer).map_err(because("a group for it"))
    }

    /// The ids of a group's members, sorted.
    pub(crate) async fn members(&mut self, group: &Resource) -> Result<Vec<String>, Stop> {
        Ok(json::values(&self.read(&group.path).await?, "/members"))
    }

    /// Ends the check as not offered unless a feature is there.
    pub(crate) fn offered(&self, feature: Feature) -> Outcome {
        self.offer.lacks(feature).map_or(Ok(()), |reason| Err(Stop::NotOffered(reason)))
    }

    /// Ends the check when another, on which it stands, ran before it and did not pass.
    pub(crate) fn stands_on(&self, id: &str) -> Outcome {
        match self.missed.get(id) {
            None => Ok(()),
            Some(Stop::NotOffered(reason)) => Err(Stop::NotOffered(reason.clone())),
            Some(_) => Err(Stop::Skipped(format!("it stands on {id}, which did not pass"))),
        }
    }

    /// Ends the check as not offered unless an attribute is published.
    pub(crate) fn published(&self, urn: &str, attribute: &str) -> Outcome {
        if self.offer.publishes(urn, attribute) {
            return Ok(());
        }
        Err(Stop::NotOffered(format!("/Schemas publishes no {attribute}")))
    }
}

/// A failure of the preparation is no failure of the check.
fn because(what: &'static str) -> impl Fn(Stop) -> Stop {
    move |stop| match stop {
        Stop::Failed(reason) => Stop::Skipped(format!("{what} could not be made: {reason}")),
        other => other,
    }
}

impl List {
    pub(crate) fn read(answer: &Answer) -> Result<Self, Stop> {
        let body = answer.ok(200)?;
        require!(
            json::list(&body, "/schemas").iter().any(|urn| urn == LIST),
            "the answer to {} does not have the schema of a ListResponse",
            answer.to
        );
        // RFC 9865 §2 lets a server leave the total out of a walk by cursor.
        let by_cursor = body.get("nextCursor").is_some() || body.get("previousCursor").is_some();
        let total = body.get("totalResults").and_then(Value::as_u64);
        require!(
            total.is_some() || by_cursor,
            "totalResults of the answer to {} is no number",
            answer.to
        );
        let resources = json::list(&body, "/Resources").to_vec();
        Ok(Self { total: total.unwrap_or(0), resources, body })
    }

    /// The ids, in the order of the answer.
    pub(crate) fn ids(&self) -> Vec<String> {
        let ids = self.resources.iter().filter_map(|one| one.get("id")?.as_str());
        ids.map(str::to_owned).collect()
    }

    /// Requires exactly one resource: this one.
    pub(crate) fn only(&self, id: &str) -> Outcome {
        require!(
            self.ids() == [id],
            "{} resources were found instead of the one with id {id:?}",
            self.resources.len()
        );
        require!(self.total == 1, "totalResults is {} instead of 1", self.total);
        Ok(())
    }

    /// Requires an answer that found nothing.
    pub(crate) fn nothing(&self) -> Outcome {
        require!(
            self.total == 0 && self.resources.is_empty(),
            "{} resources were found (totalResults {}) instead of none",
            self.resources.len(),
            self.total
        );
        Ok(())
    }
}
