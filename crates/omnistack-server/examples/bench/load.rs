//! A load of requests: so many connections, each asking again when it is answered, or all together so
//! many each second. At a given rate, a latency counts from when the request was due, so that a server
//! that falls behind does not look good for it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use models::wire::{PredictRequest, Unit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Args)]
pub(crate) struct Options {
    /// The server.
    address: SocketAddr,
    /// The path that is asked for.
    #[arg(long, default_value = "/v1/predict")]
    path: String,
    /// The access token.
    #[arg(long, default_value = "")]
    token: String,
    /// A request whose functions are asked about.
    #[arg(long)]
    units: PathBuf,
    /// Functions of each request.
    #[arg(long, default_value_t = 1)]
    batch: usize,
    /// Makes each function another one, by a comment after it, so that no answer is known.
    #[arg(long)]
    fresh: bool,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Requests each second; as many as can be if none is given.
    #[arg(long)]
    rate: Option<f64>,
    /// Where numbers of fresh functions begin, so that no two runs ask the same.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    latencies: Vec<u32>,
    failed: u64,
}

struct Plan {
    units: Vec<Unit>,
    head: String,
    next: AtomicU64,
    began: Instant,
    until: Instant,
    every: Option<Duration>,
    batch: usize,
    is_fresh: bool,
    from: u64,
    /// Requests as they are sent, where they need not be fresh.
    ready: Vec<Vec<u8>>,
}

impl Plan {
    fn request(&self, number: u64) -> Vec<u8> {
        let first = number as usize * self.batch;
        let chosen = (first..first + self.batch).map(|at| {
            let mut unit = self.units[at % self.units.len()].clone();
            if self.is_fresh {
                let mark = if unit.language == "python" { "#" } else { "//" };
                unit.code = format!("{}\n{mark} {}", unit.code, self.from + at as u64);
            }
            unit
        });
        let request = PredictRequest { units: chosen.collect(), ..PredictRequest::default() };
        let body = serde_json::to_vec(&request).unwrap_or_default();
        let mut bytes = format!("{}Content-Length: {}\r\n\r\n", self.head, body.len()).into_bytes();
        bytes.extend(body);
        bytes
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let request: PredictRequest = serde_json::from_slice(&std::fs::read(&options.units)?)?;
    let began = Instant::now() + Duration::from_millis(50);
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
        options.path, options.address, options.token
    );
    let mut plan = Plan {
        units: request.units,
        head,
        next: AtomicU64::new(0),
        began,
        until: began + Duration::from_secs(options.seconds),
        every: options.rate.map(|it| Duration::from_secs_f64(1.0 / it)),
        batch: options.batch,
        is_fresh: options.fresh,
        from: options.from,
        ready: Vec::new(),
    };
    if !options.fresh {
        plan.ready = (0..plan.units.len() as u64).map(|it| plan.request(it)).collect();
    }
    let plan = Arc::new(plan);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(async {
        let one = |_| tokio::spawn(connection(options.address, Arc::clone(&plan)));
        let connections: Vec<_> = (0..options.connections).map(one).collect();
        let mut all = Seen::default();
        for connection in connections {
            let seen = connection.await??;
            all.latencies.extend(seen.latencies);
            all.failed += seen.failed;
        }
        Ok::<_, Box<dyn std::error::Error>>(all)
    })?;
    let took = Instant::now().saturating_duration_since(began).as_secs_f64();
    let Seen { mut latencies, failed } = seen;
    latencies.sort_unstable();
    let quantile = |percent: usize| {
        let at = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(at).copied().unwrap_or_default()
    };
    let result = serde_json::json!({
        "requests": latencies.len(),
        "failed": failed,
        "per_second": latencies.len() as f64 / took,
        "units_per_second": (latencies.len() * options.batch) as f64 / took,
        "p50_us": quantile(50),
        "p95_us": quantile(95),
        "p99_us": quantile(99),
    });
    println!("{result}");
    Ok(())
}

async fn connection(address: SocketAddr, plan: Arc<Plan>) -> std::io::Result<Seen> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut seen, mut buffer) = (Seen::default(), Vec::with_capacity(64 << 10));
    tokio::time::sleep_until(plan.began.into()).await;
    loop {
        let number = plan.next.fetch_add(1, Ordering::Relaxed);
        let mut due = Instant::now();
        if let Some(every) = plan.every {
            due = plan.began + every.mul_f64(number as f64);
            if due > Instant::now() {
                // The timer's own delay is not the server's.
                tokio::time::sleep_until(due.into()).await;
                due = Instant::now();
            }
        }
        if due.max(Instant::now()) >= plan.until {
            return Ok(seen);
        }
        if plan.is_fresh {
            stream.write_all(&plan.request(number)).await?;
        } else {
            stream.write_all(&plan.ready[number as usize % plan.ready.len()]).await?;
        }
        if answer(&mut stream, &mut buffer).await? == 200 {
            seen.latencies.push(due.elapsed().as_micros() as u32);
        } else {
            seen.failed += 1;
        }
    }
}

/// Reads one response, and returns its status. It does no more than it must: what the load costs, the
/// server lacks.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<u16> {
    buffer.clear();
    let mut searched = 0;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = memchr::memmem::find(&buffer[searched..], b"\r\n\r\n") else {
            searched = buffer.len().saturating_sub(3);
            continue;
        };
        let end = searched + end;
        let status = std::str::from_utf8(&buffer[9..12]).ok().and_then(|it| it.parse().ok());
        let name = b"content-length: ";
        let length = memchr::memmem::find(&buffer[..end], name).map(|at| {
            let digits = buffer[at + name.len()..end].iter().take_while(|it| it.is_ascii_digit());
            digits.fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
        });
        while buffer.len() < end + 4 + length.unwrap_or(0) {
            if stream.read_buf(buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        return Ok(status.unwrap_or(0));
    }
}
