//! How the files of a language find each other.

/// How the files of a language find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStyle {
    /// Dotted modules below a source root, a file or folder each: Python's.
    Modules,
    /// Paths of files: JavaScript's.
    Files,
    /// Paths through a tree of modules, whose root a crate is: Rust's.
    Crates,
    /// Paths of folders, whose files see each other: Go's.
    Folders,
    /// Classes by qualified name: Java's.
    Classes,
    /// Headers by path, and functions that the linker finds by name: C's.
    Includes,
}

impl ImportStyle {
    /// Whether calling a name in capitals makes an object even without `new`.
    pub fn capitals_make_objects(self) -> bool {
        self == Self::Modules
    }

    /// Whether files say in a clause of their own which package they belong to.
    pub fn has_package_clause(self) -> bool {
        self == Self::Classes
    }

    /// Whether a file hands on what it exports, and a function `require` imports.
    pub fn has_exports(self) -> bool {
        self == Self::Files
    }

    /// Whether several functions may share a name, and the arguments tell which one is called.
    pub fn has_overloads(self) -> bool {
        matches!(self, Self::Classes | Self::Includes)
    }

    /// Whether a method called through its class is given its object as an argument.
    pub fn gives_object_to_class(self) -> bool {
        matches!(self, Self::Modules | Self::Crates)
    }
}
