//! The process itself, read from /proc when somebody asks (proc(5)). Elsewhere than on Linux there is nothing.

/// In the kernel's clock ticks, of which there are a hundred a second for programs (`proc_pid_stat(5)`).
const TICKS_PER_SECOND: u64 = 100;

/// Reads memory, CPU and open files.
pub(crate) fn read() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = kib(&status, "VmRSS:") {
        metrics::gauge!("process_resident_memory_bytes").set(kib * 1024.0);
    }
    if let Some(kib) = kib(&status, "RssAnon:") {
        metrics::gauge!("rollcall_memory_anonymous_bytes").set(kib * 1024.0);
    }
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    if let Some(ticks) = ticks(&stat) {
        metrics::counter!("process_cpu_seconds_total").absolute(ticks / TICKS_PER_SECOND);
    }
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        let open = u32::try_from(entries.count()).unwrap_or(u32::MAX);
        metrics::gauge!("process_open_fds").set(open);
    }
}

fn kib(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// User and system time: the 14th and 15th field, after a name that may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_writes_is_understood() {
        let status = "Name:\trollcall\nVmRSS:\t   20480 kB\nRssAnon:\t    1024 kB\n";
        assert_eq!(
            (kib(status, "VmRSS:"), kib(status, "RssAnon:")),
            (Some(20_480.0), Some(1_024.0))
        );
        assert_eq!(kib(status, "RssFile:"), None);
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 1 2 3";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("42"), None);
    }
}
