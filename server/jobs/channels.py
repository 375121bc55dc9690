"""Which channel carries which messages on this server."""

from server.notify.channels import Channel
from server.notify.letter import ChannelName
from server.notify.mail import Mail, MailServer
from server.notify.sms import FileGateway, Sms
from server.work import Parts


def channel(parts: Parts, name: ChannelName) -> Channel:
    """The channel as the settings want it."""
    settings = parts.settings
    match name:
        case ChannelName.EMAIL:
            server = MailServer.from_url(settings.smtp_url)
            return Mail(server, sender=settings.mail_from, now=parts.clock.now)
        case ChannelName.SMS:
            return Sms(FileGateway(settings.sms_dir or settings.data_dir / "sms"))
