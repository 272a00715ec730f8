"""The roles as processes of their own on a real Redis, PostgreSQL and OpenSearch; each of them killed; any mix of adapters."""
import itertools
import time
import unittest

from tests.flow.fault import LOAD
from tests.flow.product import BINARY, tweet
from tests.flow.server_fault import Load, ServerTest
from tests.flow.servers import Redis

URLS = ('REDIS_URL', 'DATABASE_URL', 'ELASTICSEARCH_URL')


class Roles(ServerTest):
    binary = BINARY

    def all_roles(self):
        started = self.begin('api')
        for group in ('elastic', 'persist'):
            for number in (1, 2):
                started['%s-%d' % (group, number)] = self.role(group + '-worker', '%s-%d' % (group, number))
        return started

    def restart(self, started, name):
        started[name].kill()
        started[name] = self.role('api') if name == 'api' else self.role(name.split('-')[0] + '-worker', name)

    def test_every_role_is_killed_in_turn(self):
        started = self.all_roles()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for name in ('elastic-1', 'persist-1', 'api', 'elastic-2', 'persist-2'):
            self.restart(started, name)
            time.sleep(0.2)
        load.kill_replay()
        self.ready(started['api'])
        ids = self.push_until_accepted([tweet(10**7 + n) for n in range(100)])
        self.finish(sorted({*load.wait(), *ids}), started)

    def test_every_server_is_killed_in_turn(self):
        started = self.all_roles()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for server in self.servers.all:
            time.sleep(0.5)
            server.kill9()
            time.sleep(0.5)
            server.start()
        self.finish(load.wait(), started)

    def test_what_was_sent_twice_counts_once(self):
        started = self.all_roles()
        ids = Load(self, 3000).wait()
        self.until(self.settled)
        again = self.start('replay', self.write('copy.ndjson', (self.folder / 'feed.ndjson').read_bytes()))
        self.assertEqual(again.wait(60), 3, again.words())
        self.finish(ids, started)

    def test_run_holds_all_roles_too(self):
        process = self.start_run()
        ids = self.push_until_accepted([tweet(n) for n in range(1, 501)])
        self.finish(ids, {'api': process})

    def test_many_that_start_at_once_on_an_empty_database_agree_who_makes_it(self):
        for attempt in range(4):
            self.postgres.wipe()
            started = {n: self.role('persist-worker', 'p-%d-%d' % (attempt, n)) for n in range(4)}
            time.sleep(0.8)
            for process in started.values():
                self.assertTrue(process.running(), process.words())
            self.end_roles(started)

    def test_a_worker_waits_for_servers_that_start_after_it(self):
        self.redis.kill9()
        self.postgres.kill9()
        started = {'persist-worker': self.role('persist-worker', 'p'), 'elastic-worker': self.role('elastic-worker', 'e')}
        time.sleep(1)
        self.redis.start()
        self.postgres.start()
        started.update(self.begin('api'))
        self.finish(self.push_until_accepted([tweet(n) for n in range(1, 101)]), started)

    def test_roles_that_start_while_the_search_server_is_away_do_all_else(self):
        self.search.pause()
        self.addCleanup(self.search.go_on)
        started = {name: self.role(name, name + '-1') for name in ('elastic-worker', 'persist-worker')}
        started['api'] = self.role('api')
        ids = self.push_until_accepted([tweet(n) for n in range(1, 101)])
        self.until(lambda: self.waiting('persist') == 0, 60, 'the store')
        self.assertEqual(self.stored(), sorted(ids))
        self.assertEqual(self.waiting('elastic'), len(ids))
        self.search.go_on()
        self.ready(started['api'])
        self.finish(ids, started)


