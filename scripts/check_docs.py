#!/usr/bin/env python3
"""Checks that the documents say what the code does: links resolve, every key, folder and command named exists, and the
generated files equal what the binary prints (when it is built).

Exit 0, or 1 with one line a finding."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / 'build/release/tweetpulse'


def documents():
    names = subprocess.run(['git', 'ls-files', '--', '*.md'], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in names if not name.startswith('web/node_modules')]


def broken_links():
    for path in documents():
        for target in re.findall(r'\]\(([^)#\s]+)\)', path.read_text()):
            if not target.startswith(('http://', 'https://')) and not (path.parent / target).exists():
                yield '%s: there is no %s' % (path.relative_to(ROOT), target)


def named_files():
    """Paths in backticks that look like files of the tree."""
    for name in ('README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'src/README.md', 'docs/add-an-adapter.md'):
        path = ROOT / name
        if not path.exists():
            yield '%s is missing' % name
            continue
        for target in re.findall(r'`((?:src|scripts|tests|docs|web|data|bench|config|deploy)/[\w./-]+\.\w+)`', path.read_text()):
            if 'quux' not in target and not (ROOT / target).exists():
                yield '%s names %s, which does not exist' % (name, target)


def folders():
    table = set(re.findall(r'^\| `(\w+)` \|', (ROOT / 'src/README.md').read_text(), re.M))
    real = {p.name for p in (ROOT / 'src').iterdir() if p.is_dir()}
    for folder in sorted(table ^ real):
        yield 'src/README.md and src/ disagree about %s' % folder


def decisions():
    numbers = [int(p.name[:4]) for p in sorted((ROOT / 'docs/decisions').glob('*.md'))]
    if numbers != list(range(1, len(numbers) + 1)):
        yield 'docs/decisions: the numbers are %s' % numbers


def configuration():
    keys = re.findall(r'ConfigKey\{"([\w.]+)"', (ROOT / 'src/app/config_keys.cpp').read_text())
    page = (ROOT / 'docs/configuration.md').read_text()
    for key in keys:
        if '`%s`' % key not in page:
            yield 'docs/configuration.md lacks %s' % key
    for key in re.findall(r'^\| `([\w.]+)` \|', page, re.M):
        if key not in keys:
            yield 'docs/configuration.md has %s, which is no key' % key
    if BINARY.exists():
        shown = subprocess.run([BINARY, 'config', 'init'], capture_output=True, text=True, check=True).stdout
        if shown != (ROOT / 'config/tweetpulse.toml').read_text():
            yield 'config/tweetpulse.toml is not what `tweetpulse config init` prints'


def metrics():
    page = (ROOT / 'docs/metrics.md').read_text()
    used = set()
    for path in (ROOT / 'src').rglob('*.cpp'):
        if not path.stem.endswith('_test'):
            used |= set(re.findall(r'(?:counter|gauge|histogram|count_of)\(\s*"([a-z_]+)"', path.read_text()))
    for name in sorted(used):
        if '`tweetpulse_%s`' % name not in page:
            yield 'docs/metrics.md lacks tweetpulse_%s' % name
    for name in re.findall(r'`tweetpulse_([a-z_]+)`', page):
        if name not in used:
            yield 'docs/metrics.md has tweetpulse_%s, which nothing counts' % name


def main():
    found = [line for check in (broken_links, named_files, folders, decisions, configuration, metrics) for line in check()]
    print('\n'.join(found) or 'documents: they say what the code does')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
