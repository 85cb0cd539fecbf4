"""`help.*`: what an app asks before anything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from telethon.tl import types

from sandbox.cdn import CDN_DC
from sandbox.methods.call import Call

# https://core.telegram.org/constructor/config; the values are those of the public servers.
_LIMITS = {
    "chat_size_max": 200,
    "megagroup_size_max": 200_000,
    "forwarded_count_max": 100,
    "online_update_period_ms": 210_000,
    "offline_blur_timeout_ms": 5_000,
    "offline_idle_timeout_ms": 30_000,
    "online_cloud_timeout_ms": 300_000,
    "notify_cloud_delay_ms": 30_000,
    "notify_default_delay_ms": 1_500,
    "push_chat_period_ms": 60_000,
    "push_chat_limit": 2,
    "edit_time_limit": 172_800,
    "revoke_time_limit": 2_147_483_647,
    "revoke_pm_time_limit": 2_147_483_647,
    "rating_e_decay": 2_419_200,
    "stickers_recent_limit": 200,
    "channels_read_media_period": 604_800,
    "call_receive_timeout_ms": 20_000,
    "call_ring_timeout_ms": 90_000,
    "call_connect_timeout_ms": 30_000,
    "call_packet_timeout_ms": 10_000,
    "caption_length_max": 1024,
    "message_length_max": 4096,
    "webfile_dc_id": 4,
}


def get_config(call: Call) -> Any:
    now = call.telegram.now()
    telegram = call.telegram
    options = [types.DcOption(dc, host, port) for dc, (host, port) in telegram.addresses().items()]
    options.append(types.DcOption(CDN_DC, *telegram.cdn_address(), cdn=True))
    return types.Config(
        date=now,
        expires=now + timedelta(hours=1),
        test_mode=False,
        this_dc=call.device.dc,
        dc_options=options,
        dc_txt_domain_name="",
        me_url_prefix="https://t.me/",
        **_LIMITS,
    )


def get_nearest_dc(call: Call) -> Any:
    return types.NearestDc("XX", call.device.dc, min(call.telegram.addresses()))


# https://core.telegram.org/api/config#client-configuration
_APP = {
    "upload_premium_speedup_download": 10.0,
    "small_queue_max_active_operations_count": 5.0,
    "large_queue_max_active_operations_count": 2.0,
}


def get_app_config(_call: Call) -> Any:
    numbers = [
        types.JsonObjectValue(name, types.JsonNumber(number)) for name, number in _APP.items()
    ]
    return types.help.AppConfig(1, types.JsonObject(numbers))
