//! Single flight: what is asked at the same time is worked out once, also when the one who works is
//! gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use models::wire::UnitAnswer;
use omnistack_server::configuration;
use omnistack_server::store::cache::{Cache, Flight, Key, Landed, Leader};
use omnistack_server::store::{Memory, Store};

fn cache() -> Cache {
    Cache::new(&configuration::Cache::default(), Arc::new(Store::Memory(Memory::default())))
}

fn answer(score: f32) -> Arc<UnitAnswer> {
    Arc::new(UnitAnswer { score, ..UnitAnswer::default() })
}

fn lead(cache: &Cache, key: Key) -> Leader {
    match cache.join(key) {
        Flight::Leader(leader) => leader,
        Flight::Known(_) | Flight::Follower(_) => panic!("somebody else leads"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_at_the_same_time_is_worked_out_once() {
    let cache = cache();
    let work = Arc::new(AtomicUsize::new(0));
    let key = Key::of("model", "python", false, "def f(): pass");
    let together = Arc::new(tokio::sync::Barrier::new(32));
    let asked: Vec<_> = (0..32)
        .map(|_| {
            let (cache, work, together) = (cache.clone(), Arc::clone(&work), Arc::clone(&together));
            tokio::spawn(async move {
                together.wait().await;
                match cache.join(key) {
                    Flight::Known(answer) => answer,
                    Flight::Leader(leader) => {
                        work.fetch_add(1, SeqCst);
                        tokio::task::yield_now().await;
                        let answer = answer(0.5);
                        leader.land(Arc::clone(&answer));
                        answer
                    }
                    Flight::Follower(follower) => match follower.landed().await {
                        Landed::Answer(answer) => answer,
                        Landed::Lead(_) => panic!("nobody gave up"),
                    },
                }
            })
        })
        .collect();
    for asked in asked {
        assert_eq!(*asked.await.unwrap(), *answer(0.5));
    }
    assert_eq!(work.load(SeqCst), 1);
    assert!(cache.get_many(&[key]).await[0].is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_one_who_works_is_gone_another_takes_over() {
    let cache = cache();
    let key = Key::of("model", "python", false, "def f(): pass");
    let first = lead(&cache, key);
    // Each lands as soon as it leads: whoever comes first in a list may have to wait for another one.
    let takes_over = |follower: omnistack_server::store::cache::Follower| async {
        match follower.landed().await {
            Landed::Lead(leader) => {
                leader.land(answer(0.25));
                true
            }
            Landed::Answer(landed) => {
                assert_eq!(*landed, *answer(0.25));
                false
            }
        }
    };
    let followers: Vec<_> = (0..5)
        .map(|_| match cache.join(key) {
            Flight::Follower(follower) => tokio::spawn(takes_over(follower)),
            Flight::Known(_) | Flight::Leader(_) => panic!("the first leads"),
        })
        .collect();
    drop(first);
    let (mut led, mut told) = (0, 0);
    for follower in followers {
        if follower.await.unwrap() { led += 1 } else { told += 1 }
    }
    assert_eq!((led, told), (1, 4));
    assert!(matches!(cache.join(key), Flight::Known(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_is_no_larger_than_it_may_be() {
    let settings = configuration::Cache { memory_bytes: 64 << 10, ..Default::default() };
    let cache = Cache::new(&settings, Arc::new(Store::Memory(Memory::default())));
    for number in 0..10_000 {
        let key = Key::of("model", "python", false, &number.to_string());
        cache.put_many(vec![(key, answer(0.5))]);
    }
    crate::waiting::eventually("what is too much went", async || {
        cache.get_many(&[Key::of("model", "python", false, "any")]).await;
        cache.size().1 <= 64 << 10
    })
    .await;
    // What an answer depends on is all in its key, and nothing of it runs into the next.
    let keys = [
        Key::of("model", "python", false, "code"),
        Key::of("model", "python", true, "code"),
        Key::of("modelp", "ython", false, "code"),
        Key::of("model", "pythonc", false, "ode"),
        Key::of("other", "python", false, "code"),
    ];
    for (index, key) in keys.iter().enumerate() {
        assert!(keys.iter().skip(index + 1).all(|other| other != key));
    }
}
