"""The fault table at ten times the load of `make test`, with its negative controls: `make faults`."""
import os

os.environ['TWEETPULSE_FAULT_LOAD'] = '10'

from tests.flow.test_bad_input import BadInput, FullFilter  # noqa: E402 the load is read when they are imported
from tests.flow.test_disk import DamagedFiles, FullDisk  # noqa: E402
from tests.flow.test_kills import IngestKilled, Stopped, WorkersKilled  # noqa: E402
from tests.flow.test_order import Clock, Order  # noqa: E402
from tests.flow.test_shipped import Shipped  # noqa: E402

__all__ = ['BadInput', 'Clock', 'DamagedFiles', 'FullDisk', 'FullFilter', 'IngestKilled', 'Order', 'Shipped', 'Stopped', 'WorkersKilled']
