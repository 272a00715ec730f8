"""The shipped configuration files are valid, are what the binary writes, and start what they say."""
import re
import subprocess
import unittest

from tests.flow.product import ROOT, ProductTest

SHIPPED = sorted((ROOT / 'config').glob('*.toml'))


class Config(ProductTest):
    def ask(self, *arguments, code=0):
        clean = {'HOME': str(self.folder), 'LANG': 'C.UTF-8'}
        done = subprocess.run([self.binary, *map(str, arguments)], env=clean, cwd=self.folder, capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, code, '%s\n%s\n%s' % (arguments, done.stdout, done.stderr))
        return done

    def test_the_shipped_files_are_valid(self):
        self.assertEqual([file.name for file in SHIPPED], ['embedded.toml', 'servers.toml', 'tweetpulse.toml'])
        for file in SHIPPED:
            self.assertIn('configuration: OK', self.ask('--config', file, 'config', 'check').stdout)

    def test_the_commented_file_is_what_init_writes_and_changes_nothing(self):
        shipped = ROOT / 'config/tweetpulse.toml'
        self.assertEqual(self.ask('config', 'init').stdout, shipped.read_text())
        self.ask('config', 'init', self.folder / 'new.toml')
        self.assertEqual((self.folder / 'new.toml').read_text(), shipped.read_text())
        self.assertEqual(self.ask('--config', shipped, 'config', 'show').stdout, self.ask('config', 'show').stdout)

    def test_a_file_that_is_there_is_not_overwritten(self):
        (self.folder / 'mine.toml').write_text('# mine\n')
        self.ask('config', 'init', self.folder / 'mine.toml', code=73)
        self.assertEqual((self.folder / 'mine.toml').read_text(), '# mine\n')

    def test_the_embedded_example_starts_without_a_source(self):
        self.configuration.write_text((ROOT / 'config/embedded.toml').read_text())
        self.start_run(TWEETPULSE_DATA_DIR=str(self.folder / 'data'), TWEETPULSE_HTTP_LISTEN='127.0.0.1:%d' % self.port,
                       TWEETPULSE_OPS_LISTEN='')
        self.assertEqual(self.get('/api/ingestion')['data']['sources'], [])

    def test_a_mistake_names_file_line_and_the_nearest_key(self):
        wrong = self.folder / 'wrong.toml'
        wrong.write_text((ROOT / 'config/embedded.toml').read_text().replace('max_bytes', 'max_byte'))
        said = self.ask('--config', wrong, 'config', 'check', code=78).stderr
        self.assertRegex(said, r'wrong\.toml:\d+:.*queue\.max_bytes')


class Metrics(ProductTest):
    def test_the_page_lists_what_a_running_product_exposes(self):
        self.start_run()
        self.push([{'id': 'no'}])
        for path in ('/', '/api/elastic/search', '/api/none'):
            self.request('GET', path)
        exposed = self.request('GET', '/metrics')[1].decode()
        kinds = dict(re.findall(r'^# TYPE (\S+) (\S+)$', exposed, re.M))
        rows = re.findall(r'^\| `(\w+)` \| (\w+) \|([^|]*)\|', (ROOT / 'docs/metrics.md').read_text(), re.M)
        page = {name: (kind, set(labels.strip(' `').split())) for name, kind, labels in rows}
        self.assertGreater(len(kinds), 20)
        self.assertEqual({name: kind for name, kind in kinds.items() if page.get(name, ('',))[0] != kind}, {})
        for name, found in re.findall(r'^(\w+?)(?:_bucket|_sum|_count)?\{(.*)\} ', exposed, re.M):
            labels = set(re.findall(r'(\w+)="', found)) - {'le'}
            self.assertEqual(labels, page[name][1] if name in page else None, name)
        self.assertLess(sum(not line.startswith('#') for line in exposed.splitlines()), 2000)


if __name__ == '__main__':
    unittest.main()
