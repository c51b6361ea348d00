//! Outages: Redis is killed and comes back, and requests notice no more than they have to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use omnistack_server::configuration;
use omnistack_server::store::cache::{Cache, Key};
use omnistack_server::store::{Rate, Signals, Space, Store};

use crate::processes::{Redis, key};
use crate::waiting::{PATIENCE, eventually};

const HOUR: Duration = Duration::from_hours(1);
const RATE: Rate = Rate { per_second: 1.0, burst: 5.0 };

#[tokio::test(flavor = "multi_thread")]
async fn redis_is_killed_under_load_and_nothing_is_lost() {
    let mut redis = Redis::start().await;
    let keys = key('a');
    let store = redis.store(&[&keys]).await;
    let settings = redis.settings(&[&keys]);
    let signals = Signals::default();
    let other = Arc::new(Store::open(&settings, signals.clone()).await.unwrap());
    assert_eq!(signals.up.get(), 1);
    for number in 0..50 {
        let name = format!("session {number}");
        store.put(Space::Session, &name, name.as_bytes(), Some(HOUR)).await.unwrap();
    }
    store.put(Space::Client, "ada", b"ada", None).await.unwrap();
    let (is_over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load: Vec<_> = (0..8)
        .map(|worker| {
            let store = Arc::clone(if worker % 2 == 0 { &store } else { &other });
            let (is_over, done) = (Arc::clone(&is_over), Arc::clone(&done));
            tokio::spawn(async move {
                let mut refused = 0;
                while !is_over.load(SeqCst) {
                    // A limit always answers; a value is there, or Redis is said to be away.
                    store.take(&format!("worker {worker}"), RATE, 1.0).await;
                    match store.get(Space::Session, "session 7").await {
                        Ok(value) => assert_eq!(value.unwrap(), b"session 7"),
                        Err(_) => refused += 1,
                    }
                    done.fetch_add(1, SeqCst);
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                refused
            })
        })
        .collect();
    let more = async |count: usize| {
        let goal = done.load(SeqCst) + count;
        eventually("the load goes on", async || done.load(SeqCst) >= goal).await;
    };
    more(100).await;
    redis.kill();
    eventually("the outage is noticed", async || signals.up.get() == 0).await;
    // While it lasts, limits are counted here, and calls do not wait.
    let verdicts = futures::future::join_all((0..20).map(|_| other.take("alone", RATE, 1.0))).await;
    assert_eq!(verdicts.iter().filter(|it| it.is_granted).count(), 5);
    let at_once = tokio::time::timeout(PATIENCE, async {
        for _ in 0..1000 {
            assert!(other.get(Space::Session, "session 7").await.is_err());
        }
    });
    at_once.await.expect("calls wait although Redis is known to be away");
    assert!(!other.answers().await);
    assert!(other.all(Space::Revoked).await.is_err());
    assert!(other.claim(Space::Used, "one", HOUR).await.is_err());
    assert!(other.put(Space::Session, "one", b"", Some(HOUR)).await.is_err());
    assert!(other.remove(Space::Session, "one").await.is_err());
    assert!(signals.errors.get() > 1000);
    more(200).await;
    redis.resume().await;
    eventually("both are back", async || store.answers().await && other.answers().await).await;
    assert_eq!(signals.up.get(), 1);
    more(100).await;
    is_over.store(true, SeqCst);
    let mut refused = 0;
    for worker in load {
        refused += worker.await.unwrap();
    }
    assert!(refused > 0, "the load did not see the outage");
    for number in 0..50 {
        let name = format!("session {number}");
        let value = other.get(Space::Session, &name).await.unwrap();
        assert_eq!(value.as_deref(), Some(name.as_bytes()), "lost");
    }
    assert_eq!(other.all(Space::Client).await.unwrap(), [b"ada"]);
    // The scripts went with the process, and are there again.
    assert!(other.claim(Space::Used, "one", HOUR).await.unwrap());
    assert!(!store.claim(Space::Used, "one", HOUR).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_hangs_costs_its_time_limit_a_few_times() {
    let redis = Redis::start().await;
    let mut settings = redis.settings(&[&key('a')]);
    settings.timeout = Duration::from_millis(200);
    let signals = Signals::default();
    let store = Arc::new(Store::open(&settings, signals.clone()).await.unwrap());
    let cache = Cache::new(&configuration::Cache::default(), Arc::clone(&store));
    redis.freeze();
    let known = Key::of("model", "python", false, "known");
    cache.put_many(vec![(known, Arc::default())]);
    eventually("the outage is noticed", async || {
        let _ = store.get(Space::Session, "any").await;
        signals.up.get() == 0
    })
    .await;
    // The cache goes on with what is in memory, and takes the rest for unknown.
    let answers = cache.get_many(&[known, Key::of("model", "python", true, "known")]).await;
    assert!(answers[0].is_some() && answers[1].is_none());
    redis.thaw();
    eventually("it is back", async || store.answers().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_without_redis_and_finds_it_later() {
    let mut redis = Redis::start().await;
    redis.kill();
    let signals = Signals::default();
    let store = Store::open(&redis.settings(&[&key('a')]), signals.clone()).await.unwrap();
    assert!(store.is_shared() && signals.up.get() == 0);
    assert!(store.take("bucket", RATE, 1.0).await.is_granted);
    assert!(store.get(Space::Session, "one").await.is_err());
    redis.resume().await;
    eventually("it is found", async || store.answers().await).await;
    store.put(Space::Session, "one", b"1", Some(HOUR)).await.unwrap();
    assert_eq!(store.get(Space::Session, "one").await.unwrap().unwrap(), b"1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_given_and_a_wrong_one_is_an_outage() {
    let extra = ["--requirepass", "correct-horse"].map(str::to_owned);
    let redis = Redis::start_with("redis", extra.into()).await;
    let mut settings = redis.settings(&[&key('a')]);
    let open = async |password: &str, settings: &mut configuration::Redis| {
        let url = redis.url().replace("://", &format!("://:{password}@"));
        std::fs::write(redis.path("url"), url).unwrap();
        settings.url_file = Some(redis.path("url"));
        Store::open(settings, Signals::default()).await.unwrap()
    };
    let store = open("correct-horse", &mut settings).await;
    store.put(Space::Session, "one", b"1", Some(HOUR)).await.unwrap();
    assert!(!format!("{store:?}").contains("correct-horse"));
    let store = open("battery-staple", &mut settings).await;
    let error = store.get(Space::Session, "one").await.unwrap_err();
    assert!(!error.to_string().contains("battery-staple"), "{error}");
    assert!(!store.answers().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_is_spoken_to_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let certificate = file("certificate.pem", certified.cert.pem());
    let private = file("key.pem", certified.signing_key.serialize_pem());
    let show = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let options = ["--tls-cert-file", "--tls-key-file", "--tls-ca-cert-file", "--tls-auth-clients"];
    let values = [show(&certificate), show(&private), show(&certificate), "no".to_owned()];
    let extra = options.iter().zip(values).flat_map(|(it, value)| [(*it).to_owned(), value]);
    let redis = Redis::start_with("rediss", extra.collect()).await;
    let mut settings = redis.settings(&[&key('a')]);
    settings.roots = Some(certificate);
    let store = Store::open(&settings, Signals::default()).await.unwrap();
    store.put(Space::Session, "one", b"1", Some(HOUR)).await.unwrap();
    assert_eq!(store.get(Space::Session, "one").await.unwrap().unwrap(), b"1");
    // Whoever cannot show a certificate of these authorities is not spoken to.
    let stranger = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    settings.roots = Some(file("stranger.pem", stranger.cert.pem()));
    let store = Store::open(&settings, Signals::default()).await.unwrap();
    assert!(store.put(Space::Session, "two", b"2", Some(HOUR)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_containers_are_given_keeps_clients_when_redis_restarts() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/compose");
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(deploy.join("prepare.sh"), folder.path().join("prepare.sh")).unwrap();
    let prepared = std::process::Command::new("bash")
        .arg("prepare.sh")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(prepared.status.success(), "{prepared:?}");
    let secrets = folder.path().join("secrets");
    let users = secrets.join("redis_users.acl").display().to_string();
    let mut redis = Redis::start_with("redis", vec!["--aclfile".to_owned(), users]).await;
    let url = std::fs::read_to_string(secrets.join("redis_url")).unwrap();
    let own = redis.url();
    let address = own.trim_start_matches("redis://");
    std::fs::write(redis.path("url"), url.replace("redis:6379", address)).unwrap();
    let store = redis.store(&[&key('a')]).await;
    store.put(Space::Client, "ada", b"developer", None).await.unwrap();
    store.put(Space::Revoked, "token", b"", Some(PATIENCE)).await.unwrap();
    redis.kill();
    redis.resume().await;
    let store = redis.store(&[&key('a')]).await;
    assert_eq!(store.all(Space::Client).await.unwrap(), [b"developer".to_vec()]);
    assert_eq!(store.get(Space::Revoked, "token").await.unwrap(), Some(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn predictions_leave_room_for_what_cannot_be_computed_again() {
    let redis = Redis::start_with("redis", vec!["--maxmemory".to_owned(), "16mb".to_owned()]).await;
    let store = redis.store(&[&key('a')]).await;
    let value = vec![7; 2048];
    for round in 0..800 {
        let name = |it: usize| (format!("{round} {it}"), value.clone());
        let values: Vec<_> = (0..10).map(name).collect();
        store.put_many(Space::Prediction, &values, HOUR).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.put(Space::Revoked, "token", b"", Some(HOUR)).await.unwrap();
    store.put(Space::Client, "ada", b"developer", None).await.unwrap();
}
