use super::pages_error::PagesError;
use crate::web::LocalPath;

/// The cards of the pages, in a light and in a dark scheme: `--card` in the style sheet.
const CARDS: [Colour; 2] = [Colour([0xff, 0xff, 0xff]), Colour([0x1c, 0x20, 0x29])];

/// Text has this contrast to its background: WCAG 2.2, 1.4.3.
const READABLE: f64 = 4.5;

/// Whose pages these are: a name, a logo, colours.
///
/// # Examples
///
/// ```
/// use axum_cognito::pages::{Brand, Pages};
/// use axum_cognito::web::LocalPath;
///
/// # fn f() -> Result<Pages, axum_cognito::pages::PagesError> {
/// let brand = Brand::named("Acme")
///     .with_logo(LocalPath::from_static("/static/logo.svg"))
///     .with_accent("#0b6b3a", "#7fe0a8")?; // in a light scheme, and in a dark one
/// let pages = Pages::new().with_brand(brand);
/// # Ok(pages)
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Brand {
    name: String,
    logo: Option<LocalPath>,
    favicon: Option<LocalPath>,
    stylesheet: Option<LocalPath>,
    accents: Option<[Colour; 2]>,
}

impl Brand {
    /// Names the site. The name is above each page, and in its title.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Sets a picture that stands before the name, at a path of this site.
    pub fn with_logo(mut self, path: LocalPath) -> Self {
        self.logo = Some(path);
        self
    }

    /// Sets the icon that browsers show in their tabs, at a path of this site.
    pub fn with_favicon(mut self, path: LocalPath) -> Self {
        self.favicon = Some(path);
        self
    }

    /// Adds a style sheet of the site's, after ours. The guide has the variables that it can set.
    pub fn with_stylesheet(mut self, path: LocalPath) -> Self {
        self.stylesheet = Some(path);
        self
    }

    /// Sets the colour of buttons and links, as `#rrggbb`: in a light scheme, and in a dark one. The
    /// colour of the text on a button follows from it.
    ///
    /// # Errors
    ///
    /// Returns [`PagesError::Colour`] for what is no colour, and for one that could not be read on
    /// the pages: its contrast is less than 4.5 to 1.
    pub fn with_accent(mut self, light: &str, dark: &str) -> Result<Self, PagesError> {
        let mut accents = [Colour::default(); 2];
        for ((accent, card), text) in accents.iter_mut().zip(CARDS).zip([light, dark]) {
            let wrong = |problem: String| PagesError::Colour {
                colour: text.to_owned(),
                problem,
            };
            *accent = Colour::parse(text).ok_or_else(|| wrong("expected `#rrggbb`".to_owned()))?;
            let contrast = accent.contrast(card);
            if contrast < READABLE {
                return Err(wrong(format!(
                    "its contrast to the page ({}) is {contrast:.1} to 1, and must be {READABLE}",
                    card.css()
                )));
            }
        }
        self.accents = Some(accents);
        Ok(self)
    }

    /// Returns the name, which may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path of the logo.
    pub fn logo(&self) -> Option<&LocalPath> {
        self.logo.as_ref()
    }

    /// Returns the path of the icon.
    pub fn favicon(&self) -> Option<&LocalPath> {
        self.favicon.as_ref()
    }

    /// Returns the path of the site's own style sheet.
    pub fn stylesheet(&self) -> Option<&LocalPath> {
        self.stylesheet.as_ref()
    }

    /// What comes after our own style sheet.
    pub(super) fn css(&self) -> String {
        let Some(accents) = self.accents else {
            return String::new();
        };
        let [light, dark] = accents.map(|accent| {
            let [white, black] = [Colour([0xff; 3]), Colour([0; 3])];
            let text = if accent.contrast(white) >= accent.contrast(black) {
                white
            } else {
                black
            };
            format!(
                ":root {{ --accent: {}; --on-accent: {}; }}",
                accent.css(),
                text.css()
            )
        });

        format!("\n{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n")
    }
}

/// Red, green and blue.
#[derive(Clone, Copy, Debug, Default)]
struct Colour([u8; 3]);

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();

        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    fn css(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// The contrast ratio of WCAG 2.2, from 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        let contrast = |one, two| {
            let [one, two] = [one, two].map(|text| Colour::parse(text).expect("a colour"));
            (one.contrast(two) * 100.0).round() / 100.0
        };

        assert_eq!(contrast("#000000", "#ffffff"), 21.0);
        assert_eq!(contrast("#777777", "#ffffff"), 4.48);
        assert_eq!(contrast("#767676", "#ffffff"), 4.54);
        assert_eq!(contrast("#0000ff", "#ffffff"), 8.59);
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_the_reason() {
        let refused = |light, dark| {
            let brand = Brand::named("Acme").with_accent(light, dark);
            brand.map(|_| ()).map_err(|error| error.to_string())
        };

        assert_eq!(refused("#0b6b3a", "#7fe0a8"), Ok(()));
        for (light, dark, why) in [
            ("green", "#7fe0a8", "#rrggbb"),
            ("#0b6b3", "#7fe0a8", "#rrggbb"),
            ("#0b6b3\u{e9}", "#7fe0a8", "#rrggbb"),
            ("#ffd800", "#7fe0a8", "contrast"),
            ("#0b6b3a", "#0b6b3a", "contrast"),
        ] {
            let error = refused(light, dark).expect_err(light);
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_text_on_a_button_can_be_read() {
        let brand = Brand::named("Acme").with_accent("#0b6b3a", "#7fe0a8");
        let css = brand.expect("a brand").css();

        assert!(
            css.contains("--accent: #0b6b3a; --on-accent: #ffffff"),
            "{css}"
        );
        assert!(
            css.contains("--accent: #7fe0a8; --on-accent: #000000"),
            "{css}"
        );
    }
}
