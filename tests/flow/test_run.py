"""The whole product in one process: demo, HTTP pushes, removal, stopping."""
import re
import signal
import time
import unittest

from tests.flow.product import ProductTest, ndjson, tweet


class Demo(ProductTest):
    def test_shows_moving_numbers_within_seconds_and_ends_on_ctrl_c(self):
        process = self.start('demo')
        line = process.child.stdout.readline().decode()
        self.port = int(re.search(r'http://127\.0\.0\.1:(\d+)', line).group(1))
        self.until(lambda: self.get('/api/elastic/search', size=1)['meta']['total'] > 0, 10, 'a simulated tweet')
        first = self.get('/api/ingestion')['data']['ledger']['received']
        self.until(lambda: self.get('/api/ingestion')['data']['ledger']['received'] > first, 10, 'moving numbers')
        status, page = self.request('GET', '/', None, None, {'Accept': 'text/html'})
        self.assertEqual(status, 200)
        self.assertIn(b'<html', page)
        begun = time.monotonic()
        self.assertEqual(process.stop(signal.SIGINT), 0, process.words())
        print('demo: Ctrl-C to exit in %.2f s' % (time.monotonic() - begun))


class Run(ProductTest):
    def test_a_push_is_stored_searchable_and_counted_once(self):
        self.start_run()
        status, answer = self.push([tweet(n) for n in range(1, 51)])
        self.assertEqual((status, answer['accepted'], answer['refused']), (202, 50, []))
        self.until(self.at_rest)
        status, answer = self.push([tweet(n) for n in range(1, 51)])
        self.assertEqual((status, answer['accepted'], answer['duplicate']), (202, 0, 50))
        self.assertEqual(len(self.stored_ids()), 50)
        self.until(lambda: self.get('/api/ingestion')['data']['ledger']['received'] == 100, 10, 'the ledger')
        ledger = self.get('/api/ingestion')['data']['ledger']
        self.assertEqual((ledger['accepted'], ledger['duplicate']), (50, 50))
        self.verify([str(n) for n in range(1, 51)])

    def test_a_bad_line_of_a_push_has_its_number_and_reason(self):
        self.start_run()
        status, answer = self.push(ndjson([tweet(1)]) + b'{"id":\n' + ndjson([tweet(2)]))
        self.assertEqual((status, answer['accepted'], answer['refused']), (202, 2, [{'line': 2, 'reason': 'not_json'}]))

    def test_a_deleted_tweet_is_gone_everywhere_and_stays_gone(self):
        self.start_run()
        self.push([tweet(1), tweet(2)])
        self.until(self.at_rest)
        self.assertEqual(self.request('DELETE', '/api/tweets/1')[0], 204)
        self.assertEqual(self.request('DELETE', '/api/tweets/1')[0], 204)
        self.assertEqual(self.request('GET', '/api/tweets/1')[0], 404)
        self.until(lambda: self.get('/api/elastic/search', q='#flow', size=1)['meta']['total'] == 1)
        self.push([tweet(1)])
        self.until(self.at_rest)
        self.assertEqual(self.stored_ids(), ['2'])
        self.assertEqual(sum(h['tweets'] for h in self.get('/api/aggregations/hourly')['data']), 1)
        self.verify(['1', '2'])

    def test_what_was_answered_202_survives_kill_9(self):
        accepted = []
        for life in range(4):
            process = self.start_run()
            for batch in range(5):
                numbers = [life * 1000 + batch * 100 + n + 1 for n in range(100)]
                if self.push([tweet(n) for n in numbers])[0] == 202:
                    accepted += [str(n) for n in numbers]
            process.kill()
        self.start_run()
        self.until(self.at_rest)
        self.assertEqual(self.stored_ids(), sorted(accepted))
        self.verify(accepted)

    def test_sigterm_drains_and_exits_0(self):
        process = self.start_run()
        for batch in range(10):
            self.push([tweet(batch * 200 + n + 1) for n in range(200)])
        self.assertEqual(process.stop(), 0, process.words())
        self.run_through('replay', self.write('nothing.ndjson', b''))
        self.verify([str(n) for n in range(1, 2001)])

    def test_a_signal_that_arrives_twice_at_once_is_one_wish(self):
        for _ in range(5):
            process = self.start_run()
            process.child.send_signal(signal.SIGINT)
            process.child.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(35), 0, process.words())

    def test_a_second_process_on_the_folder_is_refused_with_the_remedy(self):
        self.start_run()
        process = self.run_through('run', code=75)
        self.assertIn('data_dir', process.words())

    def test_wrong_usage_and_configuration_have_their_codes(self):
        self.assertIn("Did you mean 'replay'", self.run_through('reply', code=2).words())
        self.assertIn('https://', self.run_through('run', code=78, ELASTICSEARCH_URL='ftp://127.0.0.1:1').words())
        self.assertIn('127.0.0.1:1', self.run_through('verify', code=69, ELASTICSEARCH_URL='http://127.0.0.1:1').words())
        self.assertIn('rediss://', self.run_through('run', code=78, REDIS_URL='amqp://127.0.0.1:1').words())
        self.assertIn('127.0.0.1:1', self.run_through('verify', code=69, REDIS_URL='redis://127.0.0.1:1').words())
        self.assertIn('127.0.0.1', self.run_through('verify', code=69, DATABASE_URL='postgresql://127.0.0.1:1/x').words())
        self.assertIn('tweetpulse run', self.run_through('elastic-worker', code=78).words())

    def test_verify_finds_no_order_where_there_is_nothing(self):
        self.assertIn('store.db does not exist', self.run_through('verify', code=78).words())
        self.assertFalse((self.folder / 'data').exists())

    def test_verify_says_what_is_wrong_and_repair_mends_it(self):
        self.run_through('replay', self.write('a.ndjson', [tweet(n) for n in range(1, 31)]))
        for suffix in ('', '-wal', '-shm'):
            (self.folder / 'data' / ('search.db' + suffix)).unlink(missing_ok=True)
        process = self.verify(code=4)
        self.assertIn('FAIL search', process.out)
        self.assertIn('30 missing', process.out)
        self.run_through('verify', '--repair')
        self.verify()

    def test_a_missing_id_fails_verify(self):
        self.run_through('replay', self.write('a.ndjson', [tweet(1)]))
        self.assertIn('1 missing', self.verify(['1', '2'], code=4).out)


if __name__ == '__main__':
    unittest.main()
