//! Wrappers that say in which language a text or a value is written.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lightcone_wire::Media;
use serde_json::Value;

use super::{Show, escape};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }
        }
    )*};
}

texts! {
    /// A piece of HTML.
    ///
    /// It is shown as it is: escape what you did not write yourself.
    ///
    /// ```
    /// use lightcone_notebook::display::{Html, Show};
    /// let media = Html::new("<b>3</b> of 5").media();
    /// assert_eq!(media.text(), Some("3 of 5"));
    /// ```
    Html
    /// A text in Markdown; `$...$` holds mathematics.
    ///
    /// ```
    /// use lightcone_notebook::display::{Markdown, Show};
    /// assert!(Markdown::new("*now*").media().data.contains_key("text/markdown"));
    /// ```
    Markdown
    /// A formula in LaTeX, without dollar signs.
    ///
    /// ```
    /// use lightcone_notebook::display::{Latex, Show};
    /// let media = Latex::new(r"RTT = \frac{2 d n}{c}").media();
    /// assert_eq!(media.data["text/latex"], r"$$RTT = \frac{2 d n}{c}$$");
    /// ```
    Latex
}

impl Show for Html {
    fn media(&self) -> Media {
        Media::plain(plain_text(&self.0)).with("text/html", self.0.as_str())
    }
}

impl Show for Markdown {
    fn media(&self) -> Media {
        Media::plain(self.0.as_str()).with("text/markdown", self.0.as_str())
    }
}

impl Show for Latex {
    fn media(&self) -> Media {
        let formula = self.0.trim().trim_matches('$').trim();
        Media::plain(formula).with("text/latex", format!("$${formula}$$"))
    }
}

/// A JSON value, as a tree that can be opened and closed.
///
/// ```
/// use lightcone_notebook::display::{Json, Show};
/// use serde_json::json;
/// assert!(Json::new(json!({"term": 3})).media().text().unwrap().contains("\"term\": 3"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Json(Value);

impl Json {
    /// Wraps the value.
    #[must_use]
    pub fn new(value: Value) -> Self {
        Self(value)
    }
}

impl Show for Json {
    fn media(&self) -> Media {
        let media = Media::plain(indented(&self.0));
        // Front ends show a tree for objects and lists only.
        if self.0.is_object() || self.0.is_array() {
            media.with("application/json", self.0.clone())
        } else {
            media
        }
    }
}

fn indented(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// A Vega-Lite chart, given by its specification (version 5, which JupyterLab 4
/// draws itself).
///
/// The plain text is the specification's `description`: write one, for readers
/// who cannot see the chart.
///
/// ```
/// use lightcone_notebook::display::{Show, VegaLite};
/// use serde_json::json;
/// let chart = VegaLite::new(json!({
///     "description": "RTT by distance",
///     "data": {"values": [{"km": 1, "ms": 2}]},
///     "mark": "point",
/// }));
/// assert_eq!(chart.media().text(), Some("Figure: RTT by distance"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VegaLite(Value);

/// The schema that a specification without `$schema` follows.
const VEGA_LITE_SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v5.json";

impl VegaLite {
    /// Wraps the specification, and names its schema if it does not.
    #[must_use]
    pub fn new(mut specification: Value) -> Self {
        if let Some(object) = specification.as_object_mut() {
            object
                .entry("$schema")
                .or_insert_with(|| VEGA_LITE_SCHEMA.into());
        }
        Self(specification)
    }
}

impl Show for VegaLite {
    fn media(&self) -> Media {
        let text = match self.0.get("description").and_then(Value::as_str) {
            Some(description) => format!("Figure: {description}"),
            None => format!("Figure given by Vega-Lite:\n{}", indented(&self.0)),
        };
        Media::plain(text).with("application/vnd.vegalite.v5+json", self.0.clone())
    }
}

/// A drawing in SVG with its alt text.
///
/// ```
/// use lightcone_notebook::display::{Show, Svg};
/// let circle = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'><circle cx='1' cy='1' r='1'/></svg>";
/// let media = Svg::new("A disc", circle).media();
/// assert!(media.data["text/html"].as_str().unwrap().contains("aria-label=\"A disc\""));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svg {
    alt: String,
    document: String,
}

impl Svg {
    /// Wraps an SVG document. `alt` says what it shows, for readers who cannot see it.
    #[must_use]
    pub fn new(alt: impl Into<String>, document: impl Into<String>) -> Self {
        Self {
            alt: alt.into(),
            document: document.into(),
        }
    }
}

impl Show for Svg {
    fn media(&self) -> Media {
        // A page must not hold an XML declaration or document type.
        let start = self.document.find("<svg").unwrap_or(0);
        let html = format!(
            "<figure role=\"img\" aria-label=\"{}\" style=\"margin:0.5em 0\">{}</figure>",
            escape(&self.alt),
            &self.document[start..]
        );
        Media::plain(format!("Figure: {}", self.alt))
            .with("text/html", html)
            .with("image/svg+xml", self.document.as_str())
    }
}

