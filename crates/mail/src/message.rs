//! A mail whose parts are checked once, so that none of them can add a header.
use std::fmt;

use lettre::message::Mailbox as Checked;

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox(Checked);

/// A mail of plain text to one recipient. Its text may hold a link that lets its reader in, so
/// `Debug` does not show it.
#[derive(Clone)]
pub struct Message {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    to: Mailbox,
    subject: String,
    text: String,
}

/// Why something cannot be part of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is a control character in a part, where it could begin a new header.
    #[error("the {0} has a control character")]
    Control(&'static str),
    /// The text is no address that mail can be sent to.
    #[error("this is not an email address")]
    Address,
}

impl Mailbox {
    /// A mailbox; a blank name is no name.
    pub fn new(name: &str, address: &str) -> Result<Self, MessageError> {
        without_controls("name", name)?;
        without_controls("address", address)?;
        let address = address.trim().parse().map_err(|_| MessageError::Address)?;
        let name = Some(name.trim()).filter(|name| !name.is_empty());
        Ok(Self(Checked::new(name.map(str::to_owned), address)))
    }

    /// The address without the name.
    pub fn address(&self) -> &str {
        self.0.email.as_ref()
    }

    pub(crate) fn domain(&self) -> &str {
        self.0.email.domain()
    }

    pub(crate) fn checked(&self) -> Checked {
        self.0.clone()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("from", &self.from.address())
            .field("to", &self.to.address())
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Message {
    /// A mail that is answered to its sender. The text may have line breaks and tabs.
    pub fn new(
        from: Mailbox,
        to: Mailbox,
        subject: &str,
        text: &str,
    ) -> Result<Self, MessageError> {
        without_controls("subject", subject)?;
        let text = text.replace("\r\n", "\n");
        without_controls("text", text.replace(['\n', '\t'], " ").as_str())?;
        Ok(Self {
            from,
            reply_to: None,
            to,
            subject: subject.trim().to_owned(),
            text,
        })
    }

    /// The same mail, answered to someone else.
    pub fn reply_to(mut self, mailbox: Mailbox) -> Self {
        self.reply_to = Some(mailbox);
        self
    }

    /// Whom it comes from.
    pub fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Whom answers go to, if not to the sender.
    pub fn answers_to(&self) -> Option<&Mailbox> {
        self.reply_to.as_ref()
    }

    /// Whom it goes to.
    pub fn to(&self) -> &Mailbox {
        &self.to
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text, its lines ended by `\n`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn without_controls(part: &'static str, text: &str) -> Result<(), MessageError> {
    if text.chars().any(char::is_control) {
        return Err(MessageError::Control(part));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CONTROLS: [&str; 6] = ["\r\nBcc: x@y.test", "\n", "\r", "\0", "\u{7f}", "\u{85}"];

    fn someone() -> Mailbox {
        Mailbox::new("Ada", "ada@example.test").unwrap()
    }

    #[test]
    fn no_part_of_a_header_takes_a_control_character() {
        for control in CONTROLS {
            let bad = format!("a{control}b");
            let name = Mailbox::new(&bad, "ada@example.test");
            assert_eq!(name.unwrap_err(), MessageError::Control("name"));
            for address in [
                format!("{bad}@example.test"),
                format!("ada@example.test{control}"),
            ] {
                let address = Mailbox::new("", &address);
                assert_eq!(address.unwrap_err(), MessageError::Control("address"));
            }
            let subject = Message::new(someone(), someone(), &bad, "");
            assert_eq!(subject.unwrap_err(), MessageError::Control("subject"));
        }
        let tab = Message::new(someone(), someone(), "a\tb", "");
        assert_eq!(tab.unwrap_err(), MessageError::Control("subject"));
    }

    #[test]
    fn a_text_has_lines_and_no_other_control_characters() {
        let message = Message::new(someone(), someone(), "", "a\r\nb\n\tc").unwrap();
        assert_eq!(message.text(), "a\nb\n\tc");
        for control in ["\r", "\0", "\x1b[2J", "\u{85}"] {
            let refused = Message::new(someone(), someone(), "", control);
            assert_eq!(refused.unwrap_err(), MessageError::Control("text"));
        }
    }

    #[test]
    fn debug_does_not_show_the_text() {
        let message = Message::new(someone(), someone(), "Hi", "https://x.test/#t=opensesame");
        let shown = format!("{:?}", message.unwrap());
        assert!(shown.contains("ada@example.test") && shown.contains("Hi"));
        assert!(!shown.contains("opensesame"), "{shown}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "@example.test",
            "ada@",
            "a b@example.test",
            "a@b@c",
            "a@b>,<c@d",
        ] {
            let refused = Mailbox::new("Ada", text);
            assert_eq!(refused.unwrap_err(), MessageError::Address, "{text}");
        }
    }

    #[test]
    fn a_mailbox_is_shown_with_its_name_if_it_has_one() {
        assert_eq!(someone().to_string(), "Ada <ada@example.test>");
        let nameless = Mailbox::new("  ", " ada@example.test ").unwrap();
        assert_eq!(nameless.to_string(), "ada@example.test");
    }
}
