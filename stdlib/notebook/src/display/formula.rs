//! Formula cards, and quantities with their units.

use std::fmt::Write as _;

use lightcone_units::{
    Availability, Count, DataPrice, DataRate, DataSize, Formula, HourlyPrice, Length, Money,
    MonthlyCost, Probability, Rate, Ratio, Speed, StoragePrice, Time, Utilization,
};
use lightcone_wire::Media;

use super::{Show, escape};

macro_rules! quantities {
    ($($kind:ty)*) => {$(
        impl Show for $kind {
            fn media(&self) -> Media {
                Media::plain(self.to_string())
            }
        }
    )*};
}

quantities! {
    Availability Count DataPrice DataRate DataSize HourlyPrice Length Money MonthlyCost
    Probability Rate Ratio Speed StoragePrice Time Utilization
}

/// Rules for the card, bound to its own class name.
const STYLE: &str = "<style>\
.lightcone-formula{border:1px solid var(--jp-border-color2,rgba(128,128,128,0.4));\
border-left:4px solid #0072b2;border-radius:4px;padding:0.6em 1em;margin:0.5em 0;max-width:48em}\
.lightcone-formula p{margin:0.4em 0}\
.lightcone-formula .lightcone-formula-name{font-weight:600;font-size:1.1em}\
.lightcone-formula .lightcone-formula-id{opacity:0.75;font-weight:400}\
.lightcone-formula table.lightcone-symbols{border-collapse:collapse;border:none;margin:0.4em 0;\
table-layout:auto;font-size:0.95em;color:inherit}\
.lightcone-formula .lightcone-symbols caption{text-align:left;opacity:0.8;padding:0.2em 0}\
.lightcone-formula .lightcone-symbols th,.lightcone-formula .lightcone-symbols td{\
text-align:left;padding:0.2em 0.8em 0.2em 0;border:none;vertical-align:top;font-weight:400}\
.lightcone-formula .lightcone-symbols thead th{font-weight:600;\
border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,0.4))}\
</style>";

impl Show for Formula {
    /// The formula as a card: name, equation, symbols with units and domains,
    /// assumptions, source, and the call.
    fn media(&self) -> Media {
        Media::plain(text(self))
            .with("text/html", card(self))
            .with("text/latex", format!("$${}$$", self.latex))
    }
}

/// `without a unit` for the unit `1`.
fn unit(unit: &str) -> &str {
    if matches!(unit, "1" | "") {
        "no unit"
    } else {
        unit
    }
}

fn text(formula: &Formula) -> String {
    let mut text = format!("{} {}\n", formula.id, formula.name);
    let _ = writeln!(text, "  In words: {}", formula.spoken);
    let _ = writeln!(text, "  LaTeX:    {}", formula.latex);
    let _ = writeln!(text, "  Call:     lightcone::{}", formula.path);
    for symbol in formula.symbols {
        let _ = write!(
            text,
            "  {}: {}, {}",
            symbol.symbol,
            symbol.name,
            unit(symbol.unit)
        );
        if !symbol.domain.is_empty() {
            let _ = write!(text, ", {}", symbol.domain);
        }
        text.push('\n');
    }
    if !formula.assumptions.is_empty() {
        let _ = writeln!(text, "  Assumes:  {}", formula.assumptions);
    }
    if !formula.fails.is_empty() {
        let _ = writeln!(text, "  Fails:    {}", formula.fails);
    }
    let _ = write!(
        text,
        "  Source:   {} (episode {})",
        formula.source, formula.episode
    );
    text
}

fn card(formula: &Formula) -> String {
    let mut html = String::from("<div class=\"lightcone-formula\">");
    html.push_str(STYLE);
    let _ = write!(
        html,
        "<p class=\"lightcone-formula-name\">{} <span class=\"lightcone-formula-id\">{}</span></p>\
         <div>$${}$$</div><p>In words: {}.</p>",
        escape(formula.name),
        escape(formula.id),
        escape(formula.latex),
        escape(formula.spoken.trim_end_matches('.')),
    );
    if !formula.symbols.is_empty() {
        html.push_str(
            "<table class=\"lightcone-symbols\"><caption>Symbols</caption><thead><tr>\
             <th scope=\"col\">Symbol</th><th scope=\"col\">Meaning</th>\
             <th scope=\"col\">Unit</th><th scope=\"col\">Domain</th></tr></thead><tbody>",
        );
        for symbol in formula.symbols {
            let _ = write!(
                html,
                "<tr><th scope=\"row\">${}$</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(symbol.symbol),
                escape(symbol.name),
                escape(unit(symbol.unit)),
                escape(symbol.domain),
            );
        }
        html.push_str("</tbody></table>");
    }
    if !formula.assumptions.is_empty() {
        let _ = write!(html, "<p>Assumes: {}</p>", escape(formula.assumptions));
    }
    if !formula.fails.is_empty() {
        let _ = write!(html, "<p>Fails: {}</p>", escape(formula.fails));
    }
    let _ = write!(
        html,
        "<p>Source: {} · episode {} · <code>{}</code></p></div>",
        escape(formula.source),
        formula.episode,
        escape(formula.path),
    );
    html
}

#[cfg(test)]
mod tests {
    use lightcone_units::Symbol;

    use super::*;

    const CARD: Formula = Formula {
        id: "X001",
        name: "Window limit",
        path: "latency::window_limit",
        latex: r"X \le \frac{W}{RTT} < \infty",
        spoken: "throughput is at most window over round-trip time",
        symbols: &[
            Symbol {
                symbol: "X",
                name: "throughput",
                unit: "byte/s",
                domain: "at least 0",
                input: None,
            },
            Symbol {
                symbol: "p",
                name: "share",
                unit: "1",
                domain: "0 to 1",
                input: None,
            },
        ],
        assumptions: "One flow.",
        fails: "With loss.",
        source: "RFC 7323",
        episode: 1,
        computation: None,
    };

    #[test]
    fn a_card_has_the_equation_the_symbols_and_the_source() {
        let media = CARD.media();
        let html = media.data["text/html"].as_str().unwrap();
        assert!(
            html.contains(r"$$X \le \frac{W}{RTT} &lt; \infty$$"),
            "{html}"
        );
        assert!(html.contains("<th scope=\"row\">$X$</th><td>throughput</td><td>byte/s</td>"));
        assert!(html.contains("<td>no unit</td><td>0 to 1</td>"));
        assert!(html.contains("RFC 7323") && html.contains("latency::window_limit"));
        assert_eq!(
            media.data["text/latex"],
            r"$$X \le \frac{W}{RTT} < \infty$$"
        );
    }

    #[test]
    fn the_plain_text_of_a_card_says_the_same() {
        let media = CARD.media();
        let text = media.text().unwrap();
        assert!(text.starts_with("X001 Window limit\n"));
        assert!(text.contains("In words: throughput is at most window over round-trip time"));
        assert!(text.contains("  X: throughput, byte/s, at least 0\n"));
        assert!(text.ends_with("Source:   RFC 7323 (episode 1)"));
    }

    #[test]
    fn quantities_show_with_their_unit() {
        assert_eq!(Time::from_ms(54.6).media().text(), Some("54.6 ms"));
    }
}
