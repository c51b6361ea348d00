//! Token buckets: two replicas together never grant more than there is, and what is taken comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use omnistack_server::store::{Memory, Rate, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::processes::{Redis, key};

/// What is asked of the replicas.
#[derive(Clone, Debug)]
enum Step {
    /// A replica is asked for tokens.
    Take(usize, f64),
    /// So many replicas' requests come at once.
    Burst(usize),
    /// Milliseconds pass.
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..2_usize, 1..4_u32).prop_map(|(replica, it)| Step::Take(replica, f64::from(it))),
        2 => (2..12_usize).prop_map(Step::Burst),
        2 => (1..25_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..25)
}

/// Plays steps, and gives the tokens granted and the longest time that may have passed meanwhile.
async fn play(
    stores: &[Arc<Store>; 2],
    bucket: &str,
    rate: Rate,
    steps: &[Step],
) -> (f64, Duration) {
    let began = Instant::now();
    let mut granted = 0.0;
    let mut count = |verdict: omnistack_server::store::Verdict, tokens: f64| {
        assert!((-1e-6..=rate.burst + 1e-6).contains(&verdict.remaining), "{verdict:?}");
        assert_eq!(verdict.is_granted, verdict.retry_after.is_zero(), "{verdict:?}");
        granted += if verdict.is_granted { tokens } else { 0.0 };
    };
    for step in steps {
        match *step {
            Step::Take(replica, tokens) => {
                count(stores[replica].take(bucket, rate, tokens).await, tokens);
            }
            Step::Burst(times) => {
                let takes = (0..times).map(|it| stores[it % 2].take(bucket, rate, 1.0));
                for verdict in futures::future::join_all(takes).await {
                    count(verdict, 1.0);
                }
            }
            Step::Wait(time) => tokio::time::sleep(Duration::from_millis(time)).await,
        }
    }
    (granted, began.elapsed())
}

#[test]
fn replicas_together_never_grant_more_than_there_is() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let redis = runtime.block_on(Redis::start());
    let keys = key('a');
    let shared =
        runtime.block_on(async { [redis.store(&[&keys]).await, redis.store(&[&keys]).await] });
    let alone = Arc::new(Store::Memory(Memory::default()));
    let alone = [Arc::clone(&alone), alone];
    let mut runner =
        TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let rates = (1..200_u32, 1..20_u32);
    let number = std::cell::Cell::new(0);
    let cases = (rates, steps());
    runner
        .run(&cases, |((per_second, burst), steps)| {
            let rate = Rate { per_second: f64::from(per_second), burst: f64::from(burst) };
            number.set(number.get() + 1);
            for stores in [&shared, &alone] {
                let bucket = format!("bucket {}", number.get());
                let (granted, time) = runtime.block_on(play(stores, &bucket, rate, &steps));
                let most = rate.burst + rate.per_second * time.as_secs_f64() + 1e-3;
                prop_assert!(granted <= most, "{granted} of {most} were granted");
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_fills_again_and_vanishes_when_it_is_full() {
    let redis = Redis::start().await;
    let keys = key('a');
    let stores = [redis.store(&[&keys]).await, redis.store(&[&keys]).await];
    let rate = Rate { per_second: 100.0, burst: 10.0 };
    let all = stores[0].take("one", rate, 10.0).await;
    assert!(all.is_granted && all.remaining < 1.0 && all.full_after <= Duration::from_millis(101));
    let tried_at = Instant::now();
    let none = stores[1].take("one", rate, 9.5).await;
    // Unless the machine slept for nearly as long as the bucket needs to fill, that was too soon.
    assert!(!none.is_granted || tried_at.elapsed() > Duration::from_millis(80));
    assert!(none.retry_after <= Duration::from_millis(101));
    let mut inside = redis.look_inside().await;
    crate::waiting::eventually("the idle bucket vanishes", async || {
        let count: usize = redis::cmd("DBSIZE").query_async(&mut inside).await.unwrap();
        count == 0
    })
    .await;
    let again = stores[1].take("one", rate, 10.0).await;
    assert!(again.is_granted, "{again:?}");
    // What no bucket can hold is never granted, and nothing is taken for it.
    let rate = Rate { per_second: 0.001, burst: 4.0 };
    let never = stores[0].take("two", rate, 5.0).await;
    assert!(!never.is_granted && never.remaining > 3.9);
    assert!(stores[1].take("two", rate, 4.0).await.is_granted);
    assert!(!stores[0].take("two", rate, 1.0).await.is_granted);
    // Others' buckets are their own.
    assert!(stores[0].take("three", rate, 4.0).await.is_granted);
}
