//! A request's body that has to arrive in time. Handlers bound its size; without a bound on time, whoever
//! sends a byte now and then keeps a connection for ever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body with a bound on the time that it is waited for.
pub(crate) struct Punctual<B> {
    body: B,
    limit: Duration,
    /// Runs from the first time that the body keeps its reader waiting: most are there with the head.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B> Punctual<B> {
    pub(crate) fn new(body: B, limit: Duration) -> Self {
        Self { body, limit, deadline: None }
    }
}

impl<B> Body for Punctual<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let limit = self.limit;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(limit)));
        deadline
            .as_mut()
            .poll(context)
            .map(|()| Some(Err("the body did not arrive in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{self, StreamExt as _};

    /// A body of a few pieces, one every ten milliseconds, or without an end.
    fn dripping(pieces: usize) -> axum::body::Body {
        let drip = stream::iter(0..pieces).then(|_| async {
            sleep(Duration::from_millis(10)).await;
            Ok::<_, BoxError>(Bytes::from_static(b"a"))
        });
        axum::body::Body::from_stream(drip)
    }

    async fn read(pieces: usize, limit: Duration) -> Result<Bytes, axum::Error> {
        let body = axum::body::Body::new(Punctual::new(dripping(pieces), limit));
        axum::body::to_bytes(body, usize::MAX).await
    }

    #[tokio::test]
    async fn a_body_that_drips_is_cut_off_and_a_slow_one_is_not() {
        assert!(read(usize::MAX, Duration::from_millis(50)).await.is_err());
        assert_eq!(read(3, Duration::from_secs(30)).await.unwrap().len(), 3);
    }
}
