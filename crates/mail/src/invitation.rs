//! What a person reads who is invited.
use chrono::{DateTime, Utc};

/// The platform's name, for those who are invited to no organization.
const PLATFORM: &str = "Quartermaster";

/// The subject and the text of an invitation to an organization, or to the platform itself. The
/// link is written on a line of its own, so that no mail program breaks it.
pub fn invitation(
    organization: Option<&str>,
    display_name: &str,
    link: &str,
    valid_until: DateTime<Utc>,
) -> (String, String) {
    let host = one_line(organization.unwrap_or(PLATFORM));
    let name = one_line(display_name);
    let until = valid_until.format("%-d %B %Y, %H:%M UTC");
    let subject = format!("Invitation to {host}");
    let text = format!(
        "Hello {name},\n\
         \n\
         you are invited to {host}. Open this link and choose a password:\n\
         \n\
         {link}\n\
         \n\
         The link works once, until {until}.\n\
         If you did not expect this mail, you need not do anything.\n"
    );
    (subject, text)
}

/// Names come from people, and may not lay out the mail.
fn one_line(text: &str) -> String {
    let plain = text.replace(char::is_control, " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LINK: &str = "https://qm.example.test/invitation#t=abc";

    fn written(organization: Option<&str>, name: &str) -> (String, String) {
        let until = "2026-05-09T14:30:00Z".parse().unwrap();
        invitation(organization, name, LINK, until)
    }

    #[test]
    fn an_invitation_says_who_what_where_and_until_when() {
        let (subject, text) = written(Some("Kranich Ladenetz"), "Zoë Ørsted");
        assert_eq!(subject, "Invitation to Kranich Ladenetz");
        assert!(text.starts_with("Hello Zoë Ørsted,\n"));
        assert!(text.contains("invited to Kranich Ladenetz."));
        assert!(text.lines().any(|line| line == LINK));
        assert!(text.contains("until 9 May 2026, 14:30 UTC."));
    }

    #[test]
    fn without_an_organization_it_is_to_the_platform() {
        assert_eq!(written(None, "Ada").0, "Invitation to Quartermaster");
    }

    #[test]
    fn names_stay_on_their_line() {
        let (subject, text) = written(Some("Kranich\r\nBcc: x@y.test"), "Ada\n\nOpen evil.test");
        assert_eq!(subject, "Invitation to Kranich Bcc: x@y.test");
        assert!(text.starts_with("Hello Ada Open evil.test,\n"));
    }

    #[test]
    fn names_bring_no_control_characters_which_a_mail_may_not_have() {
        let (subject, text) = written(Some("Kranich\u{1b}"), "Ada\0 \u{7f}");
        let controls = |text: &str| text.replace('\n', "").contains(char::is_control);
        assert!(!controls(&subject) && !controls(&text));
    }
}
