"""Examples of /officers: a photograph, of which bytes are no example."""

from collections.abc import Mapping

from server.api.example import Example

EXAMPLES: Mapping[str, Example] = {"officers.Portrait.get": Example()}
