"""The fault table at ten times the load of `make test`, with its negative controls: `make faults`."""
import os

os.environ['TWEETPULSE_FAULT_LOAD'] = '10'  # is read when they are imported

MODULES = ('bad_input', 'disk', 'kills', 'order', 'shipped',
           'server_queue', 'server_store', 'server_search', 'server_network', 'server_readers')


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromNames('tests.flow.test_' + module for module in MODULES)
