//! Probes and metrics.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use models::wire;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Answer, Code};
use crate::state::App;

/// How the server does.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    status: &'static str,
}

/// What the server is ready for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`
    status: &'static str,
    /// Whether the default model can be asked.
    model: bool,
    /// Whether the store answers. Without it the server goes on, with what it has in memory.
    store: bool,
}

/// Whether the process answers at all.
#[utoipa::path(
    get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "The process answers", body = Health))
)]
pub async fn alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether requests are to be sent here.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = 200, description = "It can be asked", body = Readiness),
        (status = 503, description = "It is stopping, or its model is not loaded", body = wire::Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn ready(State(app): State<App>) -> Answer<Json<Readiness>> {
    if app.is_leaving() {
        return Err(Code::Draining.because("The server is stopping."));
    }
    let models = &app.service.models;
    models
        .ready(&models.default_id())
        .map_err(|problem| Code::ModelUnavailable.because(format!("{problem}.")))?;
    Ok(Json(Readiness { status: "ready", model: true, store: app.store.answers().await }))
}

/// Metrics, in the text format of OpenMetrics. From this machine, or with the role operator.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The metrics", body = String,
            content_type = "application/openmetrics-text"),
    )
)]
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    ([(CONTENT_TYPE, telemetry::metrics::FORMAT)], app.metrics.text())
}
