"""The shipped program holds no failpoint and no wrong; the breakable one holds them all."""
import pathlib
import re
import unittest

from tests.flow.product import BINARY, BREAKABLE, ROOT


class Shipped(unittest.TestCase):
    def test_it_holds_none_of_the_names(self):
        names = set()
        for file in (ROOT / 'src').rglob('*.cpp'):
            for call in re.findall(r'\b(?:FAILPOINT|BROKEN)\(([^)]*)\)', file.read_text()):
                names |= set(re.findall(r'"(\w+)"', call))
        self.assertGreater(len(names), 10)
        shipped, breakable = pathlib.Path(BINARY).read_bytes(), pathlib.Path(BREAKABLE).read_bytes()
        words = {'TWEETPULSE_FAILPOINT', 'TWEETPULSE_BREAK'}
        # "elastic" chooses a failpoint and is no name of one.
        names -= {'elastic'}
        self.assertEqual({name for name in names | words if name.encode() in shipped}, set())
        self.assertEqual({name for name in names | words if name.encode() not in breakable}, set())


if __name__ == '__main__':
    unittest.main()
