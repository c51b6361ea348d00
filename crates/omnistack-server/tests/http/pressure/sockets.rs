//! Connections: slow ones, idle ones, too many, and what becomes of them when the server stops.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::pressure::server::{Reply, SHORT, Server, settings, write};
use crate::waiting::{PATIENCE, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_and_says_nothing_or_little_is_let_go() {
    let server = Server::start(settings()).await;
    let starts = ["", "G", "GET /healthz HTTP/1.1\r\nHost: test\r\n", "PRI * HTTP/2.0\r\n\r\nSM"];
    let mut open = Vec::new();
    for start in starts.iter().cycle().take(40) {
        let mut stream = server.connect().await;
        write(&mut stream, start).await;
        open.push(stream);
    }
    assert!(server.is_alive().await, "others are served meanwhile");
    for stream in open {
        let reply = Reply::read(stream).await;
        assert!(matches!(reply.status, 0 | 400 | 408), "{reply:?}");
    }
    // Also if something comes all the time.
    let (reading, mut writing) = server.connect().await.into_split();
    let drip = tokio::spawn(async move {
        write(&mut writing, "GET /healthz HTTP/1.1\r\nHost: test\r\n").await;
        while writing.write_all(b"X: y\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let reply = Reply::read(reading).await;
    assert!(matches!(reply.status, 0 | 408), "{reply:?}");
    drip.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_be_so_large_and_no_larger() {
    let server = Server::start(settings()).await;
    let large = format!("X-Large: {}\r\n", "x".repeat(60 << 10));
    let reply = server.get("/healthz", &large).await;
    assert!(matches!(reply.status, 0 | 431), "{reply:?}");
    let reply = server.get("/healthz", &"X-Many: x\r\n".repeat(200)).await;
    assert!(matches!(reply.status, 0 | 431), "{reply:?}");
    assert!(server.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_counted_and_come_back() {
    let mut settings = settings();
    settings.limits.connections = 4;
    settings.listen.header_timeout = PATIENCE;
    let server = Server::start(settings).await;
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut stream = server.connect().await;
        // It is known that it was taken once it has answered.
        write(&mut stream, "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").await;
        let mut piece = [0; 12];
        stream.read_exact(&mut piece).await.unwrap();
        assert_eq!(&piece, b"HTTP/1.1 200");
        open.push(stream);
    }
    let beyond = server.get("/healthz", "").await;
    assert_eq!(beyond.status, 0, "{beyond:?}");
    drop(open);
    eventually("connections are free again", async || server.is_alive().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_requests_are_answered_when_the_server_stops() {
    let mut settings = settings();
    settings.limits.body_timeout = PATIENCE;
    let server = Server::start(settings).await;
    let (app, address, fields) = (
        server.app.clone(),
        server.address,
        "Content-Type: application/json\r\nContent-Length: 12\r\n",
    );
    let mut open = server.connect().await;
    write(&mut open, server.head(fields) + "{\"uni").await;
    let mut idle = server.connect().await;
    write(&mut idle, "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").await;
    idle.read_exact(&mut [0; 12]).await.unwrap();
    eventually("the request is open", async || app.metrics.in_flight.get() == 1).await;
    let serving = server.stop();
    eventually("it takes no more connections", async || {
        tokio::net::TcpStream::connect(address).await.is_err()
    })
    .await;
    assert!(app.is_draining());
    // Who has nothing open is told at once.
    let mut rest = Vec::new();
    let end = tokio::time::timeout(PATIENCE, idle.read_to_end(&mut rest));
    end.await.expect("it is let go").unwrap();
    assert!(!serving.is_finished());
    write(&mut open, "ts\": 1}").await;
    let reply = Reply::read(open).await;
    reply.expect(400, "malformed");
    tokio::time::timeout(PATIENCE, serving).await.expect("it ends").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_goes_on_until_balancers_have_noticed() {
    let mut settings = settings();
    settings.listen.linger = 10 * SHORT;
    let server = Server::start(settings).await;
    let (app, address) = (server.app.clone(), server.address);
    let request = server.head("Content-Type: application/json\r\nContent-Length: 2\r\n") + "{}";
    let ask = async |text: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
        write(&mut stream, text).await;
        Some(Reply::read(stream).await)
    };
    let serving = server.stop();
    eventually("it is about to stop", async || app.is_leaving()).await;
    let ready = "GET /readyz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    ask(ready).await.unwrap().expect(503, "draining");
    // Whoever does not know yet is answered as before.
    ask(&request).await.unwrap().expect(400, "malformed");
    assert!(!app.is_draining());
    tokio::time::timeout(PATIENCE, serving).await.expect("it ends").unwrap();
    assert!(app.is_draining() && ask(&request).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_cut_off_when_the_server_stops() {
    let mut settings = settings();
    settings.limits.body_timeout = 10 * PATIENCE;
    settings.listen.header_timeout = 10 * PATIENCE;
    settings.listen.drain = SHORT;
    let server = Server::start(settings).await;
    let mut open = server.connect().await;
    let fields = "Content-Type: application/json\r\nContent-Length: 12\r\n";
    write(&mut open, server.head(fields) + "{\"uni").await;
    let app = server.app.clone();
    eventually("the request is open", async || app.metrics.in_flight.get() == 1).await;
    tokio::time::timeout(PATIENCE, server.stop()).await.expect("it ends").unwrap();
    assert_eq!(Reply::read(open).await.status, 0);
}
