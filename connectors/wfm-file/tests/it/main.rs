//! The connector against the simulated WFM that reads files.

#[cfg(test)]
mod exchange;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod history;
#[cfg(test)]
mod s3;
#[cfg(test)]
mod sftp;
#[cfg(test)]
mod site;
