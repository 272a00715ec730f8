"""compose.yaml, .env.example, the Dockerfile and the systemd units, without a container engine: what they name exists, and
each command and health check of compose.yaml runs as a plain process against the real servers."""
import configparser
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse
import uuid

import yaml

from tests.flow.product import BINARY, ROOT, ProductTest, free_port
from tests.flow.servers import Redis

SEED = {'app', 'elastic_worker', 'persist_worker', 'simulator', 'elasticsearch', 'db', 'redis'}
SEED_VARIABLES = {'DATABASE_URL', 'ELASTICSEARCH_URL', 'REDIS_URL', 'WORKER_ID', 'BATCH_SIZE', 'BATCH_TIMEOUT', 'ENABLE_AGGREGATIONS',
                  'STREAM_START_FROM'}
COMPOSE = yaml.safe_load((ROOT / 'compose.yaml').read_text())
SERVICES = COMPOSE['services']
OURS = {name: service for name, service in SERVICES.items() if service['image'] == 'tweetpulse'}


def known_variables():
    """Every key of `config show` as its environment variable, and the seed's names."""
    shown = subprocess.run([BINARY, 'config', 'show'], env={'HOME': '/nonexistent'}, capture_output=True, text=True, timeout=30, check=True).stdout
    keys = re.findall(r'^([a-z0-9_.]+) = ', shown, re.M)
    return {'TWEETPULSE_' + key.upper().replace('.', '_') for key in keys} | SEED_VARIABLES


def seconds(text):
    return int(re.fullmatch(r'(\d+)s', text)[1])


class Compose(unittest.TestCase):
    def test_it_has_the_seven_services_and_the_rest_needs_a_profile(self):
        self.assertEqual({name for name, service in SERVICES.items() if 'profiles' not in service}, SEED)

    def test_every_variable_is_known(self):
        known = known_variables()
        for name, service in OURS.items():
            self.assertEqual(set(service['environment']) - known, set(), name)

    def test_every_service_comes_back_and_says_how_it_is(self):
        for name, service in SERVICES.items():
            self.assertEqual(service['restart'], 'unless-stopped', name)
            self.assertIn(service['healthcheck']['test'][0], ('CMD', 'CMD-SHELL'), name)

    def test_our_processes_have_no_more_than_they_need(self):
        for name, service in OURS.items():
            self.assertTrue(service['read_only'], name)
            self.assertEqual(service['cap_drop'], ['ALL'], name)
            self.assertGreater(seconds(service['stop_grace_period']), 30, name + ': shorter than shutdown.timeout')
            for port in service.get('ports', ()):
                self.assertTrue(port.startswith('127.0.0.1:'), '%s publishes %s, and there is no authentication' % (name, port))

    def test_every_named_volume_is_declared_and_used(self):
        used = {volume.split(':')[0] for service in SERVICES.values() for volume in service.get('volumes', ())}
        self.assertEqual(used, set(COMPOSE['volumes']))

    def test_the_servers_keep_what_they_acknowledge(self):
        redis = SERVICES['redis']['environment']['REDIS_ARGS']
        for words in ('--appendonly yes', '--appendfsync always', '--maxmemory-policy noeviction'):
            self.assertIn(words, redis)
        for server in ('redis', 'db', 'elasticsearch'):
            self.assertTrue(SERVICES[server]['volumes'], server)

    def test_what_a_service_reaches_is_a_service_that_it_waits_for(self):
        for name in SEED & set(OURS):
            environment = SERVICES[name]['environment']
            hosts = {urllib.parse.urlsplit(environment[key]).hostname for key in ('DATABASE_URL', 'ELASTICSEARCH_URL', 'REDIS_URL')}
            self.assertEqual(hosts, set(SERVICES[name]['depends_on']), name)

    def test_the_example_lists_what_compose_reads_and_the_variables_of_the_seed(self):
        listed = set(re.findall(r'^#?([A-Z_]+)=', (ROOT / '.env.example').read_text(), re.M))
        read = set(re.findall(r'\$\{([A-Z_]+)', (ROOT / 'compose.yaml').read_text()))
        self.assertEqual(listed, read | SEED_VARIABLES)


