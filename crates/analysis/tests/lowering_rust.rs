//! Rust's lowering, seen through the IR it makes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod ir_dump;

use analysis::facts::Facts;
use analysis::ir::Kind;
use analysis::languages::Language;
use ir_dump::{count_other, dump, lower_all, unit_names};

/// The IR of statements in a function, without the function's own lines.
fn statements(source: &str) -> String {
    let text = dump("rust", &format!("fn f() {{ {source} }}"));
    let inside = text.lines().skip_while(|line| !line.contains("Body:Block")).skip(1);
    inside.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("rust").unwrap();
    assert_eq!(language.lowering().unknown_names(), &[] as &[&str]);
}

#[test]
fn units_are_functions_and_methods() {
    let source = "
        fn free() { fn inner() {} }
        impl<T> Stack<T> { fn push(&mut self) {} async fn pop() {} }
        trait Shape { fn area(&self) -> f64; fn twice(&self) -> f64 { 2.0 * self.area() } }
        mod tests { #[test] fn works() {} mod deeper { fn deepest() {} } }
        extern \"C\" { fn foreign(); }
        const TABLE: [fn(); 1] = [free];
    ";
    assert_eq!(
        unit_names("rust", source),
        ["free", "Stack<T>.push", "Stack<T>.pop", "Shape.twice", "works", "deepest"]
    );
}

#[test]
fn functions_and_closures() {
    let source = "
        async unsafe fn f<T: Clone>(&mut self, mut a: u8, (b, c): (T, T), _: ()) -> T where T: Eq {
            b
        }";
    insta::assert_snapshot!(dump("rust", source), @r"
        == module
        Child:Module
          Statement:Function `f` stub
            Name:Name `f` Declare
        == f
        Child:Function `f` async
          Name:Name `f` Declare
          Type:Type
            Child:Type
              Child:Type `T`
              Child:Type
                Child:Type `Clone`
          Parameter:Parameter
            Target:Name `self` Declare
          Parameter:Parameter
            Target:Name `a` Declare
            Type:Type `u8`
          Parameter:Parameter
            Target:Tuple
              Element:Name `b` Declare
              Element:Name `c` Declare
            Type:Type
              Child:Type `T`
              Child:Type `T`
          Parameter:Parameter
            Type:Type `()`
          Type:Type `T`
          Type:Type
            Child:Type `T`
            Child:Type
              Child:Type `Eq`
          Body:Block has-value
            Statement:Name `b` Read
        ");
    insta::assert_snapshot!(
        statements("let g = async move |x, &y| x + y; let h = async { g(1, 2).await };"),
        @r"
        Statement:Declare constant
          Target:Name `g` Declare
          Value:Lambda async
            Parameter:Parameter
              Target:Name `x` Declare
            Parameter:Parameter
              Target:Reference
                Value:Name `y` Declare
            Body:Binary Add
              Left:Name `x` Read
              Operator:Operator Add
              Right:Name `y` Read
        Statement:Declare constant
          Target:Name `h` Declare
          Value:Lambda async
            Body:Block has-value
              Statement:Await
                Value:Call
                  Callee:Name `g` Read
                  Argument:Number `1`
                  Argument:Number `2`
        "
    );
}

#[test]
fn a_block_tells_whether_it_has_a_value() {
    let values =
        ["a", "f()", "if a { 1 } else { 2 }", "match a {}", "unsafe { a }", "a.b; c /* d */"];
    for source in values {
        assert!(has_value(source), "{source}");
    }
    for source in ["", "a;", "if a { b }", "return a", "a = b", "for a in b {}", "let a = b;"] {
        assert!(!has_value(source), "{source}");
    }
}

fn has_value(source: &str) -> bool {
    let text = dump("rust", &format!("fn f() {{ {source} }}"));
    text.lines().any(|line| line == "  Body:Block has-value")
}

#[test]
fn control_flow_stands_as_itself() {
    insta::assert_snapshot!(
        statements(
            "if let Some(x) = a && x > 0 { b(); } else if c { return; } else { d = 1 }
             'out: loop { break 'out x; }
             while let Some(y) = z.next() { continue 'out; }
             for (i, v) in a.iter().enumerate() {}"
        ),
        @r"
        Statement:If
          Condition:Logical And
            Operand:LetCondition
              Target:Pattern
                Type:Attribute `Some`
                Element:Name `x` Declare
              Value:Name `a` Read
            Operand:Compare Greater
              Left:Name `x` Read
              Operator:Operator Greater
              Right:Number `0`
          Then:Block
            Statement:ExpressionStatement
              Child:Call
                Callee:Name `b` Read
          Else:If
            Condition:Name `c` Read
            Then:Block
              Statement:Return
            Else:Block
              Statement:Assign Assign
                Target:Name `d` Write
                Value:Number `1`
        Statement:Infinite
          Label:Label `'out`
          Body:Block
            Statement:Break
              Label:Label `'out`
              Value:Name `x` Read
        Statement:While
          Condition:LetCondition
            Target:Pattern
              Type:Attribute `Some`
              Element:Name `y` Declare
            Value:Call
              Callee:Member `next`
                Receiver:Name `z` Read
                Attribute:Attribute `next`
          Body:Block
            Statement:Continue
              Label:Label `'out`
        Statement:ForEach
          Target:Tuple
            Element:Name `i` Declare
            Element:Name `v` Declare
          Iterable:Call
            Callee:Member `enumerate`
              Receiver:Call
                Callee:Member `iter`
                  Receiver:Name `a` Read
                  Attribute:Attribute `iter`
              Attribute:Attribute `enumerate`
          Body:Block
        "
    );
}

#[test]
fn matches_bind_by_their_patterns() {
    insta::assert_snapshot!(
        statements(
            "match v {
                0 | -1 => a,
                1..=MAX => b,
                Some(x) | Ok(x) if x > 1 => x,
                Point { x, y: 0, ref z, .. } => x,
                n @ Kind::Small => n,
                [first, .., &last] => first,
                None => return,
                _ => {}
            }"
        ),
        @r"
        Statement:Switch
          Subject:Name `v` Read
          Child:Case
            Pattern:Pattern
              Element:Number `0`
              Target:Number `-1`
            Body:Name `a` Read
          Child:Case
            Pattern:Range
              Operand:Number `1`
              Operand:Name `MAX` Read
            Body:Name `b` Read
          Child:Case
            Pattern:Pattern
              Element:Pattern
                Type:Attribute `Some`
                Element:Name `x` Declare
              Target:Pattern
                Type:Attribute `Ok`
                Element:Name `x` Write
            Guard:Compare Greater
              Left:Name `x` Read
              Operator:Operator Greater
              Right:Number `1`
            Body:Name `x` Read
          Child:Case
            Pattern:Pattern
              Type:Type `Point`
              Element:Pair
                Value:Name `x` Declare
              Element:Pair
                Key:Attribute `y`
                Value:Number `0`
              Element:Pair
                Value:Name `z` Declare
              Element:Spread `..`
            Body:Name `x` Read
          Child:Case
            Pattern:Pattern
              Element:Name `n` Declare
              Element:Attribute `Kind.Small`
            Body:Name `n` Read
          Child:Case
            Pattern:List
              Element:Name `first` Declare
              Element:Spread `..`
              Element:Reference
                Value:Name `last` Declare
            Body:Name `first` Read
          Child:Case
            Pattern:Attribute `None`
            Body:Return
          Child:Case default
            Body:Block
        "
    );
}

#[test]
fn bindings_and_assignments() {
    insta::assert_snapshot!(
        statements(
            "let mut a: Vec<u8> = b;
             let (c, mut d) = e;
             let Some(g) = h else { return };
             const LIMIT: usize = 3;
             static mut COUNT: u8 = 0;
             self.i.0 += j;
             *k = &mut l;
             m[n] = o as u32;"
        ),
        @r"
        Statement:Declare
          Target:Name `a` Declare
          Type:Type
            Child:Type `Vec`
            Type:Type
              Child:Type `u8`
          Value:Name `b` Read
        Statement:Declare
          Target:Tuple
            Element:Name `c` Declare
            Element:Name `d` Declare
          Value:Name `e` Read
        Statement:Declare constant
          Target:Pattern
            Type:Attribute `Some`
            Element:Name `g` Declare
          Value:Name `h` Read
          Else:Block
            Statement:Return
        Statement:Declare constant
          Target:Name `LIMIT` Declare
          Type:Type `usize`
          Value:Number `3`
        Statement:Declare
          Target:Name `COUNT` Declare
          Type:Type `u8`
          Value:Number `0`
        Statement:Assign AddAssign
          Target:Member `0`
            Receiver:Member `i`
              Receiver:Name `self` Read
              Attribute:Attribute `i`
            Attribute:Attribute `0`
          Operator:Operator AddAssign
          Value:Name `j` Read
        Statement:Assign Assign
          Target:Dereference
            Operand:Name `k` Read
          Value:Reference
            Value:Name `l` ReadWrite
        Statement:Assign Assign
          Target:Index
            Receiver:Name `m` Read
            Index:Name `n` Read
          Value:Cast
            Value:Name `o` Read
            Type:Type `u32`
        "
    );
}

#[test]
fn expressions() {
    insta::assert_snapshot!(
        statements(
            "std::thread::sleep(a::<u8>(-b));
             Vec::<u8>::new().iter().map(f)?;
             ::core::mem::drop(x);
             (a && !b || c == d) as u8 >> 2;
             Point { x, y: 1, ..p };
             (1, 'c', \"s\", b\"t\", r\"u\", 1.5, true, ());
             [0; n][..k];
             &a.b;"
        ),
        @r#"
        Statement:ExpressionStatement
          Child:Call
            Callee:Member `sleep`
              Receiver:Member `thread`
                Receiver:Name `std` Read
                Attribute:Attribute `thread`
              Attribute:Attribute `sleep`
            Argument:Call
              Callee:Name `a` Read
              Type:Type
                Child:Type `u8`
              Argument:Unary Negate
                Operator:Operator Negate
                Operand:Name `b` Read
        Statement:ExpressionStatement
          Child:Propagate
            Value:Call
              Callee:Member `map`
                Receiver:Call
                  Callee:Member `iter`
                    Receiver:Call
                      Callee:Member `new`
                        Receiver:Name `Vec` Read
                        Type:Type
                          Child:Type `u8`
                        Attribute:Attribute `new`
                    Attribute:Attribute `iter`
                Attribute:Attribute `map`
              Argument:Name `f` Read
        Statement:ExpressionStatement
          Child:Call
            Callee:Member `drop`
              Receiver:Member `mem`
                Receiver:Name `core` Read
                Attribute:Attribute `mem`
              Attribute:Attribute `drop`
            Argument:Name `x` Read
        Statement:ExpressionStatement
          Child:Binary ShiftRight
            Left:Cast
              Value:Logical Or parenthesized
                Left:Logical And
                  Left:Name `a` Read
                  Operator:Operator And
                  Right:Unary Not
                    Operator:Operator Not
                    Operand:Name `b` Read
                Operator:Operator Or
                Right:Compare Equal
                  Left:Name `c` Read
                  Operator:Operator Equal
                  Right:Name `d` Read
              Type:Type `u8`
            Operator:Operator ShiftRight
            Right:Number `2`
        Statement:ExpressionStatement
          Child:Map
            Type:Type `Point`
            Element:Pair
              Value:Name `x` Read
            Element:Pair
              Key:Attribute `y`
              Value:Number `1`
            Element:Spread
              Value:Name `p` Read
        Statement:ExpressionStatement
          Child:Tuple
            Element:Number `1`
            Element:Character `'c'`
            Element:String `"s"`
            Element:String `b"t"` lazy
            Element:String `r"u"`
            Element:Number `1.5`
            Element:Boolean `true`
            Element:Tuple `()`
        Statement:ExpressionStatement
          Child:Index
            Receiver:List
              Element:Number `0`
              Argument:Name `n` Read
            Index:Range
              Operand:Name `k` Read
        Statement:ExpressionStatement
          Child:Reference
            Value:Member `b`
              Receiver:Name `a` Read
              Attribute:Attribute `b`
        "#
    );
}

#[test]
fn macros_of_expressions_read_variables() {
    insta::assert_snapshot!(
        statements(
            "println!(\"{} {b:>w$.p$} {{c}} {0}\", a.b(c::d, e!(f)), g = -h);
             let v = vec![x, y..z];
             log::warn!(\"{:?}\", self.k);
             lazy_static::lazy_static! { m = n => o }"
        ),
        @r#"
        Statement:ExpressionStatement
          Child:Macro `println`
            Attribute:Attribute `println`
            Argument:Template `"{} {b:>w$.p$} {{c}} {0}"`
              Element:Name `b` Read
              Element:Name `w` Read
              Element:Name `p` Read
            Argument:Name `a` Read
            Argument:Name `c` Read
            Argument:Name `f` Read
            Argument:Name `h` Read
        Statement:Declare constant
          Target:Name `v` Declare
          Value:Macro `vec`
            Attribute:Attribute `vec`
            Argument:Name `x` Read
            Argument:Name `y` Read
            Argument:Name `z` Read
        Statement:ExpressionStatement
          Child:Macro `log.warn`
            Attribute:Attribute `log.warn`
            Argument:String `"{:?}"`
            Argument:Name `self` Read
        Statement:Macro `lazy_static.lazy_static`
        "#
    );
}

#[test]
fn imports_bind_names_of_dotted_paths() {
    insta::assert_snapshot!(
        dump(
            "rust",
            "use std::thread::{self, sleep as nap};
             use crate::{x::{y, z::*}, super_x as _};
             pub use self::a::b;
             use ::regex;
             extern crate alloc as heap;
             mod other;"
        ),
        @r"
        == module
        Child:Module
          Statement:Import
            Child:ImportBinding `std.thread`
              Target:Name `thread` Declare
            Child:ImportBinding `std.thread.sleep`
              Target:Name `nap` Declare
          Statement:Import
            Child:ImportBinding `crate.x.y`
              Target:Name `y` Declare
            Child:ImportBinding `crate.x.z.*`
            Child:ImportBinding `crate.super_x`
          Statement:Export
            Child:ImportBinding `self.a.b`
              Target:Name `b` Declare
          Statement:Import
            Child:ImportBinding `regex`
              Target:Name `regex` Declare
          Statement:Import
            Child:ImportBinding `alloc`
              Target:Name `heap` Declare
          Statement:Declare constant
            Target:Name `other` Declare
        "
    );
}

#[test]
fn classes() {
    insta::assert_snapshot!(
        dump(
            "rust",
            "#[derive(Debug)] pub struct P<const N: usize> { x: [u8; N] }
             struct T(u8);
             enum E { A = 1, B(u8), C { d: u8 } }
             impl<T> Iterator for a::Own<T> { type Item = T; const Z: u8 = 0; fn next() {} }
             trait S: Sized { fn sig(&self, x: u8); }
             type Alias = Box<dyn Fn(u8) -> u8>;
             macro_rules! m { () => {} }"
        ),
        @r"
        == module
        Child:Module
          Decorator:Decorator `derive`
          Statement:Class `P`
            Name:Name `P` Declare
            Type:Type
              Child:Type `N`
                Attribute:Attribute `N`
                Child:Type `usize`
            Body:Block
              Statement:Pair
                Key:Attribute `x`
                Type:Type
                  Child:Type `u8`
                  Child:Name `N` Read
          Statement:Class `T`
            Name:Name `T` Declare
            Body:Block
              Type:Type `u8`
          Statement:Class `E`
            Name:Name `E` Declare
            Body:Block
              Statement:Pair
                Key:Attribute `A`
                Value:Number `1`
              Statement:Pair
                Key:Attribute `B`
                Type:Type
                  Type:Type `u8`
              Statement:Pair
                Key:Attribute `C`
                Type:Type
                  Statement:Pair
                    Key:Attribute `d`
                    Type:Type `u8`
          Statement:Class `a.Own`
            Type:Type
              Child:Type
                Child:Type `T`
            Base:Type `Iterator`
            Type:Type
              Child:Type `a.Own`
              Type:Type
                Child:Type `T`
            Body:Block
              Statement:Class `Item`
                Name:Name `Item` Declare
                Type:Type `T`
              Statement:Declare constant
                Target:Name `Z` Declare
                Type:Type `u8`
                Value:Number `0`
              Statement:Function `next` method stub
                Name:Name `next` Declare
          Statement:Class `S`
            Name:Name `S` Declare
            Base:Type
              Child:Type `Sized`
            Body:Block
              Statement:Function `sig` method
                Name:Name `sig` Declare
                Parameter:Parameter
                  Target:Name `self` Declare
                Parameter:Parameter
                  Target:Name `x` Declare
                  Type:Type `u8`
          Statement:Class `Alias`
            Name:Name `Alias` Declare
            Type:Type
              Child:Type `Box`
              Type:Type
                Child:Type
                  Child:Type
                    Child:Type `Fn`
                    Child:Type `u8`
                    Child:Type `u8`
          Statement:Macro `macro_rules`
        == a::Own<T>.next
        Child:Function `next` method
          Name:Name `next` Declare
          Body:Block
        "
    );
}

#[test]
fn names_resolve_as_the_language_binds_them() {
    let cases = [
        // A loop runs over what was bound before its own variable.
        ("let x = a; for x in x { x }", "1 2 1 2"),
        ("let x = 1; let x = x; x", "1 2 1 2"),
        // Alternatives of a pattern bind one variable.
        ("let x = 1; if let A(x) | B(x) = x { x }", "1 2 2 1 2"),
        // What a condition binds is gone where it does not hold.
        ("let x = 1; if let Some(x) = f() { x } else { x }", "1 2 2 1"),
        ("let x = 1; if let A(x) = a {} else if let B(x) = x { x } x", "1 2 3 1 3 1"),
        ("if a {} else { let x = 1; } x", "1 2"),
        ("let x = 1; match x { A(x) | B(x) => x, _ => x }", "1 1 2 2 2 1"),
        ("let x = 1; println!(\"{x}\", x)", "1 1 1"),
    ];
    for (source, expected) in cases {
        let units = lower_all("rust", &format!("fn f() {{ {source} }}"));
        let tree = &units[1].1.tree;
        let facts = Facts::compute(tree, Language::from_id("rust").unwrap());
        let mut seen = Vec::new();
        let mut numbers = Vec::new();
        for id in tree.ids().filter(|id| tree.kind(*id) == Kind::Name && tree.name(*id) == "x") {
            let binding = facts.bindings.resolve(id);
            let known = seen.iter().position(|it| *it == binding);
            let number = known.unwrap_or_else(|| {
                seen.push(binding);
                seen.len() - 1
            });
            numbers.push((number + 1).to_string());
        }
        assert_eq!(numbers.join(" "), expected, "{source}");
    }
}

#[test]
fn deep_nesting_does_not_overflow() {
    let deep = 10_000;
    let nested = |open: &str, close: &str| {
        format!("fn f() {{ {}x{} }}", open.repeat(deep), close.repeat(deep))
    };
    let sources = [
        nested("(", ")"),
        nested("{", "}"),
        nested("g(", ")"),
        nested("[", "]"),
        nested("Some(", ")"),
        format!("fn f() {{ if a {{}} {} }}", "else if b {}".repeat(deep)),
        format!("fn f() {{ x{} }}", "+a".repeat(deep)),
        format!("fn f() {{ x{} }}", ".a()".repeat(deep)),
        format!("fn f() {{ x{} }}", "::a".repeat(deep)),
        format!("fn f() {{ println!{}{} }}", "(".repeat(deep), ")".repeat(deep)),
        format!("use {}x{};", "a::{".repeat(deep), "}".repeat(deep)),
        format!("fn f(x: {}u8{}) {{}}", "Vec<".repeat(deep), ">".repeat(deep)),
        format!("fn f() {{ match x {{ {}y{} => 1 }} }}", "Some(".repeat(deep), ")".repeat(deep)),
    ];
    for source in sources {
        let (nodes, _) = count_other("rust", &source);
        assert!(nodes > 3, "{}", &source[..40]);
    }
}

#[test]
fn broken_code_lowers() {
    let sources = [
        "",
        "fn",
        "fn f( {",
        "fn f() { let x = ; x }",
        "fn f() { match x { A => , } }",
        "use a::{b, ;",
        "impl { fn f() { } ",
        "fn f() { println!(\"{\" }",
        "fn f() { println!(\"{a:$} {:\u{e9}$} {\u{e9}}\") }",
        "struct S { a: }",
        "\"",
    ];
    for source in sources {
        let (nodes, _) = count_other("rust", source);
        assert!(nodes > 0, "{source}");
    }
}
