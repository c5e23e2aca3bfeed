/// What `templates/page.html` puts between the parts. Values in pages are escaped, so that none can
/// hold it.
const MARK: &str = "<!--axum-cognito:frame-->";

/// In the extensions of a response: the parts of the page that it is to be.
#[derive(Clone)]
pub(super) struct Framed {
    pub(super) title: String,
    pub(super) head: String,
    pub(super) card: String,
    pub(super) main: String,
}

impl Framed {
    /// Takes a rendered page apart. `None`: it is a document.
    pub(super) fn read(html: &str) -> Option<Self> {
        let mut parts = html.strip_prefix(MARK)?.splitn(4, MARK);
        let mut next = || parts.next().map(str::to_owned);

        Some(Self {
            title: next()?,
            head: next()?,
            card: next()?,
            main: next()?,
        })
    }
}
