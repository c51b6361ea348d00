//! Models: what there is, and loading and letting go.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use models::wire::{self, ModelDescription, Models};

use crate::audit::{Decision, Event};
use crate::auth::Principal;
use crate::guard::Address;
use crate::problem::{Answer, Code};
use crate::service::models::ModelProblem;
use crate::state::App;

/// The models that there are.
#[utoipa::path(
    get, path = "/v1/models", tag = "models", security(("bearer" = [])),
    responses(
        (status = 200, description = "The models", body = Models),
    )
)]
pub async fn list(State(app): State<App>) -> Json<Models> {
    let models = &app.service.models;
    Json(Models { default: models.default_id(), models: models.describe_all() })
}

/// One model.
#[utoipa::path(
    get, path = "/v1/models/{id}", tag = "models", security(("bearer" = [])),
    params(("id" = String, Path, description = "The model's id")),
    responses(
        (status = 200, description = "The model", body = ModelDescription),
        (status = 404, description = "There is no such model (`unknown_model`)",
            body = wire::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(State(app): State<App>, Path(id): Path<String>) -> Answer<Json<ModelDescription>> {
    Ok(Json(app.service.models.describe(&id)?))
}

/// Loads a model, or swaps it for what stands in its folder now.
///
/// Who asks in the meantime is answered by the one before, which goes when it has answered.
#[utoipa::path(
    post, path = "/v1/models/{id}/load", tag = "models", security(("bearer" = [])),
    params(("id" = String, Path, description = "The model's id")),
    responses(
        (status = 200, description = "It is loaded", body = ModelDescription),
        (status = 404, description = "There is no such model (`unknown_model`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is being loaded or unloaded already (`conflict`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Its files cannot be used (`model_unavailable`), or the server is \
            too busy (`overloaded`) or stopping (`draining`)",
            body = wire::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn load(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    address: Address,
    Path(id): Path<String>,
) -> Answer<Json<ModelDescription>> {
    change(app, (principal, address), id, "model.load", |app, id| app.service.models.load(id)).await
}

/// Lets a model go when it has answered what it was asked.
#[utoipa::path(
    post, path = "/v1/models/{id}/unload", tag = "models", security(("bearer" = [])),
    params(("id" = String, Path, description = "The model's id")),
    responses(
        (status = 200, description = "It is gone", body = ModelDescription),
        (status = 404, description = "There is no such model (`unknown_model`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is being loaded or unloaded already (`conflict`)",
            body = wire::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn unload(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    address: Address,
    Path(id): Path<String>,
) -> Answer<Json<ModelDescription>> {
    change(app, (principal, address), id, "model.unload", |app, id| app.service.models.unload(id))
        .await
}

async fn change(
    app: App,
    (principal, Address(address)): (Principal, Address),
    id: String,
    action: &'static str,
    work: fn(&App, &str) -> Result<(), ModelProblem>,
) -> Answer<Json<ModelDescription>> {
    let (own, name) = (app.clone(), id.clone());
    // It goes on when the client goes away: half a swap helps nobody.
    let done = tokio::task::spawn_blocking(move || work(&own, &name)).await;
    let done = done.map_err(|_| Code::Internal.because("The work on the model panicked."))?;
    let reason = done.as_ref().err().map(ToString::to_string);
    app.audit.note(&Event {
        action,
        who: &principal.client,
        address,
        what: Some(&id),
        decision: if done.is_ok() { Decision::Allowed } else { Decision::Denied },
        reason: reason.as_deref(),
    });
    done?;
    Ok(Json(app.service.models.describe(&id)?))
}
