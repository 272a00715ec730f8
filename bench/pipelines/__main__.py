"""Pipeline benches on private servers: python3 -m bench.pipelines c1 | c2 | c3 | c4 | adapters | check

Builds nothing (`make bench-c1` builds first). BENCH_SECONDS, BENCH_TWEETS, BENCH_RUNS and BENCH_BATCH change the load, BENCH_SET="key=value ..." the
configuration. Figures go to build/bench/<claim>.json. Exit 0; 1 when a run failed, `verify` found a difference, or check found
CPU a tweet or a ratio more than 15 % worse than bench/baseline.json."""
import json
import os
import pathlib
import platform
import subprocess
import sys

from bench.pipelines.adapters import adapters
from bench.pipelines.claims import CLAIMS
from bench.pipelines.deployment import BATCH, PROGRAM, ROOT, BenchError

RESULTS = ROOT / 'build/bench'
BASELINE = ROOT / 'bench/baseline.json'
NOISY = 15  # per cent of the time that somebody waited for a CPU
WORSE = 0.15
PARTS = ('ingest', 'redis', 'elastic', 'persist', 'postgres', 'opensearch')


def pressure():
    try:
        line = pathlib.Path('/proc/pressure/cpu').read_text().splitlines()[0]
    except OSError:
        return 0
    return float(dict(part.split('=') for part in line.split()[1:])['avg10'])


def said_by(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return ''


def whole(number):
    return '' if number is None else format(round(number), ',')


def table(rows):
    print('%-9s %9s %9s %s %22s %7s %7s %8s %9s %6s' % ('claim', 'tweets/s', 'us/tweet', ' '.join('%8s' % part[:8] for part in PARTS),
                                                       'peak RSS MB', 'p50 ms', 'p99 ms', 'raw/s', 'expected/s', 'ratio'))
    for name, row in rows.items():
        parts = ' '.join('%8s' % ('%.1f' % row['parts_us'][part] if part in row['parts_us'] else '') for part in PARTS)
        peaks = '/'.join(str(row['peaks_mb'][part]) for part in PARTS if part in row['peaks_mb'])
        waits = ['%.1f' % row[each] if each in row else '' for each in ('p50', 'p99')]
        print('%-9s %9s %9.1f %s %22s %7s %7s %8s %9s %6s' % (name, whole(row['tweets_per_s']), row['us'], parts, peaks, *waits, whole(row['raw']),
                                                           whole(row['expected']), '' if row['ratio'] is None else '%.2f' % row['ratio']))
        print('  E %.1f us, all processes %.0f %% of the CPU, last run empty after %.2f s' % (row['E'], 100 * row['cpu_share'], row['seconds']))


def measure(claim):
    noise = pressure()
    if noise > NOISY:
        print('noisy: others use this machine (CPU pressure %.0f %%); figures without a verdict' % noise)
    if claim == 'adapters':
        rows, sound = adapters(), True
    else:
        rows = CLAIMS[claim]()
        table(rows)
        sound = all(row['verify'] for row in rows.values())
        print('verify: OK' if sound else '\n'.join(row['verify_said'] for row in rows.values() if not row['verify']))
    keep(claim, rows, sound, noise)
    return sound


def keep(claim, rows, sound, noise):
    """The figures, and where they come from, in build/bench/<claim>.json."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    versions = {'tweetpulse': said_by(PROGRAM, '--version'), 'redis': said_by('redis-server', '--version'),
                'postgres': said_by('psql', '--version')}
    configuration = {'batch_size': BATCH, 'appendfsync': 'always', 'synchronous_commit': 'on', 'set': os.environ.get('BENCH_SET', '')}
    found = {'claim': claim, 'machine': platform.platform(), 'cpus': os.cpu_count(), 'noise': noise, 'verdict': noise <= NOISY,
             'versions': versions, 'configuration': configuration, 'seed': 1, 'verify': sound, 'rows': rows}
    (RESULTS / (claim + '.json')).write_text(json.dumps(found, indent=1) + '\n')


def worse(name, row, before):
    """Sentences about what has become worse."""
    if row['us'] > before['us'] * (1 + WORSE):
        yield '%s: %.1f us a tweet, before %.1f' % (name, row['us'], before['us'])
    if before.get('ratio') and row['ratio'] < before['ratio'] * (1 - WORSE):
        yield '%s: ratio %.2f, before %.2f' % (name, row['ratio'], before['ratio'])


def check():
    """Measures what the baseline holds, and compares CPU a tweet and ratios; never wall rates."""
    if not BASELINE.exists():
        print('bench-check: there is no bench/baseline.json yet')
        return False
    before = json.loads(BASELINE.read_text())['rows']
    sound = True
    for claim in CLAIMS:
        wanted = {name: row for name, row in before.items() if name.lower().startswith(claim)}
        if not wanted:
            continue
        sound = measure(claim) and sound
        found = json.loads((RESULTS / (claim + '.json')).read_text())
        complaints = [line for name, row in wanted.items() for line in worse(name, found['rows'][name], row)]
        print('\n'.join(complaints) or claim + ': as good as the baseline')
        sound = sound and (not complaints or not found['verdict'])
    return sound


def main():
    wanted = sys.argv[1:]
    if not wanted or not set(wanted) <= {*CLAIMS, 'adapters', 'check'}:
        sys.exit(__doc__)
    try:
        return 0 if all([check() if each == 'check' else measure(each) for each in wanted]) else 1
    except BenchError as error:
        print('bench: ' + str(error), file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
