//! The id that identifies a request to the caller, in the log and in events.
use poem::Request;
use uuid::Uuid;

const LONGEST: usize = 128;

/// The caller's `X-Request-Id` if it is fit to be logged and echoed, else a new one.
pub(super) fn of(request: &Request) -> String {
    match request.header("x-request-id") {
        Some(given) if is_fit(given) => given.to_owned(),
        _ => Uuid::now_v7().to_string(),
    }
}

fn is_fit(given: &str) -> bool {
    (1..=LONGEST).contains(&given.len()) && given.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_ascii_of_at_most_128_bytes_is_kept() {
        let longest = "x".repeat(LONGEST);
        for good in ["a", "order/17:retry-2", &longest] {
            let request = Request::builder().header("X-Request-Id", good).finish();
            assert_eq!(of(&request), good);
        }
    }

    #[test]
    fn anything_else_is_replaced() {
        let too_long = "x".repeat(LONGEST + 1);
        for bad in ["", "two words", "tab\there", &too_long] {
            let request = Request::builder().header("X-Request-Id", bad).finish();
            assert!(Uuid::try_parse(&of(&request)).is_ok(), "{bad}");
        }
        assert_ne!(of(&Request::default()), of(&Request::default()));
    }
}
