//! `practice/deep-nesting`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/deep-nesting",
    category: Category::Practice,
    summary: "A function nests branches and loops deeply",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports functions in which branches and loops are nested deeper than the limit, by default 5.",
        why: "Whoever reads the innermost line has to keep the conditions of all levels in mind.",
        fix: "Return early, turn conditions around, or give the inner part a name of its own.",
        limits: "The limit is `nesting` in the section `limits` of the configuration. An `else if` continues its chain.",
        references: &["https://rules.sonarsource.com/java/RSPEC-134/"],
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
                if b > 1:
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
    if b > 1:
        if a > 2:
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
          while (a > 0) {
            while (a > 0) {
              while (a > 0) {
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
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        if (b > 1) {
          pay();
        }
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
  if (b > 1) {
    if (a > 2) {
      if (b > 2) {
        pay();
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
          while (a > 0) {
            while (a > 0) {
              while (a > 0) {
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
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0) {
    if (b > 0) {
      if (a > 1) {
        if (b > 1) {
          pay();
        }
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
  if (b > 1) {
    if (a > 2) {
      if (b > 2) {
        pay();
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
                    while a > 0 {
                        while a > 0 {
                            while a > 0 {
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
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > 0 {
        if b > 0 {
            if a > 1 {
                if b > 1 {
                    pay();
                }
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
    if b > 1 {
        if a > 2 {
            if b > 2 {
                pay();
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
					for a > 0 {
						for a > 0 {
							for a > 0 {
								pay()
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
        Example::good(
            "go",
            "package shop

func check(a, b int) {
	if a > 0 {
		if b > 0 {
			if a > 1 {
				if b > 1 {
					pay()
				}
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
	if b > 1 {
		if a > 2 {
			if b > 2 {
				pay()
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
                        while (a > 0) {
                            while (a > 0) {
                                while (a > 0) {
                                    pay();
                                }
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
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0) {
            if (b > 0) {
                if (a > 1) {
                    if (b > 1) {
                        pay();
                    }
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
        if (b > 1) {
            if (a > 2) {
                if (b > 2) {
                    pay();
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
                    while (a > 0) {
                        while (a > 0) {
                            while (a > 0) {
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
        Example::good(
            "c",
            "void check(int a, int b) {
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                if (b > 1) {
                    pay();
                }
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
    if (b > 1) {
        if (a > 2) {
            if (b > 2) {
                pay();
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
                    while (a > 0) {
                        while (a > 0) {
                            while (a > 0) {
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
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if (a > 0) {
        if (b > 0) {
            if (a > 1) {
                if (b > 1) {
                    pay();
                }
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
    if (b > 1) {
        if (a > 2) {
            if (b > 2) {
                pay();
            }
        }
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
    let most = context.limits.nesting;
    let found = context.metrics(id).nesting;
    if found <= most {
        return;
    }
    let name = tree.name(id).to_owned();
    let at = tree.child(id, Role::Name).unwrap_or(id);
    context
        .report(at, format!("`{name}` nests {found} levels deep; the limit is {most}"))
        .because("Each branch or loop within another is one level.")
        .emit();
}
