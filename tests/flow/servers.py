"""Real servers of our own (Redis, PostgreSQL, a search server) on free ports, to be killed, stopped, and started again by their pid."""
import atexit
import json
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from tests.flow.product import ROOT, free_port

CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'tweetpulse/servers'
POSTGRES = pathlib.Path('/usr/lib/postgresql/15/bin')
DURABLE = ('--appendonly', 'yes', '--appendfsync', 'always', '--no-appendfsync-on-rewrite', 'no')


class ServerError(OSError):
    """The server is away, or answers with an error."""


class RedisClient:
    """Calls of Redis on one connection."""
    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), 10)
        self.socket.settimeout(20)
        self.file = self.socket.makefile('rb')

    def call(self, *words):
        encoded = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        self.socket.sendall(b'*%d\r\n' % len(encoded) + b''.join(b'$%d\r\n%s\r\n' % (len(w), w) for w in encoded))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line:
            raise ConnectionError('Redis has closed the connection')
        kind, rest = line[:1], line[1:-2]
        if kind == b'-':
            raise ServerError(rest.decode())
        if kind == b':':
            return int(rest)
        if kind == b'$':
            return None if rest == b'-1' else self.file.read(int(rest) + 2)[:-2]
        if kind == b'*':
            return None if rest == b'-1' else [self.reply() for _ in range(int(rest))]
        return rest

    def close(self):
        self.file.close()
        self.socket.close()


def fields(flat):
    """{name: value} of a flat reply such as XINFO's."""
    return {flat[i].decode(): flat[i + 1] for i in range(0, len(flat), 2)}


def state_of(pid):
    """The kernel's letter; '' for a process that is gone."""
    try:
        return pathlib.Path('/proc/%d/stat' % pid).read_text().rsplit(')', 1)[1].split()[0]
    except OSError:
        return ''