class Durability(ServerTest):
    binary = BINARY

    def beside(self, *options):
        server = Redis(self.folder / 'redis', options)
        self.addCleanup(server.end)
        server.start()
        self.redis, self.environment['REDIS_URL'] = server, server.url
        return server

    def starts_weak(self):
        started = self.begin()
        self.assertIn('appendonly', started['api'].words())  # the remedy
        self.assertEqual(self.get('/api/ingestion')['data']['queue']['durability'], 'weak')
        self.finish(self.push_until_accepted([tweet(n) for n in range(1, 101)]), started)

    def test_a_durable_redis_is_full(self):
        started = self.begin()
        self.assertEqual(self.get('/api/ingestion')['data']['queue']['durability'], 'full')
        self.assertNotIn('appendonly', started['api'].words())
        self.end_roles(started)

    def test_a_default_redis_starts_weak_and_is_refused_where_that_is_asked(self):
        self.beside()
        self.starts_weak()
        for role in ('api', 'elastic-worker', 'persist-worker', 'simulate'):
            process = self.run_through(role, '--require-durable', code=78)
            self.assertIn('CONFIG SET', process.words())
        self.run_through('api', code=78, settings=['queue.require_durable=true'])

    def test_a_redis_that_answers_no_config_is_weak(self):
        self.beside('--rename-command', 'CONFIG', '')
        started = self.begin()
        self.assertEqual(self.get('/api/ingestion')['data']['queue']['durability'], 'weak')
        self.end_roles(started)
        self.run_through('api', '--require-durable', code=78)

    def test_an_evicting_redis_is_always_refused(self):
        self.beside('--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru')
        for role in ('api', 'elastic-worker', 'persist-worker', 'simulate'):
            self.assertIn('noeviction', self.run_through(role, code=78).words())

    def test_the_local_filter_stands_in_where_the_module_is_absent(self):
        server = self.beside('--appendonly', 'yes', '--appendfsync', 'always')
        server.kill9()
        server.module = False
        server.start()
        started = self.begin()
        tweets = [tweet(n) for n in range(1, 101)]
        ids = self.push_until_accepted(tweets)
        self.until(self.settled)
        self.assertEqual(self.push(tweets)[1]['duplicate'], 100)
        self.finish(ids, started)


class Mixes(ServerTest):
    """Each of the three is embedded or a server."""
    binary = BINARY

    def mix(self, servers):
        self.environment = {name: url for name, url in self.environment.items() if name not in URLS or name in servers}
        self.start_run()
        tweets = [tweet(n) for n in range(1, 301)]
        ids = self.push_until_accepted(tweets)
        self.until(self.at_rest)
        self.assertEqual(self.push(tweets)[1]['duplicate'], 300)
        self.until(lambda: self.get('/api/elastic/search', size=1)['meta']['total'] == 300)
        self.assertEqual(self.stored_ids(), sorted(ids))
        self.assertEqual(self.processes[-1].stop(), 0, self.processes[-1].words())
        self.verify(ids)


def named(servers):
    return '_and_'.join(name.split('_')[0].lower() for name in servers) or 'nothing'


for chosen in itertools.chain.from_iterable(itertools.combinations(URLS, count) for count in range(4)):
    setattr(Mixes, 'test_servers_for_' + named(chosen), lambda self, chosen=chosen: self.mix(chosen))


class Commands(ServerTest):
    binary = BINARY

    def test_roles_on_the_embedded_queue_are_refused(self):
        for name in URLS:
            del self.environment[name]
        for role in ('elastic-worker', 'persist-worker', 'api'):
            self.assertIn('tweetpulse run', self.run_through(role, code=78).words())

    def test_a_wrong_password_and_a_server_that_is_not_there_have_their_codes(self):
        self.assertIn('127.0.0.1:1', self.run_through('verify', '--wait', '0s', code=69, REDIS_URL='redis://127.0.0.1:1').words())
        # Wrong credentials are configuration, not weather.
        self.run_through('verify', '--wait', '0s', code=78, REDIS_URL=self.redis.url.replace('//', '//nobody:secret@'))

    def test_the_aliases_of_the_seed_are_roles(self):
        started = {'api': self.begin('api')['api'], 'elastic_worker': self.role('elastic_worker'), 'persist_worker': self.role('persist_worker')}
        self.finish(self.push_until_accepted([tweet(n) for n in range(1, 51)]), started)


if __name__ == '__main__':
    unittest.main()
