"""The blocks of README.md and docs/operations.md that are marked <!-- test -->, as they stand and in one shell, in a
folder that looks like a fresh checkout after `make build`. Only the port is another one, for 8080 may be taken."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from tests.flow.product import BINARY, ROOT, free_port

MARKED = re.compile(r'<!-- test -->\n```sh\n(.*?)^```$', re.S | re.M)


def marked(name):
    return MARKED.findall((ROOT / name).read_text('utf8'))


class Blocks(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tweetpulse-readme-'))
        self.addCleanup(shutil.rmtree, self.folder, True)
        (self.folder / 'build/release').mkdir(parents=True)
        (self.folder / 'build/release/tweetpulse').symlink_to(BINARY)
        (self.folder / 'tests').symlink_to(ROOT / 'tests')

    def shell(self, script, seconds=120):
        """(exit code, stdout, stderr) of the script; whatever it left running ends with its process group."""
        clean = {'PATH': os.environ['PATH'], 'HOME': str(self.folder), 'LANG': 'C.UTF-8', 'TWEETPULSE_OPS_LISTEN': ''}
        (self.folder / 'blocks.sh').write_text(script, 'utf8')
        with open(self.folder / 'out', 'w+b') as out, open(self.folder / 'said', 'w+b') as said:
            child = subprocess.Popen(['bash', '-eu', '-o', 'pipefail', 'blocks.sh'], stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=said, cwd=self.folder, env=clean, start_new_session=True)
            try:
                code = child.wait(seconds)
            except subprocess.TimeoutExpired:
                code = 'no end after %d s' % seconds
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        return code, (self.folder / 'out').read_text('utf8'), (self.folder / 'said').read_text('utf8', 'replace')

    def run_blocks(self, blocks):
        """What each block printed."""
        script = ''.join('%s\necho; echo END-OF-BLOCK\n' % block for block in blocks).replace('8080', str(free_port()))
        code, out, said = self.shell(script)
        self.assertEqual(code, 0, '%s\n%s' % (out, said))
        return out.split('\nEND-OF-BLOCK\n')[:-1]

    def test_the_first_five_minutes_run_as_they_stand(self):
        files, service, search, push, end, analysis = self.run_blocks(marked('README.md'))
        self.assertIn('received 30 = accepted 30', files)
        self.assertIn('verify: OK, 6 checks', files)
        self.assertIn('"ready":true', service)
        self.assertRegex(search, r'"total": 5\b')
        self.assertIn('"value": "HarbourDay"', search)
        self.assertIn('"tweets": 17', search)
        self.assertIn('Qué alegría', search)
        answer = json.loads(push)
        self.assertEqual((answer['accepted'] + answer['duplicate'], [r['line'] for r in answer['refused']]), (3, [2]))
        self.assertEqual(end.count('"difference": 0'), 2)
        self.assertEqual(re.findall(r'ledger_imbalance\{.*\} (\S+)', end), ['0', '0'])
        self.assertIn('OK unique: 31 rows', end)
        self.assertEqual(json.loads(analysis)['sentiment']['label'], 'positive')

    def test_what_the_operations_page_shows_runs_as_it_stands(self):
        first, service, _, push = marked('README.md')[:4]
        letters, backup = self.run_blocks([first, service, push, *marked('docs/operations.md')])[3:]
        listed, redriven, discarded = (json.loads(answer) for answer in re.split(r'(?<=})(?={)', letters))
        self.assertEqual([letter['group'] for letter in listed['data']], ['ingest'])
        self.assertEqual((redriven['data'], discarded['data']), ({'redriven': 0}, {'discarded': 1}))
        self.assertIn('OK unique: 31 rows', backup)
        self.assertIn('verify: OK, 6 checks', backup)


if __name__ == '__main__':
    unittest.main()
