//! Access: the roles, what each may do, and what each route asks for, in one table.
//!
//! A route that is not in [`ROUTES`] is refused by the guard, and a test holds the table against the
//! OpenAPI document: nothing can be served that nobody thought about.

use http::Method;
use serde::{Deserialize, Serialize};

/// What a client is. Each role may do all that those before it may.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees what there is, asks nothing.
    Viewer,
    /// Asks the models.
    Developer,
    /// Loads and unloads models, sees metrics and everybody's usage.
    Operator,
    /// All of it, and revokes other clients' tokens.
    Admin,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Developer, Self::Operator, Self::Admin];

    /// Its name in tokens and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The role of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether it may do something.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least()
    }
}

/// What can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Ask which models there are.
    SeeModels,
    /// See one's own usage.
    SeeUsage,
    /// Give up one's own tokens.
    RevokeOwn,
    /// Have functions judged.
    Predict,
    /// Have files analysed.
    Analyze,
    /// Load and unload models.
    ManageModels,
    /// See everybody's usage.
    SeeAllUsage,
    /// Read metrics from elsewhere than this machine.
    SeeMetrics,
    /// Revoke other clients' tokens.
    RevokeAny,
}

impl Permission {
    /// The least role that has it: the permission table.
    pub const fn least(self) -> Role {
        match self {
            Self::SeeModels | Self::SeeUsage | Self::RevokeOwn => Role::Viewer,
            Self::Predict | Self::Analyze => Role::Developer,
            Self::ManageModels | Self::SeeAllUsage | Self::SeeMetrics => Role::Operator,
            Self::RevokeAny => Role::Admin,
        }
    }
}

/// Who may ask for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever asks from this machine, or has the permission.
    LoopbackOr(Permission),
    /// Whoever has the permission.
    Needs(Permission),
}

/// A class of routes with a limit of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// None: probes and documents.
    None,
    /// By address: what needs no token, but costs something.
    Token,
    /// By client.
    Predict,
    /// By client.
    Analyze,
    /// By client: everything else.
    Other,
    /// By address: what is written down of tokens that were refused.
    Refused,
}

impl Limit {
    /// Its name in settings and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Token => "token",
            Self::Predict => "predict",
            Self::Analyze => "analyze",
            Self::Other => "other",
            Self::Refused => "refused",
        }
    }
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its method; `HEAD` is asked for as `GET` is.
    pub method: Method,
    /// Its path, as the router writes it.
    pub path: &'static str,
    /// Who may ask for it.
    pub access: Access,
    /// How often.
    pub limit: Limit,
}

const fn route(method: Method, path: &'static str, access: Access, limit: Limit) -> Route {
    Route { method, path, access, limit }
}

/// Every route there is.
pub static ROUTES: [Route; 17] = [
    route(Method::GET, "/healthz", Access::Public, Limit::None),
    route(Method::GET, "/readyz", Access::Public, Limit::None),
    route(Method::GET, "/openapi.json", Access::Public, Limit::None),
    route(Method::GET, "/docs", Access::Public, Limit::None),
    route(Method::GET, "/docs/", Access::Public, Limit::None),
    route(Method::GET, "/docs/{*rest}", Access::Public, Limit::None),
    route(Method::GET, "/.well-known/jwks.json", Access::Public, Limit::None),
    route(Method::POST, "/v1/token", Access::Public, Limit::Token),
    route(Method::GET, "/metrics", Access::LoopbackOr(Permission::SeeMetrics), Limit::None),
    route(Method::POST, "/v1/token/revoke", Access::Needs(Permission::RevokeOwn), Limit::Other),
    route(Method::GET, "/v1/models", Access::Needs(Permission::SeeModels), Limit::Other),
    route(Method::GET, "/v1/models/{id}", Access::Needs(Permission::SeeModels), Limit::Other),
    route(Method::GET, "/v1/usage", Access::Needs(Permission::SeeUsage), Limit::Other),
    route(Method::POST, "/v1/predict", Access::Needs(Permission::Predict), Limit::Predict),
    route(Method::POST, "/v1/analyze", Access::Needs(Permission::Analyze), Limit::Analyze),
    route(
        Method::POST,
        "/v1/models/{id}/load",
        Access::Needs(Permission::ManageModels),
        Limit::Other,
    ),
    route(
        Method::POST,
        "/v1/models/{id}/unload",
        Access::Needs(Permission::ManageModels),
        Limit::Other,
    ),
];

/// The route of a method and of the path that the router matched.
pub fn find(method: &Method, path: &str) -> Option<&'static Route> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    ROUTES.iter().find(|it| it.method == *method && it.path == path)
}
