//! Limits: how often a client may ask, as token buckets that replicas share.
//!
//! There is a bucket for each client and class of routes ([`Limit`]); what needs no token is counted
//! by address. What is left is told in every response, in the fields of
//! draft-ietf-httpapi-ratelimit-headers-10 (`RateLimit-Policy` and `RateLimit`) and, for programs that
//! know the older ones only, in those of draft-ietf-httpapi-ratelimit-headers-06 (`RateLimit-Limit`,
//! `RateLimit-Remaining`, `RateLimit-Reset`); a response with 429 has `Retry-After`, too.

use std::fmt::Write;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::access::Limit;
use crate::configuration::{self, Network};
use crate::problem::{Answer, Code};
use crate::state::App;
use crate::store::{Rate, Verdict};

/// The limits of a client.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of them.
pub(crate) const STATE: HeaderName = HeaderName::from_static("ratelimit");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Addresses of `X-Forwarded-For` that are looked at. Nobody has so many proxies of their own.
const MOST_HOPS: usize = 32;

/// What is left after a request was counted; for the response's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted(Option<Left>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    class: &'static str,
    /// The most that there can be.
    limit: u64,
    /// Seconds in which that many come.
    window: u64,
    remaining: u64,
    /// Seconds until the bucket is full.
    reset: u64,
}

/// Counts a request against a limit of a client, or of an address.
///
/// # Errors
/// [`Code::RateLimited`] when the client asks too often.
pub async fn admit(app: &App, limit: Limit, who: &str, tokens: f64) -> Answer<Admitted> {
    let Some(rate) = rate_of(&app.configuration.limits.rates, limit) else {
        return Ok(Admitted(None));
    };
    let mut bucket = String::with_capacity(limit.name().len() + 1 + who.len());
    bucket.push_str(limit.name());
    bucket.push(':');
    bucket.push_str(who);
    let verdict = app.store.take(&bucket, rate, tokens).await;
    let left = Left::new(limit, rate, &verdict);
    if verdict.is_granted {
        return Ok(Admitted(Some(left)));
    }
    let detail = format!(
        "Too many requests of the kind `{}`: {} at once and {} each second in the long run are \
         allowed.",
        limit.name(),
        rate.burst,
        rate.per_second
    );
    let failure = Code::RateLimited.because(detail).retry_after(verdict.retry_after);
    Err(left.fields().into_iter().fold(failure, |it, (name, value)| it.header(name, value)))
}

impl Admitted {
    /// Tells in a response's head what is left.
    pub fn tell(&self, headers: &mut HeaderMap) {
        if let Some(left) = &self.0 {
            headers.extend(left.fields());
        }
    }
}

impl Left {
    fn new(limit: Limit, rate: Rate, verdict: &Verdict) -> Self {
        Self {
            class: limit.name(),
            limit: whole(rate.burst),
            window: seconds(Duration::from_secs_f64((rate.burst / rate.per_second).min(1e9)))
                .max(1),
            remaining: whole(verdict.remaining),
            reset: seconds(verdict.full_after),
        }
    }

    fn fields(&self) -> [(HeaderName, HeaderValue); 5] {
        let Self { class, limit, window, remaining, reset } = *self;
        [
            (POLICY, value(format_args!(r#""{class}";q={limit};w={window}"#))),
            (STATE, value(format_args!(r#""{class}";r={remaining};t={reset}"#))),
            (LIMIT, HeaderValue::from(limit)),
            (REMAINING, HeaderValue::from(remaining)),
            (RESET, HeaderValue::from(reset)),
        ]
    }
}

fn value(text: std::fmt::Arguments<'_>) -> HeaderValue {
    let mut written = String::with_capacity(40);
    // Writing to a string never fails; names of classes are plain.
    let _ = written.write_fmt(text);
    HeaderValue::try_from(written).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Whole tokens.
#[allow(clippy::cast_sign_loss, reason = "numbers of tokens are not negative")]
fn whole(tokens: f64) -> u64 {
    tokens.max(0.0) as u64
}

/// Whole seconds, rounded up.
pub(crate) fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

/// The rate of a class; nothing if it is not limited.
fn rate_of(rates: &configuration::Rates, limit: Limit) -> Option<Rate> {
    let configuration::Rate { per_second, burst } = match limit {
        Limit::None => return None,
        Limit::Token => rates.token,
        Limit::Predict => rates.predict,
        Limit::Analyze => rates.analyze,
        Limit::Other | Limit::Refused => rates.other,
    };
    Some(Rate { per_second, burst })
}

/// Whom a request is from: the other end of the connection or, where that is a proxy of ours, the
/// last address in `X-Forwarded-For` that is none. What stands before that may be made up.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|it| it.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.as_bytes().rsplit(|it| *it == b','));
    for hop in hops.take(MOST_HOPS) {
        // What is no address was not written by a proxy of ours: the one before it has to do.
        let Some(address) = std::str::from_utf8(hop).ok().and_then(parse_hop) else { break };
        client = address;
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// An address as proxies write it: some with a port, some with brackets.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let inner = hop.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(hop);
    let address = inner.parse().or_else(|_| hop.parse::<SocketAddr>().map(|it| it.ip()));
    address.ok().map(|it: IpAddr| it.to_canonical())
}

/// The name of an address in limits. One client has a whole /64 of IPv6: it counts as one.
pub fn name_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}
