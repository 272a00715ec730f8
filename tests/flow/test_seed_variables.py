"""The variables of the seed on real servers: the same names with the same meanings, and `config show --origin` tells where each
value came from."""
import http.client
import re
import unittest

from tests.flow.product import BINARY, free_port, tweet
from tests.flow.server_fault import ServerTest
from tests.flow.servers import fields


class Variables(ServerTest):
    binary = BINARY

    def origins(self, code=0, **variables):
        """{key: (value, origin)} of `config show --origin`."""
        process = self.run_through('config', 'show', '--origin', code=code, **variables)
        found = re.findall(r'^([\w.]+) = "(.*)"  # (.*)$', process.out, re.M)
        return {key: (value, origin) for key, value, origin in found}

    def comes_from(self, name, value, *keys, shown=None):
        origins = self.origins(**{name: value})
        for key in keys:
            self.assertEqual(origins[key], (shown or value, 'environment ' + name))

    def fill(self, count, first=1):
        """Accepted tweets that no worker has read yet."""
        api = self.begin('api')
        ids = self.push_until_accepted([tweet(n) for n in range(first, first + count)])
        self.end_roles(api)
        return ids

    def work(self, role='persist-worker', settings=(), done=None, **variables):
        """A worker that is ready and has nothing left to do."""
        self.ops = free_port()
        process = self.role(role, settings=['ops.listen=127.0.0.1:%d' % self.ops, *settings], **variables)
        self.until(lambda: self.ask_ops('/readyz')[0] == 200, what=role + ' to be ready')
        self.until(lambda: done() if done else self.waiting(role.split('-')[0]) == 0, what='rest of ' + role)
        return process

    def ask_ops(self, path):
        connection = http.client.HTTPConnection('127.0.0.1', self.ops, timeout=10)
        try:
            connection.request('GET', path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def refused(self, role, name, value):
        process = self.run_through(role, code=78, **{name: value})
        self.assertIn(name, process.words())
        return process.words()

    def test_database_url_in_the_form_of_the_seed(self):
        url = self.postgres.url.replace('postgresql://', 'postgresql+asyncpg://') + '?ssl=prefer'
        self.comes_from('DATABASE_URL', url, 'store.url', shown='(redacted)')
        ids = self.fill(20)
        self.end_roles({'worker': self.work(DATABASE_URL=url)})
        self.assertEqual(self.stored(), sorted(ids))
        self.refused('persist-worker', 'DATABASE_URL', 'mysql://h/d')

    def test_elasticsearch_url(self):
        self.comes_from('ELASTICSEARCH_URL', self.search.url, 'search.url', shown='(redacted)')
        ids = self.fill(20)
        self.end_roles({'worker': self.work('elastic-worker', ELASTICSEARCH_URL='http://127.0.0.1:1,' + self.search.url)})
        self.assertEqual(sorted(hit['_id'] for hit in self.documents()), sorted(ids))
        self.refused('elastic-worker', 'ELASTICSEARCH_URL', 'localhost:9200')

    def test_redis_url(self):
        self.comes_from('REDIS_URL', self.redis.url, 'queue.url', 'coordination.url', 'feed.url', shown='(redacted)')
        ids = self.fill(20)
        self.assertEqual(sorted(self.queued_ids()), sorted(ids))
        self.assertTrue(self.redis.call('KEYS', 'tweets:seen:*'))
        self.refused('api', 'REDIS_URL', 'memcached://h')

    def test_worker_id_is_the_name_of_the_consumer_and_of_one_worker_alone(self):
        self.comes_from('WORKER_ID', 'desk-7', 'worker.id')
        self.fill(5)
        worker = self.work(WORKER_ID='desk-7')
        consumers = [fields(c)['name'] for c in self.redis.call('XINFO', 'CONSUMERS', 'tweets', 'persist')]
        self.assertEqual(consumers, [b'desk-7'])
        second = self.run_through('persist-worker', code=75, WORKER_ID='desk-7')
        self.assertRegex(second.words(), r'desk-7 is in use by \S+')
        worker.kill()  # the same name at once after a death
        self.fill(5, first=100)
        self.end_roles({'again': self.work(WORKER_ID='desk-7')})
        # Without it every worker of a host has a slot of its own.
        free = [self.work('persist-worker') for _ in range(2)]
        consumers = {fields(c)['name'].decode() for c in self.redis.call('XINFO', 'CONSUMERS', 'tweets', 'persist')} - {'desk-7'}
        self.assertEqual(sorted(name[-10:] for name in consumers), ['-persist-0', '-persist-1'])
        self.end_roles(dict(enumerate(free)))

    def test_batch_size_is_the_most_that_one_batch_holds(self):
        self.comes_from('BATCH_SIZE', '7', 'elastic_worker.batch_size', 'persist_worker.batch_size')
        self.fill(100)
        worker = self.work(BATCH_SIZE='7')
        page = self.ask_ops('/metrics')[1]
        self.assertIn('tweetpulse_worker_batch_size_sum{group="persist"} 100\n', page)
        self.assertGreaterEqual(int(re.search(r'_batch_size_count\{group="persist"\} (\d+)', page)[1]), 15)
        self.end_roles({'worker': worker})
        self.assertIn('1..10000', self.refused('persist-worker', 'BATCH_SIZE', '0'))

    def test_batch_timeout_is_seconds_or_a_duration_and_holds_no_tweet_back_when_nothing_comes(self):
        self.comes_from('BATCH_TIMEOUT', '10.0', 'elastic_worker.batch_timeout', 'persist_worker.batch_timeout')
        self.comes_from('BATCH_TIMEOUT', '250ms', 'persist_worker.batch_timeout')
        started = self.begin(BATCH_TIMEOUT='300.0', BATCH_SIZE='10000')
        self.finish(self.push_until_accepted([tweet(1)]), started)
        for wrong in ('0', '301', 'soon'):
            self.refused('persist-worker', 'BATCH_TIMEOUT', wrong)

    def test_enable_aggregations(self):
        self.comes_from('ENABLE_AGGREGATIONS', 'off', 'persist_worker.aggregations')
        ids = self.fill(30)
        self.end_roles({'worker': self.work(ENABLE_AGGREGATIONS='false')})
        self.assertEqual(self.stored(), sorted(ids))
        hours = 'SELECT coalesce(sum(tweets), 0) FROM tweet_aggregations'
        self.assertEqual(self.postgres.psql(hours), [('0',)])
        self.end_roles({'worker': self.work(ENABLE_AGGREGATIONS='yes')})  # what was left out is counted now
        self.assertEqual(self.postgres.psql(hours), [('30',)])
        self.refused('persist-worker', 'ENABLE_AGGREGATIONS', 'perhaps')

    def stream_without_groups(self):
        """What another program has left: entries, and nothing of ours."""
        ids = self.fill(10)
        for group in ('elastic', 'persist'):
            self.redis.call('XGROUP', 'DESTROY', 'tweets', group)
        self.redis.call('DEL', 'tweets:epoch')
        return ids

    def test_stream_start_from_the_end_skips_what_is_there_and_says_so(self):
        self.comes_from('STREAM_START_FROM', '$', 'queue.start_from')
        self.stream_without_groups()
        worker = self.work(STREAM_START_FROM='$  # only what comes from now on')
        self.assertRegex(worker.words(), r'skips what was there.*entries\W+10\b')
        ids = self.fill(3, first=100)
        self.until(lambda: self.stored() == sorted(ids), what='the new ones')
        self.end_roles({'worker': worker})

    def test_a_flag_stands_above_them_and_a_file_below(self):
        self.configuration.write_text(self.configuration.read_text() + '[worker]\nid = "of-the-file"\n')
        self.assertRegex(self.origins()['worker.id'][1], r'flow\.toml:\d+')
        self.assertEqual(self.origins(WORKER_ID='of-the-environment')['worker.id'], ('of-the-environment', 'environment WORKER_ID'))
        process = self.run_through('config', 'show', '--origin', settings=['worker.id=of-the-flag'], WORKER_ID='of-the-environment')
        self.assertIn('worker.id = "of-the-flag"  # flag --set', process.out)


if __name__ == '__main__':
    unittest.main()
