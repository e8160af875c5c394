//! What runs by itself: outbox, reconcile, sweep, full comparison.
