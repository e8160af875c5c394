//! Gathers the browser files that the console embeds: other people's, from their npm packages at the
//! versions of `web/package-lock.json`, and our own from `assets/`.
//!
//! It writes to `OUT_DIR` only, so that a build never changes the checkout, and it talks to the network only
//! when the wanted packages are not there yet.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What we serve of each package: its file, and the name that we give it.
const WANTED: &[(&str, &str)] = &[
    ("htmx.org/dist/htmx.min.js", "htmx.js"),
    ("htmx-ext-sse/dist/sse.min.js", "sse.js"),
    ("idiomorph/dist/idiomorph-ext.min.js", "morph.js"),
    ("uplot/dist/uPlot.iife.min.js", "uplot.js"),
    ("uplot/dist/uPlot.min.css", "uplot.css"),
];

/// Our style sheets in the order of the cascade; they are served as one file.
const STYLES: &[&str] = &[
    "token", "base", "shell", "control", "table", "state", "overview", "employee", "wall",
    "timeline", "page", "phone",
];

/// Our own files that are served as they are.
const OURS: &[&str] = &["app.js", "live.js", "chart.js", "icons.svg", "favicon.svg"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=web/package.json");
    println!("cargo::rerun-if-changed=web/package-lock.json");
    println!("cargo::rerun-if-changed=assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let served = out.join("served");
    fs::create_dir_all(&served)?;
    let packages = install(&out)?;
    for (file, name) in WANTED {
        fs::copy(packages.join(file), served.join(name)).map_err(|e| format!("{file}: {e}"))?;
    }
    for name in OURS {
        fs::copy(Path::new("assets").join(name), served.join(name))
            .map_err(|e| format!("assets/{name}: {e}"))?;
    }
    fs::write(served.join("app.css"), style_sheet()?)?;
    Ok(())
}

/// Joins the style sheets into one.
fn style_sheet() -> Result<String, Box<dyn Error>> {
    let mut all = String::new();
    for name in STYLES {
        let path = format!("assets/css/{name}.css");
        all.push_str(&fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?);
    }
    Ok(all)
}

/// Runs `npm ci` beside the build output, unless a build with this very lock file did so already.
/// Returns the folder of the packages.
fn install(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let web = out.join("web");
    let packages = web.join("node_modules");
    let lock = fs::read_to_string("web/package-lock.json")?;
    let stamp = web.join("installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock)
        && WANTED.iter().all(|(file, _)| packages.join(file).is_file())
    {
        return Ok(packages);
    }
    fs::create_dir_all(&web)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(Path::new("web").join(name), web.join(name))?;
    }
    let output = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&web)
        .output()
        .map_err(|e| {
            format!(
                "The console's browser files (htmx, uPlot and others) come from npm packages at build time, and `npm` \
                 could not be started: {e}. Install Node.js with npm (Debian: `apt-get install npm`) and \
                 build again."
            )
        })?;
    if !output.status.success() {
        return Err(format!(
            "`npm ci` for the console's browser files failed ({}). It needs the package registry once per \
             build folder. What npm said:\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    fs::write(&stamp, lock)?;
    Ok(packages)
}
