//! The program as a person types it: what it prints, what it refuses, and that it ends.
#![cfg(test)]

mod agent;
mod config;
mod demo;
mod doctor;
mod http;
mod metrics;
mod operator;
mod program;
mod scim_check;
mod serve;
mod trace;
mod wfm_link;
