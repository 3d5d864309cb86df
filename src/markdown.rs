//! Markdown to HTML that can do no harm.

use pulldown_cmark::{Event, Options, Parser, Tag, html};

/// Turns Markdown into HTML; scripts, styles, pictures and frames are dropped, and links tell nobody where they were.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let mut dirty = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut dirty, shallow(Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH)));
    ammonia::Builder::default()
        .rm_tags(["img", "table", "thead", "tbody", "tr", "td", "th", "h1", "map", "area"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto"].into())
        .clean(&dirty)
        .to_string()
}

/// The words of Markdown, without its signs and the addresses of its links.
#[must_use]
pub fn to_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            // Words of two paragraphs are two words; those of `**Well**come` are one.
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::Item) | Event::SoftBreak | Event::HardBreak => {
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

/// Deeper than anyone writes; a thousand quotes in quotes take seconds to clean.
const DEPTH_MAX: usize = 12;

/// Leaves out what opens and closes below [`DEPTH_MAX`]; the words inside stay.
fn shallow<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0_usize;
    events.filter(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= DEPTH_MAX
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            depth < DEPTH_MAX
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{to_html, to_text};

    #[test]
    fn words_are_told_from_signs_and_addresses() {
        let markdown = "# Hello\n**Well**come to [our *ward*](https://evil.example/x).\n\n- one\n- `two`\n\nBye";
        let words = to_text(markdown);
        let words: Vec<&str> = words.split_whitespace().collect();
        assert_eq!(words.join(" "), "Hello Wellcome to our ward. one two Bye");
    }

    #[test]
    fn quotes_in_quotes_end_somewhere() {
        let clean = to_html(&format!("{} deep", ">".repeat(3_990)));
        assert!(clean.matches("<blockquote>").count() <= 12 && clean.contains("deep"), "{clean}");
    }

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
