//! Where rules are: `.omnistack/rules` and `sgconfig.yml` around a source file, and the packs that
//! the settings name.

use std::path::{Path, PathBuf};

/// The folder of a workspace's rules.
pub const RULES: &str = ".omnistack/rules";
/// The folder of the utilities that they share.
pub(super) const UTILITIES: &str = ".omnistack/utils";
/// The folder of their tests.
pub(super) const TESTS: &str = ".omnistack/rule-tests";
/// `ast-grep`'s own settings, which name folders of rules.
pub const AST_GREP: [&str; 2] = ["sgconfig.yml", "sgconfig.yaml"];

/// Where rules for a source file come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Places {
    /// The folder that paths in the rules start from.
    pub root: PathBuf,
    /// The folder around `.omnistack/rules`.
    pub own: Option<PathBuf>,
    /// The settings of `ast-grep`.
    pub ast_grep: Option<PathBuf>,
    /// Packs that the settings name.
    pub packs: Vec<PathBuf>,
}

impl Places {
    /// The places for the files of a folder.
    pub fn around(folder: &Path, packs: Vec<PathBuf>) -> Self {
        let own = nearest_root(folder);
        let ast_grep = nearest_ast_grep(folder);
        let beside = |it: &PathBuf| it.parent().map(Path::to_owned);
        let root = own.clone().or_else(|| ast_grep.as_ref().and_then(beside));
        let root = root.unwrap_or_else(|| folder.to_owned());
        Self { root, own, ast_grep, packs }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.own.is_none() && self.ast_grep.is_none() && self.packs.is_empty()
    }
}

/// The nearest folder, this one or around it, with rules of its own.
pub(super) fn nearest_root(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|it| it.join(RULES).is_dir()).map(Path::to_owned)
}

/// The nearest settings of `ast-grep`.
pub(super) fn nearest_ast_grep(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().flat_map(|it| AST_GREP.map(|name| it.join(name))).find(|it| it.is_file())
}

/// Whether a path is one of settings of `ast-grep`.
pub(super) fn is_ast_grep(path: &Path) -> bool {
    path.file_name().is_some_and(|name| AST_GREP.iter().any(|it| name == *it))
}

/// Whether a path looks like one of a file of rules, or of what says where they are.
pub fn is_rule_file(path: &Path) -> bool {
    let is_folder = |it: &Path| it.ends_with(RULES) || it.ends_with(UTILITIES);
    let is_within = path.ancestors().skip(1).any(is_folder);
    is_ast_grep(path) || is_folder(path) || (is_within && super::files::is_yaml(path))
}
