//! Measures how long the way to a team server and back takes for what the server knows: one function
//! at a time, as a daemon asks. Run it as
//! `OMNISTACK_REMOTE_TOKEN=… cargo run --release -p remote --example round_trip -- URL [COUNT]`;
//! it prints milliseconds as JSON.

use std::sync::Arc;
use std::time::{Duration, Instant};

use models::wire::{PredictRequest, Unit};
use remote::{Client, Observer, Outcome, Pace, Settings, TokenSource, endpoint};
use secrecy::SecretString;

/// Questions if no number is given.
const COUNT: usize = 2000;
const CODE: &str =
    "def recipient(self):\n    name = self.customer.full_name()\n    return self.strip()\n";

struct Nobody;

impl Observer for Nobody {
    fn ended(&self, _: Outcome) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("say the server's address")?;
    let count = arguments.next().map(|it| it.parse()).transpose()?.unwrap_or(COUNT);
    let token = std::env::var("OMNISTACK_REMOTE_TOKEN")?;
    let settings = Settings {
        endpoints: vec![endpoint(&address)?],
        token: TokenSource::Fixed(SecretString::from(token)),
        model: None,
        deadline: Duration::from_secs(10),
        roots: Vec::new(),
        identity: None,
        agent: "round-trip".to_owned(),
        pace: Pace::default(),
    };
    let client = Client::new(settings, Arc::new(Nobody))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut times = runtime.block_on(async {
        let mut times = Vec::with_capacity(count);
        // What comes first is not known to the server yet, and the connection is not there.
        for time in 0..count + 10 {
            let unit = Unit {
                id: Some("0".to_owned()),
                language: "python".to_owned(),
                code: CODE.to_owned(),
                changed: true,
            };
            let request = PredictRequest { units: vec![unit], ..PredictRequest::default() };
            let began = Instant::now();
            client.predict(request, &[]).await?;
            if time >= 10 {
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
        Ok::<_, remote::Error>(times)
    })?;
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let index = times.len().saturating_sub(1) * percent / 100;
        times.get(index).copied().unwrap_or(f64::NAN)
    };
    println!(
        "{{\"count\": {count}, \"p50_ms\": {:.3}, \"p95_ms\": {:.3}, \"p99_ms\": {:.3}}}",
        at(50),
        at(95),
        at(99)
    );
    Ok(())
}
