//! Who a request is from, once its token was checked.

use std::sync::Arc;

use crate::access::{Permission, Role};
use crate::problem::{Answer, Code};

/// Who a request is from, as its token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The client.
    pub client: Arc<str>,
    /// What it is.
    pub role: Role,
    /// The projects that the token is limited to; nothing if it is not.
    pub projects: Option<Arc<[String]>>,
    /// The token's id (`jti`).
    pub token: Arc<str>,
    /// The session that it belongs to, if it does.
    pub session: Option<Arc<str>>,
}

impl Principal {
    /// Whether it may ask about this project: a token that is limited to some has to name one of them.
    ///
    /// # Errors
    /// [`Code::ProjectForbidden`].
    pub fn may_see(&self, project: Option<&str>) -> Answer<()> {
        let Some(allowed) = &self.projects else { return Ok(()) };
        match project {
            Some(project) if allowed.iter().any(|it| it == project) => Ok(()),
            Some(project) => Err(Code::ProjectForbidden.because(format!(
                "This token is limited to other projects than {project:?}."
            ))),
            None => Err(Code::ProjectForbidden.because(
                "This token is limited to projects: the request has to name one of them as `project`.",
            )),
        }
    }

    /// Whether it may do something.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub fn may(&self, permission: Permission) -> Answer<()> {
        if self.role.may(permission) {
            return Ok(());
        }
        Err(Code::Forbidden.because(format!(
            "This needs the role {}, the token has the role {}.",
            permission.least().name(),
            self.role.name()
        )))
    }
}
