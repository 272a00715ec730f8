"""What the API answers is what its document says: every answer against the schema of its route and status."""
import json
import re
import unittest

import jsonschema

from tests.flow.product import ROOT, ProductTest, tweet

KNOWN = {  # values for parameters that a route needs
    'q': '#flow', 'type': 'hashtag', 'from': '2026-03-01T00:00:00Z', 'to': '2026-03-02T00:00:00Z', 'interval': '1h',
    'ids': '1,2', 'field': 'hashtag', 'prefix': 'fl',
}
STREAMS = ('text/event-stream', 'application/x-ndjson', 'text/csv')


class Schemas(ProductTest):
    def setUp(self):
        super().setUp()
        self.start_run()
        lines = [tweet(n, created='2026-03-01T%02d:00:00Z' % (n % 24), public_metrics={'like_count': n}) for n in range(1, 60)]
        self.push(lines + [{'nonsense': 1}])
        self.until(self.at_rest)
        self.document = self.get('/openapi.json')

    def schema_of(self, route, status):
        answers = route['responses']
        answer = answers.get(str(status)) or answers.get('%dXX' % (status // 100)) or answers.get('default')
        self.assertIsNotNone(answer, '%s has no answer %d' % (route.get('operationId'), status))
        if '$ref' in answer:
            answer = self.document['components']['responses'][answer['$ref'].rsplit('/', 1)[1]]
        for kind, content in answer.get('content', {}).items():
            if 'json' in kind and kind not in STREAMS:
                return content['schema']
        return None

    def check(self, method, path, route, query=None, body=None):
        headers = {'Accept': 'application/json'}
        if body is not None:
            headers['Content-Type'] = 'application/x-ndjson' if path.endswith('/ingestion/tweets') else 'application/json'
        status, content = self.request(method.upper(), path, query, body, headers)
        self.assertLess(status, 500, '%s %s: %s' % (method, path, content[:300]))
        schema = self.schema_of(route, status)
        if schema is None or not content:
            return status
        validator = jsonschema.Draft202012Validator({**schema, 'components': self.document['components']},
                                                    format_checker=jsonschema.FormatChecker())
        faults = ['/'.join(map(str, fault.absolute_path)) + ': ' + fault.message[:200] for fault in validator.iter_errors(json.loads(content))]
        self.assertEqual(faults, [], '%s %s %s -> %d: %s' % (method, path, query, status, content[:500]))
        return status

    def parameters(self, route):
        found = {}
        for parameter in route.get('parameters', []):
            if '$ref' in parameter:
                parameter = self.document['components']['parameters'][parameter['$ref'].rsplit('/', 1)[1]]
            if parameter['in'] == 'query' and (parameter.get('required') or parameter['name'] == 'q'):
                found[parameter['name']] = KNOWN.get(parameter['name'], parameter.get('schema', {}).get('default', '1'))
        return found

    def routes(self):
        for path, methods in self.document['paths'].items():
            for method, route in methods.items():
                if method in ('get', 'post', 'put', 'delete', 'patch'):
                    yield path, method, route

    def is_stream(self, path):
        return 'live' in path or path in ('/metrics',) or path.startswith('/docs') or 'ws' in path.split('/')

    def test_the_document_is_that_of_the_source(self):
        schemas = json.loads((ROOT / 'src/api/schemas.json').read_text())
        for name, schema in schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertEqual(self.document['components']['schemas'][name], schema, name)

    def test_every_get_answers_by_its_schema(self):
        statuses = {}
        for path, method, route in self.routes():
            if method != 'get' or self.is_stream(path):
                continue
            for id in ('7', '999999999') if '{' in path else ('',):
                place = re.sub(r'\{[^}]*\}', id, path)
                statuses['%s %s' % (path, id)] = self.check(method, place, route, self.parameters(route))
        self.assertGreater(list(statuses.values()).count(200), 15)

    def test_wrong_questions_get_a_problem_by_its_schema(self):
        for path, method, route in self.routes():
            if method == 'get' and '{' not in path and path.startswith('/api') and not self.is_stream(path):
                self.assertEqual(self.check(method, path, route, {'no_such_parameter': '1'}), 400, path)

    def test_pushes_and_removals_answer_by_their_schemas(self):
        paths = self.document['paths']
        push = paths['/api/ingestion/tweets']['post']
        for body in (json.dumps(tweet(100)), json.dumps(tweet(101)) + '\n{"bad":1}\n', '{"bad":1}\n', '', 'nonsense'):
            self.check('post', '/api/ingestion/tweets', push, None, body.encode())
        self.assertEqual(self.check('delete', '/api/tweets/7', paths['/api/tweets/{id}']['delete']), 204)
        self.until(self.at_rest)
        self.verify()


if __name__ == '__main__':
    unittest.main()
