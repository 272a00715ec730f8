"""The blocks of README.md that are marked <!-- test: servers -->, as they stand, on servers that they start themselves; and
config/servers.toml."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import uuid

from tests.flow import test_readme
from tests.flow.product import ROOT, ProductTest, free_port

MARKED = re.compile(r'<!-- test: servers -->\n```sh\n(.*?)^```$', re.S | re.M)


class Blocks(test_readme.Blocks):
    test_the_first_five_minutes_run_as_they_stand = None
    test_what_the_operations_page_shows_runs_as_it_stands = None

    def test_the_readme_on_servers_runs_as_it_stands(self):
        (self.folder / 'scripts').symlink_to(ROOT / 'scripts')
        # PostgreSQL's user must be able to walk into it.
        servers = pathlib.Path(tempfile.mkdtemp(prefix='tweetpulse-readme-servers-'))
        self.addCleanup(shutil.rmtree, servers, True)
        settings = {'TWEETPULSE_SERVERS_DIR': str(servers), 'HOME': os.environ['HOME'],
                    'TWEETPULSE_SERVERS_CACHE': os.environ.get('TWEETPULSE_SERVERS_CACHE', '')}
        self.addCleanup(subprocess.run, [ROOT / 'scripts/servers', 'down'], env={**os.environ, **settings}, stderr=subprocess.DEVNULL)
        exports = ''.join('export %s=%s\n' % item for item in settings.items() if item[1])
        blocks = MARKED.findall((ROOT / 'README.md').read_text('utf8'))
        script = exports + 'export TWEETPULSE_OPS_LISTEN=\nset -m\n' + ''.join('%s\necho; echo END-OF-BLOCK\n' % block for block in blocks)
        code, out, said = self.shell(script.replace('8080', str(free_port())), 300)
        self.assertEqual(code, 0, '%s\n%s' % (out, said[-6000:]))
        start, tweets, _ = out.split('\nEND-OF-BLOCK\n')[:-1]
        self.assertIn('"ready":true', start)
        self.assertIn('verify: OK', tweets)
        rows = re.search(r'OK unique: ([\d,]+) rows', tweets)[1]
        self.assertGreater(int(rows.replace(',', '')), 2000)
        self.assertEqual(tweets.split()[-1], rows.replace(',', ''))
        self.assertFalse(servers.exists())


@unittest.skipUnless(os.environ.get('TWEETPULSE_TEST_REDIS') and os.environ.get('TWEETPULSE_TEST_POSTGRES'), 'needs scripts/servers')
class Example(ProductTest):
    def test_the_servers_example_starts_on_the_addresses_of_the_environment(self):
        own, postgres = 'example_' + uuid.uuid4().hex[:12], os.environ['TWEETPULSE_TEST_POSTGRES']

        def administer(sql):
            subprocess.run(['psql', '-qX', postgres, '-c', sql], check=True, timeout=60)
        administer('CREATE DATABASE %s' % own)
        self.addCleanup(administer, 'DROP DATABASE %s WITH (FORCE)' % own)
        self.configuration.write_text((ROOT / 'config/servers.toml').read_text())
        process = self.start_run(
            TWEETPULSE_DATA_DIR=str(self.folder / 'data'), TWEETPULSE_HTTP_LISTEN='127.0.0.1:%d' % self.port, TWEETPULSE_OPS_LISTEN='',
            REDIS_URL=os.environ['TWEETPULSE_TEST_REDIS'], TWEETPULSE_QUEUE_STREAM=own, DATABASE_URL=postgres.rsplit('/', 1)[0] + '/' + own)
        self.assertEqual(process.stop(), 0, process.words())


if __name__ == '__main__':
    unittest.main()
