//! Equations for browsers: the part of LaTeX in which formulas are written, as
//! MathML, which browsers draw without any script or font from elsewhere.
//!
//! The part is: letters, numbers and operators, groups, sub- and superscripts,
//! fractions, roots, binomials, sums and their like, named functions, Greek letters,
//! accents, `\left` and `\right`, `\text`, and spaces. Everything else is an error
//! that names the command, so that a page never shows half of an equation.

use std::fmt::Write as _;

use crate::html::escaped;

/// Why a text is no equation.
///
/// ```
/// let error = lightcone_pages::mathml::inline(r"\frobnicate{x}").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r"the equation `\frobnicate{x}` cannot be drawn: there is no command `\frobnicate`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquationError {
    latex: String,
    problem: String,
}

impl std::fmt::Display for EquationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (latex, problem) = (&self.latex, &self.problem);
        write!(f, "the equation `{latex}` cannot be drawn: {problem}")
    }
}

impl std::error::Error for EquationError {}

/// An equation on a line of its own.
///
/// # Errors
/// [`EquationError`] for unknown commands and for what is not closed.
///
/// ```
/// let text = lightcone_pages::mathml::block(r"t = \frac{d\,n}{c}")?;
/// assert!(text.starts_with("<math display=\"block\">"));
/// assert!(text.contains("<mfrac>"));
/// # Ok::<(), lightcone_pages::mathml::EquationError>(())
/// ```
pub fn block(latex: &str) -> Result<String, EquationError> {
    write_math(latex, " display=\"block\"", true)
}

/// An equation or a symbol within a text.
///
/// # Errors
/// [`EquationError`] for unknown commands and for what is not closed.
///
/// ```
/// let text = lightcone_pages::mathml::inline("t_{tx}")?;
/// assert!(text.contains("<msub><mi>t</mi><mi>tx</mi></msub>"));
/// # Ok::<(), lightcone_pages::mathml::EquationError>(())
/// ```
pub fn inline(latex: &str) -> Result<String, EquationError> {
    write_math(latex, "", false)
}

fn write_math(latex: &str, attributes: &str, annotated: bool) -> Result<String, EquationError> {
    let fail = |problem: String| EquationError {
        latex: latex.to_owned(),
        problem,
    };
    let tokens = tokens(latex).map_err(fail)?;
    let mut reader = Reader { tokens, at: 0 };
    let row = reader.row(&End::Text, false).map_err(fail)?;
    Ok(if annotated {
        format!(
            "<math{attributes}><semantics>{}<annotation encoding=\"application/x-tex\">{}\
             </annotation></semantics></math>",
            one(row),
            escaped(latex)
        )
    } else {
        format!("<math{attributes}>{row}</math>", row = joined(&row))
    })
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Command(String),
    Open,
    Close,
    Up,
    Down,
    Space,
    Character(char),
}

fn tokens(latex: &str) -> Result<Vec<Token>, String> {
    let mut list = Vec::new();
    let mut rest = latex.chars().peekable();
    while let Some(next) = rest.next() {
        list.push(match next {
            '{' => Token::Open,
            '}' => Token::Close,
            '^' => Token::Up,
            '_' => Token::Down,
            '~' => Token::Command(" ".to_owned()),
            '\\' => match rest.next() {
                None => return Err("it ends with a backslash".to_owned()),
                Some(first) if first.is_ascii_alphabetic() => {
                    let mut name = String::from(first);
                    while let Some(letter) = rest.next_if(char::is_ascii_alphabetic) {
                        name.push(letter);
                    }
                    Token::Command(name)
                }
                Some(other) => Token::Command(other.to_string()),
            },
            space if space.is_whitespace() => Token::Space,
            other => Token::Character(other),
        });
    }
    Ok(list)
}

/// What stands on the left of something decides on the space around it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    /// A letter, a number, a fraction, a bracketed part.
    Ordinary,
    /// A sum, a product, or a function like the maximum, with its ends below and above.
    Limits,
    /// The name of a function.
    Function,
    /// An operator, a relation, or a separator.
    Operator,
    /// An opening bracket.
    Opening,
    /// A closing bracket.
    Closing,
    /// A space.
    Space,
}

#[derive(Debug, Clone)]
struct Node {
    text: String,
    class: Class,
}

impl Node {
    fn new(class: Class, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class,
        }
    }
}

