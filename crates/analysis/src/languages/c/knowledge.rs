//! What is known of C's standard library.

use crate::languages::{Knowledge, NumberKind, Outside, ValueType};

pub(super) static KNOWLEDGE: Knowledge = Knowledge {
    numbers: NUMBER_WORDS,
    number_results: NUMBER_RESULTS,
    declarations_name_types: true,
    path_separator: ".",
    integer_annotations: &["int", "unsigned", "signed", "short", "long", "char", "size_t"],
    nan_test: "isnan",
    annotations: NUMBERS,
    pure_functions: PURE_FUNCTIONS,
    disables_by_condition: true,
    strings_grow_in_place: true,
    never_returns: THAT_NEVER_RETURN,
    falsy_is_null: true,
    nullable_results: NULLABLE_RESULTS,
    resources: RESOURCES,
    resource_users: RESOURCE_USERS,
    outside: OUTSIDE,
    ..Knowledge::NOTHING
};

/// Functions that give a null pointer where they fail or find nothing.
pub(in crate::languages) const NULLABLE_RESULTS: &[&str] = &[
    "malloc",
    "calloc",
    "realloc",
    "fopen",
    "fdopen",
    "popen",
    "opendir",
    "readdir",
    "getenv",
    "strchr",
    "strrchr",
    "strstr",
    "strpbrk",
    "strtok",
    "memchr",
    "bsearch",
    "getpwnam",
    "getpwuid",
    "gethostbyname",
];

/// Files and their like.
pub(in crate::languages) const RESOURCES: &[(&str, &[&str])] = &[
    ("fopen", &["fclose"]),
    ("fdopen", &["fclose"]),
    ("opendir", &["closedir"]),
    ("popen", &["pclose"]),
];

/// Functions that work on a file or folder they are handed, and keep nothing of it.
pub(in crate::languages) const RESOURCE_USERS: &[&str] = &[
    "clearerr",
    "feof",
    "ferror",
    "fflush",
    "fgetc",
    "fgets",
    "fileno",
    "fprintf",
    "fputc",
    "fputs",
    "fread",
    "fscanf",
    "fseek",
    "ftell",
    "fwrite",
    "getc",
    "getline",
    "putc",
    "readdir",
    "rewind",
    "rewinddir",
    "setbuf",
    "setvbuf",
    "ungetc",
    "vfprintf",
];

/// The arithmetic types.
const NUMBERS: &[(&str, ValueType)] = &[
    ("int", ValueType::Number),
    ("unsigned", ValueType::Number),
    ("signed", ValueType::Number),
    ("short", ValueType::Number),
    ("long", ValueType::Number),
    ("float", ValueType::Number),
    ("double", ValueType::Number),
    ("size_t", ValueType::Number),
    ("bool", ValueType::Boolean),
    ("_Bool", ValueType::Boolean),
];

/// Functions without an effect besides their result (and, for some, `errno`).
pub(in crate::languages) const PURE_FUNCTIONS: &[&str] = &[
    "abs",
    "labs",
    "llabs",
    "fabs",
    "fabsf",
    "sqrt",
    "pow",
    "floor",
    "ceil",
    "round",
    "fmin",
    "fmax",
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strcasecmp",
    "strncasecmp",
    "strchr",
    "strrchr",
    "strstr",
    "strspn",
    "strcspn",
    "strpbrk",
    "memcmp",
    "memchr",
    "wcslen",
    "wcscmp",
    "isalnum",
    "isalpha",
    "isdigit",
    "isspace",
    "isupper",
    "islower",
    "isxdigit",
    "ispunct",
    "tolower",
    "toupper",
    "atoi",
    "atol",
    "atof",
    "htons",
    "htonl",
    "ntohs",
    "ntohl",
    "difftime",
    "strdup",
    "strndup",
];

/// Functions that never return.
pub(in crate::languages) const THAT_NEVER_RETURN: &[&str] = &[
    "exit",
    "_exit",
    "_Exit",
    "quick_exit",
    "abort",
    "longjmp",
    "siglongjmp",
    "__builtin_unreachable",
    "__builtin_trap",
    "std.exit",
    "std.abort",
    "std.quick_exit",
    "std.terminate",
    "std.rethrow_exception",
    "std.longjmp",
    "std.unreachable",
];

/// Where text comes into a program from outside.
const OUTSIDE: Outside = Outside {
    local_paths: &["getenv", "secure_getenv"],
    argument_parameters: &["argv", "args"],
    filling: &[
        ("fgets", 0),
        ("gets", 0),
        ("recv", 1),
        ("read", 1),
        ("fread", 0),
        ("scanf", 1),
        ("fscanf", 2),
        ("getline", 0),
        ("recvfrom", 1),
        ("fgetws", 0),
    ],
    passing: &["strdup", "strndup", "strtok", "strchr", "strstr"],
    ..Outside::NOTHING
};

/// Words of types that name numbers.
pub(in crate::languages) const NUMBER_WORDS: &[(NumberKind, &[&str])] = &[
    (
        NumberKind::Signed,
        &[
            "int",
            "short",
            "long",
            "signed",
            "int8_t",
            "int16_t",
            "int32_t",
            "int64_t",
            "intptr_t",
            "ssize_t",
            "ptrdiff_t",
        ],
    ),
    (
        NumberKind::Unsigned,
        &["unsigned", "size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "uintptr_t"],
    ),
    (NumberKind::Float, &["float", "double"]),
];

/// Functions that give a number of a known kind.
const NUMBER_RESULTS: &[(NumberKind, &[&str])] = &[
    (NumberKind::Unsigned, &["strlen", "strnlen", "strspn", "strcspn", "fread", "fwrite"]),
    (NumberKind::Signed, &["abs", "labs", "atoi", "atol", "rand", "printf", "strcmp"]),
    (
        NumberKind::Float,
        &[
            "sqrt", "pow", "floor", "ceil", "round", "fabs", "sin", "cos", "tan", "exp", "log",
            "atof", "strtod", "fmod", "difftime",
        ],
    ),
];
