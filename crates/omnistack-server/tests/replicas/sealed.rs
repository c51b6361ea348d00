//! Sealing: nothing that Redis holds can be read there, and nothing that was meddled with is believed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use models::wire::{Prediction, UnitAnswer};
use omnistack_server::configuration;
use omnistack_server::store::cache::{Cache, Key};
use omnistack_server::store::{Rate, Signals, Space, Store, StoreError};

use crate::processes::{Redis, key};
use crate::waiting::eventually;

const HOUR: Duration = Duration::from_hours(1);
const SECRETS: [&str; 5] =
    ["weather-station", "s3cr3t-hash", "jti-0192", "the `width` is multiplied", "def area("];

/// Everything in Redis, as bytes: names, values, members of indexes.
async fn everything(redis: &Redis) -> BTreeMap<Vec<u8>, Vec<Vec<u8>>> {
    let mut inside = redis.look_inside().await;
    let names: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query_async(&mut inside).await.unwrap();
    let mut all = BTreeMap::new();
    for name in names {
        let kind: String = redis::cmd("TYPE").arg(&name).query_async(&mut inside).await.unwrap();
        let mut command = match kind.as_str() {
            "string" => redis::cmd("MGET"),
            "zset" => redis::cmd("ZRANGE"),
            "hash" => redis::cmd("HGETALL"),
            other => panic!("{other}"),
        };
        command.arg(&name);
        if kind == "zset" {
            command.arg(0).arg(-1);
        }
        let values: Vec<Vec<u8>> = command.query_async(&mut inside).await.unwrap();
        all.insert(name, values);
    }
    all
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|it| it == part.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_read_in_redis() {
    let redis = Redis::start().await;
    let keys = key('a');
    let store = redis.store(&[&keys]).await;
    store.put(Space::Client, "weather-station", b"s3cr3t-hash", None).await.unwrap();
    store.put(Space::Session, "jti-0192", b"weather-station", Some(HOUR)).await.unwrap();
    store.put(Space::Revoked, "jti-0192", b"jti-0192", Some(HOUR)).await.unwrap();
    assert!(store.claim(Space::Used, "jti-0192", HOUR).await.unwrap());
    store.take("predict:weather-station", Rate { per_second: 1.0, burst: 9.0 }, 1.0).await;
    let cache = Cache::new(&configuration::Cache::default(), Arc::clone(&store));
    let code = "def area(width, height):\n    return width * width\n";
    let key = Key::of("model", "python", false, code);
    let message = "the `width` is multiplied with itself".to_owned();
    let prediction = Prediction {
        rule: "predict/variable-misuse".to_owned(),
        severity: "warning".to_owned(),
        confidence: 0.5,
        message,
        start: 0,
        end: 1,
        fixes: Vec::new(),
        evidence: vec![code.to_owned()],
    };
    let answer = Arc::new(UnitAnswer { predictions: vec![prediction], ..UnitAnswer::default() });
    cache.put_many(vec![(key, Arc::clone(&answer))]);
    // Another replica finds what this one has written.
    let other = Cache::new(&configuration::Cache::default(), redis.store(&[&keys]).await);
    eventually("the prediction is shared", async || {
        other.get_many(&[key]).await[0].as_deref() == Some(&*answer)
    })
    .await;
    let all = everything(&redis).await;
    // A value each, a bucket, and two indexes.
    assert_eq!(all.len(), 8, "{:?}", all.keys());
    for (name, values) in &all {
        assert!(name.starts_with(b"omnistack:"), "{name:?}");
        for text in values.iter().chain([name]) {
            let shown = SECRETS.iter().find(|it| contains(text, it));
            assert!(shown.is_none(), "{shown:?} can be read in {name:?}");
            assert!(!contains(text, "width") && !contains(text, &keys[..16]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_meddled_with_is_absent() {
    let redis = Redis::start().await;
    let keys = key('a');
    let store = redis.store(&[&keys]).await;
    let name = |it: &BTreeMap<Vec<u8>, Vec<Vec<u8>>>| it.keys().next().unwrap().clone();
    store.put(Space::Session, "one", b"the first", Some(HOUR)).await.unwrap();
    let before = everything(&redis).await;
    let (one, sealed) = (name(&before), before.values().next().unwrap()[0].clone());
    let mut inside = redis.look_inside().await;
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let () = redis::cmd("SET").arg(&one).arg(changed).query_async(&mut inside).await.unwrap();
        let value = store.get(Space::Session, "one").await.unwrap();
        assert_eq!(value, None, "bit {bit}");
    }
    for length in [0, 1, 4, 15, 16, 31, sealed.len() - 1] {
        let short = &sealed[..length];
        let () = redis::cmd("SET").arg(&one).arg(short).query_async(&mut inside).await.unwrap();
        assert_eq!(store.get(Space::Session, "one").await.unwrap(), None, "{length} bytes");
    }
    let () = redis::cmd("SET").arg(&one).arg(&sealed).query_async(&mut inside).await.unwrap();
    assert_eq!(store.get(Space::Session, "one").await.unwrap().unwrap(), b"the first");
    // At the name of another value, or in another space, it does not open.
    store.put(Space::Session, "two", b"the second", Some(HOUR)).await.unwrap();
    let all = everything(&redis).await;
    let two = all.keys().find(|it| **it != one).unwrap();
    let () = redis::cmd("SET").arg(two).arg(&sealed).query_async(&mut inside).await.unwrap();
    assert_eq!(store.get(Space::Session, "two").await.unwrap(), None);
    let elsewhere = String::from_utf8(one.clone()).unwrap().replace(":s:", ":u:");
    let () = redis::cmd("SET").arg(elsewhere).arg(&sealed).query_async(&mut inside).await.unwrap();
    assert_eq!(store.get(Space::Used, "one").await.unwrap(), None);
    // The same twice looks different each time.
    store.put(Space::Session, "one", b"the first", Some(HOUR)).await.unwrap();
    assert_ne!(everything(&redis).await[&one][0], sealed);
    // Who has other keys finds nothing.
    let stranger = redis.store(&[&key('f')]).await;
    assert_eq!(stranger.get(Space::Session, "one").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_can_be_exchanged_while_replicas_run() {
    let redis = Redis::start().await;
    let (old, new) = (key('a'), key('b'));
    let before = redis.store(&[&old]).await;
    before.put(Space::Client, "ada", b"1", None).await.unwrap();
    before.put(Space::Session, "family", b"1", Some(HOUR)).await.unwrap();
    assert!(before.claim(Space::Used, "spent", HOUR).await.unwrap());
    // First every replica learns the new key, then the new key seals: both kinds run side by side.
    let learned = redis.store(&[&old, &new]).await;
    let after = redis.store(&[&new, &old]).await;
    for store in [&learned, &after] {
        assert_eq!(store.get(Space::Session, "family").await.unwrap().unwrap(), b"1");
        assert!(!store.claim(Space::Used, "spent", HOUR).await.unwrap(), "spent twice");
        assert_eq!(store.all(Space::Client).await.unwrap(), [b"1"]);
    }
    assert!(after.claim(Space::Used, "other", HOUR).await.unwrap());
    assert!(!learned.claim(Space::Used, "other", HOUR).await.unwrap(), "spent twice");
    // What is written anew is under the new key, and there once.
    after.put(Space::Client, "ada", b"2", None).await.unwrap();
    after.put(Space::Session, "family", b"2", Some(HOUR)).await.unwrap();
    for store in [&learned, &after] {
        assert_eq!(store.all(Space::Client).await.unwrap(), [b"2"]);
        assert_eq!(store.get(Space::Session, "family").await.unwrap().unwrap(), b"2");
    }
    let names = ["family".to_owned(), "nobody".to_owned()];
    let many = after.get_many(Space::Session, &names).await.unwrap();
    assert_eq!(many, [Some(b"2".to_vec()), None]);
    let only_new = redis.store(&[&new]).await;
    assert_eq!(only_new.all(Space::Client).await.unwrap(), [b"2"]);
    assert_eq!(before.get(Space::Session, "family").await.unwrap(), None);
    learned.remove(Space::Client, "ada").await.unwrap();
    learned.remove(Space::Session, "family").await.unwrap();
    assert_eq!(after.all(Space::Client).await.unwrap(), Vec::<Vec<u8>>::new());
    assert_eq!(only_new.get(Space::Session, "family").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn revocations_end_by_themselves_and_clients_stay() {
    let redis = Redis::start().await;
    let keys = key('a');
    let store = redis.store(&[&keys]).await;
    store.put(Space::Revoked, "short", b"short", Some(Duration::from_millis(50))).await.unwrap();
    store.put(Space::Revoked, "long", b"long", Some(HOUR)).await.unwrap();
    store.put(Space::Client, "ada", b"ada", None).await.unwrap();
    eventually("the short revocation is over", async || {
        store.all(Space::Revoked).await.unwrap() == [b"long"]
    })
    .await;
    let all = everything(&redis).await;
    let index = all.get(b"omnistack:index:r".as_slice()).unwrap();
    assert_eq!(index.len(), 1, "the index forgets what is over");
    assert_eq!(store.all(Space::Client).await.unwrap(), [b"ada"]);
    // Of all that claim a name at once, one gets it; when its time is over, another may.
    let other = redis.store(&[&keys]).await;
    let brief = Duration::from_millis(200);
    let claims = (0..16).map(|it| {
        let store = if it % 2 == 0 { &store } else { &other };
        store.claim(Space::Used, "once", brief)
    });
    let claims = futures::future::join_all(claims).await;
    assert_eq!(claims.into_iter().filter(|it| *it.as_ref().unwrap()).count(), 1);
    eventually("the claim is over", async || {
        store.claim(Space::Used, "once", brief).await.unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_none_are_told_without_what_they_are() {
    let redis = Redis::start().await;
    let open = async |keys: &[&str]| Store::open(&redis.settings(keys), Signals::default()).await;
    let half = "abcd1234".repeat(4);
    let error = open(&[&key('a'), &half]).await.unwrap_err();
    assert!(matches!(error, StoreError::Keys(_)), "{error}");
    assert!(error.to_string().contains("key 2") && !error.to_string().contains("abcd1234"));
    let mut settings = redis.settings(&[&key('a')]);
    settings.keys_file = None;
    let error = Store::open(&settings, Signals::default()).await.unwrap_err();
    assert!(error.to_string().contains("openssl rand -hex 32"), "{error}");
    let mut settings = redis.settings(&[&key('a')]);
    std::fs::write(redis.path("wrong"), "http://:hunter2@127.0.0.1:1").unwrap();
    settings.url_file = Some(redis.path("wrong"));
    let error = Store::open(&settings, Signals::default()).await.unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
