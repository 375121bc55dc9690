"""Which channel carries which messages on this server."""

from server.config import Settings
from server.notify.channels import Channel
from server.notify.letter import ChannelName
from server.notify.mail import Mail, MailServer
from server.notify.sms import FileGateway, Sms
from server.notify.webhook import Webhook
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
        case ChannelName.WEBHOOK:
            return Webhook(settings.webhook_networks, now=parts.clock.now)
        case ChannelName.WECOM | ChannelName.DINGTALK:
            return _robot(settings, name)


def _robot(settings: Settings, name: ChannelName) -> Channel:
    from server.notify import bots  # apprise takes half a second to load, for few servers

    if name is ChannelName.WECOM:
        return bots.WeCom(settings.wecom_url)
    return bots.DingTalk(settings.dingtalk_url)