macro_rules! images {
    ($($(#[$doc:meta])* $name:ident: $mime:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            alt: String,
            bytes: Vec<u8>,
        }

        impl $name {
            /// Wraps the bytes of an image file. `alt` says what it shows, for
            /// readers who cannot see it.
            #[must_use]
            pub fn new(alt: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
                Self { alt: alt.into(), bytes: bytes.into() }
            }
        }

        impl Show for $name {
            fn media(&self) -> Media {
                image_media($mime, &self.alt, &self.bytes)
            }
        }
    )*};
}

images! {
    /// A PNG image with its alt text.
    ///
    /// ```
    /// use lightcone_notebook::display::{Png, Show};
    /// let media = Png::new("A trace", vec![0x89, b'P', b'N', b'G']).media();
    /// assert_eq!(media.text(), Some("Image: A trace"));
    /// ```
    Png: "image/png";
    /// A JPEG image with its alt text.
    ///
    /// ```
    /// use lightcone_notebook::display::{Jpeg, Show};
    /// let media = Jpeg::new("A data centre", vec![0xff, 0xd8, 0xff]).media();
    /// assert_eq!(media.data["image/jpeg"], "/9j/");
    /// ```
    Jpeg: "image/jpeg";
}

/// An image also goes out as HTML: JupyterLab drops the alt text of `image/*`.
fn image_media(mime: &str, alt: &str, bytes: &[u8]) -> Media {
    let encoded = STANDARD.encode(bytes);
    let html = format!(
        "<img alt=\"{}\" src=\"data:{mime};base64,{encoded}\" style=\"max-width:100%\">",
        escape(alt)
    );
    Media::plain(format!("Image: {alt}"))
        .with("text/html", html)
        .with(mime, encoded)
}

/// What is left of HTML without its tags: enough for a console.
fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let name: String = tag
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect::<String>();
        let name = name.to_ascii_lowercase();
        // Styles and scripts are no text; a comment ends with its own mark.
        let end: Cow<'_, str> = match name.as_str() {
            "style" | "script" => format!("</{name}>").into(),
            _ if tag.starts_with("!--") => "-->".into(),
            _ => ">".into(),
        };
        if ["br", "p", "div", "li", "tr", "table", "h1", "h2", "h3"].contains(&name.as_str()) {
            text.push('\n');
        } else if ["td", "th"].contains(&name.as_str()) {
            text.push(' ');
        }
        rest = tag.split_once(end.as_ref()).map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn html_has_a_plain_text() {
        let html =
            "<style>b{color:red}</style><p>Tom &amp; <b>Jo</b></p><!-- <i>no</i> --><p>1 &lt; 2";
        assert_eq!(plain_text(html), "Tom & Jo\n1 < 2");
        assert_eq!(
            plain_text("<table><tr><th>a<th>b<tr><td>1<td>2</table>"),
            "a b\n1 2"
        );
    }

    #[test]
    fn every_wrapper_has_a_plain_text() {
        let shown: [(&dyn Show, &str); 8] = [
            (&Html::new("<i>x</i>"), "text/html"),
            (&Markdown::new("*x*"), "text/markdown"),
            (&Latex::new("$$x$$"), "text/latex"),
            (&Json::new(json!([1])), "application/json"),
            (
                &VegaLite::new(json!({})),
                "application/vnd.vegalite.v5+json",
            ),
            (&Svg::new("alt", "<svg></svg>"), "image/svg+xml"),
            (&Png::new("alt", [1]), "image/png"),
            (&Jpeg::new("alt", [1]), "image/jpeg"),
        ];
        for (value, mime) in shown {
            let media = value.media();
            assert!(!media.text().unwrap().is_empty(), "{mime}");
            assert!(media.data.contains_key(mime), "{mime}");
        }
    }

    #[test]
    fn alt_text_is_escaped_and_the_document_type_dropped() {
        let media = Svg::new("a \"b\"", "<?xml version=\"1.0\"?><svg></svg>").media();
        let html = media.data["text/html"].as_str().unwrap();
        assert!(html.contains("aria-label=\"a &quot;b&quot;\"") && !html.contains("<?xml"));
        let media = Png::new("<x>", [1]).media();
        assert!(
            media.data["text/html"]
                .as_str()
                .unwrap()
                .contains("alt=\"&lt;x&gt;\"")
        );
    }

    #[test]
    fn a_vega_lite_chart_names_its_schema_and_keeps_one() {
        let chart = VegaLite::new(json!({"mark": "bar"}));
        assert_eq!(chart.0["$schema"], VEGA_LITE_SCHEMA);
        let chart = VegaLite::new(json!({"$schema": "mine"}));
        assert_eq!(chart.0["$schema"], "mine");
        assert_eq!(Json::new(json!(3)).media().data.len(), 1);
    }
}
