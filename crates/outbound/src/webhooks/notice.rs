//! The mail about a webhook that is told nothing any more.

use super::Webhooks;
use crate::{CannotQueue, Letter};
use app::SideRecord;
use domain::{
    user::User,
    webhook::{DisabledReason, Webhook},
};

impl Webhooks {
    /// A mail to somebody who runs the realm of the webhook, to be queued together with its end.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub(super) fn notice(
        &self,
        webhook: &Webhook,
        reason: DisabledReason,
        to: &User,
    ) -> Result<SideRecord, CannotQueue> {
        let why = match reason {
            DisabledReason::Gone => "It answered 410, which says that it wants nothing more.",
            DisabledReason::Failing => "For 5 days it took nothing of what it was sent.",
            DisabledReason::Requested => "Somebody asked for it.",
        };
        let profile = &webhook.profile;
        let name = profile.description.as_ref();
        let name = name.map_or("without a description", |name| name.as_str());
        let letter = Letter {
            name: to.display_name.as_str().to_owned(),
            address: to.email.as_str().to_owned(),
            sender: None,
            reply_to: None,
            subject: "A webhook was disabled".to_owned(),
            text: format!(
                "The webhook {} ({name}) is told of no more events. {why}\n\nURL: {}\n\n\
                 When it works again: POST {}/api/v1/webhooks/{}/enable, and \
                 POST …/recover for what happened in between.\n",
                webhook.id, profile.url, self.public_url, webhook.id
            ),
        };
        self.mails.post(&letter, self.app.clock().now())
    }
}
