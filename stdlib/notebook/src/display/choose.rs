//! The richest form of a value, chosen while the cell compiles.
//!
//! The engine does not know the type of a cell's last expression, and asking the
//! compiler first would cost a second run. So the generated code calls a method
//! that several traits offer on references of different depth, and method
//! lookup takes the first one that the type allows (autoref specialisation):
//!
//! 1. `()` shows nothing.
//! 2. Strings show with their quotes.
//! 3. Types with [`Show`] show as they say.
//! 4. Calculators and cost models show as a panel.
//! 5. Types with a method `evcxr_display(&self)`, as crates written for evcxr
//!    have it, are asked to print themselves.
//! 6. Types with [`Debug`] show their debug text.
//! 7. All others show their type's name.
//!
//! # What the generated code looks like
//! ```
//! use lightcone_notebook::display::choose::*;
//!
//! let value = &Some(3);
//! let media = (&&&&&&&Chooser(value, &|| (*value).evcxr_display())).media();
//! assert_eq!(media.unwrap().text(), Some("Some(3)"));
//! ```
//!
//! The closure is how case 5 is told apart: a method of the type itself wins over
//! [`EvcxrDisplayFallback`], which every type has, and only the latter returns
//! [`Absent`]. The methods here are short and hand over to functions that are
//! compiled once, in the library: they are compiled into every cell.

use std::any::type_name;
use std::fmt::Debug;

use lightcone_sheets::Worksheet;
use lightcone_wire::Media;

use super::Show;
use super::text::debug_text;

/// A value to show, and how to ask it to print itself the way evcxr does.
#[allow(missing_debug_implementations)]
pub struct Chooser<'a, T: ?Sized, R>(
    /// The value.
    pub &'a T,
    /// Calls the value's `evcxr_display`, its own or the fallback.
    pub &'a dyn Fn() -> R,
);

/// Says that a type has no method `evcxr_display` of its own.
#[derive(Clone, Copy, Debug)]
pub struct Absent;

/// Gives every type a method `evcxr_display`, which does nothing.
pub trait EvcxrDisplayFallback {
    /// Says that there is none.
    fn evcxr_display(&self) -> Absent {
        Absent
    }
}

impl<T: ?Sized> EvcxrDisplayFallback for T {}

/// Case 1: nothing to show.
pub trait ChooseNothing {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<R> ChooseNothing for &&&&&&Chooser<'_, (), R> {
    fn media(&self) -> Option<Media> {
        None
    }
}

/// Case 2: strings, with their quotes.
pub trait ChooseString {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<R> ChooseString for &&&&&Chooser<'_, String, R> {
    fn media(&self) -> Option<Media> {
        debug_media(self.0)
    }
}

impl<R> ChooseString for &&&&&Chooser<'_, str, R> {
    fn media(&self) -> Option<Media> {
        debug_media(&self.0)
    }
}

impl<R> ChooseString for &&&&&Chooser<'_, &&str, R> {
    fn media(&self) -> Option<Media> {
        debug_media(self.0)
    }
}

impl<R> ChooseString for &&&&&Chooser<'_, &str, R> {
    fn media(&self) -> Option<Media> {
        debug_media(self.0)
    }
}

impl<R> ChooseString for &&&&&Chooser<'_, &String, R> {
    fn media(&self) -> Option<Media> {
        debug_media(self.0)
    }
}

/// Case 3: types that say how they look.
pub trait ChooseShow {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<T: Show + ?Sized, R> ChooseShow for &&&&Chooser<'_, T, R> {
    fn media(&self) -> Option<Media> {
        Some(self.0.media())
    }
}

/// Case 4: calculators and cost models, of the library or of the reader's own.
pub trait ChooseSheet {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<T: AsRef<Worksheet> + ?Sized, R> ChooseSheet for &&&Chooser<'_, T, R> {
    fn media(&self) -> Option<Media> {
        Some(self.0.as_ref().media())
    }
}

/// Case 6, for types without `evcxr_display`: the debug text.
pub trait ChooseDebug {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<T: Debug> ChooseDebug for &&Chooser<'_, T, Absent> {
    fn media(&self) -> Option<Media> {
        debug_media(self.0)
    }
}

/// Case 7, for types without `evcxr_display`: the type's name.
pub trait ChooseName {
    /// The forms of the value.
    fn media(&self) -> Option<Media>;
}

impl<T: ?Sized> ChooseName for &Chooser<'_, T, Absent> {
    fn media(&self) -> Option<Media> {
        name_media(type_name::<T>())
    }
}

/// Case 5: what is left has a method `evcxr_display` of its own.
pub trait ChooseEvcxrDisplay {
    /// Lets the value print itself; there is nothing more to show.
    fn media(&self) -> Option<Media>;
}

impl<T: ?Sized, R> ChooseEvcxrDisplay for Chooser<'_, T, R> {
    fn media(&self) -> Option<Media> {
        (self.1)();
        None
    }
}

#[inline(never)]
fn debug_media(value: &dyn Debug) -> Option<Media> {
    Some(Media::plain(debug_text(value)))
}

