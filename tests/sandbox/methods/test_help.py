from __future__ import annotations

from typing import Any

from telethon import functions

from sandbox.cdn import CDN_DC
from sandbox.mtproto.cluster import Cluster


async def test_the_configuration_names_every_centre(ann: Any, cluster: Cluster) -> None:
    config = await ann(functions.help.GetConfigRequest())

    assert config.this_dc == 2
    assert {(dc, cluster.address(dc), dc == CDN_DC) for dc in (2, 4, CDN_DC)} == {
        (option.id, (option.ip_address, option.port), bool(option.cdn))
        for option in config.dc_options
    }


async def test_the_nearest_centre_and_the_app_s_settings_are_told(ann: Any) -> None:
    nearest = await ann(functions.help.GetNearestDcRequest())
    settings = await ann(functions.help.GetAppConfigRequest(0))

    assert nearest.this_dc == nearest.nearest_dc == 2
    assert settings.config.value[0].key == "upload_premium_speedup_download"
