"""What an HTML page of drawings unpacks to show it."""

import json
import re
import zlib
from base64 import b64decode
from typing import Any


def packed_in(text: str) -> Any:
    """The data of a page."""
    data = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert data
    return json.loads(zlib.decompress(b64decode(data[1])))
