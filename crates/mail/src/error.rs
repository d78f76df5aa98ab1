//! What became of a mail that was not sent, by whether another try may help.
use lettre::transport::smtp::Error as SmtpError;

/// The most characters of a cause that are kept.
const LONGEST_CAUSE: usize = 300;

/// Replies that refuse the login rather than the mail (RFC 4954, section 6).
const LOGIN_REPLIES: [u16; 4] = [530, 534, 535, 538];

/// Why a mail was not sent. The causes are for the log: a server's words may name the recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The mail may be sent later as it is.
    #[error("the mail could not be sent now: {0}")]
    Temporary(String),
    /// The mail will never be taken as it is.
    #[error("the mail was refused: {0}")]
    Permanent(String),
}

impl MailError {
    /// A failure of the server or of the way to it. A login that fails is the fault of the
    /// settings: the mail can go once they are mended. The same is true of what the two sides
    /// cannot agree on, unless it is that the server does not know such addresses.
    pub(crate) fn of_smtp(error: &SmtpError, plain_addresses: bool) -> Self {
        let code = error.status().map(u16::from);
        let login = code.is_some_and(|code| LOGIN_REPLIES.contains(&code));
        let refused = error.is_permanent() && !login;
        let unsupported = error.is_client() && !plain_addresses;
        let cause = one_line(&error.to_string());
        if refused || unsupported {
            Self::Permanent(cause)
        } else {
            Self::Temporary(cause)
        }
    }
}

/// A server's words, made fit for a line of a log.
fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(LONGEST_CAUSE).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_short_and_without_control_characters() {
        let words = "é\r\n\u{1b}".repeat(1_000);
        let line = one_line(&words);
        assert_eq!(line.chars().count(), LONGEST_CAUSE);
        assert!(line.starts_with("é   é"));
    }
}
