"""Each adapter of a server against the same work done by hand on the same server: the ratio of the two rates."""
import json
import os
import statistics
import subprocess

from bench.pipelines.claims import finish, load, raw, setting
from bench.pipelines.deployment import BUILD, BenchError, Deployment

# bench of ours -> (goal, program of bench/raw, its figure)
GOALS = {
    'redis_push/1': (0.8, 'raw_redis', 'push_1'),
    'redis_push/4': (0.8, 'raw_redis', 'push_4'),
    'redis_read_ack/1': (0.8, 'raw_redis', 'read_ack'),
    'postgres_save/1000': (0.8, 'raw_postgres', 'values_1000'),
    'postgres_save/100': (0.8, 'raw_postgres', 'values_100'),
    'opensearch_index/1000': (0.9, 'raw_bulk', 'best'),
    'opensearch_index/5000': (0.9, 'raw_bulk', 'best'),
}


def ours(deployment, name):
    """Items a second."""
    urls = {'TWEETPULSE_TEST_REDIS': deployment.redis.url, 'TWEETPULSE_TEST_POSTGRES': deployment.postgres.url}
    if deployment.search:
        urls['TWEETPULSE_TEST_OPENSEARCH'] = deployment.search.url
    done = subprocess.run([BUILD / 'servers_bench', '--benchmark_filter=^%s/' % name, '--benchmark_format=json', '--benchmark_min_time=1'],
                          capture_output=True, text=True, env={**os.environ, **urls})
    rows = json.loads(done.stdout)['benchmarks'] if done.returncode == 0 and done.stdout else []
    if not rows or rows[0].get('error_occurred'):
        raise BenchError('%s: %s' % (name, rows[0]['error_message'] if rows else done.stderr))
    return rows[0]['items_per_second']


def by_hand(deployment):
    """{program: its arguments}, with the packed tweets and the documents of the product."""
    deployment.start('api')
    finish(load(deployment, 5000, 'bench:warm', watch=False), 5000)
    server = ['--postgres', deployment.postgres.url, '--redis-port', deployment.redis.port, '--lines', deployment.packed_lines()]
    deployment.start('persist-worker', 'elastic-worker')
    deployment.drain()
    found = {'raw_redis': [*server, '--count', 100_000], 'raw_postgres': [*server, '--count', 50_000, '--shape', 'wide', '--body-type', 'text']}
    if deployment.search:
        lines, mapping = deployment.documents()
        found['raw_bulk'] = ['--url', deployment.search.url, '--lines', lines, '--mapping', mapping, '--count', setting('BULK', 40_000)]
    deployment.stop()
    return found


def pairs(deployment, program, arguments):
    """{bench: [(ours, by hand)]}: the two take turns, so that both meet the same noise."""
    found = {name: [] for name, (_, by, _) in GOALS.items() if by == program}
    for _ in range(setting('RUNS', 3)):
        reached = raw(program, *arguments)
        for name, rates in found.items():
            rates.append((ours(deployment, name), reached[GOALS[name][2]]))
    return found


def adapters(search=True):
    """Prints the table; {name: row}."""
    deployment = Deployment('fast', search=search)
    rows = {}
    try:
        print('%-22s %10s %10s %6s %5s' % ('adapter', 'ours/s', 'by hand/s', 'ratio', 'goal'))
        for program, arguments in by_hand(deployment).items():
            for name, rates in pairs(deployment, program, arguments).items():
                rate, limit, ratio = (statistics.median(each) for each in zip(*((a, b, a / b) for a, b in rates)))
                rows[name] = {'tweets_per_s': rate, 'raw': limit, 'ratio': ratio, 'goal': GOALS[name][0]}
                print('%-22s %10s %10s %6.2f %5.1f' % (name, format(round(rate), ','), format(round(limit), ','), ratio, GOALS[name][0]))
    finally:
        deployment.end()
    return rows
