//! A message as the bytes that mail programs read (RFC 5322).
use lettre::{
    Message as Letter,
    message::{
        Body, MessageBuilder,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use crate::{error::MailError, message::Message};

/// Tells programs that answer by themselves to stay silent (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// The most bytes of a line, without its end (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;

/// The letter in ASCII alone, which every server takes.
pub(crate) fn for_the_wire(message: &Message) -> Result<Letter, MailError> {
    finish(message, Body::new(message.text().to_owned()))
}

/// The letter with its text as it is, where people read it in a file, so that they can copy a long
/// link out of it. A line that no mail may have is encoded all the same.
pub(crate) fn for_reading(message: &Message) -> Result<Letter, MailError> {
    let text = message.text();
    let body = if text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let bytes = text.replace('\n', "\r\n").into_bytes();
        Body::dangerous_pre_encoded(bytes, ContentTransferEncoding::EightBit)
    } else {
        Body::new(text.to_owned())
    };
    finish(message, body)
}

fn finish(message: &Message, body: Body) -> Result<Letter, MailError> {
    let built = headers(message).body(body);
    built.map_err(|error| MailError::Permanent(error.to_string()))
}

fn headers(message: &Message) -> MessageBuilder {
    let id = format!("<{}@{}>", Uuid::now_v7(), message.from().domain());
    let automatic = HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned());
    let builder = Letter::builder()
        .from(message.from().checked())
        .to(message.to().checked())
        .subject(message.subject())
        .message_id(Some(id))
        .raw_header(automatic)
        .header(ContentType::TEXT_PLAIN);
    match message.answers_to() {
        Some(mailbox) => builder.reply_to(mailbox.checked()),
        None => builder,
    }
}