/// Where a row ends.
enum End {
    Text,
    Brace,
    Bracket,
    Right,
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(&Token::Space) {
            self.at += 1;
        }
    }

    /// Reads up to `end` and beyond it. In a subscript, words are words and not products.
    fn row(&mut self, end: &End, script: bool) -> Result<Vec<Node>, String> {
        let mut nodes: Vec<Node> = Vec::new();
        loop {
            self.skip_spaces();
            match (self.peek(), end) {
                (None, End::Text) => break,
                (None, End::Brace) => return Err("a `{` is not closed".to_owned()),
                (None, End::Bracket) => return Err("a `[` is not closed".to_owned()),
                (None, End::Right) => return Err("a `\\left` has no `\\right`".to_owned()),
                (Some(Token::Close), End::Brace) => {
                    self.at += 1;
                    break;
                }
                (Some(Token::Close), _) => return Err("a `}` closes nothing".to_owned()),
                (Some(Token::Character(']')), End::Bracket) => {
                    self.at += 1;
                    break;
                }
                (Some(Token::Command(name)), End::Right) if name == "right" => {
                    self.at += 1;
                    break;
                }
                (Some(Token::Up | Token::Down | Token::Character('\'')), _) => {
                    let base = nodes.pop();
                    let scripted = self.scripts(base)?;
                    nodes.push(scripted);
                }
                _ => {
                    let node = self.atom(&nodes, script)?;
                    nodes.push(node);
                }
            }
        }
        Ok(spaced(nodes))
    }

    /// Reads the primes, the sub- and the superscript after a base.
    fn scripts(&mut self, base: Option<Node>) -> Result<Node, String> {
        let base = base.unwrap_or_else(|| Node::new(Class::Ordinary, "<mrow></mrow>"));
        let (mut below, mut above) = (None, None);
        let mut primes = String::new();
        loop {
            match self.peek() {
                Some(Token::Character('\'')) => {
                    self.at += 1;
                    primes.push('\u{2032}');
                }
                Some(Token::Down) if below.is_none() => {
                    self.at += 1;
                    below = Some(self.argument(true)?);
                }
                Some(Token::Up) if above.is_none() => {
                    self.at += 1;
                    above = Some(self.argument(false)?);
                }
                Some(Token::Down) => return Err("there are two subscripts in a row".to_owned()),
                Some(Token::Up) => return Err("there are two superscripts in a row".to_owned()),
                _ => break,
            }
        }
        if !primes.is_empty() {
            let primes = format!("<mo lspace=\"0\" rspace=\"0\">{primes}</mo>");
            above = Some(match above {
                Some(above) => format!("<mrow>{primes}{above}</mrow>"),
                None => primes,
            });
        }
        let limits = base.class == Class::Limits;
        let text = &base.text;
        let text = match (below, above, limits) {
            (Some(below), Some(above), true) => {
                format!("<munderover>{text}{below}{above}</munderover>")
            }
            (Some(below), None, true) => format!("<munder>{text}{below}</munder>"),
            (None, Some(above), true) => format!("<mover>{text}{above}</mover>"),
            (Some(below), Some(above), false) => {
                format!("<msubsup>{text}{below}{above}</msubsup>")
            }
            (Some(below), None, false) => format!("<msub>{text}{below}</msub>"),
            (None, Some(above), false) => format!("<msup>{text}{above}</msup>"),
            (None, None, _) => text.clone(),
        };
        let class = match base.class {
            Class::Closing | Class::Opening | Class::Operator | Class::Space => Class::Ordinary,
            class => class,
        };
        Ok(Node { text, class })
    }

    /// Reads one argument, a group or a single token, as one element.
    fn argument(&mut self, script: bool) -> Result<String, String> {
        self.skip_spaces();
        match self.peek() {
            None => Err("an argument is missing at the end".to_owned()),
            Some(Token::Open) => {
                self.at += 1;
                Ok(one(self.row(&End::Brace, script)?))
            }
            // Of `2^10`, only the 1 is raised.
            Some(Token::Character(digit)) if digit.is_ascii_digit() => {
                let text = format!("<mn>{digit}</mn>");
                self.at += 1;
                Ok(text)
            }
            Some(Token::Character(letter)) if letter.is_alphabetic() => {
                let text = format!("<mi>{letter}</mi>");
                self.at += 1;
                Ok(text)
            }
            _ => Ok(self.atom(&[], script)?.text),
        }
    }

    fn atom(&mut self, before: &[Node], script: bool) -> Result<Node, String> {
        match self.next() {
            Some(Token::Open) => {
                let row = self.row(&End::Brace, script)?;
                Ok(Node::new(Class::Ordinary, one(row)))
            }
            Some(Token::Command(name)) => self.command(&name, before),
            Some(Token::Character(first)) => Ok(self.character(first, before, script)),
            _ => Err("an argument is missing".to_owned()),
        }
    }

    /// A number, a letter or a word, or an operator.
    fn character(&mut self, first: char, before: &[Node], script: bool) -> Node {
        if first.is_ascii_digit() {
            let mut number = String::from(first);
            while let Some(Token::Character(next)) = self.peek() {
                let point = *next == '.'
                    && matches!(self.tokens.get(self.at + 1),
                        Some(Token::Character(digit)) if digit.is_ascii_digit());
                if !next.is_ascii_digit() && !point {
                    break;
                }
                number.push(*next);
                self.at += 1;
            }
            return Node::new(Class::Ordinary, format!("<mn>{number}</mn>"));
        }
        if first.is_alphabetic() {
            let word = self.word(first, script);
            return Node::new(Class::Ordinary, format!("<mi>{}</mi>", escaped(&word)));
        }
        operator(first, before)
    }

    /// Capitals in a row are one name, RTT; small letters are factors, b p, except in
    /// a subscript, where they are a word, and i j are two indices.
    fn word(&mut self, first: char, script: bool) -> String {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let letters = |belongs: fn(&char) -> bool| -> Vec<char> {
            rest.iter()
                .map_while(|token| match token {
                    Token::Character(letter) if belongs(letter) => Some(*letter),
                    _ => None,
                })
                .collect()
        };
        let more = if script {
            letters(|letter| letter.is_alphabetic())
        } else if first.is_uppercase() {
            letters(|letter| letter.is_uppercase())
        } else {
            Vec::new()
        };
        let word: String = std::iter::once(first).chain(more).collect();
        if matches!(word.as_str(), "ij" | "jk" | "ik") {
            return first.to_string();
        }
        self.at += word.chars().count() - 1;
        word
    }

    fn command(&mut self, name: &str, before: &[Node]) -> Result<Node, String> {
        if let Some((_, letter)) = LETTERS.iter().find(|(known, _)| *known == name) {
            return Ok(Node::new(Class::Ordinary, format!("<mi>{letter}</mi>")));
        }
        if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == name) {
            return Ok(Node::new(Class::Operator, format!("<mo>{sign}</mo>")));
        }
        if let Some((_, sign)) = BIG.iter().find(|(known, _)| *known == name) {
            return Ok(Node::new(Class::Limits, format!("<mo>{sign}</mo>")));
        }
        if let Some((_, open, sign)) = FENCES.iter().find(|(known, ..)| *known == name) {
            return Ok(fence(sign, *open));
        }
        if let Some((_, width)) = SPACES.iter().find(|(known, _)| *known == name) {
            return Ok(Node::new(
                Class::Space,
                format!("<mspace width=\"{width}\"/>"),
            ));
        }
        if FUNCTIONS.contains(&name) {
            return Ok(Node::new(Class::Function, format!("<mi>{name}</mi>")));
        }
        if ["min", "max", "lim", "sup", "inf"].contains(&name) {
            return Ok(Node::new(
                Class::Limits,
                format!("<mo movablelimits=\"true\" rspace=\"0\">{name}</mo>"),
            ));
        }
        let node = match name {
            "frac" | "dfrac" | "tfrac" => {
                let (above, below) = (self.argument(false)?, self.argument(false)?);
                let fraction = format!("<mfrac>{above}{below}</mfrac>");
                match name {
                    "tfrac" => format!(
                        "<mstyle displaystyle=\"false\" scriptlevel=\"0\">{fraction}</mstyle>"
                    ),
                    "dfrac" => format!("<mstyle displaystyle=\"true\">{fraction}</mstyle>"),
                    _ => fraction,
                }
            }
            "binom" => {
                let (above, below) = (self.argument(false)?, self.argument(false)?);
                format!(
                    "<mrow><mo>(</mo><mfrac linethickness=\"0\">{above}{below}</mfrac>\
                     <mo>)</mo></mrow>"
                )
            }
            "sqrt" => {
                self.skip_spaces();
                if self.peek() == Some(&Token::Character('[')) {
                    self.at += 1;
                    let index = one(self.row(&End::Bracket, true)?);
                    format!("<mroot>{}{index}</mroot>", self.argument(false)?)
                } else {
                    format!("<msqrt>{}</msqrt>", self.argument(false)?)
                }
            }
            "bar" | "overline" | "hat" | "tilde" | "vec" => {
                let sign = match name {
                    "hat" => "^",
                    "tilde" => "~",
                    "vec" => "\u{2192}",
                    _ => "\u{af}",
                };
                let stretchy = name == "overline";
                format!(
                    "<mover accent=\"true\">{}<mo stretchy=\"{stretchy}\">{sign}</mo></mover>",
                    self.argument(false)?
                )
            }
            "text" | "mathrm" | "operatorname" => {
                let words = self.words()?;
                let words = words.trim_matches(' ');
                if name == "text" {
                    let node = format!(
                        "<mspace width=\"0.25em\"/><mtext>{}</mtext><mspace width=\"0.25em\"/>",
                        escaped(words)
                    );
                    return Ok(Node::new(Class::Ordinary, format!("<mrow>{node}</mrow>")));
                }
                let style = if words.chars().count() == 1 {
                    " mathvariant=\"normal\""
                } else {
                    ""
                };
                let class = if name == "operatorname" {
                    Class::Function
                } else {
                    Class::Ordinary
                };
                return Ok(Node::new(
                    class,
                    format!("<mi{style}>{}</mi>", escaped(words)),
                ));
            }
            "left" => {
                let open = self.delimiter()?;
                let inner = joined(&self.row(&End::Right, false)?);
                let close = self.delimiter()?;
                format!("<mrow>{open}{inner}{close}</mrow>")
            }
            "right" => return Err("a `\\right` has no `\\left`".to_owned()),
            "%" | "#" | "&" | "$" => {
                return Ok(operator(name.chars().next().unwrap_or('%'), before));
            }
            _ => return Err(format!("there is no command `\\{name}`")),
        };
        Ok(Node::new(Class::Ordinary, node))
    }

    /// The words of `\text{...}`, as they are.
    fn words(&mut self) -> Result<String, String> {
        self.skip_spaces();
        if self.next() != Some(Token::Open) {
            return Err("a text stands in braces: `\\text{...}`".to_owned());
        }
        let mut words = String::new();
        loop {
            match self.next() {
                Some(Token::Close) => return Ok(words),
                Some(Token::Character(letter)) => words.push(letter),
                Some(Token::Space) => words.push(' '),
                Some(Token::Down) => words.push('_'),
                Some(Token::Command(name)) if name.len() == 1 => words.push_str(&name),
                _ => return Err("a text holds letters only, and ends with `}`".to_owned()),
            }
        }
    }

    /// What follows `\left` and `\right`.
    fn delimiter(&mut self) -> Result<String, String> {
        self.skip_spaces();
        let sign = match self.next() {
            Some(Token::Character('.')) => return Ok(String::new()),
            Some(Token::Character(sign)) if "()[]|/".contains(sign) => sign.to_string(),
            Some(Token::Command(name)) => FENCES
                .iter()
                .find(|(known, ..)| *known == name)
                .map(|(_, _, sign)| (*sign).to_owned())
                .ok_or_else(|| format!("`\\{name}` is no bracket"))?,
            _ => return Err("`\\left` and `\\right` stand before a bracket".to_owned()),
        };
        Ok(format!("<mo stretchy=\"true\">{sign}</mo>"))
    }
}

