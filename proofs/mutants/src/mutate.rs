//! Finds the mutants of a file, and writes the file with all of them.

use std::collections::HashMap;
use std::ops::Range;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, FnArg, ReturnType, Signature, Type, UnOp};

use crate::value;

/// A part of the source and what may stand in its place.
pub struct Site {
    range: Range<usize>,
    /// At the start of a function's body, to return early; otherwise an expression.
    is_body: bool,
    /// Name and text of each.
    choices: Vec<(String, String)>,
}

pub fn find(source: &str, file: &str) -> syn::Result<Vec<Site>> {
    let mut finder = Finder {
        source,
        file,
        function: String::new(),
        owner: String::new(),
        names: HashMap::new(),
        sites: Vec::new(),
    };
    finder.visit_file(&syn::parse_file(source)?);
    let mut sites = finder.sites;
    sites.sort_by_key(|site| (site.range.start, usize::MAX - site.range.end));
    Ok(sites)
}

/// The source with each mutant that gets a number. Of every mutant, its own text is between `/*m:NUMBER*/` and `/*end*/`.
pub fn write(
    source: &str,
    sites: &[Site],
    mut number: impl FnMut(&str) -> Option<usize>,
) -> String {
    let mut text = String::new();
    write_range(
        source,
        0..source.len(),
        &mut &sites[..],
        &mut number,
        &mut text,
    );
    text
}

fn write_range(
    source: &str,
    range: Range<usize>,
    sites: &mut &[Site],
    number: &mut impl FnMut(&str) -> Option<usize>,
    text: &mut String,
) {
    let mut at = range.start;
    while let Some((site, rest)) = sites.split_first() {
        if site.range.start >= range.end {
            break;
        }
        *sites = rest;
        text.push_str(&source[at..site.range.start]);
        let choices: Vec<_> = (site.choices.iter())
            .filter_map(|(name, choice)| Some((number(name)?, choice)))
            .collect();
        if site.is_body {
            for (number, choice) in choices {
                text.push_str(&format!(
                    " if ::mutants::on({number}) {{ /*m:{number}*/return {choice};/*end*/ }}"
                ));
            }
        } else {
            let is_plain = choices.is_empty();
            text.push('(');
            for (number, choice) in choices {
                text.push_str(&format!(
                    "if ::mutants::on({number}) {{ /*m:{number}*/{choice}/*end*/ }} else "
                ));
            }
            text.push_str(if is_plain { "" } else { "{ " });
            write_range(source, site.range.clone(), sites, number, text);
            text.push_str(if is_plain { ")" } else { " })" });
        }
        at = site.range.end;
    }
    text.push_str(&source[at..range.end]);
}

struct Finder<'a> {
    source: &'a str,
    file: &'a str,
    owner: String,
    function: String,
    /// How often each change was made in each function.
    names: HashMap<String, usize>,
    sites: Vec<Site>,
}

