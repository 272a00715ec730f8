"""/metrics of each role on real servers: what docs/metrics.md lists of queue, workers, search and store is there, and equals
what the servers hold."""
import http.client
import re
import unittest

from tests.flow.product import BINARY, ROOT, free_port, ndjson, tweet
from tests.flow.server_fault import ROLES, ServerTest

QUEUE = {'queue_length', 'queue_memory_bytes', 'queue_memory_limit_bytes', 'queue_durable', 'queue_lost_total', 'queue_lag', 'queue_pending',
         'queue_oldest_pending_seconds', 'queue_dead_letters', 'ledger_imbalance'}
WORKER = {'worker_received_total', 'worker_sent_total', 'worker_errors_total', 'worker_retried_total', 'worker_in_flight', 'worker_batch_size',
          'worker_batch_duration_seconds', 'worker_latency_seconds', 'worker_heartbeat_timestamp_seconds'}
SEARCH = {'search_documents', 'search_index_bytes', 'search_blocked', 'search_retried_total', 'search_stale_total'}
STORE = {'store_rows', 'store_connections', 'store_transaction_duration_seconds'}
MACHINE = {'data_dir_free_bytes', 'build_info'}
ALWAYS = QUEUE | SEARCH | STORE | MACHINE
EXPECTED = {'api': ALWAYS | {'http_requests_total', 'http_request_duration_seconds', 'search_request_duration_seconds', 'cache_misses_total',
                             'ingest_received_total', 'ingest_sent_total', 'ingest_refused_total', 'queue_buried_total'},
            'elastic-worker': ALWAYS | WORKER | {'search_request_duration_seconds'},
            'persist-worker': ALWAYS | WORKER | {'worker_erase_seconds'}}
COUNT = 2000


class Exposed:
    def __init__(self, text):
        self.text = text
        self.names = set(re.findall(r'^# TYPE tweetpulse_(\S+) ', text, re.M))
        self.series = {}
        for name, labels, value in re.findall(r'^tweetpulse_(\w+)(?:\{(.*)\})? (\S+)$', text, re.M):
            self.series[name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))] = float(value)

    def sum(self, name, **labels):
        return sum(value for (found, own), value in self.series.items() if found == name and set(labels.items()) <= own)


class Metrics(ServerTest):
    binary = BINARY

    def begin_with_ops(self):
        self.ops = {name: free_port() for name in ROLES}
        return {name: self.role(name, None if name == 'api' else name + '-1', settings=['ops.listen=127.0.0.1:%d' % self.ops[name]])
                for name in ROLES}

    def scrape(self, role):
        connection = http.client.HTTPConnection('127.0.0.1', self.ops[role], timeout=10)
        try:
            connection.request('GET', '/metrics')
            return Exposed(connection.getresponse().read().decode())
        finally:
            connection.close()

    def test_every_role_exposes_what_the_page_lists_and_it_equals_what_the_servers_hold(self):
        started = self.begin_with_ops()
        self.ready(started['api'])
        ids = self.push_until_accepted([tweet(n, author=n % 9) for n in range(1, 101)])
        self.push(b'no json\n' + ndjson([tweet(1)]))
        simulated = self.folder / 'simulated.ids'
        self.run_through('simulate', '--count', str(COUNT), '--rate', str(COUNT), '--ids', str(simulated))
        ids += simulated.read_text().split()
        self.until(self.settled)
        for path in ('/api/elastic/search?q=great', '/api/elastic/analytics/volume'):
            self.request('GET', path)
        found = {role: self.scrape(role) for role in ROLES}
        listed = set(re.findall(r'^\| `tweetpulse_(\w+)` ', (ROOT / 'docs/metrics.md').read_text(), re.M))
        for role, exposed in found.items():
            self.assertEqual(EXPECTED[role] - exposed.names, set(), role)
            self.assertEqual(exposed.names - listed, set(), role)
            self.assertLess(len(exposed.text.splitlines()), 2000)
        self.equals_the_servers(found, len(set(ids)))
        self.finish(sorted(set(ids)), started)

    def equals_the_servers(self, found, tweets):
        added = self.redis.call('XINFO', 'STREAM', 'tweets')
        entries = int(dict(zip(added[::2], added[1::2]))[b'entries-added'])
        for role, group in (('elastic-worker', 'elastic'), ('persist-worker', 'persist')):
            exposed = found[role]
            self.assertEqual(exposed.sum('worker_received_total', group=group), entries)
            self.assertEqual(exposed.sum('worker_sent_total', group=group), entries)
            self.assertEqual(exposed.sum('worker_batch_size_sum', group=group), entries)
            self.assertEqual(exposed.sum('worker_in_flight', group=group), 0)
        for exposed in found.values():
            self.assertEqual(exposed.sum('queue_durable', adapter='redis'), 1)
            self.assertEqual(exposed.sum('queue_lost_total'), 0)
            for name in ('queue_lag', 'queue_pending', 'ledger_imbalance', 'search_blocked'):
                self.assertEqual(exposed.sum(name), 0, name)
            self.assertEqual(exposed.sum('queue_dead_letters', group='ingest'), 1)
        api = found['api']
        self.assertEqual(api.sum('ingest_received_total'), api.sum('ingest_sent_total') + api.sum('ingest_refused_total'))
        self.assertEqual(api.sum('queue_buried_total', group='ingest', reason='not_json'), 1)
        rows = int(self.postgres.psql('SELECT count(*) FROM tweets')[0][0])
        self.assertGreaterEqual(rows, tweets)
        self.until(lambda: self.scrape('api').sum('store_rows', adapter='postgres') == rows, what='the statistics of the server')
        documents = lambda: self.search.request('GET', '/tweets/_count')[1]['count']
        self.until(lambda: self.scrape('elastic-worker').sum('search_documents') == documents(), what='as many documents as the server counts')

    def test_a_lost_queue_and_a_server_that_is_away_are_counted(self):
        started = self.begin_with_ops()
        self.ready(started['api'])
        self.push_until_accepted([tweet(n) for n in range(1, 51)])
        self.until(self.settled)
        self.redis.wipe()
        self.until(lambda: sum(self.scrape(role).sum('queue_lost_total') for role in ROLES) > 0,
                   what='the loss to be counted')
        self.postgres.kill9()
        self.push([tweet(n) for n in range(51, 101)])
        self.until(lambda: self.scrape('persist-worker').sum('store_errors_total', adapter='postgres') > 0, what='the error to be counted')
        self.assertGreater(self.scrape('persist-worker').sum('worker_errors_total', group='persist'), 0)
        self.postgres.start()
        self.until(self.settled)
        self.end_roles(started)


if __name__ == '__main__':
    unittest.main()
