//! Predictions of functions.

use axum::extract::State;
use axum::{Extension, Json};
use models::wire::{self, PredictRequest, PredictResponse};

use crate::auth::Principal;
use crate::guard::pressure;
use crate::problem::{Answer, Code};
use crate::service::ServiceError;
use crate::service::models::ModelProblem;
use crate::service::pool::PoolError;
use crate::state::App;

/// When a queue that is full is worth trying again.
const BUSY: std::time::Duration = std::time::Duration::from_secs(1);

/// Predicts bugs in functions.
///
/// What is known already costs nothing; the rest is asked in batches. Each answer stands where its
/// function stood.
#[utoipa::path(
    post, path = "/v1/predict", tag = "analysis", security(("bearer" = [])),
    request_body = PredictRequest,
    responses(
        (status = 200, description = "What the model says", body = PredictResponse),
        (status = 403, description = "The role does not allow it (`forbidden`), or the token is \
            limited to other projects (`project_forbidden`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such model (`unknown_model`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 422, description = "There are too many functions, or one is too long \
            (`unprocessable`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 503, description = "The model is not loaded (`model_unavailable`), or the server \
            is too busy (`overloaded`) or stopping (`draining`)",
            body = wire::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn predict(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    pressure::Json(request): pressure::Json<PredictRequest>,
) -> Answer<Json<PredictResponse>> {
    principal.may_see(request.project.as_deref())?;
    let limits = &app.configuration.limits;
    let count = request.units.len();
    if count > limits.units {
        return Err(Code::Unprocessable.because(format!(
            "There are {count} functions in the request, more than {}: send them in several.",
            limits.units
        )));
    }
    if let Some(at) = request.units.iter().position(|it| it.code.len() > limits.unit_bytes) {
        return Err(Code::Unprocessable.because(format!(
            "The text of the function at index {at} is longer than {} bytes.",
            limits.unit_bytes
        )));
    }
    let answers =
        app.service.predict(&principal.client, request.model.as_deref(), &request.units).await?;
    app.usage.units(&principal.client, count as u64, answers.cached as u64);
    Ok(Json(PredictResponse { model: answers.model, units: answers.units }))
}

impl From<ModelProblem> for crate::problem::Failure {
    fn from(problem: ModelProblem) -> Self {
        let code = match &problem {
            ModelProblem::Unknown { .. } => Code::UnknownModel,
            ModelProblem::Busy { .. } => Code::Conflict,
            ModelProblem::NotLoaded { .. }
            | ModelProblem::Unusable { .. }
            | ModelProblem::Twice { .. } => Code::ModelUnavailable,
        };
        let failure = code.because(format!("{problem}."));
        if code == Code::UnknownModel { failure } else { failure.retry_after(BUSY) }
    }
}

impl From<ServiceError> for crate::problem::Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            // Whoever asks for answers has no conflict to solve.
            ServiceError::Model(ModelProblem::Busy { id }) => Code::ModelUnavailable
                .because(format!("The model {id} is being loaded."))
                .retry_after(BUSY),
            ServiceError::Model(problem) => problem.into(),
            ServiceError::Pool(PoolError::Full) => {
                Code::Overloaded.because("Too many functions wait for the model.").retry_after(BUSY)
            }
            ServiceError::Pool(PoolError::Stopped) => Code::ModelUnavailable
                .because("The model was let go before it could answer.")
                .retry_after(BUSY),
            ServiceError::Pool(PoolError::Failed) => {
                Code::Internal.because("One of the functions could not be judged.")
            }
        }
    }
}
