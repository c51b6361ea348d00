//! `practice/complex-function`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/complex-function",
    category: Category::Practice,
    summary: "A function is hard to follow",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports functions whose cognitive complexity is over the limit, by default 15.",
        why: "Cognitive complexity counts the breaks in the flow that a reader has to follow: branches, loops, mixed conditions, each heavier the deeper it is nested. Functions with much of it are where bugs gather.",
        fix: "Split the function, return early, or name parts of conditions.",
        limits: "The limit is `complexity` in the section `limits` of the configuration.",
        references: &["https://www.sonarsource.com/docs/CognitiveComplexity.pdf"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a, b):
    ^^^^^ the limit is
    if a > 0:
        if b > 0:
            if a > 1:
                if b > 1:
                    if a > 2:
                        if b > 2:
                            pay()
",
        ),
        Example::bad(
            "python",
            "def check(a, b):
    ^^^^^ the limit is
    while a > 0:
        while a > 0:
            while a > 0:
                while a > 0:
                    pay()
    while a > 0:
        while a > 0:
            while a > 0:
                pay()
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if a > 0:
        if b > 0:
            if a > 1:
                pay()
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if a > 0:
        pay()
    if b > 0:
        pay()
    if a > 1:
        pay()
    if b > 1:
        pay()
    if a > 2:
        pay()
    if b > 2:
        pay()
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
         ^^^^^ the limit is
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        if (b > 1) {
          if (a > 2) {
            if (b > 2) {
              pay();
            }
          }
        }
      }
    }
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
         ^^^^^ the limit is
  while (a > 0) {
    while (a > 0) {
      while (a > 0) {
        while (a > 0) {
          pay();
        }
      }
    }
  }
  while (a > 0) {
    while (a > 0) {
      while (a > 0) {
        pay();
      }
    }
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        pay();
      }
    }
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > 0) {
    pay();
  }
  if (b > 0) {
    pay();
  }
  if (a > 1) {
    pay();
  }
  if (b > 1) {
    pay();
  }
  if (a > 2) {
    pay();
  }
  if (b > 2) {
    pay();
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
         ^^^^^ the limit is
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        if (b > 1) {
          if (a > 2) {
            if (b > 2) {
              pay();
            }
          }
        }
      }
    }
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
         ^^^^^ the limit is
  while (a > 0) {
    while (a > 0) {
      while (a > 0) {
        while (a > 0) {
          pay();
        }
      }
    }
  }
  while (a > 0) {
    while (a > 0) {
      while (a > 0) {
        pay();
      }
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        pay();
      }
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0) {
    pay();
  }
  if (b > 0) {
    pay();
  }
  if (a > 1) {
    pay();
  }
  if (b > 1) {
    pay();
  }
  if (a > 2) {
    pay();
  }
  if (b > 2) {
    pay();
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) {
   ^^^^^ the limit is
    if a > 0 {
        if b > 0 {
            if a > 1 {
                if b > 1 {
                    if a > 2 {
                        if b > 2 {
                            pay();
                        }
                    }
                }
            }
        }
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) {
   ^^^^^ the limit is
    while a > 0 {
        while a > 0 {
            while a > 0 {
                while a > 0 {
                    pay();
                }
            }
        }
    }
    while a > 0 {
        while a > 0 {
            while a > 0 {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > 0 {
        if b > 0 {
            if a > 1 {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > 0 {
        pay();
    }
    if b > 0 {
        pay();
    }
    if a > 1 {
        pay();
    }
    if b > 1 {
        pay();
    }
    if a > 2 {
        pay();
    }
    if b > 2 {
        pay();
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) {
     ^^^^^ the limit is
	if a > 0 {
		if b > 0 {
			if a > 1 {
				if b > 1 {
					if a > 2 {
						if b > 2 {
							pay()
						}
					}
				}
			}
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) {
     ^^^^^ the limit is
	for a > 0 {
		for a > 0 {
			for a > 0 {
				for a > 0 {
					pay()
				}
			}
		}
	}
	for a > 0 {
		for a > 0 {
			for a > 0 {
				pay()
			}
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) {
	if a > 0 {
		if b > 0 {
			if a > 1 {
				pay()
			}
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) {
	if a > 0 {
		pay()
	}
	if b > 0 {
		pay()
	}
	if a > 1 {
		pay()
	}
	if b > 1 {
		pay()
	}
	if a > 2 {
		pay()
	}
	if b > 2 {
		pay()
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a, int b) {
         ^^^^^ the limit is
        if (a > 0) {
            if (b > 0) {
                if (a > 1) {
                    if (b > 1) {
                        if (a > 2) {
                            if (b > 2) {
                                pay();
                            }
                        }
                    }
                }
            }
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a, int b) {
         ^^^^^ the limit is
        while (a > 0) {
            while (a > 0) {
                while (a > 0) {
                    while (a > 0) {
                        pay();
                    }
                }
            }
        }
        while (a > 0) {
            while (a > 0) {
                while (a > 0) {
                    pay();
                }
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0) {
            if (b > 0) {
                if (a > 1) {
                    pay();
                }
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0) {
            pay();
        }
        if (b > 0) {
            pay();
        }
        if (a > 1) {
            pay();
        }
        if (b > 1) {
            pay();
        }
        if (a > 2) {
            pay();
        }
        if (b > 2) {
            pay();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a, int b) {
     ^^^^^ the limit is
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                if (b > 1) {
                    if (a > 2) {
                        if (b > 2) {
                            pay();
                        }
                    }
                }
            }
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a, int b) {
     ^^^^^ the limit is
    while (a > 0) {
        while (a > 0) {
            while (a > 0) {
                while (a > 0) {
                    pay();
                }
            }
        }
    }
    while (a > 0) {
        while (a > 0) {
            while (a > 0) {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if (a > 0) {
        pay();
    }
    if (b > 0) {
        pay();
    }
    if (a > 1) {
        pay();
    }
    if (b > 1) {
        pay();
    }
    if (a > 2) {
        pay();
    }
    if (b > 2) {
        pay();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a, int b) {
     ^^^^^ the limit is
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                if (b > 1) {
                    if (a > 2) {
                        if (b > 2) {
                            pay();
                        }
                    }
                }
            }
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a, int b) {
     ^^^^^ the limit is
    while (a > 0) {
        while (a > 0) {
            while (a > 0) {
                while (a > 0) {
                    pay();
                }
            }
        }
    }
    while (a > 0) {
        while (a > 0) {
            while (a > 0) {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                pay();
            }
        }
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if (a > 0) {
        pay();
    }
    if (b > 0) {
        pay();
    }
    if (a > 1) {
        pay();
    }
    if (b > 1) {
        pay();
    }
    if (a > 2) {
        pay();
    }
    if (b > 2) {
        pay();
    }
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    // A function within another counts as a part of that one.
    let is_outermost = tree.enclosing_function(id) == NodeId::ROOT
        || !tree.kind(tree.enclosing_function(id)).is_function();
    if tree.flags(id).has(Flags::STUB) || !is_outermost {
        return;
    }
    let most = context.limits.complexity;
    let found = context.metrics(id).cognitive;
    if found <= most {
        return;
    }
    let name = tree.name(id).to_owned();
    let at = tree.child(id, Role::Name).unwrap_or(id);
    context
        .report(at, format!("`{name}` has a cognitive complexity of {found}; the limit is {most}"))
        .because("Branches and loops count one, and one more for each level they are nested in.")
        .emit();
}