/// A bracket that does not grow.
fn fence(sign: &str, open: bool) -> Node {
    let (class, form) = if open {
        (Class::Opening, "prefix")
    } else {
        (Class::Closing, "postfix")
    };
    let text = format!("<mo form=\"{form}\" stretchy=\"false\">{sign}</mo>");
    Node::new(class, text)
}

fn operator(sign: char, before: &[Node]) -> Node {
    let last = before.iter().rev().find(|node| node.class != Class::Space);
    // A minus after nothing, an operator or a bracket is a sign.
    let first = last.is_none_or(|node| matches!(node.class, Class::Operator | Class::Opening));
    match sign {
        '(' | '[' => fence(&sign.to_string(), true),
        ')' | ']' => fence(&sign.to_string(), false),
        '|' => fence("|", first),
        '!' => Node::new(
            Class::Closing,
            "<mo form=\"postfix\" lspace=\"0\" rspace=\"0\">!</mo>",
        ),
        '%' => Node::new(Class::Ordinary, "<mi mathvariant=\"normal\">%</mi>"),
        '/' => Node::new(
            Class::Operator,
            "<mo lspace=\"0.1em\" rspace=\"0.1em\">/</mo>",
        ),
        '.' => Node::new(Class::Operator, "<mo lspace=\"0\" rspace=\"0\">.</mo>"),
        '-' | '+' if first => {
            let sign = if sign == '-' { '\u{2212}' } else { '+' };
            let text = format!("<mo form=\"prefix\">{sign}</mo>");
            Node::new(Class::Operator, text)
        }
        '-' => Node::new(Class::Operator, "<mo>\u{2212}</mo>"),
        '*' => Node::new(Class::Operator, "<mo>\u{2217}</mo>"),
        sign => Node::new(
            Class::Operator,
            format!("<mo>{}</mo>", escaped(&sign.to_string())),
        ),
    }
}

