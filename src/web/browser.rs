/// What people call a browser and its system: `Firefox, Windows`. Each name is looked for before
/// those that its bearer claims as well.
pub(crate) fn browser_and_system(user_agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];

    let known = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names.find_map(|(mark, name)| user_agent.contains(mark).then_some(*name))
    };
    Some(format!("{}, {}", known(&BROWSERS)?, known(&SYSTEMS)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_browsers_what_people_call_them() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (told, name) in [
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/140.0 Safari/537.36"),
                Some("Chrome, Linux"),
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/140.0 Safari/537.36 Edg/140.0"),
                Some("Edge, Windows"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0"
                    .to_owned(),
                Some("Firefox, macOS"),
            ),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {webkit} Version/18.0 Mobile/15E148 Safari/604.1"),
                Some("Safari, iPhone"),
            ),
            ("curl/8.0".to_owned(), None),
        ] {
            assert_eq!(browser_and_system(&told).as_deref(), name, "{told}");
        }
    }
}