impl Finder<'_> {
    fn text(&self, node: &impl Spanned) -> &str {
        &self.source[node.span().byte_range()]
    }

    fn add(&mut self, range: Range<usize>, is_body: bool, changes: Vec<(String, String)>) {
        if self.function.is_empty() || changes.is_empty() {
            return;
        }
        let mut choices = Vec::new();
        for (change, text) in changes {
            let name = format!("{}\t{}\t{change}", self.file, self.function);
            let count = self.names.entry(name.clone()).or_default();
            *count += 1;
            let name = if *count == 1 {
                name
            } else {
                format!("{name} ({count})")
            };
            choices.push((name, text));
        }
        self.sites.push(Site {
            range,
            is_body,
            choices,
        });
    }

    fn expression(&mut self, expression: &Expr, change: &str, text: String) {
        let changes = vec![(change.to_owned(), text)];
        self.add(expression.span().byte_range(), false, changes);
    }

    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: &syn::Block) {
        let is_known = signature.ident == "default" && signature.inputs.is_empty();
        if is_left_out(attributes) || signature.constness.is_some() || is_known {
            return;
        }
        let outside = std::mem::take(&mut self.function);
        self.function = format!("{}{}", self.owner, signature.ident);
        if !block.stmts.is_empty() && !returns_impl(&signature.output) {
            let body = self.text(block).trim_matches(['{', '}']).trim().to_owned();
            let mut values = value::of_return(&signature.output);
            if takes_and_returns_self(signature) {
                values.push("self".to_owned());
            }
            let body = body.replace("Self::default()", "Default::default()");
            values.retain(|value| *value != body);
            let start = block.brace_token.span.open().byte_range().end;
            let changes = values
                .into_iter()
                .map(|value| (format!("return {value}"), value));
            self.add(start..start, true, changes.collect());
        }
        visit::visit_block(self, block);
        self.function = outside;
    }

    fn binary(&mut self, node: &syn::ExprBinary) {
        let (operator, others): (&str, &[&str]) = match node.op {
            BinOp::Eq(_) => ("==", &["!="]),
            BinOp::Ne(_) => ("!=", &["=="]),
            BinOp::And(_) => ("&&", &["||"]),
            BinOp::Or(_) => ("||", &["&&"]),
            BinOp::Lt(_) => ("<", &["<=", "==", ">"]),
            BinOp::Le(_) => ("<=", &["<", ">"]),
            BinOp::Gt(_) => (">", &[">=", "==", "<"]),
            BinOp::Ge(_) => (">=", &[">", "<"]),
            BinOp::Add(_) => ("+", &["-", "*"]),
            BinOp::Sub(_) => ("-", &["+", "/"]),
            BinOp::Mul(_) => ("*", &["+", "/"]),
            BinOp::Div(_) => ("/", &["%", "*"]),
            BinOp::Rem(_) => ("%", &["/", "+"]),
            BinOp::BitAnd(_) => ("&", &["|", "^"]),
            BinOp::BitOr(_) => ("|", &["&", "^"]),
            BinOp::BitXor(_) => ("^", &["|", "&"]),
            BinOp::Shl(_) => ("<<", &[">>"]),
            BinOp::Shr(_) => (">>", &["<<"]),
            BinOp::AddAssign(_) => ("+=", &["-=", "*="]),
            BinOp::SubAssign(_) => ("-=", &["+=", "/="]),
            BinOp::MulAssign(_) => ("*=", &["+=", "/="]),
            BinOp::BitOrAssign(_) => ("|=", &["&="]),
            BinOp::BitAndAssign(_) => ("&=", &["|="]),
            _ => return,
        };
        if has_let(&node.left) || has_let(&node.right) {
            return;
        }
        let (left, right) = (self.text(&node.left), self.text(&node.right));
        let is_assignment =
            operator.ends_with('=') && others[0].len() == 2 && !"== != <= >=".contains(operator);
        let changes = (others.iter())
            .map(|other| {
                let text = if is_assignment {
                    format!("{left} {other} {right}")
                } else {
                    format!("({left}) {other} ({right})")
                };
                (format!("{operator} to {other}"), text)
            })
            .collect();
        self.add(node.span().byte_range(), false, changes);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if !is_left_out(&node.attrs) {
            visit::visit_item_mod(self, node);
        }
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        if is_left_out(&node.attrs) {
            return;
        }
        let mut ty = &*node.self_ty;
        while let Type::Reference(reference) = ty {
            ty = &reference.elem;
        }
        let name = match ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            other => Some(other.to_token_stream().to_string()),
        };
        let owner = format!("{}::", name.unwrap_or_default());
        let outside = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_impl(self, node);
        self.owner = outside;
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        let owner = format!("{}::", node.ident);
        let outside = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_trait(self, node);
        self.owner = outside;
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        let outside = std::mem::take(&mut self.owner);
        self.function(&node.attrs, &node.sig, &node.block);
        self.owner = outside;
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.attrs, &node.sig, &node.block);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.attrs, &node.sig, block);
        }
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        self.binary(node);
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        let operator = match node.op {
            UnOp::Not(_) => "!",
            UnOp::Neg(_) => "-",
            _ => return visit::visit_expr_unary(self, node),
        };
        let changes = vec![(
            format!("{operator} removed"),
            format!("({})", self.text(&node.expr)),
        )];
        self.add(node.span().byte_range(), false, changes);
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        // These are turned round by a mutant of their own.
        let is_turned_anyway = match &*node.cond {
            Expr::Binary(binary) => matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)),
            _ => false,
        };
        if !is_turned_anyway && !has_let(&node.cond) {
            let text = format!("!({})", self.text(&node.cond));
            self.expression(&node.cond, "if to if not", text);
        }
        visit::visit_expr_if(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        if let Some((_, guard)) = &node.guard
            && !has_let(guard)
        {
            let changes =
                ["true", "false"].map(|value| (format!("guard to {value}"), value.to_owned()));
            self.add(guard.span().byte_range(), false, changes.into());
        }
        visit::visit_arm(self, node);
    }

    fn visit_expr_repeat(&mut self, node: &'ast syn::ExprRepeat) {
        self.visit_expr(&node.expr);
    }

    // What is computed at compile time cannot ask a switch.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// Whether the item is for tests alone, or for a build that has not every feature.
fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.to_token_stream().to_string();
        let is_other_build = ["test", "fuzzing", "not (", "valgrind"];
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && is_other_build.iter().any(|word| text.contains(word)))
    })
}

fn returns_impl(output: &ReturnType) -> bool {
    output
        .to_token_stream()
        .to_string()
        .split_whitespace()
        .any(|word| word == "impl")
}

fn takes_and_returns_self(signature: &Signature) -> bool {
    let takes = matches!(signature.inputs.first(), Some(FnArg::Receiver(receiver)) if receiver.reference.is_none() && receiver.colon_token.is_none());
    takes && signature.output.to_token_stream().to_string() == "-> Self"
}

fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(paren) => has_let(&paren.expr),
        _ => false,
    }
}
