//! What holds for the pages of every entry.

use std::collections::HashSet;

use lightcone_pages::{Content, File, calculator_page, calculators_page, mathml, reference};

/// Checks that every element that opens is closed, in order.
fn assert_balanced(text: &str, what: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let end = at
            + rest[at..]
                .find('>')
                .unwrap_or_else(|| panic!("{what}: `<` without `>`"));
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n', '/'])
            .next()
            .unwrap_or("");
        let void = ["meta", "link", "input", "br"].contains(&name);
        if tag.starts_with('!') || tag.ends_with('/') || void {
            continue;
        }
        // What stands in a script is no HTML.
        if (name == "script" || name == "style") && !tag.starts_with('/') {
            let close = format!("</{name}>");
            let end = rest
                .find(&close)
                .unwrap_or_else(|| panic!("{what}: {name} is open"));
            rest = &rest[end + close.len()..];
        } else if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{what}: near {:.80}", rest);
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{what}: {open:?} are not closed");
}

#[test]
fn every_equation_and_symbol_of_the_registries_is_drawn() {
    let mut drawn = 0;
    let mut check = |latex: &str| {
        let text = mathml::block(latex).unwrap_or_else(|error| panic!("{error}"));
        assert_balanced(&text, latex);
        assert!(
            !text.contains('\\') || text.contains("<annotation"),
            "{latex}"
        );
        drawn += 1;
    };
    for formula in lightcone_formulas::FORMULAS.iter() {
        check(formula.latex);
        formula
            .symbols
            .iter()
            .for_each(|symbol| check(symbol.symbol));
    }
    for sheet in lightcone_formulas::sheets() {
        sheet.inputs.iter().for_each(|symbol| check(symbol.symbol));
        sheet
            .lines
            .iter()
            .for_each(|line| check(line.symbol.symbol));
    }
    assert!(drawn > 300, "{drawn}");
}

#[test]
fn the_pages_are_whole_and_load_nothing() {
    let content = Content::all();
    let all = calculators_page(&content).expect("a page");
    let one = calculator_page(&content, "C001").expect("a page");
    for (page, what) in [(&all, "all"), (&one, "one")] {
        assert_balanced(page, what);
        for load in [
            " src=",
            "@import",
            "url(",
            "fetch(",
            "XMLHttpRequest",
            "import(",
        ] {
            assert!(!page.contains(load), "{what} has {load}");
        }
        assert!(page.contains("default-src 'none'"), "{what}");
        assert!(!page.contains("{{"), "{what} has a hole");
    }
    for entry in content.entries() {
        assert!(
            all.contains(&format!("\"id\":\"{}\"", entry.id())),
            "{}",
            entry.id()
        );
    }
    assert!(one.len() < all.len() / 2);
}

#[test]
fn the_reference_has_a_page_for_each_entry_and_no_dead_link() {
    let content = Content::all();
    let files = reference(&content).expect("pages");
    let names: HashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), files.len(), "a name is used twice");
    for entry in content.entries() {
        let name = format!("{}.html", entry.id());
        let page = files.iter().find(|file| file.name == name).expect("a page");
        assert_balanced(&page.text, &name);
        assert!(page.text.contains(entry.id()), "{name}");
    }
    for File { name, text } in files.iter().filter(|file| file.name.ends_with(".html")) {
        for target in text.split("href=\"").skip(1) {
            let target = target.split('"').next().unwrap_or("");
            assert!(
                target == "data:," || names.contains(target),
                "{name}: {target}"
            );
        }
        assert!(!text.contains("NaN") && !text.contains("{{"), "{name}");
    }
}

#[test]
fn what_calls_what_is_linked_both_ways() {
    let files = reference(&Content::all()).expect("pages");
    let text = |name: &str| {
        let page = files.iter().find(|file| file.name == name);
        page.map(|page| page.text.as_str()).expect("a page")
    };
    // The latency floor computes with the fibre round trip.
    assert!(text("C001.html").contains("<h2>It uses</h2>"));
    assert!(text("C001.html").contains("href=\"F004.html\""));
    assert!(text("F004.html").contains("<h2>It is used by</h2>"));
    assert!(text("F004.html").contains("href=\"C001.html\""));
}

#[test]
fn the_same_registries_give_the_same_bytes() {
    let twice = [(); 2].map(|()| {
        let content = Content::all();
        let page = calculators_page(&content).expect("a page");
        (page, reference(&content).expect("pages"))
    });
    assert_eq!(twice[0].0, twice[1].0);
    assert_eq!(twice[0].1, twice[1].1);
}

#[test]
fn an_unknown_name_lists_what_is_near() {
    let content = Content::all();
    let error = calculator_page(&content, "bdp_windows").expect_err("no such entry");
    assert!(error.to_string().contains("bdp_window"), "{error}");
    let error = calculator_page(&content, "zzzzzzzzzzzz").expect_err("no such entry");
    assert!(
        error.to_string().contains("use an id such as `F004`"),
        "{error}"
    );
}
