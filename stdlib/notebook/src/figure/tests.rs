//! Every kind of chart, in each of its forms.

use super::*;

fn html(figure: &Figure) -> String {
    let media = figure.media();
    media
        .data
        .get("text/html")
        .and_then(|html| html.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// Every kind of chart, each with something awkward in it.
fn every_kind() -> Vec<Figure> {
    let names = ["a & b", "<c>", "\"d\""];
    vec![
        line("line", [1.0, f64::NAN, 3.0], [Some(1.0), None, Some(9.0)]).title("a < b & c"),
        line("thousands", 0..5000, (0..5000).map(|x| f64::from(x % 71))).x_label("x", "ms"),
        scatter("scatter", [0.0, 1e3, 1e6], [1.0, -1.0, 5.0])
            .log_x()
            .log_y()
            .name("s"),
        bar("bar", names, [3.0, -4.0, 0.0]).reference_line("limit <", 2.0),
        bar("grouped", names, [1, 2, 3])
            .name("p50")
            .add_bars("p99", [2, 3, 9]),
        bar("lying", ["a label that does not fit"; 12], 0..12).reference_line("x", 20.0),
        histogram("histogram", (0..500).map(|x| x * x % 97)).reference_line_x("p99", 90.0),
        histogram("log", (1..500).map(|x| x * x)).log_x().bins(12),
        histogram("one value", [4.0, 4.0]),
        heat_map(
            "heat",
            names,
            ["r1", "r2"],
            [[Some(1.0), None, Some(2.0)], [Some(0.5); 3]],
        ),
        box_plot(
            "boxes",
            [("a", vec![1.0, 2.0, 3.0, 99.0]), ("b", vec![f64::NAN])],
        ),
        box_plot_by("by", ["x", "y", "x"], [1.0, 2.0, 3.0]).log_y(),
        time_series("time", ["2021-10-04 15:39", "2021-10-05"], [1, 2]).size(300, 200),
        line("one point", [5.0], [5.0]).size(1, 1),
    ]
}

/// Checks tags, attributes and entities as an XML parser would.
fn check_well_formed(document: &str) {
    let mut open = Vec::new();
    let mut rest = document.trim();
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start]);
        let end = rest[start..].find('>').expect("each < has its >") + start;
        let tag = &rest[start + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        check_text(tag);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
}

fn check_text(text: &str) {
    for (index, _) in text.match_indices('&') {
        let entity = text[index..].split(';').next().unwrap();
        assert!(
            ["&lt", "&gt", "&amp", "&quot", "&apos", "&#39"].contains(&entity),
            "{text}"
        );
    }
}

#[test]
fn every_chart_is_well_formed_in_each_form() {
    for figure in every_kind() {
        let svg = figure
            .svg()
            .unwrap_or_else(|error| panic!("{}: {error}", figure.alt()));
        check_well_formed(&svg);
        let title = svg.split_once("<title>").unwrap().1;
        assert!(
            title.contains(&format!("<desc>{}</desc>", figure.alt())),
            "{title}"
        );
        let html = html(&figure);
        check_well_formed(&html);
        for broken in ["NaN", "inf", "#010203"] {
            assert!(
                !svg.contains(broken) && !html.contains(broken),
                "{}: {broken}",
                figure.alt()
            );
        }
    }
}

#[test]
fn everything_lies_inside_the_picture() {
    for figure in every_kind() {
        let svg = figure.svg().unwrap();
        let view = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let (width, height) = view.split_once(' ').unwrap();
        for (attributes, limit) in [
            (["x", "x1", "x2", "cx"], width),
            (["y", "y1", "y2", "cy"], height),
        ] {
            let limit: f64 = limit.parse().unwrap();
            for attribute in attributes {
                for part in svg.split(&format!(" {attribute}=\"")).skip(1) {
                    let value: f64 = part.split('"').next().unwrap().parse().unwrap();
                    assert!(
                        (0.0..=limit).contains(&value),
                        "{}: {attribute} {value}",
                        figure.alt()
                    );
                }
            }
        }
    }
}

#[test]
fn the_figure_element_is_one_image_named_by_the_alt_text() {
    let html = html(
        &line("RTT \"grows\"", [1, 2], [3, 4])
            .title("T")
            .caption("Source: us."),
    );
    assert!(html.starts_with(
        "<figure class=\"lightcone-figure mathjax_ignore tex2jax_ignore\" role=\"img\" aria-label=\"RTT &quot;grows&quot;\" \
         aria-description=\"Source: us.\""
    ));
    assert!(html.contains("aria-hidden=\"true\"") && html.contains("currentColor"));
    assert!(html.contains(">Source: us.</figcaption></figure>"));
    assert!(
        !html.contains("fill=\"#fff\""),
        "the page's background shows through"
    );
}

#[test]
fn the_plain_text_says_what_the_chart_shows() {
    let figure = line(
        "RTT grows",
        [Some(0.0), Some(3000.0), None],
        [0.0, 29.4, 7.0],
    )
    .x_label("distance", "km")
    .y_label("RTT", "ms")
    .reference_line("budget", 20.0);
    assert_eq!(
        figure.media().text().unwrap(),
        "Figure: RTT grows\n\
         distance 0 to 3,000 km; RTT 0 to 29.4 ms; 2 points. Reference lines: budget at 20 ms.\n\
         1 of 3 points left out: 1 null."
    );
    let times = time_series("t", ["2021-10-04 15:39", "2021-10-04 22:05"], [1, 2]);
    let media = times.media();
    assert!(
        media
            .text()
            .unwrap()
            .contains("x 4 Oct 2021 15:39 to 4 Oct 2021 22:05")
    );
    let boxes = box_plot("b", [("a", [1, 2, 3]), ("c", [4, 5, 6])]).media();
    assert!(
        boxes.text().unwrap().contains("medians: a 2, c 5."),
        "{:?}",
        boxes.text()
    );
}

#[test]
fn mistakes_are_named_instead_of_drawn() {
    let wrong: [(Figure, FigureError); 8] = [
        (line("  ", [1], [1]), FigureError::NoAltText),
        (
            line("a", [1, 2], [1]),
            FigureError::LengthMismatch {
                first: "x",
                first_length: 2,
                second: "y",
                second_length: 1,
            },
        ),
        (
            scatter("a", [f64::NAN], [1.0]),
            FigureError::NoPoints("1 of 1 points left out: 1 not finite.".into()),
        ),
        (
            bar("a", vec!["x"; 101], vec![1; 101]),
            FigureError::TooMany {
                what: "bars",
                count: 101,
                limit: 100,
            },
        ),
        (
            time_series("a", ["soon"], [1]),
            FigureError::NotATime("soon".into()),
        ),
        (
            heat_map("a", ["x", "y"], ["r"], [[1.0]]),
            FigureError::LengthMismatch {
                first: "a row of cells",
                first_length: 1,
                second: "the columns",
                second_length: 2,
            },
        ),
        (
            histogram("a", Vec::<f64>::new()),
            FigureError::NoPoints("no values were given".into()),
        ),
        (
            bar("a", ["x"], [1]).log_y(),
            FigureError::DoesNotFit(
                "bars start at zero, which a logarithmic axis does not have; \
                 use `scatter` or `box_plot`",
            ),
        ),
    ];
    for (figure, expected) in wrong {
        assert_eq!(figure.svg().unwrap_err(), expected);
        let media = figure.media();
        let text = media.text().unwrap();
        assert_eq!(text, format!("The figure was not drawn: {expected}"));
    }
    let late = line("a", [1], [1]).reference_line("x", f64::NAN).svg();
    assert!(matches!(late, Err(FigureError::DoesNotFit(_))));
    let mixed = time_series("a", ["2021-01-01"], [1])
        .add_line("b", [1], [1])
        .svg();
    assert!(matches!(mixed, Err(FigureError::DoesNotFit(_))));
}

#[test]
fn a_gap_breaks_the_line() {
    let whole = line("a", 0..30, 0..30).svg().unwrap();
    let ys = (0..30).map(|y| if y == 15 { None } else { Some(y) });
    let broken = line("a", 0..30, ys).svg().unwrap();
    let lines = |svg: &str| svg.matches("#0072B2").count();
    assert_eq!((lines(&whole), lines(&broken)), (1, 2));
}

#[test]
fn a_long_line_is_thinned_without_losing_its_peaks() {
    let ys = (0..100_000).map(|x| if x == 70_000 { 50.0 } else { f64::from(x % 3) });
    let figure = line("a", 0..100_000, ys);
    let svg = figure.svg().unwrap();
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
    let heights = |svg: &str| -> Vec<i32> {
        let points = svg
            .split("#0072B2")
            .nth(1)
            .unwrap()
            .split("points=\"")
            .nth(1)
            .unwrap();
        let points = points.split('"').next().unwrap().trim().to_owned();
        points
            .split(' ')
            .map(|point| point.split_once(',').unwrap().1.parse().unwrap())
            .collect()
    };
    let (top, bottom) = heights(&svg)
        .into_iter()
        .fold((i32::MAX, 0), |(top, bottom), y| {
            (top.min(y), bottom.max(y))
        });
    assert!(
        bottom - top > 2500,
        "the peak spans the plot: {top} to {bottom}"
    );
}

#[test]
fn columns_of_a_frame_name_the_axes() {
    use polars::prelude::df;

    let frame = df!(
        "km" => [Some(100.0), None, Some(300.0)],
        "ms" => [1.0, 2.0, 3.0],
        "region" => ["a", "b", "c"],
    )
    .unwrap();
    let figure = scatter(
        "a",
        frame.column("km").unwrap(),
        frame.column("ms").unwrap(),
    );
    let media = figure.media();
    assert!(
        media
            .text()
            .unwrap()
            .contains("km 100 to 300; ms 1 to 3; 2 points.")
    );
    assert!(figure.svg().unwrap().contains(">ms</text>"));
    assert!(
        bar(
            "b",
            frame.column("region").unwrap(),
            frame.column("ms").unwrap()
        )
        .svg()
        .is_ok()
    );
    assert!(line("c", &frame["km"], [1.0, 2.0, 3.0]).svg().is_ok());
}

#[test]
fn a_figure_is_saved_as_svg() {
    let path = std::env::temp_dir().join(format!("lightcone-figure-{}.svg", std::process::id()));
    line("saved", [1, 2], [3, 4]).save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(text.starts_with("<svg ") && text.contains("<desc>saved</desc>"));
    let nowhere = line("saved", [1, 2], [3, 4]).save("/nonexistent/figure.svg");
    assert!(matches!(nowhere, Err(FigureError::NotSaved { .. })));
}

#[test]
fn plotters_draws_with_the_embedded_font() {
    use plotters::prelude::*;

    let drawing = plot(300, 200, "a mesh", |root| {
        let mut chart = ChartBuilder::on(root)
            .caption("mesh", ("sans-serif", 20))
            .x_label_area_size(30)
            .y_label_area_size(40)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        chart.configure_mesh().draw()?;
        Ok(())
    });
    check_well_formed(&drawing.svg().unwrap());
    assert!(
        drawing.media().data["text/html"]
            .as_str()
            .unwrap()
            .contains("background:#fff")
    );
    assert_eq!(
        plot(9, 9, "", |_| Ok(())).svg(),
        Err(FigureError::NoAltText)
    );
    let failed = plot(9, 9, "x", |_| Err("no data".into()));
    assert_eq!(
        failed.media().text(),
        Some("The figure was not drawn: plotters could not draw: no data")
    );
}