def children_of(pid):
    found = []
    for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            if int(stat.read_text().rsplit(')', 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except OSError:
            pass
    return found


class Server:
    """One server process and its folder; what it has stored outlives it."""
    name, patience = '', 60

    def __init__(self, folder, place=None):
        """`place`: the folder as the server sees it, when that is in a namespace of its own."""
        self.folder, self.port, self.child = pathlib.Path(folder), free_port(), None
        self.place = pathlib.Path(place or folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def spawn(self, arguments, environment=None):
        with open(self.folder / 'out', 'ab') as out:
            self.child = subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=out, env=environment)

    def start(self):
        self.launch()
        self.wait_ready()

    def wait_ready(self):
        end = time.monotonic() + self.patience
        while time.monotonic() < end and self.child.poll() is None:
            try:
                if self.answers():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise AssertionError('%s did not start\n%s' % (self.name, (self.folder / 'out').read_text('utf8', 'replace')[-2000:]))

    def pids(self):
        return [self.child.pid, *children_of(self.child.pid)]

    def signal_all(self, number):
        for pid in self.pids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill9(self):
        pids = self.pids()
        self.signal_all(signal.SIGKILL)
        self.child.wait(30)
        end = time.monotonic() + 10
        while any(state_of(pid) not in ('', 'Z') for pid in pids) and time.monotonic() < end:
            time.sleep(0.01)

    def pause(self):
        self.signal_all(signal.SIGSTOP)

    def go_on(self):
        self.signal_all(signal.SIGCONT)

    def running(self):
        return self.child is not None and self.child.poll() is None

    def end(self):
        if self.running():
            self.kill9()


class Redis(Server):
    name = 'redis'

    def __init__(self, folder, options=DURABLE, module=True, prefix=(), place=None):
        super().__init__(folder, place)
        self.options, self.module, self.prefix = options, module, prefix

    @property
    def url(self):
        return 'redis://127.0.0.1:%d' % self.port

    def launch(self):
        module = ['--loadmodule', str(CACHE / 'redis/redisbloom.so')] if self.module else []
        self.spawn([*self.prefix, 'redis-server', '--port', str(self.port), '--bind', '127.0.0.1', '--dir', str(self.place), '--save', '',
                    '--enable-debug-command', 'local', *module, *self.options])

    def client(self):
        return RedisClient(self.port)

    def call(self, *words):
        client = self.client()
        try:
            return client.call(*words)
        finally:
            client.close()

    def answers(self):
        return self.call('PING') == b'PONG'

    def wipe(self):
        self.call('FLUSHALL')

    def group(self, name, stream='tweets'):
        for found in map(fields, self.call('XINFO', 'GROUPS', stream)):
            if found['name'] == name.encode():
                return found
        raise ServerError('there is no group ' + name)

    def log(self):
        """The file that the last commands went to."""
        return max((self.folder / 'appendonlydir').glob('*.incr.aof'), key=lambda f: f.stat().st_mtime)


class Postgres(Server):
    name, user, options = 'postgres', 'postgres', ()

    def __init__(self, folder, prefix=(), place=None):
        super().__init__(folder, place)
        # As root it needs another user, who may enter the folders above.
        self.prefix = [*prefix] + (['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig', 'KILL'] if os.getuid() == 0 else [])

    @property
    def url(self):
        return 'postgresql://postgres@127.0.0.1:%d/tweetpulse' % self.port

    def prepare(self, *more):
        if os.getuid() == 0:
            shutil.chown(self.folder, 'postgres', 'postgres')
        subprocess.run([*self.prefix, str(POSTGRES / 'initdb'), '-D', str(self.place / 'data'), '-U', 'postgres', '--auth', 'trust', '-E', 'UTF8',
                        '--locale', 'C.UTF-8', '--no-sync', *more], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def launch(self):
        self.spawn([*self.prefix, str(POSTGRES / 'postgres'), '-D', str(self.place / 'data'), '-p', str(self.port), '-c', 'listen_addresses=127.0.0.1',
                    '-c', 'unix_socket_directories=' + str(self.place), *self.options])

    def psql(self, sql, database='tweetpulse'):
        """Rows of text."""
        done = subprocess.run(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', str(self.port), '-U', 'postgres', '-d', database],
                              input=sql.encode(), capture_output=True, timeout=60)
        if done.returncode:
            raise ServerError(done.stderr.decode('utf8', 'replace'))
        return [tuple(line.split('|')) for line in done.stdout.decode().splitlines()]

    def answers(self):
        return self.psql('SELECT 1', 'postgres') == [('1',)]

    def wipe(self):
        self.psql('DROP DATABASE IF EXISTS tweetpulse WITH (FORCE);\nCREATE DATABASE tweetpulse', 'postgres')

    def terminate_backends(self):
        self.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'tweetpulse'", 'postgres')

    def words(self):
        return (self.folder / 'out').read_text('utf8', 'replace')


class Search(Server):
    """OpenSearch, as scripts/servers starts it."""
    name, patience = 'opensearch', 120

    @property
    def url(self):
        return 'http://127.0.0.1:%d' % self.port

    def launch(self):
        self.spawn([str(ROOT / 'scripts/servers'), 'exec', 'opensearch', str(self.folder), str(self.port)])

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), {'Content-Type': 'application/json'})
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content[:1] in (b'{', b'[') else content
        finally:
            connection.close()

    def answers(self):
        return self.request('GET', '/_cluster/health?wait_for_status=yellow&timeout=2s')[0] == 200

    def indexes(self):
        return sorted(i['index'] for i in self.request('GET', '/_cat/indices?format=json&expand_wildcards=all')[1])

    def wipe(self):
        for index in self.indexes():
            self.request('DELETE', '/' + index)
        for kind, key in (('_index_template', 'index_templates'), ('_component_template', 'component_templates')):
            for template in self.request('GET', '/' + kind)[1].get(key, ()):
                self.request('DELETE', '/%s/%s' % (kind, template['name']))


class ServerSet:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tweetpulse-servers-'))
        self.folder.chmod(0o755)
        atexit.register(self.end)
        self.redis, self.postgres, self.search = (kind(self.folder / kind.name) for kind in (Redis, Postgres, Search))
        self.all = (self.redis, self.postgres, self.search)
        self.search.launch()  # the slow one first
        self.postgres.prepare()
        self.postgres.launch()
        self.redis.launch()
        for server in self.all:
            server.wait_ready()

    def environment(self):
        return {'REDIS_URL': self.redis.url, 'DATABASE_URL': self.postgres.url, 'ELASTICSEARCH_URL': self.search.url}

    def wipe(self):
        """Brings what the last test has killed, then empties all."""
        for server in self.all:
            if not server.running():
                server.launch()
            server.go_on()
        for server in self.all:
            server.wait_ready()
            server.wipe()

    def end(self):
        for server in self.all:
            server.end()
        shutil.rmtree(self.folder, True)


def shared(made=[]):
    """The one set of this test process."""
    if not made:
        made.append(ServerSet())
    return made[0]
