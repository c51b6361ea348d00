//! What is sent, and what is made of what comes.

use std::time::Duration;

use models::wire::PredictRequest;
use remote::{Error, Outcome, State};
use serde_json::json;

use crate::service::{PATIENT, Reply, Service, client, error, request, settings, with};

#[tokio::test]
async fn a_request_says_who_asks_for_how_long_and_why() {
    let service = Service::start([]).await;
    let mut settings = settings(&[service.url()]);
    settings.model = Some("large".to_owned());
    let (client, counter) = client(settings);
    let trace = [("traceparent".to_owned(), "00-1-2-01".to_owned())];
    let answer = client.predict(request(2), &trace).await.unwrap();
    assert_eq!((answer.units.len(), answer.model.as_str()), (2, "large-1"));
    assert_eq!(answer.endpoint, service.url());
    let asked = service.asked();
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(asked.path, "/v1/predict");
    assert_eq!(asked.header("authorization"), "Bearer t0ken");
    assert_eq!(asked.header("traceparent"), "00-1-2-01");
    assert_eq!(asked.header("x-request-id").len(), 32);
    assert_eq!(asked.header("user-agent"), "tests/1");
    let left: u128 = asked.header("x-omnistack-deadline-ms").parse().unwrap();
    assert!(left <= PATIENT.as_millis() + 10 && left > PATIENT.as_millis() / 2, "{left}");
    let body: PredictRequest = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!((body.units.len(), body.model.as_deref()), (2, Some("large")));
    assert_eq!(counter.outcomes(), [Outcome::Answered]);
    let health = client.health();
    assert_eq!((health.state, health.counts.answered, health.counts.units), (State::Ready, 1, 2));
    assert_eq!(health.model.as_deref(), Some("large-1"));
}

#[tokio::test]
async fn what_is_no_answer_is_told_as_such() {
    let short = json!({"model": "m", "units": []});
    let garbage = [
        with(200, &json!("hello")),
        with(200, &short),
        Reply::With(200, Vec::new(), vec![0xff; 100]),
        Reply::With(200, Vec::new(), b"[".repeat(100_000)),
        Reply::With(200, Vec::new(), Vec::new()),
    ];
    let count = garbage.len();
    let service = Service::start(garbage).await;
    let mut settings = settings(&[service.url()]);
    settings.pace.failures = 100;
    let (client, counter) = client(settings);
    for _ in 0..count {
        let refused = client.predict(request(1), &[]).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { .. }), "{refused}");
        assert_eq!(client.health().state, State::Failing);
    }
    // It was not asked again about what it does not understand.
    assert_eq!(service.asked().len(), count);
    assert_eq!(counter.outcomes(), vec![Outcome::Failed; count]);
    client.predict(request(1), &[]).await.unwrap();
    assert_eq!((client.health().state, client.health().problem), (State::Ready, None));
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let large = Reply::With(200, Vec::new(), vec![b' '; 9 << 20]);
    let service = Service::start([Reply::Endless, large]).await;
    let (client, _) = client(settings(&[service.url()]));
    for _ in 0..2 {
        let refused = client.predict(request(1), &[]).await.unwrap_err();
        assert!(refused.to_string().contains("too large"), "{refused}");
    }
}

#[tokio::test]
async fn nobody_follows_where_an_answer_points() {
    let elsewhere = Service::start([]).await;
    let location = vec![("location", format!("{}/v1/predict", elsewhere.url()))];
    let service = Service::start([Reply::With(307, location, Vec::new())]).await;
    let (client, _) = client(settings(&[service.url()]));
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    assert!(matches!(refused, Error::Status { status: 307, .. }), "{refused}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_slow_server_is_given_up_in_time_and_its_request_is_closed() {
    let service = Service::start([Reply::Hang]).await;
    let mut settings = settings(&[service.url()]);
    settings.deadline = Duration::from_millis(100);
    let (client, counter) = client(settings);
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    assert_eq!(refused, Error::TimedOut(Duration::from_millis(100)));
    assert_eq!(counter.outcomes(), [Outcome::TimedOut]);
}

#[tokio::test]
async fn what_a_server_says_of_an_error_is_told_in_one_short_line() {
    let detail = format!("Too\nmany {}.", "x".repeat(500));
    let problem = json!({"type": "urn:x", "title": "t", "status": 400, "code": "c",
        "detail": detail});
    let service = Service::start([with(400, &problem), error(413)]).await;
    let (client, _) = client(settings(&[service.url()]));
    let told = client.predict(request(1), &[]).await.unwrap_err().to_string();
    assert!(told.contains("(400): Toomany xxx") && told.len() < 300, "{told}");
    let told = client.predict(request(1), &[]).await.unwrap_err().to_string();
    assert!(told.ends_with("(413)"), "{told}");
    // Whose request was wrong says nothing of the server.
    client.predict(request(1), &[]).await.unwrap();
}
