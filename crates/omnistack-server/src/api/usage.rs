//! Usage: what was asked.

use axum::extract::State;
use axum::{Extension, Json};
use models::wire::Usage;

use crate::access::Permission;
use crate::auth::Principal;
use crate::state::App;

/// What was asked of this server since it started: by everybody, for operators; by oneself, for all
/// others.
#[utoipa::path(
    get, path = "/v1/usage", tag = "operation", security(("bearer" = [])),
    responses(
        (status = 200, description = "The counts", body = Usage),
    )
)]
pub async fn usage(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
) -> Json<Usage> {
    let sees_all = principal.role.may(Permission::SeeAllUsage);
    Json(app.usage.told((!sees_all).then_some(&*principal.client)))
}