/// Puts the space of `log x` between a function and what it is applied to.
fn spaced(nodes: Vec<Node>) -> Vec<Node> {
    let mut list: Vec<Node> = Vec::new();
    for node in nodes {
        if let Some(last) = list.last() {
            let named = last.class == Class::Function
                || (last.class == Class::Limits && last.text.contains("movablelimits"));
            match (named, node.class) {
                (true, Class::Ordinary | Class::Function | Class::Limits) => {
                    // Brackets that grow stand close to the function's name.
                    let bracket = node.text.starts_with("<mrow><mo stretchy");
                    let width = if bracket { "0" } else { "0.167em" };
                    list.push(Node::new(
                        Class::Space,
                        format!("<mo>\u{2061}</mo><mspace width=\"{width}\"/>"),
                    ));
                }
                (true, Class::Opening) => {
                    list.push(Node::new(Class::Space, "<mo>\u{2061}</mo>"));
                }
                (false, Class::Function) if last.class == Class::Ordinary => {
                    list.push(Node::new(Class::Space, "<mspace width=\"0.167em\"/>"));
                }
                _ => {}
            }
        }
        list.push(node);
    }
    list
}

fn joined(nodes: &[Node]) -> String {
    let mut text = String::new();
    for node in nodes {
        let _ = write!(text, "{}", node.text);
    }
    text
}

