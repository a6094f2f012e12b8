"""What a person does in Tryton, done by tests over its REST interface; apart from the product's client.

Used to look at what the product made, to change it behind its back, and as the bare client of the benchmark.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx


class TrytonRest:
    """The REST interface of one company. Every call must succeed; warnings are answered with yes."""

    def __init__(self, url: str, database: str, company_id: int, key: str) -> None:
        own = {"company": company_id, "companies": [company_id], "_skip_warnings": True}
        context = json.dumps(own).encode()
        self.company_id = company_id
        self._client = httpx.Client(
            base_url=f"{url}/{database}/rest/model/",
            headers={
                "Authorization": f"bearer {key}",
                "X-Tryton-Context": base64.urlsafe_b64encode(context).decode(),
            },
            timeout=60,
            trust_env=False,
        )

    def find(self, model: str, domain: Sequence[Any], *fields: str) -> list[dict[str, Any]]:
        """The records that fit, in the order of their ids."""
        coded = [
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in (domain, [["id", "ASC"]])
        ]
        found = self._client.get(model, params={"d": coded[0], "o": coded[1], "f": list(fields)})
        return found.raise_for_status().json()

    def create(self, model: str, values: Mapping[str, Any], *fields: str) -> dict[str, Any]:
        """Makes a record."""
        return self._client.post(model, json=values, params={"f": list(fields)}).raise_for_status().json()

    def change(self, model: str, record_id: int, **values: Any) -> None:
        """Changes a record."""
        self._client.put(f"{model}/{record_id}", json=values).raise_for_status()

    def press(self, model: str, record_id: int, button: str, *fields: str) -> dict[str, Any]:
        """Presses a button on a record."""
        address = f"{model}/{record_id}/{button}"
        return self._client.post(address, json={}, params={"f": list(fields)}).raise_for_status().json()

    def the_id(self, model: str, domain: Sequence[Any]) -> int:
        """The key of the one record that fits."""
        (found,) = [record["id"] for record in self.find(model, domain)]
        return found
