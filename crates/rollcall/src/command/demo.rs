//! `rollcall demo`: everything on this machine, to look at.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Result;

use crate::demo::{self, Options};
use crate::runtime;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where the hub listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    listen: SocketAddr,
    /// The folder that remembers everything.
    #[arg(long, value_name = "FOLDER", default_value = "rollcall-data/demo")]
    data: PathBuf,
    /// How many people the simulated identity provider begins with.
    #[arg(long, value_name = "N", default_value_t = 200)]
    people: usize,
    /// Nothing moves by itself once they are there.
    #[arg(long)]
    still: bool,
}

pub(crate) fn run(args: Args) -> Result<()> {
    let Args { listen, data, people, still } = args;
    runtime::one_thread()?.block_on(demo::run(&Options { listen, data, people, still }))
}
