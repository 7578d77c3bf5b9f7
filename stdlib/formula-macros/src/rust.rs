//! The body of a formula in Rust.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path, Type};

use crate::body::{Block, Bounds, Operator, Statement, Term};
use crate::head::Definition;

/// A name that checks may be about.
pub(crate) struct Checked<'d> {
    pub(crate) name: &'d Ident,
    pub(crate) kind: &'d Type,
    pub(crate) list: bool,
}

/// The statements and the value of the whole body of a formula, for a function that
/// returns a `Result`.
pub(crate) fn body(definition: &Definition, block: &Block) -> TokenStream {
    let arguments = definition.arguments();
    let checked: Vec<Checked<'_>> = arguments
        .iter()
        .map(|argument| Checked {
            name: &argument.name,
            kind: &argument.kind,
            list: argument.list,
        })
        .collect();
    body_of(&checked, block)
}

/// The same for a body that sees the names in `checked`.
pub(crate) fn body_of(checked: &[Checked<'_>], block: &Block) -> TokenStream {
    let writer = Writer { checked };
    let statements = writer.statements(&block.statements);
    let value = block.value.as_ref().map(|value| {
        let value = writer.term(value);
        quote!(::core::result::Result::Ok(#value))
    });
    quote!(#statements #value)
}

/// The constants that stand for the entries of the formulas that the body calls.
pub(crate) fn entry(path: &Path) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = Ident::new(&last.ident.to_string().to_uppercase(), last.ident.span());
    }
    path
}

struct Writer<'d> {
    checked: &'d [Checked<'d>],
}

