//! The HTTP kit against a server that answers whatever it is told to, over real TCP.

#[cfg(test)]
mod event;
#[cfg(test)]
mod http;
#[cfg(test)]
mod stub;
