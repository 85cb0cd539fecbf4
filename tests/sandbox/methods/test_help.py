from __future__ import annotations

from typing import Any

from telethon import functions

from sandbox.mtproto.cluster import Cluster


async def test_the_configuration_names_every_centre(ann: Any, cluster: Cluster) -> None:
    config = await ann(functions.help.GetConfigRequest())

    assert config.this_dc == 2
    assert {2: cluster.address(2), 4: cluster.address(4)} == {
        option.id: (option.ip_address, option.port) for option in config.dc_options
    }


async def test_the_nearest_centre_and_the_app_s_settings_are_told(ann: Any) -> None:
    nearest = await ann(functions.help.GetNearestDcRequest())
    settings = await ann(functions.help.GetAppConfigRequest(0))

    assert nearest.this_dc == nearest.nearest_dc == 2
    assert settings.config.value[0].key == "upload_premium_speedup_download"
