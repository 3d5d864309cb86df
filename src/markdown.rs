//! Markdown to HTML that can do no harm.

use pulldown_cmark::{Options, Parser, html};

/// Turns Markdown into HTML; scripts, styles, pictures and frames are dropped, and links tell nobody where they were.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let mut dirty = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut dirty, Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH));
    ammonia::Builder::default()
        .rm_tags(["img", "table", "thead", "tbody", "tr", "td", "th", "h1", "map", "area"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto"].into())
        .clean(&dirty)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn only_harmless_html_comes_out() {
        assert_eq!(to_html("**Hello** <b>you</b>"), "<p><strong>Hello</strong> <b>you</b></p>\n");
        for hostile in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "<a href=\"data:text/html,x\">x</a>",
            "<iframe src=//evil></iframe>",
            "<p style=\"x\" onclick=\"y\">z</p>",
            "<svg onload=alert(1)>",
            "<style>*{}</style>",
        ] {
            let clean = to_html(hostile);
            for bad in
                ["<script", "javascript:", "onerror", "data:", "<iframe", "style=", "onclick", "<svg", "<style", "<img"]
            {
                assert!(!clean.contains(bad), "{hostile} became {clean}");
            }
        }
    }
}
