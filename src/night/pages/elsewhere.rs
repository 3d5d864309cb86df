//! What a host takes along to show the night on other pages.

use crate::app::App;
use crate::events::Event;

/// Where a night can be shown outside of this site.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// HTML to paste into another site.
    pub snippet: String,
    /// The overlay's address, for a program that streams a screen.
    pub overlay: String,
}

impl Elsewhere {
    /// Of a night that others may see.
    #[must_use]
    pub fn of(app: &App, event: &Event) -> Self {
        let address = app.config.link(&format!("{}/embed", event.path()));
        let title = quoted(&event.title);
        // An address of ours has nothing in it that would end the attribute.
        let snippet = format!(
            "<iframe src=\"{address}\" title=\"{title}, a night of #TwitterDisco\" width=\"100%\" height=\"480\" \
             loading=\"lazy\" style=\"border:0;max-width:34rem\"></iframe>"
        );
        Self { snippet, overlay: app.config.link(&format!("{}/overlay", event.path())) }
    }
}

/// As it stands between the quotes of an attribute.
fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_title_cannot_leave_its_quotes() {
        assert_eq!(quoted("\"><script>x & y"), "&quot;&gt;&lt;script&gt;x &amp; y");
    }
}
