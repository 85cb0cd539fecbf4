"""The one table of methods, and the one way to call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cdn import CDN_DC
from sandbox.methods import (
    account,
    cdn,
    channels,
    dialogs,
    files,
    help,  # noqa: A004  # named after Telegram's `help.*`
    history,
    login,
    qr,
    sending,
    updates,
    uploading,
    users,
)
from sandbox.methods.call import Call, Telegram, refuse
from sandbox.mtproto.centre import Incoming

Method = Callable[[Call], Any]

METHODS: Mapping[str, Method] = {
    "account.finishTakeoutSession": account.finish_takeout_session,
    "account.getAuthorizations": account.get_authorizations,
    "account.getPassword": account.get_password,
    "account.initTakeoutSession": account.init_takeout_session,
    "account.resetAuthorization": account.reset_authorization,
    "auth.acceptLoginToken": qr.accept_login_token,
    "auth.checkPassword": login.check_password,
    "auth.exportAuthorization": login.export_authorization,
    "auth.exportLoginToken": qr.export_login_token,
    "auth.importAuthorization": login.import_authorization,
    "auth.importBotAuthorization": login.import_bot_authorization,
    "auth.importLoginToken": qr.import_login_token,
    "auth.logOut": login.log_out,
    "auth.resendCode": login.resend_code,
    "auth.sendCode": login.send_code,
    "auth.signIn": login.sign_in,
    "channels.getChannels": channels.get_channels,
    "channels.getFullChannel": channels.get_full_channel,
    "channels.getMessages": channels.get_messages,
    "channels.joinChannel": channels.join_channel,
    "channels.leaveChannel": channels.leave_channel,
    "contacts.resolveUsername": users.resolve_username,
    "help.getAppConfig": help.get_app_config,
    "help.getCdnConfig": cdn.get_cdn_config,
    "help.getConfig": help.get_config,
    "help.getNearestDc": help.get_nearest_dc,
    "messages.checkChatInvite": dialogs.check_chat_invite,
    "messages.getDialogs": dialogs.get_dialogs,
    "messages.getForumTopics": history.get_forum_topics,
    "messages.getForumTopicsByID": history.get_forum_topics_by_id,
    "messages.getHistory": history.get_history,
    "messages.getMessages": history.get_messages,
    "messages.getReplies": history.get_replies,
    "messages.getSearchCounters": history.get_search_counters,
    "messages.importChatInvite": dialogs.import_chat_invite,
    "messages.search": history.search,
    "messages.sendMedia": sending.send_media,
    "updates.getChannelDifference": updates.get_channel_difference,
    "updates.getDifference": updates.get_difference,
    "updates.getState": updates.get_state,
    "upload.getCdnFile": cdn.get_cdn_file,
    "upload.getCdnFileHashes": cdn.get_cdn_file_hashes,
    "upload.getFile": files.get_file,
    "upload.getFileHashes": files.get_file_hashes,
    "upload.reuploadCdnFile": cdn.reupload_cdn_file,
    "upload.saveBigFilePart": uploading.save_big_file_part,
    "upload.saveFilePart": uploading.save_file_part,
    "users.getFullUser": users.get_full_user,
    "users.getUsers": users.get_users,
}

# Bots are refused what only people may do.
NOT_FOR_BOTS = frozenset({
    "account.finishTakeoutSession",
    "account.getAuthorizations",
    "account.initTakeoutSession",
    "channels.joinChannel",
    "messages.checkChatInvite",
    "messages.getDialogs",
    "messages.getForumTopics",
    "messages.getHistory",
    "messages.getReplies",
    "messages.getSearchCounters",
    "messages.importChatInvite",
    "messages.search",
})  # fmt: skip


def answer(telegram: Telegram, name: str, incoming: Incoming) -> Any:
    """Call a method. One that is not there is refused and remembered."""
    method = METHODS.get(name)
    if method is None:
        telegram.unknown_methods.append(name)
        refuse("METHOD_NOT_IMPLEMENTED")
    call = Call(telegram, incoming.session, incoming.request, incoming.takeout)
    if call.device.dc == CDN_DC:
        if name != cdn.ONLY_METHOD:
            refuse("CDN_METHOD_INVALID")
    elif not name.startswith(("auth.", "help.")) and name != "account.getPassword":
        _check_caller(call, name)
    return method(call)


def _check_caller(call: Call, name: str) -> None:
    """Refuse strangers, bots where only people may call, and takeouts of others."""
    if call.me.is_bot and name in NOT_FOR_BOTS:
        refuse("BOT_METHOD_INVALID")
    account.check_takeout(call)