class Dockerfile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = (ROOT / 'deploy/docker/Dockerfile').read_text().replace('\\\n', ' ')
        cls.lines = [line.strip().split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith('#')]

    def of(self, word):
        return [rest for found, rest in self.lines if found == word]

    def test_its_stages_are_named_and_copied_from_by_name(self):
        stages = [re.fullmatch(r'\S+ AS (\w+)', rest)[1] for rest in self.of('FROM')]
        self.assertGreaterEqual(len(stages), 2)
        self.assertLessEqual(set(re.findall(r'--from=(\w+)', ' '.join(self.of('COPY')))), set(stages))

    def test_what_it_copies_is_there_and_reaches_the_builder(self):
        sent = re.findall(r'^!(\S+)', (ROOT / '.dockerignore').read_text(), re.M)
        for rest in self.of('COPY'):
            words = rest.split()
            if words[0].startswith('--from'):
                continue
            for source in words[:-1]:
                self.assertTrue((ROOT / source).exists(), source)
                self.assertIn(source.split('/')[0], sent)

    def test_it_ends_as_a_user_with_a_number_who_is_not_root(self):
        self.assertRegex(self.of('USER')[-1], r'^[1-9]\d*:[1-9]\d*$')

    def test_it_fetches_no_address_and_runs_no_shell(self):
        self.assertEqual(self.of('ADD'), [])
        for word in ('RUN', 'CMD', 'ENTRYPOINT'):
            for rest in self.of(word):
                self.assertIsInstance(json.loads(re.sub(r'^(--\S+\s+)*', '', rest)), list, rest)

    def test_the_image_holds_every_library_of_the_binary(self):
        dynamic = subprocess.run(['readelf', '-d', BINARY], capture_output=True, text=True, check=True).stdout
        loaded = subprocess.run(['ldd', BINARY], capture_output=True, text=True, check=True).stdout
        paths = dict(re.findall(r'^\s+(\S+) => (/\S+)', loaded, re.M))
        needed = {os.path.realpath(paths[name]) for name in re.findall(r'NEEDED.*\[(.*)\]', dynamic) if name in paths}
        # Debian's base system has libc, libm and libgcc_s.
        owners = {line.split(':')[0] for path in needed
                  for line in subprocess.run(['dpkg', '-S', path, path.replace('/usr/lib', '/lib', 1)], capture_output=True, text=True).stdout.splitlines()}
        installed = {word for rest in self.of('RUN') if 'install' in rest for word in json.loads(rest) if not word.startswith('-')}
        self.assertEqual(owners - {'libc6', 'libgcc-s1'} - installed, set())


class Units(unittest.TestCase):
    def test_they_start_commands_that_exist_with_variables_that_are_known(self):
        known = known_variables()
        units = sorted((ROOT / 'deploy/systemd').glob('*.service'))
        self.assertEqual(len(units), 5)
        for file in units:
            unit = configparser.ConfigParser(strict=False, interpolation=None)
            unit.optionxform = str
            unit.read(file)
            service = unit['Service']
            program, command = service['ExecStart'].split()
            self.assertEqual(program, '/usr/bin/tweetpulse')
            subprocess.run([BINARY, command, '--help'], check=True, capture_output=True, timeout=30)
            names = {word.split('=')[0] for word in service.get('Environment', '').split()}
            self.assertEqual(names - known, set(), file.name)
            self.assertGreater(int(service['TimeoutStopSec']), 30, file.name)

    @unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd-analyze is missing')
    def test_systemd_takes_them(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in sorted((ROOT / 'deploy/systemd').glob('*.service')):
                copy = pathlib.Path(folder) / file.name
                copy.write_text(file.read_text().replace('/usr/bin/tweetpulse', str(pathlib.Path(BINARY).resolve())))
                done = subprocess.run(['systemd-analyze', 'verify', '--man=no', copy], capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ''), file.name)

    def test_copies_on_one_machine_have_names_and_ports_of_their_own(self):
        for group, port in (('elastic', '947'), ('persist', '948')):
            text = (ROOT / ('deploy/systemd/tweetpulse-%s-worker@.service' % group)).read_text()
            self.assertIn('WORKER_ID=%%H-%s-%%i ' % group, text)
            self.assertIn('TWEETPULSE_OPS_LISTEN=127.0.0.1:%s%%i ' % port, text)


def addresses():
    return {name: os.environ.get('TWEETPULSE_TEST_' + name) for name in ('REDIS', 'POSTGRES', 'ELASTICSEARCH')}