/// A row as one element.
fn one(nodes: Vec<Node>) -> String {
    match nodes.as_slice() {
        [single] if single.text.matches("<m").count() == 1 || single.text.starts_with("<mrow>") => {
            single.text.clone()
        }
        _ => format!("<mrow>{}</mrow>", joined(&nodes)),
    }
}

const LETTERS: &[(&str, &str)] = &[
    ("Delta", "Δ"),
    ("Gamma", "Γ"),
    ("Lambda", "Λ"),
    ("Omega", "Ω"),
    ("Phi", "Φ"),
    ("Pi", "Π"),
    ("Psi", "Ψ"),
    ("Sigma", "Σ"),
    ("Theta", "Θ"),
    ("alpha", "α"),
    ("beta", "β"),
    ("chi", "χ"),
    ("delta", "δ"),
    ("ell", "ℓ"),
    ("emptyset", "∅"),
    ("epsilon", "ϵ"),
    ("eta", "η"),
    ("gamma", "γ"),
    ("infty", "∞"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("omega", "ω"),
    ("partial", "∂"),
    ("phi", "ϕ"),
    ("pi", "π"),
    ("psi", "ψ"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("theta", "θ"),
    ("varepsilon", "ε"),
    ("varphi", "φ"),
    ("xi", "ξ"),
    ("zeta", "ζ"),
];

const SIGNS: &[(&str, &str)] = &[
    ("Rightarrow", "⇒"),
    ("approx", "≈"),
    ("cap", "∩"),
    ("cdot", "⋅"),
    ("cdots", "⋯"),
    ("circ", "∘"),
    ("colon", ":"),
    ("cup", "∪"),
    ("div", "÷"),
    ("dots", "…"),
    ("equiv", "≡"),
    ("forall", "∀"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("gg", "≫"),
    ("iff", "⟺"),
    ("in", "∈"),
    ("land", "∧"),
    ("ldots", "…"),
    ("le", "≤"),
    ("leftarrow", "←"),
    ("leq", "≤"),
    ("ll", "≪"),
    ("lor", "∨"),
    ("mid", "∣"),
    ("ne", "≠"),
    ("neq", "≠"),
    ("notin", "∉"),
    ("oplus", "⊕"),
    ("pm", "±"),
    ("propto", "∝"),
    ("rightarrow", "→"),
    ("setminus", "∖"),
    ("sim", "∼"),
    ("simeq", "≃"),
    ("subset", "⊂"),
    ("subseteq", "⊆"),
    ("times", "×"),
    ("to", "→"),
];

const BIG: &[(&str, &str)] = &[
    ("bigcap", "⋂"),
    ("bigcup", "⋃"),
    ("int", "∫"),
    ("prod", "∏"),
    ("sum", "∑"),
];

/// Brackets, and whether they open.
const FENCES: &[(&str, bool, &str)] = &[
    ("lVert", true, "‖"),
    ("langle", true, "⟨"),
    ("lceil", true, "⌈"),
    ("lfloor", true, "⌊"),
    ("lvert", true, "|"),
    ("rVert", false, "‖"),
    ("rangle", false, "⟩"),
    ("rceil", false, "⌉"),
    ("rfloor", false, "⌋"),
    ("rvert", false, "|"),
    ("{", true, "{"),
    ("}", false, "}"),
];

const SPACES: &[(&str, &str)] = &[
    (" ", "0.333em"),
    ("!", "-0.167em"),
    (",", "0.167em"),
    (":", "0.222em"),
    (";", "0.278em"),
    ("qquad", "2em"),
    ("quad", "1em"),
];

const FUNCTIONS: &[&str] = &[
    "Pr", "arccos", "arcsin", "arctan", "cos", "cosh", "erf", "exp", "lg", "ln", "log", "mod",
    "sin", "sinh", "tan", "tanh",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The equation without the frame around it.
    fn drawn(latex: &str) -> String {
        let text = inline(latex).expect("an equation");
        text.trim_start_matches("<math>")
            .trim_end_matches("</math>")
            .to_owned()
    }

    #[test]
    fn equations_are_drawn_as_people_write_them() {
        for (latex, text) in [
            (
                r"U = R\,I",
                "<mi>U</mi><mo>=</mo><mi>R</mi><mspace width=\"0.167em\"/><mi>I</mi>",
            ),
            ("RTT", "<mi>RTT</mi>"),
            ("bp", "<mi>b</mi><mi>p</mi>"),
            (
                "e^{cS}",
                "<msup><mi>e</mi><mrow><mi>c</mi><mi>S</mi></mrow></msup>",
            ),
            ("t_{tx}", "<msub><mi>t</mi><mi>tx</mi></msub>"),
            ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
            ("2^10", "<msup><mn>2</mn><mn>1</mn></msup><mn>0</mn>"),
            ("n^*", "<msup><mi>n</mi><mo>\u{2217}</mo></msup>"),
            (
                r"\lambda'",
                "<msup><mi>λ</mi><mo lspace=\"0\" rspace=\"0\">\u{2032}</mo></msup>",
            ),
            ("0.05", "<mn>0.05</mn>"),
            (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
            (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
            (
                r"\sum_{i=k}^{n} i",
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mi>k</mi></mrow><mi>n</mi></munderover><mi>i</mi>",
            ),
            ("-x", "<mo form=\"prefix\">\u{2212}</mo><mi>x</mi>"),
            ("a-b", "<mi>a</mi><mo>\u{2212}</mo><mi>b</mi>"),
            (
                "w_{ij}",
                "<msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>",
            ),
            (
                r"\log_2 x",
                "<msub><mi>log</mi><mn>2</mn></msub><mo>\u{2061}</mo><mspace width=\"0.167em\"/><mi>x</mi>",
            ),
        ] {
            assert_eq!(drawn(latex), text, "{latex}");
        }
    }

    #[test]
    fn what_is_no_equation_is_named() {
        for (latex, problem) in [
            (r"\frobnicate", r"there is no command `\frobnicate`"),
            ("{x", "a `{` is not closed"),
            ("x}", "a `}` closes nothing"),
            (r"\left(x", r"a `\left` has no `\right`"),
            (r"x\right)", r"a `\right` has no `\left`"),
            ("x^2^3", "there are two superscripts in a row"),
            ("x_1_2", "there are two subscripts in a row"),
            (r"\frac{1}", "an argument is missing at the end"),
            (r"\sqrt[3", "a `[` is not closed"),
            (r"\text x", r"a text stands in braces: `\text{...}`"),
            ("\\", "it ends with a backslash"),
        ] {
            let error = block(latex).expect_err(latex).to_string();
            assert!(error.ends_with(problem), "{latex}: {error}");
        }
    }

    #[test]
    fn signs_of_html_are_escaped() {
        assert_eq!(drawn("a<b"), "<mi>a</mi><mo>&lt;</mo><mi>b</mi>");
        assert!(
            block("a<b")
                .expect("an equation")
                .contains("a&lt;b</annotation>")
        );
    }
}
