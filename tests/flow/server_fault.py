"""What fault tests on real servers share: the roles as processes of their own, a mixed load, and the end that every test must come to."""
import json
import pathlib

from tests.flow.fault import LOAD, FaultTest
from tests.flow.product import ndjson, tweet
from tests.flow.servers import fields, shared

ROLES = ('api', 'elastic-worker', 'persist-worker')
RATE = 2000  # tweets a second of the load, so that a fault meets it
BAD = (b'{"id":\n', b'{"id":"77","created_at":"2026-03-01T12:00:00Z"}\n', b'not json\n')


def outage(seconds):
    """The time of the table at full load, a tenth of it in `make test`."""
    return seconds if LOAD > 1 else seconds / 10


class Load:
    """Sources at work: `simulate` and a file with repeated, late and bad lines."""
    def __init__(self, test, count, **more):
        self.test, self.count = test, count
        self.file_ids = [str(n) for n in range(1, count * 2 // 5 + 1)]
        self.file = test.write('feed.ndjson', feed(len(self.file_ids)))
        self.simulated = test.folder / 'simulated.ids'
        self.more, self.codes = more, (3,)
        self.replay = self.start_replay()
        self.simulate = test.start('simulate', '--count', str(count - len(self.file_ids)), '--rate', str(RATE), '--ids', str(self.simulated), **more)

    def start_replay(self):
        return self.test.start('replay', self.file, '--speed', 'max', **self.more)

    def kill_replay(self):
        self.replay.kill()
        self.codes = (0, 3)  # the bad lines may be behind it
        self.replay = self.start_replay()

    def begun(self):
        return self.simulated.exists() and self.simulated.stat().st_size > 0

    def wait(self, seconds=180):
        """The ids that were accepted."""
        self.test.assertEqual(self.simulate.wait(seconds), 0, self.simulate.words())
        self.test.assertIn(self.replay.wait(seconds), self.codes, self.replay.words())
        return self.ids()

    def ids(self):
        return sorted(set(self.simulated.read_text().split()) | set(self.file_ids))


def feed(count):
    """Lines of a file: 5 % come twice, 2 % are of last year, one in a thousand is bad."""
    lines = []
    for n in range(1, count + 1):
        lines.append(ndjson([tweet(n, created='2025-02-01T%02d:00:00.000Z' % (n % 24) if n % 50 == 0 else '2026-03-01T%02d:00:00.000Z' % (n % 24),
                                   author=n % 90)]))
        if n % 20 == 0:
            lines.append(lines[-1 - n % 7])
        if n % 1000 == 500 or n == 100:
            lines.append(BAD[n // 500 % len(BAD)])
    return b''.join(lines)


class ServerTest(FaultTest):
    """The shared servers, emptied before each test."""
    claim_after = '2s'

    def setUp(self):
        super().setUp()
        self.servers = shared()
        self.servers.wipe()
        self.redis, self.postgres, self.search = self.servers.all
        self.environment = {**self.environment, **self.servers.environment()}
        self.configuration.write_text(self.configuration.read_text() + '[queue]\nclaim_after = "%s"\n[search]\nrollup_every = "1s"\n' % self.claim_after)

    def through(self, proxy, variable):
        """The server of this variable is reached through the proxy from now on."""
        url = self.environment[variable]
        server = {'REDIS_URL': self.redis, 'DATABASE_URL': self.postgres, 'ELASTICSEARCH_URL': self.search}[variable]
        self.environment[variable] = url.replace(':%d' % server.port, ':%d' % proxy.port)
        self.addCleanup(proxy.end)
        return proxy

    def role(self, name, id=None, **more):
        if id:
            more['WORKER_ID'] = id
        return self.start(name, **more)

    def begin(self, *roles, **more):
        """{role: process}, the API ready when it is among them."""
        started = {name: self.role(name, None if name == 'api' else name + '-1', **more) for name in roles or ROLES}
        if 'api' in started:
            self.ready(started['api'])
        return started

    def ready(self, api, seconds=60):
        self.until(lambda: not api.running() or self.request('GET', '/readyz')[0] == 200, seconds, '/readyz')
        self.assertTrue(api.running(), api.words())

    def groups(self):
        """{name: fields} of the stream, asked of Redis itself."""
        return {name: self.redis.group(name) for name in ('elastic', 'persist')}

    def waiting(self, name):
        """Entries that the group has not settled."""
        group = self.redis.group(name)
        # After a restart from its log Redis counts entries-read too low, and lag too high, for ever.
        if group['last-delivered-id'] == fields(self.redis.call('XINFO', 'STREAM', 'tweets'))['last-generated-id']:
            return int(group['pending'])
        return int(group['lag'] if group['lag'] is not None else 10**9) + int(group['pending'])

    def settled(self):
        return self.waiting('elastic') == 0 and self.waiting('persist') == 0

    def queued_ids(self, first='-', last='+'):
        """Ids of the tweets of these entries."""
        return [json.loads(entry[1][1])['id'] for entry in self.redis.call('XRANGE', 'tweets', first, last)]

    def stored(self):
        return sorted(id for (id,) in self.postgres.psql('SELECT id FROM tweets'))

    def lives(self, failpoint, role, count, **more):
        """Deaths of one worker at a failpoint; each life goes on under the name of the last."""
        for _ in range(count):
            process = self.role(role, role + '-1', TWEETPULSE_FAILPOINT=failpoint, **more)
            self.until(lambda: not process.running(), 60, failpoint)
            process.wait()
            self.assertEqual(process.child.returncode, -9, process.words())

    def drain(self, **more):
        process = self.start('run', settings=['roles=elastic-worker,persist-worker'], **more)
        self.until(lambda: process.takes_signals() and self.settled(), 60, 'rest')
        self.assertEqual(process.stop(), 0, process.words())

    def rows(self, database, sql, *values):
        self.assertEqual((database, values), ('store', ()))
        return self.postgres.psql(sql)

    def letters_of(self, group):
        """[(reason, tweet id)] of the waiting dead letters, by the API."""
        page = self.get('/api/dead-letters', group=group, limit=100)
        self.assertIsNone(page['meta']['next_cursor'], 'many dead letters')
        return sorted((letter['reason'], letter['tweet_id']) for letter in page['data'])

    def finish(self, ids, started, seconds=90, buried=()):
        """At rest, every invariant holds, the API counts the same, and every role ends by itself."""
        self.until(self.settled, seconds, 'rest')
        self.verify(ids)
        if 'api' in started:
            for group in ('elastic', 'persist'):
                self.assertEqual(self.letters_of(group), sorted(buried), 'dead letters of a worker')
            listed = self.stored_ids()  # without what the simulator has erased or hidden again
            self.assertLessEqual(set(listed), set(ids))
            self.assertEqual(self.searched(), len(listed))
        self.end_roles(started)

    def searched(self):
        """How many tweets search finds; it may be told once by a dead connection of the fault."""
        self.until(lambda: self.request('GET', '/api/elastic/search', {'size': 1})[0] == 200, 30, 'search')
        return self.get('/api/elastic/search', size=1, track_total='true')['meta']['total']

    def end_roles(self, started):
        for process in started.values():
            if process.running():
                process.child.terminate()
        for name, process in started.items():
            self.assertEqual(process.wait(40), 0, '%s: %s' % (name, process.words()))

    def rss_mb(self, process):
        status = pathlib.Path('/proc/%d/status' % process.child.pid).read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith('VmRSS:'))

    def metric(self, name, **labels):
        """The value of one series of the API process; None when it is not there."""
        _, content = self.request('GET', '/metrics')
        for line in content.decode().splitlines():
            if line.startswith('tweetpulse_' + name) and all('%s="%s"' % pair in line for pair in labels.items()):
                return float(line.rsplit(' ', 1)[1])
        return None

    def documents(self):
        """Ids of every document that the index of tweets holds, by the search server itself."""
        self.search.request('POST', '/tweets/_refresh')
        status, answer = self.search.request('POST', '/tweets/_search', {'size': 10000, 'track_total_hits': True})
        self.assertEqual(status, 200, answer)
        return answer['hits']['hits']

