"""Tells Dagster what an event of an asset was made of, so that its pages call "Unsynced" what is out of date.

What is in the books stays as it is: a file that was posted is not posted anew because the reference data have
changed since, and open items are no older because a file beside them is red. Without a word about it Dagster
compares times, and calls both out of date. Belongs here: the tags of events by which Dagster judges. Does
not: what is stale in the ledger's eyes (`assets.exports.checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import dagster as dg
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_TAG,
    DEFAULT_DATA_VERSION,
    NULL_EVENT_POINTER,
    extract_data_version_from_entry,
    get_input_data_version_tag,
    get_input_event_pointer_tag,
)

from assets.corrections.assets import CORRECTIONS
from assets.exchange import assets as exchange_assets
from assets.exports import assets as export_assets
from assets.invoices import assets as invoice_assets
from assets.ledger import assets as ledger_assets
from assets.reconciliation import assets as reconciliation_assets
from assets.reference import assets as reference_assets
from assets.sales import assets as sales_assets
from assets.sync.assets import SYNC_OUTCOMES
from assets.traces import assets as trace_assets

_DEPENDENCIES: Final[Mapping[str, tuple[dg.AssetKey, ...]]] = MappingProxyType(
    {
        spec.key.to_user_string(): tuple(dep.asset_key for dep in spec.deps)
        for spec in (
            CORRECTIONS,
            SYNC_OUTCOMES,
            *exchange_assets.SPECS,
            *export_assets.SPECS,
            *invoice_assets.SPECS,
            *ledger_assets.SPECS,
            *reconciliation_assets.SPECS,
            *reference_assets.SPECS,
            *sales_assets.SPECS,
            *trace_assets.SPECS,
        )
    }
)

_CODE_VERSION: Final = "1"
"""Without one Dagster does not read the other tags. No asset declares its code, so nothing is compared."""


def lasting(asset_name: str) -> dict[str, str]:
    """The tags of an event that nothing makes out of date which comes after it."""
    return _tags(dict.fromkeys(_DEPENDENCIES[asset_name], DEFAULT_DATA_VERSION.value))


def made_of(instance: dg.DagsterInstance, asset_name: str) -> dict[str, str]:
    """The tags of an event that is out of date once an asset before it has changed. Ask before the work."""
    return _tags({key: _version(instance, key) for key in _DEPENDENCIES[asset_name]})


def changed_with(version: str) -> dict[str, str]:
    """The tag of an event by which Dagster tells whether the asset has changed."""
    return {DATA_VERSION_TAG: version}


def _version(instance: dg.DagsterInstance, key: dg.AssetKey) -> str:
    event = instance.get_latest_materialization_event(key)
    found = None if event is None else extract_data_version_from_entry(event)
    return (found or DEFAULT_DATA_VERSION).value


def _tags(versions: Mapping[dg.AssetKey, str]) -> dict[str, str]:
    tags = {CODE_VERSION_TAG: _CODE_VERSION}
    for key, version in versions.items():
        tags[get_input_data_version_tag(key)] = version
        tags[get_input_event_pointer_tag(key)] = NULL_EVENT_POINTER
    return tags