#[inline(never)]
fn name_media(name: &str) -> Option<Media> {
    let name = short_name(name);
    Some(Media::plain(format!(
        "a value of type {name} (add #[derive(Debug)] to its definition to see it)"
    )))
}

/// The type's name without the modules before it.
pub(crate) fn short_name(name: &str) -> String {
    let mut short = String::new();
    let mut word = String::new();
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
        } else if character == ':' && characters.peek() == Some(&':') && !word.is_empty() {
            characters.next();
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(character);
        }
    }
    short + &word
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    macro_rules! chosen {
        ($value:expr) => {
            match $value {
                ref value => (&&&&&&&Chooser(value, &|| (*value).evcxr_display())).media(),
            }
        };
    }

    fn text(media: Option<Media>) -> String {
        media
            .and_then(|media| media.text().map(str::to_owned))
            .unwrap_or_default()
    }

    #[derive(Debug)]
    struct Shown;

    impl Show for Shown {
        fn media(&self) -> Media {
            Media::plain("as it says")
        }
    }

    impl Shown {
        #[allow(dead_code)]
        fn evcxr_display(&self) {
            unreachable!("Show comes first");
        }
    }

    #[derive(Debug, Default)]
    struct Printed {
        calls: Cell<u32>,
    }

    impl Printed {
        fn evcxr_display(&self) {
            self.calls.set(self.calls.get() + 1);
        }
    }

    #[derive(Debug, Default)]
    struct PrintedWithResult {
        calls: Cell<u32>,
    }

    impl PrintedWithResult {
        fn evcxr_display(&self) -> Result<(), String> {
            self.calls.set(self.calls.get() + 1);
            Ok(())
        }
    }

    #[derive(Debug)]
    struct Debugged(#[allow(dead_code)] i32);

    struct Opaque;

    struct Holder<T>(#[allow(dead_code)] T);

    #[test]
    fn unit_shows_nothing() {
        #[allow(clippy::unused_unit)]
        let media = chosen!(());
        assert_eq!(media, None);
    }

    #[test]
    fn a_type_with_show_comes_first() {
        assert_eq!(text(chosen!(Shown)), "as it says");
        assert_eq!(text(chosen!(&Shown)), "as it says");
        assert_eq!(text(chosen!(Box::new(Shown))), "as it says");
    }

    #[test]
    fn a_method_evcxr_display_comes_before_debug() {
        let printed = Printed::default();
        assert_eq!(chosen!(&printed), None);
        assert_eq!(printed.calls.get(), 1);
        let value = &printed;
        assert_eq!(chosen!(*value), None);
        assert_eq!(printed.calls.get(), 2);
        let printed = PrintedWithResult::default();
        assert_eq!(chosen!(&printed), None);
        assert_eq!(printed.calls.get(), 1);
    }

    #[test]
    fn debug_is_next() {
        assert_eq!(text(chosen!(Debugged(3))), "Debugged(3)");
        assert_eq!(text(chosen!(&Debugged(3))), "Debugged(3)");
        assert_eq!(text(chosen!(Some(Debugged(3)))), "Some(Debugged(3))");
        assert_eq!(text(chosen!(Ok::<i32, String>(3))), "Ok(3)");
        assert_eq!(text(chosen!((1, "a"))), "(1, \"a\")");
        assert_eq!(text(chosen!(1 + 1)), "2");
        assert_eq!(text(chosen!(1.0)), "1.0");
        assert_eq!(text(chosen!(vec![1, 2])), "[1, 2]");
        assert_eq!(text(chosen!('x')), "'x'");
    }

    #[test]
    fn a_result_shows_a_frame_but_leaves_a_number_in_its_ok() {
        use polars::prelude::{DataFrame, PolarsError, df};

        let frame = chosen!(df!("n" => [1])).unwrap();
        assert!(frame.data.contains_key("text/html"));
        let failed = chosen!(Err::<DataFrame, PolarsError>(PolarsError::NoData(
            "empty".into()
        )));
        assert_eq!(text(failed), "Error: no data: empty");
        assert_eq!(
            text(chosen!(Some(df!("n" => [1]).unwrap().height()))),
            "Some(1)"
        );
        assert_eq!(
            text(chosen!("x".parse::<i32>())),
            "Err(ParseIntError { kind: InvalidDigit })"
        );
    }

    #[test]
    fn strings_keep_their_quotes() {
        assert_eq!(text(chosen!("a\nb")), "\"a\\nb\"");
        assert_eq!(text(chosen!(String::from("c"))), "\"c\"");
        assert_eq!(text(chosen!(&String::from("c"))), "\"c\"");
    }

    #[test]
    fn a_type_without_debug_shows_its_name() {
        assert!(text(chosen!(Opaque)).starts_with("a value of type Opaque (add"));
        assert!(text(chosen!(Holder(Some(Opaque)))).contains("Holder<Option<Opaque>>"));
        assert!(text(chosen!(|x: i32| x + 1)).contains("closure"));
    }

    #[test]
    fn names_lose_their_modules() {
        assert_eq!(
            short_name("alloc::vec::Vec<(core::option::Option<&str>, [a::B; 3])>"),
            "Vec<(Option<&str>, [B; 3])>"
        );
    }
}
