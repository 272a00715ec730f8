"""`tweetpulse doctor` on real servers: a line for each check, in good and bad states, and nothing changed by looking."""
import json
import unittest

from tests.flow.product import BINARY, tweet
from tests.flow.scripted_elastic import ScriptedElastic, failure
from tests.flow.server_fault import ServerTest


class Doctor(ServerTest):
    binary = BINARY

    def doctor(self, code=0, *arguments, **more):
        """{name: line}"""
        process = self.run_through('doctor', '--json', *arguments, code=code, **more)
        lines = {line['name']: line for line in json.loads(process.out)}
        for line in lines.values():
            self.assertEqual(line['remedy'] == '', line['verdict'] == 'PASS', line)
        return lines

    def verdicts(self, lines, verdict):
        return {name for name, line in lines.items() if line['verdict'] == verdict}

    def set_redis(self, **settings):
        for name, value in settings.items():
            name = name.replace('_', '-')
            self.addCleanup(self.redis.call, 'CONFIG', 'SET', name, self.redis.call('CONFIG', 'GET', name)[1])
            self.redis.call('CONFIG', 'SET', name, value)

    def set_postgres(self, statement, undo):
        for sql in (statement, 'SELECT pg_reload_conf()'):
            self.postgres.psql(sql)
        self.addCleanup(lambda: [self.postgres.psql(sql, 'postgres') for sql in (undo, 'SELECT pg_reload_conf()')])

    def filled(self):
        started = self.begin()
        self.finish(self.push_until_accepted([tweet(n) for n in range(1, 21)]), started)


class Good(Doctor):
    def test_empty_servers_are_looked_at_and_left_as_they_were(self):
        lines = self.doctor()
        self.assertEqual(self.verdicts(lines, 'WARN'), {'redis memory', 'postgres schema'})  # no maxmemory; no tables yet
        for name in ('queue', 'search template', 'search tweets', 'search tweet_aggregations'):
            self.assertIn('not made yet', lines[name]['found'])
        self.assertEqual(self.redis.call('DBSIZE'), 0)
        self.assertEqual(self.postgres.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), [('0',)])
        self.assertEqual(self.search.indexes(), [])

    def test_servers_at_work_pass(self):
        self.set_redis(maxmemory='3gb')
        self.filled()
        lines = self.doctor()
        self.assertEqual(self.verdicts(lines, 'WARN'), set())
        for group in ('elastic', 'persist'):
            self.assertEqual(lines['group ' + group]['found'], 'lag 0, pending 0, dead letters 0')
        self.assertEqual(lines['search tweets']['found'], 'tweets-v1-000001')
        self.assertEqual(lines['redis filter']['found'], 'RedisBloom')

    def test_it_prints_a_line_a_check(self):
        out = self.run_through('doctor').out.splitlines()
        for line in out:
            self.assertRegex(line, r'^(PASS  [^>]*|WARN  .*  ->  .+)$')
        self.assertGreater(len(out), 30)


