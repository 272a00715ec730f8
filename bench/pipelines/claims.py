"""The pipeline claims C1 to C4: how each is loaded, and what is measured while it runs."""
import json
import os
import pathlib
import statistics
import subprocess
import time

from bench.pipelines.deployment import BUILD, BenchError, Deployment

CORES = os.cpu_count()
RATE, RECORD_SECOND = 5800, 143_199
GROUPS = ('elastic', 'persist')


def setting(name, otherwise):
    return int(os.environ.get('BENCH_' + name) or otherwise)


def raw(program, *words):
    """What a program of bench/raw prints."""
    done = subprocess.run([BUILD / program, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise BenchError('%s: %s' % (program, done.stderr.strip()))
    return json.loads(done.stdout)


def analysis_us(profile):
    """E: CPU microseconds of one analysis, by the function bench."""
    done = subprocess.run([BUILD / 'analyze_bench', '--benchmark_filter=^whole', '--benchmark_format=json', '--benchmark_min_time=0.5'],
                          capture_output=True, text=True, check=True)
    name = 'whole/full:%d' % (profile == 'full')
    return 1e6 / next(row['items_per_second'] for row in json.loads(done.stdout)['benchmarks'] if row['name'] == name)


def sample(folder, count=50_000):
    file = pathlib.Path(folder) / 'sample.ndjson'
    if not file.exists():
        with open(file, 'wb') as out:
            subprocess.run([BUILD / 'sample_file', str(count)], stdout=out, check=True)
    return file


def load(deployment, count, prefix, rate=0, connections=4, watch=True):
    words = ['--url', deployment.url, '--lines', sample(deployment.folder), '--count', count, '--rate', rate, '--connections', connections,
             '--prefix', prefix]
    if watch:
        words += ['--postgres', deployment.postgres.url, '--sample', max(20, count // 5000)]
    return subprocess.Popen([BUILD / 'bench_load', *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(child, count):
    said, wrong = child.communicate()
    if child.returncode:
        raise BenchError('bench_load: ' + wrong.strip())
    figures = json.loads(said)
    if figures['accepted'] != count:
        raise BenchError('%d of %d tweets were accepted' % (figures['accepted'], count))
    if figures.get('unseen'):
        raise BenchError('%d watched tweets never came to the store' % figures['unseen'])
    return figures


def warm_up(deployment, profile):
    """Roles at work, caches warm; the raw limits of these servers and these very tweets."""
    deployment.start('api')
    finish(load(deployment, 5000, 'bench:warm', watch=False), 5000)
    lines = deployment.packed_lines()
    deployment.start('persist-worker', 'elastic-worker')
    deployment.drain()
    server = ['--postgres', deployment.postgres.url, '--redis-port', deployment.redis.port, '--lines', lines]
    path = sorted((raw('raw_path', *server, '--count', 100_000) for _ in range(3)), key=lambda run: run['path'])[1]
    return {'E': analysis_us(profile), 'raw': path['path'], 'raw_us': path['path_us'], 'raw_redis': raw('raw_redis', *server[2:], '--count', 100_000),
            'raw_postgres': raw('raw_postgres', *server, '--count', 50_000)}


def measured(deployment, count, begun, cpu, figures=None):
    took = time.monotonic() - begun
    spent = {part: seconds - cpu.get(part, 0) for part, seconds in deployment.cpu().items()}
    figures = figures or {}
    spent['postgres'] -= figures.get('watcher_cpu', 0)
    return {'tweets_per_s': count / took, 'seconds': took, 'us': sum(spent.values()) * 1e6 / count,
            'parts_us': {part: seconds * 1e6 / count for part, seconds in spent.items()}, 'peaks_mb': deployment.peaks(),
            'cpu_share': sum(spent.values()) / took / CORES, **{name: figures[name] for name in ('p50', 'p99', 'p999', 'max') if name in figures},
            'repeated': figures.get('repeated', 0)}


def run(deployment, count, prefix, rate, connections):
    """Until both groups are empty again."""
    cpu, begun = deployment.cpu(), time.monotonic()
    child = load(deployment, count, prefix, rate, connections)
    while child.poll() is None:
        deployment.alive()
        time.sleep(0.02)
    figures = finish(child, count)
    deployment.drain()
    return measured(deployment, count, begun, cpu, figures)


def median(runs):
    """The run in the middle by CPU a tweet; the spread beside it."""
    middle = dict(sorted(runs, key=lambda each: each['us'])[len(runs) // 2])
    middle['runs'] = [{name: each.get(name) for name in ('tweets_per_s', 'us', 'seconds', 'p50', 'p99')} for each in runs]
    return middle


def through_both(profile, count, rate=0, connections=4):
    deployment = Deployment(profile)
    try:
        limits = warm_up(deployment, profile)
        runs = [run(deployment, count, 'bench:%d' % n, rate, connections) for n in range(1, setting('RUNS', 3) + 1)]
        sound, said = deployment.verify()
    finally:
        deployment.end()
    expected = 1 / (1 / limits['raw'] + 2 * limits['E'] / (CORES * 1e6))
    row = {**median(runs), **limits, 'expected': expected, 'verify': sound, 'verify_said': said}
    row['ratio'] = None if rate else row['tweets_per_s'] / expected
    return row


def c1():
    seconds = setting('SECONDS', 600)
    return {'C1 full': through_both('full', RATE * seconds, RATE, 2)}


def c2():
    count = setting('TWEETS', RECORD_SECOND)
    return {'C2 fast': through_both('fast', count, count, 8)}


def c3():
    seconds = setting('SECONDS', 300)
    return {'C3 fast': through_both('fast', setting('TWEETS', 30_000 * seconds)),
            'C3 full': through_both('full', setting('TWEETS', 12_000 * seconds))}


def drain_index(deployment, count, prefix):
    """Group elastic alone: from the first entry that it settles to the last."""
    finish(load(deployment, count, prefix, watch=False), count)
    deployment.drain('persist')
    deployment.start('elastic-worker')
    deployment.until(lambda: deployment.waiting('elastic') < count, 60, 'the first batch', 0.005)
    cpu, begun, left = deployment.cpu(), time.monotonic(), deployment.waiting('elastic')
    deployment.drain('elastic')
    row = measured(deployment, left, begun, cpu)
    deployment.stop('elastic-worker')
    return row


def c4():
    count = setting('TWEETS', 300_000)
    deployment = Deployment('fast', search=True)
    try:
        deployment.start('api', 'persist-worker')
        drain_index(deployment, 10_000, 'bench:warm')
        runs = [drain_index(deployment, count, 'bench:%d' % n) for n in range(1, setting('RUNS', 3) + 1)]
        sound, said = deployment.verify()
        lines, mapping = deployment.documents()
        bulk = raw('raw_bulk', '--url', deployment.search.url, '--lines', lines, '--mapping', mapping, '--pid', deployment.search.child.pid,
                   '--count', setting('BULK', 40_000))
    finally:
        deployment.end()
    effort = analysis_us('fast')
    expected = 1 / (1 / bulk['best'] + effort / (CORES * 1e6))
    row = {**median(runs), 'E': effort, 'raw': bulk['best'], 'raw_us': bulk['best_us'], 'raw_bulk': bulk, 'expected': expected, 'verify': sound,
           'verify_said': said}
    row['ratio'] = row['tweets_per_s'] / expected
    return {'C4 fast': row}


CLAIMS = {'c1': c1, 'c2': c2, 'c3': c3, 'c4': c4}
