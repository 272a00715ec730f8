"""The product's roles on private servers, with the CPU and memory of each part; everything ends by its process id."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from tests.flow.product import ROOT, free_port
from tests.flow.servers import Postgres, Redis, Search, ServerError, children_of

BUILD = pathlib.Path(os.environ.get('BENCH_BUILD') or ROOT / 'build/release')
PROGRAM = pathlib.Path(os.environ.get('TWEETPULSE_BINARY') or BUILD / 'tweetpulse')
BATCH = os.environ.get('BENCH_BATCH', '1000')
TICK = os.sysconf('SC_CLK_TCK')


class BenchError(Exception):
    """The run failed: its figures mean nothing."""


def stat(pid):
    try:
        return pathlib.Path('/proc/%d/stat' % pid).read_text().rsplit(')', 1)[1].split()
    except OSError:
        return None


def family(pid):
    return [pid] + [each for child in children_of(pid) for each in family(child)]


def cpu_seconds(pid):
    """User and system time of a process, its living descendants, and the ended ones that were waited for."""
    found = [words for words in map(stat, family(pid)) if words]
    return sum(int(word) for words in found for word in words[11:15]) / TICK


def peak_megabytes(pid):
    try:
        status = pathlib.Path('/proc/%d/status' % pid).read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith('VmHWM')), 0)


class Deployment:
    """Servers first; roles when they are asked for."""
    def __init__(self, profile, search=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tweetpulse-bench-'))
        self.folder.chmod(0o755)
        self.profile, self.roles, self.port = profile, {}, free_port()
        self.redis, self.postgres = Redis(self.folder / 'redis'), Postgres(self.folder / 'postgres')
        self.search = Search(self.folder / 'search') if search else None
        self.servers = [self.redis, self.postgres] + ([self.search] if search else [])
        try:
            self.begin()
        except BaseException:
            self.end()
            raise

    def begin(self):
        if self.search:
            self.search.launch()
        self.postgres.prepare()
        self.postgres.launch()
        self.redis.launch()
        for server in self.servers:
            server.wait_ready()
        self.postgres.wipe()

    def options(self):
        found = {'data_dir': self.folder / 'data', 'queue.require_durable': 'true', 'analyze.profile': self.profile,
                 'elastic_worker.batch_size': BATCH, 'persist_worker.batch_size': BATCH, 'log.format': 'text', 'ops.listen': ''}
        for pair in os.environ.get('BENCH_SET', '').split():  # key=value ...
            key, _, value = pair.partition('=')
            found[key] = value
        return found

    def command(self, *words):
        return [str(PROGRAM), *(part for key, value in self.options().items() for part in ('--set', '%s=%s' % (key, value))), *words]

    def environment(self, **more):
        clean = {k: v for k, v in os.environ.items() if k not in ('BATCH_SIZE', 'ELASTICSEARCH_URL') and not k.startswith('TWEETPULSE_')}
        servers = {'REDIS_URL': self.redis.url, 'DATABASE_URL': self.postgres.url}
        if self.search:
            servers['ELASTICSEARCH_URL'] = self.search.url
        return {**clean, **servers, **more}

    def start(self, *roles):
        for role in roles:
            more = ('--listen', '127.0.0.1:%d' % self.port) if role == 'api' else ()
            with open(self.folder / (role + '.log'), 'ab') as log:
                self.roles[role] = subprocess.Popen(self.command(role, *more), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                    env=self.environment(WORKER_ID='bench-' + role))
        self.until(lambda: 'api' not in roles or self.answers(), 60, 'the API')

    @property
    def url(self):
        return 'http://127.0.0.1:%d' % self.port

    def answers(self):
        try:
            with urllib.request.urlopen(self.url + '/healthz', timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def words(self, role):
        return (self.folder / (role + '.log')).read_text('utf8', 'replace')[-2000:]

    def alive(self):
        for role, child in self.roles.items():
            if child.poll() is not None:
                raise BenchError('%s ended with %d:\n%s' % (role, child.returncode, self.words(role)))

    def until(self, condition, seconds, what, pause=0.02):
        end = time.monotonic() + seconds
        while not condition():
            self.alive()
            if time.monotonic() > end:
                raise BenchError('%s did not come to its end within %d s' % (what, seconds))
            time.sleep(pause)

    def waiting(self, group):
        """Entries that the group has not settled."""
        try:
            found = self.redis.group(group)
        except ServerError:
            return 0
        lag = found.get('lag')
        return (10**9 if lag is None else int(lag)) + int(found['pending'])

    def drain(self, *groups, seconds=600):
        self.until(lambda: all(self.waiting(group) == 0 for group in groups or ('elastic', 'persist')), seconds, 'the queue')

    def parts(self):
        found = {{'api': 'ingest', 'elastic-worker': 'elastic', 'persist-worker': 'persist'}[role]: child.pid for role, child in self.roles.items()}
        found.update({server.name: server.child.pid for server in self.servers})
        return found

    def cpu(self):
        return {part: cpu_seconds(pid) for part, pid in self.parts().items()}

    def peaks(self):
        return {part: round(max(map(peak_megabytes, family(pid)))) for part, pid in self.parts().items()}

    def packed_lines(self, count=1000):
        """Tweets as they lie in the queue: read before a worker lets them be trimmed."""
        file = self.folder / 'packed.lines'
        entries = self.redis.call('XRANGE', 'tweets', '-', '+', 'COUNT', count)
        file.write_bytes(b''.join(fields[1].replace(b'\n', b' ') + b'\n' for _, fields in entries))
        if not entries:
            raise BenchError('the queue holds nothing: did ingest take the tweets?')
        return file

    def documents(self):
        """(documents, body of PUT /index) as the product's own index has them."""
        self.search.request('POST', '/tweets/_refresh')
        status, answer = self.search.request('POST', '/tweets/_search', {'size': 5000, 'query': {'match_all': {}}})
        _, index = self.search.request('GET', '/tweets')
        if status != 200 or not answer['hits']['hits']:
            raise BenchError('the index holds nothing')
        described = next(iter(index.values()))
        settings = described['settings']['index']
        for name in ('creation_date', 'uuid', 'version', 'provided_name', 'resize', 'history', 'routing', 'replication'):
            settings.pop(name, None)
        mapping, lines = self.folder / 'mapping.json', self.folder / 'documents.lines'
        mapping.write_text(json.dumps({'settings': {'index': settings}, 'mappings': described['mappings']}))
        lines.write_text(''.join(json.dumps(hit['_source'], ensure_ascii=False) + '\n' for hit in answer['hits']['hits']))
        return lines, mapping

    def verify(self):
        done = subprocess.run(self.command('verify'), cwd=self.folder, capture_output=True, text=True, env=self.environment(), timeout=600)
        return done.returncode == 0, done.stdout.strip() or done.stderr.strip()

    def stop(self, *roles):
        children = [self.roles.pop(role) for role in roles or list(self.roles)]
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(40)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def end(self):
        self.stop()
        for server in self.servers:
            server.end()
        if not os.environ.get('BENCH_KEEP'):
            shutil.rmtree(self.folder, True)
