use super::Texts;

/// Holds the language that a visitor has chosen.
pub(in crate::pages) const LANGUAGE_COOKIE: &str = "axum-cognito-language";

/// Returns the language of this name, e.g. `de` or `de-CH`: the very one, or else one that is nearly
/// the same.
pub(in crate::pages) fn named(languages: &[&'static Texts], tag: &str) -> Option<&'static Texts> {
    let find = |is_it: &dyn Fn(&str) -> bool| {
        let mut languages = languages.iter();
        languages.find(|texts| is_it(texts.language)).copied()
    };

    find(&|language| language.eq_ignore_ascii_case(tag))
        .or_else(|| find(&|language| primary(language).eq_ignore_ascii_case(primary(tag))))
}

/// Picks the language that a browser prefers among those that there are; the first of them if it
/// prefers none. See RFC 9110, section 12.5.4.
pub(in crate::pages) fn preferred(
    languages: &[&'static Texts],
    accept_language: Option<&str>,
) -> &'static Texts {
    let mut wishes: Vec<(&str, f32)> = accept_language
        .unwrap_or_default()
        .split(',')
        .filter_map(read_wish)
        .collect();
    // Stable: among equals, the first counts.
    wishes.sort_by(|a, b| b.1.total_cmp(&a.1));

    wishes
        .iter()
        .find_map(|(wish, _)| named(languages, wish))
        .or(languages.first().copied())
        .unwrap_or(&Texts::ENGLISH)
}

/// Reads `de-CH;q=0.8`. What is not wanted at all, or cannot be read, is no wish.
fn read_wish(wish: &str) -> Option<(&str, f32)> {
    let (tag, weight) = match wish.split_once(';') {
        None => (wish, 1.0),
        Some((tag, parameter)) => {
            let weight = parameter.trim().strip_prefix("q=")?;
            (tag, weight.parse().ok()?)
        }
    };

    (weight > 0.0).then_some((tag.trim(), weight))
}

/// `de` of `de-CH`.
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_prefers() {
        let languages = [&Texts::ENGLISH, &Texts::GERMAN];
        assert_eq!(named(&languages, "de-AT").map(|it| it.language), Some("de"));
        assert!(named(&languages, "fr").is_none());

        for (header, language) in [
            (None, "en"),
            (Some(""), "en"),
            (Some("de"), "de"),
            (Some("DE-ch"), "de"),
            (Some("fr, de;q=0.8, en;q=0.7"), "de"),
            (Some("en;q=0.7,de;q=0.8"), "de"),
            (Some("de;q=0, en"), "en"),
            (Some("de;q=nonsense"), "en"),
            (Some("fr"), "en"),
            (Some("*"), "en"),
        ] {
            let texts = preferred(&languages, header);
            assert_eq!(texts.language, language, "{header:?}");
        }
    }
}
