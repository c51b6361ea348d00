//! JavaScript and TypeScript: files by path, and what they export.

use std::sync::Arc;

use super::{Search, Site, Thing};
use crate::context::outline::{Export, Exported};
use crate::context::paths::{folder, join};

/// Endings that an import leaves out, in the order in which they are tried.
const ENDINGS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
    "/index.cjs",
];

/// Where the code of a package of the workspace may start.
const STARTS: &[&str] = &["src/index", "index", "lib/index", "src/main", "src"];

impl Search<'_> {
    /// The file that a path in an import names.
    pub(super) fn file_of(&self, site: &Site<'_>, module: &str) -> Option<Arc<str>> {
        if module.starts_with('.') {
            return self.file_at(&join(folder(site.file), module));
        }
        for root in self.index().roots() {
            let Some(rest) = module.strip_prefix(&*root.name) else { continue };
            if rest.is_empty() {
                let starts = STARTS.iter().map(|start| join(&root.folder, start));
                return starts.into_iter().find_map(|it| self.file_at(&it));
            }
            if let Some(rest) = rest.strip_prefix('/') {
                let below = [join(&root.folder, rest), join(&root.folder, &format!("src/{rest}"))];
                return below.iter().find_map(|it| self.file_at(it));
            }
        }
        None
    }

    fn file_at(&self, path: &str) -> Option<Arc<str>> {
        let with = |ending: &&'static str| self.index().path(&format!("{path}{ending}")).cloned();
        ENDINGS.iter().find_map(with).or_else(|| {
            // What is written in TypeScript is imported as what becomes of it.
            let (start, ending) = path.rsplit_once('.')?;
            let written: &[&str] = match ending {
                "js" | "jsx" => &[".ts", ".tsx"],
                "mjs" => &[".mts"],
                "cjs" => &[".cts"],
                _ => return None,
            };
            written.iter().find_map(|it| self.index().path(&format!("{start}{it}")).cloned())
        })
    }

    /// What a file exports under a name; `=` is what stands for the module.
    pub(super) fn exported(&self, file: &str, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let (name, rest) = name.split_once('.').unwrap_or((name, ""));
        let site = self.site(file)?;
        let exports = &site.summary.module()?.exports;
        let named = |name: &str| {
            let mut named = exports.iter().filter(|it| &*it.name == name);
            let first = named.next();
            // What is exported twice is one thing or the other.
            first.filter(|first| named.all(|it| it.what == first.what))
        };
        let whole = || self.handed_on(&site, named("=")?, steps);
        let found = match named(name) {
            Some(export) => self.handed_on(&site, export, steps),
            None if name == "default" => whole(),
            None => whole()
                .and_then(|it| self.member(&it, name, steps))
                .or_else(|| self.exported_by_others(&site, exports, name, steps)),
        }?;
        self.follow(found, rest, false, steps)
    }

    fn handed_on(&self, site: &Site<'_>, export: &Export, steps: u8) -> Option<Thing> {
        match &export.what {
            Exported::Local(local) => self.name(site, local, steps),
            Exported::Import(at) => {
                let import = site.summary.module()?.imports.get(usize::from(*at))?;
                self.import(site, import, steps)
            }
            Exported::Member(name) => {
                let containers = ["exports", "module.exports"];
                containers.iter().find_map(|it| self.function(site.file, it, name))
            }
        }
    }

    /// What `export * from` other files hands on.
    fn exported_by_others(
        &self,
        site: &Site<'_>,
        exports: &[Export],
        name: &str,
        steps: u8,
    ) -> Option<Thing> {
        if !self.is_new(site.file, name) {
            return None;
        }
        let all = exports.iter().filter(|it| it.name.is_empty());
        let mut found = all.filter_map(|export| {
            let Exported::Import(at) = export.what else { return None };
            let import = site.summary.module()?.imports.get(usize::from(at))?;
            let file = self.file_of(site, &import.module)?;
            self.exported(&file, name, steps)
        });
        let first = found.next()?;
        found.all(|it| it == first).then_some(first)
    }
}