impl Writer<'_> {
    fn statements(&self, statements: &[Statement]) -> TokenStream {
        statements.iter().map(|s| self.statement(s)).collect()
    }

    fn block(&self, block: &Block) -> TokenStream {
        let statements = self.statements(&block.statements);
        let value = block.value.as_ref().map(|value| self.term(value));
        quote!({ #statements #value })
    }

    fn argument(&self, name: &Ident) -> Option<&Checked<'_>> {
        self.checked.iter().find(|known| known.name == name)
    }

    fn statement(&self, statement: &Statement) -> TokenStream {
        match statement {
            Statement::Let {
                name,
                mutable,
                value,
            } => {
                let value = self.term(value);
                let mutable = mutable.then(|| quote!(mut));
                quote!(let #mutable #name = #value;)
            }
            Statement::Assign {
                name,
                operator,
                value,
            } => {
                let value = self.term(value);
                let sign = operator.map(sign);
                match sign {
                    Some(sign) => quote!(#name = #name #sign #value;),
                    None => quote!(#name = #value;),
                }
            }
            Statement::If(condition, then, otherwise) => {
                let condition = self.term(condition);
                let then = self.block(then);
                let otherwise = otherwise.as_ref().map(|block| {
                    let block = self.block(block);
                    quote!(else #block)
                });
                quote!(if #condition #then #otherwise)
            }
            Statement::Count {
                name,
                from,
                to,
                inclusive,
                block,
            } => {
                let (from, to) = (self.term(from), self.term(to));
                let statements = self.statements(&block.statements);
                let next = Ident::new("next", Span::mixed_site());
                let end = Ident::new("end", Span::mixed_site());
                let compare = if *inclusive { quote!(<=) } else { quote!(<) };
                quote! {{
                    let mut #next: f64 = #from;
                    let #end: f64 = #to;
                    while #next #compare #end {
                        let #name: f64 = #next;
                        let _ = #name;
                        #next += 1.0;
                        #statements
                    }
                }}
            }
            Statement::Each { name, list, block } => {
                let statements = self.statements(&block.statements);
                quote!(for &#name in #list.iter() { #statements })
            }
            Statement::Break => quote!(break;),
            Statement::Return(value) => {
                let value = self.term(value);
                quote!(return ::core::result::Result::Ok(#value);)
            }
            Statement::Check {
                bounds,
                argument,
                why,
            } => {
                let text = argument.to_string();
                let Some(kind) = self.argument(argument).map(|known| &known.kind) else {
                    return TokenStream::new();
                };
                let typed = |term: TokenStream| quote!(<#kind as ::lightcone_units::Scalar>::from_base(#text, #term)?);
                let value = typed(quote!(#argument));
                let check = quote!(::lightcone_units::argument(#text, #value));
                match bounds {
                    Bounds::AtLeast(low) => {
                        let low = typed(self.term(low));
                        quote!(#check.at_least(#low, #why)?;)
                    }
                    Bounds::Above(low) => {
                        let low = typed(self.term(low));
                        quote!(#check.above(#low, #why)?;)
                    }
                    Bounds::Between(low, high) => {
                        let (low, high) = (typed(self.term(low)), typed(self.term(high)));
                        quote!(#check.between(#low, #high, #why)?;)
                    }
                }
            }
            Statement::Require {
                condition,
                argument,
                allowed,
                why,
            } => {
                let condition = self.term(condition);
                let text = argument.to_string();
                let Some(known) = self.argument(argument) else {
                    return TokenStream::new();
                };
                let kind = &known.kind;
                let value = if known.list {
                    quote!(::lightcone_units::list_in_words::<#kind>(#text, #argument)?)
                } else {
                    quote!(::lightcone_units::Scalar::in_words(
                        <#kind as ::lightcone_units::Scalar>::from_base(#text, #argument)?
                    ))
                };
                quote! {
                    if !(#condition) {
                        return ::core::result::Result::Err(::lightcone_units::DomainError::new(
                            #text, #value, #allowed, #why,
                        ));
                    }
                }
            }
        }
    }

    fn term(&self, term: &Term) -> TokenStream {
        match term {
            Term::Number(value, span) => {
                let mut literal = Literal::f64_suffixed(*value);
                literal.set_span(*span);
                quote!(#literal)
            }
            Term::Name(name) => quote!(#name),
            Term::Negative(inner) => {
                let inner = self.term(inner);
                quote!((-#inner))
            }
            Term::Not(inner) => {
                let inner = self.term(inner);
                quote!((!#inner))
            }
            Term::Binary(operator, left, right) => {
                let (left, right) = (self.term(left), self.term(right));
                let sign = sign(*operator);
                quote!((#left #sign #right))
            }
            Term::Power(base, exponent) => {
                let base = self.term(base);
                quote!(f64::powi(#base, #exponent))
            }
            Term::Call(function, terms, span) => {
                let terms = terms.iter().map(|term| self.term(term));
                let name = format_ident!("{}", function.name, span = *span);
                if function.method {
                    quote_spanned!(*span=> f64::#name(#(#terms),*))
                } else {
                    quote_spanned!(*span=> ::lightcone_units::mathematics::#name(#(#terms),*))
                }
            }
            Term::Formula(path, terms) => {
                let entry = entry(path);
                if terms.iter().any(|term| matches!(term, Term::List(_))) {
                    let parts = terms.iter().map(|term| match term {
                        Term::List(list) => quote!(&#list[..]),
                        other => {
                            let other = self.term(other);
                            quote!(&[#other][..])
                        }
                    });
                    return quote!(#entry.evaluate(&[#(#parts),*].concat())?);
                }
                let terms = terms.iter().map(|term| self.term(term));
                quote!(#entry.evaluate(&[#(#terms),*])?)
            }
            Term::If(condition, then, otherwise) => {
                let condition = self.term(condition);
                let (then, otherwise) = (self.block(then), self.block(otherwise));
                quote!((if #condition #then else #otherwise))
            }
            Term::List(list) => quote!(#list),
            Term::Item {
                list,
                place,
                checked,
            } => {
                let place = self.term(place);
                if *checked {
                    let text = list.to_string();
                    return quote!(::lightcone_sheets::item(#text, &#list[..], #place)?);
                }
                quote!(#list.get(#place as usize).copied().unwrap_or(f64::NAN))
            }
        }
    }
}

fn sign(operator: Operator) -> TokenStream {
    match operator {
        Operator::Add => quote!(+),
        Operator::Sub => quote!(-),
        Operator::Mul => quote!(*),
        Operator::Div => quote!(/),
        Operator::And => quote!(&&),
        Operator::Or => quote!(||),
        Operator::Equal => quote!(==),
        Operator::Unequal => quote!(!=),
        Operator::Less => quote!(<),
        Operator::LessEqual => quote!(<=),
        Operator::Greater => quote!(>),
        Operator::GreaterEqual => quote!(>=),
    }
}
