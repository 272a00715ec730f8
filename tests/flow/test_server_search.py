"""Faults of the search server, on a real OpenSearch and with scripted answers: F8-F12 F22 F32 of the fault table."""
import random
import signal
import time
import unittest

from tests.flow.fault import LOAD, must_fail_with
from tests.flow.product import free_port
from tests.flow.scripted_elastic import ScriptedElastic, failure
from tests.flow.server_fault import Load, ServerTest, outage


class Down(ServerTest):
    def away(self, stop, start):
        """The store does not notice that the index is away."""
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(lambda: len(self.stored()) > 100)
        stop()
        time.sleep(outage(60))
        self.until(lambda: self.waiting('persist') < 1000, 30, 'the store to go on')
        self.assertGreater(self.waiting('elastic'), self.waiting('persist'))
        start()
        self.finish(load.wait(), started)

    def test_f8_it_stands_still(self):
        self.addCleanup(self.search.go_on)
        self.away(self.search.pause, self.search.go_on)

    def test_f8_it_is_killed(self):
        self.away(self.search.kill9, self.search.start)

    @must_fail_with(bulk_status_only='group elastic waits for nothing')
    def test_f11_it_is_read_only(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(lambda: len(self.stored()) > 100)
        block = {'index.blocks.write': True}
        self.assertEqual(self.search.request('PUT', '/tweets/_settings', block)[0], 200)
        time.sleep(max(2, outage(10)))
        self.assertGreater(self.waiting('elastic'), 0, 'group elastic waits for nothing')
        self.assertTrue(started['elastic-worker'].running())
        block['index.blocks.write'] = None
        self.assertEqual(self.search.request('PUT', '/tweets/_settings', block)[0], 200)
        self.finish(load.wait(), started)

    def test_f32_it_is_away_for_so_long_that_the_queue_is_full(self):
        self.environment = {**self.environment, 'TWEETPULSE_QUEUE_MAX_BYTES': '%dMB' % LOAD}
        started = self.begin()
        self.search.pause()
        self.addCleanup(self.search.go_on)
        accepted = Load(self, 6000 * LOAD).wait()  # more than the queue holds
        self.until(lambda: self.waiting('persist') == 0, 60, 'the store')
        self.assertEqual(set(accepted) - set(self.stored()), set())
        self.assertEqual(self.metric('queue_parked', group='elastic'), 1)
        self.assertIn(b'search is behind', self.request('GET', '/readyz', {'verbose': 'true'})[1])
        self.search.go_on()
        self.until(lambda: self.metric('queue_parked', group='elastic') == 0, 60, 'search to read on')
        self.finish(accepted, started)


class Scripted(ServerTest):
    """The real server behind a proxy that gives chosen requests and items other answers."""
    def setUp(self):
        super().setUp()
        self.proxy = self.through(ScriptedElastic(self.search.port), 'ELASTICSEARCH_URL')
        self.dice = random.Random(9)

    @must_fail_with(bulk_status_only='dead letters of a worker')
    def test_f9_mixed_answers_of_a_bulk(self):
        ids = self.queued(900 * LOAD)
        rotten = set(self.dice.sample(ids, 7))
        refusals = {}

        def item(action, _):
            (_, target), = action.items()
            id = target.get('_id')
            if id in rotten:
                return 400
            # Each document is refused at most twice, by another status each time.
            if id in ids_of_trouble and refusals.get(id, 0) < 2:
                refusals[id] = refusals.get(id, 0) + 1
                return self.dice.choice((429, 503, 500, 404))
            return None

        ids_of_trouble = set(self.dice.sample(ids, len(ids) // 5)) - rotten
        self.proxy.item = item
        self.proxy.cut_next(3)
        started = self.begin()
        self.until(self.settled, 90, 'rest')
        self.assertGreater(len(refusals), len(ids_of_trouble) * 9 // 10)
        self.assertEqual({id for _, id in self.letters_of('elastic')}, rotten, 'dead letters of a worker')
        self.assertEqual(self.letters_of('persist'), [])
        self.proxy.item = None
        self.verify(ids)
        self.end_roles(started)

    def test_f9_conflicts_are_settled(self):
        ids = self.queued(300)
        self.drain()
        self.proxy.item = lambda action, _: 409
        ids += self.queued(301)
        started = self.begin()
        self.until(self.settled, 60, 'rest')
        self.assertEqual(self.letters_of('elastic'), [])
        self.proxy.item = None
        self.end_roles(started)
        self.assertIn('FAIL search', self.verify(ids, code=4).out)  # the real index never saw them
        self.run_through('verify', '--repair')
        self.verify(ids)

    @must_fail_with(bulk_status_only='group elastic waits for nothing')
    def test_f10_too_many_requests(self):
        ids = self.queued(1500 * LOAD)
        self.proxy.item = lambda action, _: 429
        begun = time.monotonic()
        started = self.begin()
        self.until(lambda: self.waiting('persist') == 0, 60, 'the store to go on')
        before = self.rss_mb(started['elastic-worker'])
        time.sleep(max(3, outage(20) - (time.monotonic() - begun)))
        last = self.proxy.count('_bulk', time.monotonic() - 2)
        self.assertGreater(self.proxy.count('_bulk'), 2)
        self.assertLess(last, 2 * 20, 'the rate of requests does not fall')
        self.assertLess(self.rss_mb(started['elastic-worker']), before + 32)
        self.assertGreater(self.waiting('elastic'), 0, 'group elastic waits for nothing')
        self.proxy.item = None
        self.finish(ids, started)

    def test_f10_the_whole_request_is_refused(self):
        ids = self.queued(300 * LOAD)
        self.proxy.request = lambda method, path: failure(429) if '_bulk' in path else None
        started = self.begin()
        self.until(lambda: self.proxy.count('_bulk') > 3)
        self.proxy.request = None
        self.finish(ids, started)

    def test_f9_too_large_is_halved(self):
        ids = self.queued(300 * LOAD)
        refused = []

        def request(method, path):
            if '_bulk' in path and len(refused) < 5:
                refused.append(path)
                return failure(413)
            return None
        self.proxy.request = request
        self.finish(ids, self.begin())
        self.assertEqual(len(refused), 5)

    def refuses(self, status, path=''):
        """Requests whose path holds this are refused, as after a change of the password or of a role."""
        ops = free_port()
        ids = self.queued(600 * LOAD)
        started = self.begin('api', 'persist-worker')
        started['elastic-worker'] = self.role('elastic-worker', 'elastic-1', settings=['ops.listen=127.0.0.1:%d' % ops])
        self.until(lambda: self.waiting('elastic') == 0 and self.waiting('persist') == 0)
        self.proxy.request = lambda method, asked: failure(status) if path in asked else None
        ids += [str(n) for n in range(1, 501)]
        self.push_until_accepted([{'id': str(n), 'text': 'One more', 'created_at': '2026-03-01T12:00:00Z', 'author': {'id': '1', 'username': 'a'}}
                                  for n in range(1, 501)])
        own, self.port = self.port, ops
        self.until(lambda: self.request('GET', '/readyz')[0] == 503 or self.waiting('elastic') == 0, 30, '/readyz of the worker to say 503')
        self.port = own
        time.sleep(max(2, outage(10)))
        asked = self.proxy.count('_bulk', time.monotonic() - 1)
        self.assertLess(asked, 12, 'it asks again and again')
        self.assertEqual(self.letters_of('elastic'), [], 'dead letters of a worker')
        self.assertGreater(self.waiting('elastic'), 0)
        self.proxy.request = None
        self.finish(ids, started)

    def test_f12_wrong_password(self):
        self.refuses(401)

    @must_fail_with(bury_on_401='many dead letters|dead letters of a worker')
    def test_f12_no_permission(self):
        self.refuses(403, '_bulk')

    def test_f12_refused_from_the_start(self):
        """Credentials that never worked are configuration, not weather: one line that names the variable."""
        for status, part in ((401, ''), (403, '_index_template')):
            self.proxy.request = lambda method, path: failure(status) if part in path else None
            for role in ('elastic-worker', 'api'):
                words = self.run_through(role, code=78, seconds=20).words()
                self.assertRegex(words, r'\b%d\b.*ELASTICSEARCH_URL.*user' % status)
                self.assertEqual(len([line for line in words.splitlines() if 'ELASTICSEARCH_URL' in line]), 1, words)

    def test_f12_away_at_the_start(self):
        """A server that is away is waited for."""
        ids = self.queued(50)
        self.proxy.request = lambda method, path: failure(503)
        worker = self.role('elastic-worker', 'elastic-worker-1')
        self.until(lambda: self.proxy.count('/') > 4)
        self.assertTrue(worker.running(), worker.words())
        self.proxy.request = None
        self.finish(ids, {'elastic-worker': worker, **self.begin('api', 'persist-worker')})


class Holder(ServerTest):
    def rollup(self):
        """{_id: tweets} of the index of hours."""
        self.search.request('POST', '/tweet_aggregations/_refresh')
        _, answer = self.search.request('POST', '/tweet_aggregations/_search', {'size': 10000})
        return {hit['_id']: hit['_source'].get('tweets') for hit in answer.get('hits', {}).get('hits', ())}

    def hours(self):
        rows = self.postgres.psql('SELECT sum(tweets), count(*) FROM tweet_aggregations WHERE tweets <> 0')
        return int(rows[0][0] or 0), int(rows[0][1])

    def until_rolled_up(self):
        def equal():
            found = [count for count in self.rollup().values() if count]
            return self.settled() and (sum(found), len(found)) == self.hours()
        self.until(equal, 60 if LOAD > 1 else 12, 'the roll-up')

    def holder(self):
        """(key, its holder and token)"""
        key, = self.redis.call('KEYS', '*index-keeper')
        return key, self.redis.call('GET', key)

    def change_of_holder(self):
        """Its lease runs out while the holder is paused; in `make test` nobody waits for that."""
        key, held = self.holder()
        if LOAD == 1:
            self.redis.call('PEXPIRE', key, 1)
        self.until(lambda: self.redis.call('GET', key) not in (held, None), 90, 'another holder')

    @must_fail_with(increment_rollup='the roll-up')
    def test_f22_the_holder_of_a_lock_is_paused(self):
        ids = self.queued(600 * LOAD)
        started = self.begin('api', 'elastic-worker', 'persist-worker')
        self.until_rolled_up()
        started['second'] = self.role('elastic-worker', 'elastic-worker-2')
        started['elastic-worker'].child.send_signal(signal.SIGSTOP)
        self.change_of_holder()
        ids += self.queued(600 * LOAD + 50)
        self.until_rolled_up()
        started['elastic-worker'].child.send_signal(signal.SIGCONT)
        time.sleep(3)
        self.until_rolled_up()
        self.finish(sorted(set(ids)), started)


if __name__ == '__main__':
    unittest.main()
