//! `bench server`: how the team server does beside the least that axum can do, and beside the
//! predictor itself, in one run on this machine.
//!
//! Server and load share the processors, so that a ratio says more than a rate. What is printed are
//! rates; what goes to `docs/benchmarks-server.md` are ratios.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::project::{Failure, Project, run_program};

/// Connections of the load.
const CLIENTS: &str = "32";
/// How many times each measure is taken; the middle one counts.
const RUNS: usize = 3;
/// The page with the results.
const PAGE: &str = "docs/benchmarks-server.md";

/// A process that ends with its owner.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        let started = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = started.map_err(|error| Failure::Told(format!("{command:?}: {error}")))?;
        let output = child.stdout.take();
        let output = output.ok_or_else(|| Failure::Told("it has no output".to_owned()))?;
        Ok(Self { child, lines: BufReader::new(output) })
    }

    /// The first line of its output that the function makes something of.
    fn wait_for<T>(&mut self, mut wanted: impl FnMut(&str) -> Option<T>) -> Result<T, Failure> {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.lines.read_line(&mut line).unwrap_or(0);
            if let Some(found) = wanted(line.trim()) {
                return Ok(found);
            }
            if read == 0 {
                return Err(Failure::Told("it ended before it was ready".to_owned()));
            }
        }
    }

    /// Bytes that it occupies.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.unwrap_or(0) << 10
    }
}

struct Bench {
    program: PathBuf,
    units: PathBuf,
    fresh: std::cell::Cell<u64>,
}

/// A server under load.
struct Place {
    running: Running,
    address: String,
    token: String,
}

impl Bench {
    fn run(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let done = Command::new(&self.program).args(arguments).output();
        let done = done.map_err(|error| Failure::Told(error.to_string()))?;
        let text = String::from_utf8_lossy(&done.stdout);
        let told = |_| Failure::Told(String::from_utf8_lossy(&done.stderr).into_owned());
        serde_json::from_str(text.trim()).map_err(told)
    }

    /// A load on a place; the middle one of some by how many were answered.
    fn load(&self, place: &Place, arguments: &[&str]) -> Result<Value, Failure> {
        let units = self.units.display().to_string();
        let mut all = Vec::new();
        for _ in 0..RUNS {
            // Each run has numbers of its own, so that nothing is known already.
            let from = self.fresh.get();
            self.fresh.set(from + 10_000_000);
            let from = from.to_string();
            let fixed = ["load", &place.address, "--token", &place.token, "--units", &units];
            let rest = ["--from", &from];
            let found = self.run(&[&fixed[..], &rest, arguments].concat())?;
            if found["failed"].as_u64() != Some(0) {
                return Err(Failure::Told(format!("requests failed: {found}")));
            }
            all.push(found);
        }
        all.sort_by(|a, b| number(a, "per_second").total_cmp(&number(b, "per_second")));
        Ok(all.swap_remove(RUNS / 2))
    }
}

