#!/usr/bin/env python3
"""Writes GitHub's published examples of events into a folder: the first of each event and action.

usage: events.py TOOLS FOLDER
"""

import json
import pathlib
import sys


def main():
    tools, folder = map(pathlib.Path, sys.argv[1:])
    package = tools / "node_modules" / "@octokit" / "webhooks-examples"
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for event in json.loads((package / "api.github.com" / "index.json").read_text()):
        for example in event["examples"]:
            action = example.get("action")
            name = f"{event['name']}.{action}" if isinstance(action, str) else event["name"]
            if name not in written:
                written.add(name)
                (folder / f"{name}.json").write_text(json.dumps(example, indent=2))


if __name__ == "__main__":
    main()
