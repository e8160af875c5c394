//! The console through its public door: requests in, pages out, on a database of its own.

#[cfg(test)]
mod adherence;
#[cfg(test)]
mod agent;
#[cfg(test)]
mod door;
#[cfg(test)]
mod form;
#[cfg(test)]
mod history;
#[cfg(test)]
mod live;
#[cfg(test)]
mod my_day;
#[cfg(test)]
mod my_schedule;
#[cfg(test)]
mod page;
#[cfg(test)]
mod person;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod role;
#[cfg(test)]
mod site;
#[cfg(test)]
mod take_over;
#[cfg(test)]
mod template;
#[cfg(test)]
mod upkeep;
#[cfg(test)]
mod way;
#[cfg(test)]
mod wfm;
#[cfg(test)]
mod wfm_setting;
#[cfg(test)]
mod wfm_way;