fn number(value: &Value, name: &str) -> f64 {
    value.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

/// A server as it is started by hand, but for the limits of clients, which a load would meet.
fn server(project: &Project, settings: &[(&str, &str)]) -> Result<Place, Failure> {
    let mut command = Command::new(project.path("target/release/omnistack-server"));
    command.args(["serve", "--dev", "--listen", "127.0.0.1:0"]);
    for rate in ["PREDICT__PER_SECOND", "PREDICT__BURST"] {
        command.env(format!("OMNISTACK_SERVER_LIMITS__RATES__{rate}"), "1000000000");
    }
    command.envs(settings.iter().copied());
    let mut running = Running::start(&mut command)?;
    let address = running.wait_for(|line| line.split_once("http://").map(|it| it.1.to_owned()))?;
    let token = running.wait_for(|line| line.starts_with("eyJ").then(|| line.to_owned()))?;
    Ok(Place { running, address, token })
}

/// Measures and writes the page.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let build = ["build", "--release", "--quiet", "--package", "omnistack-server"];
    run_program(project.cargo().args(build).args(["--bins", "--example", "bench"]))?;
    let client =
        ["build", "--release", "--quiet", "--package", "remote", "--example", "round_trip"];
    run_program(project.cargo().args(client))?;
    let folder = project.path("target/bench-server");
    let failure = |source| Failure::File { verb: "make", path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(failure)?;
    let bench = Bench {
        program: project.path("target/release/examples/bench"),
        units: folder.join("units.json"),
        fresh: std::cell::Cell::new(0),
    };
    let sources = project.path("examples").display().to_string();
    let written = bench.units.display().to_string();
    let own = bench.run(&["rate", &sources, "--write", &written])?;
    println!("bench: the predictor itself: {own}");

    let mut hello = Running::start(Command::new(&bench.program).arg("hello"))?;
    let address = hello.wait_for(|line| (!line.is_empty()).then(|| line.to_owned()))?;
    let place = Place { running: hello, address, token: String::new() };
    let hello = bench.load(&place, &["--path", "/hello", "--connections", CLIENTS])?;
    println!("bench: hello: {hello}");
    drop(place);

    let place = server(project, &[])?;
    // What the load asks is known once it was asked.
    bench.load(&place, &["--connections", "4", "--seconds", "1"])?;
    let hit = bench.load(&place, &["--connections", CLIENTS])?;
    println!("bench: hits: {hit}");
    let half = (number(&hit, "per_second") / 2.0).to_string();
    let calm = bench.load(&place, &["--connections", CLIENTS, "--rate", &half])?;
    println!("bench: hits at half the load: {calm}");
    let fresh = ["--fresh", "--connections"];
    let together = bench.load(&place, &[&fresh[..], &[CLIENTS]].concat())?;
    println!("bench: misses, one a request: {together}");
    let batched = bench.load(&place, &[&fresh[..], &["4", "--batch", "32"]].concat())?;
    println!("bench: misses, 32 a request: {batched}");
    let round_trip = round_trip(project, &place)?;
    println!("bench: a daemon's client and back, hits: {round_trip}");
    let memory = place.running.memory();
    println!("bench: memory at most: {} MB", memory >> 20);
    drop(place);
    let one = ("OMNISTACK_SERVER_MODELS__BATCH_UNITS", "1");
    let place = server(project, &[one])?;
    let alone = bench.load(&place, &[&fresh[..], &[CLIENTS]].concat())?;
    println!("bench: misses, one a request, no batches: {alone}");
    drop(place);

    let units = |value: &Value| number(value, "units_per_second");
    let rows = [
        Row {
            what: "hits, requests each second, beside `hello`",
            ratio: number(&hit, "per_second") / number(&hello, "per_second"),
            goal: "≥ 0.60",
        },
        Row {
            what: "misses, 32 functions a request, beside the predictor's own batches",
            ratio: units(&batched) / number(&own, "batched"),
            goal: "≥ 0.85",
        },
        Row {
            what: "misses, 32 clients with one function each, beside the predictor's own batches",
            ratio: units(&together) / number(&own, "batched"),
            goal: "",
        },
        Row {
            what: "misses in batches beside the same without (32 clients, one function each)",
            ratio: units(&together) / units(&alone),
            goal: "≥ 2.5",
        },
        Row {
            what: "misses, 32 functions a request, beside one each without batches",
            ratio: units(&batched) / units(&alone),
            goal: "",
        },
        Row {
            what: "the predictor's own batches beside one by one",
            ratio: number(&own, "batched") / number(&own, "single"),
            goal: "",
        },
        Row {
            what: "hits at half the load: p99 beside the median",
            ratio: number(&calm, "p99_us") / number(&calm, "p50_us"),
            goal: "≤ 5",
        },
        Row {
            what: "hits from a daemon's client and back, p95 beside 3 ms",
            ratio: number(&round_trip, "p95_ms") / 3.0,
            goal: "≤ 1",
        },
        Row {
            what: "memory under all of this, beside 300 MB",
            ratio: memory as f64 / 300e6,
            goal: "≤ 1",
        },
    ];
    let page = page(&rows);
    let path = project.path(PAGE);
    std::fs::write(&path, page).map_err(|source| Failure::File { verb: "write", path, source })
}

/// How long the daemon's client waits for answers that are known.
fn round_trip(project: &Project, place: &Place) -> Result<Value, Failure> {
    let program = project.path("target/release/examples/round_trip");
    let mut command = Command::new(program);
    command.arg(format!("http://{}", place.address)).env("OMNISTACK_REMOTE_TOKEN", &place.token);
    let done = command.output().map_err(|error| Failure::Told(error.to_string()))?;
    let text = String::from_utf8_lossy(&done.stdout);
    let told = |_| Failure::Told(String::from_utf8_lossy(&done.stderr).into_owned());
    serde_json::from_str(text.trim()).map_err(told)
}

struct Row {
    what: &'static str,
    ratio: f64,
    goal: &'static str,
}

fn page(rows: &[Row]) -> String {
    let mut text = String::from(
        "# How the team server does\n\n\
         Written by `cargo xtask bench server`, in one run on two processors, which server and load \
         share. `hello` is a route of axum that does nothing else. The functions are those of \
         `examples/`; each measure is the middle one of three.\n\n\
         | measure | ratio | goal |\n|---|---|---|\n",
    );
    for Row { what, ratio, goal } in rows {
        // Writing to a text does not fail.
        let _ = writeln!(text, "| {what} | {ratio:.2} | {goal} |");
    }
    text.push_str(
        "\nBatches cannot be faster than the network itself is with them: the row on its own batches \
         says what it gains, and [the decision on batches](adr/0021-batches-of-functions.md) says why.\n",
    );
    text
}
