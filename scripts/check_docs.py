#!/usr/bin/env python3
"""Checks that the documents say what the code does: links resolve, every file, folder, command, route, exit code, key and
metric named exists, and the shipped configuration is what the binary prints (when it is built).

Exit 0, or 1 with one line a finding."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get('TWEETPULSE_BINARY', ROOT / 'build/release/tweetpulse'))
PAGES = ('README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'src/README.md', 'docs/add-an-adapter.md',
         'docs/configuration.md', 'docs/metrics.md', 'docs/operations.md')


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
    for name in PAGES:
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


def shown_code(name):
    """What a page sets as code: blocks and words in backticks."""
    page = (ROOT / name).read_text()
    blocks = re.findall(r'^```\w*\n(.*?)^```', page, re.S | re.M)
    return '\n'.join(blocks + re.findall(r'`([^`\n]+)`', re.sub(r'^```.*?^```', '', page, flags=re.S | re.M)))


def commands():
    main = (ROOT / 'src/app/main.cpp').read_text()
    known = set(re.findall(r'(?:add|add_subcommand)\("([\w-]+)"', main)) | set(re.findall(r'"((?:elastic|persist)-worker|api)"', main))
    options = set(re.findall(r'"(--[\w-]+)"', main)) | {'--help', '--version'}
    for name in PAGES:
        code = re.sub(r'\\\n', ' ', shown_code(name))
        for call in re.findall(r'(?:^|[\s;|&(])tweetpulse ([^\n;|&)]*)', code):
            words = re.sub(r'(--(?:config|set|data-dir)) \S+', r'\1', call).split()
            for option in words:
                if option.startswith('--') and option.split('=')[0] not in options:
                    yield '%s shows `tweetpulse %s`: there is no %s' % (name, call.strip(), option)
            command = next((word for word in words if not word.startswith('-')), None)
            if command and re.fullmatch('[a-z-]+', command) and command not in known:
                yield '%s shows `tweetpulse %s`, which is no command' % (name, command)


def routes():
    table = set(re.findall(r'\.path = "([^"]+)"', (ROOT / 'src/api/routes.h').read_text()))
    for name in PAGES:
        code = shown_code(name)
        for path in re.findall(r'(?:^|[\s"\'`]|:8080|POST |PUT |DELETE )(/(?:api|ws|healthz|readyz|startupz|metrics|docs|version)[\w/{}:.-]*)', code, re.M):
            if path.rstrip('.:') not in table:
                yield '%s names %s, which is no route' % (name, path)


def exit_codes():
    real = set(re.findall(r'\bk\w+ = (\d+)', (ROOT / 'src/app/exit_codes.h').read_text())) | {'130', '143'}
    table = re.search(r'^\| exit code .*?\n\n', (ROOT / 'docs/operations.md').read_text(), re.S | re.M).group(0)
    told = set(re.findall(r'\d+', ' '.join(re.findall(r'\| ([\d, ]+) \|', table.replace('|', '| |')))))
    for code in sorted(real ^ told):
        yield 'docs/operations.md and src/app/exit_codes.h disagree about exit code %s' % code


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


CHECKS = (broken_links, named_files, folders, decisions, commands, routes, exit_codes, configuration, metrics)


def main():
    found = [line for check in CHECKS for line in check()]
    print('\n'.join(found) or 'documents: they say what the code does')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
