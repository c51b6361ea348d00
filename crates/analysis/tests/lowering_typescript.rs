//! TypeScript's front end: what its syntax becomes in the IR, in both dialects.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::languages::Language;
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const TYPES: &str = r"
export interface Shape<T> extends Base, ns.Other<T> {
  name?: string; area(scale: number): number; [key: string]: unknown; new (x: T): Shape<T>; (): void;
}
export type Pair<A, B = A> = [first: A, second?: B] | { readonly [K in keyof A]?: A[K] };
type Call = (x: string, { y }: Y, ...z: ns.Foo[]) => x is string;
type Deep<T> = T extends Promise<infer U> ? U : typeof start extends `a${string}` ? -1 : never;
const start: readonly string[] = [];
let end: string | undefined, sure!: number;
";

const CLASSES: &str = r"
abstract class Box<T extends object> extends Base<T> implements Shape<T>, Other {
  private readonly items: T[] = [];
  declare size?: number;
  constructor(private x: number, @Inject() readonly y: Options, public z = 1, w?: string) { super(); }
  abstract area(): number;
  over(a: string): void;
  over(this: Box<T>, a: any, ...rest: T[]): asserts a is string { return; }
  @memo() protected async *walk<U>(f: (item: T) => U) { for (const { a } of this.items) yield f<U>(a); }
}
";

const DECLARATIONS: &str = r"
import type { Options } from './options';
import { type Kind, make as build } from './make';
import fs = require('fs');
import Short = Long.Name;
enum Color { Red, Green = 'g', Blue = Red << 1 }
namespace Tools { export function help(): void { Tools.help(); } const hidden = () => 1; }
declare module 'x' { export const y: number; }
declare global { var z: string; }
declare function load(path: string): Promise<void>;
function over(a: string): void;
function over(a: any) { try { a(); } catch (e: unknown) { a = e; } }
export type { Color };
export = over;
";

const CASTS: &str = r"
const a = b as unknown as string[];
const c = { d: 1 } satisfies Shape;
const e = f!.g![0]!;
h! = <number>i;
j<string>(k<number>);
const l = m as const;
";

const MARKUP: &str = r#"
export const App: React.FC<Props> = ({ items, onClick = () => {} }: Props) => (
  <List<string> key="x" {...items}>
    {items.map((item) => <li key={item.id as string} onClick={onClick}>{item.name!}</li>)}
  </List>
);
function generic<T,>(x: T) { return x; }
"#;

#[test]
fn types_use_no_variables() {
    assert_snapshot!(dump("typescript", TYPES));
}

#[test]
fn classes() {
    assert_snapshot!(dump("typescript", CLASSES));
}

#[test]
fn declarations() {
    assert_snapshot!(dump("typescript", DECLARATIONS));
}

#[test]
fn casts() {
    assert_snapshot!(dump("typescript", CASTS));
}

#[test]
fn markup() {
    assert_snapshot!(dump("typescriptreact", MARKUP));
}

#[test]
fn everything_has_a_kind() {
    let plain = [TYPES, CLASSES, DECLARATIONS, CASTS].concat();
    let with_markup = [TYPES, CLASSES, DECLARATIONS, MARKUP].concat();
    for (language, source) in [("typescript", plain), ("typescriptreact", with_markup)] {
        let (nodes, other) = count_other(language, &source);
        assert!(nodes > 300);
        assert_eq!(other, 0);
    }
}

#[test]
fn the_tables_name_only_what_the_grammars_have() {
    for id in ["typescript", "typescriptreact"] {
        let language = Language::from_id(id).unwrap();
        assert_eq!(language.lowering().unknown_names(), [""; 0], "{id}");
    }
}

#[test]
fn a_file_extension_chooses_the_dialect() {
    let source = "const a = <T,>(x: T) => <b>{x}</b>;";
    let tsx = Language::from_path("a.tsx".as_ref()).unwrap();
    assert_eq!(tsx, Language::from_id("typescript").unwrap());
    assert_eq!(tsx.discriminant(), Language::from_id("typescriptreact").unwrap().discriminant());
    let is_damaged = |id| {
        lower_all(id, source).iter().any(|(_, it)| {
            it.tree.nodes().iter().any(|node| node.flags.has(analysis::ir::Flags::DAMAGED))
        })
    };
    assert!(!is_damaged("typescriptreact"));
    assert!(is_damaged("typescript"));
}

#[test]
fn outermost_functions_are_units() {
    let source = r"
namespace Tools { export function help() {} namespace Inner { const f = () => 1; } }
declare function load(): void;
function over(a: string): void;
function over(a: any) {}
export abstract class Box { abstract area(): number; x = () => 1; get(): number { return 1; } }
const cast = (() => {}) as Callback;
export default { data() {}, methods: { go() {} } } satisfies Component;
";
    let expected = ["help", "f", "over", "Box.x", "Box.get", "cast", "data", "methods.go"];
    assert_eq!(unit_names("typescript", source), expected);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("x = {}1{};", "(".repeat(depth), ")".repeat(depth)),
        format!("x = {}1{};", "[".repeat(depth), "]".repeat(depth)),
        format!("x = {}1{};", "f(".repeat(depth), ")".repeat(depth)),
        format!("{}{}", "if (a) b(); else ".repeat(depth), "c();"),
        format!("x = {}a;", "a + ".repeat(depth)),
        format!("let x: {}T{};", "A<".repeat(depth), "> ".repeat(depth)),
        format!("type X = {}A;", "A | ".repeat(depth)),
        format!("{}{}", "namespace A { ".repeat(depth), "}".repeat(depth)),
    ];
    for source in sources {
        for language in ["typescript", "typescriptreact"] {
            let units = lower_all(language, &source);
            let nodes: usize = units.iter().map(|(_, lowered)| lowered.tree.len()).sum();
            let start: String = source.chars().take(20).collect();
            assert!(nodes > 3, "{start}");
        }
    }
}

#[test]
fn broken_code_lowers() {
    let source = [TYPES, CLASSES, DECLARATIONS, CASTS, MARKUP].concat();
    for end in (0..source.len()).step_by(11) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for language in ["typescript", "typescriptreact"] {
            for (_, lowered) in lower_all(language, &broken) {
                assert!(!lowered.tree.is_empty());
            }
        }
    }
}
