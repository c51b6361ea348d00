//! What `cargo xtask bench server` measures with: a bare route of axum to compare with, the
//! predictor's own rate, and a load of requests over real sockets.
//!
//! The load is made here and not by a tool from elsewhere, so that each request can be another one:
//! what was asked before, the server knows.

#![allow(missing_docs)]

mod hello;
mod load;
mod rate;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves one route that says hello, and prints its address.
    Hello,
    /// Prints how many functions the predictor judges each second, in batches and one by one.
    Rate(rate::Options),
    /// Sends requests for some seconds, and prints how many were answered, and how quickly.
    Load(load::Options),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match Arguments::parse().command {
        Command::Hello => hello::serve(),
        Command::Rate(options) => rate::print(&options),
        Command::Load(options) => load::run(&options),
    }
}