@unittest.skipUnless(all(addresses().values()), 'needs redis, postgres and elasticsearch of scripts/servers')
class Running(ProductTest):
    """Hosts of compose become the loopback addresses; the stream, index and database are this test's own."""
    def setUp(self):
        super().setUp()
        at, own = addresses(), 'compose_' + uuid.uuid4().hex[:12]
        self.database = at['POSTGRES'].rsplit('/', 1)[0] + '/' + own
        self.administer('CREATE DATABASE %s' % own)
        self.addCleanup(self.administer, 'DROP DATABASE %s WITH (FORCE)' % own)
        self.places = {'DATABASE_URL': self.database.replace('postgresql://', 'postgresql+asyncpg://'), 'REDIS_URL': at['REDIS'],
                       'ELASTICSEARCH_URL': at['ELASTICSEARCH'], 'TWEETPULSE_QUEUE_STREAM': own, 'TWEETPULSE_SEARCH_INDEX': own}
        self.configuration.write_text('')

    def administer(self, sql):
        subprocess.run(['psql', '-qX', addresses()['POSTGRES'], '-c', sql], check=True, timeout=60)

    def variables(self, name):
        given = {**SERVICES[name]['environment'], **self.places, 'TWEETPULSE_OPS_LISTEN': '127.0.0.1:%d' % free_port(),
                 'TWEETPULSE_DATA_DIR': str(self.folder / name)}
        if 'TWEETPULSE_HTTP_LISTEN' in given:
            given['TWEETPULSE_HTTP_LISTEN'] = '127.0.0.1:%d' % self.port
        return given

    def healthy(self, name, variables):
        check = SERVICES[name]['healthcheck']['test']
        self.assertEqual(check[:2], ['CMD', 'tweetpulse'])
        clean = {'PATH': os.environ['PATH'], 'HOME': str(self.folder), **variables}
        done = subprocess.run([BINARY, *check[2:]], env=clean, capture_output=True, text=True, timeout=30)
        return done.returncode == 0

    def test_every_command_comes_up_healthy_and_the_stream_reaches_the_page(self):
        started = {}
        for name in ('app', 'elastic_worker', 'persist_worker', 'simulator'):
            variables = self.variables(name)
            started[name] = self.start(*SERVICES[name]['command'], **variables), variables
        for name, (process, variables) in started.items():
            self.until(lambda: self.healthy(name, variables), what=name + ' to be healthy')
        self.until(lambda: self.get('/api/tweets')['data'], what='the first simulated tweet')
        for name, (process, _) in started.items():
            self.assertEqual(process.stop(), 0, '%s\n%s' % (name, process.words()))

    def test_the_embedded_service_comes_up_healthy(self):
        service = SERVICES['embedded']
        variables = {**service['environment'], 'TWEETPULSE_HTTP_LISTEN': '127.0.0.1:%d' % self.port,
                     'TWEETPULSE_OPS_LISTEN': '127.0.0.1:%d' % free_port(), 'TWEETPULSE_DATA_DIR': str(self.folder / 'embedded')}
        process = self.start(*service['command'], **variables)
        self.until(lambda: self.healthy('embedded', variables), what='it to be healthy')
        self.until(lambda: self.get('/api/tweets')['data'], what='the first simulated tweet')
        self.assertEqual(process.stop(), 0, process.words())

    def test_the_health_checks_of_the_servers_tell_one_that_answers_from_one_that_is_away(self):
        at = {name: urllib.parse.urlsplit(url) for name, url in addresses().items()}
        away = free_port()
        for name, server, place in (('db', 'POSTGRES', []), ('redis', 'REDIS', ['-p']), ('elasticsearch', 'ELASTICSEARCH', None)):
            kind, *words = SERVICES[name]['healthcheck']['test']
            for port, good in ((at[server].port, True), (away, False)):
                command = words if kind == 'CMD' else shlex.split(words[0].replace('localhost:9200', '127.0.0.1:%d' % port))
                environment = {'PATH': os.environ['PATH'], 'PGHOST': '127.0.0.1', 'PGPORT': str(port)}
                done = subprocess.run([command[0], *([*place, str(port)] if place else []), *command[1:]], env=environment, capture_output=True, timeout=30)
                self.assertEqual(done.returncode == 0, good, '%s: %s %s' % (name, done.stdout, done.stderr))

    def test_doctor_has_nothing_to_say_against_the_redis_of_compose(self):
        server = Redis(self.folder / 'redis', shlex.split(SERVICES['redis']['environment']['REDIS_ARGS']))
        self.addCleanup(server.end)
        server.start()
        variables = {**self.variables('app'), 'REDIS_URL': server.url}
        lines = json.loads(self.run_through('doctor', '--json', **variables).out)
        judged = {line['name']: line['verdict'] for line in lines if line['name'].startswith('redis ')}
        self.assertGreaterEqual(len(judged), 7)
        self.assertEqual(set(judged.values()), {'PASS'}, lines)

    def test_a_role_that_was_killed_is_not_healthy(self):
        variables = self.variables('persist_worker')
        process = self.start(*SERVICES['persist_worker']['command'], **variables)
        self.until(lambda: self.healthy('persist_worker', variables), what='the worker to be healthy')
        process.kill()
        self.until(lambda: not self.healthy('persist_worker', variables), what='the worker to be found dead')


if __name__ == '__main__':
    unittest.main()
