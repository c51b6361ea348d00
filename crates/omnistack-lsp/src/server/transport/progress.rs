//! How far work is that the client's user may wait for.

use serde_json::json;

use super::ClientHandle;

impl ClientHandle {
    /// Tells how far some work is: files done, of how many; nothing at its end.
    pub(super) fn work_done(&self, token: &str, title: &str, done: Option<(usize, usize)>) {
        if !self.greeting().is_some_and(|greeting| greeting.features.progress) {
            return;
        }
        let value = match done {
            Some((0, count)) => {
                let created = json!({"token": token});
                self.request(token, "window/workDoneProgress/create", &created);
                json!({"kind": "begin", "title": title, "percentage": 0,
                    "message": format!("{count} files")})
            }
            Some((done, count)) => json!({"kind": "report",
                "percentage": done * 100 / count.max(1), "message": format!("{done}/{count} files")}),
            None => json!({"kind": "end"}),
        };
        self.notify("$/progress", &json!({"token": token, "value": value}));
    }
}
