#!/usr/bin/env python3
"""Checks that every include of src/ obeys src/layers.txt, that the CMake links say the same, and the size rules.

Exit 0, or 1 with one line a finding."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / 'src'
CLIENT_LIBRARIES = re.compile(r'^(sqlite3\.h|boost/(asio|beast)|libpq-fe|hiredis|curl/|prometheus/)')
OWNERS = {'prometheus/': 'base'}        # the one client library that lives below driver/
LIMIT = 400


def layers():
    rules = {}
    for line in (SRC / 'layers.txt').read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            folder, _, allowed = line.partition(':')
            rules[folder.strip()] = set(allowed.split())
    return rules


def findings():
    rules = layers()
    folders = {p.name for p in SRC.iterdir() if p.is_dir()}
    for folder in sorted(folders ^ set(rules)):
        yield 'src/layers.txt and src/ disagree about the folder %s' % folder
    for path in sorted(SRC.rglob('*')):
        if path.suffix not in ('.cpp', '.h'):
            continue
        folder = path.relative_to(SRC).parts[0]
        name = path.relative_to(ROOT)
        text = path.read_text()
        test = path.stem.endswith(('_test', '_fixture', '_contract'))     # test code beside the code
        if not test and text.count('\n') > LIMIT:
            yield '%s has %d lines, more than %d: split it by noun' % (name, text.count('\n'), LIMIT)
        if re.search(r'\bco_(await|yield|return)\b', text):
            yield '%s: no coroutines (GCC 12 miscompiles them)' % name
        for number, line in enumerate(text.splitlines(), 1):
            local = re.match(r'#include "([a-z_]+)/([a-z0-9_./]+)"', line)
            system = re.match(r'#include [<"]([^">]+)[">]', line)
            if local and local.group(1) in folders:
                other = local.group(1)
                if other != folder and not test and '*' not in rules[folder] and other not in rules[folder]:
                    yield '%s:%d: %s may not include %s/' % (name, number, folder, other)
                if local.group(2) == 'adapters.h' and folder not in (other, 'app') and not test:
                    yield '%s:%d: only app/ and %s/ include %s/adapters.h' % (name, number, other, other)
            elif system and CLIENT_LIBRARIES.match(system.group(1)):
                owner = next((o for prefix, o in OWNERS.items() if system.group(1).startswith(prefix)), 'driver')
                if folder != owner and not test:
                    yield '%s:%d: only %s/ includes %s' % (name, number, owner, system.group(1))


def main():
    found = list(findings())
    print('\n'.join(found) or 'layers: every include is allowed')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
