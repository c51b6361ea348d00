//! When it tries again, elsewhere or later, and when it leaves a server alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use remote::{Error, Outcome, State};

use crate::service::{Reply, Service, client, error, later, request, settings};

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in [502, 503, 504] {
        let service = Service::start([error(status), error(status)]).await;
        let (client, counter) = client(settings(&[service.url()]));
        client.predict(request(1), &[]).await.unwrap();
        let asked = service.asked();
        assert_eq!(asked.len(), 3);
        let name = asked[0].header("x-request-id");
        assert!(asked.iter().all(|it| it.header("x-request-id") == name), "one name for all tries");
        assert_eq!(counter.outcomes(), [Outcome::Answered]);
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not() {
    for status in [400, 404, 413, 500, 501] {
        let service = Service::start([error(status)]).await;
        let (client, _) = client(settings(&[service.url()]));
        let refused = client.predict(request(1), &[]).await.unwrap_err();
        assert!(matches!(refused, Error::Status { status: it, .. } if it == status), "{refused}");
        assert_eq!(service.asked().len(), 1);
    }
}

#[tokio::test]
async fn another_server_takes_over_from_one_that_is_gone() {
    let service = Service::start([]).await;
    let (client, counter) = client(settings(&[nobody(), service.url()]));
    for _ in 0..20 {
        client.predict(request(1), &[]).await.unwrap();
    }
    assert_eq!(service.asked().len(), 20);
    assert_eq!(counter.outcomes(), vec![Outcome::Answered; 20]);
}

#[tokio::test]
async fn a_server_that_fails_is_left_alone_and_asked_again_later() {
    let service = Service::start((0..3).map(|_| error(500))).await;
    let mut settings = settings(&[service.url()]);
    settings.pace.open = Duration::from_millis(200);
    let (client, counter) = client(settings);
    for _ in 0..3 {
        client.predict(request(1), &[]).await.unwrap_err();
    }
    let open = Instant::now();
    assert_eq!(client.predict(request(1), &[]).await.unwrap_err(), Error::Resting);
    // The reason stays told.
    let health = client.health();
    assert_eq!(health.state, State::Failing);
    assert!(matches!(health.problem, Some(Error::Status { status: 500, .. })), "{health:?}");
    while client.predict(request(1), &[]).await.is_err() {
        assert!(open.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(open.elapsed() >= Duration::from_millis(190));
    assert_eq!(service.asked().len(), 4, "nobody asked while it was left alone");
    assert_eq!(client.health().state, State::Ready);
    let outcomes = counter.outcomes();
    assert_eq!(
        outcomes[..4],
        [Outcome::Failed, Outcome::Failed, Outcome::Failed, Outcome::Refused]
    );
    assert_eq!(outcomes.last(), Some(&Outcome::Answered));
}

#[tokio::test]
async fn a_server_that_comes_back_at_the_same_place_is_used_again() {
    let service = Service::start([]).await;
    let (address, url) = (service.address, service.url());
    let mut settings = settings(&[url]);
    (settings.pace.open, settings.pace.failures) = (Duration::from_millis(1), 1);
    let (client, _) = client(settings);
    client.predict(request(1), &[]).await.unwrap();
    drop(service);
    let began = Instant::now();
    // A connection that is open may still be served while the task ends.
    while client.predict(request(1), &[]).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::task::yield_now().await;
    }
    let _service = Service::at(address, [], None).await;
    while client.predict(request(1), &[]).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn who_asks_too_often_waits_as_long_as_the_server_says() {
    let service = Service::start([later(429, 1)]).await;
    let mut settings = settings(&[service.url()]);
    settings.pace.failures = 1;
    let (client, _) = client(settings);
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    assert!(matches!(refused, Error::Limited { wait, .. } if wait == Duration::from_secs(1)));
    let began = Instant::now();
    assert_eq!(client.predict(request(1), &[]).await.unwrap_err(), Error::Resting);
    while client.predict(request(1), &[]).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // An hour, had it counted as a failure.
    assert!(began.elapsed() >= Duration::from_millis(900));
    assert_eq!(service.asked().len(), 2);
}

#[tokio::test]
async fn a_wait_that_a_server_asks_for_is_heeded_within_the_deadline() {
    let service = Service::start([later(503, 1)]).await;
    let (client, _) = client(settings(&[service.url()]));
    let began = Instant::now();
    client.predict(request(1), &[]).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));

    let service = Service::start([later(503, 60)]).await;
    let (client, _) = self::client(settings(&[service.url()]));
    let began = Instant::now();
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    assert!(matches!(refused, Error::Status { status: 503, .. }), "{refused}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn another_server_need_not_be_waited_for() {
    let (busy, free) = (Service::start([later(503, 60)]).await, Service::start([]).await);
    let (client, _) = client(settings(&[busy.url(), free.url()]));
    let began = Instant::now();
    for _ in 0..10 {
        client.predict(request(1), &[]).await.unwrap();
    }
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!((busy.asked().len() <= 1, free.asked().len()), (true, 10));
}

#[tokio::test]
async fn calls_go_where_they_are_answered_fast() {
    let hang = Arc::new(AtomicBool::new(false));
    let service = || {
        let hang = Arc::clone(&hang);
        Service::deciding(move |_| hang.load(Ordering::SeqCst).then_some(Reply::Hang))
    };
    let (slow, fast) = (service().await, service().await);
    let (client, _) = client(settings(&[slow.url(), fast.url()]));
    for _ in 0..2 {
        client.predict(request(1), &[]).await.unwrap();
    }
    assert_eq!((slow.asked().len(), fast.asked().len()), (1, 1), "both are tried");
    // One that hangs keeps a place busy, whichever it is.
    hang.store(true, Ordering::SeqCst);
    let client = Arc::new(client);
    let hanging: Vec<_> = (0..2)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move { client.predict(request(1), &[]).await })
        })
        .collect();
    while slow.asked().len() + fast.asked().len() < 4 {
        tokio::task::yield_now().await;
    }
    for task in hanging {
        task.abort();
    }
    hang.store(false, Ordering::SeqCst);
    // Who gave up left nothing behind.
    for _ in 0..20 {
        client.predict(request(1), &[]).await.unwrap();
    }
}