class Bad(Doctor):
    def test_a_weak_redis_is_a_warning_and_a_fail_where_durability_is_demanded(self):
        self.set_redis(appendfsync='everysec')
        self.assertIn('CONFIG SET appendfsync always', self.doctor()['redis durability']['remedy'])
        demanded = self.doctor(1, settings=['queue.require_durable=true'])
        self.assertEqual(self.verdicts(demanded, 'FAIL'), {'redis durability'})

    def test_an_evicting_redis_fails(self):
        self.set_redis(maxmemory='200mb', maxmemory_policy='allkeys-lru')
        lines = self.doctor(1)
        self.assertEqual(self.verdicts(lines, 'FAIL'), {'redis eviction'})
        self.assertEqual(lines['redis memory']['verdict'], 'WARN')

    def test_a_postgres_that_may_lose_commits_is_told(self):
        self.postgres.psql('ALTER DATABASE tweetpulse SET synchronous_commit = off')
        self.assertEqual(self.doctor()['postgres durability']['verdict'], 'WARN')
        self.assertEqual(self.verdicts(self.doctor(1, settings=['queue.require_durable=true']), 'FAIL'), {'postgres durability'})
        self.set_postgres('ALTER SYSTEM SET fsync = off', 'ALTER SYSTEM RESET fsync')
        self.until(lambda: self.postgres.psql('SHOW fsync') == [('off',)])
        self.assertIn('fsync off', self.doctor(1)['postgres durability']['found'])

    def test_a_postgres_that_takes_no_writes_fails(self):
        self.filled()
        self.postgres.psql('ALTER DATABASE tweetpulse SET default_transaction_read_only = on')
        self.assertEqual(self.verdicts(self.doctor(1), 'FAIL'), {'postgres writes'})

    def test_a_user_without_rights_is_told(self):
        self.filled()
        self.postgres.psql('CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader')
        self.addCleanup(lambda: self.postgres.psql('DROP OWNED BY reader; DROP ROLE reader'))
        lines = self.doctor(1, DATABASE_URL=self.postgres.url.replace('postgres@', 'reader@'))
        self.assertEqual(self.verdicts(lines, 'FAIL'), {'postgres writes'})
        self.assertIn('GRANT', lines['postgres writes']['remedy'])

    def test_a_database_in_another_encoding_fails(self):
        self.postgres.wipe()
        self.postgres.psql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", 'postgres')
        self.addCleanup(self.postgres.psql, 'DROP DATABASE latin', 'postgres')
        lines = self.doctor(78, DATABASE_URL=self.postgres.url.replace('/tweetpulse', '/latin'))
        self.assertEqual(self.verdicts(lines, 'FAIL'), {'postgres'})
        self.assertIn("ENCODING 'UTF8'", lines['postgres']['found'])

    def test_a_blocked_index_fails(self):
        self.filled()
        self.search.request('PUT', '/tweets/_settings', {'index.blocks.read_only_allow_delete': True})
        lines = self.doctor(1)
        self.assertEqual(self.verdicts(lines, 'FAIL'), {'search blocks'})
        self.assertEqual(lines['search blocks']['found'], 'tweets-v1-000001: index.blocks.read_only_allow_delete')

    def test_a_cluster_that_takes_no_writes_fails(self):
        def block(value):
            self.search.request('PUT', '/_cluster/settings', {'transient': {'cluster.blocks.read_only': value}})
        self.addCleanup(block, None)
        block(True)
        self.assertEqual(self.verdicts(self.doctor(1), 'FAIL'), {'search blocks', 'search writes'})

    def test_what_the_search_server_has_lost_or_has_of_another_version_is_a_warning(self):
        self.filled()
        self.search.request('DELETE', '/tweets-v1-000001/_alias/tweets')
        self.search.request('PUT', '/_index_template/tweets-v1', {'index_patterns': ['tweets-v1-*'], 'priority': 200, 'version': 77})
        lines = self.doctor()
        self.assertEqual(lines['search tweets']['found'], 'no alias')
        self.assertIn('version 77, ours is 1', lines['search template']['found'])

    def test_dead_letters_are_a_warning(self):
        started = self.begin()
        self.push(b'no json\n')
        self.end_roles(started)
        self.assertEqual(self.doctor()['refused input']['found'], '1 lines')


class Reach(Doctor):
    def test_a_server_that_is_away_has_its_code_and_the_rest_is_looked_at(self):
        for variable, name, url in (('REDIS_URL', 'redis', 'redis://127.0.0.1:1'), ('ELASTICSEARCH_URL', 'search', 'http://127.0.0.1:1'),
                                    ('DATABASE_URL', 'postgres', 'postgresql://postgres@127.0.0.1:1/tweetpulse')):
            lines = self.doctor(69, **{variable: url})
            self.assertEqual(self.verdicts(lines, 'FAIL'), {name})
            self.assertIn('127.0.0.1:1', lines[name]['found'])
            self.assertGreater(len(lines), 25)

    def test_a_wrong_login_is_a_wrong_setting(self):
        elastic = ScriptedElastic(self.search.port)
        elastic.request = lambda *_: failure(401)
        self.addCleanup(elastic.end)
        for variable, name, url in (('REDIS_URL', 'redis', self.redis.url.replace('//', '//nobody:geheim@')),
                                    ('DATABASE_URL', 'postgres', self.postgres.url.replace('/tweetpulse', '/nothing')),
                                    ('ELASTICSEARCH_URL', 'search', 'http://nobody:geheim@127.0.0.1:%d' % elastic.port)):
            process = self.run_through('doctor', code=78, **{variable: url})
            self.assertNotIn('geheim', process.out)
            self.assertRegex(process.out, r'(?m)^FAIL  %s ' % name)


if __name__ == '__main__':
    unittest.main()
