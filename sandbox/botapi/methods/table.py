"""Every method that this server knows, by its name."""

from __future__ import annotations

from sandbox.botapi.call import Method
from sandbox.botapi.methods import (
    answering,
    chats,
    editing,
    exchanging,
    identity,
    media,
    receiving,
    sending,
)

METHODS: dict[str, Method] = {
    "getMe": identity.get_me,
    "logOut": identity.log_out,
    "close": identity.close,
    "setMyCommands": identity.set_my_commands,
    "getMyCommands": identity.get_my_commands,
    "deleteMyCommands": identity.delete_my_commands,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendChatAction": sending.send_chat_action,
    "sendAudio": media.send_audio,
    "sendVoice": media.send_voice,
    "sendDocument": media.send_document,
    "sendPhoto": media.send_photo,
    "sendMediaGroup": media.send_media_group,
    "getFile": media.get_file,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": exchanging.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": answering.answer_callback_query,
    "answerInlineQuery": answering.answer_inline_query,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "pinChatMessage": chats.pin_chat_message,
    "unpinChatMessage": chats.unpin_chat_message,
}

# The real server takes a name in any case.
BY_LOWER_NAME = {name.lower(): name for name in METHODS}
