//! Texts people write: their limits, and the folded form by which they are found and told apart.
//! Not for the words of a contract (`words`).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};

/// Why a value is refused, as a phrase to put after the name of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub Cow<'static, str>);

impl Invalid {
    /// A reason known beforehand.
    #[must_use]
    pub const fn because(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A short text of 1 to `MAX` characters, without blanks around it: a name, a title, a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Invalid::because("must not be empty"));
        }
        at_most(MAX, text)?;
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> Text<MAX> {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A long text of up to `MAX` characters, kept to the letter: notes, a list of skills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> FromStr for Prose<MAX> {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        at_most(MAX, raw)?;
        Ok(Self(raw.to_owned()))
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address of up to 255 characters, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        at_most(255, text)?;
        let options = Options::default().without_display_text().without_domain_literal();
        EmailAddress::parse_with_options(text, options.with_required_tld())
            .map_err(|_| Invalid::because("Invalid email format"))?;
        Ok(Self(text.to_owned()))
    }
}

impl Email {
    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link of up to 500 characters to a page of the web. Recruiters paste them without a scheme as
/// well as with one; a scheme other than http and https is refused, for the link will be clicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

impl FromStr for Link {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Invalid::because("must not be empty"));
        }
        at_most(500, text)?;
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::because("must be a web link without blanks"));
        }
        match scheme(text) {
            Some(other) if !["http", "https"].iter().any(|web| other.eq_ignore_ascii_case(web)) => {
                Err(Invalid::because("must be a web link (http or https)"))
            }
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl Link {
    /// The link as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a browser would take for the scheme of a link, if anything. `host:8080/path` has none.
fn scheme(link: &str) -> Option<&str> {
    let (before, after) = link.split_once(':')?;
    let is_scheme = before.starts_with(|c: char| c.is_ascii_alphabetic())
        && before.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_port = before.contains('.') && after.starts_with(|c: char| c.is_ascii_digit());
    (is_scheme && !is_port).then_some(before)
}

/// Refuses a text of more than `max` characters.
pub(super) fn at_most(max: usize, text: &str) -> Result<(), Invalid> {
    // Bytes are never fewer than characters, so most texts need no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(Invalid(format!("must be at most {max} characters").into()));
    }
    Ok(())
}

/// The form by which a text is searched and compared: without case in any script, blanks and control
/// characters folded to single spaces.
///
/// Lower case alone is not enough: "ΟΔΟΣ" and "οδός" end in different sigmas, and "ß" is "SS" in capitals.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        let capitals = word.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
        folded.extend(capitals.flat_map(char::to_lowercase));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_is_trimmed_counted_in_characters_and_not_empty() {
        assert_eq!("  Анна ".parse::<Text<4>>().unwrap().as_str(), "Анна");
        assert!("Анна!".parse::<Text<4>>().is_err());
        assert!(" \t".parse::<Text<4>>().is_err());
    }

    #[test]
    fn prose_is_kept_to_the_letter() {
        assert_eq!(" a\u{0}\n".parse::<Prose<9>>().unwrap().as_str(), " a\u{0}\n");
        assert!("1234567890".parse::<Prose<9>>().is_err());
    }

    #[test]
    fn email_needs_a_local_part_a_domain_and_a_top_level() {
        for good in ["a@b.co", "john.doe+cv@mail.example.com", "иван@пример.рф", " a@b.co "] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in ["", "a", "a@", "@b.co", "a@b", "a b@c.co", "a@b..co", "A <a@b.co>", "a@[1.2.3.4]"] {
            assert_eq!(bad.parse::<Email>(), Err(Invalid::because("Invalid email format")), "{bad}");
        }
    }

    #[test]
    fn link_may_lack_a_scheme_but_never_runs_code() {
        for good in ["https://a.example/x", "HTTP://a.example", "linkedin.com/in/x", "a.example:8080/cv"] {
            assert!(good.parse::<Link>().is_ok(), "{good}");
        }
        for bad in ["javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "java\nscript:x", "a b"] {
            assert!(bad.parse::<Link>().is_err(), "{bad}");
        }
    }

    #[test]
    fn folding_drops_case_in_any_script_and_evens_out_blanks() {
        assert_eq!(fold("  ИВАН\u{0}\n Straße  "), "иван strasse");
        assert_eq!((fold("STRAẞE"), fold("Οδός")), ("strasse".to_owned(), fold("ΟΔΌΣ")));
        assert_eq!(fold("\u{1f600} Ё"), "\u{1f600} ё");
    }
}
