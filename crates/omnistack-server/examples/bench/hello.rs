//! The least that axum can do: the yardstick of throughput.

use axum::Router;
use axum::routing::post;

pub(crate) fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let router = Router::new().route("/hello", post(|| async { "hello" }));
        axum::serve(listener, router).await?;
        Ok(())
    })
}
